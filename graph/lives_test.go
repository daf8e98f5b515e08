package graph_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"onward/services/calendar"
	"onward/services/id"
)

// TestLives tells whole lives through the API, each step by the role whose work
// it is. After each step it reads the case, its history, the supervisor's work on
// it and the figures, and compares the whole tale with the golden file
// of the life; run with -update to write the file, and read it.
func TestLives(t *testing.T) {
	for name, steps := range map[string][]chapter{"woman": woman, "girl": girl, "transferred": transferred} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := newTale(t).tell(steps)
			file := "testdata/lives/" + name + ".tale"
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the life goes another way:\n%s", got)
			}
		})
	}
}

// chapter is one step of a life: on a day, somebody of a role sends a mutation
// with an input, or one of the supervisor's jobs runs. A step that is refused says
// with which code, and for which field.
type chapter struct {
	on, role, mutation, input string
	refused                   string
}

// tale is a life while it is told.
type tale struct {
	*world
	n      int
	before map[string]int // the figures before the life
}

func newTale(t *testing.T) *tale {
	w := newWorld(t)
	l := &tale{world: w}
	l.before = l.figures()
	return l
}

// tell sends each step and returns what came of it, a line for each.
func (l *tale) tell(steps []chapter) string {
	var told strings.Builder
	for _, c := range steps {
		outcome := l.live(c)
		fmt.Fprintf(&told, "%s %s %s: %s\n%s", c.on, c.role, c.mutation, outcome, l.picture())
	}
	return told.String()
}

// live sends one step at noon of its day.
func (l *tale) live(c chapter) string {
	l.n++
	day, err := time.ParseInLocation(time.DateOnly, c.on, calendar.Zone)
	l.must(err)
	l.moveTo(day.Add(12 * time.Hour))
	return l.step(c)
}

// step sends one step and returns the entry that it made or why it was refused.
func (l *tale) step(c chapter) string {
	input := fmt.Sprintf(`{"requestId": "life-%d"`, l.n)
	if c.mutation != "openCase" && c.mutation != "runJob" && !strings.Contains(c.input, `"caseId"`) {
		input += `, "caseId": "{{life}}"`
	}
	if c.input != "" {
		input += ", " + c.input
	}
	name := strings.ToUpper(c.mutation[:1]) + c.mutation[1:]
	answer := "entry { kind summary } case { " + parts + " }"
	switch c.mutation {
	case "runJob":
		answer = "run { outcome counts { name value } }"
	case "recordIdentity":
		answer = "case { " + parts + " }"
	case "answerReferral", "completeReferral":
		answer = "referral { state } " + answer
	}
	query := fmt.Sprintf("mutation ($input: %sInput!) { it: %s(input: $input) { %s } }", name, c.mutation, answer)
	_, body := l.post(c.role, query, json.RawMessage(l.fill(`{"input": `+input+`}}`)))
	var got struct {
		Data struct {
			It struct {
				Entry struct{ Kind, Summary string }
				Case  *part
				Run   json.RawMessage
			}
		}
		Errors []struct {
			Message    string
			Extensions struct {
				Code   string
				Fields []struct{ Path string }
			}
		}
	}
	if err := json.Unmarshal(body, &got); err != nil {
		l.t.Fatalf("%s: %s", c.mutation, body)
	}
	if len(got.Errors) > 0 {
		e := got.Errors[0].Extensions
		said := e.Code
		for _, f := range e.Fields {
			said += " " + f.Path
		}
		if said != c.refused {
			l.t.Fatalf("%s on %s as %s: %s, want %q", c.mutation, c.on, c.role, body, c.refused)
		}
		return "refused, " + said
	}
	if c.refused != "" {
		l.t.Fatalf("%s on %s as %s is not refused with %s", c.mutation, c.on, c.role, c.refused)
	}
	if c.mutation == "runJob" {
		return l.named(string(got.Data.It.Run))
	}
	if got.Data.It.Case != nil {
		l.learn(c, got.Data.It.Case)
	}
	return got.Data.It.Entry.Kind + ", " + got.Data.It.Entry.Summary
}

// parts are the parts of a case whose identifiers later steps need.
const parts = `id code version approvals { id } referrals { id } matters { id } plan { goals { id actions { id } } } placements { id } careerSpells { trainings { id } introductions { id } }
	history(last: 1) { nodes { id } }`

