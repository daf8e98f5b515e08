package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"

	"onward/cmd/onward/demo"
	"onward/jobs"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/release"
	"onward/services/store"
	"onward/services/vault"
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
		file, err := d.tokenFile() // first: a mistake in it shall cost nothing
		if err != nil {
			return err
		}
		if file != nil {
			defer func() { _ = os.Remove(file.Name()) }() // where it has not taken its place
		}
		m, err := d.write(ctx, c.Data, s)
		if err != nil {
			return err
		}
		k, err := demoKey(c.Data)
		if err != nil {
			return err
		}
		if err := publishDemo(ctx, s, m, k); err != nil {
			return err
		}
		h, err := open(ctx, c, s, m, k)
		if err != nil {
			return err
		}
		if err := h.workYesterday(ctx); err != nil {
			return err
		}
		tokens, err := issueDemoTokens(ctx, h.directory)
		if err != nil {
			return err
		}
		if err := d.show(tokens, file); err != nil {
			return err
		}
		return h.serve(ctx, d.Listening, true, h.jobs.StartSchedule)
	})
}

// write fills an empty store, and returns the master key. A store with other data in
// it, or with a part of the demo's, is left alone.
func (d *demoCmd) write(ctx context.Context, data string, s store.Store) (*vault.Master, error) {
	dir, _, err := directory.Open(ctx, s)
	if err != nil {
		return nil, err
	}
	if demo.Wrote(dir.Snapshot()) {
		if err := d.goOn(dir.Snapshot()); err != nil {
			return nil, err
		}
		return demoMaster(ctx, data, s)
	}
	if err := empty(ctx, s); err != nil {
		return nil, err
	}
	m, err := demoMaster(ctx, data, s) // then the store may keep it
	if err != nil {
		return nil, err
	}
	now := time.Now()
	bar := progressbar.NewOptions(1, progressbar.OptionSetDescription("writing cases"), progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionOnCompletion(func() { fmt.Fprintln(os.Stderr) }))
	return m, demo.Write(ctx, s, dir, demo.Options{
		Today: calendar.DayOf(now), Now: now, ExtraCases: d.Cases, Master: m,
		Progress: func(done, total int) {
			bar.ChangeMax(total)
			_ = bar.Set(done)
		},
	})
}

// publishDemo publishes the demo's release where it is not published yet.
func publishDemo(ctx context.Context, s store.Store, m *vault.Master, k *release.Key) error {
	dir, _, err := directory.Open(ctx, s)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "counting and publishing release 1, where it is not published")
	return demo.Publish(ctx, s, vault.New(s, m, nil), dir, k, time.Now())
}

// goOn accepts a store that the whole demo has been written to. A part is not
// finished: it was told for another day.
func (d *demoCmd) goOn(dir *directory.Snapshot) error {
	if !demo.Whole(dir) {
		return errors.New("the store holds a part of the demo's data: writing it was interrupted; remove the data directory (--data) or the database and begin again")
	}
	fmt.Fprintln(os.Stderr, "The demo's data is there already; serving it with fresh tokens.")
	if d.Cases > 0 {
		fmt.Fprintln(os.Stderr, "--cases is ignored: more cases are only written together with the demo.")
	}
	return nil
}

// empty refuses a store that holds anything. What jobs keep counts too: reports of
// before the demo would no longer verify beside its cases.
func empty(ctx context.Context, s store.Store) error {
	for _, c := range store.Collections {
		_, err := s.Scan(ctx, c, func(store.Document) error {
			return errors.New("the store holds other data than the demo's; give another --data or database")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tokenFile makes a file for the tokens, before any is issued. It is for its owner
// alone, and takes its place when it is whole, so that place must be free or hold
// an ordinary file. Without --tokens there is none.
func (d *demoCmd) tokenFile() (*os.File, error) {
	if d.Tokens == "" {
		return nil, nil
	}
	if there, err := os.Lstat(d.Tokens); err == nil && !there.Mode().IsRegular() {
		return nil, fmt.Errorf("--tokens: %s is not an ordinary file", d.Tokens)
	}
	file, err := os.CreateTemp(filepath.Dir(d.Tokens), ".tokens-*")
	if err != nil {
		return nil, fmt.Errorf("--tokens: %w", err)
	}
	return file, nil
}

// workYesterday brings the flags and the figures up to yesterday, so that there is work
// on the worklists, and a draft of the last quarter. Today's runs are left to whoever
// tries the demo.
func (h *house) workYesterday(ctx context.Context) error {
	yesterday := calendar.DayOf(time.Now()) - 1
	for _, job := range []string{"stall-scan", "roll-up"} {
		in := jobs.RunInput{RequestID: "demo-" + job + "-" + yesterday.String(), Name: job, AsOf: yesterday}
		if _, err := h.jobs.RunNow(ctx, in); err != nil {
			return err
		}
	}
	return nil
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

// show prints the tokens, and writes them to the file where there is one.
func (d *demoCmd) show(tokens map[string]string, file *os.File) error {
	fmt.Printf("Onward's demo answers at http://%s/graphql; try with the token of a role:\n", d.Listen)
	for _, a := range demo.Accounts() {
		fmt.Printf("  %-20s %s\n", a.Name, tokens[a.Name])
	}
	if file == nil {
		return nil
	}
	e := json.NewEncoder(file)
	e.SetIndent("", "  ")
	err := cmp.Or(e.Encode(tokens), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), d.Tokens)
	}
	if err != nil {
		return fmt.Errorf("--tokens: %w", err)
	}
	return nil
}
