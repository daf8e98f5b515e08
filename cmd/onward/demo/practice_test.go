package demo_test

import (
	"slices"
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/outcome/cohort"
)

// between is the least and the most that a programme would believably have, in
// percent.
type between struct{ low, high int }

func (b between) holds(t *testing.T, what string, percent float64) {
	t.Helper()
	if percent < float64(b.low) || percent > float64(b.high) {
		t.Errorf("%s: %.1f%%, not %d to %d", what, percent, b.low, b.high)
	}
}

// TestSharesAreBelievable proves that the shares of the years of the speech are
// neither none nor all, and that so many count as a programme would have.
func TestSharesAreBelievable(t *testing.T) {
	want := map[outcome.Code]struct {
		base int // at least
		between
	}{
		outcome.PlanWithin30:         {1400, between{50, 80}},
		outcome.ScholarshipRetention: {250, between{80, 98}},
		outcome.ShelterReturn180:     {400, between{1, 8}},
		outcome.ShelterReturn365:     {350, between{3, 15}},
		outcome.ShelterReturn730:     {200, between{5, 20}},
	}
	for _, today := range todays {
		rows := written[today](t).count(t)
		for code, w := range want {
			if rows[code].Base < w.base {
				t.Errorf("%s: %s is of %d", today, code, rows[code].Base)
				continue
			}
			w.holds(t, today.String()+" "+string(code), 100*float64(rows[code].Value)/float64(rows[code].Base))
		}
		if r := rows[outcome.IndexChange]; r.Value < 300 || *r.Mean < 5 || *r.Mean > 20 {
			t.Errorf("%s: the reintegration index has changed by %+v", today, r)
		}
		if d := rows[outcome.OpenToClose].Days; d.Lower < 90 || d.Upper > 600 || d.Lower >= d.Median || d.Median >= d.Upper {
			t.Errorf("%s: cases were open for %+v days", today, *d)
		}
	}
}

// TestPlansOfTheSpeech proves that of the lives of the speech most have an approved
// plan within a month, some later and some never.
func TestPlansOfTheSpeech(t *testing.T) {
	d := written[todays[0]](t)
	soon, late, never := 0, 0, 0
	for _, c := range d.cases {
		if !ofSpeech(c) || c.Status == casefile.Declined || c.MergedInto() != "" {
			continue
		}
		i := slices.IndexFunc(c.Approvals, func(a casefile.Approval) bool { return a.Of() == casefile.PlanApproval })
		switch {
		case i < 0:
			never++
		case c.Approvals[i].DecidedOn <= c.OpenedOn+30:
			soon++
		default:
			late++
		}
	}
	if soon <= late+never || late < 200 || never < 100 {
		t.Errorf("plans: %d within a month, %d later, %d never", soon, late, never)
	}
}

// ofSpeech reports whether a case is of the years of the speech.
func ofSpeech(c *casefile.Case) bool {
	return c.OpenedOn < calendar.Date(2007, 1, 1) && c.Continues() == ""
}

// followed is who began something in the years of the speech, and until when.
var followed = cohort.Query{
	Starts: calendar.Period{From: calendar.Date(2003, 1, 1), To: calendar.Date(2006, 12, 31)}, Until: calendar.Date(2007, 12, 31),
}

// TestFunnelsNarrow proves that of those who enter a funnel some come to its end,
// and that of the steps each is taken by a believable part of those before.
func TestFunnelsNarrow(t *testing.T) {
	want := map[string][]between{ // of those who took the step before
		"REINTEGRATION": {{80, 98}, {90, 100}, {10, 35}, {60, 95}, {30, 80}},
		"EMPLOYMENT":    {{90, 100}, {50, 90}, {60, 95}, {60, 95}},
	}
	for _, today := range todays {
		d := written[today](t)
		for _, f := range cohort.Funnels {
			g := cohort.Gather(outcome.Persons(slices.Values(d.cases)), f.Entrants, followed, nil)[""]
			if g == nil || len(g.Members) < 50 {
				t.Fatalf("%s: %s has hardly anybody: %+v", today, f.Code, g)
			}
			counts := f.Counts(g.Members)
			for i, w := range want[f.Code] {
				w.holds(t, today.String()+" "+f.Steps[i+1].Code, 100*float64(counts[i+1])/float64(counts[i]))
			}
		}
	}
}

// TestCurvesFall proves that the survival curves fall as a programme's do: slowly,
// by many steps, and not to nothing.
func TestCurvesFall(t *testing.T) {
	want := map[string]struct {
		day int
		between
	}{
		"JOB_RETENTION": {365, between{35, 75}}, "SCHOOLING": {120, between{65, 95}}, "COMMUNITY_STAY": {365, between{65, 95}},
	}
	for _, today := range todays {
		d := written[today](t)
		for _, s := range cohort.Subjects {
			g := cohort.Gather(outcome.Persons(slices.Values(d.cases)), s.Spells, followed, nil)[""]
			if g == nil || len(g.Members) < 100 {
				t.Fatalf("%s: %s has hardly anybody: %+v", today, s.Code, g)
			}
			c, then, falls := cohort.Estimate(g.Members), 1.0, 0
			for _, p := range c.Points {
				if p.Ended > 0 {
					falls++
				}
				if p.Day <= want[s.Code].day {
					then = p.Survival
				}
			}
			want[s.Code].holds(t, today.String()+" "+s.Code, 100*then)
			if last := c.Points[len(c.Points)-1].Survival; falls < 10 || last <= 0 {
				t.Errorf("%s: %s falls %d times, to %.2f", today, s.Code, falls, last)
			}
		}
	}
}

// TestGroupSessions proves that the sessions of a group are sessions: of one
// service and worker on one day, most of them with several people.
func TestGroupSessions(t *testing.T) {
	type session struct {
		on      calendar.Day
		service string
		by      id.Worker
	}
	d := written[todays[0]](t)
	took, sessions := map[string]int{}, map[string]session{}
	for _, c := range d.cases {
		for _, e := range d.entries[c.ID] {
			given, ok := e.Data.(delivery.Delivered)
			if !ok || given.SessionID == "" {
				continue
			}
			at := session{e.On, given.Service, e.By}
			if one, known := sessions[given.SessionID]; known && one != at {
				t.Errorf("session %s is %+v and %+v", given.SessionID, one, at)
			}
			sessions[given.SessionID] = at
			took[given.SessionID]++
		}
	}
	several := 0
	for _, n := range took {
		if n >= 3 {
			several++
		}
	}
	if len(took) < 200 || several*2 < len(took) {
		t.Errorf("of %d sessions %d had three people or more", len(took), several)
	}
}

// TestCareIsRecorded proves that stipends are paid on most awards and that many
// have said how they may be contacted, in the years of the speech and today.
func TestCareIsRecorded(t *testing.T) {
	d := written[todays[0]](t)
	for name, speech := range map[string]bool{"then": true, "now": false} {
		awards, paid, cases, asked := 0, 0, 0, 0
		for _, c := range d.cases {
			if ofSpeech(c) != speech {
				continue
			}
			cases++
			if c.SafeContact() != nil {
				asked++
			}
			for _, s := range c.Scholarship().Scholarships {
				if s.EnrolledOn.IsZero() {
					continue
				}
				awards++
				if len(s.Stipends) > 0 {
					paid++
				}
			}
		}
		between{30, 100}.holds(t, name+", stipends", 100*float64(paid)/float64(awards))
		between{3, 80}.holds(t, name+", safe contact", 100*float64(asked)/float64(cases))
	}
}
