package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"

	"onward/services/fault"
	"onward/services/store"
	"onward/services/vault"
)

// masterText returns the text of the master key that is set, that of the demo where
// the data are its, or "".
func masterText(data string) (string, error) {
	text, err := secret("ONWARD_MASTER_KEY")
	if text != "" || err != nil {
		return text, err
	}
	read, err := os.ReadFile(demoMasterKey(data))
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	return string(read), err
}

// masterKey returns the master key that is set: the one that the store keeps wrapped by a
// key service, whose address is set, or that of a file. It refuses where there is none, and where both are
// set: only one wraps. What ONWARD_OLD_MASTER_KEY says in the same ways still opens.
func masterKey(ctx context.Context, data string, s store.Store) (*vault.Master, error) {
	address, before := os.Getenv("ONWARD_MASTER_KEY_URI"), os.Getenv("ONWARD_OLD_MASTER_KEY_URI")
	text, err := masterText(data)
	if err != nil {
		return nil, err
	}
	var m *vault.Master
	switch set := os.Getenv("ONWARD_MASTER_KEY") + os.Getenv("ONWARD_MASTER_KEY_FILE"); {
	case address != "" && set != "":
		return nil, fault.New(fault.Invalid,
			"ONWARD_MASTER_KEY_URI and ONWARD_MASTER_KEY or its file are both set, and one master key wraps; set the one that wrapped before as ONWARD_OLD_MASTER_KEY, its _FILE or _URI")
	case address != "":
		m, err = vault.KeepMaster(ctx, s, address, before)
	case text == "":
		return nil, fault.New(fault.Invalid,
			"there is no master key, by which what is written of survivors is sealed; make one with: onward master-key --out FILE, keep a copy of it apart from the data, and set ONWARD_MASTER_KEY_FILE")
	default:
		m, err = vault.ReadMaster(text)
	}
	if err != nil {
		return nil, err
	}
	return afterOld(ctx, s, m, address == "")
}

// afterOld has a master key open what the old one has wrapped, where one is set. One that
// the store kept is old only where a file is new: else it is the same, wrapped by
// another service.
func afterOld(ctx context.Context, s store.Store, m *vault.Master, file bool) (*vault.Master, error) {
	text, err := secret("ONWARD_OLD_MASTER_KEY")
	if err != nil {
		return nil, err
	}
	var old *vault.Master
	if address := os.Getenv("ONWARD_OLD_MASTER_KEY_URI"); file && address != "" {
		old, err = vault.KeptMaster(ctx, s, address)
	} else if text != "" {
		old, err = vault.ReadMaster(text)
	}
	if err != nil {
		return nil, fmt.Errorf("ONWARD_OLD_MASTER_KEY: %w", err)
	}
	if old == nil {
		return m, nil
	}
	return m.After(old), nil
}

// demoMasterKey is where the demo keeps its master key. A key beside its data protects
// nobody, and in the demo there is nobody.
func demoMasterKey(data string) string { return filepath.Join(data, "demo-master.key") }

// demoMaster returns the master key that is set, or one that is made in the data
// directory.
func demoMaster(ctx context.Context, data string, s store.Store) (*vault.Master, error) {
	text, err := masterText(data)
	switch {
	case err != nil:
		return nil, err
	case text != "" || os.Getenv("ONWARD_MASTER_KEY_URI") != "":
		return masterKey(ctx, data, s)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	if text, err = vault.NewMasterText(); err != nil {
		return nil, err
	}
	if err := writeSecret(demoMasterKey(data), text); err != nil {
		return nil, err
	}
	return vault.ReadMaster(text)
}

// writeSecret writes a text to a new file that its owner alone can read.
func writeSecret(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fault.Input("file", "%s is there already; a key is never written over", path)
	}
	if err != nil {
		return fault.Input("file", "%v", err)
	}
	_, err = file.WriteString(text + "\n")
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(path)) // a part of a key is none
	}
	return nil
}

// erasures is the list of what was erased: in the file that ONWARD_ERASURES names, or
// else beside the data directory, not in it, so that restoring that does not touch it.
func erasures(data string) *vault.List {
	path := os.Getenv("ONWARD_ERASURES")
	if path == "" {
		path = filepath.Clean(data) + ".erasures"
	}
	return vault.OpenList(path)
}

// openVault opens the vault over a store, and destroys again the keys of erased cases
// that an older store has brought back. It refuses a master key that does not open what
// is there.
func openVault(ctx context.Context, c *Config, s store.Store, m *vault.Master) (*vault.Vault, error) {
	v := vault.New(s, m, erasures(c.Data))
	again, err := v.Replay(ctx)
	if again > 0 {
		c.Logger().Warn("keys of erased cases were back and are destroyed again", "keys", again)
	}
	if err != nil {
		return nil, err
	}
	return v, v.Check(ctx)
}

