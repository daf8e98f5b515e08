package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"onward/services/access"
	"onward/services/audit"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/seal"
	"onward/services/store"
)

type auditCmd struct {
	Key    auditKeyCmd    `cmd:"" help:"Make a key that signs checkpoints."`
	Case   auditCaseCmd   `cmd:"" help:"Write who looked at a case and who changed it, for the survivor. This look is recorded, too."`
	Verify auditVerifyCmd `cmd:"" help:"Compare the record with its checkpoints; exit 1 and name the first place that was changed."`
}

// auditKey returns the key that signs checkpoints: that of ONWARD_AUDIT_KEY, or of the
// file that ONWARD_AUDIT_KEY_FILE names, or nil where neither is set.
func auditKey() (*seal.Key, error) {
	text, err := secret("ONWARD_AUDIT_KEY")
	if text == "" || err != nil {
		return nil, err
	}
	return seal.ReadKey(text, "checkpoints", "onward audit key")
}

// keeper returns who keeps the checkpoints of a store's access log. Where no key is set
// it makes none.
func keeper(s store.Store) (*audit.Keeper, error) {
	k := audit.NewKeeper(s, time.Now)
	var err error
	if k.Key, err = auditKey(); err != nil {
		return nil, err
	}
	k.File = os.Getenv("ONWARD_CHECKPOINT_FILE")
	hook, err := webhook("ONWARD_CHECKPOINT")
	if err != nil {
		return nil, err
	}
	if hook != nil {
		k.Post = func(ctx context.Context, messageID string, body []byte) error {
			return hook.Send(ctx, messageID, body, time.Now)
		}
	}
	if k.Key != nil && k.File == "" && k.Post == nil {
		return nil, fault.New(fault.Invalid, "a key for checkpoints is set, and neither ONWARD_CHECKPOINT_FILE nor ONWARD_CHECKPOINT_URL says where they go")
	}
	return k, nil
}

type auditKeyCmd struct {
	Name string `default:"onward-audit" help:"What the key is called, such as audit.example.org; without spaces and without +."`
	Out  string `required:"" help:"Where to write the secret key. The file must not exist." type:"path"`
}

// Run makes a key and prints its public text.
func (k *auditKeyCmd) Run() error {
	public, err := writeKey(k.Out, k.Name)
	if err != nil {
		return err
	}
	fmt.Printf("The secret key is in %s: set ONWARD_AUDIT_KEY_FILE to it.\nKeep this key elsewhere; whoever has it and the checkpoints can check the record:\n%s\n", k.Out, public)
	return nil
}

type auditVerifyCmd struct {
	Checkpoint string `help:"The file of checkpoints." env:"ONWARD_CHECKPOINT_FILE" type:"path"`
	Key        string `help:"The public key that must have signed them; without it, that of the key that is set." env:"ONWARD_AUDIT_PUBLIC_KEY"`
}

// Run verifies the access log. It can be used beside a server.
func (a *auditVerifyCmd) Run(ctx context.Context, c *Config) error {
	checkpoints, err := a.checkpoints()
	if err != nil {
		return err
	}
	return with(readStore, ctx, c, func(s store.Store) error {
		v, err := audit.Verify(ctx, s, checkpoints)
		if err != nil {
			return err
		}
		fmt.Printf("logs %d, records %d, checkpoints %d: %d differences\n", len(v.Heads), v.Records, len(checkpoints), len(v.Differences))
		for _, difference := range v.Differences {
			fmt.Println("- " + difference)
		}
		if len(v.Differences) > 0 {
			return fmt.Errorf("the access log was changed")
		}
		return nil
	})
}

// checkpoints reads the checkpoints that are given, and says where that leaves
// something unsure.
func (a *auditVerifyCmd) checkpoints() ([]audit.Checkpoint, error) {
	if a.Checkpoint == "" {
		fmt.Fprintln(os.Stderr, "Without --checkpoint the record is compared with itself alone, which finds damage and no careful forgery.")
		return nil, nil
	}
	if _, err := os.Stat(a.Checkpoint); err != nil {
		return nil, fault.Input("checkpoint", "%v", err)
	}
	public := a.Key
	if k, err := auditKey(); err != nil {
		return nil, err
	} else if public == "" && k != nil {
		public = k.Public()
	}
	if public == "" {
		fmt.Fprintln(os.Stderr, "Without --key nobody is sure who has signed the checkpoints.")
	}
	return audit.ReadCheckpoints(a.Checkpoint, public)
}

type auditCaseCmd struct {
	Case id.Case `arg:"" help:"The case, by its identifier."`
	Out  string  `required:"" help:"Where to write the list." type:"path"`
}

// Run writes the list once the look of whoever runs the command is recorded. On the
// local file no server can run meanwhile, as with every command that writes.
func (a *auditCaseCmd) Run(ctx context.Context, c *Config) error {
	return with(openStore, ctx, c, func(s store.Store) error {
		doc, err := s.Get(ctx, store.Cases, string(a.Case))
		if err != nil {
			return err
		}
		found, err := casework.Read(doc)
		if err != nil {
			return err
		}
		d, _, err := directory.Open(ctx, s)
		if err != nil {
			return err
		}
		looks, err := audit.LooksAt(ctx, s, a.Case)
		if err != nil {
			return err
		}
		const command = "onward audit case"
		if err := audit.NewLog(s, time.Now).Commit(ctx, audit.Record{Roots: []string{command}, Looks: []audit.Look{
			{Kind: audit.Audit, Cases: []id.Case{a.Case}, Classes: []access.Class{access.Case}, Fields: []string{command}}}}); err != nil {
			return err
		}
		list := audit.List{Code: found.Code, On: calendar.DayOf(time.Now()), Looks: looks, Name: nameIn(d.Snapshot())}
		return replaceFile(a.Out, 0o600, func(w io.Writer) error { return list.Write(w) })
	})
}

// nameIn names who looked: the worker and the organisation, as the directory has them,
// and by identifier whom it does not know.
func nameIn(d *directory.Snapshot) func(audit.Seen) string {
	return func(s audit.Seen) string {
		return cmp.Or(d.Workers[s.Worker].Name, string(s.Worker)) + ", " + cmp.Or(d.Organisations[s.Organisation].Name, string(s.Organisation))
	}
}

// replaceFile writes a file that takes its place when it is whole.
func replaceFile(path string, mode os.FileMode, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), "."+strings.TrimPrefix(filepath.Base(path), ".")+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }() // where it has not taken its place
	if err := errors.Join(write(file), file.Chmod(mode), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
