package demo

import (
	"fmt"
	"strings"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/id"
)

// organisations are invented. The first two have the demo's accounts. Each works
// in the province of its office and in a second one.
var organisations = []struct{ code, name, province, branch string }{
	{"LOT", "Lotus House", "KH-12", "KH-8"},
	{"RIV", "River Centre", "KH-2", "KH-24"},
	{"PLM", "Sugar Palm Centre", "KH-17", "KH-22"},
	{"JAS", "Jasmine House", "KH-5", "KH-4"},
	{"BAM", "Bamboo Bridge Centre", "KH-3", "KH-10"},
	{"LAN", "Lantern Centre", "KH-18", "KH-9"},
	{"KIT", "Paper Kite Centre", "KH-1", "KH-15"},
	{"HER", "Heron Legal Clinic", "KH-14", "KH-20"},
}

// team is who works for every organisation, and how many of each.
var team = []post{
	{access.ShelterStaff, "Shelter worker", 3},
	{access.CareerAdvisor, "Career advisor", 2},
	{access.ScholarshipOfficer, "Scholarship officer", 2},
	{access.LegalOfficer, "Legal officer", 2},
	{access.Supervisor, "Supervisor", 1},
	{access.OrgAdmin, "Administrator", 1},
}

// firstTeam is who else works for the first organisation, for the accounts.
var firstTeam = []post{
	{access.Coordinator, "Coordinator", 1},
	{access.Auditor, "Auditor", 1},
	{access.PartnerApp, "Partner application", 1},
}

type post struct {
	role  access.Role
	title string // people are called by what they do
	count int
}

// siteTable is the sites of every organisation.
var siteTable = []struct {
	kind     directory.SiteKind
	name     string
	inBranch bool
	beds     int
}{
	{directory.ShelterSite, "shelter", false, 24},
	{directory.ShelterSite, "transit shelter", true, 10},
	{directory.CareerCentre, "career centre", false, 0},
	{directory.LegalClinic, "legal clinic", false, 0},
	{directory.Office, "office", true, 0},
}

// employerTable is the employers of every organisation, and what they hire for.
var employerTable = []struct {
	name, sector string
	occupations  []string
}{
	{"weaving workshop", "Textiles", []string{"weaver", "seamstress"}},
	{"kitchen and bakery", "Food", []string{"cook", "baker"}},
	{"guesthouse", "Hospitality", []string{"receptionist", "housekeeper"}},
	{"market store", "Retail", []string{"shop clerk", "bookkeeper"}},
}

// networks is how many community networks the organisations have set up, one in
// each province that there was: the first on a day of 2003, the last in 2006.
const (
	networks            = 24
	networkIntervalDays = 50
)

var firstNetworkOn = calendar.Date(2003, 3, 1)

// youthClubs is how many youth clubs two of the organisations have formed.
const (
	youthClubs            = 10
	youthClubIntervalDays = 90
)

var firstYouthClubOn = calendar.Date(2004, 1, 15)

// house is an organisation with the identifiers of what it has.
type house struct {
	id        id.Organisation
	number    int
	name      string
	workers   map[access.Role][]id.Worker
	sites     map[directory.SiteKind][]id.Site
	employers []id.Employer
}

var houses = func() []*house {
	all := make([]*house, len(organisations))
	for n := range all {
		all[n] = newHouse(n)
	}
	return all
}()

func newHouse(n int) *house {
	o := organisations[n]
	h := &house{
		id: id.Organisation(id.Derive(id.OrganisationPrefix, "demo", o.code)), number: n, name: o.name,
		workers: map[access.Role][]id.Worker{}, sites: map[directory.SiteKind][]id.Site{},
	}
	for _, p := range posts(n) {
		for i := range p.count {
			w := id.Worker(id.Derive(id.WorkerPrefix, "demo", o.code, string(p.role), fmt.Sprint(i)))
			h.workers[p.role] = append(h.workers[p.role], w)
		}
	}
	for _, s := range siteTable {
		site := id.Site(id.Derive(id.SitePrefix, "demo", o.code, s.name))
		h.sites[s.kind] = append(h.sites[s.kind], site)
	}
	for _, e := range employerTable {
		h.employers = append(h.employers, id.Employer(id.Derive(id.EmployerPrefix, "demo", o.code, e.name)))
	}
	return h
}

func posts(n int) []post {
	if n == 0 {
		return append(team[:len(team):len(team)], firstTeam...)
	}
	return team
}

func networkID(n int) id.Network {
	return id.Network(id.Derive(id.NetworkPrefix, "demo", fmt.Sprint(n)))
}

// things lists the whole directory of the demo: the first organisation first and
// the last network last.
func things() []directory.Thing {
	var all []directory.Thing
	for n, h := range houses {
		o := organisations[n]
		all = append(all, directory.Organisation{ID: h.id, Code: o.code, Name: o.name, Province: o.province})
		all = append(all, h.workerThings()...)
		all = append(all, h.siteThings()...)
		all = append(all, h.employerThings()...)
	}
	for n := range youthClubs {
		h := houses[2+n%2]
		all = append(all, directory.Network{
			ID: id.Network(id.Derive(id.NetworkPrefix, "demo", "youth-club", fmt.Sprint(n))), Kind: directory.YouthClub,
			Organisation: h.id, Name: fmt.Sprintf("Youth club %d", n+1), Province: organisations[h.number].province,
			ActiveFrom: firstYouthClubOn + calendar.Day(n*youthClubIntervalDays),
		})
	}
	for n := range networks {
		all = append(all, directory.Network{
			ID:           networkID(n),
			Organisation: houses[n%len(houses)].id, Name: fmt.Sprintf("Community network %d", n+1),
			Province: fmt.Sprintf("KH-%d", n+1), ActiveFrom: firstNetworkOn + calendar.Day(n*networkIntervalDays),
		})
	}
	return all
}

func (h *house) workerThings() []directory.Thing {
	var all []directory.Thing
	for _, p := range posts(h.number) {
		for i, worker := range h.workers[p.role] {
			name := fmt.Sprintf("%s %d, %s", p.title, i+1, h.name)
			if p.count == 1 {
				name = p.title + ", " + h.name
			}
			all = append(all, directory.Worker{ID: worker, Organisation: h.id, Name: name, Role: p.role, QueriesAdHoc: access.MayQueryAdHoc(p.role)})
		}
	}
	return all
}

func (h *house) siteThings() []directory.Thing {
	var all []directory.Thing
	nth := map[directory.SiteKind]int{}
	for _, s := range siteTable {
		site := directory.Site{
			ID: h.sites[s.kind][nth[s.kind]], Organisation: h.id, Name: h.name + ", " + s.name, Kind: s.kind,
			Province: organisations[h.number].province,
		}
		nth[s.kind]++
		if s.inBranch {
			site.Province = organisations[h.number].branch
		}
		if s.beds > 0 {
			site.Beds = &s.beds
		}
		all = append(all, site)
	}
	return all
}

func (h *house) employerThings() []directory.Thing {
	var all []directory.Thing
	for i, e := range employerTable {
		word, _, _ := strings.Cut(h.name, " ")
		all = append(all, directory.Employer{
			ID: h.employers[i], Organisation: h.id, Name: word + " " + e.name, Sector: e.sector,
			Province: organisations[h.number].province,
		})
	}
	return all
}
