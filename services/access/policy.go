package access

import "slices"

// Role is what a worker or a machine is to the programme.
type Role string

// The roles.
const (
	ShelterStaff       Role = "SHELTER_STAFF"
	CareerAdvisor      Role = "CAREER_ADVISOR"
	ScholarshipOfficer Role = "SCHOLARSHIP_OFFICER"
	LegalOfficer       Role = "LEGAL_OFFICER"
	Supervisor         Role = "SUPERVISOR"
	OrgAdmin           Role = "ORG_ADMIN"
	Coordinator        Role = "COORDINATOR"
	Auditor            Role = "AUDITOR"
	PartnerApp         Role = "PARTNER_APP"

	// System is what the scheduled jobs act as. No account has it.
	System Role = "SYSTEM"
)

// Roles lists the roles that an account can have.
var Roles = []Role{ShelterStaff, CareerAdvisor, ScholarshipOfficer, LegalOfficer, Supervisor, OrgAdmin, Coordinator, Auditor, PartnerApp}

// Relation is how an actor stands to the case, or to the programme where no case
// is meant. Several may hold at once.
type Relation string

// The relations.
const (
	Programme       Relation = "PROGRAMME"    // holds always; for what concerns no single case
	AnyOrganisation Relation = "ANY"          // every case; for the jobs alone
	Organisation    Relation = "ORGANISATION" // the case is the actor's organisation's
	Assigned        Relation = "ASSIGNED"     // the actor owns the case, in the actor's organisation
	Consented       Relation = "CONSENTED"    // the actor's organisation's, with consent for PARTNER_APP in force
)

// Class is the kind of thing that a field of the schema tells.
type Class string

// The classes, from the most to the least revealing.
const (
	Identity    Class = "IDENTITY"
	Contact     Class = "CONTACT"
	Location    Class = "LOCATION"
	Trafficking Class = "TRAFFICKING"
	Health      Class = "HEALTH"
	Legal       Class = "LEGAL"
	Notes       Class = "NOTES"
	Case        Class = "CASE"
	Outcome     Class = "OUTCOME"
	Public      Class = "PUBLIC"
)

// Classes lists them, from the most to the least revealing.
var Classes = []Class{Identity, Contact, Location, Trafficking, Health, Legal, Notes, Case, Outcome, Public}

// Action is what an actor wants to do.
type Action string

// The actions. Every mutation asks for one.
const (
	OpenCase            Action = "OPEN_CASE"
	DecideReferral      Action = "DECIDE_REFERRAL"
	ManageCase          Action = "MANAGE_CASE" // activate, revise, hold, begin follow-up
	HoldLong            Action = "HOLD_LONG"   // beyond 30 days
	AssignCase          Action = "ASSIGN_CASE"
	CloseCase           Action = "CLOSE_CASE"
	ReopenCase          Action = "REOPEN_CASE"
	MoveCase            Action = "MOVE_CASE" // transfer, merge
	CorrectEntry        Action = "CORRECT_ENTRY"
	RecordConsent       Action = "RECORD_CONSENT"
	WritePlan           Action = "WRITE_PLAN"
	RecordShelter       Action = "RECORD_SHELTER"
	RecordScholarship   Action = "RECORD_SCHOLARSHIP"
	RecordCareer        Action = "RECORD_CAREER"
	RecordEmployment    Action = "RECORD_EMPLOYMENT"
	RecordLegal         Action = "RECORD_LEGAL"
	RecordReintegration Action = "RECORD_REINTEGRATION"
	RecordFollowUp      Action = "RECORD_FOLLOW_UP"
	RecordService       Action = "RECORD_SERVICE"
	HandleFlag          Action = "HANDLE_FLAG"
	RaiseFlag           Action = "RAISE_FLAG"
	ReadOwnImpact       Action = "READ_OWN_IMPACT"       // the figures of the actor's organisation
	ReadProgrammeImpact Action = "READ_PROGRAMME_IMPACT" // the figures of all
	ReadDirectory       Action = "READ_DIRECTORY"
	ManageDirectory     Action = "MANAGE_DIRECTORY"
	AddEmployer         Action = "ADD_EMPLOYER"
	ReadJobs            Action = "READ_JOBS"
	RunJob              Action = "RUN_JOB"
)

