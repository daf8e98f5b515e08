package directory_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// asked returns a request with the given identifier.
func asked(requestID string) directory.Request { return directory.Request{RequestID: requestID} }

// TestLastDay proves which day a thing can end on, that the day is today where
// none is given, and that ending it again corrects the day.
func TestLastDay(t *testing.T) {
	d, _ := full(t)
	today := calendar.DayOf(now)
	end := func(request string, day calendar.Day) (*directory.NetworkPayload, error) {
		return d.EndNetwork(t.Context(), leader, now, directory.EndNetworkInput{Request: asked(request), NetworkID: "network_1", ActiveTo: day})
	}
	for _, day := range []calendar.Day{today + 1, founded - 1, calendar.Date(1969, 12, 31)} {
		_, err := end("wrong", day)
		wantFault(t, err, fault.Invalid, "activeTo")
	}
	if n := d.Snapshot().Networks["network_1"]; !n.ActiveTo.IsZero() {
		t.Errorf("ended all the same: %+v", n)
	}
	for request, day := range map[string]calendar.Day{"today": 0, "corrected": founded} {
		p, err := end(request, day)
		if day == 0 {
			day = today
		}
		if err != nil || p.Network.ActiveTo != day {
			t.Errorf("%s: %+v, %v", request, p, err)
		}
	}
	if _, err := end("corrected again", founded); err != nil {
		t.Fatal(err)
	}
	_, err := d.UpdateNetwork(t.Context(), leader, now, directory.UpdateNetworkInput{Request: asked("u"), NetworkID: "network_1", ActiveFrom: founded + 1})
	wantFault(t, err, fault.Invalid, "activeFrom")
	_, err = d.AddNetwork(t.Context(), leader, now, directory.AddNetworkInput{RequestID: "a", Kind: directory.YouthClub, Name: "Club", Province: "KH-8", ActiveFrom: today + 1})
	wantFault(t, err, fault.Invalid, "activeFrom")
}

// TestEndSite proves that a site where people stay is not ended, and that the
// refusal says how many.
func TestEndSite(t *testing.T) {
	d, _ := full(t)
	three := func(site id.Site) int { return map[id.Site]int{"site_1": 3}[site] }
	_, err := d.EndSite(t.Context(), leader, now, directory.EndSiteInput{Request: asked("r"), SiteID: "site_1"}, three)
	wantFault(t, err, fault.Invalid, "siteId")
	if err == nil || !strings.Contains(err.Error(), "is 3; ") {
		t.Errorf("the refusal says %v", err)
	}
	if s := d.Snapshot().Sites["site_1"]; !s.ActiveTo.IsZero() || s.Version != 1 {
		t.Errorf("site %+v", s)
	}
}

// TestTeams proves that a team is ended once no active worker belongs to it, and
// that nobody joins a team that has ended or is another organisation's.
func TestTeams(t *testing.T) {
	d, _ := full(t)
	team, none := id.Team("team_1"), id.Team("")
	join := func(request string, to *id.Team) error {
		_, err := d.UpdateWorker(t.Context(), leader, now, directory.UpdateWorkerInput{Request: asked(request), WorkerID: sok.ID, TeamID: to})
		return err
	}
	end := func(request string) error {
		_, err := d.EndTeam(t.Context(), leader, now, directory.EndTeamInput{Request: asked(request), TeamID: team})
		return err
	}
	if err := join("a", &team); err != nil {
		t.Fatal(err)
	}
	wantFault(t, end("b"), fault.Invalid, "teamId")
	if err := join("c", &none); err != nil {
		t.Fatal(err)
	}
	if err := end("d"); err != nil {
		t.Fatal(err)
	}
	wantFault(t, join("e", &team), fault.Invalid, "teamId")
	stranger := access.Actor{Worker: "worker_RIVER", Role: access.OrgAdmin, Organisation: river.ID}
	_, err := d.AddWorker(t.Context(), stranger, now, directory.AddWorkerInput{RequestID: "f", Name: "Ary", Role: access.Supervisor, TeamID: &team})
	wantFault(t, err, fault.Invalid, "teamId")
}

// TestLastAdmin proves that an organisation keeps somebody who can manage it:
// the last active ORG_ADMIN is not ended and keeps the role, and of two who end
// each other at once one stays.
func TestLastAdmin(t *testing.T) {
	d, _ := full(t)
	role := access.Supervisor
	update := func(request string) error {
		_, err := d.UpdateWorker(t.Context(), leader, now, directory.UpdateWorkerInput{Request: asked(request), WorkerID: admin.ID, Role: &role})
		return err
	}
	end := func(request string, w id.Worker) error {
		_, err := d.EndWorker(t.Context(), leader, now, directory.EndWorkerInput{Request: asked(request), WorkerID: w, Reason: "retires"})
		return err
	}
	wantFault(t, update("a"), fault.Invalid, "role")
	wantFault(t, end("b", admin.ID), fault.Invalid, "workerId")
	if err := d.Add(t.Context(), directory.Worker{ID: "worker_SECOND", Organisation: lotus.ID, Name: "Second", Role: access.OrgAdmin},
		directory.Worker{ID: "worker_RIVER", Organisation: river.ID, Name: "River", Role: access.OrgAdmin}); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	errs := make([]error, 2)
	for i, w := range []id.Worker{admin.ID, "worker_SECOND"} {
		group.Go(func() { errs[i] = end("c"+string(w), w) })
	}
	group.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("both ended, or none: %v, %v", errs[0], errs[1])
	}
}

