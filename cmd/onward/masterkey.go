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

// secretOf returns a secret: the text of an environment variable, or of the file that
// the variable of that name with _FILE names, or "" where neither is set.
func secretOf(name string) (string, error) {
	if text := os.Getenv(name); text != "" {
		return text, nil
	}
	file := os.Getenv(name + "_FILE")
	if file == "" {
		return "", nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", name, err)
	}
	return string(text), nil
}

// masterText returns the text of the master key that is set, that of the demo where
// the data are its, or "".
func masterText(data string) (string, error) {
	text, err := secretOf("ONWARD_MASTER_KEY")
	if text != "" || err != nil {
		return text, err
	}
	read, err := os.ReadFile(demoMasterKey(data))
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	return string(read), err
}

// masterKey returns the master key that is set: that of a key service, by its address,
// or that of a file. It refuses where there is none.
func masterKey(data string) (*vault.Master, error) {
	if address := os.Getenv("ONWARD_MASTER_KEY_URI"); address != "" {
		return vault.MasterAt(address)
	}
	text, err := masterText(data)
	if err != nil {
		return nil, err
	}
	if text == "" {
		return nil, fault.New(fault.Invalid,
			"there is no master key, by which what is written of survivors is sealed; make one with: onward master-key --out FILE, keep a copy of it apart from the data, and set ONWARD_MASTER_KEY_FILE")
	}
	return vault.ReadMaster(text)
}

// demoMasterKey is where the demo keeps its master key. A key beside its data protects
// nobody, and in the demo there is nobody.
func demoMasterKey(data string) string { return filepath.Join(data, "demo-master.key") }

// demoMaster returns the master key that is set, or one that is made in the data
// directory.
func demoMaster(data string) (*vault.Master, error) {
	text, err := masterText(data)
	switch {
	case err != nil:
		return nil, err
	case text != "" || os.Getenv("ONWARD_MASTER_KEY_URI") != "":
		return masterKey(data)
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
// that an older store has brought back.
func openVault(ctx context.Context, c *Config, s store.Store, m *vault.Master) (*vault.Vault, error) {
	v := vault.New(s, m, erasures(c.Data))
	again, err := v.Replay(ctx)
	if again > 0 {
		c.Logger().Warn("keys of erased cases were back and are destroyed again", "keys", again)
	}
	return v, err
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
	Out string `required:"" help:"Where to write the key. The file must not exist." type:"path"`
}

// Run writes the master key with a fresh one added.
func (k *masterKeyNextCmd) Run(c *Config) error {
	if os.Getenv("ONWARD_MASTER_KEY_URI") != "" {
		return fault.New(fault.Invalid, "the key service that ONWARD_MASTER_KEY_URI names rotates the key itself")
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

type masterKeyRotateCmd struct{}

// Run wraps every data key by the newest master key.
func (masterKeyRotateCmd) Run(ctx context.Context, c *Config) error {
	return with(openStore, ctx, c, func(s store.Store) error {
		m, err := masterKey(c.Data)
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
		m, err := masterKey(c.Data)
		if err != nil {
			return err
		}
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
		_, err = openVault(ctx, c, s, m)
		return err
	})
}
