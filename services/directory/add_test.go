package directory_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"onward/services/access"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
)

// TestAddedThingsStay proves that organisations, sites, workers, employers and
// networks are in the directory once they are added, as they were given: in this
// process, in one that follows it, and in one that starts later.
func TestAddedThingsStay(t *testing.T) {
	s := openStore(t, t.TempDir())
	d, other := open(t, s), follow(t, s)
	before := d.Snapshot()
	beds := 12
	site := directory.Site{ID: "site_1", Organisation: lotus.ID, Name: "Lotus shelter", Kind: directory.ShelterSite, Province: "KH-12", Beds: &beds, Versioned: first}
	employer := directory.Employer{ID: "employer_1", Organisation: lotus.ID, Name: "Silk workshop", Sector: "textiles", Province: "KH-17", Versioned: first}
	network := directory.Network{ID: "network_1", Organisation: lotus.ID, Name: "Riverside", Province: "KH-8", ActiveFrom: 738000, Versioned: first}
	if err := d.Add(t.Context(), lotus, sok, site, employer, network); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the follower has the network", func() bool { return len(other.Snapshot().Networks) == 1 && len(other.Snapshot().Sites) == 1 })
	for name, d := range map[string]*directory.Directory{"the first": d, "the follower": other, "a later one": open(t, s)} {
		at := d.Snapshot()
		got := at.Sites["site_1"]
		if got.Beds == nil || *got.Beds != beds {
			t.Fatalf("%s holds %+v", name, got)
		}
		got.Beds = site.Beds
		if got != site || at.Organisations[lotus.ID] != lotus || at.Workers[sok.ID] != sok ||
			at.Employers["employer_1"] != employer || at.Networks["network_1"] != network {
			t.Errorf("%s holds %+v", name, at)
		}
	}
	if len(before.Organisations)+len(before.Sites)+len(before.Workers) != 0 {
		t.Error("a snapshot taken before has changed")
	}
}

// TestAddTwice proves that an identifier is given once: adding it again is a
// CONFLICT and changes nothing.
func TestAddTwice(t *testing.T) {
	d, s := house(t)
	changed := lotus
	changed.Name = "Another"
	wantFault(t, d.Add(t.Context(), changed), fault.Conflict)
	for _, d := range []*directory.Directory{d, open(t, s)} {
		if got := d.Snapshot().Organisations[lotus.ID]; got != lotus {
			t.Errorf("it is %+v now", got)
		}
	}
}

// TestAddSiteOnce proves that one request adds one site, in the actor's
// organisation, and that sent again, to this process or to another that has not
// heard of it yet, it gets the first answer.
func TestAddSiteOnce(t *testing.T) {
	d, s := house(t)
	unaware := open(t, s)
	in := directory.AddSiteInput{RequestID: "first", Name: "Lotus clinic", Kind: directory.LegalClinic, Province: "KH-12"}
	first, err := d.AddSite(t.Context(), leader, now, in)
	if err != nil {
		t.Fatal(err)
	}
	if first.Site.Organisation != lotus.ID || first.Site.Name != in.Name || first.Site.Kind != in.Kind || !strings.HasPrefix(string(first.Site.ID), id.SitePrefix) {
		t.Errorf("site %+v", first.Site)
	}
	in.Name = "Another name"
	for name, d := range map[string]*directory.Directory{"the same": d, "another": unaware, "a later one": open(t, s)} {
		again, err := d.AddSite(t.Context(), leader, now, in)
		if err != nil || again.Site != first.Site {
			t.Errorf("%s process answers %+v, %v; want %+v", name, again, err, first.Site)
		}
		if got := d.Snapshot().Sites; len(got) != 1 || got[first.Site.ID] != first.Site {
			t.Errorf("%s process holds %+v", name, got)
		}
	}
	colleague := leader
	colleague.Worker = "worker_OTHER"
	if other, err := d.AddSite(t.Context(), colleague, now, in); err != nil || other.Site.ID == first.Site.ID {
		t.Errorf("the same requestId of another worker gives %+v, %v", other, err)
	}
}

