package demo

import (
	"fmt"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/id"
)

// organisations are invented. The first two have the demo's accounts.
var organisations = []struct{ code, name, province string }{
	{"LOT", "Lotus House", "KH-12"},
	{"RIV", "River Centre", "KH-2"},
	{"PLM", "Sugar Palm Shelter", "KH-17"},
	{"JAS", "Jasmine Home", "KH-8"},
	{"BRI", "Bridge of Hope", "KH-3"},
	{"LAN", "Lantern Women's Centre", "KH-18"},
	{"KIT", "Kite Foundation", "KH-1"},
	{"MEK", "Mekong Legal Aid", "KH-14"},
}

// staff are the roles of the people who work on cases.
var staff = []access.Role{access.ShelterStaff, access.CareerAdvisor, access.ScholarshipOfficer, access.LegalOfficer, access.Supervisor}

// networks is how many community networks the programme has set up.
const networks = 24

func organisationID(n int) id.Organisation {
	return id.Organisation(id.Derive(id.OrganisationPrefix, "demo", organisations[n].code))
}

func siteID(n int, kind directory.SiteKind) id.Site {
	return id.Site(id.Derive(id.SitePrefix, "demo", organisations[n].code, string(kind)))
}

func workerOf(n int, role access.Role) id.Worker {
	return id.Worker(id.Derive(id.WorkerPrefix, "demo", organisations[n].code, string(role)))
}

func employerID(n int) id.Employer {
	return id.Employer(id.Derive(id.EmployerPrefix, "demo", organisations[n].code))
}

// things lists the whole directory of the demo.
func things() []directory.Thing {
	var all []directory.Thing
	for n, o := range organisations {
		all = append(all, directory.Organisation{ID: organisationID(n), Code: o.code, Name: o.name, Province: o.province})
		all = append(all, sitesOf(n)...)
		roles := staff
		if n == 0 {
			roles = access.Roles
		}
		for _, role := range roles {
			all = append(all, directory.Worker{ID: workerOf(n, role), Organisation: organisationID(n), Name: o.name + ", " + titles[role], Role: role})
		}
		all = append(all, directory.Employer{ID: employerID(n), Organisation: organisationID(n), Name: "Workshop of the friends of " + o.name, Sector: "Textiles", Province: o.province})
	}
	for n := range networks {
		org := n % len(organisations)
		all = append(all, directory.Network{
			ID: id.Network(id.Derive(id.NetworkPrefix, "demo", fmt.Sprint(n))), Organisation: organisationID(org),
			Name: fmt.Sprintf("Community network %d", n+1), Province: fmt.Sprintf("KH-%d", n+1),
			ActiveFrom: calendar.Date(2003, 3, 1) + calendar.Day(n*50),
		})
	}
	return all
}

// siteKinds are the sites of every organisation.
var siteKinds = []struct {
	kind directory.SiteKind
	name string
}{
	{directory.ShelterSite, "shelter"}, {directory.CareerCentre, "career centre"}, {directory.LegalClinic, "legal clinic"}, {directory.Office, "office"},
}

func sitesOf(n int) []directory.Thing {
	o, beds := organisations[n], 20+n
	var all []directory.Thing
	for _, k := range siteKinds {
		site := directory.Site{ID: siteID(n, k.kind), Organisation: organisationID(n), Name: o.name + ", " + k.name, Kind: k.kind, Province: o.province}
		if k.kind == directory.ShelterSite {
			site.Beds = &beds
		}
		all = append(all, site)
	}
	return all
}

// titles are what the demo's people are called: by what they do.
var titles = map[access.Role]string{
	access.ShelterStaff: "shelter worker", access.CareerAdvisor: "career advisor", access.ScholarshipOfficer: "scholarship officer",
	access.LegalOfficer: "legal officer", access.Supervisor: "supervisor", access.OrgAdmin: "administrator",
	access.Coordinator: "coordinator", access.Auditor: "auditor", access.PartnerApp: "partner application",
}
