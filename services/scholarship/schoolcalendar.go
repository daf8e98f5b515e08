package scholarship

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/locale"
)

// MostTerms is how many terms a school year can have [J].
const MostTerms = 6

// Calendar says by rule when the terms of each school year begin and end. Years
// that differ from the rule stand in it by themselves.
//
// It is data that may be corrected later. So it is asked when something is
// recorded and when something is shown, and never when a history is folded: what
// was accepted under one calendar stays readable under the next.
type Calendar struct {
	Code      string            `json:"code"`
	Name      locale.Text       `json:"name"`
	FirstYear int               `json:"firstYear"` // the rule holds for school years that begin in this year or later
	Terms     []calendarTerm    `json:"terms"`     // days as MM-DD
	Years     []exceptionalYear `json:"years"`
}

// calendarTerm is a term as the data has it.
type calendarTerm struct {
	Code string `json:"code"`
	From string `json:"from"`
	To   string `json:"to"`
}

// exceptionalYear is a school year that differs from the rule; its days are
// written YYYY-MM-DD.
type exceptionalYear struct {
	SchoolYear string         `json:"schoolYear"`
	Terms      []calendarTerm `json:"terms"`
}

// SchoolYear is one year of a calendar.
type SchoolYear struct {
	Calendar   *Calendar
	SchoolYear string // such as 2026-27
	Terms      []SchoolTerm
}

// SchoolTerm is one term of a school year. Its code is what a term's check names,
// such as 2026-27/1.
type SchoolTerm struct {
	Code string
	calendar.Period
}

//go:embed school_calendar.json
var calendarJSON []byte

// PublicSchools is the calendar of Cambodia's public schools. Its days are our
// judgement [J]: the school year was 1 November to 31 August before 2020 and is
// planned so again, in two semesters. The years between moved (they began on
// 10 January 2022 and on 1 December 2023, among others), so the rule begins with
// 2026-27 and says nothing of years before. The break around Khmer New Year
// moves and is not left out.
var PublicSchools = func() *Calendar {
	c, err := ReadCalendar(calendarJSON)
	if err != nil {
		panic("school_calendar.json: " + err.Error()) // embedded: cannot happen in a built binary that passed its tests
	}
	return c
}()

