package casework_test

import (
	"context"
	"testing"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/stall"
)

// raisedFlag subscribes to flags as an actor, has a scan raise those of a case, and
// lets something happen before the first event is drawn.
func (r *replica) raisedFlag(t *testing.T, actor access.Actor, c *casefile.Case, meanwhile func()) *casework.Flag {
	t.Helper()
	s, err := r.casework.FlagRaised(r.view(actor), r.register, &casework.FlagFilter{Rule: []casefile.RuleCode{stall.NeverAssessed}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.End()
	if err := r.casework.Sweep(t.Context(), access.Job("stall-scan"), c.ID, calendar.DayOf(now)); err != nil {
		t.Fatal(err)
	}
	meanwhile()
	ended, cancel := context.WithCancel(t.Context())
	cancel() // what waits is drawn, and nothing is waited for
	flag, _, err := s.Next(ended, nil, func() (*casework.View, error) { return r.view(actor), nil })
	if err != nil && err != casework.ErrEnded {
		t.Fatal(err)
	}
	return flag
}

// TestEventsShowWhatIs proves that the event of a flag shows the flag and the case
// as they stand when it is drawn, so that it is masked by what the subscriber may
// read then, and that a flag which is resolved by then is passed over.
func TestEventsShowWhatIs(t *testing.T) {
	r := newReplica(t, twoOrganisations(t), false)
	c := r.open(t, "given away")
	flag := r.raisedFlag(t, supervisor, c, func() {
		must(t)(r.casework.AssignCase(t.Context(), supervisor, casework.AssignCaseInput{Request: request(c.ID, "assign"), Assigned: casefile.Assigned{OwnerID: "worker_2"}}))
	})
	newest, err := r.view(supervisor).Case(c.ID)
	if err != nil || flag == nil || flag.Case != newest || newest.Owner != "worker_2" {
		t.Errorf("%v: the event shows %+v", err, flag)
	}
	c = r.open(t, "dismissed")
	flag = r.raisedFlag(t, supervisor, c, func() {
		must(t)(r.casework.ResolveFlag(t.Context(), supervisor, casework.ResolveFlagInput{Request: request(c.ID, "dismiss"),
			FlagResolution: casefile.FlagResolution{FlagID: casefile.FlagID(c.ID, stall.NeverAssessed, c.OpenedOn.String()), Reason: "it is known why"}}))
	})
	if flag != nil {
		t.Errorf("told of a flag that is resolved: %+v", flag)
	}
}

// TestReceiverReadsNoForeignEntry proves that who resolved a flag of a shared case,
// and by which entry, is not shown to the organisation with which it is shared.
func TestReceiverReadsNoForeignEntry(t *testing.T) {
	r := newReplica(t, twoOrganisations(t), false)
	c := r.shareable(t, "r")
	sent := r.refer(t, c, "send")
	if _, err := r.answer(river, c.ID, sent.ID, "accept", true); err != nil {
		t.Fatal(err)
	}
	if err := r.casework.Sweep(t.Context(), access.Job("stall-scan"), c.ID, calendar.DayOf(now)); err != nil {
		t.Fatal(err)
	}
	held := must(t)(r.casework.ResolveFlag(t.Context(), supervisor, casework.ResolveFlagInput{Request: request(c.ID, "dismiss"),
		FlagResolution: casefile.FlagResolution{FlagID: casefile.FlagID(c.ID, stall.NeverAssessed, c.OpenedOn.String()), Reason: "it is known why"}})).Case
	for actor, shown := range map[*access.Actor]bool{&supervisor: true, &river: false} {
		v := r.view(*actor)
		for _, f := range v.Flags(held, []casefile.FlagState{casefile.FlagResolved}) {
			by, err := v.ResolvedBy(t.Context(), f.Resolution())
			if err != nil || (by != nil) != shown {
				t.Errorf("%s: %v, %+v", actor.Organisation, err, by)
			}
		}
	}
}
