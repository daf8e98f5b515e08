package jobs

import (
	"time"

	"onward/services/calendar"
)

// Slots returns the last slot of a schedule that is due and the moment of the next,
// for the tests that compare them with a clock on the wall.
func Slots(spec string, zone *time.Location, now time.Time) (latest calendar.Day, next time.Time, err error) {
	s, err := readSchedule(Job{Schedule: spec}, zone)
	if err != nil {
		return 0, time.Time{}, err
	}
	return s.latest(now), s.next(now), nil
}
