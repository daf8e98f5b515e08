package jobs

import (
	"time"

	"github.com/robfig/cron/v3"

	"onward/services/calendar"
	"onward/services/fault"
)

const (
	// catchUpDays is how many days back missed slots are caught up; older ones
	// are logged and left, since a scan of today finds whatever is still wrong.
	catchUpDays = 31
	// lookBackDays is how far back the last slot that is due is looked for: a
	// schedule fires once a year at least.
	lookBackDays = 366
)

// schedule says when the slots of a job fall due in a zone. A slot is a day on
// which the cron expression fires. Its moment is the first time on that day, read
// from a clock on the wall: where the clock is put back and shows that time twice,
// it is the first of the two; where it is put forward past that time, it is the
// moment when it is.
type schedule struct {
	spec cron.Schedule
	zone *time.Location
	back calendar.Day // how many days of missed slots are run
}

func readSchedule(job Job, zone *time.Location) (schedule, error) {
	spec, err := cron.ParseStandard(job.Schedule)
	if err != nil {
		return schedule{}, fault.Wrap(fault.Internal, err, "read the schedule of job %s", job.Name)
	}
	s := schedule{spec, zone, catchUpDays}
	if job.LatestOnly {
		s.back = 1
	}
	return s, nil
}

// after returns the first slot after a day, and its moment; zero if there is none
// for five years.
func (s schedule) after(day calendar.Day) (calendar.Day, time.Time) {
	// Clocks on the wall are reckoned with in UTC, which leaves none out.
	wall := s.spec.Next((day + 1).Time().Add(-time.Second))
	if wall.IsZero() {
		return 0, time.Time{}
	}
	return dayIn(time.UTC, wall), momentOf(wall, s.zone)
}

// latest returns the last slot whose moment has come, or zero.
func (s schedule) latest(now time.Time) calendar.Day {
	today := dayIn(s.zone, now)
	for day := today; day > today-lookBackDays; day-- {
		if slot, at := s.after(day - 1); slot == day && !at.After(now) {
			return slot
		}
	}
	return 0
}

// next returns the first moment of a slot after now, or the zero time.
func (s schedule) next(now time.Time) time.Time {
	slot, at := s.after(dayIn(s.zone, now) - 1)
	for slot != 0 && !at.After(now) {
		slot, at = s.after(slot)
	}
	return at
}

// lag returns the days from the last slot that was done to the last that is due. A
// job of which no slot was done yet is a day behind once one is due.
func (s schedule) lag(done calendar.Day, now time.Time) int {
	latest := s.latest(now)
	if done.IsZero() && !latest.IsZero() {
		return 1
	}
	return max(0, int(latest-done))
}

// due is the first slot to run, and the first that is left out before it.
type due struct {
	slot, missed calendar.Day // zero where there is none
}

// first returns what is due after the last slot that was done. A job that was
// never run is due for the latest slot only.
func (s schedule) first(done calendar.Day, now time.Time) due {
	latest := s.latest(now)
	switch {
	case latest <= done:
		return due{}
	case done.IsZero():
		return due{slot: latest}
	}
	slot, _ := s.after(max(done, latest-s.back))
	missed, _ := s.after(done)
	if missed == slot {
		missed = 0
	}
	return due{slot, missed}
}

// dayIn returns the day that a calendar in the zone shows.
func dayIn(zone *time.Location, t time.Time) calendar.Day {
	y, m, d := t.In(zone).Date()
	return calendar.Date(y, m, d)
}

// momentOf returns the moment at which clocks in the zone first show what the wall
// clock, written as if in UTC, shows, or pass it.
func momentOf(wall time.Time, zone *time.Location) time.Time {
	yesterdays := offset(wall.Add(-24*time.Hour), zone)
	t := wall.Add(-yesterdays).In(zone)
	todays := offset(t, zone)
	if todays == yesterdays {
		return t
	}
	u := wall.Add(-todays).In(zone) // the clock has been put by then
	if offset(u, zone) == todays {
		return u
	}
	put, _ := t.ZoneBounds()
	return put
}

// offset returns how far clocks in the zone are ahead of UTC.
func offset(t time.Time, zone *time.Location) time.Duration {
	_, seconds := t.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}