type identified struct{ ID string }

type part struct {
	ID, Code             string
	Approvals, Referrals []identified
	Matters              []identified
	Plan                 *struct {
		Goals []struct{ Actions []identified }
	}
	Placements   []identified
	CareerSpells []struct{ Trainings, Introductions []identified }
	History      struct{ Nodes []identified }
}

// learn keeps the identifiers that an answer tells. The case of openCase is the
// life from then on, and an accepted transfer opens the life's next.
func (l *tale) learn(c chapter, p *part) {
	switch {
	case c.mutation == "openCase" && strings.Contains(c.input, "SECOND"), c.mutation == "answerReferral" && p.ID != l.names["life"]:
		l.names["second"], l.names["second.code"] = p.ID, p.Code
	case c.mutation == "openCase":
		l.names["life"], l.names["life.code"] = p.ID, p.Code
	}
	last := func(name string, all []identified) {
		if n := len(all); n > 0 {
			l.names[name] = all[n-1].ID
		}
	}
	last("approval", p.Approvals)
	last("referral", p.Referrals)
	last("placement", p.Placements)
	last("matter", p.Matters)
	last("last", p.History.Nodes)
	if p.Plan != nil {
		last("action", p.Plan.Goals[0].Actions)
	}
	if n := len(p.CareerSpells); n > 0 {
		last("training", p.CareerSpells[n-1].Trainings)
		last("introduction", p.CareerSpells[n-1].Introductions)
	}
}

// picture reads the case, its history, the work on it and the figures.
func (l *tale) picture() string {
	var told strings.Builder
	for _, name := range []string{"life", "second"} {
		if l.names[name] != "" {
			told.WriteString(l.state(name))
		}
	}
	var changed []string
	for code, value := range l.figures() {
		if value != l.before[code] {
			changed = append(changed, fmt.Sprintf("%s+%d", code, value-l.before[code]))
		}
	}
	slices.Sort(changed)
	fmt.Fprintf(&told, "    figures: %s\n", strings.Join(changed, " "))
	return told.String()
}

// state reads a case as those who work on it see it.
func (l *tale) state(name string) string {
	for _, role := range []string{"SUPERVISOR", "OTHER_SUPERVISOR"} {
		var got struct {
			Data struct {
				Case *struct {
					Status, Phase string
					Version       int
					Tracks        []struct{ Kind, State string }
					History       struct {
						TotalCount int
						Nodes      []struct {
							Kind       string
							ReversedBy *struct{ Version int }
						}
					}
				}
				Worklist struct {
					Nodes []struct {
						Case    identified
						Kind    string
						Rule    string
						DueOn   string
						Overdue bool
					}
				}
			}
		}
		query := `query ($id: ID!) { case(id: $id) { status phase version tracks { kind state } history(last: 1) { totalCount nodes { kind reversedBy { version } } } }
			worklist(first: 100) { nodes { case { id } kind rule dueOn overdue } } }`
		_, body := l.post(role, query, json.RawMessage(l.fill(`{"id": "{{`+name+`}}"}`)))
		l.must(json.Unmarshal(body, &got))
		c := got.Data.Case
		if c == nil || c.History.TotalCount != c.Version {
			continue // not this organisation's
		}
		line := fmt.Sprintf("    %s (%s): %s %s v%d, last %s;", name, role, c.Status, c.Phase, c.Version, c.History.Nodes[0].Kind)
		for _, t := range c.Tracks {
			if t.State != "NOT_STARTED" {
				line += " " + t.Kind + "=" + t.State
			}
		}
		for _, work := range got.Data.Worklist.Nodes {
			if work.Case.ID == l.names[name] {
				line += fmt.Sprintf(" [%s %s%s]", cmp.Or(work.Rule, work.Kind), work.DueOn, map[bool]string{true: " overdue"}[work.Overdue])
			}
		}
		return line + "\n"
	}
	return fmt.Sprintf("    %s: nobody sees it\n", name)
}

