package directory_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"onward/services/access"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/page"
	"onward/services/stall"
	"onward/services/store"
)

func proposal(code stall.ThresholdCode, days int) stall.Proposal {
	return stall.Proposal{Code: code, Days: &days}
}

// setThresholds changes thresholds of an organisation.
func setThresholds(d *directory.Directory, by access.Actor, request string, expected *int, proposals ...stall.Proposal) (*directory.ThresholdsPayload, error) {
	return d.SetThresholds(context.Background(), by, now, directory.SetThresholdsInput{
		Request: directory.Request{RequestID: request, ExpectedVersion: expected}, Thresholds: proposals, Reason: "because of " + request})
}

// riverAdmin is the administrator of another organisation.
var riverAdmin = access.Actor{Worker: "worker_RIVER", Role: access.OrgAdmin, Organisation: "org_RIVER"}

// TestSetThresholds proves that what an organisation sets holds for it alone, in
// this process and after it has been opened again, and that every change stands in
// its history with who, why and what.
func TestSetThresholds(t *testing.T) {
	d, s := house(t)
	defaults := d.Snapshot().Thresholds(lotus.ID)
	if defaults.Version != 0 || defaults.Owner != 2 {
		t.Fatalf("before: %+v", *defaults)
	}
	first, err := setThresholds(d, leader, "one", nil, proposal("OWNER", 5), proposal("APPROVAL", 3))
	if err != nil {
		t.Fatal(err)
	}
	second, err := setThresholds(d, leader, "two", &first.Version, stall.Proposal{Code: "OWNER"}, proposal("APPROVAL", 4))
	if err != nil {
		t.Fatal(err)
	}
	if first.Version != 1 || second.Version != 2 || second.Entry.Version != 2 {
		t.Errorf("versions %d and %d", first.Version, second.Version)
	}
	for _, r := range second.Rules() {
		if r.Code == stall.ApprovalPending && r.Thresholds[0].Days != 4 || r.Code == stall.NoOwner && r.Thresholds[0].Days != 2 {
			t.Errorf("%s is at %d days", r.Code, r.Thresholds[0].Days)
		}
	}
	for name, d := range map[string]*directory.Directory{"here": d, "opened again": open(t, s)} {
		snapshot := d.Snapshot()
		if th := snapshot.Thresholds(lotus.ID); th.Version != 2 || th.Owner != 2 || th.Approval != 4 || th.Referral != 7 {
			t.Errorf("%s: %+v", name, *th)
		}
		if th := snapshot.Thresholds(river.ID); *th != *defaults {
			t.Errorf("%s, of the other organisation: %+v", name, *th)
		}
		history, err := d.ThresholdsHistory(t.Context(), snapshot.ThresholdsOf(lotus.ID), page.Args{})
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, e := range history.Nodes() {
			lines = append(lines, line(e))
		}
		want := []string{
			"2 on 2026-03-02 by worker_ADMIN because of two: OWNER 5 to default, APPROVAL 3 to 4",
			"1 on 2026-03-02 by worker_ADMIN because of one: OWNER default to 5, APPROVAL default to 3",
		}
		if !slices.Equal(lines, want) {
			t.Errorf("%s: %q", name, lines)
		}
		if none, err := d.ThresholdsHistory(t.Context(), snapshot.ThresholdsOf(river.ID), page.Args{}); err != nil || none.TotalCount != 0 {
			t.Errorf("%s, of the other organisation: %v, %v", name, none, err)
		}
	}
	// What was read before shows the history as it was then.
	if then, err := d.ThresholdsHistory(t.Context(), first.Thresholds, page.Args{}); err != nil || then.TotalCount != 1 {
		t.Errorf("of the first version: %v, %v", then, err)
	}
}

// line writes a change of thresholds.
func line(e directory.ThresholdsEntry) string {
	number := func(n *int) string {
		if n == nil {
			return "default"
		}
		return fmt.Sprint(*n)
	}
	text := fmt.Sprintf("%d on %s by %s %s:", e.Version, e.On, e.By, e.Reason)
	for i, c := range e.Changes {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %s %s to %s", c.Code, number(c.Was), number(c.Is))
	}
	return text
}

