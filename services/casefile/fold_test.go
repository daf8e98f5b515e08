package casefile_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"onward/services/career"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/money"
	"onward/services/plan"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/track"
	"onward/services/track/tracktest"
)

// written is the state of a case as it is stored.
func written(t interface{ Fatal(...any) }, c *casefile.Case) string {
	state, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(state)
}

// line is an entry without its header.
type line struct {
	on   string
	data casefile.Data
}

// under is a history of a case that was opened, accepted and activated (entries
// 1 to 4) and went on as the lines say.
func under(lines ...line) []casefile.Entry {
	before := []line{
		{"2026-01-01", casefile.Opened{Code: "ONE-1", Population: casefile.AtRisk}}, {"2026-01-02", casefile.Accepted{}},
		{"2026-01-02", casefile.ConsentRecorded{Purpose: casefile.ForServices, Decision: casefile.Given}}, {"2026-01-03", activation},
	}
	c, history := &casefile.Case{}, []casefile.Entry(nil)
	for _, l := range append(before, lines...) {
		history = append(history, entry(c, tracktest.Day(l.on), l.data))
		c.Version++
	}
	return history
}

func fold(t *testing.T, history []casefile.Entry) *casefile.Case {
	t.Helper()
	c, err := casefile.Fold(caseID, history)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// without is the same history with other entries in the place of some: they count
// but say nothing.
func without(history []casefile.Entry, versions ...int) []casefile.Entry {
	history = slices.Clone(history)
	for _, v := range versions {
		history[v-1].Data = casefile.Reversed{}
	}
	return history
}

func reverse(version int) line {
	return line{"2026-12-01", casefile.Reversed{Version: version, Reason: "logged on the wrong case"}}
}

// TestReversal proves that a reversed entry is in the history and in nothing
// else, whatever it was, and that the header still counts it.
func TestReversal(t *testing.T) {
	for name, lines := range map[string][]line{ // entry 5 is reversed
		"service":      {{"2026-02-01", served}},
		"admission":    {{"2026-02-01", admitted}},
		"award":        {{"2026-02-01", awarded}},
		"registration": {{"2026-02-01", registered}},
		"start":        {{"2026-02-01", hired}},
		"return":       {{"2026-02-01", returned}},
		"plan":         {{"2026-02-01", plan.Updated{Goals: []plan.GoalInput{{Title: "A job"}}}}},
		"legal step":   {{"2026-02-01", reached(track.Represented)}},
		"assessment":   {{"2026-02-01", reached(track.FamilyCommunityAssessed)}},
		"consent":      {{"2026-02-01", casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given}}},
		"screening":    {{"2026-02-01", casefile.Revised{Risk: casefile.Low}}},
		"assignment":   {{"2026-02-01", casefile.Assigned{OwnerID: "worker_2"}}},
		"closing":      {{"2026-02-01", closed(casefile.LostContact)}},
		"merge":        {{"2026-02-01", casefile.MergedAway{IntoCaseID: "case_2", Reason: "the same"}}},
		"transfer":     {{"2026-02-01", casefile.HandedOver{OrganisationID: "org_2"}}},
		"hold":         {{"2026-02-01", casefile.Held{Until: tracktest.Day("2026-03-01")}}},
		"first of two": {{"2026-02-01", hired}, {"2026-02-02", hired}},
	} {
		history := under(append(lines, reverse(5))...)
		got := fold(t, history)
		if state, want := written(t, got), written(t, fold(t, without(history, 5, len(history)))); state != want {
			t.Errorf("%s:\n got %s\nwant %s", name, state, want)
		}
		if with := written(t, fold(t, without(history, len(history)))); with == written(t, got) {
			t.Errorf("%s has left no trace before it was reversed: this case shows nothing", name)
		}
		if v, ok := got.Seen("worker_1", "request-5"); v != 5 || !ok || got.Version != len(history) {
			t.Errorf("%s: version %d, the reversed request is of version %d", name, got.Version, v)
		}
	}
}

// TestReversalTakesOutEarlierOnes proves that a reversal is final and reaches
// backwards only: a second one changes nothing, none brings an entry back by
// reversing the reversal, and none takes out itself or what comes later.
func TestReversalTakesOutEarlierOnes(t *testing.T) {
	for name, c := range map[string]struct {
		lines []line
		gone  int // how many of the services are left out
	}{
		"twice":            {[]line{{"2026-02-01", served}, reverse(5), reverse(5)}, 1},
		"the reversal":     {[]line{{"2026-02-01", served}, reverse(5), reverse(6)}, 1},
		"itself":           {[]line{{"2026-02-01", served}, reverse(6)}, 0},
		"a later one":      {[]line{reverse(6), {"2026-02-01", served}}, 0},
		"beyond the end":   {[]line{{"2026-02-01", served}, reverse(99)}, 0},
		"none":             {[]line{{"2026-02-01", served}, reverse(0)}, 0},
		"a negative place": {[]line{{"2026-02-01", served}, reverse(-1)}, 0},
	} {
		if got := len(fold(t, under(c.lines...)).Services); got != 1-c.gone {
			t.Errorf("%s: %d services, want %d", name, got, 1-c.gone)
		}
	}
}