// figures reads the figures of both organisations, of all years, as each knows its
// own. The caseload is left out: it grows with every month, whoever's life is told.
func (l *tale) figures() map[string]int {
	figures := map[string]int{}
	for role, organisation := range map[string]id.Organisation{"SUPERVISOR": lotus, "OTHER_SUPERVISOR": river} {
		var got struct {
			Data struct {
				Impact struct {
					Rows []struct {
						Indicator struct{ Code string }
						Value     int
					}
				}
			}
		}
		_, body := l.post(role, `query ($org: ID!) { impact(input: {from: "2020-01-01", to: "2030-12-31", organisation: $org}) { rows { indicator { code } value } } }`,
			json.RawMessage(`{"org": "`+string(organisation)+`"}`))
		l.must(json.Unmarshal(body, &got))
		for _, r := range got.Data.Impact.Rows {
			code := r.Indicator.Code
			if organisation == river {
				code += " of the second organisation"
			}
			if r.Indicator.Code != "CASELOAD_PER_WORKER" {
				figures[code] = r.Value
			}
		}
	}
	return figures
}

// woman is a life from the shelter to a job kept for a year and a stable life.
var woman = []chapter{
	{"2026-03-02", "SHELTER_STAFF", "openCase", `"population": "VICTIM_CONFIRMED", "ownerId": "worker_SHELTER_STAFF", "consents": ["SERVICES", "REPORTING"]`, ""},
	{"2026-03-02", "SHELTER_STAFF", "activateCase", `"risk": "HIGH"`, "INVALID caseId"},
	{"2026-03-02", "CAREER_ADVISOR", "acceptCase", ``, "FORBIDDEN"},
	{"2026-03-02", "SHELTER_STAFF", "acceptCase", ``, ""},
	{"2026-03-03", "SHELTER_STAFF", "activateCase", `"risk": "HIGH"`, ""},
	{"2026-03-03", "SHELTER_STAFF", "setSafeContact", `"methods": ["PHONE", "OFFICE_VISIT"], "dayParts": ["MORNING"], "homeVisitAllowed": false`, ""},
	{"2026-03-03", "SHELTER_STAFF", "admitToShelter", `"siteId": "site_SHELTER"`, ""},
	{"2026-03-04", "SHELTER_STAFF", "recordMilestone", `"code": "SAFETY_PLAN_MADE"`, ""},
	{"2026-03-05", "SHELTER_STAFF", "recordMilestone", `"code": "NEEDS_ASSESSED"`, ""},
	{"2026-03-10", "SHELTER_STAFF", "updatePlan", `"goals": [{"title": "Work and a home of her own", "track": "EMPLOYMENT", "actions": [{"title": "Skills test", "ownerId": "worker_CAREER_ADVISOR", "dueOn": "2026-03-20"}]}]`, ""},
	{"2026-03-10", "SHELTER_STAFF", "submitPlan", ``, "INVALID goals[0].achieveBy goals[0].measure"},
	{"2026-03-11", "SHELTER_STAFF", "updatePlan", `"goals": [{"title": "Work and a home of her own", "track": "EMPLOYMENT", "achieveBy": "2026-12-31", "measure": "A job kept for three months", "actions": [{"title": "Skills test", "ownerId": "worker_CAREER_ADVISOR", "dueOn": "2026-03-20"}]}]`, ""},
	{"2026-03-11", "SHELTER_STAFF", "submitPlan", ``, ""},
	{"2026-03-11", "SHELTER_STAFF", "approveRequest", `"approvalId": "{{approval}}"`, "FORBIDDEN"},
	{"2026-03-12", "SUPERVISOR", "approveRequest", `"approvalId": "{{approval}}"`, ""},
	{"2026-03-15", "CAREER_ADVISOR", "registerAtCareerCentre", `"siteId": "site_CAREER"`, ""},
	{"2026-03-18", "CAREER_ADVISOR", "recordMilestone", `"code": "SKILLS_ASSESSED"`, ""},
	{"2026-03-18", "CAREER_ADVISOR", "completeAction", `"actionId": "{{action}}", "outcome": "She is good with her hands"`, ""},
	{"2026-03-20", "CAREER_ADVISOR", "startTraining", `"startedOn": "2026-03-20", "providerName": "Weaving school (invented)", "subject": "Weaving", "modality": "VOCATIONAL_SCHOOL"`, ""},
	{"2026-05-20", "SUPERVISOR", "runJob", `"name": "stall-scan", "asOf": "2026-05-20"`, ""},
	{"2026-06-01", "SUPERVISOR", "runJob", `"name": "escalation", "asOf": "2026-06-01"`, ""},
	{"2026-06-01", "SUPERVISOR", "runJob", `"name": "escalation", "asOf": "2026-06-01"`, ""},
	{"2026-06-02", "SHELTER_STAFF", "recordFollowUp", `"method": "HOME_VISIT", "contactMade": true`, "INVALID method"},
	{"2026-06-02", "SHELTER_STAFF", "recordFollowUp", `"method": "OFFICE_VISIT", "contactMade": true, "safe": true`, ""},
	{"2026-06-20", "CAREER_ADVISOR", "completeTraining", `"trainingId": "{{training}}", "result": "COMPLETED", "certificate": {"title": "Weaver", "issuedBy": "Weaving school (invented)", "issuedOn": "2026-06-20"}`, ""},
	{"2026-06-25", "CAREER_ADVISOR", "recordMilestone", `"code": "JOB_READY"`, ""},
	{"2026-06-28", "CAREER_ADVISOR", "introduceToEmployer", `"employerId": "employer_SILK", "occupation": "weaver"`, ""},
	{"2026-06-30", "CAREER_ADVISOR", "recordIntroductionResult", `"introductionId": "{{introduction}}", "result": "HIRED"`, ""},
	{"2026-07-01", "CAREER_ADVISOR", "logPlacement", `"employerId": "employer_SILK", "occupation": "weaver", "type": "FULL_TIME", "startedOn": "2026-07-01", "evidence": "CONTRACT", "wage": {"amount": 26000, "currency": "USD", "period": "MONTH"}, "hoursPerWeek": 44, "contract": "WRITTEN"`, ""},
	{"2026-07-05", "SHELTER_STAFF", "recordMilestone", `"code": "READY_TO_LEAVE"`, ""},
	{"2026-07-10", "SHELTER_STAFF", "leaveShelter", `"destination": "INDEPENDENT_LIVING", "destinationConfirmed": true, "safeInWorkersView": true, "safeInSurvivorsView": true`, ""},
	{"2026-07-10", "SHELTER_STAFF", "recordReturn", `"livingWith": "INDEPENDENTLY", "safeInWorkersView": true, "safeInSurvivorsView": true`, ""},
	{"2026-07-12", "SHELTER_STAFF", "startFollowUp", ``, ""},
	{"2026-07-12", "SHELTER_STAFF", "reviewPlan", ``, ""},
	{"2026-09-29", "CAREER_ADVISOR", "checkRetention", `"point": "DAY_90", "employed": true, "evidence": "PAYSLIP"`, ""},
	{"2026-10-10", "SHELTER_STAFF", "recordFollowUp", `"point": "M3", "method": "PHONE", "contactMade": true, "safe": true, "hasIncome": true`, ""},
	{"2026-12-28", "CAREER_ADVISOR", "checkRetention", `"point": "DAY_180", "employed": true`, ""},
	{"2027-01-10", "SHELTER_STAFF", "recordFollowUp", `"point": "M6", "method": "PHONE", "contactMade": true, "safe": true, "hasIncome": true`, ""},
	{"2027-07-01", "CAREER_ADVISOR", "checkRetention", `"point": "DAY_365", "employed": true`, ""},
	{"2027-07-10", "SHELTER_STAFF", "recordFollowUp", `"point": "M12", "method": "PHONE", "contactMade": true, "safe": true, "hasIncome": true`, ""},
	{"2027-07-10", "SHELTER_STAFF", "recordMilestone", `"code": "STABLE"`, ""},
	{"2027-07-11", "SHELTER_STAFF", "closeCase", `"reason": "GOALS_MET"`, ""},
	{"2027-07-12", "SUPERVISOR", "approveRequest", `"approvalId": "{{approval}}"`, ""},
}

