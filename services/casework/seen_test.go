package casework_test

import (
	"context"
	"hash/fnv"
	"strconv"
	"testing"

	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/id"
)

// lookAlikes returns two numbers whose requests, of two kinds and by one worker, a case
// cannot tell apart.
func lookAlikes(t *testing.T, by id.Worker, one, other func(n int) string) (a, b int) {
	t.Helper()
	mark := func(requestID string) uint32 {
		h := fnv.New32a()
		_, _ = h.Write([]byte(string(by) + "\x00" + id.RequestKey(by, requestID)))
		return h.Sum32()
	}
	ones, others := map[uint32]int{}, map[uint32]int{}
	for n := range 1_000_000 {
		x, y := mark(one(n)), mark(other(n))
		ones[x], others[y] = n, n
		if b, ok := others[x]; ok {
			return n, b
		}
		if a, ok := ones[y]; ok {
			return a, n
		}
	}
	t.Fatal("no two requests look the same")
	return 0, 0
}

// looksMade stops a test where the case tells a request apart from those that it has
// seen: the test would prove nothing.
func looksMade(t *testing.T, c *casefile.Case, by id.Worker, requestID string) {
	t.Helper()
	if _, seen := c.Seen(by, id.RequestKey(by, requestID)); !seen {
		t.Fatalf("the case tells request %s apart", requestID)
	}
}

// TestARequestThatLooksLikeAnother proves that a request which a case takes for an
// earlier one is carried out all the same, once, and that both are answered again as
// they were.
func TestARequestThatLooksLikeAnother(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	c := r.open(t, "r")
	one, other := func(n int) string { return "one " + strconv.Itoa(n) }, func(n int) string { return "other " + strconv.Itoa(n) }
	a, b := lookAlikes(t, supervisor.Worker, one, other)
	first := must(t)(r.serve(c.ID, one(a)))
	looksMade(t, first.Case, supervisor.Worker, other(b))
	second := must(t)(r.serve(c.ID, other(b)))
	if second.Case.Version != first.Case.Version+1 || len(second.Case.Services) != 2 {
		t.Fatalf("version %d with %d services after version %d", second.Case.Version, len(second.Case.Services), first.Case.Version)
	}
	for request, made := range map[string]*casework.Change{one(a): first, other(b): second} {
		if again := must(t)(r.serve(c.ID, request)); again.Case.Version != made.Case.Version || again.Entry.Version != made.Entry.Version {
			t.Errorf("%s: version %d by entry %d, at first version %d by entry %d",
				request, again.Case.Version, again.Entry.Version, made.Case.Version, made.Entry.Version)
		}
	}
}

// TestHandingOverThatLooksLikeAnother proves that a case is given to the successor, and
// counted as given, only where that was done: not where it takes the request for one
// that it has seen.
func TestHandingOverThatLooksLikeAnother(t *testing.T) {
	ctx := context.Background()
	a := newAlmanac(t, twoOrganisations(t), "2026-01-01")
	c := a.active(t, casefile.Medium, worker.Worker)
	end, successor := func(n int) string { return "end " + strconv.Itoa(n) }, colleague.Worker
	assign := func(n int) string { return "assign " + strconv.Itoa(n) }
	handOver := func(n int) string { return id.Derive("", "endWorker", string(worker.Worker), end(n), string(c.ID)) }
	n, m := lookAlikes(t, admin.Worker, assign, handOver)
	in := casework.AssignCaseInput{Request: a.ask(c.ID), Assigned: casefile.Assigned{OwnerID: worker.Worker}}
	in.RequestID = assign(n)
	looksMade(t, must(t)(a.casework.AssignCase(ctx, admin, in)).Case, admin.Worker, handOver(m))
	for range 2 {
		p, err := a.casework.EndWorker(ctx, a.view(admin), directory.EndWorkerInput{
			Request: directory.Request{RequestID: end(m)}, WorkerID: worker.Worker, Reason: "moved away", SuccessorID: &successor})
		if err != nil || p.OpenCases != 1 || p.Reassigned != 1 || a.mustFind(t, c.ID).Owner != successor {
			t.Fatalf("%v: %+v, owned by %q", err, p, a.mustFind(t, c.ID).Owner)
		}
	}
}
