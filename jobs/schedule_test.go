package jobs_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"onward/jobs"
	"onward/services/calendar"
)

// zones are kinds of zone: without changes of the clocks, with changes of an hour at
// two or at midnight, of half an hour, and one that left out a whole day in 2011.
var zones = []string{"Asia/Phnom_Penh", "Europe/Berlin", "America/New_York", "Asia/Beirut", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia"}

// onTheWall returns the first moment of the day at which a clock in the zone shows
// the time or a later one, by looking at the clock every minute; false if it is
// never that day.
func onTheWall(day calendar.Day, hour, minute int, zone *time.Location) (time.Time, bool) {
	y, m, d := day.Time().Date()
	noon := time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
	for t := noon.Add(-30 * time.Hour); t.Before(noon.Add(30 * time.Hour)); t = t.Add(time.Minute) {
		local := t.In(zone)
		ly, lm, ld := local.Date()
		if calendar.Date(ly, lm, ld) == day && local.Hour()*60+local.Minute() >= hour*60+minute {
			return t, true
		}
	}
	return time.Time{}, false
}

// TestSlotsFollowTheWall proves that a day's slot falls due at the moment that a
// clock on the wall shows for the first time that day what the schedule says, or
// passes it, for every zone, day and time, and not a second before.
func TestSlotsFollowTheWall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		day := calendar.Date(2027, 1, 1) + calendar.Day(rapid.IntRange(0, 2*366).Draw(t, "day"))
		if rapid.Bool().Draw(t, "change") { // near a change of the clocks, where there is one
			if start, end := day.Start().In(zone).ZoneBounds(); !end.IsZero() {
				day = dayOf(end.In(zone)) + calendar.Day(rapid.IntRange(-1, 1).Draw(t, "beside"))
			} else if !start.IsZero() {
				day = dayOf(start.In(zone)) + calendar.Day(rapid.IntRange(-1, 1).Draw(t, "beside"))
			}
		}
		hour, minute := rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")
		moment, ok := onTheWall(day, hour, minute, zone)
		if !ok {
			t.Skip("the zone has no such time on that day")
		}
		spec := fmt.Sprintf("%d %d * * *", minute, hour)
		before, next, err := jobs.Slots(spec, zone, moment.Add(-time.Second))
		if err != nil || before >= day || !next.Equal(moment) {
			t.Fatalf("%s in %s, a second before %s: the last slot is %s, the next at %s; %v", spec, zone, moment.In(zone), before, next, err)
		}
		at, next, err := jobs.Slots(spec, zone, moment)
		if err != nil || at != day || !next.After(moment) {
			t.Fatalf("%s in %s, at %s: the last slot is %s, the next at %s; %v", spec, zone, moment.In(zone), at, next, err)
		}
	})
}

func dayOf(local time.Time) calendar.Day {
	y, m, d := local.Date()
	return calendar.Date(y, m, d)
}

// TestSlotsOfSchedules proves which days are slots of schedules that do not fire
// daily, or more than once a day: on Monday, on the last day of February in a year
// with and without a leap day, on 29 February, and never.
func TestSlotsOfSchedules(t *testing.T) {
	noon := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, calendar.Zone) }
	for _, c := range []struct {
		spec   string
		now    time.Time
		latest calendar.Day
		next   time.Time
	}{
		{"0 5 * * 1", noon(2026, 3, 4), calendar.Date(2026, 3, 2), noon(2026, 3, 9).Add(-7 * time.Hour)},
		{"0 5 * * 1", noon(2026, 3, 2).Add(-8 * time.Hour), calendar.Date(2026, 2, 23), noon(2026, 3, 2).Add(-7 * time.Hour)},
		{"0 */6 * * *", noon(2026, 3, 4), calendar.Date(2026, 3, 4), noon(2026, 3, 5).Add(-12 * time.Hour)},
		{"0 12 28 2 *", noon(2027, 2, 28), calendar.Date(2027, 2, 28), noon(2028, 2, 28)},
		{"0 12 29 2 *", noon(2028, 2, 29), calendar.Date(2028, 2, 29), noon(2032, 2, 29)},
		{"0 12 29 2 *", noon(2028, 12, 31), calendar.Date(2028, 2, 29), noon(2032, 2, 29)},
		{"0 12 31 2 *", noon(2028, 12, 31), 0, time.Time{}},
	} {
		latest, next, err := jobs.Slots(c.spec, calendar.Zone, c.now)
		if err != nil || latest != c.latest || !next.Equal(c.next) {
			t.Errorf("%s on %s: %s and %s, want %s and %s; %v", c.spec, c.now, latest, next, c.latest, c.next, err)
		}
	}
}

// TestWeeklyDowntime proves that the catching up of a weekly job runs its Mondays
// only, and that its lag counts from Monday to Monday.
func TestWeeklyDowntime(t *testing.T) {
	s, d := openStore(t), &diary{}
	monday := calendar.Date(2026, 3, 2)
	start(t, scheduled(s, "a", at(monday, 6), d, "0 5 * * 1"))
	later := scheduled(s, "a", at(monday+16, 6), d, "0 5 * * 1")
	if x := describe(t, later); x.LagDays != 14 {
		t.Errorf("before: %+v", x)
	}
	start(t, later)
	wantDays(t, d, monday, monday+7, monday+14)
	if x := describe(t, later); x.LagDays != 0 || x.LastSlot != monday+14 || !x.NextRunAt.Equal(at(monday+21, 5)()) {
		t.Errorf("afterwards: %+v", x)
	}
}

// TestBadSchedule proves that a schedule that cannot be read is an error at the
// start, and not a job that never runs.
func TestBadSchedule(t *testing.T) {
	r := scheduled(openStore(t), "a", at(day, 6), &diary{}, "every morning")
	if err := r.Start(context.Background()); err == nil {
		t.Error("it started")
	}
	r.Stop()
}
