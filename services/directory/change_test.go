package directory_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// founded is a day in the past of every test.
var founded = calendar.Date(2025, 1, 1)

// full opens a directory with one thing of every kind in it, beside the two
// organisations and workers.
func full(t *testing.T) (*directory.Directory, store.Store) {
	t.Helper()
	d, s := house(t)
	err := d.Add(t.Context(),
		directory.Site{ID: "site_1", Organisation: lotus.ID, Name: "Shelter", Kind: directory.ShelterSite, Province: "KH-12"},
		directory.Team{ID: "team_1", Organisation: lotus.ID, Name: "Team"},
		directory.Employer{ID: "employer_1", Organisation: lotus.ID, Name: "Mill"},
		directory.School{ID: "school_1", Organisation: lotus.ID, Name: "School"},
		directory.Network{ID: "network_1", Organisation: lotus.ID, Name: "Riverside", Province: "KH-8", ActiveFrom: founded})
	if err != nil {
		t.Fatal(err)
	}
	return d, s
}

func nobody(id.Site) int { return 0 }

// operation is one change of a thing that is there, ready to be asked for by
// anybody and, as the keys say, of another thing than its own.
type operation struct {
	kind    string // that the history gets
	key     string
	changed string // a member of the state that it changes
	do      func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error)
}

// answered returns the thing of a payload.
func answered[P any](p *P, err error, thing func(P) directory.Thing) (directory.Thing, error) {
	if err != nil {
		return nil, err
	}
	return thing(*p), nil
}

func site(p directory.SitePayload) directory.Thing         { return p.Site }
func team(p directory.TeamPayload) directory.Thing         { return p.Team }
func worker(p directory.WorkerPayload) directory.Thing     { return p.Worker }
func employer(p directory.EmployerPayload) directory.Thing { return p.Employer }
func school(p directory.SchoolPayload) directory.Thing     { return p.School }
func network(p directory.NetworkPayload) directory.Thing   { return p.Network }

// operations are all of them, for a directory as full makes it.
func operations() []operation {
	name := "New name"
	return []operation{
		{"site.updated", "site_1", "name", func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error) {
			p, err := d.UpdateSite(ctx, by, now, directory.UpdateSiteInput{Request: r, SiteID: id.Site(key), Name: &name})
			return answered(p, err, site)
		}},
		{"site.ended", "site_1", "activeTo", func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error) {
			p, err := d.EndSite(ctx, by, now, directory.EndSiteInput{Request: r, SiteID: id.Site(key)}, nobody)
			return answered(p, err, site)
		}},
		{"team.updated", "team_1", "name", func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error) {
			p, err := d.UpdateTeam(ctx, by, now, directory.UpdateTeamInput{Request: r, TeamID: id.Team(key), Name: &name})
			return answered(p, err, team)
		}},
		{"team.ended", "team_1", "activeTo", func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error) {
			p, err := d.EndTeam(ctx, by, now, directory.EndTeamInput{Request: r, TeamID: id.Team(key)})
			return answered(p, err, team)
		}},
		{"worker.updated", "worker_SOK", "name", func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error) {
			p, err := d.UpdateWorker(ctx, by, now, directory.UpdateWorkerInput{Request: r, WorkerID: id.Worker(key), Name: &name})
			return answered(p, err, worker)
		}},
		{"worker.ended", "worker_SOK", "disabledAt", func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error) {
			w, err := d.EndWorker(ctx, by, now, directory.EndWorkerInput{Request: r, WorkerID: id.Worker(key), Reason: "moved"})
			return w, err
		}},
		{"worker.tokens_revoked", "worker_SOK", "tokenSeries tokensFrom", func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error) {
			p, err := d.RevokeTokens(ctx, by, now, directory.RevokeTokensInput{Request: r, WorkerID: id.Worker(key)})
			return answered(p, err, worker)
		}},
		{"employer.updated", "employer_1", "name", func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error) {
			p, err := d.UpdateEmployer(ctx, by, now, directory.UpdateEmployerInput{Request: r, EmployerID: id.Employer(key), Name: &name})
			return answered(p, err, employer)
		}},
		{"employer.ended", "employer_1", "activeTo", func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error) {
			p, err := d.EndEmployer(ctx, by, now, directory.EndEmployerInput{Request: r, EmployerID: id.Employer(key)})
			return answered(p, err, employer)
		}},
		{"school.updated", "school_1", "name", func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error) {
			p, err := d.UpdateSchool(ctx, by, now, directory.UpdateSchoolInput{Request: r, SchoolID: id.School(key), Name: &name})
			return answered(p, err, school)
		}},
		{"school.ended", "school_1", "activeTo", func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error) {
			p, err := d.EndSchool(ctx, by, now, directory.EndSchoolInput{Request: r, SchoolID: id.School(key)})
			return answered(p, err, school)
		}},
		{"network.updated", "network_1", "name", func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error) {
			p, err := d.UpdateNetwork(ctx, by, now, directory.UpdateNetworkInput{Request: r, NetworkID: id.Network(key), Name: &name})
			return answered(p, err, network)
		}},
		{"network.ended", "network_1", "activeTo", func(ctx context.Context, d *directory.Directory, by access.Actor, r directory.Request, key string) (directory.Thing, error) {
			p, err := d.EndNetwork(ctx, by, now, directory.EndNetworkInput{Request: r, NetworkID: id.Network(key)})
			return answered(p, err, network)
		}},
	}
}

