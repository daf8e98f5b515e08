package casework_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"onward/jobs"
	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/demography"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/page"
	"onward/services/store"
)

// shareable opens a case with consent for SHARE, which the supervisor owns.
func (r *replica) shareable(t *testing.T, name string) *casefile.Case {
	t.Helper()
	return r.consent(t, r.open(t, name), name+"-consent", casefile.Given)
}

func (r *replica) consent(t *testing.T, c *casefile.Case, requestID string, d casefile.Decision) *casefile.Case {
	t.Helper()
	return must(t)(r.casework.RecordConsent(context.Background(), supervisor, casework.RecordConsentInput{
		Request: request(c.ID, requestID), ConsentRecorded: casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: d}})).Case
}

// refer sends a case to the second organisation.
func (r *replica) refer(t *testing.T, c *casefile.Case, requestID string, shares ...access.Class) casefile.Referral {
	t.Helper()
	sent := must(t)(r.casework.SendReferral(context.Background(), supervisor, casework.SendReferralInput{
		Request: request(c.ID, requestID), ReferralSent: casefile.ReferralSent{OrganisationID: "org_2", Need: "a place on a course", Shares: shares}})).Case
	return sent.Referrals()[len(sent.Referrals())-1]
}

// offer offers a case to the second organisation, with an approval.
func (r *replica) offer(t *testing.T, c *casefile.Case) casefile.Referral {
	t.Helper()
	asked := must(t)(r.casework.TransferCase(context.Background(), supervisor, casework.TransferCaseInput{
		Request: request(c.ID, "offer"), ReferralSent: casefile.ReferralSent{OrganisationID: "org_2", Need: "a bed near her family"}})).Case
	return must(t)(r.approve(admin, asked, "approve-offer")).Case.Referrals()[0]
}

func (r *replica) answer(actor access.Actor, caseID id.Case, referralID, requestID string, accepted bool) (*casework.ReferralChange, error) {
	return r.casework.AnswerReferral(context.Background(), actor, casework.AnswerReferralInput{
		Request: request(caseID, requestID), ReferralAnswered: casefile.ReferralAnswered{ReferralID: referralID, Accepted: accepted, OwnerID: ownerFor(actor, accepted)}})
}

func ownerFor(actor access.Actor, accepted bool) id.Worker {
	if accepted {
		return actor.Worker
	}
	return ""
}

func (r *replica) complete(actor access.Actor, caseID id.Case, referralID, requestID string) (*casework.ReferralChange, error) {
	return r.casework.CompleteReferral(context.Background(), actor, casework.CompleteReferralInput{
		Request: request(caseID, requestID), ReferralCompleted: casefile.ReferralCompleted{ReferralID: referralID}})
}

