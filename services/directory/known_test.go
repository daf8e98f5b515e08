package directory_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"onward/services/directory"
	"onward/services/id"
	"onward/services/stall"
)

// wantKnown proves that the directory, as it was known at an instant, is the
// snapshot of then.
func wantKnown(t *testing.T, d *directory.Directory, at time.Time, then *directory.Snapshot) {
	t.Helper()
	known, err := d.KnownAt(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(then, known, cmpopts.IgnoreUnexported(directory.Snapshot{})); diff != "" {
		t.Errorf("known at %s (-then +known):\n%s", at, diff)
	}
	if is, was := known.Thresholds(lotus.ID), then.Thresholds(lotus.ID); *is != *was {
		t.Errorf("thresholds known at %s: %+v, then %+v", at, *is, *was)
	}
	everybody := []id.Organisation{"", lotus.ID, river.ID}
	if diff := cmp.Diff(then.ListTargets(everybody, directory.TargetFilter{}), known.ListTargets(everybody, directory.TargetFilter{})); diff != "" {
		t.Errorf("targets known at %s (-then +known):\n%s", at, diff)
	}
	if !known.KnownAt().Equal(then.KnownAt()) {
		t.Errorf("known at %s: the last change is of %s, then of %s", at, known.KnownAt(), then.KnownAt())
	}
}

// changeSomething makes one change of the directory that full makes.
func changeSomething(t *testing.T, d *directory.Directory, at time.Time, n int, random *rand.Rand) {
	t.Helper()
	name, province := fmt.Sprint("Name ", n), fmt.Sprintf("KH-%d", 1+random.IntN(25))
	beds, kind := random.IntN(20), directory.SiteKinds[random.IntN(len(directory.SiteKinds))]
	r := directory.Request{RequestID: fmt.Sprint("r", n)}
	var err error
	switch random.IntN(9) {
	case 0:
		_, err = d.UpdateSite(t.Context(), leader, at, directory.UpdateSiteInput{Request: r, SiteID: "site_1", Province: &province, Kind: &kind})
	case 1:
		_, err = d.UpdateSite(t.Context(), leader, at, directory.UpdateSiteInput{Request: r, SiteID: "site_1", Beds: &beds})
	case 2:
		_, err = d.UpdateOrganisation(t.Context(), leader, at, directory.UpdateOrganisationInput{Request: r, Province: &province})
	case 3:
		_, err = d.AddNetwork(t.Context(), leader, at, directory.AddNetworkInput{RequestID: r.RequestID, Name: name, Kind: directory.YouthClub, Province: province, ActiveFrom: founded})
	case 4:
		_, err = d.EndNetwork(t.Context(), leader, at, directory.EndNetworkInput{Request: r, NetworkID: "network_1"})
	case 5:
		_, err = d.AddSite(t.Context(), leader, at, directory.AddSiteInput{RequestID: r.RequestID, Name: name, Kind: kind, Province: province})
	case 6:
		_, err = d.IssueToken(t.Context(), leader, at, directory.IssueTokenInput{Request: r, WorkerID: sok.ID})
	case 7:
		number := float64(n)
		_, err = d.SetTarget(t.Context(), leader, at, directory.SetTargetInput{Request: r, Indicator: "EMPLOYED", From: firstQuarter.From, To: firstQuarter.To, Target: &number, Reason: "a test"})
	case 8:
		_, err = setThresholdsAt(t, d, at, r.RequestID, proposal("OWNER", 3+n%20))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// setThresholdsAt changes thresholds at an instant.
func setThresholdsAt(t *testing.T, d *directory.Directory, at time.Time, request string, proposals ...stall.Proposal) (*directory.ThresholdsPayload, error) {
	return d.SetThresholds(t.Context(), leader, at, directory.SetThresholdsInput{Request: directory.Request{RequestID: request}, Thresholds: proposals, Reason: "a test"})
}

// TestKnownAt proves that the directory of any instant can be read again from the
// histories, also by a process that was not there: what was added since is absent,
// what was changed is as it was, and what has no history was there always.
func TestKnownAt(t *testing.T) {
	d, s := full(t)
	random := rand.New(rand.NewPCG(1, 2))
	then := []*directory.Snapshot{d.Snapshot()}
	instant := func(n int) time.Time { return now.Add(time.Duration(n) * time.Minute) }
	for n := 1; n <= 60; n++ {
		changeSomething(t, d, instant(n), n, random)
		then = append(then, d.Snapshot())
	}
	for _, d := range []*directory.Directory{d, open(t, s)} {
		wantKnown(t, d, time.Time{}, then[0])
		for n, snapshot := range then {
			wantKnown(t, d, instant(n), snapshot)
			wantKnown(t, d, instant(n+1).Add(-time.Millisecond), snapshot)
		}
	}
	if last := then[60]; len(last.Networks) < 2 || len(last.Sites) < 2 || last.Sites["site_1"].Version < 2 || last.Networks["network_1"].ActiveTo.IsZero() {
		t.Errorf("the changes were too few to show anything: %+v", last)
	}
}

// TestKnownWhenClocksDiffer proves that of changes whose instants run backwards,
// because two machines do not agree on the time, each is known once those before
// it are.
func TestKnownWhenClocksDiffer(t *testing.T) {
	d, _ := full(t)
	move := func(request, province string, at time.Time) {
		if _, err := d.UpdateSite(t.Context(), leader, at, directory.UpdateSiteInput{Request: directory.Request{RequestID: request}, SiteID: "site_1", Province: &province}); err != nil {
			t.Fatal(err)
		}
	}
	move("first", "KH-1", now.Add(time.Minute))
	move("second", "KH-2", now)
	for after, want := range map[time.Duration]string{-time.Second: "KH-12", 0: "KH-12", time.Minute: "KH-2"} {
		known, err := d.KnownAt(t.Context(), now.Add(after))
		if err != nil || known.Sites["site_1"].Province != want {
			t.Errorf("%s later: %+v, %v; want %s", after, known, err, want)
		}
	}
}
