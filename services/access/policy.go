package access

import (
	"slices"

	"onward/services/casefile"
)

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
	Overseen        Relation = "OVERSEEN"     // the actor's organisation's, owned by another worker or by nobody
	Consented       Relation = "CONSENTED"    // the actor's organisation's, with consent for PARTNER_APP, and for the purpose that the actor names, in force
	GlassBroken     Relation = "GLASS_BROKEN" // the actor's organisation's, within an hour after the actor broke the glass
	Invited         Relation = "INVITED"      // another organisation's, which has sent a referral or a transfer that waits for an answer
	Shared          Relation = "SHARED"       // another organisation's, through an accepted referral and consent for SHARE in force
)

// Relations lists them, from the widest to the narrowest.
var Relations = []Relation{Programme, AnyOrganisation, Organisation, Assigned, Overseen, Consented, GlassBroken, Invited, Shared}

// Class is the kind of thing that a field of the schema tells.
type Class = casefile.Class

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
	AssignCase          Action = "ASSIGN_CASE"
	CloseCase           Action = "CLOSE_CASE"
	ReopenCase          Action = "REOPEN_CASE"
	MoveCase            Action = "MOVE_CASE"  // transfer, merge
	EraseCase           Action = "ERASE_CASE" // what was written in one that has ended
	CorrectEntry        Action = "CORRECT_ENTRY"
	ApprovePlan         Action = "APPROVE_PLAN"
	ApproveClosure      Action = "APPROVE_CLOSURE"
	ApproveHold         Action = "APPROVE_HOLD" // beyond 30 days
	ApproveTransfer     Action = "APPROVE_TRANSFER"
	SelfApprove         Action = "SELF_APPROVE" // what one has asked for oneself
	RecordConsent       Action = "RECORD_CONSENT"
	SendReferral        Action = "SEND_REFERRAL"
	AnswerReferral      Action = "ANSWER_REFERRAL"   // accept or reject what another organisation has sent
	CompleteReferral    Action = "COMPLETE_REFERRAL" // say that what was asked for is done
	WritePlan           Action = "WRITE_PLAN"
	RecordAssessment    Action = "RECORD_ASSESSMENT"
	RecordShelter       Action = "RECORD_SHELTER"
	ExceedCapacity      Action = "EXCEED_CAPACITY" // admit to a site that is full, with a reason
	RecordScholarship   Action = "RECORD_SCHOLARSHIP"
	RecordCareer        Action = "RECORD_CAREER"
	RecordEmployment    Action = "RECORD_EMPLOYMENT"
	RecordLegal         Action = "RECORD_LEGAL"
	RecordReintegration Action = "RECORD_REINTEGRATION"
	RecordFollowUp      Action = "RECORD_FOLLOW_UP"
	RecordIdentity      Action = "RECORD_IDENTITY"
	SearchPeople        Action = "SEARCH_PEOPLE"  // among those whose identity the actor reads
	SeeDuplicates       Action = "SEE_DUPLICATES" // that another organisation may know her
	AnswerMatch         Action = "ANSWER_MATCH"   // agree that a case elsewhere is of the same person, or decline it
	SetSafeContact      Action = "SET_SAFE_CONTACT"
	SealCase            Action = "SEAL_CASE"    // at once, from all but those who steer
	ProtectCase         Action = "PROTECT_CASE" // name who alone may know of it, and end that
	BreakGlass          Action = "BREAK_GLASS"  // read for an hour what the role does not read
	ReviewGlass         Action = "REVIEW_GLASS" // whether it was right to break it
	RecordService       Action = "RECORD_SERVICE"
	HandleFlag          Action = "HANDLE_FLAG"
	RaiseFlag           Action = "RAISE_FLAG"            // and wake, regrade, escalate and resolve it
	NoteExpiry          Action = "NOTE_EXPIRY"           // of a consent
	ReleaseCase         Action = "RELEASE_CASE"          // from a worker whose access has ended
	ReadOwnImpact       Action = "READ_OWN_IMPACT"       // the figures of the actor's organisation
	ReadProgrammeImpact Action = "READ_PROGRAMME_IMPACT" // the figures of all, where they are published or tell nobody
	OpenFigures         Action = "OPEN_FIGURES"          // of the actor's organisation, down to what makes them
	ReadActivities      Action = "READ_ACTIVITIES"       // the activity ledger of the actor's organisation
	RecordActivity      Action = "RECORD_ACTIVITY"
	ReadDirectory       Action = "READ_DIRECTORY"
	ManageDirectory     Action = "MANAGE_DIRECTORY"
	AddEmployer         Action = "ADD_EMPLOYER"
	SetTargets          Action = "SET_TARGETS"           // of the indicators, for the actor's organisation
	SetProgrammeTargets Action = "SET_PROGRAMME_TARGETS" // for the whole programme; who may, sets no others
	SetThresholds       Action = "SET_THRESHOLDS"        // of the stall rules, for the actor's organisation
	SimulateThresholds  Action = "SIMULATE_THRESHOLDS"   // what others would flag
	ReadStallQuality    Action = "READ_STALL_QUALITY"    // what came of the flags of the actor's organisation
	DraftRelease        Action = "DRAFT_RELEASE"         // of published figures, and check and withdraw it
	PublishRelease      Action = "PUBLISH_RELEASE"       // what somebody else has drafted
	ReadReleases        Action = "READ_RELEASES"         // what is published
	ReadAudit           Action = "READ_AUDIT"            // who looked at a case and who changed it
	QueryAdHoc          Action = "QUERY_AD_HOC"          // send documents that nobody has registered, where the account is let to
	ExportCase          Action = "EXPORT_CASE"           // take a copy of all that is held of it, and hand it out
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
var daily = []Action{ManageCase, RecordConsent, RecordAssessment, RecordService, RecordFollowUp, SetSafeContact, WritePlan, HandleFlag, SealCase}

