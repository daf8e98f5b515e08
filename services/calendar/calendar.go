// Package calendar holds the programme's notion of time: whole days in the
// programme's time zone, and periods of them. It is pure: nothing here reads
// the clock of the machine.
package calendar

import (
	"fmt"
	"math"
	"time"
)

// Zone is the programme's time zone. Cambodia has kept UTC+7 without daylight
// saving since 1975, so a fixed zone is exact for every day the programme can
// record and does not depend on a zone file on the machine.
var Zone = time.FixedZone("Asia/Phnom_Penh", 7*60*60)

// Day is a calendar day, counted so that 1 January of the year 1 is day 1.
// The zero Day means that no day is known.
type Day int32

// LastDay is later than every day that can be written.
const LastDay = Day(math.MaxInt32)

// unixEpoch is the Day of 1 January 1970.
const unixEpoch = 719163

const secondsPerDay = 24 * 60 * 60

// layout is the only written form of a Day: ISO 8601, as in the schema.
const layout = "2006-01-02"

// midnight is what RFC 3339 has after the day.
const midnight = "T00:00:00Z"

// Date returns the Day of a year, month and day of the month.
func Date(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/secondsPerDay + unixEpoch)
}

// DayOf returns the day on which the instant falls in the programme's zone.
func DayOf(t time.Time) Day {
	y, m, d := t.In(Zone).Date()
	return Date(y, m, d)
}

// ParseDay reads a day written as YYYY-MM-DD, between the years 1900 and 2200.
// It refuses days that do not exist, such as 2026-02-30.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(layout, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		return 0, fmt.Errorf("%.20q is not a day written as YYYY-MM-DD", s)
	}
	return Day(t.Unix()/secondsPerDay + unixEpoch), nil
}

// IsZero reports whether no day is known.
func (d Day) IsZero() bool { return d == 0 }

// Time returns midnight UTC of the day: a value to format or to compare, not an
// instant in the programme's zone.
func (d Day) Time() time.Time {
	return time.Unix(int64(d-unixEpoch)*secondsPerDay, 0).UTC()
}

// Start returns the instant at which the day begins in the programme's zone.
func (d Day) Start() time.Time {
	y, m, dd := d.Time().Date()
	return time.Date(y, m, dd, 0, 0, 0, 0, Zone)
}

// AddMonths returns the same day of the month n months later, or the last day
// of that month where it is shorter (31 January + 1 month is 28 February).
func (d Day) AddMonths(n int) Day {
	y, m, dd := d.Time().Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return Date(y, m+time.Month(n), min(dd, last))
}

// Quarter returns the calendar quarter of the day, written as 2026-Q4.
func (d Day) Quarter() string {
	y, m, _ := d.Time().Date()
	return fmt.Sprintf("%04d-Q%d", y, (int(m)-1)/3+1)
}

// String returns the day as YYYY-MM-DD, or the empty string for the zero Day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	text, _ := d.AppendText(make([]byte, 0, len(layout)+len(midnight)))
	return string(text)
}

// MarshalText implements encoding.TextMarshaler, so that days are readable in
// stored documents.
func (d Day) MarshalText() ([]byte, error) {
	return d.AppendText(make([]byte, 0, len(layout)+len(midnight)))
}

// AppendText implements encoding.TextAppender.
func (d Day) AppendText(b []byte) ([]byte, error) {
	if d == 0 {
		return b, nil
	}
	b = d.Time().AppendFormat(b, time.RFC3339) // which Go writes much faster than any other
	return b[:len(b)-len(midnight)], nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Day) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	v, ok := plainDay(text)
	if !ok {
		var err error
		if v, err = ParseDay(string(text)); err != nil {
			return err
		}
	}
	*d = v
	return nil
}

// plainDay reads a day as ParseDay does, without memory of its own: at start a day is
// read for every entry of every case. Where it reports false, ParseDay says why.
func plainDay(text []byte) (Day, bool) {
	if len(text) != len(layout) || text[4] != '-' || text[7] != '-' {
		return 0, false
	}
	year, y := digits(text[:4])
	month, m := digits(text[5:7])
	day, d := digits(text[8:])
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	ok := y && m && d && 1900 <= year && year <= 2200 && int(t.Month()) == month && t.Day() == day
	return Day(t.Unix()/secondsPerDay + unixEpoch), ok
}

func digits(text []byte) (n int, ok bool) {
	for _, c := range text {
		if c < '0' || '9' < c {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

// Period is a span of days; both ends belong to it.
type Period struct {
	From, To Day
}

// Contains reports whether the day falls in the period.
func (p Period) Contains(d Day) bool { return p.From <= d && d <= p.To }

// QuarterOf returns the calendar quarter in which the day falls.
func QuarterOf(d Day) Period {
	y, m, _ := d.Time().Date()
	first := time.Month((int(m)-1)/3*3 + 1)
	from := Date(y, first, 1)
	return Period{From: from, To: from.AddMonths(3) - 1}
}

// MonthOf returns the calendar month in which the day falls.
func MonthOf(d Day) Period {
	y, m, _ := d.Time().Date()
	from := Date(y, m, 1)
	return Period{From: from, To: from.AddMonths(1) - 1}
}

// YearFrom returns the year in which the day falls, of those that begin with a
// month: the calendar year for January, a fiscal year for another.
func YearFrom(first time.Month, d Day) Period {
	y, m, _ := d.Time().Date()
	if m < first {
		y--
	}
	return Period{From: Date(y, first, 1), To: Date(y+1, first, 1) - 1}
}

// Month returns the calendar month of the day, written as 2026-11.
func (d Day) Month() string { return d.Time().Format("2006-01") }

// Year returns the calendar year of the day, written as 2026.
func (d Day) Year() string { return d.Time().Format("2006") }

// FiscalYear returns the fiscal year of the day, written as FY2027: it is named by
// the calendar year in which it ends.
func (d Day) FiscalYear(first time.Month) string {
	return "FY" + YearFrom(first, d).To.Year()
}
