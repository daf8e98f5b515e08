package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"onward/services/instrument"
	"onward/services/store"
)

type instrumentCmd struct {
	Add  instrumentAddCmd  `cmd:"" help:"Add an instrument, or a new version of one. A version that is there never changes."`
	List instrumentListCmd `cmd:"" help:"List the instruments and their versions."`
}

type instrumentAddCmd struct {
	File string `arg:"" type:"existingfile" help:"The instrument, as JSON; services/assessment/instruments holds examples."`
}

// mostBytes is how large a file of an instrument can be: far more than the
// largest that its lists and labels allow need.
const mostBytes = 4 << 20

// Run checks the file and stores the instrument. What is wrong is named by line.
func (a *instrumentAddCmd) Run(ctx context.Context, c *Config) error {
	raw, err := readAtMost(a.File, mostBytes)
	if err != nil {
		return err
	}
	return withLibrary(openStore, ctx, c, func(l *instrument.Library) error {
		i, err := l.Add(ctx, raw)
		if err != nil {
			return err
		}
		fmt.Printf("%s version %d, %d items\n", i.Code, i.Version, len(i.Items))
		return nil
	})
}

func readAtMost(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(raw)) > most {
		err = fmt.Errorf("%s has more than %d bytes, which no instrument needs", path, most)
	}
	return raw, err
}

type instrumentListCmd struct{}

// Run lists the instruments.
func (instrumentListCmd) Run(ctx context.Context, c *Config) error {
	return withLibrary(readStore, ctx, c, func(l *instrument.Library) error {
		t := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(t, "CODE\tVERSION\tPURPOSE\tITEMS\tNAME")
		for _, i := range l.Snapshot().List() {
			_, _ = fmt.Fprintf(t, "%s\t%d\t%s\t%d\t%s\n", i.Code, i.Version, i.Purpose, len(i.Items), i.Name.EN)
		}
		return t.Flush()
	})
}

func withLibrary(open func(context.Context, *Config) (store.Store, error), ctx context.Context, c *Config, fn func(*instrument.Library) error) error {
	return with(open, ctx, c, func(s store.Store) error {
		l, _, err := instrument.Open(ctx, s)
		if err != nil {
			return err
		}
		return fn(l)
	})
}
