package jobs

import (
	"context"

	"onward/services/calendar"
	"onward/services/reminder"
	"onward/services/signin"
	"onward/services/store"
)

// keepRuns is how long runs are kept, in days before the day of the run [J]: a year
// and a month to compare it with.
const keepRuns = 400

// RetentionOfLogs removes the logs that are too old to be of use: runs that began
// more than 400 days before the day, digests of a day more than 90 days before it,
// and sign-ins that ended before the day began. Nothing else is ever removed.
func RetentionOfLogs(s store.Store) Job {
	return Job{
		Name:        "retention-of-logs",
		Description: "Removes the record of runs after 400 days, digests after 90, and sign-ins that have ended.",
		Schedule:    "30 3 * * *",
		LatestOnly:  true,
		Work: func(ctx context.Context, asOf calendar.Day) ([]Count, error) {
			runs, err := removeRuns(ctx, s, asOf-keepRuns)
			if err != nil {
				return nil, err
			}
			digests, err := reminder.RemoveBefore(ctx, s, asOf-reminder.KeptDays)
			if err != nil {
				return nil, err
			}
			sessions, err := signin.RemoveEnded(ctx, s, asOf.Start())
			return []Count{{"runs", runs}, {"digests", digests}, {"sessions", sessions}}, err
		},
	}
}

// removeRuns removes the runs that began before the first day that is kept, and
// returns how many there were. One that has no beginning or cannot be read is kept.
func removeRuns(ctx context.Context, s store.Store, first calendar.Day) (int, error) {
	var old []string
	_, err := s.Scan(ctx, store.Runs, func(doc store.Document) error {
		run, err := decodeRun(doc)
		if err == nil && !run.StartedAt.IsZero() && calendar.DayOf(run.StartedAt) < first {
			old = append(old, doc.ID)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for i, id := range old {
		if err := s.Remove(ctx, store.Runs, id); err != nil {
			return i, err
		}
	}
	return len(old), nil
}
