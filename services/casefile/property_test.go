package casefile_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/demography"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/legal"
	"onward/services/money"
	"onward/services/plan"
	"onward/services/scholarship"
	"onward/services/sealed"
	"onward/services/shelter"
	"onward/services/track"
	"onward/services/track/tracktest"
)

// someData draws what an entry may say of a case, whether it fits or not.
func someData(t *rapid.T, c *casefile.Case, on calendar.Day) casefile.Data {
	var codes []track.Code
	for _, k := range track.Kinds {
		codes = append(codes, k.Codes()...)
	}
	code := reached(rapid.SampledFrom(codes).Draw(t, "code"))
	flag, matter, defendant, action := flagID, "", "", ""
	if n := len(c.Flags); n > 0 {
		flag = c.Flags[rapid.IntRange(0, n-1).Draw(t, "flag")].ID
	}
	if n := len(c.Legal().Matters); n > 0 {
		m := c.Legal().Matters[rapid.IntRange(0, n-1).Draw(t, "matter")]
		matter = m.ID()
		if n := len(m.Defendants); n > 0 {
			defendant = m.Defendants[rapid.IntRange(0, n-1).Draw(t, "defendant")].ID
		}
	}
	if open := c.Plan.Open(); len(open) > 0 {
		action = open[0].ID()
	}
	training, introduction, placement := "", "", ""
	if n := len(c.Career().Registrations); n > 0 {
		if all := c.Career().Registrations[n-1].Trainings; len(all) > 0 {
			training = all[len(all)-1].ID
		}
		if all := c.Career().Registrations[n-1].Introductions; len(all) > 0 {
			introduction = all[len(all)-1].ID
		}
	}
	if n := len(c.Employment().Placements); n > 0 {
		placement = c.Employment().Placements[rapid.IntRange(0, n-1).Draw(t, "placement")].ID()
	}
	scheduled := ""
	if open := c.FollowUps().Open(); len(open) > 0 {
		scheduled = open[len(open)-1].ID
	}
	approval, referral, goal := "", "", ""
	if n := len(c.Approvals); n > 0 {
		approval = c.Approvals[rapid.IntRange(0, n-1).Draw(t, "approval")].ID()
	}
	if n := len(c.Referrals()); n > 0 {
		referral = c.Referrals()[rapid.IntRange(0, n-1).Draw(t, "referral")].ID
	}
	if c.Plan != nil {
		goal = c.Plan.Goals[0].ID()
	}
	days := calendar.Day(rapid.IntRange(0, 60).Draw(t, "days"))
	yesOrNo := rapid.Bool().Draw(t, "yes")
	months := int(days)
	point := rapid.SampledFrom(append(track.FollowUpPoints, track.Unscheduled)).Draw(t, "point")
	expired := casefile.ConsentExpired{Purpose: casefile.ForServices, ExpiredOn: on - days}
	if due := c.ConsentsToNote(on); len(due) > 0 {
		expired = due[0]
	}
	owner, birthYear := id.Worker(fmt.Sprint("worker_", 1+days%3)), on.Time().Year()-int(days)
	profile := []casefile.Data{
		casefile.Assigned{OwnerID: owner}, casefile.Assigned{OwnerID: owner}, casefile.Released{OwnerID: owner}, casefile.Activated{OwnerID: owner, Risk: casefile.Medium},
		casefile.Revised{Risk: rapid.SampledFrom(casefile.Risks).Draw(t, "risk")}, casefile.Revised{Population: rapid.SampledFrom(casefile.Populations).Draw(t, "population")},
		casefile.Revised{Sex: rapid.SampledFrom(demography.Sexes).Draw(t, "sex"), BirthYear: &birthYear}, casefile.Revised{AdultOn: on + days},
	}
	lifecycle := []casefile.Data{
		casefile.Accepted{}, activation, casefile.Assigned{OwnerID: "worker_2", SiteID: "site_2"}, casefile.Revised{Risk: casefile.Low},
		casefile.Revised{Phase: casefile.Transition}, casefile.Held{Until: on + days}, casefile.Resumed{}, casefile.FollowUpStarted{},
		closed(casefile.GoalsMet), closed(casefile.LostContact), casefile.Reopened{}, casefile.Reopened{}, casefile.Refusal{},
		casefile.HandedOver{OrganisationID: "org_2"}, casefile.MergedAway{IntoCaseID: "case_2"},
		casefile.ConsentRecorded{Purpose: casefile.ForServices, Decision: casefile.Given, ExpiresOn: on + days},
		casefile.ConsentRecorded{Purpose: casefile.ForReporting, Decision: casefile.Withdrawn},
		casefile.Released{OwnerID: c.Owner}, casefile.Released{OwnerID: "worker_2"}, expired,
		casefile.Protected{WorkerIDs: []id.Worker{owner}}, casefile.Unprotected{}, casefile.GlassBroken{Reason: "fainted"}, casefile.GlassBroken{Reason: "fled"},
	}
	sent := casefile.ReferralSent{Referral: casefile.ReferralOf, OrganisationID: id.Organisation(fmt.Sprint("org_", 1+days%3)), Shares: []casefile.Class{"HEALTH"}, Need: "a course"}
	transfer := casefile.ReferralSent{Referral: casefile.TransferOf, OrganisationID: "org_2", Need: "a bed"}
	between := []casefile.Data{
		casefile.Requested{Of: casefile.PlanApproval}, casefile.Requested{Of: casefile.TransferApproval, Transfer: &transfer},
		casefile.Requested{Of: casefile.ClosureApproval, Closure: &casefile.Ended{Reason: casefile.LostContact}},
		casefile.Requested{Of: casefile.HoldApproval, Hold: &casefile.Held{Until: on + days, Reason: "away"}},
		casefile.Approved{ApprovalID: approval}, casefile.Approved{ApprovalID: approval}, casefile.RequestRejected{ApprovalID: approval}, casefile.RequestWithdrawn{ApprovalID: approval},
		casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given, ConsentTerms: casefile.ConsentTerms{Form: casefile.Thumbprint}},
		casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given, ExpiresOn: on + days, ConsentTerms: casefile.ConsentTerms{OrganisationIDs: []id.Organisation{"org_2"}}},
		casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Withdrawn},
		casefile.MatchAgreed{MatchID: "match_1"}, casefile.MatchAgreed{MatchID: "match_2"}, casefile.MatchDeclined{MatchID: "match_1"},
		sent, sent, transfer, casefile.ReferralAnswered{ReferralID: referral, Accepted: yesOrNo}, casefile.ReferralAnswered{ReferralID: referral, Accepted: true},
		casefile.ReferralCompleted{ReferralID: referral}, casefile.ReferralWithdrawn{ReferralID: referral},
		wholePlan, plan.Reviewed{Goals: []plan.GoalReview{{GoalID: goal, Progress: plan.Behind}}, ReviewOn: on + 2*days},
	}
	work := []casefile.Data{
		assessment.Recorded{Instrument: "shelter-needs", InstrumentVersion: 1, Purpose: assessment.Needs, Score: assessment.Score{Coverage: 100, Composite: months}},
		assessment.Recorded{Instrument: "ris-28", InstrumentVersion: 1, Purpose: assessment.ReintegrationIndex, Score: assessment.Score{Coverage: 90, Composite: months}},
		code, code, code, served, admitted, shelter.Left{Destination: shelter.Family, SafeInSurvivorsView: &yesOrNo},
		awarded, scholarship.Enrolment{}, scholarship.TermCheck{Term: sealed.Text(fmt.Sprint(days / 20)), Attendance: scholarship.Regular, Completed: yesOrNo},
		scholarship.End{Ending: scholarship.Withdrawn}, scholarship.End{Ending: scholarship.Denied}, registered, hired,
		scholarship.End{Ending: scholarship.Waitlisted}, scholarship.End{Ending: scholarship.Suspended, ReasonCode: scholarship.Absent}, scholarship.Resumption{},
		scholarship.TermCheck{Term: sealed.Text(fmt.Sprint(days)), Attendance: scholarship.NotEnrolled}, scholarship.AbsenceRecorded{From: on, To: on + days/20, Excused: &yesOrNo},
		scholarship.GradeRecorded{Grade: sealed.Text(fmt.Sprint(days / 20)), Result: scholarship.Promoted, NextGrade: sealed.Text(fmt.Sprint(days/20 + 1))},
		scholarship.StipendPaid{Amount: money.Money{Amount: int(days), Currency: "USD"}, Method: scholarship.Cash},
		employment.RetentionChecked{Point: employment.Day90, Employed: yesOrNo}, employment.Ended{Reason: employment.Resigned}, returned,
		career.SessionHeld{Session: career.JobSearch}, career.TrainingBegun{ProviderName: "School", Subject: "weaver", Modality: career.Online},
		career.TrainingEnded{TrainingID: training, Result: career.Completed}, career.TrainingEnded{TrainingID: training, Result: career.DroppedOut},
		career.ReadinessUpdated{Version: 1, Items: []career.Answer{{Code: "CV_READY", Done: yesOrNo}}}, career.Introduced{EmployerName: "Mill", Occupation: "weaver"},
		career.IntroductionAnswered{IntroductionID: introduction, Result: rapid.SampledFrom([]career.Answered{career.Interviewed, career.Offered, career.NoAnswer}).Draw(t, "result")},
		employment.Ended{PlacementID: placement, Reason: employment.Unsafe}, employment.Updated{PlacementID: placement, Conditions: employment.Conditions{Contract: employment.Verbal, ContractEndsOn: on + days}},
		employment.WorkplaceChecked{PlacementID: placement, When: employment.AfterStart, Safe: yesOrNo}, employment.WorkplaceChecked{EmployerName: "mill ", When: employment.BeforeStart, Safe: yesOrNo},
		followup.Recorded{Point: point, ContactMade: yesOrNo, Safe: &yes, HasIncome: &yes, NextOn: on + days},
		followup.Recorded{Point: track.Unscheduled, ContactMade: yesOrNo, FollowUpID: scheduled}, followup.Cancellation{FollowUpID: scheduled},
		followup.Schedule{DueOn: on + days}, followup.Schedule{DueOn: on + days},
		followup.RuleSet{Methods: []followup.Method{followup.HomeVisit}, DayParts: []followup.DayPart{followup.Weekend}, HomeVisitAllowed: yesOrNo},
		legalStep(track.ReferredToCourt, ""), casefile.MilestoneRecorded{Code: track.ReferredToCourt, Step: legal.Step{MatterID: matter}},
		casefile.MilestoneRecorded{Code: track.VerdictGiven, Step: legal.Step{MatterID: matter, Verdict: legal.Conviction}},
		legal.Opened{Description: legal.Description{Type: legal.Criminal, Subject: legal.Rape, Reference: sealed.Text(fmt.Sprint(days / 10))}},
		legal.Described{MatterID: matter, Description: legal.Description{Reference: sealed.Text(fmt.Sprint(days / 10))}},
		legal.Represented{MatterID: matter, Representative: legal.Representative{Name: "Lawyer"}},
		legal.DefendantAdded{MatterID: matter, Label: c.Legal().NextLabel(matter), Role: legal.Recruiter},
		legal.VerdictGiven{MatterID: matter, DefendantID: defendant, Verdict: legal.Acquittal},
		legal.VerdictGiven{MatterID: matter, DefendantID: defendant, Verdict: legal.Conviction, SentenceMonths: &months, AppealUntil: on + days},
		legal.Compensated{MatterID: matter, Paid: &money.Money{Amount: 1, Currency: "USD"}}, legal.Closed{MatterID: matter, Ending: legal.Settled},
		shelter.Moved{SiteID: id.Site(fmt.Sprint("site_", days/20)), OverCapacityReason: "cold night"},
		shelter.AbsenceBegan{Reason: shelter.CourtHearing, ExpectedReturnOn: on + days}, shelter.AbsenceEnded{},
		plan.Updated{Goals: []plan.GoalInput{{Title: "A job", Actions: []plan.ActionInput{{Title: "Skills test", DueOn: on + days}, {ID: action, Title: "Kept"}}}}},
		plan.ActionCompleted{ActionID: action},
		flagged(casefile.SeverityHigh), casefile.FlagAcknowledgement{FlagID: flag, SnoozeUntil: on + days}, casefile.FlagResolution{FlagID: flag, Reason: "seen"},
		casefile.FlagWoken{FlagID: flag}, casefile.FlagRegraded{FlagID: flag, Severity: casefile.SeverityLow},
		casefile.FlagEscalated{FlagID: flag, To: rapid.SampledFrom(casefile.EscalationLevels).Draw(t, "level")},
		casefile.FlagResolution{FlagID: flag, Automatic: true, Ending: casefile.Ending{Cause: rapid.SampledFrom(casefile.Causes).Draw(t, "cause"), EndedBy: 2, MovedTo: on + days}},
		casefile.FlagRaised{Rule: "NO_OWNER", Episode: on.String(), Severity: casefile.SeverityLow, DueOn: on, Facts: []casefile.Fact{{Name: "opened", On: on, Entry: 1}}},
	}
	return rapid.SampledFrom(slices.Concat(lifecycle, profile, profile, between, between, work, work)).Draw(t, "data")
}

