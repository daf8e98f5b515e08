package casework_test

import (
	"context"
	"testing"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/plan"
	"onward/services/store"
	"onward/services/track"
)

// The people of two organisations. Worker owns the cases of ownedBy, and
// colleague works beside her.
var (
	worker    = access.Actor{Worker: "worker_2", Role: access.ShelterStaff, Organisation: "org_1"}
	colleague = access.Actor{Worker: "worker_3", Role: access.CareerAdvisor, Organisation: "org_1"}
	river     = access.Actor{Worker: "worker_4", Role: access.Supervisor, Organisation: "org_2"}
	advisor   = access.Actor{Worker: "worker_5", Role: access.CareerAdvisor, Organisation: "org_2"}
)

// twoOrganisations opens a store with both organisations and all these people.
func twoOrganisations(t *testing.T) store.Store {
	t.Helper()
	s := openStore(t)
	d, _, err := directory.Open(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	things := []directory.Thing{
		directory.Organisation{ID: "org_2", Code: "TWO", Name: "Two", Province: "KH-2"},
		directory.Organisation{ID: "org_3", Code: "TRE", Name: "Three", Province: "KH-3"},
	}
	for _, a := range []access.Actor{worker, colleague, river, advisor, admin} {
		things = append(things, directory.Worker{ID: a.Worker, Organisation: a.Organisation, Name: string(a.Worker), Role: a.Role})
	}
	if err := d.Add(context.Background(), things...); err != nil {
		t.Fatal(err)
	}
	return s
}

// ownedBy opens a case of the first organisation that one of its people owns.
func (r *replica) ownedBy(t *testing.T, owner id.Worker, request string) *casefile.Case {
	t.Helper()
	c := r.open(t, request)
	if owner == c.Owner {
		return c
	}
	return must(t)(r.casework.AssignCase(context.Background(), supervisor, casework.AssignCaseInput{
		Request: casework.Request{RequestID: request + "-assign", CaseID: c.ID}, Assigned: casefile.Assigned{OwnerID: owner}})).Case
}

func (r *replica) close(actor access.Actor, caseID id.Case, requestID string) (*casework.Change, error) {
	return r.casework.CloseCase(context.Background(), actor, casework.CloseCaseInput{
		Request: request(caseID, requestID), Ended: casefile.Ended{Reason: casefile.NoLongerNeeds}})
}

func (r *replica) approve(actor access.Actor, c *casefile.Case, requestID string) (*casework.Change, error) {
	return r.casework.ApproveRequest(context.Background(), actor, casework.ApproveRequestInput{
		Request: request(c.ID, requestID), Approved: casefile.Approved{ApprovalID: c.Approvals[len(c.Approvals)-1].ID()}})
}

func (r *replica) writePlan(t *testing.T, actor access.Actor, caseID id.Case, requestID string) {
	t.Helper()
	must(t)(r.casework.UpdatePlan(context.Background(), actor, casework.UpdatePlanInput{Request: request(caseID, requestID), Updated: plan.Updated{Goals: []plan.GoalInput{
		{Title: "A job", Track: track.Employment, AchieveBy: calendar.DayOf(now) + 100, Measure: "three months of wages"}}}}))
}

func (r *replica) submit(t *testing.T, actor access.Actor, caseID id.Case, requestID string) *casefile.Case {
	t.Helper()
	return must(t)(r.casework.SubmitPlan(context.Background(), actor, casework.SubmitPlanInput{Request: request(caseID, requestID)})).Case
}

func wantKind(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: %v, want %s", what, err, kind)
	}
}

