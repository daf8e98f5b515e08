package casework_test

import (
	"context"
	"testing"
	"time"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/register"
	"onward/services/vault/vaulttest"
)

// TestRetryOfAReversal proves that a retry is answered with the case as it was
// after the first time, also where an entry of it has been reversed since: a
// reversal that came later takes nothing out of an earlier answer.
func TestRetryOfAReversal(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	c := r.open(t, "r")
	a, b := must(t)(r.serve(c.ID, "a")), must(t)(r.serve(c.ID, "b"))
	reverse := func(request string, what *casework.Change) *casework.Change {
		return must(t)(r.casework.ReverseEntry(context.Background(), supervisor, casework.ReverseEntryInput{
			Request: casework.Request{RequestID: request, CaseID: c.ID}, EntryID: what.Entry.ID(), Reason: "logged on the wrong case"}))
	}
	first := reverse("reverse a", a)
	if n := len(reverse("reverse b", b).Case.Services); n != 0 {
		t.Fatalf("%d services are left", n)
	}
	again := reverse("reverse a", a)
	if len(first.Case.Services) != 1 || len(again.Case.Services) != 1 || again.Case.Version != first.Case.Version {
		t.Errorf("first %d services at version %d, again %d at %d",
			len(first.Case.Services), first.Case.Version, len(again.Case.Services), again.Case.Version)
	}
}

// TestDraftsRememberReversals proves that on the desk of drafts, too, an entry is
// reversed once, and that a reversal which is refused leaves nothing behind.
func TestDraftsRememberReversals(t *testing.T) {
	ctx := context.Background()
	d, _, err := directory.Open(ctx, openStore(t))
	if err != nil {
		t.Fatal(err)
	}
	drafts, service := casework.NewDrafts(vaulttest.Master(t), d, func() time.Time { return now })
	r := &replica{register: register.New(), casework: service}
	c := r.open(t, "r")
	in := casework.Request{CaseID: c.ID, On: calendar.DayOf(now)}
	reverse := func(request string, version string) error {
		in.RequestID = request
		_, err := service.ReverseEntry(ctx, supervisor, casework.ReverseEntryInput{Request: in, EntryID: "entry_" + string(c.ID[len("case_"):]) + "." + version, Reason: "wrong case"})
		return err
	}
	in.RequestID = "activate"
	if _, err := service.ActivateCase(ctx, supervisor, casework.ActivateCaseInput{Request: in, Activated: casefile.Activated{Risk: casefile.Low}}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the acceptance, on which the activation rests
		if err := reverse("accept", "2"); !fault.Is(err, fault.Invalid) {
			t.Fatalf("the acceptance: %v", err)
		}
	}
	in.RequestID = "serve"
	if _, err := service.RecordService(ctx, supervisor, casework.RecordServiceInput{Request: in, Delivered: delivery.Delivered{Service: "counselling_trauma"}}); err != nil {
		t.Fatal(err)
	}
	if err := reverse("service", "4"); err != nil {
		t.Fatal(err)
	}
	if err := reverse("service again", "4"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a second reversal: %v", err)
	}
	for held := range drafts.Cases() {
		if held.Status != casefile.Active || len(held.Services) != 0 || held.Version != 5 {
			t.Errorf("%s with %d services at version %d", held.Status, len(held.Services), held.Version)
		}
	}
}

// must returns a function that returns a change that has to succeed.
func must(t *testing.T) func(*casework.Change, error) *casework.Change {
	return func(c *casework.Change, err error) *casework.Change {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}
