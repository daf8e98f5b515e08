package stall_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/stall"
	"onward/services/track"
)

// appraise measures the flags that were raised in a period.
func appraise(period calendar.Period, files ...*file) []stall.Quality {
	a := stall.NewAppraisal(period)
	for _, f := range files {
		history := slices.Clone(f.entries)
		casefile.MarkReversed(history)
		a.Add(history)
	}
	return a.Result()
}

func quality(t *testing.T, all []stall.Quality, rule casefile.RuleCode) stall.Quality {
	t.Helper()
	i := slices.IndexFunc(all, func(q stall.Quality) bool { return q.Rule == rule })
	if i < 0 {
		t.Fatalf("no line of %s", rule)
	}
	return all[i]
}

// within is the year of the tests.
var within = calendar.Period{From: day("2026-01-01"), To: day("2026-12-31")}

// flagged is a case on which the lack of contact was flagged on 1 February, and
// the lack of an assessment with it. Contact ends the first of them.
func flagged() *file {
	f := active()
	f.scan(day("2026-02-01"))
	return f
}

func (f *file) noContact(t *testing.T) string {
	return f.flag(t, stall.NoContact, "2026-01-01").ID
}

// TestQuality proves what a flag counts as, by what became of it.
func TestQuality(t *testing.T) {
	days := func(n float64) *float64 { return &n }
	contact := met(track.Unscheduled, true)
	for _, c := range []struct {
		name  string
		write func(f *file)
		want  stall.Quality
	}{
		{"nothing happens", func(*file) {}, stall.Quality{Raised: 1, StillOpen: 1}},
		{"she is contacted on the same day", func(f *file) { f.must("2026-02-01", contact); f.settle(day("2026-02-01")) },
			stall.Quality{Raised: 1, FollowedWithin14Days: 1, ResolvedByThemselves: 1, MedianDaysOpen: days(0)}},
		{"she is contacted on day 14", func(f *file) { f.must("2026-02-15", contact); f.settle(day("2026-02-15")) },
			stall.Quality{Raised: 1, FollowedWithin14Days: 1, ResolvedByThemselves: 1, MedianDaysOpen: days(14)}},
		{"she is contacted on day 15", func(f *file) { f.must("2026-02-16", contact); f.settle(day("2026-02-16")) },
			stall.Quality{Raised: 1, ResolvedByThemselves: 1, MedianDaysOpen: days(15)}},
		{"it was recorded in time, of a day before", func(f *file) { f.today = day("2026-02-10"); f.must("2026-01-10", assigned()) },
			stall.Quality{Raised: 1, FollowedWithin14Days: 1, StillOpen: 1}},
		{"it was recorded too late, of a day in time", func(f *file) { f.today = day("2026-02-20"); f.must("2026-02-10", assigned()) },
			stall.Quality{Raised: 1, StillOpen: 1}},
		{"somebody has seen it", func(f *file) { f.must("2026-02-03", casefile.FlagAcknowledgement{FlagID: f.c.Flags[1].ID}) },
			stall.Quality{Raised: 1, StillOpen: 1}},
		{"what was done is taken back", func(f *file) {
			f.must("2026-02-03", assigned())
			f.today = day("2026-02-20")
			f.must("2026-02-20", casefile.Reversed{Version: len(f.entries), Reason: "another case"})
		}, stall.Quality{Raised: 1, StillOpen: 1}},
		{"the case ends", func(f *file) { f.must("2026-03-03", closed()); f.settle(day("2026-03-03")) },
			stall.Quality{Raised: 1, ResolvedByThemselves: 1, MedianDaysOpen: days(30)}},
		{"raised again after a correction", func(f *file) {
			f.must("2026-02-05", contact)
			n := len(f.entries)
			f.settle(day("2026-02-05"))
			f.must("2026-02-20", casefile.Reversed{Version: n, Reason: "another case"})
			f.scan(day("2026-02-21"))
		}, stall.Quality{Raised: 1, StillOpen: 1, Reopened: 1}},
		{"raised again, and ended again", func(f *file) {
			f.must("2026-02-05", contact)
			n := len(f.entries)
			f.settle(day("2026-02-05"))
			f.must("2026-02-20", casefile.Reversed{Version: n, Reason: "another case"})
			f.scan(day("2026-02-21"))
			f.must("2026-02-24", contact)
			f.settle(day("2026-02-24"))
		}, stall.Quality{Raised: 1, ResolvedByThemselves: 1, Reopened: 1, MedianDaysOpen: days(4 + 3)}},
	} {
		f := flagged()
		c.write(f)
		c.want.Rule = stall.NoContact
		if got := quality(t, appraise(within, f), stall.NoContact); !same(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// same compares two figures by what their medians say.
func same(a, b stall.Quality) bool {
	x, y := a.MedianDaysOpen, b.MedianDaysOpen
	a.MedianDaysOpen, b.MedianDaysOpen = nil, nil
	return a == b && (x == nil) == (y == nil) && (x == nil || *x == *y)
}

// TestQualityOfDismissal proves that a flag which somebody ends by hand is
// dismissed, and that handling it is not following it.
func TestQualityOfDismissal(t *testing.T) {
	f := flagged()
	f.must("2026-02-11", casefile.FlagResolution{FlagID: f.noContact(t), Reason: "she has said that she will call"})
	ten := 10.0
	want := stall.Quality{Rule: stall.NoContact, Raised: 1, Dismissed: 1, MedianDaysOpen: &ten}
	if got := quality(t, appraise(within, f), stall.NoContact); !same(got, want) {
		t.Errorf("%+v", got)
	}
}

// TestQualityOfPeriod proves that the day on which a flag was raised for the
// first time decides whether it counts, and that jobs do not follow flags.
func TestQualityOfPeriod(t *testing.T) {
	raised := day("2026-02-01")
	for _, c := range []struct {
		from, to calendar.Day
		want     int
	}{{raised, raised, 1}, {raised - 10, raised - 1, 0}, {raised + 1, raised + 10, 0}, {raised - 1, raised + 1, 1}} {
		if got := quality(t, appraise(calendar.Period{From: c.from, To: c.to}, flagged()), stall.NoContact); got.Raised != c.want {
			t.Errorf("%s to %s: %+v", c.from, c.to, got)
		}
	}
	f := flagged()
	f.must("2026-02-02", assigned())
	f.entries[len(f.entries)-1].By = ""
	if got := quality(t, appraise(within, f), stall.NoContact); got.FollowedWithin14Days != 0 {
		t.Errorf("a job follows a flag: %+v", got)
	}
}

// TestQualityMedian proves the median of an odd and an even number of flags.
func TestQualityMedian(t *testing.T) {
	ended := func(on string) *file {
		f := flagged()
		f.must(on, met(track.Unscheduled, true))
		f.settle(day(on))
		return f
	}
	all := []*file{ended("2026-02-11"), ended("2026-02-02"), flagged(), ended("2026-02-06"), ended("2026-03-03")}
	for n, want := range map[int]float64{1: 10, 2: 5.5, 3: 5.5, 4: 5, 5: 7.5} {
		if got := quality(t, appraise(within, all[:n]...), stall.NoContact); got.MedianDaysOpen == nil || *got.MedianDaysOpen != want {
			t.Errorf("of %d: %v, want %v", n, got.MedianDaysOpen, want)
		}
	}
}

// TestQualityAddsUp proves that every flag counts once and as one thing, that two
// periods which follow each other count what both together do, and that the
// figures are those of the flags of the case.
func TestQualityAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, today := someFile(t)
		f.scan(today)
		all := appraise(calendar.Period{From: 1, To: calendar.LastDay}, f)
		cut := day("2026-01-01") + calendar.Day(rapid.IntRange(0, 400).Draw(t, "cut"))
		before, after := appraise(calendar.Period{From: 1, To: cut}, f), appraise(calendar.Period{From: cut + 1, To: calendar.LastDay}, f)
		for i, q := range all {
			var open, dismissed, raised int
			for _, flag := range f.c.Flags {
				if flag.Rule != q.Rule {
					continue
				}
				raised++
				if flag.Live() {
					open++
				} else if flag.Dismissed {
					dismissed++
				}
			}
			if q.Raised != raised || q.StillOpen != open || q.Dismissed != dismissed || q.ResolvedByThemselves != raised-open-dismissed {
				t.Fatalf("%+v of flags %+v", q, f.c.Flags)
			}
			if q.FollowedWithin14Days > q.Raised || q.Reopened > q.Raised || (q.MedianDaysOpen != nil) != (q.StillOpen < q.Raised) || q.MedianDaysOpen != nil && *q.MedianDaysOpen < 0 {
				t.Fatalf("%+v", q)
			}
			if b, a := before[i], after[i]; b.Raised+a.Raised != q.Raised || b.FollowedWithin14Days+a.FollowedWithin14Days != q.FollowedWithin14Days || b.Reopened+a.Reopened != q.Reopened {
				t.Fatalf("%+v and %+v make %+v", b, a, q)
			}
		}
	})
}
