package followup_test

import (
	"strings"
	"testing"

	"onward/services/followup"
	"onward/services/track"
	"onward/services/track/tracktest"
)

// met is a follow-up that reached her, and missed one that did not; next is the
// day agreed for another one, or "".
func met(method followup.Method, next string) followup.Recorded {
	r := followup.Recorded{Point: track.Month3, Method: method, ContactMade: true}
	if next != "" {
		r.NextOn = tracktest.Day(next)
	}
	return r
}

func missed(next string) followup.Recorded {
	r := met(followup.HomeVisit, next)
	r.ContactMade = false
	return r
}

type visit struct {
	on   string
	what followup.Recorded
}

// TestRecord proves what follow-ups amount to: the latest day on which she was
// reached, in whatever order they are recorded, and the next one agreed, until it
// is done.
func TestRecord(t *testing.T) {
	for _, c := range []struct {
		name         string
		visits       []visit
		last, method string
		next         string
	}{
		{"none", nil, "", "", ""},
		{"reached", []visit{{"2026-03-01", met(followup.Phone, "")}}, "2026-03-01", "PHONE", ""},
		{"not reached", []visit{{"2026-03-01", missed("")}}, "", "", ""},
		{"reached, then not", []visit{{"2026-03-01", met(followup.Phone, "")}, {"2026-04-01", missed("")}}, "2026-03-01", "PHONE", ""},
		{"the later contact counts", []visit{{"2026-03-01", met(followup.Phone, "")}, {"2026-04-01", met(followup.Message, "")}}, "2026-04-01", "MESSAGE", ""},
		{"also where the earlier one is recorded late", []visit{{"2026-04-01", met(followup.Message, "")}, {"2026-03-01", met(followup.Phone, "")}}, "2026-04-01", "MESSAGE", ""},
		{"of one day, the one recorded last", []visit{{"2026-03-01", met(followup.Phone, "")}, {"2026-03-01", met(followup.HomeVisit, "")}}, "2026-03-01", "HOME_VISIT", ""},
		{"next agreed", []visit{{"2026-03-01", met(followup.Phone, "2026-03-20")}}, "2026-03-01", "PHONE", "2026-03-20"},
		{"next agreed by others", []visit{{"2026-03-01", missed("2026-03-20")}}, "", "", "2026-03-20"},
		{"next done on its day", []visit{{"2026-03-01", met(followup.Phone, "2026-03-20")}, {"2026-03-20", met(followup.Phone, "")}}, "2026-03-20", "PHONE", ""},
		{"contact a day before does not do it", []visit{{"2026-03-01", met(followup.Phone, "2026-03-20")}, {"2026-03-19", met(followup.Phone, "")}}, "2026-03-19", "PHONE", "2026-03-20"},
		{"a visit in vain does not do it", []visit{{"2026-03-01", met(followup.Phone, "2026-03-20")}, {"2026-03-21", missed("")}}, "2026-03-01", "PHONE", "2026-03-20"},
		{"another day agreed", []visit{{"2026-03-01", met(followup.Phone, "2026-03-20")}, {"2026-03-21", missed("2026-03-28")}}, "2026-03-01", "PHONE", "2026-03-28"},
		{"done, and another agreed", []visit{{"2026-03-01", met(followup.Phone, "2026-03-20")}, {"2026-03-21", met(followup.Phone, "2026-06-01")}}, "2026-03-21", "PHONE", "2026-06-01"},
		{"a next one that is not later is none", []visit{{"2026-03-01", met(followup.Phone, "2026-03-01")}}, "2026-03-01", "PHONE", ""},
	} {
		var s followup.State
		for _, v := range c.visits {
			if err := s.Record(v.what, tracktest.On(v.on)); err != nil {
				t.Fatal(err)
			}
		}
		if s.LastOn.String() != c.last || string(s.LastMethod) != c.method || s.NextOn.String() != c.next {
			t.Errorf("%s: reached %s by %s, next %s; want %s by %s, next %s", c.name, s.LastOn, s.LastMethod, s.NextOn, c.last, c.method, c.next)
		}
	}
}

// TestSummary proves that the summary says whether she was reached and holds no
// free text.
func TestSummary(t *testing.T) {
	for _, made := range []bool{true, false} {
		r := followup.Recorded{Point: track.Month6, ContactMade: made, Findings: "lives with her aunt"}
		if got := r.Summary(); !strings.Contains(got, "M6") || strings.Contains(got, "no contact") == made || strings.Contains(got, "aunt") {
			t.Errorf("contact made %t: %q", made, got)
		}
	}
}
