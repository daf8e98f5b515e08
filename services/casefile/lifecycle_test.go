package casefile_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/employment"
	"onward/services/fault"
	"onward/services/followup"
	"onward/services/plan"
	"onward/services/reintegration"
	"onward/services/track"
	"onward/services/track/tracktest"
)

type (
	step    = tracktest.Step[casefile.Case]
	refusal tracktest.Refusal[casefile.Case]
)

const caseID = "case_1"

var yes = true

// entry is the next entry of a case: each is recorded a minute after the last.
func entry(c *casefile.Case, on calendar.Day, d casefile.Data) casefile.Entry {
	version := c.Version + 1
	return casefile.Entry{CaseID: caseID, Version: version, On: on, Data: d, By: "worker_1", Organisation: "org_1",
		At: time.Date(2026, 12, 31, 8, version, 0, 0, time.UTC), Key: fmt.Sprint("request-", version)}
}

// do applies an entry.
func do(at string, d casefile.Data) step {
	return func(c *casefile.Case) error {
		c.ID = caseID
		return c.Apply(entry(c, tracktest.Day(at), d))
	}
}

// all joins steps and lists of steps.
func all(lists ...[]step) (joined []step) {
	for _, l := range lists {
		joined = append(joined, l...)
	}
	return joined
}

func reached(code track.Code) casefile.Data { return casefile.MilestoneRecorded{Code: code} }
func closed(r casefile.ClosureReason) casefile.Data {
	return casefile.Ended{Reason: r}
}

func flagged(s casefile.Severity) casefile.Data {
	return casefile.FlagRaised{Rule: "NO_CONTACT", Episode: "2026-03-01", Severity: s, DueOn: tracktest.Day("2026-03-15"), ThresholdDays: 14, RuleVersion: 1}
}

const flagID = "flag_1.NO_CONTACT.2026-03-01"

var (
	served     = delivery.Delivered{Service: "counselling_trauma"}
	returned   = reintegration.Returned{LivingWith: reintegration.Parents}
	activation = casefile.Activated{OwnerID: "worker_1", Risk: casefile.High}

	referred = []step{do("2026-01-01", casefile.Opened{Code: "ONE-1", Population: casefile.AtRisk, SiteID: "site_1"})}
	intake   = all(referred, []step{do("2026-01-02", casefile.Accepted{}),
		do("2026-01-02", casefile.ConsentRecorded{Purpose: casefile.ForServices, Decision: casefile.Given})})
	active   = all(intake, []step{do("2026-01-03", activation), do("2026-01-31", returned)})
	onHold   = all(active, []step{do("2026-02-01", casefile.Held{Until: tracktest.Day("2026-03-01"), Reason: "away"})})
	planned  = all(active, []step{do("2026-01-31", reached(track.PlanApproved))})
	followUp = all(planned, []step{do("2026-02-01", casefile.FollowUpStarted{})})
	ended    = all(active, []step{do("2026-02-01", closed(casefile.LostContact))})
	flagHigh = all(active, []step{do("2026-03-16", flagged(casefile.SeverityHigh))})
)

// ways leads to every status.
var ways = map[casefile.Status][]step{
	casefile.Referred: referred, casefile.Intake: intake, casefile.Active: active, casefile.OnHold: onHold,
	casefile.FollowUp: followUp, casefile.Closed: ended,
	casefile.Transferred: all(active, []step{do("2026-02-01", casefile.HandedOver{OrganisationID: "org_2"})}),
	casefile.Declined:    all(referred, []step{do("2026-01-02", casefile.Refusal{Reason: "not ours"})}),
	casefile.Merged:      all(active, []step{do("2026-02-01", casefile.MergedAway{IntoCaseID: "case_2", Reason: "the same"})}),
}

