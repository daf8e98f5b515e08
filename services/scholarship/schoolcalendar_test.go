package scholarship_test

import (
	"errors"
	"strings"
	"testing"

	"onward/services/fault"
	"onward/services/locale"
	"onward/services/scholarship"
	"onward/services/track/tracktest"
)

// TestYear proves the terms of a year by the embedded calendar, and which years it
// does not know.
func TestYear(t *testing.T) {
	y, err := scholarship.PublicSchools.Year("2027-28")
	if err != nil || y.Code() != "KH_PUBLIC" || y.Label(locale.EN) == "" || y.Label(locale.KM) == y.Label(locale.EN) || len(y.Terms) != 2 {
		t.Fatalf("%v, %+v", err, y)
	}
	for i, want := range []string{"2027-28/1 2027-11-01 2028-03-31", "2027-28/2 2028-04-01 2028-08-31"} {
		if got := y.Terms[i]; got.Code+" "+got.From.String()+" "+got.To.String() != want {
			t.Errorf("got %+v, want %s", got, want)
		}
	}
	if _, err := scholarship.PublicSchools.Year("2099-00"); err != nil {
		t.Errorf("the turn of a century: %v", err)
	}
	for name, kind := range map[string]fault.Kind{"2025-26": fault.NotFound, "2026": fault.Invalid, "2026-28": fault.Invalid, "2026-27 ": fault.Invalid, "26-27": fault.Invalid, "": fault.Invalid} {
		if _, err := scholarship.PublicSchools.Year(name); !fault.Is(err, kind) {
			t.Errorf("%q: %v, want %s", name, err, kind)
		}
	}
}

// TestBegun proves that a term of the calendar cannot be checked before it begins,
// and that any other text is taken as it is.
func TestBegun(t *testing.T) {
	for _, test := range []struct {
		term, on string
		refused  bool
	}{
		{"2026-27/1", "2026-10-31", true}, {"2026-27/1", "2026-11-01", false}, {"2026-27/1", "2029-01-01", false},
		{"2026-27/2", "2027-03-31", true}, {"2026-27/2", "2027-04-01", false},
		{"2026-27/3", "2020-01-01", false}, {"2025-26/1", "2020-01-01", false}, {"Semester 1", "2020-01-01", false}, {"2026-27", "2020-01-01", false},
	} {
		err := scholarship.PublicSchools.Begun(test.term, tracktest.Day(test.on))
		var f *fault.Error
		if refused := errors.As(err, &f); refused != test.refused || refused && f.Fields[0].Path != "on" {
			t.Errorf("%s on %s: %v", test.term, test.on, err)
		}
	}
}

// TestTermOn proves in which term a day lies.
func TestTermOn(t *testing.T) {
	for on, want := range map[string]string{"2026-10-31": "", "2026-11-01": "2026-27/1", "2027-01-01": "2026-27/1", "2027-03-31": "2026-27/1",
		"2027-04-01": "2026-27/2", "2027-08-31": "2026-27/2", "2027-09-01": "", "2027-12-31": "2027-28/1", "2020-12-01": ""} {
		if got, ok := scholarship.PublicSchools.TermOn(tracktest.Day(on)); got.Code != want || ok != (want != "") {
			t.Errorf("%s: %+v, want %q", on, got, want)
		}
	}
}

// TestTermsInOrder proves that terms stand in the order of the calendar, whatever
// order their forms come in, and those of no calendar by the day of their check.
func TestTermsInOrder(t *testing.T) {
	s := tracktest.After(t, award("a", "2026-10-01"), enrol("", "2026-10-01"),
		term("", "2026-27/2", scholarship.Regular, false, "2027-08-31"), term("", "2026-27/1", scholarship.Regular, false, "2027-09-30"),
		term("", "Catch-up", scholarship.Regular, false, "2026-10-20"))
	var got []string
	for _, r := range s.Scholarships[0].TermsInOrder() {
		got = append(got, string(r.Term))
	}
	if strings.Join(got, " ") != "Catch-up 2026-27/1 2026-27/2" {
		t.Errorf("%q", got)
	}
}