// TestFourEyesOnAClosure proves that a worker asks and another approves, that a
// supervisor closes at once what another worker owns, and that on her own case
// she asks like everybody else.
func TestFourEyesOnAClosure(t *testing.T) {
	r := newReplica(t, twoOrganisations(t), false)
	hers := r.ownedBy(t, worker.Worker, "hers")
	_, err := r.close(colleague, hers.ID, "not-hers")
	wantKind(t, "a worker who does not own the case closes it", err, fault.Forbidden)
	asked := must(t)(r.close(worker, hers.ID, "ask"))
	if asked.Entry.Kind() != "approval.requested" || asked.Case.Status != casefile.Intake {
		t.Fatalf("the worker's closure: %s, %s", asked.Entry.Kind(), asked.Case.Status)
	}
	_, err = r.approve(worker, asked.Case, "self")
	wantKind(t, "the worker approves her own request", err, fault.Forbidden)
	closed := must(t)(r.approve(supervisor, asked.Case, "approve")).Case
	if k := closed.Closings[0]; closed.Status != casefile.Closed || k.Requested != worker.Worker || k.Approved != supervisor.Worker {
		t.Errorf("approved: %s, %+v", closed.Status, k)
	}
	if again := must(t)(r.close(worker, hers.ID, "ask")); again.Entry.ID() != asked.Entry.ID() || again.Case.Status != casefile.Intake {
		t.Errorf("the request again: %s, %s", again.Entry.ID(), again.Case.Status)
	}

	another := r.ownedBy(t, worker.Worker, "another")
	if c := must(t)(r.close(supervisor, another.ID, "at-once")); c.Entry.Kind() != "case.closed" || c.Case.Status != casefile.Closed {
		t.Errorf("a supervisor on a worker's case: %s, %s", c.Entry.Kind(), c.Case.Status)
	}

	own := r.ownedBy(t, supervisor.Worker, "own")
	asked = must(t)(r.close(supervisor, own.ID, "ask"))
	if asked.Entry.Kind() != "approval.requested" || asked.Case.Status != casefile.Intake {
		t.Fatalf("a supervisor on her own case: %s, %s", asked.Entry.Kind(), asked.Case.Status)
	}
	_, err = r.approve(supervisor, asked.Case, "self")
	wantKind(t, "a supervisor approves on her own case", err, fault.Forbidden)
	_, err = r.approve(river, asked.Case, "outsider")
	wantKind(t, "a supervisor of another organisation approves", err, fault.NotFound)
	if c := must(t)(r.approve(admin, asked.Case, "approve")).Case; c.Status != casefile.Closed {
		t.Errorf("approved by another: %s", c.Status)
	}
}

// TestFourEyesOnAPlan proves that whoever wrote a plan does not approve it on her
// own case, whoever has submitted it.
func TestFourEyesOnAPlan(t *testing.T) {
	r := newReplica(t, twoOrganisations(t), false)
	own := r.ownedBy(t, supervisor.Worker, "own")
	r.writePlan(t, supervisor, own.ID, "write")
	submitted := r.submit(t, colleague, own.ID, "submit")
	_, err := r.approve(supervisor, submitted, "author")
	wantKind(t, "the author approves", err, fault.Forbidden)
	_, err = r.approve(colleague, submitted, "worker")
	wantKind(t, "a worker approves", err, fault.Forbidden)
	if c := must(t)(r.approve(admin, submitted, "approve")).Case; c.Plan.State() != plan.Approved {
		t.Errorf("approved: %s", c.Plan.State())
	}

	hers := r.ownedBy(t, worker.Worker, "hers")
	r.writePlan(t, worker, hers.ID, "write")
	submitted = r.submit(t, worker, hers.ID, "submit")
	if c := must(t)(r.approve(supervisor, submitted, "approve")).Case; c.Plan.State() != plan.Approved || c.Approvals[0].DecidedBy != supervisor.Worker {
		t.Errorf("approved by the supervisor: %s, %+v", c.Plan.State(), c.Approvals[0])
	}
}

// TestLongHold proves that a hold of 30 days needs no approval, and a longer one
// does.
func TestLongHold(t *testing.T) {
	r := newReplica(t, twoOrganisations(t), false)
	for days, want := range map[calendar.Day]string{casefile.LongHoldDays: "case.held", casefile.LongHoldDays + 1: "approval.requested"} {
		c := r.ownedBy(t, worker.Worker, want)
		change := must(t)(r.casework.HoldCase(context.Background(), worker, casework.HoldCaseInput{
			Request: request(c.ID, "hold"), Held: casefile.Held{Until: calendar.DayOf(now) + days, Reason: "away"}}))
		if change.Entry.Kind() != want {
			t.Errorf("a hold of %d days: %s, want %s", days, change.Entry.Kind(), want)
		}
	}
}

// TestTakingBack proves that whoever asked takes a request back, and so does one
// who could decide on it, but nobody else.
func TestTakingBack(t *testing.T) {
	r := newReplica(t, twoOrganisations(t), false)
	for _, by := range []struct {
		actor   access.Actor
		refused bool
	}{{worker, false}, {supervisor, false}, {colleague, true}} {
		c := r.ownedBy(t, worker.Worker, "case-"+string(by.actor.Worker))
		asked := must(t)(r.close(worker, c.ID, "ask")).Case
		change, err := r.casework.WithdrawRequest(context.Background(), by.actor, casework.WithdrawRequestInput{
			Request: request(c.ID, "back"), RequestWithdrawn: casefile.RequestWithdrawn{ApprovalID: asked.Approvals[0].ID()}})
		if by.refused {
			wantKind(t, string(by.actor.Role)+" takes it back", err, fault.Forbidden)
		} else if err != nil || change.Case.Approvals[0].State() != casefile.ApprovalWithdrawn {
			t.Errorf("%s takes it back: %v", by.actor.Role, err)
		}
	}
}
