package calendar_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"onward/services/calendar"
)

func day(t testing.TB, s string) calendar.Day {
	t.Helper()
	d, err := calendar.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// anyDay draws a day that ParseDay accepts.
func anyDay(t *rapid.T, label string) calendar.Day {
	first, last := calendar.Date(1900, time.January, 1), calendar.Date(2200, time.December, 31)
	return calendar.Day(rapid.Int32Range(int32(first), int32(last)).Draw(t, label))
}

// TestDayCount proves that days are counted from 1 January of the year 1, with
// every leap day and with none that the calendar leaves out.
func TestDayCount(t *testing.T) {
	for _, c := range []struct {
		from, to string
		days     calendar.Day
	}{
		{"2024-02-28", "2024-03-01", 2},   // a leap year
		{"2023-02-28", "2023-03-01", 1},   // a common year
		{"2000-02-28", "2000-03-01", 2},   // 400 divides it
		{"2100-02-28", "2100-03-01", 1},   // 100 divides it, 400 does not
		{"1900-01-01", "1901-01-01", 365}, // before 1970, no leap year either
		{"1969-12-31", "1970-01-01", 1},
	} {
		if got := day(t, c.to) - day(t, c.from); got != c.days {
			t.Errorf("%s to %s: %d days, want %d", c.from, c.to, got, c.days)
		}
	}
	if got := calendar.Date(1, time.January, 1); got != 1 {
		t.Errorf("1 January of the year 1 is day %d, want 1", got)
	}
}

// TestAddMonths proves that months later is the same day of the month, or the
// last one where the month is shorter, in both directions.
func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2026-08-31", 3, "2026-11-30"},
		{"2026-08-31", 6, "2027-02-28"},
		{"2026-11-30", 3, "2027-02-28"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-01-15", -1, "2025-12-15"},
		{"2026-12-31", 12, "2027-12-31"},
		{"2026-05-05", 0, "2026-05-05"},
	} {
		if got := day(t, c.from).AddMonths(c.months).String(); got != c.want {
			t.Errorf("%s + %d months = %s, want %s", c.from, c.months, got, c.want)
		}
	}
}

// TestDayOfMidnight proves that a day begins at midnight in Phnom Penh, which is
// five in the afternoon UTC of the day before, whatever zone an instant is in.
func TestDayOfMidnight(t *testing.T) {
	midnight := time.Date(2026, time.March, 9, 17, 0, 0, 0, time.UTC)
	newYork := time.FixedZone("", -5*60*60)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{midnight.Add(-time.Nanosecond), "2026-03-09"},
		{midnight, "2026-03-10"},
		{midnight.In(newYork), "2026-03-10"},
		{midnight.Add(24*time.Hour - time.Nanosecond), "2026-03-10"},
		{midnight.Add(24 * time.Hour), "2026-03-11"},
		{time.Date(1960, time.January, 1, 16, 59, 59, 0, time.UTC), "1960-01-01"}, // before 1970
	} {
		if got := calendar.DayOf(c.at).String(); got != c.want {
			t.Errorf("DayOf(%s) = %s, want %s", c.at, got, c.want)
		}
	}
	if got := day(t, "2026-03-10").Start(); !got.Equal(midnight) {
		t.Errorf("2026-03-10 starts at %s, want %s", got.UTC(), midnight)
	}
}

// TestParseDayRefuses proves that only a day that exists, written in full and in
// a year that the programme can meet, is a day; the refusal shows the form.
func TestParseDayRefuses(t *testing.T) {
	for _, s := range []string{
		"", " ", "2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32", "26-01-01",
		"2026-1-01", "2026-01-1", "20260101", "2026/01/01", "2026-01-01T00:00:00Z", "2026-01-01 ", "+2026-01-01",
		"1899-12-31", "2201-01-01", "9999-12-31", "0000-01-01", "12026-01-01", "២០២៦-០១-០១",
	} {
		d, err := calendar.ParseDay(s)
		if err == nil {
			t.Errorf("ParseDay(%q) = %s, want a refusal", s, d)
		} else if d != 0 || !strings.Contains(err.Error(), "YYYY-MM-DD") {
			t.Errorf("ParseDay(%q) = %d, %v; want the zero Day and the form", s, d, err)
		}
		if err := d.UnmarshalText([]byte(s)); (err == nil) != (s == "") {
			t.Errorf("%q is stored as %s, %v", s, d, err)
		}
	}
	for _, s := range []string{"1900-01-01", "2200-12-31", "2024-02-29"} {
		if got := day(t, s).String(); got != s {
			t.Errorf("%s reads as %s", s, got)
		}
	}
	_, err := calendar.ParseDay(strings.Repeat("9", 5000))
	if err == nil || len(err.Error()) > 100 {
		t.Errorf("a long word gives %v; want a short refusal", err)
	}
}

