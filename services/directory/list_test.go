package directory_test

import (
	"fmt"
	"strings"
	"testing"

	"onward/services/access"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
)

// TestCheckOrganisation proves what the code, name and province of an
// organisation must be, and that a code is given once.
func TestCheckOrganisation(t *testing.T) {
	d, _ := house(t)
	tests := []struct {
		name, code, called, province string
		path                         string // empty where it is allowed
	}{
		{"short code", "A1", "Name", "KH-1", ""},
		{"long code", "ABC123", "Name", "KH-25", ""},
		{"no code", "", "Name", "KH-1", "code"},
		{"code too short", "A", "Name", "KH-1", "code"},
		{"code too long", "ABCDEFG", "Name", "KH-1", "code"},
		{"code in small letters", "lot", "Name", "KH-1", "code"},
		{"code with a hyphen", "LO-T", "Name", "KH-1", "code"},
		{"code with a line break", "LOX\n", "Name", "KH-1", "code"},
		{"code in Khmer digits", "A១", "Name", "KH-1", "code"},
		{"code of another", "RIV", "Name", "KH-1", "code"},
		{"no name", "NEW", "", "KH-1", "name"},
		{"longest name, in Khmer", "NEW", strings.Repeat("ក", 200), "KH-1", ""},
		{"name too long", "NEW", strings.Repeat("n", 201), "KH-1", "name"},
		{"no province", "NEW", "Name", "", "province"},
		{"province by name", "NEW", "Name", "Kampot", "province"},
		{"province that does not exist", "NEW", "Name", "KH-26", "province"},
		{"several things, the code first", "new", "", "", "code"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := d.Snapshot().Check(directory.Organisation{ID: "org_NEW", Code: test.code, Name: test.called, Province: test.province})
			if test.path != "" {
				wantFault(t, err, fault.Invalid, test.path)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	if err := d.Snapshot().Check(river); err == nil || !strings.Contains(err.Error(), "River Legal Aid") {
		t.Errorf("a taken code: %v, want whose it is", err)
	}
}

// TestCheckWorker proves that a worker needs a name, a role that an account can
// have and an organisation that is there.
func TestCheckWorker(t *testing.T) {
	d, _ := house(t)
	for _, role := range access.Roles {
		if err := d.Snapshot().Check(directory.Worker{ID: "worker_NEW", Organisation: lotus.ID, Name: "Name", Role: role}); err != nil {
			t.Errorf("%s: %v", role, err)
		}
	}
	tests := []struct {
		name string
		w    directory.Worker
		path string
	}{
		{"no role", directory.Worker{Organisation: lotus.ID, Name: "Name"}, "role"},
		{"unknown role", directory.Worker{Organisation: lotus.ID, Name: "Name", Role: "DIRECTOR"}, "role"},
		{"role in small letters", directory.Worker{Organisation: lotus.ID, Name: "Name", Role: "supervisor"}, "role"},
		{"the role of the jobs", directory.Worker{Organisation: lotus.ID, Name: "Name", Role: access.System}, "role"},
		{"no name", directory.Worker{Organisation: lotus.ID, Role: access.Auditor}, "name"},
		{"name too long", directory.Worker{Organisation: lotus.ID, Name: strings.Repeat("n", 201), Role: access.Auditor}, "name"},
		{"no organisation", directory.Worker{Name: "Name", Role: access.Auditor}, "organisation"},
		{"an organisation that is not there", directory.Worker{Organisation: "org_GONE", Name: "Name", Role: access.Auditor}, "organisation"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { wantFault(t, d.Snapshot().Check(test.w), fault.Invalid, test.path) })
	}
}

// TestCheckBeds proves how many beds a site may have, and that it need not say.
func TestCheckBeds(t *testing.T) {
	d, _ := house(t)
	check := func(beds *int) error {
		return d.Snapshot().Check(directory.Site{Organisation: lotus.ID, Name: "Shelter", Kind: directory.ShelterSite, Province: "KH-1", Beds: beds})
	}
	for _, n := range []int{0, 1, 10000} {
		if err := check(&n); err != nil {
			t.Errorf("%d beds: %v", n, err)
		}
	}
	for _, n := range []int{-1, 10001} {
		wantFault(t, check(&n), fault.Invalid, "beds")
	}
	if err := check(nil); err != nil {
		t.Errorf("beds not said: %v", err)
	}
}

// TestLists proves that each list comes by name and then by identifier, that
// each filter keeps what it says, and that an organisation's list holds no other
// organisation's workers or employers.
func TestLists(t *testing.T) {
	d, _ := house(t)
	gone := directory.Worker{ID: "worker_GONE", Organisation: lotus.ID, Name: "Bora", Role: access.CareerAdvisor, DisabledAt: now}
	err := d.Add(t.Context(), gone,
		directory.Worker{ID: "worker_TWIN", Organisation: lotus.ID, Name: "Sok", Role: access.ShelterStaff},
		directory.Worker{ID: "worker_RIVER", Organisation: river.ID, Name: "Ary", Role: access.CareerAdvisor},
		directory.Site{ID: "site_B", Organisation: lotus.ID, Name: "A shelter", Kind: directory.ShelterSite, Province: "KH-12"},
		directory.Site{ID: "site_A", Organisation: river.ID, Name: "B clinic", Kind: directory.LegalClinic, Province: "KH-17"},
		directory.Site{ID: "site_C", Organisation: river.ID, Name: "C office", Kind: directory.Office, Province: "KH-12"},
		directory.Employer{ID: "employer_2", Organisation: lotus.ID, Name: "Mill"},
		directory.Employer{ID: "employer_1", Organisation: lotus.ID, Name: "Mill"},
		directory.Employer{ID: "employer_3", Organisation: river.ID, Name: "Bakery"})
	if err != nil {
		t.Fatal(err)
	}
	at := d.Snapshot()
	yes, no := true, false
	sites := func(f directory.SiteFilter) []directory.Site { return at.ListSites(f) }
	workers := func(f directory.WorkerFilter) []directory.Worker { return at.ListWorkers(lotus.ID, f) }
	tests := []struct{ name, got, want string }{
		{"organisations", ids(at.ListOrganisations(directory.OrganisationFilter{})), "org_LOTUS org_RIVER"},
		{"organisations of a province", ids(at.ListOrganisations(directory.OrganisationFilter{Province: []string{"KH-17", "KH-1"}})), "org_RIVER"},
		{"sites", ids(sites(directory.SiteFilter{})), "site_B site_A site_C"},
		{"sites of an organisation", ids(sites(directory.SiteFilter{Organisation: []id.Organisation{river.ID}})), "site_A site_C"},
		{"sites of two kinds", ids(sites(directory.SiteFilter{Kind: []directory.SiteKind{directory.Office, directory.ShelterSite}})), "site_B site_C"},
		{"sites by all parts", ids(sites(directory.SiteFilter{Organisation: []id.Organisation{river.ID}, Province: []string{"KH-12"}})), "site_C"},
		{"no sites", ids(sites(directory.SiteFilter{Kind: []directory.SiteKind{directory.CareerCentre}})), ""},
		{"workers", ids(workers(directory.WorkerFilter{})), "worker_GONE worker_ADMIN worker_SOK worker_TWIN"},
		{"active workers", ids(workers(directory.WorkerFilter{Active: &yes})), "worker_ADMIN worker_SOK worker_TWIN"},
		{"disabled workers", ids(workers(directory.WorkerFilter{Active: &no})), "worker_GONE"},
		{"workers of a role", ids(workers(directory.WorkerFilter{Role: []access.Role{access.CareerAdvisor}})), "worker_GONE worker_SOK"},
		{"employers", ids(at.ListEmployers(lotus.ID)), "employer_1 employer_2"},
		{"employers of the other", ids(at.ListEmployers(river.ID)), "employer_3"},
		{"employers of none", ids(at.ListEmployers("")), ""},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: %q, want %q", test.name, test.got, test.want)
		}
	}
}

// ids returns the identifiers of things, in their order.
func ids[T any](things []T) string {
	var words []string
	for _, thing := range things {
		switch x := any(thing).(type) {
		case directory.Organisation:
			words = append(words, string(x.ID))
		case directory.Site:
			words = append(words, string(x.ID))
		case directory.Worker:
			words = append(words, string(x.ID))
		case directory.Employer:
			words = append(words, string(x.ID))
		default:
			panic(fmt.Sprintf("%T", thing))
		}
	}
	return strings.Join(words, " ")
}