// calendarWith is a calendar of data with two terms and, if given, exceptions.
func calendarWith(terms, years string) string {
	return `{"code": "X", "name": {"en": "X", "km": "X"}, "firstYear": 2026, "terms": [` + terms + `], "years": [` + years + `]}`
}

const (
	first  = `{"code": "1", "from": "11-01", "to": "03-31"}`
	second = `{"code": "2", "from": "04-01", "to": "08-31"}`
)

// TestExceptionalYear proves that a year that differs from the rule stands by
// itself, also one before the rule begins.
func TestExceptionalYear(t *testing.T) {
	c, err := scholarship.ReadCalendar([]byte(calendarWith(first+","+second,
		`{"schoolYear": "2027-28", "terms": [{"code": "1", "from": "2028-01-10", "to": "2028-09-30"}]},
		 {"schoolYear": "2021-22", "terms": [{"code": "1", "from": "2022-01-10", "to": "2022-12-31"}]}`)))
	if err != nil {
		t.Fatal(err)
	}
	for code, from := range map[string]string{"2027-28/1": "2028-01-10", "2021-22/1": "2022-01-10", "2028-29/1": "2028-11-01"} {
		if term, ok := c.Term(code); !ok || term.From.String() != from {
			t.Errorf("%s: %+v, want %s", code, term, from)
		}
	}
	if _, ok := c.Term("2027-28/2"); ok {
		t.Error("the exceptional year has one term")
	}
}

// TestReadCalendar proves that a calendar that is not sound is refused with what
// is wrong.
func TestReadCalendar(t *testing.T) {
	for name, test := range map[string]struct{ data, says string }{
		"no JSON":              {`{`, "cannot be read"},
		"an unknown field":     {`{"colour": "red"}`, "cannot be read"},
		"no code":              {`{"name": {"en": "X", "km": "X"}, "firstYear": 2026}`, "code"},
		"no Khmer name":        {`{"code": "X", "name": {"en": "X"}, "firstYear": 2026}`, "Khmer"},
		"no first year":        {`{"code": "X", "name": {"en": "X", "km": "X"}}`, "firstYear"},
		"no terms":             {calendarWith("", ""), "1 to 6"},
		"too many terms":       {calendarWith(strings.Repeat(first+",", 6)+second, ""), "1 to 6"},
		"no such day":          {calendarWith(`{"code": "1", "from": "11-31", "to": "12-31"}`, ""), "2026-11-31"},
		"a term without code":  {calendarWith(`{"from": "11-01", "to": "12-31"}`, ""), "no code"},
		"a code with a slash":  {calendarWith(`{"code": "1/2", "from": "11-01", "to": "12-31"}`, ""), "no code"},
		"a code twice":         {calendarWith(first+`,{"code": "1", "from": "04-01", "to": "08-31"}`, ""), "two terms"},
		"ends before it began": {calendarWith(first+`,{"code": "2", "from": "04-02", "to": "04-01"}`, ""), "ends before"},
		"overlapping terms":    {calendarWith(first+`,{"code": "2", "from": "03-31", "to": "08-31"}`, ""), "begins before term 1"},
		"a year too long":      {calendarWith(first+`,{"code": "2", "from": "04-01", "to": "10-31"},{"code": "3", "from": "11-01", "to": "12-01"}`, ""), "begins before term 2"},
		"exception: no year":   {calendarWith(first+","+second, `{"schoolYear": "soon", "terms": []}`), "school year"},
		"exception: twice":     {calendarWith(first+","+second, `{"schoolYear": "2027-28", "terms": []},{"schoolYear": "2027-28", "terms": []}`), "twice"},
		"exception: no terms":  {calendarWith(first+","+second, `{"schoolYear": "2027-28", "terms": []}`), "1 to 6"},
		"exception: too early": {calendarWith(first+","+second, `{"schoolYear": "2027-28", "terms": [{"code": "1", "from": "2027-08-31", "to": "2028-08-31"}]}`), "has ended"},
		"exception: too late":  {calendarWith(first+","+second, `{"schoolYear": "2027-28", "terms": [{"code": "1", "from": "2027-12-01", "to": "2028-11-01"}]}`), "has ended"},
	} {
		if _, err := scholarship.ReadCalendar([]byte(test.data)); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, want %q", name, err, test.says)
		}
	}
}
