package main

import (
	"context"
	"fmt"

	"onward/services/casework"
	"onward/services/directory"
	"onward/services/outcome"
	"onward/services/reminder"
	"onward/services/store"
	"onward/services/vault"
)

type verifyCmd struct {
	Key string `help:"The public key that must have signed the releases; without it, the one that is set, or else those that they name." env:"ONWARD_RELEASE_PUBLIC_KEY"`
}

// Run verifies the store and names what differs.
func (cmd verifyCmd) Run(ctx context.Context, c *Config) error {
	return with(readStore, ctx, c, func(s store.Store) error {
		d, _, err := directory.Open(ctx, s)
		if err != nil {
			return err
		}
		kept, err := outcome.NewRollUps(s).List(ctx)
		if err != nil {
			return err
		}
		v, err := casework.Verify(ctx, s, d, kept)
		if err != nil {
			return err
		}
		trusted, err := trustedKey(cmd.Key)
		if err != nil {
			return err
		}
		if err := v.VerifyReleases(ctx, s, d, trusted); err != nil {
			return err
		}
		digests, err := reminder.Unreadable(ctx, s)
		if err != nil {
			return err
		}
		v.Differences = append(v.Differences, digests...)
		m, err := masterKey(ctx, c.Data, s)
		if err != nil {
			return err
		}
		if err := v.VerifyTexts(ctx, s, vault.New(s, m, erasures(c.Data))); err != nil {
			return err
		}
		fmt.Printf("cases %d (%d changed meanwhile), activities %d, entries %d, figures %d, kept reports %d, releases %d (%d by definitions of before, so that only their seals were verified): %d differences\n",
			v.Cases, v.Meanwhile, v.Activities, v.Entries, v.Figures, len(kept), v.Releases, v.Outdated, len(v.Differences))
		fmt.Printf("sealed texts %d opened; cases erased, of which no text opens: %d\n", v.Texts, v.Erased)
		for _, difference := range v.Differences {
			fmt.Println("- " + difference)
		}
		for _, target := range casework.OrphanedTargets(d.Snapshot()) {
			fmt.Println("* " + target + " is the target of an indicator that there is no more; it is ignored")
		}
		if len(v.Differences) > 0 {
			return fmt.Errorf("the store does not verify")
		}
		return nil
	})
}
