package jobs

import (
	"context"
	"encoding/json"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/reminder"
	"onward/services/store"
)

// keepRuns is how long runs are kept, in days before the day of the run [J]: a year
// and a month to compare it with.
const keepRuns = 400

// RetentionOfLogs removes the logs that are too old to be of use: runs that began
// more than 400 days before the day, and digests of a day more than 90 days before
// it. Nothing else is ever removed.
func RetentionOfLogs(s store.Store) Job {
	return Job{
		Name:        "retention-of-logs",
		Description: "Removes the record of runs after 400 days and digests after 90.",
		Schedule:    "30 3 * * *",
		LatestOnly:  true,
		Work: func(ctx context.Context, asOf calendar.Day) ([]Count, error) {
			runs, err := removeOld(ctx, s, store.Runs, asOf-keepRuns, dayOfRun)
			if err != nil {
				return nil, err
			}
			digests, err := removeOld(ctx, s, store.Digests, asOf-reminder.KeptDays, dayOfDigest)
			return []Count{{"runs", runs}, {"digests", digests}}, err
		},
	}
}

// removeOld removes the documents of a collection whose day is before the first that
// is kept, and returns how many there were. One without a day is kept.
func removeOld(ctx context.Context, s store.Store, c store.Collection, first calendar.Day, dayOf func(store.Document) (calendar.Day, error)) (int, error) {
	var old []string
	_, err := s.Scan(ctx, c, func(doc store.Document) error {
		day, err := dayOf(doc)
		if err == nil && !day.IsZero() && day < first {
			old = append(old, doc.ID)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for i, id := range old {
		if err := s.Remove(ctx, c, id); err != nil {
			return i, err
		}
	}
	return len(old), nil
}

func dayOfRun(doc store.Document) (calendar.Day, error) {
	run, err := decodeRun(doc)
	if err != nil || run.StartedAt.IsZero() {
		return 0, err
	}
	return calendar.DayOf(run.StartedAt), nil
}

// dayOfDigest reads the one field of a digest that is of interest here.
func dayOfDigest(doc store.Document) (calendar.Day, error) {
	var digest struct {
		On calendar.Day `json:"on"`
	}
	if err := json.Unmarshal(doc.State, &digest); err != nil {
		return 0, fault.Wrap(fault.Internal, err, "read %s", doc.ID)
	}
	return digest.On, nil
}