// some draws an entry that may be the next of a case: mostly a while after the
// last, sometimes before it.
func some(t *rapid.T, c *casefile.Case, last calendar.Day) casefile.Entry {
	on := last + calendar.Day(rapid.IntRange(-20, 60).Draw(t, "later"))
	return entry(c, on, someData(t, c, on))
}

// someHistory draws a case and its history as they come about above: each entry
// is applied to a copy, and a reversal is a fold. See is called with each case
// and the entry that was refused or made the next case; next is nil where it was
// refused.
func someHistory(t *rapid.T, see func(before, next *casefile.Case, history []casefile.Entry)) (*casefile.Case, []casefile.Entry) {
	history := under()
	if rapid.IntRange(0, 3).Draw(t, "referred") == 0 {
		history = history[:1]
	}
	c, err := casefile.Fold(caseID, history)
	if err != nil {
		t.Fatal(err)
	}
	last := tracktest.Day("2026-01-10")
	for range rapid.IntRange(0, 30).Draw(t, "entries") {
		e := some(t, c, last)
		next := c.Clone()
		if len(history) > 1 && rapid.IntRange(0, 7).Draw(t, "reverse") == 0 {
			e.Data = casefile.Reversed{Version: rapid.IntRange(2, len(history)).Draw(t, "version")}
			next, err = casefile.Fold(caseID, append(slices.Clone(history), e))
		} else {
			err = next.Apply(e)
		}
		if err != nil {
			next = nil
		}
		see(c, next, append(slices.Clone(history), e))
		if next != nil {
			c, history, last = next, append(history, e), max(last, e.On)
		}
	}
	return c, history
}

