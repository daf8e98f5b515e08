package jobs

import (
	"context"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/outcome"
	"onward/services/register"
	"onward/services/reminder"
)

// StallScan raises and resolves flags on every case that is due. Before that it
// opens the cases of accepted transfers that a crash has kept from being opened.
func StallScan(c *casework.Service, r *register.Register) Job {
	return Job{
		Name:        "stall-scan",
		Description: "Flags the cases that have stalled and resolves the flags whose condition has ended.",
		Schedule:    "0 5 * * *",
		Work: func(ctx context.Context, asOf calendar.Day) ([]Count, error) {
			if _, err := c.FinishTransfers(ctx, r.Snapshot()); err != nil {
				return nil, err
			}
			scan, err := c.ScanStalled(ctx, access.Job("stall-scan"), r.Snapshot(), asOf)
			return []Count{{"checked", scan.Checked}, {"raised", scan.Raised}, {"resolved", scan.Resolved}}, err
		},
	}
}

// RollUp keeps the outcome figures of the day's quarter and of the one before,
// which late entries still change.
func RollUp(c *casework.Service, r *register.Register, keep *outcome.RollUps) Job {
	return Job{
		Name:        "roll-up",
		Description: "Counts the indicators of the current and the last quarter, and keeps a revision where they have changed.",
		Schedule:    "30 5 * * *",
		Work: func(ctx context.Context, asOf calendar.Day) ([]Count, error) {
			figures, revised := 0, 0
			current := calendar.QuarterOf(asOf)
			for _, quarter := range []calendar.Period{calendar.QuarterOf(current.From - 1), current} {
				report, knownAt, err := c.Programme(r.Snapshot(), quarter)
				if err != nil {
					return nil, err
				}
				changed, err := keep.Keep(ctx, asOf, knownAt, report)
				if err != nil {
					return nil, err
				}
				figures += len(report.Rows)
				if changed {
					revised++
				}
			}
			return []Count{{"figures", figures}, {"revised", revised}}, nil
		},
	}
}

// FollowUpReminders makes the digest of the day for every worker who has something
// to do, and sends the events that wait.
func FollowUpReminders(d *reminder.Digests, r *register.Register) Job {
	return Job{
		Name:        "follow-up-reminders",
		Description: "Makes a digest of the worklist for each worker and sends an event of it, without names.",
		Schedule:    "0 6 * * *",
		Work: func(ctx context.Context, asOf calendar.Day) ([]Count, error) {
			made, err := d.Make(ctx, r.Snapshot(), asOf)
			return []Count{{"digests", made.Digests}, {"sent", made.Sent}, {"unsent", made.Unsent}}, err
		},
	}
}