// ReadCalendar reads a calendar and checks it: that it has names in both
// languages, and terms with codes of their own that follow each other without
// overlap, in every year and from one year to the next. An Invalid fault names
// what is wrong.
func ReadCalendar(data []byte) (*Calendar, error) {
	c := &Calendar{}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the school calendar cannot be read")
	}
	switch {
	case c.Code == "":
		return nil, fault.Input("code", "is needed")
	case c.Name.EN == "" || c.Name.KM == "":
		return nil, fault.Input("name", "is needed in English and in Khmer")
	case c.FirstYear < 1970 || c.FirstYear > 2100:
		return nil, fault.Input("firstYear", "must be between 1970 and 2100")
	}
	years := []int{c.FirstYear} // by the rule one year is as good as another
	for _, y := range c.Years {
		begins, ok := beginning(y.SchoolYear)
		if !ok || slices.Contains(years[1:], begins) {
			return nil, fault.Input("years", "%q is no school year, such as 2026-27, or stands here twice", y.SchoolYear)
		}
		years = append(years, begins)
	}
	for _, begins := range years {
		if err := c.judge(begins); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// judge checks one year, and that it does not overlap its neighbours, as far as
// the calendar knows them.
func (c *Calendar) judge(begins int) error {
	if _, err := c.terms(begins); err != nil {
		return err
	}
	for year := begins - 1; year <= begins; year++ {
		if !c.knows(year) || !c.knows(year+1) {
			continue
		}
		before, err := c.terms(year)
		if err != nil {
			return err
		}
		after, err := c.terms(year + 1)
		if err != nil {
			return err
		}
		if last := before[len(before)-1]; after[0].From <= last.To {
			return fault.Input("terms", "term %s begins before %s has ended", after[0].Code, last.Code)
		}
	}
	return nil
}

// Label returns the name of the calendar in a language.
func (y *SchoolYear) Label(l locale.Locale) string { return y.Calendar.Name.In(l) }

// Code returns the code of the calendar.
func (y *SchoolYear) Code() string { return y.Calendar.Code }

// Year returns the terms of a school year, written as 2026-27. The fault is
// Invalid for what is no school year, and NotFound for one that the calendar
// does not know.
func (c *Calendar) Year(schoolYear string) (*SchoolYear, error) {
	begins, ok := beginning(schoolYear)
	if !ok {
		return nil, fault.Input("schoolYear", "must be a school year, such as 2026-27")
	}
	if !c.knows(begins) {
		return nil, fault.New(fault.NotFound, "the calendar %s does not know the school year %s", c.Code, schoolYear)
	}
	terms, err := c.terms(begins)
	if err != nil {
		return nil, err
	}
	return &SchoolYear{Calendar: c, SchoolYear: schoolYear, Terms: terms}, nil
}

// Term finds a term by its code, such as 2026-27/1. What is no code of the
// calendar is free text, and not found.
func (c *Calendar) Term(code string) (SchoolTerm, bool) {
	schoolYear, _, _ := strings.Cut(code, "/")
	y, err := c.Year(schoolYear)
	if err != nil {
		return SchoolTerm{}, false
	}
	for _, t := range y.Terms {
		if t.Code == code {
			return t, true
		}
	}
	return SchoolTerm{}, false
}

// TermOn finds the term in which a day lies.
func (c *Calendar) TermOn(on calendar.Day) (SchoolTerm, bool) {
	year := on.Time().Year()
	for begins := year - 1; begins <= year; begins++ {
		if !c.knows(begins) {
			continue
		}
		terms, _ := c.terms(begins) // a calendar that was read has terms in every year
		for _, t := range terms {
			if t.Contains(on) {
				return t, true
			}
		}
	}
	return SchoolTerm{}, false
}

// Begun refuses a check of a term on a day before the term has begun. A term
// that the calendar does not know may be checked on any day.
func (c *Calendar) Begun(term string, on calendar.Day) error {
	if t, known := c.Term(term); known && on < t.From {
		return fault.Input("on", "%s is before the term %s, which begins on %s", on, term, t.From)
	}
	return nil
}

func (c *Calendar) knows(begins int) bool {
	return begins >= c.FirstYear || slices.ContainsFunc(c.Years, func(y exceptionalYear) bool { return y.SchoolYear == named(begins) })
}

// terms returns the terms of the school year that begins in a year.
func (c *Calendar) terms(begins int) ([]SchoolTerm, error) {
	all, dayOf := c.Terms, c.byRule(begins)
	if i := slices.IndexFunc(c.Years, func(y exceptionalYear) bool { return y.SchoolYear == named(begins) }); i >= 0 {
		all, dayOf = c.Years[i].Terms, calendar.ParseDay
	}
	if n := len(all); n == 0 || n > MostTerms {
		return nil, fault.Input("terms", "a school year has 1 to %d terms", MostTerms)
	}
	terms := make([]SchoolTerm, len(all))
	for i, t := range all {
		from, err := dayOf(t.From)
		if err != nil {
			return nil, fault.Input("terms", "term %s: %v", t.Code, err)
		}
		to, err := dayOf(t.To)
		if err != nil {
			return nil, fault.Input("terms", "term %s: %v", t.Code, err)
		}
		terms[i] = SchoolTerm{Code: named(begins) + "/" + t.Code, Period: calendar.Period{From: from, To: to}}
	}
	return terms, inOrder(all, terms)
}

// inOrder refuses terms without a code, with one code twice, or that overlap.
func inOrder(all []calendarTerm, terms []SchoolTerm) error {
	for i, t := range terms {
		switch {
		case strings.Trim(all[i].Code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || all[i].Code == "":
			return fault.Input("terms", "%q is no code of a term: capital letters and digits", all[i].Code)
		case slices.ContainsFunc(terms[:i], func(o SchoolTerm) bool { return o.Code == t.Code }):
			return fault.Input("terms", "two terms have the code %s", all[i].Code)
		case t.To < t.From:
			return fault.Input("terms", "term %s ends before it begins", all[i].Code)
		case i > 0 && t.From <= terms[i-1].To:
			return fault.Input("terms", "term %s begins before term %s has ended", all[i].Code, all[i-1].Code)
		}
	}
	return nil
}

// byRule returns a function that finds the day of a month and day, MM-DD, in the
// school year that begins in a year: those before the first term's beginning lie
// in the year after.
func (c *Calendar) byRule(begins int) func(string) (calendar.Day, error) {
	return func(monthDay string) (calendar.Day, error) {
		year := begins
		if len(c.Terms) > 0 && monthDay < c.Terms[0].From {
			year++
		}
		return calendar.ParseDay(fmt.Sprintf("%04d-%s", year, monthDay))
	}
}

// beginning returns the year in which a school year such as 2026-27 begins.
func beginning(schoolYear string) (int, bool) {
	var begins, ends int
	if n, err := fmt.Sscanf(schoolYear, "%4d-%2d", &begins, &ends); n != 2 || err != nil || named(begins) != schoolYear {
		return 0, false
	}
	return begins, begins >= 1900 && begins < 2200
}

// named returns the name of the school year that begins in a year.
func named(begins int) string { return fmt.Sprintf("%04d-%02d", begins, (begins+1)%100) }
