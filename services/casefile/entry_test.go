package casefile_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/demography"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/legal"
	"onward/services/money"
	"onward/services/plan"
	"onward/services/reintegration"
	"onward/services/scholarship"
	"onward/services/sealed"
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
	matter := legal.Description{Type: legal.Criminal, Subject: legal.Wages, Reference: name, Province: "KH-12"}
	lawyer := legal.Representative{WorkerID: "worker_1", Name: name, Organisation: name}
	terms := employment.Conditions{Wage: &employment.Wage{Money: *wage, Period: employment.PerMonth}, HoursPerWeek: &absences, Contract: employment.Written, ContractEndsOn: d}
	reach := casefile.ConsentTerms{OrganisationIDs: []id.Organisation{"org_2"}, Form: casefile.Thumbprint, GivenBy: casefile.Herself}
	sent := casefile.ReferralSent{Referral: casefile.TransferOf, OrganisationID: "org_2", Service: "counselling_trauma", Shares: []casefile.Class{"HEALTH"}, Need: name}
	fact := casefile.Fact{Name: "opened", On: d, Entry: 1}
	return []casefile.Data{
		casefile.Opened{Code: "ONE-1", FromCaseID: "case_3", Population: casefile.AtRisk, Risk: casefile.Low, SiteID: "site_1", OwnerID: "worker_1", ReferredBy: name, AdultOn: d, Sex: demography.Male, BirthYear: new(2008), Consents: []casefile.Purpose{casefile.ForShare}, Remark: r},
		casefile.Accepted{OwnerID: "worker_1", Remark: r},
		casefile.Activated{OwnerID: "worker_1", Risk: casefile.Low, Population: casefile.AtRisk, Phase: casefile.Crisis},
		casefile.Assigned{OwnerID: "worker_1", SiteID: "site_1"},
		casefile.Revised{Population: casefile.AtRisk, Risk: casefile.Low, Phase: casefile.Crisis, AdultOn: d, Sex: demography.Female, BirthYear: new(2008)},
		casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given, ExpiresOn: d, ConsentTerms: reach, Remark: r},
		casefile.Requested{Of: casefile.HoldApproval, Closure: &casefile.Ended{Reason: casefile.Died, Remark: r}, Hold: &casefile.Held{Until: d, Reason: name}, Transfer: &sent, Remark: r},
		casefile.Approved{ApprovalID: "approval_1.2", Remark: r}, casefile.RequestRejected{ApprovalID: "approval_1.2", Reason: name},
		casefile.RequestWithdrawn{ApprovalID: "approval_1.2", Remark: r},
		sent, casefile.ReferralAnswered{ReferralID: "referral_1.2", Accepted: true, Reason: name, OwnerID: "worker_1"},
		casefile.ReferralCompleted{ReferralID: "referral_1.2", Remark: r}, casefile.ReferralWithdrawn{ReferralID: "referral_1.2", Reason: name},
		plan.Reviewed{Goals: []plan.GoalReview{{GoalID: "plan_1.2.1", Progress: plan.Achieved}}, ReviewOn: d, Remark: r},
		casefile.Held{Until: d, Reason: name}, casefile.Resumed{}, casefile.FollowUpStarted{},
		casefile.Ended{Reason: casefile.Died, Remark: r}, casefile.Reopened{Reason: name}, casefile.Refusal{Reason: name},
		casefile.HandedOver{OrganisationID: "org_2", Remark: r}, casefile.MergedAway{IntoCaseID: "case_2", Reason: name}, casefile.Erased{Reason: casefile.HerWish},
		casefile.MatchAgreed{MatchID: "match_1"}, casefile.MatchDeclined{MatchID: "match_1"},
		casefile.Reversed{Version: 2, Reason: name},
		casefile.MilestoneRecorded{Code: track.VerdictGiven, SiteID: "site_1", Step: legal.Step{MatterID: "matter_1.2", Verdict: legal.Discharge}, Remark: r},
		shelter.Admitted{SiteID: "site_1", OverCapacityReason: name, Remark: r},
		shelter.Moved{SiteID: "site_2", OverCapacityReason: name, Remark: r},
		shelter.AbsenceBegan{ExpectedReturnOn: d, Reason: shelter.FamilyVisit, Remark: r}, shelter.AbsenceEnded{Remark: r},
		shelter.Left{Destination: shelter.Family, SafeInWorkersView: &yes, SafeInSurvivorsView: &yes, DestinationConfirmed: &yes, Remark: r},
		shelter.ExitJudged{StayID: "stay_1.2", Destination: shelter.Family, SafeInWorkersView: &yes, SafeInSurvivorsView: &yes, DestinationConfirmed: &yes, Remark: r},
		scholarship.Award{ScholarshipID: "scholarship_1.2", Class: scholarship.Women, Level: scholarship.Bachelor, School: name, Grade: "1", Amount: wage, Remark: r},
		scholarship.Enrolment{ScholarshipID: "scholarship_1.2", School: name, Grade: "1", Remark: r},
		scholarship.TermCheck{ScholarshipID: "scholarship_1.2", Term: "2026-27/1", Attendance: scholarship.Regular, Completed: true, UnexcusedAbsences: &absences, DaysHeld: &absences, DaysAttended: &absences, Remark: r},
		scholarship.End{ScholarshipID: "scholarship_1.2", Ending: scholarship.DroppedOut, ReasonCode: scholarship.OtherReason, Reason: name},
		scholarship.AbsenceRecorded{ScholarshipID: "scholarship_1.2", From: d, To: d, Excused: &yes, Reason: scholarship.Illness, Remark: r},
		scholarship.GradeRecorded{ScholarshipID: "scholarship_1.2", Grade: name, Result: scholarship.Passed, NextGrade: name, Remark: r},
		scholarship.StipendPaid{ScholarshipID: "scholarship_1.2", Amount: *wage, Period: name, Method: scholarship.Cash, ReceivedBy: scholarship.Her, Remark: r},
		scholarship.Resumption{ScholarshipID: "scholarship_1.2", Remark: r},
		career.Registered{SiteID: "site_1", Remark: r},
		legal.Opened{Description: matter, RepresentedBy: &lawyer, Remark: r}, legal.Described{MatterID: "matter_1.2", Description: matter, Remark: r},
		legal.Represented{MatterID: "matter_1.2", Representative: lawyer, Remark: r},
		legal.DefendantAdded{MatterID: "matter_1.2", Label: "A", Role: legal.Recruiter, Remark: r},
		legal.VerdictGiven{MatterID: "matter_1.2", DefendantID: "defendant_1.3", Verdict: legal.Conviction, SentenceMonths: &absences, CompensationOrdered: wage, AppealUntil: d, Remark: r},
		legal.Compensated{MatterID: "matter_1.2", Ordered: wage, Paid: wage, Remark: r}, legal.Closed{MatterID: "matter_1.2", Ending: legal.Settled, Remark: r},
		career.SessionHeld{Session: career.CVWriting, Minutes: &absences, SiteID: "site_1", Service: "other_other_service", Remark: r},
		career.ReadinessUpdated{Version: 1, Items: []career.Answer{{Code: "CV_READY", Done: true}}, Remark: r},
		career.TrainingBegun{ProviderID: "org_2", ProviderName: name, Subject: "weaver", Modality: career.OnTheJob, HoursPlanned: &absences, Remark: r},
		career.TrainingEnded{TrainingID: "training_1.2", Result: career.Completed, Certificate: &career.Certificate{Title: name, IssuedBy: name, Number: "1", IssuedOn: d}, Remark: r},
		career.Introduced{EmployerID: "employer_1", EmployerName: name, Occupation: "weaver", Result: career.Interviewed, Remark: r},
		career.IntroductionAnswered{IntroductionID: "introduction_1.2", Result: career.Hired, Remark: r},
		employment.Started{EmployerID: "employer_1", EmployerName: name, Occupation: "weaver", Type: employment.FullTime, MonthlyWage: wage, Evidence: employment.Contract, Conditions: terms, UnsafeReason: name, Remark: r},
		employment.Updated{PlacementID: "placement_1.2", Conditions: terms, Remark: r},
		employment.WorkplaceChecked{PlacementID: "placement_1.2", EmployerID: "employer_1", EmployerName: name, When: employment.BeforeStart, Safe: true, Checks: []employment.Aspect{employment.LegalAge}, Remark: r},
		employment.RetentionChecked{PlacementID: "placement_1.2", Point: employment.Day90, Employed: true, MonthlyWage: wage, Evidence: employment.Payslip, Remark: r},
		employment.Ended{PlacementID: "placement_1.2", Reason: employment.Resigned, Remark: r},
		reintegration.Returned{LivingWith: reintegration.Parents, SafeInWorkersView: &yes, SafeInSurvivorsView: &yes, Remark: r},
		followup.Recorded{Point: track.Month3, Method: followup.Phone, ContactMade: true, Safe: &yes, HasIncome: &yes, InSchool: &yes, Findings: name, NextOn: d, FollowUpID: "followup_1.2"},
		followup.RuleSet{Methods: []followup.Method{followup.HomeVisit}, DayParts: []followup.DayPart{followup.Morning}, HomeVisitAllowed: true, Note: name},
		followup.Schedule{DueOn: d, Method: followup.Phone, Remark: r}, followup.Cancellation{FollowUpID: "followup_1.2", Reason: name},
		plan.Updated{Goals: []plan.GoalInput{{ID: "plan_1.2.1", Title: name, Track: track.Career, StartOn: d, AchieveBy: d, Measure: name, Actions: []plan.ActionInput{{ID: "plan_1.2.2", Title: name, OwnerID: "worker_1", DueOn: d}}}}},
		plan.ActionCompleted{ActionID: "plan_1.2.2", Outcome: name},
		delivery.Delivered{Service: "counselling_trauma", SiteID: "site_1", SessionID: "session_1", Remark: r},
		assessment.Recorded{Instrument: "ris-28", InstrumentVersion: 1, Purpose: assessment.ReintegrationIndex, Answers: []assessment.Answer{{Item: "hope", Option: "FULLY"}},
			Score: assessment.Score{Coverage: 82, Composite: 55, Dimensions: []assessment.DimensionScore{{Dimension: "SOCIAL", Score: 60}}, Band: "LOW"}, Remark: r},
		casefile.FlagRaised{Rule: "NO_OWNER", Episode: "2026-03-01", Severity: casefile.SeverityLow, DueOn: d, ThresholdDays: 2, RuleVersion: 1, ThresholdsVersion: 1, Facts: []casefile.Fact{fact}},
		casefile.FlagAcknowledgement{FlagID: flagID, SnoozeUntil: d, Remark: r},
		casefile.FlagWoken{FlagID: flagID}, casefile.FlagRegraded{FlagID: flagID, Severity: casefile.SeverityHigh}, casefile.FlagEscalated{FlagID: flagID, To: casefile.ToLead},
		casefile.FlagResolution{FlagID: flagID, Reason: "the case has ended", Automatic: true, Ending: casefile.Ending{Cause: casefile.CauseMoved, EndedBy: 2, MovedTo: d}},
		casefile.ConsentExpired{Purpose: casefile.ForShare, ExpiredOn: d}, casefile.Released{OwnerID: "worker_1"},
		casefile.Protected{WorkerIDs: []id.Worker{"worker_1"}, Reason: name}, casefile.Unprotected{Reason: name}, casefile.GlassBroken{Reason: name},
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
	for _, name := range casefile.KindNames() {
		if !seen[name] {
			t.Errorf("no entry of the kind %s is tried", name)
		}
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
	if e.ID() != "entry_1.7" || e.Kind() != "service.delivered" || !slices.Equal(e.Note(), []sealed.Text{"saw " + name}) || !e.RecordedAt().Equal(e.At) ||
		e.Summary() != "Service delivered" {
		t.Errorf("%s %s %q %q", e.ID(), e.Kind(), e.Note(), e.Summary())
	}
	if e.Data = (casefile.Resumed{}); len(e.Note()) != 0 {
		t.Errorf("a kind without a note has %q", e.Note())
	}
}