// TestTransitions proves, for every status, which entries it takes and where they
// lead; every other entry is refused, naming the case.
func TestTransitions(t *testing.T) {
	type to map[casefile.Status]casefile.Status
	stays := to{casefile.Intake: casefile.Intake, casefile.Active: casefile.Active, casefile.OnHold: casefile.OnHold, casefile.FollowUp: casefile.FollowUp}
	open := to{casefile.Referred: casefile.Referred, casefile.Intake: casefile.Intake, casefile.Active: casefile.Active, casefile.OnHold: casefile.OnHold, casefile.FollowUp: casefile.FollowUp}
	merged := to{}
	for _, s := range casefile.Statuses {
		merged[s] = casefile.Merged
	}
	delete(merged, casefile.Merged)
	unmerged := to{}
	for _, s := range casefile.Statuses {
		unmerged[s] = s
	}
	delete(unmerged, casefile.Merged)
	for _, move := range []struct {
		name string
		data casefile.Data
		to   to
	}{
		{"accept", casefile.Accepted{}, to{casefile.Referred: casefile.Intake}},
		{"decline", casefile.Refusal{Reason: "not ours"}, to{casefile.Referred: casefile.Declined}},
		{"activate", activation, to{casefile.Intake: casefile.Active}},
		{"hold", casefile.Held{Until: tracktest.Day("2026-05-01"), Reason: "away"}, to{casefile.Intake: casefile.OnHold, casefile.Active: casefile.OnHold, casefile.FollowUp: casefile.OnHold}},
		{"resume", casefile.Resumed{}, to{casefile.OnHold: casefile.Active}},
		{"ask for a closure", casefile.Requested{Of: casefile.ClosureApproval, Closure: &casefile.Ended{Reason: casefile.OtherReason}}, open},
		{"close", closed(casefile.OtherReason), to{casefile.Referred: casefile.Closed, casefile.Intake: casefile.Closed,
			casefile.Active: casefile.Closed, casefile.OnHold: casefile.Closed, casefile.FollowUp: casefile.Closed}},
		{"reopen", casefile.Reopened{Reason: "she came back"}, to{casefile.Closed: casefile.Active}},
		{"hand over", casefile.HandedOver{OrganisationID: "org_2"}, to{casefile.Intake: casefile.Transferred,
			casefile.Active: casefile.Transferred, casefile.OnHold: casefile.Transferred, casefile.FollowUp: casefile.Transferred}},
		{"merge", casefile.MergedAway{IntoCaseID: "case_2", Reason: "the same"}, merged},
		{"assign", casefile.Assigned{OwnerID: "worker_2"}, open},
		{"consent", casefile.ConsentRecorded{Purpose: casefile.ForReporting, Decision: casefile.Withdrawn}, unmerged},
		{"revise", casefile.Revised{Risk: casefile.Low}, stays},
		{"plan", plan.Updated{Goals: []plan.GoalInput{{Title: "A job"}}}, stays},
		{"milestone", reached(track.FamilyCommunityAssessed), stays},
		{"serve", served, stays},
		{"log a job", employment.Started{EmployerName: "Mill", Occupation: "weaver", Type: employment.FullTime}, stays},
		{"follow up", followup.Recorded{Point: track.Unscheduled, Method: followup.Phone}, stays},
		{"schedule a follow-up", followup.Schedule{DueOn: tracktest.Day("2026-05-01")}, stays},
		{"set the safe-contact rule", followup.RuleSet{Methods: []followup.Method{followup.Phone}}, open},
	} {
		for _, from := range casefile.Statuses {
			take := do("2026-04-01", move.data)
			want, allowed := move.to[from]
			if !allowed {
				t.Run(fmt.Sprint(move.name, " when ", from), tracktest.Refusal[casefile.Case]{Before: ways[from], Do: take, Path: "caseId", Says: "the case"}.Check)
				continue
			}
			c := tracktest.After(t, ways[from]...)
			if c.Status != from {
				t.Fatalf("the way to %s leads to %s", from, c.Status)
			}
			if err := take(c); err != nil || c.Status != want {
				t.Errorf("%s when %s: %v, %s; want %s", move.name, from, err, c.Status, want)
			}
		}
	}
}