// owning is what the worker who owns a case does beside: each of these others
// decide or approve where the table below asks for it.
var owning = []Action{CloseCase, CorrectEntry, SendReferral, RecordIdentity}

// steering is what only those who answer for the cases of an organisation do.
var steering = []Action{DecideReferral, AssignCase, ReopenCase, MoveCase,
	ApprovePlan, ApproveClosure, ApproveHold, ApproveTransfer, ExceedCapacity, ProtectCase, ReviewGlass, ReadAudit, ExportCase, SeeDuplicates, AnswerMatch}

// recording is the work of all programmes.
var recording = []Action{RecordShelter, RecordScholarship, RecordCareer, RecordEmployment, RecordLegal, RecordReintegration}

// shareable is what a referral may share. A reader sees of it what the referral
// names, and nothing that the reader's role does not read at home.
var shareable = []Class{Case, Outcome, Contact, Location, Health, Trafficking, Legal}

// emergency is what somebody who works on cases reads for an hour after breaking
// the glass: who she is, whom to reach and what is wrong; never where she is.
var emergency = []Class{Identity, Contact, Trafficking, Health, Notes}

// policy is the table. Read a line as: a ROLE, in this RELATION to a case, may
// read these CLASSES and do these ACTIONS. What no line names is denied.
//
// Of a protected case, nobody who is not named has any relation to it, so that the
// strictest rule wins.
//
// A supervisor's word suffices on a case that another worker owns; on her own
// case someone else has to approve.
var policy = []grant{
	{ShelterStaff, Programme, is(Public), do(OpenCase, SearchPeople, ReadOwnImpact, ReadReleases, ReadActivities, RecordActivity, ReadDirectory, QueryAdHoc)},
	{ShelterStaff, Organisation, is(Case, Outcome, Contact, Location, Health, Trafficking, Notes), do(daily, DecideReferral, AssignCase, RecordShelter, RecordReintegration, BreakGlass)},
	{ShelterStaff, GlassBroken, emergency, nil},
	{ShelterStaff, Assigned, is(Identity), do(owning)},
	{ShelterStaff, Shared, is(Case, Outcome, Contact, Location, Health, Trafficking), nil},

	{CareerAdvisor, Programme, is(Public), do(OpenCase, SearchPeople, ReadOwnImpact, ReadReleases, ReadActivities, RecordActivity, ReadDirectory, AddEmployer, QueryAdHoc)},
	{CareerAdvisor, Organisation, is(Case, Outcome, Contact, Location, Health), do(daily, RecordCareer, RecordEmployment, BreakGlass)},
	{CareerAdvisor, GlassBroken, emergency, nil},
	{CareerAdvisor, Assigned, is(Identity, Notes), do(owning)},
	{CareerAdvisor, Shared, is(Case, Outcome, Contact, Location, Health), do(CompleteReferral)},

	{ScholarshipOfficer, Programme, is(Public), do(OpenCase, SearchPeople, ReadOwnImpact, ReadReleases, ReadActivities, RecordActivity, ReadDirectory, QueryAdHoc)},
	{ScholarshipOfficer, Organisation, is(Case, Outcome, Contact, Location, Health), do(daily, RecordScholarship, BreakGlass)},
	{ScholarshipOfficer, GlassBroken, emergency, nil},
	{ScholarshipOfficer, Assigned, is(Identity, Notes), do(owning)},
	{ScholarshipOfficer, Shared, is(Case, Outcome, Contact, Location, Health), do(CompleteReferral)},

	{LegalOfficer, Programme, is(Public), do(OpenCase, SearchPeople, ReadOwnImpact, ReadReleases, ReadActivities, RecordActivity, ReadDirectory, QueryAdHoc)},
	{LegalOfficer, Organisation, is(Case, Outcome, Contact, Location, Health, Trafficking, Legal), do(daily, RecordLegal, BreakGlass)},
	{LegalOfficer, GlassBroken, emergency, nil},
	{LegalOfficer, Assigned, is(Identity, Notes), do(owning)},
	{LegalOfficer, Shared, is(Case, Outcome, Contact, Location, Health, Trafficking, Legal), do(CompleteReferral)},

	{Supervisor, Programme, is(Public), do(OpenCase, SearchPeople, ReadOwnImpact, ReadProgrammeImpact, OpenFigures, ReadReleases, ReadActivities, RecordActivity, ReadDirectory, AddEmployer, SimulateThresholds, ReadStallQuality, ReadJobs, RunJob, QueryAdHoc)},
	{Supervisor, Organisation, is(Identity, Case, Outcome, Contact, Location, Health, Trafficking, Legal, Notes), do(daily, owning, steering, recording)},
	{Supervisor, Overseen, nil, do(SelfApprove)},
	{Supervisor, Invited, nil, do(AnswerReferral)},
	{Supervisor, Shared, shareable, do(CompleteReferral)},

	{OrgAdmin, Programme, is(Public), do(OpenCase, SearchPeople, ReadOwnImpact, ReadProgrammeImpact, OpenFigures, DraftRelease, PublishRelease, ReadReleases, ReadActivities, RecordActivity, ReadDirectory, ManageDirectory, AddEmployer, SetTargets, SetThresholds, SimulateThresholds, ReadStallQuality, ReadJobs, RunJob, QueryAdHoc)},
	{OrgAdmin, Organisation, is(Identity, Case, Outcome, Contact, Location, Health, Trafficking, Legal, Notes), do(daily, owning, steering, recording, SelfApprove, EraseCase)},
	{OrgAdmin, Invited, nil, do(AnswerReferral)},
	{OrgAdmin, Shared, shareable, do(CompleteReferral)},

	{Coordinator, Programme, is(Public), do(ReadProgrammeImpact, DraftRelease, PublishRelease, ReadReleases, SetProgrammeTargets, ReadDirectory, ReadJobs, QueryAdHoc)},
	{Auditor, Programme, is(Public), do(ReadReleases, ReadAudit, ReadJobs, QueryAdHoc)},

	{PartnerApp, Programme, is(Public), do(ReadProgrammeImpact, ReadReleases)},
	{PartnerApp, Consented, is(Case, Outcome), nil},

	{System, AnyOrganisation, is(Case), do(RaiseFlag, NoteExpiry, ReleaseCase)},
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

// ofRole holds what each role is granted: a masked field asks on every case.
var ofRole = func() map[Role][]grant {
	all := map[Role][]grant{}
	for _, g := range policy {
		all[g.role] = append(all[g.role], g)
	}
	return all
}()

// may reports whether a role may do an action in one of the relations.
func may(role Role, action Action, relations []Relation) bool {
	return slices.ContainsFunc(ofRole[role], func(g grant) bool {
		return slices.Contains(relations, g.relation) && slices.Contains(g.actions, action)
	})
}

// reads reports whether a role may read a class in one of the relations.
func reads(role Role, class Class, relations []Relation) bool {
	return slices.ContainsFunc(ofRole[role], func(g grant) bool {
		return slices.Contains(relations, g.relation) && slices.Contains(g.classes, class)
	})
}