// girl is a life of a girl at risk from an application to her graduation, after a
// term that she dropped.
var girl = []chapter{
	{"2026-09-01", "SCHOLARSHIP_OFFICER", "openCase", `"population": "AT_RISK", "ownerId": "worker_SCHOLARSHIP_OFFICER", "consents": ["SERVICES", "REPORTING"]`, ""},
	{"2026-09-01", "SUPERVISOR", "acceptCase", ``, ""},
	{"2026-09-02", "SCHOLARSHIP_OFFICER", "activateCase", `"risk": "LOW"`, ""},
	{"2026-09-02", "SCHOLARSHIP_OFFICER", "recordMilestone", `"code": "APPLIED"`, ""},
	{"2026-09-20", "SCHOLARSHIP_OFFICER", "endScholarship", `"ending": "WAITLISTED"`, ""},
	{"2026-10-10", "SCHOLARSHIP_OFFICER", "awardScholarship", `"class": "GIRLS_SECONDARY", "level": "LOWER_SECONDARY", "school": "Lower secondary school (invented)", "grade": "8", "amount": {"amount": 12000, "currency": "USD"}`, ""},
	{"2026-11-02", "SCHOLARSHIP_OFFICER", "enrol", `"grade": "8"`, ""},
	{"2026-11-10", "SCHOLARSHIP_OFFICER", "recordStipend", `"amount": {"amount": 1500, "currency": "USD"}, "period": "2026-11", "method": "CASH", "receivedBy": "GUARDIAN"`, ""},
	{"2026-11-10", "SCHOLARSHIP_OFFICER", "recordStipend", `"amount": {"amount": 1500, "currency": "USD"}, "period": "2026-11", "method": "CASH", "receivedBy": "GUARDIAN"`, "INVALID on"},
	{"2027-02-05", "SCHOLARSHIP_OFFICER", "recordSchoolAbsence", `"from": "2027-02-01", "to": "2027-02-03", "excused": false, "reason": "WORK"`, ""},
	{"2027-03-31", "SCHOLARSHIP_OFFICER", "recordTerm", `"term": "2026-27/1", "attendance": "NOT_ENROLLED"`, ""},
	{"2027-04-01", "SHELTER_STAFF", "recordTerm", `"term": "2026-27/2", "attendance": "REGULAR"`, "FORBIDDEN"},
	{"2027-04-02", "SCHOLARSHIP_OFFICER", "enrol", `"grade": "8"`, ""},
	{"2027-08-30", "SCHOLARSHIP_OFFICER", "recordTerm", `"term": "2026-27/2", "attendance": "REGULAR", "completed": true, "unexcusedAbsences": 2`, ""},
	{"2027-08-31", "SCHOLARSHIP_OFFICER", "recordGrade", `"grade": "8", "result": "PROMOTED", "nextGrade": "9"`, ""},
	{"2028-03-30", "SCHOLARSHIP_OFFICER", "recordTerm", `"term": "2027-28/1", "attendance": "REGULAR", "completed": true`, ""},
	{"2028-08-30", "SCHOLARSHIP_OFFICER", "recordTerm", `"term": "2027-28/2", "attendance": "REGULAR", "completed": true`, ""},
	{"2028-09-01", "SCHOLARSHIP_OFFICER", "endScholarship", `"ending": "GRADUATED"`, ""},
	{"2028-09-02", "SCHOLARSHIP_OFFICER", "closeCase", `"reason": "GOALS_MET"`, "INVALID reason"},
	{"2028-09-02", "SCHOLARSHIP_OFFICER", "closeCase", `"reason": "PERIOD_ENDED"`, ""},
	{"2028-09-03", "SCHOLARSHIP_OFFICER", "approveRequest", `"approvalId": "{{approval}}"`, "FORBIDDEN"},
	{"2028-09-03", "SUPERVISOR", "approveRequest", `"approvalId": "{{approval}}"`, ""},
}