// TestRests proves that an entry on which later ones rest cannot be taken out
// before they are, and that the refusal names the first of those.
func TestRests(t *testing.T) {
	action := plan.Updated{Goals: []plan.GoalInput{{Title: "A job", Actions: []plan.ActionInput{{Title: "Skills test"}}}}}
	for name, c := range map[string]struct {
		lines   []line
		reverse int
		names   string
	}{
		"opening":      {nil, 1, "entry 2 (case.accepted)"},
		"acceptance":   {nil, 2, "entry 4 (case.activated)"},
		"consent":      {nil, 3, "entry 4 (case.activated)"},
		"activation":   {[]line{{"2026-02-01", returned}, {"2026-02-01", reached(track.PlanApproved)}, {"2026-02-02", casefile.FollowUpStarted{}}}, 4, "entry 7 (case.followUpStarted)"},
		"admission":    {[]line{{"2026-02-01", admitted}, {"2026-02-02", reached(track.SafetyPlanMade)}, {"2026-02-03", shelter.Left{}}}, 5, "entry 6 (milestone.recorded)"},
		"leaving":      {[]line{{"2026-02-01", admitted}, {"2026-02-02", shelter.Left{}}, {"2026-02-03", admitted}}, 6, "entry 7 (shelter.admitted)"},
		"award":        {[]line{{"2026-02-01", awarded}, {"2026-02-02", scholarship.Enrolment{}}}, 5, "entry 6 (scholarship.enrolled)"},
		"suspension":   {[]line{{"2026-02-01", awarded}, {"2026-02-02", scholarship.End{Ending: scholarship.Suspended}}, {"2026-02-03", scholarship.Resumption{}}}, 6, "entry 7 (scholarship.resumed)"},
		"dropped term": {[]line{{"2026-02-01", awarded}, {"2026-02-02", scholarship.Enrolment{}}, {"2026-04-01", scholarship.TermCheck{Term: "1", Attendance: scholarship.NotEnrolled}}, {"2026-04-02", scholarship.Enrolment{}}}, 7, "entry 8 (scholarship.enrolled)"},
		"award paid":   {[]line{{"2026-02-01", awarded}, {"2026-02-02", scholarship.StipendPaid{Amount: money.Money{Amount: 100, Currency: "USD"}}}}, 5, "entry 6 (scholarship.stipendPaid)"},
		"registration": {[]line{{"2026-02-01", registered}, {"2026-02-02", served}, {"2026-02-02", reached(track.JobReady)}}, 5, "entry 7 (milestone.recorded)"},
		"readiness":    {[]line{{"2026-02-01", registered}, {"2026-02-02", reached(track.JobReady)}, {"2026-02-03", career.Registered{SiteID: "site_3"}}}, 6, "entry 7 (career.registered)"},
		"start":        {[]line{{"2026-02-01", hired}, {"2026-05-02", employment.RetentionChecked{Point: employment.Day90}}}, 5, "entry 6 (employment.retentionChecked)"},
		"return":       {[]line{{"2026-02-01", returned}, {"2026-05-01", followup.Recorded{Point: track.Month3, ContactMade: true}}}, 5, "entry 6 (followup.recorded)"},
		"referral":     {[]line{{"2026-02-01", reached(track.Represented)}, {"2026-02-02", reached(track.ReferredToCourt)}, {"2026-02-03", reached(track.Trial)}}, 6, "entry 7 (milestone.recorded)"},
		"plan":         {[]line{{"2026-02-01", action}, {"2026-02-02", plan.ActionCompleted{ActionID: "plan_1.5.2"}}}, 5, "entry 6 (plan.actionCompleted)"},
		"hold":         {[]line{{"2026-02-01", casefile.Held{Until: tracktest.Day("2026-03-01")}}, {"2026-02-02", casefile.Resumed{}}}, 5, "entry 6 (case.resumed)"},
		"closing":      {[]line{{"2026-02-01", closed(casefile.Died)}, {"2026-02-02", casefile.Reopened{}}}, 5, "entry 6 (case.reopened)"},
	} {
		fold(t, under(c.lines...))
		history := under(append(c.lines, reverse(c.reverse))...)
		if _, err := casefile.Fold(caseID, history); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.names) {
			t.Errorf("%s: got %v, want INVALID about %s", name, err, c.names)
		}
		var last []line // all that came after it, the last one first
		for v := len(history) - 1; v >= c.reverse; v-- {
			last = append(last, reverse(v))
		}
		fold(t, under(append(c.lines, last...)...))
	}
}

// TestAwardFromTheWaitingListOfOld proves that a history of the time in which an
// award never answered an application on the waiting list still folds: what came
// later names the award by the identifier that it then had.
func TestAwardFromTheWaitingListOfOld(t *testing.T) {
	c := fold(t, under(line{"2026-02-01", reached(track.Applied)}, line{"2026-02-02", scholarship.End{Ending: scholarship.Waitlisted}},
		line{"2026-02-03", awarded}, line{"2026-02-04", scholarship.Enrolment{ScholarshipID: "scholarship_1.7"}},
		line{"2026-02-05", scholarship.End{ScholarshipID: "scholarship_1.7", Ending: scholarship.Withdrawn}}))
	if all := c.Scholarships(); len(all) != 1 || all[0].ID() != "scholarship_1.5" || all[0].EnrolledOn != tracktest.Day("2026-02-04") || all[0].Ending != scholarship.Withdrawn {
		t.Errorf("%+v", all)
	}
}

