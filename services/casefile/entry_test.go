package casefile_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/followup"
	"onward/services/legal"
	"onward/services/money"
	"onward/services/plan"
	"onward/services/reintegration"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/track"
	"onward/services/track/tracktest"
)

// name is a name that somebody has written into a free text.
const name = "Sreymom"

// samples is one entry of every kind, with every field filled in.
func samples() []casefile.Data {
	r, d, absences := track.Remark{Note: "saw " + name}, tracktest.Day("2026-03-01"), 3
	wage := &money.Money{Amount: 30000, Currency: "USD"}
	fact := casefile.Fact{Name: "opened", On: d, Entry: 1}
	return []casefile.Data{
		casefile.Opened{Code: "ONE-1", Population: casefile.AtRisk, Risk: casefile.Low, SiteID: "site_1", OwnerID: "worker_1", ReferredBy: name, Consents: []casefile.Purpose{casefile.ForShare}, Remark: r},
		casefile.Accepted{OwnerID: "worker_1", Remark: r},
		casefile.Activated{OwnerID: "worker_1", Risk: casefile.Low, Population: casefile.AtRisk, Phase: casefile.Crisis},
		casefile.Assigned{OwnerID: "worker_1", SiteID: "site_1"},
		casefile.Revised{Population: casefile.AtRisk, Risk: casefile.Low, Phase: casefile.Crisis},
		casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given, ExpiresOn: d},
		casefile.Held{Until: d, Reason: name}, casefile.Resumed{}, casefile.FollowUpStarted{},
		casefile.Ended{Reason: casefile.Died, Remark: r}, casefile.Reopened{Reason: name}, casefile.Refusal{Reason: name},
		casefile.HandedOver{OrganisationID: "org_2", Remark: r}, casefile.MergedAway{IntoCaseID: "case_2", Reason: name},
		casefile.Reversed{Version: 2, Reason: name},
		casefile.MilestoneRecorded{Code: track.VerdictGiven, SiteID: "site_1", Step: legal.Step{MatterID: "matter_1.2", Verdict: legal.Discharge}, Remark: r},
		shelter.Admitted{SiteID: "site_1", Remark: r},
		shelter.Left{Destination: shelter.Family, SafeInWorkersView: &yes, SafeInSurvivorsView: &yes, DestinationConfirmed: true, Remark: r},
		scholarship.Award{Class: scholarship.Women, Level: scholarship.Bachelor, School: name, Grade: "1", Amount: wage, Remark: r},
		scholarship.Enrolment{ScholarshipID: "scholarship_1.2", School: name, Grade: "1", Remark: r},
		scholarship.TermCheck{ScholarshipID: "scholarship_1.2", Term: "2026-27/1", Attendance: scholarship.Regular, Completed: true, UnexcusedAbsences: &absences, Remark: r},
		scholarship.End{ScholarshipID: "scholarship_1.2", Ending: scholarship.Graduated, Reason: name},
		career.Registered{SiteID: "site_1", Remark: r},
		employment.Started{EmployerID: "employer_1", EmployerName: name, Occupation: "weaver", Type: employment.FullTime, MonthlyWage: wage, Evidence: employment.Contract, Remark: r},
		employment.RetentionChecked{PlacementID: "placement_1.2", Point: employment.Day90, Employed: true, MonthlyWage: wage, Evidence: employment.Payslip, Remark: r},
		employment.Ended{PlacementID: "placement_1.2", Reason: employment.Resigned, Remark: r},
		reintegration.Returned{LivingWith: reintegration.Parents, SafeInWorkersView: &yes, SafeInSurvivorsView: &yes, Remark: r},
		followup.Recorded{Point: track.Month3, Method: followup.Phone, ContactMade: true, Safe: &yes, HasIncome: &yes, InSchool: &yes, Findings: name, NextOn: d, FollowUpID: "followup_1.2"},
		followup.RuleSet{Methods: []followup.Method{followup.HomeVisit}, DayParts: []followup.DayPart{followup.Morning}, HomeVisitAllowed: true, Note: name},
		followup.Schedule{DueOn: d, Method: followup.Phone, Remark: r}, followup.Cancellation{FollowUpID: "followup_1.2", Reason: name},
		plan.Updated{Goals: []plan.GoalInput{{ID: "plan_1.2.1", Title: name, Track: track.Career, Actions: []plan.ActionInput{{ID: "plan_1.2.2", Title: name, OwnerID: "worker_1", DueOn: d}}}}},
		plan.ActionCompleted{ActionID: "plan_1.2.2", Outcome: name},
		delivery.Delivered{Service: "counselling_trauma", SiteID: "site_1", SessionID: "session_1", Remark: r},
		casefile.FlagRaised{Rule: "NO_OWNER", Episode: "2026-03-01", Severity: casefile.SeverityLow, DueOn: d, ThresholdDays: 2, RuleVersion: 1, Facts: []casefile.Fact{fact}},
		casefile.FlagAcknowledgement{FlagID: flagID, SnoozeUntil: d, Remark: r},
		casefile.FlagResolution{FlagID: flagID, Reason: "the case has ended", Automatic: true},
	}
}

