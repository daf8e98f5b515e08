package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"onward/jobs"
	"onward/services/calendar"
	"onward/services/store"
	"onward/services/telemetry"
)

type jobCmd struct {
	Run  jobRunCmd  `cmd:"" help:"Run a job now, by the code that the schedule runs."`
	List jobListCmd `cmd:"" help:"List the jobs: when each runs, how its last run ended, and how many days it is behind."`
}

type jobRunCmd struct {
	Name string `arg:"" help:"The job, by its name; job list shows them."`
	AsOf string `help:"The day for which to run, YYYY-MM-DD." required:""`
}

// Run runs the job and prints what came of it.
func (j *jobRunCmd) Run(ctx context.Context, c *Config) error {
	day, err := calendar.ParseDay(j.AsOf)
	if err != nil {
		return fmt.Errorf("--as-of: %w", err)
	}
	return with(openStore, ctx, c, func(s store.Store) error {
		m, err := masterKey(ctx, c.Data, s)
		if err != nil {
			return err
		}
		h, err := open(ctx, c, s, m, nil)
		if err != nil {
			return err
		}
		run, err := h.jobs.RunNow(ctx, jobs.RunInput{Name: j.Name, AsOf: day})
		if err != nil {
			return err
		}
		out, err := json.MarshalIndent(run, "", "  ")
		if err != nil {
			return err
		}
		fmt.Println(string(out))
		if run.Outcome != jobs.Done {
			return fmt.Errorf("the run failed")
		}
		return nil
	})
}

type jobListCmd struct{}

// Run lists the jobs. It reads the record alone, so it can be used beside a server
// and does not wait for the cases to be loaded.
func (jobListCmd) Run(ctx context.Context, c *Config) error {
	return with(readStore, ctx, c, func(s store.Store) error {
		h := &house{store: s, log: c.Logger(), telemetry: telemetry.New(nil)}
		runner := h.runner()
		list, err := runner.List(ctx)
		if err != nil {
			return err
		}
		t := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(t, "JOB\tSCHEDULE\tNEXT RUN\tLAST RUN\tOUTCOME\tDAYS BEHIND")
		for _, d := range list {
			runs, err := runner.LastRuns(ctx, &d)
			if err != nil {
				return err
			}
			last := jobs.Run{Outcome: "-"}
			if len(runs) > 0 {
				last = runs[0]
			}
			_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\n", d.Name, d.Schedule, minute(d.NextRunAt), minute(last.StartedAt), last.Outcome, d.LagDays)
		}
		return t.Flush()
	})
}

// minute writes a moment by the clocks of the programme, and none as a dash.
func minute(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(calendar.Zone).Format("2006-01-02 15:04")
}