// TestStepByStep proves that the state kept step by step is the fold of the whole
// history after every step, and that the fold refuses just what a step refuses,
// with a fault for the user.
func TestStepByStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		someHistory(t, func(_, next *casefile.Case, history []casefile.Entry) {
			folded, err := casefile.Fold(caseID, history)
			last := history[len(history)-1]
			if (err == nil) != (next != nil) {
				t.Fatalf("%s is taken step by step: %t; folding says %v", last.Kind(), next != nil, err)
			}
			if _, raised := last.Data.(casefile.FlagRaised); err != nil && !raised && !fault.Is(err, fault.Invalid) {
				t.Fatalf("%s: %v", last.Kind(), err)
			}
			if err == nil && written(t, folded) != written(t, next) {
				t.Fatalf("after %s\nstep by step %s\nfolded       %s", last.Kind(), written(t, next), written(t, folded))
			}
		})
	})
}

// TestReversingTheLastEntry proves that a case whose last entry is reversed is the
// case as it was before that entry, but for what counts entries.
func TestReversingTheLastEntry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		someHistory(t, func(before, next *casefile.Case, history []casefile.Entry) {
			last := history[len(history)-1]
			if _, corrects := last.Data.(casefile.Reversed); corrects || next == nil {
				return
			}
			undone, err := casefile.Fold(caseID, append(history, entry(next, last.On, casefile.Reversed{Version: last.Version, Reason: "slip"})))
			if err != nil {
				t.Fatalf("%s cannot be taken back: %v", last.Kind(), err)
			}
			was := before.Clone()
			was.Version, was.UpdatedAt = undone.Version, undone.UpdatedAt
			if written(t, undone) != written(t, was) {
				t.Fatalf("%s reversed\nleaves %s\nwas    %s", last.Kind(), written(t, undone), written(t, was))
			}
		})
	})
}