// TestAddEmployerOnce proves the same of an employer, whose sector and province
// may be unknown.
func TestAddEmployerOnce(t *testing.T) {
	d, s := house(t)
	unaware := open(t, s)
	advisor := access.Actor{Worker: sok.ID, Role: access.CareerAdvisor, Organisation: lotus.ID}
	in := directory.AddEmployerInput{RequestID: "first", Name: "Silk workshop"}
	first, err := d.AddEmployer(t.Context(), advisor, now, in)
	if err != nil {
		t.Fatal(err)
	}
	want := directory.Employer{ID: first.Employer.ID, Organisation: lotus.ID, Name: "Silk workshop", Versioned: directory.Versioned{Version: 1}}
	if first.Employer != want || !strings.HasPrefix(string(want.ID), id.EmployerPrefix) {
		t.Errorf("employer %+v, want %+v", first.Employer, want)
	}
	sector, province := "textiles", "KH-17"
	in.Sector, in.Province = &sector, &province
	for name, d := range map[string]*directory.Directory{"the same": d, "another": unaware, "a later one": open(t, s)} {
		if again, err := d.AddEmployer(t.Context(), advisor, now, in); err != nil || again.Employer != want {
			t.Errorf("%s process answers %+v, %v; want %+v", name, again, err, want)
		}
		if got := d.Snapshot().Employers; len(got) != 1 || got[want.ID] != want {
			t.Errorf("%s process holds %+v", name, got)
		}
	}
	in.RequestID = "second"
	if second, err := d.AddEmployer(t.Context(), advisor, now, in); err != nil || second.Employer.Sector != sector || second.Employer.Province != province {
		t.Errorf("employer %+v, %v", second, err)
	}
}

// TestWhoMayAdd proves that sites are added by ORG_ADMIN alone, and employers by
// those who find work too; everyone else is refused before anything is looked at.
func TestWhoMayAdd(t *testing.T) {
	d, _ := house(t)
	for _, role := range append(slices.Clone(access.Roles), access.System, "") {
		actor := access.Actor{Worker: id.Worker("worker_" + role), Role: role, Organisation: lotus.ID}
		_, err := d.AddSite(t.Context(), actor, now, directory.AddSiteInput{})
		if role == access.OrgAdmin {
			wantFault(t, err, fault.Invalid, "requestId")
		} else {
			wantFault(t, err, fault.Forbidden)
		}
		_, err = d.AddEmployer(t.Context(), actor, now, directory.AddEmployerInput{})
		if slices.Contains([]access.Role{access.CareerAdvisor, access.Supervisor, access.OrgAdmin}, role) {
			wantFault(t, err, fault.Invalid, "requestId")
		} else {
			wantFault(t, err, fault.Forbidden)
		}
	}
	if at := d.Snapshot(); len(at.Sites)+len(at.Employers) != 0 {
		t.Errorf("added all the same: %v %v", at.Sites, at.Employers)
	}
}

// TestAddChecks proves that what breaks a rule is refused by name and not added.
func TestAddChecks(t *testing.T) {
	d, _ := house(t)
	good := directory.AddSiteInput{RequestID: "r", Name: "Office", Kind: directory.Office, Province: "KH-1"}
	beds := -1
	for path, change := range map[string]func(*directory.AddSiteInput){
		"requestId": func(in *directory.AddSiteInput) { in.RequestID = strings.Repeat("r", 129) },
		"name":      func(in *directory.AddSiteInput) { in.Name = "" },
		"province":  func(in *directory.AddSiteInput) { in.Province = "KH-26" },
		"beds":      func(in *directory.AddSiteInput) { in.Beds = &beds },
	} {
		in := good
		change(&in)
		_, err := d.AddSite(t.Context(), leader, now, in)
		wantFault(t, err, fault.Invalid, path)
	}
	unknown := "KH-0"
	_, err := d.AddEmployer(t.Context(), leader, now, directory.AddEmployerInput{RequestID: "r", Name: "Mill", Province: &unknown})
	wantFault(t, err, fault.Invalid, "province")
	if at := d.Snapshot(); len(at.Sites)+len(at.Employers) != 0 {
		t.Errorf("added all the same: %v %v", at.Sites, at.Employers)
	}
	good.RequestID = strings.Repeat("r", 128)
	if _, err := d.AddSite(t.Context(), leader, now, good); err != nil {
		t.Errorf("a requestId of 128 characters: %v", err)
	}
}

// TestProvinces proves that the provinces are the 25 of ISO 3166-2:KH, each
// with a name of its own.
func TestProvinces(t *testing.T) {
	names := slices.Collect(maps.Values(directory.Provinces))
	slices.Sort(names)
	if len(slices.Compact(names)) != 25 || names[0] == "" {
		t.Errorf("names %v", names)
	}
	if directory.Provinces["KH-1"] == "" || directory.Provinces["KH-25"] == "" || directory.Provinces["KH-12"] != "Phnom Penh" {
		t.Errorf("provinces %v", directory.Provinces)
	}
}