// incoming lists the referrals that an actor sees of those to the organisation.
func (r *replica) incoming(t *testing.T, actor access.Actor) (states string) {
	t.Helper()
	in := casework.Incoming
	all, err := r.view(actor).ListReferrals(&casework.ReferralFilter{Direction: &in}, page.Args{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all.Nodes() {
		states += string(e.State) + ";"
	}
	return states
}

func (r *replica) sees(actor access.Actor, caseID id.Case) bool {
	_, err := r.view(actor).Case(caseID)
	return err == nil
}

// TestReferralLife proves what another organisation sees of a case from the
// sending of a referral to its completion: the referral, then what it shares and
// its own entries, then nothing.
func TestReferralLife(t *testing.T) {
	r := newReplica(t, twoOrganisations(t), false)
	c := r.shareable(t, "r")
	sent := r.refer(t, c, "send", access.Health, access.Legal)
	if r.sees(river, c.ID) || r.incoming(t, river) != "SENT;" || r.incoming(t, advisor) != "" {
		t.Errorf("while it waits: the supervisor sees the case: %t, referrals %q, the advisor %q", r.sees(river, c.ID), r.incoming(t, river), r.incoming(t, advisor))
	}
	_, err := r.answer(advisor, c.ID, sent.ID, "not-hers", true)
	wantKind(t, "an advisor answers", err, fault.NotFound)
	_, err = r.complete(river, c.ID, sent.ID, "too-early")
	wantKind(t, "completed before the answer", err, fault.NotFound)

	accepted, err := r.answer(river, c.ID, sent.ID, "accept", true)
	if err != nil || accepted.Case == nil || accepted.Referral.State != casefile.ReferralAccepted {
		t.Fatalf("accepted: %v, %+v", err, accepted)
	}
	held := accepted.Case
	for _, class := range access.Classes {
		shared := map[access.Class]bool{access.Case: true, access.Outcome: true, access.Public: true, access.Health: true, access.Legal: true}[class]
		if got := r.view(river).Reads(class, held); got != shared {
			t.Errorf("the supervisor reads %s: %t", class, got)
		}
		if got := r.view(advisor).Reads(class, held); got != (shared && class != access.Legal) {
			t.Errorf("the advisor reads %s: %t", class, got)
		}
		if r.view(river).ReadsAlways(class) {
			t.Errorf("%s is taken as readable without asking for each case", class)
		}
	}
	for _, actor := range []access.Actor{river, advisor, supervisor} {
		history, err := r.view(actor).ListHistory(context.Background(), held, page.Args{})
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{true: 1, false: held.Version}[actor.Organisation == "org_2"]; history.TotalCount != want {
			t.Errorf("%s reads %d entries, want %d", actor.Worker, history.TotalCount, want)
		}
	}
	_, err = r.consentAs(advisor, c.ID, "work")
	wantKind(t, "an outsider records a consent", err, fault.Forbidden)
	again, err := r.answer(river, c.ID, sent.ID, "accept", true)
	if err != nil || again.Entry.ID() != accepted.Entry.ID() || again.Case == nil || again.Case.Version != held.Version {
		t.Errorf("accepted again: %v, %+v", err, again)
	}

	done, err := r.complete(advisor, c.ID, sent.ID, "done")
	if err != nil || done.Case != nil || done.Referral.State != casefile.ReferralDone {
		t.Fatalf("completed: %v, %+v", err, done)
	}
	if r.sees(river, c.ID) || r.incoming(t, river) != "" || !r.sees(supervisor, c.ID) {
		t.Error("a referral that is done still shares the case")
	}
	repeated, err := r.complete(advisor, c.ID, sent.ID, "done")
	if err != nil || repeated.Entry.ID() != done.Entry.ID() || repeated.Case != nil || repeated.Referral.State != casefile.ReferralDone {
		t.Errorf("completed again: %v, %+v", err, repeated)
	}
	if now, _ := r.register.Snapshot().Case(c.ID); now.Version != done.Entry.Version {
		t.Errorf("the retries made %d entries", now.Version-done.Entry.Version)
	}
}

func (r *replica) consentAs(actor access.Actor, caseID id.Case, requestID string) (*casework.Change, error) {
	return r.casework.RecordConsent(context.Background(), actor, casework.RecordConsentInput{
		Request: request(caseID, requestID), ConsentRecorded: casefile.ConsentRecorded{Purpose: casefile.ForReporting, Decision: casefile.Given}})
}

// TestWithdrawalEndsTheView proves that whoever withdraws consent for SHARE is
// seen no longer from that moment, also not by a request that is sent again, and
// that nothing waits for an answer then.
func TestWithdrawalEndsTheView(t *testing.T) {
	r := newReplica(t, twoOrganisations(t), false)
	c, waiting := r.shareable(t, "in-force"), r.shareable(t, "waiting")
	sent, offered := r.refer(t, c, "send", access.Health), r.refer(t, waiting, "send")
	if _, err := r.answer(river, c.ID, sent.ID, "accept", true); err != nil {
		t.Fatal(err)
	}
	r.consent(t, c, "withdraw", casefile.Withdrawn)
	r.consent(t, waiting, "withdraw", casefile.Withdrawn)
	if r.sees(river, c.ID) || r.sees(advisor, c.ID) || r.incoming(t, river) != "" {
		t.Errorf("seen after the withdrawal; referrals %q", r.incoming(t, river))
	}
	retried, err := r.answer(river, c.ID, sent.ID, "accept", true)
	if err != nil || retried.Case != nil || retried.Referral.ID != sent.ID {
		t.Errorf("the acceptance again: %v, case shown: %t", err, retried.Case != nil)
	}
	if shown, err := r.view(river).ReferredCase(context.Background(), &retried.Referral); err != nil || shown != nil {
		t.Errorf("the referral of that answer shows the case: %v", err)
	}
	_, err = r.answer(river, waiting.ID, offered.ID, "late", true)
	wantKind(t, "accepted after the withdrawal", err, fault.NotFound)
	_, err = r.complete(river, c.ID, sent.ID, "done")
	wantKind(t, "completed after the withdrawal", err, fault.NotFound)
}

// TestReferralsAreTheReceivers proves that a referral is answered by the
// organisation to which it was sent, and refers to what is there.
func TestReferralsAreTheReceivers(t *testing.T) {
	ctx := context.Background()
	r := newReplica(t, twoOrganisations(t), false)
	c := r.shareable(t, "r")
	send := func(sent casefile.ReferralSent) error {
		sent.Need = "a place on a course"
		_, err := r.casework.SendReferral(ctx, supervisor, casework.SendReferralInput{Request: request(c.ID, "refused"), ReferralSent: sent})
		return err
	}
	wantField(t, "to nobody", send(casefile.ReferralSent{OrganisationID: "org_9"}), "organisationId")
	wantField(t, "with notes", send(casefile.ReferralSent{OrganisationID: "org_2", Shares: []access.Class{access.Health, access.Notes}}), "shares[1]")
	wantField(t, "with her name", send(casefile.ReferralSent{OrganisationID: "org_2", Shares: []access.Class{access.Identity}}), "shares[0]")
	wantField(t, "for tea", send(casefile.ReferralSent{OrganisationID: "org_2", Service: "tea"}), "service")
	sent := r.refer(t, c, "send")
	third := must(t)(r.casework.SendReferral(ctx, supervisor, casework.SendReferralInput{
		Request: request(c.ID, "third"), ReferralSent: casefile.ReferralSent{OrganisationID: "org_3", Need: "a lawyer"}})).Case.Referrals()[1]
	_, err := r.answer(river, c.ID, third.ID, "not-ours", true)
	wantField(t, "another's referral", err, "referralId")
	_, err = r.answer(supervisor, c.ID, sent.ID, "sender", true)
	wantKind(t, "the sender answers", err, fault.Forbidden)
	if rejected, err := r.answer(river, c.ID, sent.ID, "reject", false); err != nil || rejected.Case != nil || rejected.Referral.State != casefile.ReferralRejected {
		t.Errorf("rejected: %v, %+v", err, rejected)
	}
}

// TestOneCaseContinues proves that of many who accept a transfer at once one
// does, and that one case continues it.
func TestOneCaseContinues(t *testing.T) {
	s := twoOrganisations(t)
	a, b := newReplica(t, s, false), newReplica(t, s, false)
	c := a.shareable(t, "r")
	offer := a.offer(t, c)
	var accepting sync.WaitGroup
	var opened atomic.Int32
	for i := range 20 {
		r := []*replica{a, b}[i%2]
		accepting.Go(func() {
			switch done, err := r.answer(river, c.ID, offer.ID, fmt.Sprint("accept-", i), true); {
			case err == nil && done.Case != nil && done.Case.ID == casefile.Continuation(offer.ID):
				opened.Add(1)
			case !fault.Is(err, fault.NotFound):
				t.Errorf("acceptance %d: %v", i, err)
			}
		})
	}
	accepting.Wait()
	fresh := newReplica(t, s, false)
	all, err := fresh.view(river).ListCases(nil, nil, page.Args{})
	if err != nil || opened.Load() != 1 || all.TotalCount != 1 {
		t.Fatalf("%v, %d acceptances, %d cases", err, opened.Load(), all.TotalCount)
	}
	to, from := all.Nodes()[0], found(t)(fresh.view(supervisor).Case(c.ID))
	if to.Continues() != c.ID || to.Status != casefile.Intake || to.Owner != river.Worker || to.Organisation != "org_2" || to.Code[:4] != "TWO-" ||
		from.ContinuedBy() != to.ID || from.Status != casefile.Transferred || from.TransferredTo() != "org_2" {
		t.Errorf("from %+v\nto %+v", from, to)
	}
	if fresh.sees(river, c.ID) || fresh.sees(supervisor, to.ID) {
		t.Error("one organisation sees the case of the other")
	}
	if to.Consented(casefile.ForServices, calendar.DayOf(now)) || to.Consented(casefile.ForShare, calendar.DayOf(now)) {
		t.Errorf("consents taken over: %v", to.Consents)
	}
	_, err = fresh.casework.ReverseEntry(context.Background(), supervisor, casework.ReverseEntryInput{
		Request: request(c.ID, "reverse"), EntryID: id.Within(id.EntryPrefix, c.ID, from.Version), Reason: "a mistake"})
	wantField(t, "the acceptance reversed", err, "entryId")
}

func found(t *testing.T) func(*casefile.Case, error) *casefile.Case {
	return func(c *casefile.Case, err error) *casefile.Case {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

// lossy is a store that cannot insert while it is down.
type lossy struct {
	store.Store
	down atomic.Bool
}

func (l *lossy) Insert(ctx context.Context, c store.Collection, docs ...store.Document) error {
	if l.down.Load() {
		return fault.New(fault.Unavailable, "the store is down")
	}
	return l.Store.Insert(ctx, c, docs...)
}

// TestLostOpeningIsMended proves that a case whose transfer was accepted is opened
// later where a crash came between the two: by the next scan or by a retry,
// whichever is first, once.
func TestLostOpeningIsMended(t *testing.T) {
	ctx := context.Background()
	for _, byRetry := range []bool{false, true} {
		s := &lossy{Store: twoOrganisations(t)}
		r := newReplica(t, s, false)
		c := r.shareable(t, "r")
		offer := r.offer(t, c)
		s.down.Store(true)
		_, err := r.answer(river, c.ID, offer.ID, "accept", true)
		wantKind(t, "accepted while the store is down", err, fault.Unavailable)
		s.down.Store(false)
		r = newReplica(t, s, false) // after the crash
		next := casefile.Continuation(offer.ID)
		if from, _ := r.register.Snapshot().Case(c.ID); from.Status != casefile.Transferred || r.sees(river, next) {
			t.Fatalf("the crash left %s, the next case there: %t", from.Status, r.sees(river, next))
		}
		finish := func(want int) {
			t.Helper()
			done, err := r.casework.FinishTransfers(ctx, r.register.Snapshot())
			if opened := done.Written(casefile.Opened{}); err != nil || opened != want || done.Checked != want || done.Failed != 0 {
				t.Errorf("opened %d of %+v, %v; want %d", opened, done, err, want)
			}
		}
		if !byRetry {
			finish(1)
		}
		retried, err := r.answer(river, c.ID, offer.ID, "accept", true)
		if err != nil || retried.Case == nil || retried.Case.ID != next || retried.Case.Version != 2 {
			t.Errorf("by retry %t, the acceptance again: %v, %+v", byRetry, err, retried)
		}
		finish(0)
		if v, err := casework.Verify(ctx, s, r.directory, nil); err != nil || len(v.Differences) != 0 || v.Cases != 2 {
			t.Errorf("verified: %v, %+v", err, v)
		}
	}
}

// TestOneTransferDoesNotKeepTheOthers proves that a transfer which cannot be
// finished, here because a newer program has written in the case what this one
// cannot read, is counted and keeps neither another from being finished nor the
// stall scan from being done; and that only a store that is away fails the sweep.
func TestOneTransferDoesNotKeepTheOthers(t *testing.T) {
	ctx := context.Background()
	s := &lossy{Store: twoOrganisations(t)}
	r := newReplica(t, s, false)
	var next []id.Case
	var given []*casefile.Case
	for _, name := range []string{"q", "r"} {
		c := r.shareable(t, name)
		offer := r.offer(t, c)
		s.down.Store(true)
		_, err := r.answer(river, c.ID, offer.ID, "accept", true)
		wantKind(t, "accepted while the store is down", err, fault.Unavailable)
		s.down.Store(false)
		given, next = append(given, c), append(next, casefile.Continuation(offer.ID))
	}
	writeUnknown(t, s, given[0].ID)
	s.down.Store(true)
	done, err := r.casework.FinishTransfers(ctx, r.register.Snapshot())
	if !fault.Is(err, fault.Unavailable) || done.Checked != 2 || done.Failed != 2 {
		t.Errorf("while the store is down: %+v, %v", done, err)
	}
	s.down.Store(false)
	for _, want := range []int{1, 0} {
		done, err := r.casework.FinishTransfers(ctx, r.register.Snapshot())
		if err != nil || done.Failed != 1 || done.Written(casefile.Opened{}) != want {
			t.Errorf("finished %+v, %v; want one that failed and %d opened", done, err, want)
		}
	}
	if r.sees(river, next[0]) || !r.sees(river, next[1]) {
		t.Errorf("opened are %t and %t", r.sees(river, next[0]), r.sees(river, next[1]))
	}
	run, err := jobs.StallScan(r.casework, r.register).Work(ctx, calendar.DayOf(now))
	if failed := run[len(run)-1]; err != nil || failed != (jobs.Count{Name: "failed", Value: 1}) {
		t.Errorf("the stall scan: %v, %v", run, err)
	}
}

// TestTransferKeepsWhoSheIs proves that her sex, her year of birth and the day on
// which a girl turns 18 go with the case, so that she is asked for her own consent
// there, and that a day which has passed keeps no transfer from being finished.
func TestTransferKeepsWhoSheIs(t *testing.T) {
	today := calendar.DayOf(now)
	born := demography.BornInYear(today)
	for name, c := range map[string]struct {
		known     casefile.Revised
		adultOn   calendar.Day
		birthYear int
	}{
		"18 tomorrow":                  {casefile.Revised{AdultOn: today + 1}, today + 1, 0},
		"18 today":                     {casefile.Revised{AdultOn: today}, 0, born},
		"18 yesterday":                 {casefile.Revised{AdultOn: today - 1}, 0, born},
		"18 tomorrow, and the year":    {casefile.Revised{AdultOn: today + 1, BirthYear: new(born + 1)}, today + 1, born + 1},
		"18 yesterday, and the year":   {casefile.Revised{AdultOn: today - 1, BirthYear: new(born - 1)}, 0, born - 1},
		"a woman of whom nobody knows": {casefile.Revised{Risk: casefile.Low}, 0, 0},
	} {
		r := newReplica(t, twoOrganisations(t), false)
		from := r.shareable(t, "r")
		c.known.Sex = demography.Female
		from = must(t)(r.casework.ReviseCase(t.Context(), supervisor, casework.ReviseCaseInput{Request: request(from.ID, "adult"), Revised: c.known})).Case
		accepted, err := r.answer(river, from.ID, r.offer(t, from).ID, "accept", true)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if next := accepted.Case; next.AdultOn != c.adultOn || next.BirthYear() != c.birthYear || next.Sex() != demography.Female || next.ID == from.ID {
			t.Errorf("%s: %s turns 18 on %q, born in %d, %s", name, next.ID, next.AdultOn, next.BirthYear(), next.Sex())
		}
	}
}
