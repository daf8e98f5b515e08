package jobs

import (
	"context"
	"errors"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/outcome"
	"onward/services/register"
	"onward/services/reminder"
)

// StallScan brings the flags of every case that is due to what they are. Before
// that it opens the cases of accepted transfers that a crash has kept from being
// opened, and releases the cases of workers whose access has ended.
func StallScan(c *casework.Service, r *register.Register) Job {
	return Job{
		Name:        "stall-scan",
		Description: "Flags the cases that have stalled, wakes the flags whose snooze has run out and resolves those whose condition has ended.",
		Schedule:    "0 5 * * *",
		Work: func(ctx context.Context, asOf calendar.Day) ([]Count, error) {
			actor := access.Job("stall-scan")
			transfers, unfinished := c.FinishTransfers(ctx, r.Snapshot())
			release, unreleased := c.ReleaseCases(ctx, actor, r.Snapshot(), asOf)
			scan, err := c.ScanStalled(ctx, actor, r.Snapshot(), asOf)
			return []Count{
				{"released", release.Written(casefile.Released{})},
				{"checked", scan.Checked}, {"raised", scan.Written(casefile.FlagRaised{})}, {"resolved", scan.Written(casefile.FlagResolution{})},
				{"woken", scan.Written(casefile.FlagWoken{})}, {"regraded", scan.Written(casefile.FlagRegraded{})},
				{"failed", transfers.Failed + release.Failed + scan.Failed},
			}, errors.Join(unfinished, unreleased, err)
		},
	}
}

// Escalation takes flags that have been overdue for too long to the supervisor and
// to the lead. Its hour is a quarter after the scan's, so that it mostly finds the
// flags of the day; nothing makes it wait for them, and what it misses it finds on
// the next day.
func Escalation(c *casework.Service, r *register.Register) Job {
	return Job{
		Name:        "escalation",
		Description: "Escalates the flags that have been overdue for too long, to the supervisor and then to the lead.",
		Schedule:    "15 5 * * *",
		Work: func(ctx context.Context, asOf calendar.Day) ([]Count, error) {
			done, err := c.EscalateFlags(ctx, access.Job("escalation"), r.Snapshot(), asOf)
			return []Count{{"checked", done.Checked}, {"escalated", done.Written(casefile.FlagEscalated{})}, {"failed", done.Failed}}, err
		},
	}
}

// ConsentExpiry notes on the cases which consents have run out.
func ConsentExpiry(c *casework.Service, r *register.Register) Job {
	return Job{
		Name:        "consent-expiry",
		Description: "Notes in the histories which consents have run out. What rests on them has ended by itself.",
		Schedule:    "30 4 * * *",
		Work: func(ctx context.Context, asOf calendar.Day) ([]Count, error) {
			done, err := c.NoteExpiredConsents(ctx, access.Job("consent-expiry"), r.Snapshot(), asOf)
			return []Count{{"cases", done.Checked}, {"noted", done.Written(casefile.ConsentExpired{})}, {"failed", done.Failed}}, err
		},
	}
}

// RollUp keeps the outcome figures of the day's quarter and of the one before,
// which late entries still change, finds what needs attention in figures, and drafts
// the release of the last quarter. It counts what has changed since the run before, in
// one process.
func RollUp(c *casework.Service, r *register.Register, keep *outcome.RollUps) Job {
	return Job{
		Name:        "roll-up",
		Description: "Counts the indicators of the current and the last quarter, keeps a revision where they have changed, finds targets that were missed and cohorts that fall behind, and drafts the release of the last quarter.",
		Schedule:    "30 5 * * *",
		LatestOnly:  true,
		Work: func(ctx context.Context, asOf calendar.Day) ([]Count, error) {
			done, err := c.RollUp(ctx, r, keep, asOf)
			return []Count{
				{"figures", done.Figures}, {"changed", done.Changed}, {"whole", done.Whole},
				{"revised", done.Revised}, {"attention", done.Attention}, {"drafted", done.Drafted}, {"findings", done.Findings},
			}, err
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
		LatestOnly:  true,
		Work: func(ctx context.Context, asOf calendar.Day) ([]Count, error) {
			made, err := d.Make(ctx, r.Snapshot(), asOf)
			return []Count{{"digests", made.Digests}, {"sent", made.Sent}, {"refused", made.Refused}, {"unsent", made.Unsent}}, err
		},
	}
}
