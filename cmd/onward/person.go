package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"onward/services/audit"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/dossier"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/instrument"
	"onward/services/locale"
	"onward/services/store"
	"onward/services/vault"
)

type personCmd struct {
	Export personExportCmd `cmd:"" help:"Write all that is held about a survivor, as JSON and as pages in English and Khmer. The files are readable by everybody who has them, and that they were made is recorded."`
}

type personExportCmd struct {
	Case string `required:"" help:"The case: its identifier."`
	Out  string `required:"" help:"The directory for the files; it is made where there is none." type:"path"`

	For audit.ExportPurpose `enum:"SURVIVOR,CARE,COURT" default:"SURVIVOR" help:"What it is for, which is recorded: SURVIVOR (she has asked for it), CARE (she is handed over to somebody who is not in Onward) or COURT (a court or an authority demands it)."`
}

// Run writes what is held about the survivor of a case, with every text opened, once it
// is recorded that whoever runs the command takes it. On the local file no server can run
// meanwhile, as with every command that writes.
func (p *personExportCmd) Run(ctx context.Context, c *Config) error {
	return with(openStore, ctx, c, func(s store.Store) error {
		m, err := masterKey(ctx, c.Data, s)
		if err != nil {
			return err
		}
		d, _, err := directory.Open(ctx, s)
		if err != nil {
			return err
		}
		library, _, err := instrument.Open(ctx, s)
		if err != nil {
			return err
		}
		held, err := casework.Gather(ctx, s, vault.New(s, m, nil), d.Snapshot(), library.Snapshot(), id.Case(p.Case), time.Now())
		if fault.Is(err, fault.NotFound) {
			return fault.Input("case", "there is no such case")
		}
		if err != nil {
			return err
		}
		if err := os.MkdirAll(p.Out, 0o700); err != nil {
			return fault.Input("out", "%v", err)
		}
		const command = "onward person export"
		look := audit.Exported(id.Case(p.Case), false, command, p.For)
		if err := audit.NewLog(s, time.Now).Commit(ctx, audit.Record{Roots: []string{command}, Looks: []audit.Look{look}}); err != nil {
			return err
		}
		return p.write(*held)
	})
}

// write writes the files, each whole or not at all and for its owner alone.
func (p *personExportCmd) write(held dossier.Dossier) error {
	page := func(l locale.Locale) func(io.Writer) error {
		return func(w io.Writer) error { return dossier.HTML(w, held, l) }
	}
	for _, form := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{".json", func(w io.Writer) error { return dossier.JSON(w, held) }},
		{".en.html", page(locale.EN)},
		{".km.html", page(locale.KM)},
	} {
		path := filepath.Join(p.Out, "case-"+held.Code+form.name)
		if err := replaceFile(path, 0o600, form.write); err != nil {
			return err
		}
		fmt.Println(path)
	}
	return nil
}