type masterKeyCmd struct {
	Make   masterKeyMakeCmd   `cmd:"" default:"withargs" help:"Make a master key."`
	Next   masterKeyNextCmd   `cmd:"" help:"Write the master key that is set with a fresh one added, which wraps from then on."`
	Rotate masterKeyRotateCmd `cmd:"" help:"Wrap every data key by the newest master key."`
}

type masterKeyMakeCmd struct {
	Out string `required:"" help:"Where to write the key. The file must not exist." type:"path"`
}

// Run makes a master key. It is never printed.
func (k *masterKeyMakeCmd) Run() error {
	text, err := vault.NewMasterText()
	if err != nil {
		return err
	}
	if err := writeSecret(k.Out, text); err != nil {
		return fault.Input("out", "%v", err)
	}
	fmt.Printf("The master key is in %s: set ONWARD_MASTER_KEY_FILE to it, and keep a copy apart from the data. Without it nothing that was sealed can be read again.\n", k.Out)
	return nil
}

type masterKeyNextCmd struct {
	Out string `help:"Where to write the key; not where a key service wraps it. The file must not exist." type:"path"`
}

// Run writes the master key with a fresh one added: to a file, or wrapped in the store.
func (k *masterKeyNextCmd) Run(ctx context.Context, c *Config) error {
	if os.Getenv("ONWARD_MASTER_KEY_URI") != "" {
		return k.keep(ctx, c)
	}
	if k.Out == "" {
		return fault.Input("out", "is needed: where to write the key")
	}
	text, err := masterText(c.Data)
	if err != nil {
		return err
	}
	next, err := vault.NextMasterText(text)
	if err != nil {
		return err
	}
	if err := writeSecret(k.Out, next); err != nil {
		return fault.Input("out", "%v", err)
	}
	fmt.Printf("The next master key is in %s. Set ONWARD_MASTER_KEY_FILE to it for every process, start them again, and then run: onward master-key rotate\n", k.Out)
	return nil
}

// keep adds a fresh key to the master key that the store keeps.
func (k *masterKeyNextCmd) keep(ctx context.Context, c *Config) error {
	if k.Out != "" {
		return fault.Input("out", "is for a master key in a file; that of a key service is kept in the store, wrapped by it")
	}
	return with(openStore, ctx, c, func(s store.Store) error {
		m, err := masterKey(ctx, c.Data, s)
		if err != nil {
			return err
		}
		if err := m.Next(ctx); err != nil {
			return err
		}
		fmt.Println("The next master key is in the store, wrapped by the key service. Start every process again, and then run: onward master-key rotate")
		return nil
	})
}

type masterKeyRotateCmd struct{}

// Run wraps every data key by the newest master key.
func (masterKeyRotateCmd) Run(ctx context.Context, c *Config) error {
	return with(openStore, ctx, c, func(s store.Store) error {
		m, err := masterKey(ctx, c.Data, s)
		if err != nil {
			return err
		}
		bar := progressbar.NewOptions(-1, progressbar.OptionSetDescription("wrapping keys"), progressbar.OptionSetWriter(os.Stderr),
			progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond))
		done, err := vault.New(s, m, nil).Rotate(ctx, func(sofar vault.Rotated) { _ = bar.Set(sofar.Keys) })
		_ = bar.Exit()
		if err != nil {
			return err
		}
		fmt.Printf("%d keys: %d wrapped again, the others were wrapped by the newest master key already\n", done.Keys, done.Rewrapped)
		return nil
	})
}

type keysCmd struct {
	Export keysExportCmd `cmd:"" help:"Write a backup of the data keys, each wrapped by the master key."`
	Import keysImportCmd `cmd:"" help:"Insert the data keys of a backup that the store does not have."`
}

type keysExportCmd struct {
	Out string `required:"" help:"Where to write the keys. The file must not exist." type:"path"`
}

// Run writes the data keys, wrapped as they are.
func (k keysExportCmd) Run(ctx context.Context, c *Config) error {
	return with(readStore, ctx, c, func(s store.Store) error {
		file, err := os.OpenFile(k.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fault.Input("out", "%v", err)
		}
		n, err := vault.Export(ctx, s, file)
		if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
			return err
		}
		fmt.Printf("%d keys are in %s; they tell nothing without the master key\n", n, k.Out)
		return nil
	})
}

type keysImportCmd struct {
	In string `required:"" help:"The file that onward keys export has written." type:"existingfile"`
}

// Run inserts the keys that are missing, and destroys again what was erased since.
func (k keysImportCmd) Run(ctx context.Context, c *Config) error {
	return with(openStore, ctx, c, func(s store.Store) error {
		file, err := os.Open(k.In)
		if err != nil {
			return fault.Input("in", "%v", err)
		}
		defer file.Close()
		n, err := vault.Import(ctx, s, file)
		if err != nil {
			return err
		}
		fmt.Printf("%d keys were missing and are there again\n", n)
		m, err := masterKey(ctx, c.Data, s) // a key service's may be among them
		if err != nil {
			return err
		}
		_, err = openVault(ctx, c, s, m)
		return err
	})
}