// TestEndWorker proves what ending a worker needs, that the reason is on record,
// and that ending somebody again keeps the moment.
func TestEndWorker(t *testing.T) {
	d, s := full(t)
	err := d.Add(t.Context(), directory.Worker{ID: "worker_GONE", Organisation: lotus.ID, Name: "Gone", Role: access.CareerAdvisor, DisabledAt: now},
		directory.Worker{ID: "worker_APP", Organisation: lotus.ID, Name: "App", Role: access.PartnerApp},
		directory.Worker{ID: "worker_RIVER", Organisation: river.ID, Name: "River", Role: access.CareerAdvisor})
	if err != nil {
		t.Fatal(err)
	}
	end := func(request, reason string, successor id.Worker) (directory.Worker, error) {
		return d.EndWorker(t.Context(), leader, now, directory.EndWorkerInput{Request: asked(request), WorkerID: sok.ID, Reason: reason, SuccessorID: &successor})
	}
	for _, successor := range []id.Worker{"worker_NOBODY", "worker_GONE", "worker_RIVER", "worker_APP", sok.ID} {
		_, err := end("r", "moved", successor)
		wantFault(t, err, fault.Invalid, "successorId")
	}
	for _, reason := range []string{"", " ", strings.Repeat("r", 501)} {
		_, err := end("r", reason, "")
		wantFault(t, err, fault.Invalid, "reason")
	}
	if !d.Snapshot().Workers[sok.ID].Active() {
		t.Fatal("ended all the same")
	}
	if w, err := end("r", "moved to another province", admin.ID); err != nil || !w.DisabledAt.Equal(now) {
		t.Fatalf("worker %+v, %v", w, err)
	}
	var said struct{ Reason string }
	if err := json.Unmarshal(stored(t, s, string(sok.ID)).History[0].Data, &said); err != nil || said.Reason != "moved to another province" {
		t.Errorf("on record: %+v, %v", said, err)
	}
	w, err := d.EndWorker(t.Context(), leader, now.Add(time.Hour), directory.EndWorkerInput{Request: asked("later"), WorkerID: sok.ID, Reason: "moved"})
	if err != nil || !w.DisabledAt.Equal(now) {
		t.Errorf("ended again: %+v, %v", w, err)
	}
}

// TestTokens proves that a token that is issued opens the door and is given
// once; that revoking ends all tokens of before, in every process, and none of
// after; and that who has ended gets none.
func TestTokens(t *testing.T) {
	d, s := full(t)
	other := open(t, s)
	opens := func(d *directory.Directory, token string) bool {
		_, err := d.Snapshot().Authenticate(token)
		return err == nil
	}
	give := func(d *directory.Directory, request string) (*directory.TokenPayload, error) {
		return d.IssueToken(t.Context(), leader, now, directory.IssueTokenInput{Request: asked(request), WorkerID: sok.ID})
	}
	kept := issue(t, d, admin)
	first, err := give(d, "a")
	if err != nil || !opens(d, first.Token) || !opens(open(t, s), first.Token) {
		t.Fatalf("%v, %v", first, err)
	}
	accounts := func() (n int) {
		if _, err := s.Scan(t.Context(), store.Accounts, func(store.Document) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := accounts()
	for _, d := range []*directory.Directory{d, other, open(t, s)} {
		again, err := give(d, "a")
		wantFault(t, err, fault.Conflict)
		if again != nil {
			t.Error("the token is shown again")
		}
	}
	if accounts() != before {
		t.Error("the same request has made another token")
	}
	early := issue(t, d, sok)
	if _, err := other.RevokeTokens(t.Context(), leader, now, directory.RevokeTokensInput{Request: asked("b"), WorkerID: sok.ID}); err != nil {
		t.Fatal(err)
	}
	second, err := give(d, "c")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []*directory.Directory{d, open(t, s)} {
		if opens(d, first.Token) || opens(d, early) {
			t.Error("a revoked token opens")
		}
		if !opens(d, second.Token) || !opens(d, kept) {
			t.Error("a token of after, or of another, is refused")
		}
	}
	if err := d.Disable(t.Context(), sok.ID, now); err != nil {
		t.Fatal(err)
	}
	_, err = give(d, "d")
	wantFault(t, err, fault.Invalid, "workerId")
}
