package main

import (
	"context"
	"encoding/json"
	"fmt"

	"onward/jobs"
	"onward/services/calendar"
	"onward/services/store"
)

type jobCmd struct {
	Run jobRunCmd `cmd:"" help:"Run a job now, by the code that the schedule runs."`
}

type jobRunCmd struct {
	Name string `arg:"" help:"The job: consent-expiry, stall-scan, escalation or roll-up."`
	AsOf string `help:"The day for which to run, YYYY-MM-DD." required:""`
}

// Run runs the job and prints what came of it.
func (j *jobRunCmd) Run(ctx context.Context, c *Config) error {
	day, err := calendar.ParseDay(j.AsOf)
	if err != nil {
		return fmt.Errorf("--as-of: %w", err)
	}
	return with(openStore, ctx, c, func(s store.Store) error {
		h, err := open(ctx, c, s)
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