// TestSetThresholdsRefuses proves who may not set thresholds, and what is refused
// and then leaves nothing behind.
func TestSetThresholdsRefuses(t *testing.T) {
	d, s := house(t)
	for _, role := range append(slices.Clone(access.Roles), access.System) {
		if role != access.OrgAdmin {
			_, err := setThresholds(d, access.Actor{Worker: "worker_X", Role: role, Organisation: lotus.ID}, "r", nil, proposal("OWNER", 5))
			wantFault(t, err, fault.Forbidden)
		}
	}
	for range 2 { // before anything was set, and after
		_, err := setThresholds(d, leader, "", nil, proposal("OWNER", 5))
		wantFault(t, err, fault.Invalid, "requestId")
		_, err = setThresholds(d, leader, "r", nil)
		wantFault(t, err, fault.Invalid, "thresholds")
		_, err = setThresholds(d, leader, "r", nil, stall.Proposal{Code: "REFERRAL"})
		wantFault(t, err, fault.Invalid, "thresholds")
		_, err = setThresholds(d, leader, "r", nil, proposal("OWNER", 5), proposal("OWNER", 6))
		wantFault(t, err, fault.Invalid, "thresholds[1].code")
		_, err = setThresholds(d, leader, "r", nil, proposal("OWNER", 31))
		wantFault(t, err, fault.Invalid, "thresholds[0].days")
		_, err = d.SetThresholds(t.Context(), leader, now, directory.SetThresholdsInput{Request: directory.Request{RequestID: "r"}, Thresholds: []stall.Proposal{proposal("OWNER", 6)}})
		wantFault(t, err, fault.Invalid, "reason")
		seven := 7
		_, err = setThresholds(d, leader, "r", &seven, proposal("OWNER", 5))
		wantFault(t, err, fault.Conflict)
		version := d.Snapshot().Thresholds(lotus.ID).Version
		if doc, err := s.Get(t.Context(), store.Directory, "thresholds_LOTUS"); version == 0 && !fault.Is(err, fault.NotFound) || version > 0 && doc.Version != 1 {
			t.Fatalf("version %d, document %+v, %v", version, doc, err)
		}
		if _, err := setThresholds(d, leader, "set", nil, proposal("OWNER", 9)); err != nil {
			t.Fatal(err)
		}
	}
	zero := 0
	_, err := setThresholds(d, leader, "again", &zero, proposal("OWNER", 8))
	wantFault(t, err, fault.Conflict)
}

// TestSetThresholdsOnce proves that a request that is sent again changes nothing,
// answers with its own line and with the thresholds as they are now.
func TestSetThresholdsOnce(t *testing.T) {
	d, s := house(t)
	first, err := setThresholds(d, leader, "one", nil, proposal("OWNER", 5))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := setThresholds(d, leader, "two", nil, proposal("OWNER", 6)); err != nil {
		t.Fatal(err)
	}
	for _, d := range []*directory.Directory{d, open(t, s)} {
		again, err := setThresholds(d, leader, "one", nil, proposal("OWNER", 5))
		if err != nil {
			t.Fatal(err)
		}
		if line(again.Entry) != line(first.Entry) || again.Version != 2 || again.Changed["OWNER"] != 6 {
			t.Errorf("again %+v, first %+v", *again, *first)
		}
	}
}

// TestFirstThresholdsAtOnce proves that no change is lost when several processes
// set the first thresholds of an organisation at once, each of its own.
func TestFirstThresholdsAtOnce(t *testing.T) {
	d, s := house(t)
	processes := []*directory.Directory{d, open(t, s), open(t, s)}
	codes := []stall.ThresholdCode{"OWNER", "APPROVAL", "ACTION", "RECORD", "MAJORITY", "RETURN_WINDOW"}
	var group sync.WaitGroup
	for i, code := range codes {
		group.Go(func() {
			if _, err := setThresholds(processes[i%3], leader, string(code), nil, proposal(code, 25)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	th := open(t, s).Snapshot().Thresholds(lotus.ID)
	for _, code := range codes {
		if th.Days(code) != 25 {
			t.Errorf("%s is at %d days", code, th.Days(code))
		}
	}
	if th.Version != len(codes) {
		t.Errorf("version %d", th.Version)
	}
}

// TestThresholdsAreTold proves that whoever asked to hear of it is told of every
// change of thresholds, by this process or another, once the new ones can be
// read, and of nothing else.
func TestThresholdsAreTold(t *testing.T) {
	d, s := house(t)
	other := follow(t, s)
	type heard struct {
		org   id.Organisation
		owner int
	}
	listen := func(d *directory.Directory) func() []heard {
		var mu sync.Mutex
		var all []heard
		d.OnThresholds(func(org id.Organisation) {
			mu.Lock()
			defer mu.Unlock()
			all = append(all, heard{org, d.Snapshot().Thresholds(org).Owner})
		})
		return func() []heard {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(all)
		}
	}
	here, there := listen(d), listen(other)
	name := "Lotus House and Garden"
	if _, err := d.UpdateOrganisation(t.Context(), leader, now, directory.UpdateOrganisationInput{Request: directory.Request{RequestID: "n"}, Name: &name}); err != nil {
		t.Fatal(err)
	}
	if _, err := setThresholds(d, leader, "one", nil, proposal("OWNER", 5)); err != nil {
		t.Fatal(err)
	}
	if got := here(); !slices.Equal(got, []heard{{lotus.ID, 5}}) {
		t.Fatalf("here: %v", got)
	}
	eventually(t, "another process hears of it", func() bool { return slices.Equal(there(), []heard{{lotus.ID, 5}}) })
	if _, err := setThresholds(other, riverAdmin, "two", nil, proposal("OWNER", 7)); err != nil {
		t.Fatal(err)
	}
	if got := there(); !slices.Equal(got, []heard{{lotus.ID, 5}, {river.ID, 7}}) {
		t.Errorf("there: %v", got)
	}
	open(t, s) // which tells nobody
	if got := here(); len(got) != 1 {
		t.Errorf("here: %v", got)
	}
}