// empty returns the first field of a value that says nothing, or "".
func empty(v reflect.Value, path string) string {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return empty(v.Elem(), path)
		}
	case reflect.Slice:
		if v.Len() > 0 {
			return empty(v.Index(0), path)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if at := empty(v.Field(i), path+"."+v.Type().Field(i).Name); at != "" {
				return at
			}
		}
		return ""
	}
	if v.IsZero() {
		return path
	}
	return ""
}

// TestDecode proves that every kind of entry reads back from its stored form as
// it was, with every field that it has and with none.
func TestDecode(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range samples() {
		if at := empty(reflect.ValueOf(d), d.Kind()); at != "" {
			t.Errorf("the sample leaves out %s", at)
		}
		if seen[d.Kind()] {
			t.Errorf("%s names two kinds", d.Kind())
		}
		seen[d.Kind()] = true
		stored, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := casefile.Decode(d.Kind(), stored); err != nil || !reflect.DeepEqual(got, d) {
			t.Errorf("%s: %v\n got %+v\nwant %+v", d.Kind(), err, got, d)
		}
		zero := reflect.Zero(reflect.TypeOf(d)).Interface()
		for _, nothing := range []string{"", "{}", "{ }"} {
			if got, err := casefile.Decode(d.Kind(), []byte(nothing)); err != nil || !reflect.DeepEqual(got, zero) {
				t.Errorf("%s of %q: %v, %+v", d.Kind(), nothing, err, got)
			}
		}
		for _, broken := range []string{`{"note":`, `[1,2]`, `"text"`} {
			if got, err := casefile.Decode(d.Kind(), []byte(broken)); !fault.Is(err, fault.Internal) {
				t.Errorf("%s of %q: %v, %+v", d.Kind(), broken, err, got)
			}
		}
	}
	if n := len(seen); n != 37 {
		t.Errorf("%d kinds of entry are tried, want all 37", n)
	}
	if _, err := casefile.Decode("case.danced", []byte("{}")); !fault.Is(err, fault.Internal) || !strings.Contains(err.Error(), "case.danced") {
		t.Errorf("an unknown kind: %v", err)
	}
}

// TestSummary proves that the summary of an entry, which more people may read
// than its notes, holds no word of a free text.
func TestSummary(t *testing.T) {
	for _, d := range append(samples(), casefile.FlagResolution{FlagID: flagID, Reason: "seen by " + name}) {
		if s := d.Summary(); s == "" || strings.Contains(s, name) || strings.TrimSpace(s) != s {
			t.Errorf("%s: %q", d.Kind(), s)
		}
	}
}

// TestEntry proves what an entry shows of itself: who it is, and the note of
// those kinds that carry one.
func TestEntry(t *testing.T) {
	e := entry(&casefile.Case{Version: 6}, calendar.Day(1), delivery.Delivered{Service: "counselling_trauma", Remark: track.Remark{Note: "saw " + name}})
	if e.ID() != "entry_1.7" || e.Kind() != "service.delivered" || e.Note() != "saw "+name || !e.RecordedAt().Equal(e.At) ||
		e.Summary() != "Service delivered" {
		t.Errorf("%s %s %q %q", e.ID(), e.Kind(), e.Note(), e.Summary())
	}
	if e.Data = (casefile.Resumed{}); e.Note() != "" {
		t.Errorf("a kind without a note has %q", e.Note())
	}
}