func stored(t *testing.T, s store.Store, key string) store.Document {
	t.Helper()
	doc, err := s.Get(t.Context(), store.Directory, key)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestChangeOnce proves of every change that one request, sent twice to this
// process and once to another that has not heard of it, changes the thing once,
// gets the thing as it is, and leaves one line that says who changed what.
func TestChangeOnce(t *testing.T) {
	for _, op := range operations() {
		t.Run(op.kind, func(t *testing.T) {
			d, s := full(t)
			unaware := open(t, s)
			request := directory.Request{RequestID: "r"}
			first, err := op.do(t.Context(), d, leader, request, op.key)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range []*directory.Directory{d, unaware, open(t, s)} {
				if again, err := op.do(t.Context(), d, leader, request, op.key); err != nil || again != first {
					t.Errorf("again %+v, %v; want %+v", again, err, first)
				}
			}
			doc := stored(t, s, op.key)
			if doc.Version != 2 || len(doc.History) != 1 {
				t.Fatalf("version %d with %d lines", doc.Version, len(doc.History))
			}
			e := doc.History[0]
			if e.Kind != op.kind || e.By != string(leader.Worker) || e.Organisation != string(lotus.ID) || e.Key != id.RequestKey(leader.Worker, "r") || !e.At.Equal(now) || e.Version != 2 {
				t.Errorf("line %+v", e)
			}
			var said struct {
				Changed map[string]struct{ Was, Is json.RawMessage }
			}
			want := strings.Fields(op.changed)
			if err := json.Unmarshal(e.Data, &said); err != nil || len(said.Changed) != len(want) {
				t.Errorf("it says %s, %v", e.Data, err)
			}
			for _, part := range want {
				if said.Changed[part].Is == nil {
					t.Errorf("it does not say %s: %s", part, e.Data)
				}
			}
		})
	}
}

// TestChangeOfAnothers proves of every change that another organisation's thing,
// one that is not there, and one of another kind read alike, and stay as they
// are.
func TestChangeOfAnothers(t *testing.T) {
	stranger := access.Actor{Worker: "worker_RIVER", Role: access.OrgAdmin, Organisation: river.ID}
	d, s := full(t)
	before := d.Snapshot()
	for _, op := range operations() {
		prefix, _, _ := strings.Cut(op.key, "_")
		other := "team_1"
		if prefix == "team" {
			other = "site_1"
		}
		_, foreign := op.do(t.Context(), d, stranger, directory.Request{RequestID: "r"}, op.key)
		_, absent := op.do(t.Context(), d, stranger, directory.Request{RequestID: "r"}, prefix+"_NONE")
		_, mistaken := op.do(t.Context(), d, leader, directory.Request{RequestID: "r"}, other)
		_, nameless := op.do(t.Context(), d, leader, directory.Request{RequestID: "r"}, "")
		for _, err := range []error{foreign, absent, mistaken, nameless} {
			wantFault(t, err, fault.NotFound)
			if err != nil && err.Error() != absent.Error() {
				t.Errorf("%s: %q tells more than %q", op.kind, err, absent)
			}
		}
	}
	if after := open(t, s).Snapshot(); fmt.Sprint(after.Sites, after.Teams, after.Workers) != fmt.Sprint(before.Sites, before.Teams, before.Workers) {
		t.Error("something has changed all the same")
	}
}

// TestWhoMayChange proves that things are changed by ORG_ADMIN alone, employers
// by those who add them too.
func TestWhoMayChange(t *testing.T) {
	for _, op := range operations() {
		d, _ := full(t)
		for _, role := range append(slices.Clone(access.Roles), access.System, "") {
			by := access.Actor{Worker: "worker_SOMEBODY", Role: role, Organisation: lotus.ID}
			_, err := op.do(t.Context(), d, by, directory.Request{}, op.key)
			employs := strings.HasPrefix(op.kind, "employer.") && (role == access.CareerAdvisor || role == access.Supervisor)
			if role == access.OrgAdmin || employs {
				wantFault(t, err, fault.Invalid, "requestId")
			} else {
				wantFault(t, err, fault.Forbidden)
			}
		}
	}
}

// TestConflicts proves of every change that a version that is no longer there,
// and a requestId that was used for another change, are a CONFLICT.
func TestConflicts(t *testing.T) {
	name, old, present := "Another", 1, 2
	for _, op := range operations() {
		d, s := full(t)
		if _, err := op.do(t.Context(), d, leader, directory.Request{RequestID: "r", ExpectedVersion: &old}, op.key); err != nil {
			t.Fatal(err)
		}
		_, err := op.do(t.Context(), d, leader, directory.Request{RequestID: "s", ExpectedVersion: &old}, op.key)
		wantFault(t, err, fault.Conflict)
		for _, other := range operations() {
			if other.key == op.key && other.kind != op.kind {
				_, err := other.do(t.Context(), d, leader, directory.Request{RequestID: "r"}, op.key)
				wantFault(t, err, fault.Conflict)
			}
		}
		if doc := stored(t, s, op.key); doc.Version != 2 {
			t.Errorf("%s: version %d", op.kind, doc.Version)
		}
		if _, err := op.do(t.Context(), d, leader, directory.Request{RequestID: "t", ExpectedVersion: &present}, op.key); err != nil {
			t.Errorf("%s at the version that it has: %v", op.kind, err)
		}
	}
	d, _ := full(t)
	in := directory.UpdateOrganisationInput{Request: directory.Request{RequestID: "r", ExpectedVersion: &present}, Name: &name}
	_, err := d.UpdateOrganisation(t.Context(), leader, now, in)
	wantFault(t, err, fault.Conflict)
}

// TestManyChangesAtOnce proves that no change is lost when two processes change
// one thing at the same time.
func TestManyChangesAtOnce(t *testing.T) {
	d, s := full(t)
	processes := []*directory.Directory{d, open(t, s)}
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			name := fmt.Sprint("Name ", i)
			in := directory.UpdateTeamInput{Request: directory.Request{RequestID: name}, TeamID: "team_1", Name: &name}
			if _, err := processes[i%2].UpdateTeam(t.Context(), leader, now, in); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if doc := stored(t, s, "team_1"); doc.Version != 21 || len(doc.History) != 20 {
		t.Errorf("version %d with %d lines", doc.Version, len(doc.History))
	}
}

// TestUpdateKeepsTheRest proves that what is absent stays, that an empty text
// takes away what need not be there, and that a stored organisation without a
// kind is an NGO.
func TestUpdateKeepsTheRest(t *testing.T) {
	d, s := full(t)
	if o := d.Snapshot().Organisations[lotus.ID]; o.KindOrNGO() != directory.NGO {
		t.Errorf("kind %s", o.KindOrNGO())
	}
	km, kind, none := "ផ្ទះឈូក", directory.LegalAid, ""
	p, err := d.UpdateOrganisation(t.Context(), leader, now, directory.UpdateOrganisationInput{Request: directory.Request{RequestID: "a"}, NameKm: &km, Kind: &kind})
	if err != nil {
		t.Fatal(err)
	}
	want := lotus
	want.NameKm, want.Kind, want.Version = km, kind, 2
	if p.Organisation != want || open(t, s).Snapshot().Organisations[lotus.ID] != want {
		t.Errorf("organisation %+v, want %+v", p.Organisation, want)
	}
	p, err = d.UpdateOrganisation(t.Context(), leader, now, directory.UpdateOrganisationInput{Request: directory.Request{RequestID: "b"}, NameKm: &none})
	if err != nil || p.Organisation.NameKm != "" || p.Organisation.Name != lotus.Name {
		t.Errorf("organisation %+v, %v", p, err)
	}
	_, err = d.UpdateOrganisation(t.Context(), leader, now, directory.UpdateOrganisationInput{Request: directory.Request{RequestID: "c"}, Name: &none})
	wantFault(t, err, fault.Invalid, "name")
}