// TestFoldOfAnEarlierTime proves that the fold of the first entries is what the
// case was then, also where a later entry reverses one of them: what is marked
// in the history, which holds both, changes nothing in the fold, nor the fold
// anything in it.
func TestFoldOfAnEarlierTime(t *testing.T) {
	history := under([]line{{"2026-02-01", served}, {"2026-02-02", served}, reverse(5), reverse(6), {"2026-02-03", served}}...)
	casefile.MarkReversed(history)
	before := fmt.Sprint(history)
	for n, services := range map[int]int{4: 0, 5: 1, 6: 2, 7: 1, 8: 0, 9: 1} {
		if got := len(fold(t, history[:n]).Services); got != services {
			t.Errorf("after %d entries there were %d services, want %d", n, got, services)
		}
	}
	if _, err := casefile.Fold(caseID, append(slices.Clone(history), entry(fold(t, history), tracktest.Day("2026-12-01"), reverse(2).data))); err == nil {
		t.Error("the acceptance is taken out under an activation")
	}
	if after := fmt.Sprint(history); after != before {
		t.Errorf("the history became\n%s\nit was\n%s", after, before)
	}
}

// TestMarkReversed proves that each reversed entry names the one that took it
// out, and no other entry does.
func TestMarkReversed(t *testing.T) {
	history := under([]line{{"2026-02-01", served}, {"2026-02-02", served}, reverse(6), reverse(9), reverse(8), {"2026-02-03", served}, reverse(11)}...)
	casefile.MarkReversed(history)
	var marks []int
	for _, e := range history {
		marks = append(marks, e.ReversedBy)
	}
	if want := []int{0, 0, 0, 0, 0, 7, 0, 9, 0, 0, 0}; !slices.Equal(marks, want) {
		t.Errorf("%v, want %v", marks, want)
	}
}

// danced is an entry of no programme.
type danced struct{}

func (danced) Kind() string    { return "case.danced" }
func (danced) Summary() string { return "Danced" }

// TestFoldNamesWhatDoesNotFit proves that a history with an entry out of its
// place or of an unknown kind is a defect, and that one with an entry that breaks
// a rule names it.
func TestFoldNamesWhatDoesNotFit(t *testing.T) {
	history := under(line{"2026-02-01", served})
	gap := slices.Delete(slices.Clone(history), 2, 3)
	if _, err := casefile.Fold(caseID, gap); !fault.Is(err, fault.Internal) || !strings.Contains(err.Error(), "entry 4 stands in place 3") {
		t.Errorf("a gap: %v", err)
	}
	if err := tracktest.After(t, active...).Apply(entry(&casefile.Case{}, tracktest.Day("2026-02-01"), danced{})); !fault.Is(err, fault.Internal) || !strings.Contains(err.Error(), "case.danced") {
		t.Errorf("a kind of entry that has no place: %v", err)
	}
	wrong := under(line{"2026-02-01", casefile.Resumed{}}, line{"2026-02-01", served})
	if _, err := casefile.Fold(caseID, wrong); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "entry 5 (case.resumed)") {
		t.Errorf("a step that does not fit: %v", err)
	}
}

// TestSeen proves that a case remembers every request, by who sent it, and the
// first entry that it made.
func TestSeen(t *testing.T) {
	history := under(line{"2026-02-01", served}, line{"2026-02-01", served}, line{"2026-02-01", served})
	history[5].Key, history[6].Key = history[4].Key, ""
	c := fold(t, history).Clone()
	for _, k := range []struct {
		by      id.Worker
		key     string
		version int
	}{
		{"worker_1", "request-1", 1}, {"worker_1", "request-5", 5}, {"worker_1", "request-6", 0},
		{"worker_1", "", 0}, {"worker_2", "request-5", 0}, {"worker_", "1request-5", 0},
	} {
		if v, ok := c.Seen(k.by, k.key); v != k.version || ok != (k.version > 0) {
			t.Errorf("request %q of %s: version %d, %t; want %d", k.key, k.by, v, ok, k.version)
		}
	}
}

// TestHeader proves that the header of a case follows its last entry.
func TestHeader(t *testing.T) {
	history := under(line{"2025-02-01", served})
	c := fold(t, history)
	if last := history[len(history)-1]; c.Version != last.Version || !c.UpdatedAt.Time().Equal(last.At) || c.ID != caseID {
		t.Errorf("%s at version %d of %s", c.ID, c.Version, c.UpdatedAt.Time())
	}
	if d := c.Services[0]; d.Entry != 5 || d.On != tracktest.Day("2025-02-01") || d.At != c.UpdatedAt {
		t.Errorf("the service: %+v", d)
	}
}