// TestStoredDays proves that what is stored is a day where what is written is one.
func TestStoredDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`(1[89]|2[0-2])[0-9]{2}-[01][0-9]-[0-3][0-9]`).Draw(t, "text")
		var stored calendar.Day
		err := stored.UnmarshalText([]byte(s))
		if written, refusal := calendar.ParseDay(s); stored != written || (err == nil) != (refusal == nil) {
			t.Fatalf("%s is stored as %s, %v and reads as %s, %v", s, stored, err, written, refusal)
		}
	})
}

// TestRoundTrip proves that every day is written and read back as itself, as a
// text, as an instant and as a stored document, and that days are consecutive.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDay(t, "day")
		if got, err := calendar.ParseDay(d.String()); err != nil || got != d {
			t.Fatalf("%s reads as %s, %v", d, got, err)
		}
		text, err := d.MarshalText()
		var back calendar.Day
		if err != nil || back.UnmarshalText(text) != nil || back != d {
			t.Fatalf("%s is stored as %s and reads as %s, %v", d, text, back, err)
		}
		y, m, dd := d.Time().Date()
		if got := calendar.Date(y, m, dd); got != d {
			t.Fatalf("%s has the date %d-%d-%d, which is %s", d, y, m, dd, got)
		}
		if calendar.DayOf(d.Start()) != d || calendar.DayOf(d.Start().Add(-1)) != d-1 {
			t.Fatalf("%s does not begin at %s", d, d.Start())
		}
		if next := d.Time().AddDate(0, 0, 1); (d + 1).Time() != next {
			t.Fatalf("the day after %s is %s, want %s", d, d+1, next)
		}
	})
}

// TestAddMonthsHolds proves that adding months never leaves the month meant nor
// invents a day, and agrees with itself: later months are later days.
func TestAddMonthsHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := anyDay(t, "day"), rapid.IntRange(-240, 240).Draw(t, "months")
		y, m, dd := d.Time().Date()
		gy, gm, gd := d.AddMonths(n).Time().Date()
		if want := y*12 + int(m) + n; gy*12+int(gm) != want {
			t.Fatalf("%s + %d months = %s", d, n, d.AddMonths(n))
		}
		if _, _, tomorrow := (d.AddMonths(n) + 1).Time().Date(); gd != dd && (gd > dd || tomorrow != 1) {
			t.Fatalf("%s + %d months = %s, want day %d or the last of the month", d, n, d.AddMonths(n), dd)
		}
		if d.AddMonths(n+1) <= d.AddMonths(n) {
			t.Fatalf("%s + %d months is not before + %d", d, n, n+1)
		}
	})
}

// TestQuarter proves that each day lies in one quarter, whose ends belong to it.
func TestQuarter(t *testing.T) {
	for _, c := range []struct{ day, name, from, to string }{
		{"2026-01-01", "2026-Q1", "2026-01-01", "2026-03-31"},
		{"2024-02-29", "2024-Q1", "2024-01-01", "2024-03-31"},
		{"2026-04-01", "2026-Q2", "2026-04-01", "2026-06-30"},
		{"2026-09-30", "2026-Q3", "2026-07-01", "2026-09-30"},
		{"2026-12-31", "2026-Q4", "2026-10-01", "2026-12-31"},
	} {
		d := day(t, c.day)
		want := calendar.Period{From: day(t, c.from), To: day(t, c.to)}
		if got := calendar.QuarterOf(d); got != want || d.Quarter() != c.name {
			t.Errorf("%s: %s from %s to %s, want %s from %s to %s", d, d.Quarter(), got.From, got.To, c.name, c.from, c.to)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := anyDay(t, "day")
		q := calendar.QuarterOf(d)
		if !q.Contains(d) || !q.Contains(q.From) || !q.Contains(q.To) || q.Contains(q.From-1) || q.Contains(q.To+1) {
			t.Fatalf("the quarter of %s is %s to %s", d, q.From, q.To)
		}
		if calendar.QuarterOf(q.To+1).From != q.To+1 || q.From.Quarter() != q.To.Quarter() || (q.To+1).Quarter() == d.Quarter() {
			t.Fatalf("the quarter after %s does not begin on %s", d.Quarter(), q.To+1)
		}
	})
}

// TestZeroDay proves that an unknown day is written as nothing and read back as
// unknown, and that a refused text leaves the day as it was.
func TestZeroDay(t *testing.T) {
	var zero calendar.Day
	text, err := zero.MarshalText()
	if err != nil || len(text) != 0 || zero.String() != "" || !zero.IsZero() {
		t.Errorf("the zero Day is written as %q, %v", text, err)
	}
	d := day(t, "2026-01-01")
	if err := d.UnmarshalText([]byte("2026-02-30")); err == nil || d.String() != "2026-01-01" {
		t.Errorf("a day that does not exist reads as %s, %v", d, err)
	}
	if err := d.UnmarshalText(nil); err != nil || !d.IsZero() {
		t.Errorf("nothing reads as %s, %v; want the zero Day", d, err)
	}
	if calendar.Date(1900, 1, 1).IsZero() {
		t.Error("1900-01-01 counts as unknown")
	}
}
