package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"onward/services/fault"
	"onward/services/locale"
	"onward/services/release"
	"onward/services/release/render"
	"onward/services/store"
)

// releaseKey returns the key that signs releases: that of ONWARD_RELEASE_KEY, or of
// the file that ONWARD_RELEASE_KEY_FILE names, or nil where neither is set. It is
// secret, so neither is a flag.
func releaseKey() (*release.Key, error) {
	text, err := secretOf("ONWARD_RELEASE_KEY")
	if text == "" || err != nil {
		return nil, err
	}
	return release.ReadKey(text)
}

// demoKey returns the key that is set, or one that is made in the data directory.
func demoKey(data string) (*release.Key, error) {
	if k, err := releaseKey(); k != nil || err != nil {
		return k, err
	}
	path := filepath.Join(data, "release.key")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(data, 0o700); err != nil {
			return nil, err
		}
		if _, err := writeKey(path, "onward-demo"); err != nil {
			return nil, err
		}
	}
	return readKey(path)
}

// writeKey makes a key in a new file that its owner alone can read, and returns the
// public text.
func writeKey(path, name string) (public string, err error) {
	private, public, err := release.NewKey(rand.Reader, name)
	if err != nil {
		return "", err
	}
	return public, writeSecret(path, private)
}

type releaseKeyCmd struct {
	Name     string `required:"" help:"What the key is called, such as releases.example.org; without spaces and without +."`
	File     string `required:"" help:"Where to write the secret key. The file must not exist." type:"path"`
	Replaces string `help:"The file of the key that signed up to now. That the new one comes after it is signed by both and recorded; without that nothing can be published by another key." type:"path"`
}

// Run makes a key and prints its public text.
func (k *releaseKeyCmd) Run(ctx context.Context, c *Config) error {
	public, err := k.make(ctx, c)
	if err != nil {
		return err
	}
	fmt.Printf("The secret key is in %s: set ONWARD_RELEASE_KEY_FILE to it, and keep a copy.\nPublish this key, by which everyone can check a release:\n%s\n", k.File, public)
	return nil
}

// make makes the key and, where it replaces another one, records that.
func (k *releaseKeyCmd) make(ctx context.Context, c *Config) (public string, err error) {
	if k.Replaces == "" {
		return writeKey(k.File, k.Name)
	}
	before, err := readKey(k.Replaces)
	if err != nil {
		return "", fault.Input("replaces", "%v", err)
	}
	err = with(openStore, ctx, c, func(s store.Store) error {
		if public, err = writeKey(k.File, k.Name); err != nil {
			return err
		}
		next, err := readKey(k.File)
		if err != nil {
			return err
		}
		author := release.Author{Worker: "operator", At: time.Now().UTC().Truncate(time.Millisecond)}
		err = release.NewBook(s).Succeed(ctx, author, before, next)
		if err != nil && !fault.Is(err, fault.Unavailable) { // then it may be recorded, and the key be needed
			err = errors.Join(err, os.Remove(k.File))
		}
		return err
	})
	return public, err
}

// readKey reads the key in a file.
func readKey(path string) (*release.Key, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return release.ReadKey(string(text))
}

type reportCmd struct {
	Release int    `required:"" help:"The number of the release."`
	Out     string `required:"" help:"The directory for the files; it is made where there is none." type:"path"`
	Key     string `help:"The public key that must have signed; without it, the one that is set, or else the one that the release names." env:"ONWARD_RELEASE_PUBLIC_KEY"`
}

// Run writes a release in all its forms, once it is sure that it is the one that was
// published.
func (r *reportCmd) Run(ctx context.Context, c *Config) error {
	return with(readStore, ctx, c, func(s store.Store) error {
		book := release.NewBook(s)
		found, err := book.Numbered(ctx, r.Release)
		if err != nil {
			return err
		}
		trusted, err := trustedKey(r.Key)
		if err != nil {
			return err
		}
		signers, err := book.Signers(ctx)
		if err != nil {
			return err
		}
		if err := signers.Verify(found, trusted); err != nil {
			return err
		}
		if trusted == "" {
			fmt.Fprintf(os.Stderr, "The signature is right by the key that the release names, %s; give --key to be sure whose it is.\n", found.Seal.Signer)
		}
		return writeReport(r.Out, found.Content, *found.Seal)
	})
}

// trustedKey returns the public key that is given, or else that of the key that is
// set, or "".
func trustedKey(given string) (string, error) {
	if given != "" {
		return given, nil
	}
	k, err := releaseKey()
	if k == nil || err != nil {
		return "", err
	}
	return k.Public(), nil
}

// writeReport writes the files of a release: all of them, or none where one cannot be
// made or another file has its name. What is there already and is the same stays.
func writeReport(dir string, c release.Content, s release.Seal) error {
	page := func(l locale.Locale) func(io.Writer) error {
		return func(w io.Writer) error { return render.HTML(w, c, s, l) }
	}
	forms := []struct {
		name  string
		write func(io.Writer) error
	}{
		{".json", func(w io.Writer) error { return render.JSON(w, c, s) }},
		{".csv", func(w io.Writer) error { return render.CSV(w, c) }},
		{".xlsx", func(w io.Writer) error { return render.XLSX(w, c, s) }},
		{".en.html", page(locale.EN)},
		{".km.html", page(locale.KM)},
	}
	staging, err := stage(dir)
	if err != nil {
		return fault.Input("out", "%v", err)
	}
	defer func() { _ = os.RemoveAll(staging) }()
	done := progress("writing files", len(forms))
	var paths []string
	for _, f := range forms {
		path := filepath.Join(dir, fmt.Sprintf("release-%d%s", c.Number, f.name))
		if err := writeNew(filepath.Join(staging, filepath.Base(path)), path, f.write); err != nil {
			return err
		}
		paths = append(paths, path)
		done(path)
	}
	for _, path := range paths {
		if err := os.Rename(filepath.Join(staging, filepath.Base(path)), path); err != nil {
			return fault.Input("out", "%v", err)
		}
	}
	return nil
}

// stage makes a directory, and one in it for what is not whole yet.
func stage(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return os.MkdirTemp(dir, ".release-*")
}

// writeNew writes a file that is to take a place, and refuses where something else
// has that place.
func writeNew(staged, place string, write func(io.Writer) error) error {
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return err
	}
	there, err := os.ReadFile(place)
	switch {
	case err == nil && !bytes.Equal(there, text.Bytes()):
		return fault.Input("out", "%s is there already and is another file; move it away or give another directory", place)
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return fault.Input("out", "%v", err)
	}
	if err := os.WriteFile(staged, text.Bytes(), 0o644); err != nil {
		return fault.Input("out", "%v", err)
	}
	return nil
}

// progress returns what is told of each step that is done: a bar on a terminal,
// and a line elsewhere.
func progress(what string, steps int) func(step string) {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		n := 0
		return func(step string) {
			n++
			fmt.Fprintf(os.Stderr, "%d/%d %s\n", n, steps, step)
		}
	}
	bar := progressbar.NewOptions(steps, progressbar.OptionSetDescription(what), progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionOnCompletion(func() { fmt.Fprintln(os.Stderr) }))
	return func(string) { _ = bar.Add(1) }
}
