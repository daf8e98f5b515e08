package jobs

import (
	"context"

	"onward/services/calendar"
	"onward/services/vault"
)

// KeyRotation wraps the data keys again that an older master key has wrapped. Where
// the master key has not changed it only looks.
func KeyRotation(v *vault.Vault) Job {
	return Job{
		Name:        "key-rotation",
		Description: "Wraps by the newest master key the data keys that an older one has wrapped.",
		Schedule:    "0 4 * * 0",
		LatestOnly:  true,
		Work: func(ctx context.Context, _ calendar.Day) ([]Count, error) {
			done, err := v.Rotate(ctx, nil)
			return []Count{{"keys", done.Keys}, {"wrapped", done.Rewrapped}}, err
		},
	}
}
