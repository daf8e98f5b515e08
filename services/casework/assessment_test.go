package casework_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/instrument"
	"onward/services/store"
	"onward/services/vault/vaulttest"
)

// form is an instrument of two items in two dimensions.
const form = `{"code": "form", "version": 1, "purpose": "REINTEGRATION_INDEX", "name": {"en": "Form", "km": "ទម្រង់"},
"dimensions": [{"code": "A", "label": {"en": "A", "km": "ក"}}, {"code": "B", "label": {"en": "B", "km": "ខ"}}],
"items": [
{"code": "a1", "dimension": "A", "label": {"en": "1", "km": "១"}, "weight": 1, "options": [{"code": "NO", "value": 0, "label": {"en": "No", "km": "ទេ"}}, {"code": "YES", "value": 1, "label": {"en": "Yes", "km": "បាទ/ចាស"}}]},
{"code": "b1", "dimension": "B", "label": {"en": "2", "km": "២"}, "weight": 1, "options": [{"code": "NO", "value": 0, "label": {"en": "No", "km": "ទេ"}}, {"code": "YES", "value": 1, "label": {"en": "Yes", "km": "បាទ/ចាស"}}]}]}`

// withForm returns a process whose library has the form in both versions.
func withForm(t *testing.T, s store.Store) *replica {
	t.Helper()
	r := newReplica(t, s, false)
	l, _, err := instrument.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range []string{form, strings.Replace(form, `"version": 1`, `"version": 2`, 1)} {
		if _, err := l.Add(t.Context(), []byte(raw)); err != nil {
			t.Fatal(err)
		}
	}
	r.casework = casework.New(s, vaulttest.New(t, s), r.register, r.directory, func() time.Time { return now }, casework.WithInstruments(l))
	return r
}

// assess records answers to the form some days ago, in its newest version.
func (r *replica) assess(caseID id.Case, request string, daysAgo int, a, b string) (*casework.Change, error) {
	return r.casework.RecordAssessment(context.Background(), supervisor, casework.RecordAssessmentInput{
		Request:    casework.Request{RequestID: request, CaseID: caseID, On: calendar.DayOf(now) - calendar.Day(daysAgo)},
		Instrument: "form", Answers: []assessment.Answer{{Item: "a1", Option: a}, {Item: "b1", Option: b}}})
}

// TestChangeFromBaseline proves that each assessment is compared with the first,
// dimension by dimension, and that the newest version is asked.
func TestChangeFromBaseline(t *testing.T) {
	r := withForm(t, openStore(t))
	c := r.open(t, "r")
	must(t)(r.assess(c.ID, "first", 100, "YES", "NO"))
	change := must(t)(r.assess(c.ID, "second", 0, "YES", "YES"))
	all := casework.Assessments(change.Case)
	first, second := all[0], all[1]
	if !first.IsBaseline() || first.ChangeFromBaseline() != nil || first.Version != 2 || first.Composite != 50 {
		t.Errorf("the first: %+v", first)
	}
	if second.IsBaseline() || *second.ChangeFromBaseline() != 50 || first.ID() == second.ID() {
		t.Errorf("the second: %+v", second)
	}
	for n, want := range []int{0, 100} {
		if d := second.DimensionScores()[n]; *d.ChangeFromBaseline != want || first.DimensionScores()[n].ChangeFromBaseline != nil {
			t.Errorf("%s: %d, want %d", d.Dimension, *d.ChangeFromBaseline, want)
		}
	}
}

// TestRecompute proves that a score is computed again from the history by its
// own version of the instrument, and that it says so where that version is not in
// the library or where the state differs.
func TestRecompute(t *testing.T) {
	s := openStore(t)
	r := withForm(t, s)
	c := r.open(t, "r")
	a := casework.Assessments(must(t)(r.assess(c.ID, "first", 0, "YES", "NO")).Case)[0]
	view := r.casework.View(supervisor, r.register.Snapshot())
	if again, err := view.Recompute(t.Context(), &a); err != nil || !again.Agrees || again.Composite != 50 || again.Coverage != 100 {
		t.Errorf("%+v, %v", again, err)
	}
	tampered := a
	tampered.Composite = 51
	if again, err := view.Recompute(t.Context(), &tampered); err != nil || again.Agrees || again.Composite != 50 {
		t.Errorf("a state that differs: %+v, %v", again, err)
	}
	bare := newReplica(t, s, false) // knows only what comes with the program
	if again, err := bare.casework.View(supervisor, bare.register.Snapshot()).Recompute(t.Context(), &a); err != nil || again != nil {
		t.Errorf("without the instrument: %+v, %v", again, err)
	}
}

// TestAssessmentRefused proves that answers below the coverage, a second index of
// the quarter and whoever may not assess leave nothing behind; and that a retry
// is answered as the first time, once the quarter is taken by it.
func TestAssessmentRefused(t *testing.T) {
	r := withForm(t, openStore(t))
	c := r.open(t, "r")
	in := casework.RecordAssessmentInput{Request: casework.Request{RequestID: "half", CaseID: c.ID}, Instrument: "form", Answers: []assessment.Answer{{Item: "a1", Option: "YES"}}}
	if _, err := r.casework.RecordAssessment(t.Context(), supervisor, in); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "answers: cover 50 %") {
		t.Errorf("half: %v", err)
	}
	in.Answers = nil
	if _, err := r.casework.RecordAssessment(t.Context(), supervisor, in); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "answers") {
		t.Errorf("nothing: %v", err)
	}
	auditor := access.Actor{Worker: "worker_9", Role: access.Auditor, Organisation: "org_1"}
	if _, err := r.casework.RecordAssessment(t.Context(), auditor, in); err == nil {
		t.Error("an auditor assesses")
	}
	first := must(t)(r.assess(c.ID, "first", 0, "YES", "NO"))
	again := must(t)(r.assess(c.ID, "first", 0, "YES", "NO"))
	if first.Case.Version != c.Version+1 || again.Entry.ID() != first.Entry.ID() {
		t.Errorf("version %d, then entry %s", first.Case.Version, again.Entry.ID())
	}
	if _, err := r.assess(c.ID, "second", 0, "NO", "NO"); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "on: the index of 2026-Q1") {
		t.Errorf("a second in the quarter: %v", err)
	}
}
