package demography_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/demography"
)

func day(t *testing.T, s string) calendar.Day {
	t.Helper()
	if s == "" {
		return 0
	}
	d, err := calendar.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestBandOf proves at which days the bands change, by what is known.
func TestBandOf(t *testing.T) {
	for _, c := range []struct {
		name      string
		birthYear int
		adultOn   string
		on        string
		want      demography.AgeBand
	}{
		{"nothing known", 0, "", "2026-01-01", demography.UnknownAge},

		{"the year alone, the last day of 14", 2011, "", "2025-12-31", demography.Under15},
		{"the first of 15", 2011, "", "2026-01-01", demography.Age15To17},
		{"the last of 17", 2011, "", "2028-12-31", demography.Age15To17},
		{"the first of 18", 2011, "", "2029-01-01", demography.Age18To24},
		{"the last of 24", 2011, "", "2035-12-31", demography.Age18To24},
		{"the first of 25", 2011, "", "2036-01-01", demography.Age25To59},
		{"the last of 59", 2011, "", "2070-12-31", demography.Age25To59},
		{"the first of 60", 2011, "", "2071-01-01", demography.Age60Plus},
		{"before her birth", 2011, "", "2009-06-01", demography.Under15},

		{"the birthday alone, the day before it", 0, "2026-07-01", "2026-06-30", demography.Age15To17},
		{"the birthday", 0, "2026-07-01", "2026-07-01", demography.Age18To24},
		{"the year of 14", 0, "2026-07-01", "2022-12-31", demography.Under15},
		{"the year of 15", 0, "2026-07-01", "2023-01-01", demography.Age15To17},
		{"the year of 25", 0, "2026-07-01", "2033-01-01", demography.Age25To59},

		{"both, the day before the birthday", 2008, "2026-07-01", "2026-06-30", demography.Age15To17},
		{"both, the birthday", 2008, "2026-07-01", "2026-07-01", demography.Age18To24},
		{"a year that says adult too early", 2007, "2026-07-01", "2026-06-30", demography.Age15To17},
		{"a year that says adult too late", 2009, "2026-07-01", "2026-07-01", demography.Age18To24},
		{"the year given decides the other bands", 2009, "2026-07-01", "2023-12-31", demography.Under15},
	} {
		if got := demography.BandOf(c.birthYear, day(t, c.adultOn), day(t, c.on)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestBandOfGrows proves that nobody grows younger, that the day on which she
// turns 18 decides whether she is a child, and that a band is unknown just where
// nothing is known.
func TestBandOfGrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		turns18 := calendar.Date(2026, 1, 1) + calendar.Day(rapid.IntRange(-20000, 20000).Draw(t, "adultOn"))
		adultOn, birthYear := turns18, demography.BornInYear(turns18)
		switch rapid.SampledFrom([]string{"both", "year", "day", "none"}).Draw(t, "known") {
		case "both":
			birthYear += rapid.IntRange(-1, 1).Draw(t, "off")
		case "year":
			adultOn = 0
		case "day":
			birthYear = 0
		case "none":
			adultOn, birthYear = 0, 0
		}
		on := turns18 + calendar.Day(rapid.IntRange(-10000, 20000).Draw(t, "on"))
		later := on + calendar.Day(rapid.IntRange(0, 5000).Draw(t, "later"))
		band := demography.BandOf(birthYear, adultOn, on)
		if rank(band) > rank(demography.BandOf(birthYear, adultOn, later)) {
			t.Fatalf("%s on %s, and %s on %s", band, on, demography.BandOf(birthYear, adultOn, later), later)
		}
		if (band == demography.UnknownAge) != (birthYear == 0 && adultOn == 0) {
			t.Fatalf("%s of what is known: %d, %q", band, birthYear, adultOn)
		}
		if child := rank(band) <= rank(demography.Age15To17); adultOn != 0 && child != (on < adultOn) {
			t.Fatalf("%s on %s, who turns 18 on %s", band, on, adultOn)
		}
	})
}

func rank(b demography.AgeBand) int { return slices.Index(demography.AgeBands, b) }