// TestGuards proves what each step of the lifecycle asks for besides a status,
// and that a refusal names the field to correct.
func TestGuards(t *testing.T) {
	consent := func(at string, p casefile.Purpose, d casefile.Decision, expires calendar.Day) step {
		return do(at, casefile.ConsentRecorded{Purpose: p, Decision: d, ExpiresOn: expires})
	}
	accepted := all(referred, []step{do("2026-01-02", casefile.Accepted{})})
	with := func(s ...step) []step { return all(accepted, s) }
	activate := do("2026-02-01", activation)
	hold := func(until string) step {
		return do("2026-02-01", casefile.Held{Until: tracktest.Day(until), Reason: "away"})
	}
	other := reintegration.Returned{LivingWith: reintegration.Spouse}
	m6 := followup.Recorded{Point: track.Month6, Method: followup.Phone, ContactMade: true}
	tracktest.Refusals(t, []refusal{
		{"service on a referral", referred, do("2026-02-01", served), "caseId", "accept it first"},
		{"service on a closed case", ended, do("2026-02-01", served), "caseId", "reopen it first"},
		{"service on a case that is elsewhere", ways[casefile.Transferred], do("2026-02-01", served), "caseId", "nothing more"},
		{"active without any consent", accepted, activate, "caseId", "consent for SERVICES"},
		{"active on another consent", with(consent("2026-01-02", casefile.ForReporting, casefile.Given, 0)), activate, "caseId", "SERVICES"},
		{"active on a refusal", with(consent("2026-01-02", casefile.ForServices, casefile.Refused, 0)), activate, "caseId", "SERVICES"},
		{"active after a withdrawal", with(consent("2026-01-02", casefile.ForServices, casefile.Given, 0), consent("2026-01-03", casefile.ForServices, casefile.Withdrawn, 0)), activate, "caseId", "SERVICES"},
		{"active on a consent given later", with(consent("2026-02-02", casefile.ForServices, casefile.Given, 0)), activate, "on", "given on 2026-02-02"},
		{"active a day after the consent ran out", with(consent("2026-01-02", casefile.ForServices, casefile.Given, tracktest.Day("2026-01-31"))), activate, "caseId", "SERVICES"},
		{"active without an owner", intake, do("2026-02-01", casefile.Activated{Risk: casefile.Low}), "ownerId", "owner"},
		{"active without a risk level", intake, do("2026-02-01", casefile.Activated{OwnerID: "worker_1"}), "risk", "risk level"},
		{"consent that ends before it begins", intake, consent("2026-02-01", casefile.ForShare, casefile.Given, tracktest.Day("2026-01-31")), "expiresOn", "the decision"},
		{"phase of an intake", intake, do("2026-02-01", casefile.Revised{Phase: casefile.Transition}), "phase", "INTAKE"},
		{"phase of a case in follow-up", followUp, do("2026-02-01", casefile.Revised{Phase: casefile.Transition}), "phase", "FOLLOW_UP"},
		{"follow-up without an approved plan", active, do("2026-02-01", casefile.FollowUpStarted{}), "caseId", "approved plan"},
		{"follow-up before the return", all(intake, []step{do("2026-01-03", activation)}), do("2026-02-01", casefile.FollowUpStarted{}), "caseId", "RETURNED_TO_COMMUNITY"},
		{"hold until a past day", active, hold("2026-01-31"), "until", "2026-02-01"},
		{"hold until the same day", active, hold("2026-02-01"), "until", "1 to 90 days"},
		{"hold for 91 days", active, hold("2026-05-03"), "until", "1 to 90 days"},
		{"goals met without a follow-up", active, do("2026-09-01", closed(casefile.GoalsMet)), "reason", "FOLLOW_UP_M6"},
		{"goals met on an earlier return's follow-up", all(active, []step{do("2026-07-31", m6), do("2026-08-01", other)}), do("2026-09-01", closed(casefile.GoalsMet)), "reason", "FOLLOW_UP_M6"},
		{"closing under a HIGH flag", flagHigh, do("2026-04-01", closed(casefile.Safety)), "caseId", "NO_CONTACT"},
		{"closing under a snoozed HIGH flag", all(flagHigh, []step{do("2026-03-20", casefile.FlagAcknowledgement{FlagID: flagID, SnoozeUntil: tracktest.Day("2026-04-20")})}),
			do("2026-04-01", closed(casefile.Safety)), "caseId", "NO_CONTACT"},
		{"reopening before the closing", ended, do("2026-01-31", casefile.Reopened{Reason: "she came back"}), "on", "2026-02-01"},
		{"activating before the acceptance", all(referred, []step{do("2026-01-10", casefile.Accepted{})}), do("2026-01-09", activation), "on", "the last step of the case, which was on 2026-01-10"},
		{"resuming before the hold", onHold, do("2026-01-31", casefile.Resumed{}), "on", "the last step of the case"},
		{"acknowledging before the flag", flagHigh, do("1901-01-01", casefile.FlagAcknowledgement{FlagID: flagID}), "on", "the flag"},
		{"resolving before the flag", flagHigh, do("1901-01-01", casefile.FlagResolution{FlagID: flagID, Reason: "seen"}), "on", "the flag"},
		{"handing over to ourselves", active, do("2026-02-01", casefile.HandedOver{OrganisationID: "org_1"}), "organisationId", "already"},
		{"merging into itself", active, do("2026-02-01", casefile.MergedAway{IntoCaseID: caseID, Reason: "the same"}), "intoCaseId", "itself"},
	})
	for name, d := range map[string]casefile.Data{
		"accepting": casefile.Accepted{}, "declining": casefile.Refusal{Reason: "not ours"},
		"closing": closed(casefile.OtherReason), "merging": casefile.MergedAway{IntoCaseID: "case_2", Reason: "the same"},
	} {
		t.Run(name+" before the opening", tracktest.Refusal[casefile.Case]{Before: referred, Do: do("2025-12-31", d), Path: "on", Says: "the opening of the case"}.Check)
	}
}

