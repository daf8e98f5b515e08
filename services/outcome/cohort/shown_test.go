package cohort_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"onward/services/outcome/cohort"
)

// times writes n times each of some times.
func times(n int, of ...string) string { return strings.Repeat(strings.Join(of, " ")+" ", n) }

func TestShown(t *testing.T) {
	for name, test := range map[string]struct {
		times string
		want  []int // the days that are shown
	}{
		"nobody":                        {"", nil},
		"below the threshold":           {times(10, "400+"), nil},
		"at the threshold":              {times(11, "100+"), []int{30, 60, 90}},
		"the last day is not past it":   {times(11, "90+"), []int{30, 60}},
		"few ended":                     {times(10, "20") + times(50, "100+"), nil},
		"a threshold ended":             {times(11, "20") + times(50, "100+"), []int{30, 60, 90}},
		"few ended at first, then more": {times(5, "20") + times(6, "50") + times(50, "100+"), []int{60, 90}},
		"few gone":                      {times(10, "20+") + times(50, "100+"), nil},
		"a threshold gone":              {times(11, "20+") + times(50, "100+"), []int{30, 60, 90}},
		"many ended, few gone":          {times(20, "20") + "20+ " + times(50, "100+"), nil},
		"few go on":                     {times(50, "20") + times(10, "400+"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			var days []int
			for _, p := range cohort.Shown(cohort.Estimate(spells(test.times)), 11) {
				days = append(days, p.Day)
			}
			if !slices.Equal(days, test.want) {
				t.Errorf("days %v, want %v", days, test.want)
			}
		})
	}
}

// TestShownIsRounded proves that a point says what has happened by its day, in
// whole percents, with bounds that are not made narrower.
func TestShownIsRounded(t *testing.T) {
	shown := cohort.Shown(cohort.Estimate(spells(times(20, "20")+times(11, "29+")+times(30, "100+"))), 11)
	// Of 61, 20 ended: 0.6721, with bounds 0.5392 and 0.7745.
	want := cohort.ShownPoint{Day: 30, State: cohort.State{Ended: 20, Gone: 11, Followed: 30}, Survival: 0.67, Lower: 0.53, Upper: 0.78}
	if len(shown) == 0 || shown[0] != want {
		t.Errorf("shown %+v, want %+v first", shown, want)
	}
}

// TestShownBesideEarlier proves that a release leaves out what would differ from
// an earlier one by few persons.
func TestShownBesideEarlier(t *testing.T) {
	first := times(20, "20") + times(40, "100+")
	for name, test := range map[string]struct {
		now  string
		want []int
	}{
		"the same":                           {first, []int{30, 60, 90}},
		"one more ended":                     {times(21, "20") + times(39, "100+"), nil},
		"a threshold more":                   {times(31, "20") + times(29, "100+"), []int{30, 60, 90}},
		"one more person":                    {first + "100+ ", nil},
		"a threshold of persons":             {first + times(11, "100+"), []int{30, 60, 90}},
		"few more persons, all else far off": {times(40, "20") + times(25, "100+"), nil},
		"followed for longer":                {times(20, "20") + times(40, "200+"), []int{30, 60, 90, 180}},
		"one ended since":                    {times(20, "20") + "80 " + times(39, "200+"), []int{30, 60}},
		"a threshold ended since":            {times(20, "20") + times(11, "80") + times(29, "200+"), []int{30, 60, 90, 180}},
	} {
		t.Run(name, func(t *testing.T) {
			before := cohort.Shown(cohort.Estimate(spells(first)), 11)
			var days []int
			for _, p := range cohort.Shown(cohort.Estimate(spells(test.now)), 11, before) {
				days = append(days, p.Day)
			}
			if !slices.Equal(days, test.want) {
				t.Errorf("days %v, want %v", days, test.want)
			}
		})
	}
}

// TestShownHidesSmallCounts proves over random cohorts, which change from one
// release to the next, that no two numbers that are published of them differ by 1
// to 10, and that nothing below 11 is followed.
func TestShownHidesSmallCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		threshold := rapid.IntRange(2, 11).Draw(t, "threshold")
		var published []cohort.ShownPoint
		var releases [][]cohort.ShownPoint
		all := someSpells(t, 150)
		for range rapid.IntRange(1, 3).Draw(t, "releases") {
			shown := cohort.Shown(cohort.Estimate(all), threshold, releases...)
			releases, published = append(releases, shown), append(published, shown...)
			more := someSpells(t, 30)
			all = slices.Concat(all[rapid.IntRange(0, len(all)).Draw(t, "removed"):], more)
		}
		small := func(a, b int) bool { d := max(a-b, b-a); return d > 0 && d < threshold }
		for _, p := range published {
			if p.Followed < threshold || small(p.Ended, 0) || small(p.Gone, 0) || p.Survival < 0 || p.Survival > 1 {
				t.Fatalf("%+v is shown", p)
			}
			for _, q := range published {
				if small(p.Ended, q.Ended) || small(p.Gone, q.Gone) || small(p.Followed, q.Followed) ||
					small(p.Ended+p.Gone+p.Followed, q.Ended+q.Gone+q.Followed) {
					t.Fatalf("%+v and %+v are shown", p, q)
				}
			}
		}
	})
}
