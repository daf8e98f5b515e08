package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"

	"onward/cmd/onward/demo"
	"onward/jobs"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/store"
)

type demoCmd struct {
	Listening
	Tokens string `help:"Write the tokens to this file, as JSON by role." type:"path"`
	Cases  int    `help:"Write this many cases more, for load tests." default:"0"`
}

// Run writes the synthetic programme on an empty store, or goes on with the one
// that is there, issues fresh tokens and serves.
func (d *demoCmd) Run(ctx context.Context, c *Config) error {
	return with(openStore, ctx, c, func(s store.Store) error {
		if err := d.write(ctx, s); err != nil {
			return err
		}
		h, err := open(ctx, c, s)
		if err != nil {
			return err
		}
		if err := h.scanYesterday(ctx); err != nil {
			return err
		}
		tokens, err := issueDemoTokens(ctx, h.directory)
		if err != nil {
			return err
		}
		if err := d.show(tokens); err != nil {
			return err
		}
		return h.serve(ctx, d.Listen, true, h.jobs.StartSchedule)
	})
}

// write fills an empty store. A store with other data in it is left alone.
func (d *demoCmd) write(ctx context.Context, s store.Store) error {
	dir, _, err := directory.Open(ctx, s)
	if err != nil {
		return err
	}
	switch workers := dir.Snapshot().Workers; {
	case len(workers) == 0:
	case demo.Wrote(dir.Snapshot()):
		fmt.Fprintln(os.Stderr, "The demo's data is there already; serving it with fresh tokens.")
		return nil
	default:
		return fmt.Errorf("the store holds other data than the demo's; give another --data or database")
	}
	now := time.Now()
	bar := progressbar.NewOptions(1, progressbar.OptionSetDescription("writing cases"), progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionOnCompletion(func() { fmt.Fprintln(os.Stderr) }))
	return demo.Write(ctx, s, dir, demo.Options{
		Today: calendar.DayOf(now), Now: now, ExtraCases: d.Cases,
		Progress: func(done, total int) {
			bar.ChangeMax(total)
			_ = bar.Set(done)
		},
	})
}

// scanYesterday brings the flags up to yesterday, so that there is work on the
// worklists. Today's scan is left to whoever tries the demo.
func (h *house) scanYesterday(ctx context.Context) error {
	yesterday := calendar.DayOf(time.Now()) - 1
	_, err := h.jobs.RunNow(ctx, jobs.RunInput{RequestID: "demo-" + yesterday.String(), Name: "stall-scan", AsOf: yesterday})
	return err
}

// issueDemoTokens issues a fresh token for each account of the demo.
func issueDemoTokens(ctx context.Context, d *directory.Directory) (map[string]string, error) {
	tokens := map[string]string{}
	for _, a := range demo.Accounts() {
		token, err := d.Issue(ctx, a.Worker, time.Now())
		if err != nil {
			return nil, err
		}
		tokens[a.Name] = token
	}
	return tokens, nil
}

// show prints the tokens, and writes them to the file where one is asked for.
func (d *demoCmd) show(tokens map[string]string) error {
	fmt.Printf("Onward's demo answers at http://%s/graphql; try with the token of a role:\n", d.Listen)
	for _, a := range demo.Accounts() {
		fmt.Printf("  %-20s %s\n", a.Name, tokens[a.Name])
	}
	if d.Tokens == "" {
		return nil
	}
	text, err := json.MarshalIndent(tokens, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(d.Tokens, append(text, '\n'), 0o600)
}
