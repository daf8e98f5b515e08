package main

import (
	"context"
	"fmt"

	"onward/services/casework"
	"onward/services/directory"
	"onward/services/outcome"
	"onward/services/store"
)

type verifyCmd struct{}

// Run verifies the store and names what differs.
func (verifyCmd) Run(ctx context.Context, c *Config) error {
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
		fmt.Printf("cases %d (%d changed meanwhile), activities %d, entries %d, figures %d, kept reports %d: %d differences\n",
			v.Cases, v.Meanwhile, v.Activities, v.Entries, v.Figures, len(kept), len(v.Differences))
		for _, difference := range v.Differences {
			fmt.Println("- " + difference)
		}
		if len(v.Differences) > 0 {
			return fmt.Errorf("the store does not verify")
		}
		return nil
	})
}