// transferred is a life of a survivor whose case is referred, transferred, put on
// hold, wrongly closed, reopened, merged and unmerged.
var transferred = []chapter{
	{"2026-03-02", "SHELTER_STAFF", "openCase", `"population": "VICTIM_POSSIBLE", "ownerId": "worker_SHELTER_STAFF", "consents": ["SERVICES", "REPORTING"]`, ""},
	{"2026-03-02", "SHELTER_STAFF", "acceptCase", ``, ""},
	{"2026-03-03", "SHELTER_STAFF", "activateCase", `"risk": "MEDIUM"`, ""},
	{"2026-03-03", "SHELTER_STAFF", "recordConsent", `"purpose": "RESEARCH", "decision": "GIVEN", "expiresOn": "2026-03-20"`, ""},
	{"2026-03-04", "SHELTER_STAFF", "recordService", `"service": "counselling_trauma"`, ""},
	{"2026-03-05", "SHELTER_STAFF", "sendReferral", `"organisationId": "org_RIVER", "need": "A vocational course", "service": "training_education_vocational", "shares": ["LOCATION"]`, "INVALID organisationId"},
	{"2026-03-05", "SHELTER_STAFF", "recordConsent", `"purpose": "SHARE", "decision": "GIVEN", "organisationIds": ["org_RIVER"], "form": "THUMBPRINT"`, ""},
	{"2026-03-05", "SHELTER_STAFF", "sendReferral", `"organisationId": "org_RIVER", "need": "A vocational course", "service": "training_education_vocational", "shares": ["LOCATION"]`, ""},
	{"2026-03-06", "OTHER_STAFF", "answerReferral", `"referralId": "{{referral}}", "accepted": true`, "NOT_FOUND"},
	{"2026-03-06", "OTHER_SUPERVISOR", "answerReferral", `"referralId": "{{referral}}", "accepted": true`, ""},
	{"2026-03-07", "OTHER_SUPERVISOR", "recordService", `"service": "counselling_trauma"`, "FORBIDDEN"},
	{"2026-03-20", "OTHER_SUPERVISOR", "completeReferral", `"referralId": "{{referral}}"`, ""},
	{"2026-03-21", "OTHER_SUPERVISOR", "completeReferral", `"referralId": "{{referral}}"`, "NOT_FOUND"},
	{"2026-03-21", "SUPERVISOR", "runJob", `"name": "consent-expiry", "asOf": "2026-03-20"`, ""},
	{"2026-03-21", "SUPERVISOR", "runJob", `"name": "consent-expiry", "asOf": "2026-03-21"`, ""},
	{"2026-03-25", "SHELTER_STAFF", "holdCase", `"until": "2026-06-10", "reason": "She stays with her aunt"`, ""},
	{"2026-03-26", "SUPERVISOR", "rejectRequest", `"approvalId": "{{approval}}", "reason": "Too long"`, ""},
	{"2026-03-26", "SHELTER_STAFF", "holdCase", `"until": "2026-04-20", "reason": "She stays with her aunt"`, ""},
	{"2026-04-10", "SHELTER_STAFF", "resumeCase", ``, ""},
	{"2026-04-12", "SUPERVISOR", "closeCase", `"reason": "LOST_CONTACT"`, ""},
	{"2026-04-14", "SHELTER_STAFF", "reopenCase", `"reason": "She called"`, "FORBIDDEN"},
	{"2026-04-14", "SUPERVISOR", "reopenCase", `"reason": "She called; the closure was a mistake"`, ""},
	{"2026-04-20", "SHELTER_STAFF", "openCase", `"population": "VICTIM_POSSIBLE", "ownerId": "worker_SHELTER_STAFF", "referredBy": "SECOND", "consents": ["SERVICES"]`, ""},
	{"2026-04-21", "SUPERVISOR", "mergeCase", `"caseId": "{{second}}", "intoCaseId": "{{life}}", "reason": "The same woman"`, ""},
	{"2026-04-22", "SUPERVISOR", "reverseEntry", `"caseId": "{{second}}", "entryId": "{{last}}", "reason": "Two sisters"`, ""},
	{"2026-04-23", "SUPERVISOR", "declineCase", `"caseId": "{{second}}", "reason": "Helped elsewhere"`, ""},
	{"2026-05-01", "SUPERVISOR", "transferCase", `"organisationId": "org_RIVER", "need": "She moves to her family"`, ""},
	{"2026-05-03", "OTHER_SUPERVISOR", "answerReferral", `"referralId": "{{referral}}", "accepted": true, "ownerId": "worker_OTHER_STAFF"`, ""},
	{"2026-05-04", "SHELTER_STAFF", "recordService", `"service": "counselling_trauma"`, "INVALID caseId"},
	{"2026-05-05", "OTHER_STAFF", "recordConsent", `"caseId": "{{second}}", "purpose": "SERVICES", "decision": "GIVEN"`, ""},
	{"2026-05-06", "OTHER_STAFF", "activateCase", `"caseId": "{{second}}"`, ""},
	{"2026-05-07", "OTHER_STAFF", "recordService", `"caseId": "{{second}}", "service": "anti_trafficking_community_reintegration"`, ""},
}