// TestGuardsPass proves the near side of each guard: what it asks for is enough.
func TestGuardsPass(t *testing.T) {
	consented := all(referred, []step{do("2026-01-02", casefile.Accepted{}), do("2026-01-02", casefile.ConsentRecorded{
		Purpose: casefile.ForServices, Decision: casefile.Given, ExpiresOn: tracktest.Day("2026-02-01")})})
	m6 := do("2026-07-31", followup.Recorded{Point: track.Month6, Method: followup.Phone, ContactMade: true})
	for name, steps := range map[string][]step{
		"active on the consent's last day":   all(consented, []step{do("2026-02-01", activation)}),
		"hold for a day":                     all(active, []step{do("2026-02-01", casefile.Held{Until: tracktest.Day("2026-02-02")})}),
		"hold for 90 days":                   all(active, []step{do("2026-02-01", casefile.Held{Until: tracktest.Day("2026-05-02")})}),
		"goals met":                          all(active, []step{m6, do("2026-08-01", closed(casefile.GoalsMet))}),
		"closing under a MEDIUM flag":        all(active, []step{do("2026-03-16", flagged(casefile.SeverityMedium)), do("2026-03-17", closed(casefile.Safety))}),
		"closing once it is resolved":        all(flagHigh, []step{do("2026-03-17", casefile.FlagResolution{FlagID: flagID, Reason: "seen"}), do("2026-03-17", closed(casefile.Safety))}),
		"reopening on the closing's day":     all(ended, []step{do("2026-02-01", casefile.Reopened{Reason: "she came back"})}),
		"service before the case was opened": all(active, []step{do("2025-06-01", served)}),
	} {
		t.Run(name, func(t *testing.T) { tracktest.After(t, steps...) })
	}
}

// TestEverythingMissing proves that an activation reports all that it lacks at
// once, so that a form is corrected in one go.
func TestEverythingMissing(t *testing.T) {
	c := tracktest.After(t, all(referred, []step{do("2026-01-02", casefile.Accepted{})})...)
	err := do("2026-01-03", casefile.Activated{})(c)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid {
		t.Fatalf("got %v", err)
	}
	var paths []string
	for _, field := range f.Fields {
		paths = append(paths, field.Path)
	}
	if got := fmt.Sprint(paths); got != "[caseId ownerId risk]" {
		t.Errorf("fields: %s", got)
	}
}
