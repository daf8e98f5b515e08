package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
)

type keyCmd struct {
	Issue  keyIssueCmd  `cmd:"" help:"Issue a key of a partner's application. It is shown once."`
	List   keyListCmd   `cmd:"" help:"List the keys."`
	Rotate keyRotateCmd `cmd:"" help:"Issue the key that follows another one. That one stays good until it is revoked or expires."`
	Revoke keyRevokeCmd `cmd:"" help:"End a key."`
}

type keyIssueCmd struct {
	Worker    string   `arg:"" help:"The application: a worker with the role PARTNER_APP, as account list shows it."`
	Purpose   []string `required:"" enum:"PARTNER_APP,REPORTING,RESEARCH" help:"For what it may ask: ${enum}; several with commas."`
	ExpiresOn string   `required:"" placeholder:"YYYY-MM-DD" help:"The last day on which it is good, at most a year from now."`
	Address   []string `help:"From where it is good: addresses, or prefixes such as 192.0.2.0/24; from everywhere without it."`
}

// Run issues a key and prints it.
func (k *keyIssueCmd) Run(ctx context.Context, c *Config) error {
	return withDirectory(openStore, ctx, c, func(d *directory.Directory) error {
		expires, err := calendar.ParseDay(k.ExpiresOn)
		if err != nil {
			return fault.Input("expiresOn", "%s", err)
		}
		in := directory.IssuePartnerKeyInput{RequestID: id.New(""), WorkerID: id.Worker(k.Worker), ExpiresOn: expires, Addresses: k.Address}
		for _, p := range k.Purpose {
			in.Purposes = append(in.Purposes, casefile.Purpose(p))
		}
		issued, err := d.IssuePartnerKey(ctx, operatorFor(d, in.WorkerID), time.Now(), in)
		if fault.Is(err, fault.NotFound) {
			return unlessUnknown(k.Worker, err, "")
		}
		return printKey(issued, err)
	})
}

// printKey prints a key, this once.
func printKey(issued *directory.IssuedKey, err error) error {
	if err == nil {
		fmt.Printf("key    %s\ntoken  %s\nThe token is not stored and cannot be shown again.\n", issued.Key.ID, issued.Token)
	}
	return err
}

type keyListCmd struct{}

// Run lists the keys of all organisations.
func (keyListCmd) Run(ctx context.Context, c *Config) error {
	return withDirectory(readStore, ctx, c, func(d *directory.Directory) error {
		s := d.Snapshot()
		t := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(t, "ORGANISATION\tAPPLICATION\tKEY\tPURPOSES\tADDRESSES\tSTATE")
		for _, o := range s.ListOrganisations(directory.OrganisationFilter{}) {
			for _, k := range s.ListPartnerKeys(o.ID) {
				state := "until " + k.ExpiresOn.String()
				if !k.RevokedAt.IsZero() {
					state = "revoked " + calendar.DayOf(k.RevokedAt).String()
				}
				from := strings.Join(k.Addresses(), " ")
				if from == "" {
					from = "everywhere"
				}
				_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", o.Code, s.Workers[k.App].Name, k.ID, joined(k.Purposes), from, state)
			}
		}
		return t.Flush()
	})
}

type keyRotateCmd struct {
	Key       string `arg:"" help:"The key that is followed, as key list shows it."`
	ExpiresOn string `required:"" placeholder:"YYYY-MM-DD" help:"The last day on which the new key is good, at most a year from now."`
}

// Run issues the key that follows and prints it.
func (k *keyRotateCmd) Run(ctx context.Context, c *Config) error {
	return withKey(ctx, c, k.Key, func(d *directory.Directory, of directory.PartnerKey) error {
		expires, err := calendar.ParseDay(k.ExpiresOn)
		if err != nil {
			return fault.Input("expiresOn", "%s", err)
		}
		in := directory.RotatePartnerKeyInput{RequestID: id.New(""), KeyID: of.ID, ExpiresOn: expires}
		return printKey(d.RotatePartnerKey(ctx, operatorFor(d, of.App), time.Now(), in))
	})
}

type keyRevokeCmd struct {
	Key string `arg:"" help:"The key, as key list shows it."`
}

// Run ends the key.
func (k *keyRevokeCmd) Run(ctx context.Context, c *Config) error {
	return withKey(ctx, c, k.Key, func(d *directory.Directory, of directory.PartnerKey) error {
		in := directory.RevokePartnerKeyInput{Request: directory.Request{RequestID: id.New("")}, KeyID: of.ID}
		_, err := d.RevokePartnerKey(ctx, operatorFor(d, of.App), time.Now(), in)
		if err == nil {
			fmt.Println("revoked " + k.Key)
		}
		return err
	})
}

// withKey finds a key for the operator, who may change anybody's.
func withKey(ctx context.Context, c *Config, key string, fn func(*directory.Directory, directory.PartnerKey) error) error {
	return withDirectory(openStore, ctx, c, func(d *directory.Directory) error {
		for org := range d.Snapshot().Organisations {
			for _, k := range d.Snapshot().ListPartnerKeys(org) {
				if string(k.ID) == key {
					return fn(d, k)
				}
			}
		}
		return fmt.Errorf("there is no key %s; see: onward key list", key)
	})
}