// TestCloneIsIndependent proves that a published case never changes: neither by a
// step on its copy, whether it fits or not, nor is a copy changed by a step on
// another one.
func TestCloneIsIndependent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var published []*casefile.Case
		var states []string
		someHistory(t, func(before, next *casefile.Case, history []casefile.Entry) {
			if next != nil {
				published, states = append(published, next), append(states, written(t, next))
			}
			_ = before.Clone().Apply(some(t, before, history[len(history)-1].On))
			for i, c := range published {
				if now := written(t, c); now != states[i] {
					t.Fatalf("the case became\n%s\nit was\n%s", now, states[i])
				}
			}
		})
	})
}

// TestStateRoundTrip proves that the stored state reads back as itself, and that
// a history which went through its stored form folds to the same case, with the
// same memory of requests.
func TestStateRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, history := someHistory(t, func(_, _ *casefile.Case, _ []casefile.Entry) {})
		state := written(t, c)
		again := &casefile.Case{}
		if err := json.Unmarshal([]byte(state), again); err != nil {
			t.Fatal(err)
		}
		if got := written(t, again); got != state {
			t.Fatalf("read back\n%s\nwritten\n%s", got, state)
		}
		stored := slices.Clone(history)
		for i, e := range stored {
			data, err := json.Marshal(e.Data)
			if err != nil {
				t.Fatal(err)
			}
			if stored[i].Data, err = casefile.Decode(e.Kind(), data); err != nil {
				t.Fatal(err)
			}
		}
		folded, err := casefile.Fold(caseID, stored)
		if err != nil || written(t, folded) != state {
			t.Fatalf("%v, folded from the stored history\n%s\nstep by step\n%s", err, written(t, folded), state)
		}
		for _, e := range history {
			v, ok := folded.Clone().Seen(e.By, e.Key)
			if w, has := c.Seen(e.By, e.Key); v != e.Version || w != v || !ok || !has {
				t.Fatalf("request %s made version %d, the cases remember %d and %d", e.Key, e.Version, v, w)
			}
		}
	})
}

// TestReversedEntriesLeaveNoTrace proves that a case with reversed entries is the
// case without them, and that no milestone rests on one: each names an entry
// that holds, of its day and of the time at which it was recorded.
func TestReversedEntriesLeaveNoTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, history := someHistory(t, func(_, _ *casefile.Case, _ []casefile.Entry) {})
		casefile.MarkReversed(history)
		blank := slices.Clone(history)
		for i, e := range blank {
			if _, reversal := e.Data.(casefile.Reversed); reversal || e.ReversedBy != 0 {
				blank[i].Data = casefile.Reversed{}
			}
		}
		without, err := casefile.Fold(caseID, blank)
		if err != nil || written(t, without) != written(t, c) {
			t.Fatalf("%v, without them\n%s\nwith them\n%s", err, written(t, without), written(t, c))
		}
		for _, shown := range c.Tracks() {
			for _, m := range shown.Milestones() {
				e := history[m.Entry-1]
				if e.ReversedBy != 0 || e.On != m.On || !e.At.Equal(m.RecordedAt()) || m.Code().Track() != shown.Kind {
					t.Fatalf("%s of %s on %s rests on %+v", m.Code(), shown.Kind, m.On, e)
				}
			}
		}
	})
}