// grant is one line of the table: what a role may read and do in a relation.
type grant struct {
	role     Role
	relation Relation
	classes  []Class
	actions  []Action
}

// daily is what everyone who works on cases does.
var daily = []Action{ManageCase, RecordConsent, RecordService, RecordFollowUp, WritePlan, HandleFlag}

// steering is what only those who answer for the cases of an organisation do.
var steering = []Action{DecideReferral, HoldLong, AssignCase, CloseCase, ReopenCase, MoveCase, CorrectEntry}

// recording is the work of all programmes.
var recording = []Action{RecordShelter, RecordScholarship, RecordCareer, RecordEmployment, RecordLegal, RecordReintegration}

// policy is the table. Read a line as: a ROLE, in this RELATION to a case, may
// read these CLASSES and do these ACTIONS. What no line names is denied.
var policy = []grant{
	{ShelterStaff, Programme, is(Public), do(OpenCase, ReadOwnImpact, ReadDirectory)},
	{ShelterStaff, Organisation, is(Case, Outcome, Location, Health, Trafficking, Notes), do(daily, DecideReferral, AssignCase, RecordShelter, RecordReintegration)},
	{ShelterStaff, Assigned, nil, do(CloseCase, CorrectEntry)},

	{CareerAdvisor, Programme, is(Public), do(OpenCase, ReadOwnImpact, ReadDirectory, AddEmployer)},
	{CareerAdvisor, Organisation, is(Case, Outcome, Location, Health), do(daily, RecordCareer, RecordEmployment)},
	{CareerAdvisor, Assigned, is(Notes), do(CloseCase, CorrectEntry)},

	{ScholarshipOfficer, Programme, is(Public), do(OpenCase, ReadOwnImpact, ReadDirectory)},
	{ScholarshipOfficer, Organisation, is(Case, Outcome, Location, Health), do(daily, RecordScholarship)},
	{ScholarshipOfficer, Assigned, is(Notes), do(CloseCase, CorrectEntry)},

	{LegalOfficer, Programme, is(Public), do(OpenCase, ReadOwnImpact, ReadDirectory)},
	{LegalOfficer, Organisation, is(Case, Outcome, Location, Health, Trafficking, Legal), do(daily, RecordLegal)},
	{LegalOfficer, Assigned, is(Notes), do(CloseCase, CorrectEntry)},

	{Supervisor, Programme, is(Public), do(OpenCase, ReadOwnImpact, ReadProgrammeImpact, ReadDirectory, AddEmployer, ReadJobs, RunJob)},
	{Supervisor, Organisation, is(Case, Outcome, Location, Health, Trafficking, Legal, Notes), do(daily, steering, recording)},

	{OrgAdmin, Programme, is(Public), do(OpenCase, ReadOwnImpact, ReadProgrammeImpact, ReadDirectory, ManageDirectory, AddEmployer, ReadJobs, RunJob)},
	{OrgAdmin, Organisation, is(Case, Outcome, Location, Health, Trafficking, Legal, Notes), do(daily, steering, recording)},

	{Coordinator, Programme, is(Public), do(ReadOwnImpact, ReadProgrammeImpact, ReadDirectory, ReadJobs)},
	{Auditor, Programme, is(Public), do(ReadJobs)},

	{PartnerApp, Programme, is(Public), nil},
	{PartnerApp, Consented, is(Case, Outcome), nil},

	{System, AnyOrganisation, is(Case), do(RaiseFlag)},
}

func is(classes ...Class) []Class { return classes }

// do joins single actions and lists of them into one list.
func do(actions ...any) []Action {
	var all []Action
	for _, a := range actions {
		switch a := a.(type) {
		case Action:
			all = append(all, a)
		case []Action:
			all = append(all, a...)
		}
	}
	return all
}

// may reports whether a role may do an action in one of the relations.
func may(role Role, action Action, relations []Relation) bool {
	return slices.ContainsFunc(policy, func(g grant) bool {
		return g.role == role && slices.Contains(relations, g.relation) && slices.Contains(g.actions, action)
	})
}

// reads reports whether a role may read a class in one of the relations.
func reads(role Role, class Class, relations []Relation) bool {
	return slices.ContainsFunc(policy, func(g grant) bool {
		return g.role == role && slices.Contains(relations, g.relation) && slices.Contains(g.classes, class)
	})
}
