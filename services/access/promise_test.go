package access_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/id"
)

// allowed returns the columns of the table in which a role may do an action.
func allowed(role access.Role, action access.Action) (columns []string) {
	actor := as(role)
	if actor.PermitProgramme(action) == nil {
		columns = append(columns, "programme")
	}
	for _, s := range situations {
		if slices.Contains(actor.Actions(s.of, today), action) {
			columns = append(columns, s.name)
		}
	}
	return columns
}

// TestWatchersChangeNothing proves that auditors, coordinators and partner
// applications may do no action but reading and asking as they like, in no relation; but for coordinators,
// who say what the programme is to reach, and what is published of its figures.
func TestWatchersChangeNothing(t *testing.T) {
	for _, role := range []access.Role{access.Auditor, access.Coordinator, access.PartnerApp} {
		for _, action := range constants[access.Action](t, "Action") {
			if role == access.Coordinator && slices.Contains([]access.Action{access.SetProgrammeTargets, access.DraftRelease, access.PublishRelease}, action) {
				continue
			}
			if where := allowed(role, action); len(where) > 0 && action != access.QueryAdHoc && !strings.HasPrefix(string(action), "READ_") {
				t.Errorf("%s may do %s: %v", role, action, where)
			}
		}
	}
}

// TestAuditorsAndCoordinatorsSeeNoCase proves that those who watch the jobs or
// the figures never learn of a single case, whatever she has consented to.
func TestAuditorsAndCoordinatorsSeeNoCase(t *testing.T) {
	for _, role := range []access.Role{access.Auditor, access.Coordinator} {
		actor := as(role)
		for _, s := range situations {
			if actor.Sees(s.of, today) || actor.Reads(access.Case, s.of, today) {
				t.Errorf("%s sees a case: %s", role, s.name)
			}
		}
		if !actor.Scope().Empty() {
			t.Errorf("%s has a scope of cases", role)
		}
	}
}

// TestWhoSetsTargets proves that an administrator sets the targets of the own
// organisation, a coordinator those of the programme, and nobody both.
func TestWhoSetsTargets(t *testing.T) {
	setters := map[access.Action]access.Role{access.SetTargets: access.OrgAdmin, access.SetProgrammeTargets: access.Coordinator}
	for action, setter := range setters {
		for _, role := range everyRole {
			var want []string
			if role == setter {
				want = []string{"programme"}
			}
			if got := allowed(role, action); !slices.Equal(got, want) {
				t.Errorf("%s may do %s: %v, want %v", role, action, got, want)
			}
		}
	}
}

// TestWhoKnowsExactFigures proves that those who watch know no organisation's
// figures but published ones, and that figures are opened by those who answer for
// the organisation's cases alone.
func TestWhoKnowsExactFigures(t *testing.T) {
	for _, role := range everyRole {
		watches := slices.Contains([]access.Role{access.Auditor, access.Coordinator, access.PartnerApp, access.System}, role)
		if knows := as(role).PermitProgramme(access.ReadOwnImpact) == nil; knows == watches {
			t.Errorf("%s knows exact figures: %v", role, knows)
		}
		var want []string
		if role == access.Supervisor || role == access.OrgAdmin {
			want = []string{"programme"}
		}
		if got := allowed(role, access.OpenFigures); !slices.Equal(got, want) {
			t.Errorf("%s opens figures: %v, want %v", role, got, want)
		}
	}
}

// TestWhoEndsACase proves that a case is closed by those who answer for the
// organisation's cases, or by the worker who owns it, and by nobody else; and
// that reopening, moving and a long hold are for the former alone.
func TestWhoEndsACase(t *testing.T) {
	steers := []access.Role{access.Supervisor, access.OrgAdmin}
	owns := []access.Role{access.ShelterStaff, access.CareerAdvisor, access.ScholarshipOfficer, access.LegalOfficer}
	organisation := []string{"own", "assigned", "consented", "glass"}
	for _, role := range everyRole {
		var closes, reopens []string
		switch {
		case slices.Contains(steers, role):
			closes, reopens = organisation, organisation
		case slices.Contains(owns, role):
			closes = []string{"assigned"}
		}
		if got := allowed(role, access.CloseCase); !slices.Equal(got, closes) {
			t.Errorf("%s closes %v, want %v", role, got, closes)
		}
		for _, action := range []access.Action{access.ReopenCase, access.MoveCase, access.ApproveHold} {
			if got := allowed(role, action); !slices.Equal(got, reopens) {
				t.Errorf("%s may do %s: %v, want %v", role, action, got, reopens)
			}
		}
	}
}

// TestEachProgrammeHasItsOwnStaff proves that what a programme records is
// recorded by its own staff and by those who steer, and by no other programme's.
func TestEachProgrammeHasItsOwnStaff(t *testing.T) {
	staff := map[access.Action]access.Role{
		access.RecordShelter: access.ShelterStaff, access.RecordReintegration: access.ShelterStaff,
		access.RecordScholarship: access.ScholarshipOfficer, access.RecordLegal: access.LegalOfficer,
		access.RecordCareer: access.CareerAdvisor, access.RecordEmployment: access.CareerAdvisor,
	}
	for action, own := range staff {
		for _, role := range everyRole {
			want := role == own || role == access.Supervisor || role == access.OrgAdmin
			if got := len(allowed(role, action)) > 0; got != want {
				t.Errorf("%s may do %s: %v, want %v", role, action, got, want)
			}
		}
	}
}

// TestIdentitiesAreForFew proves that, but for emergencies, who a survivor is read only
// those who answer for the cases of her organisation and the worker who owns hers, and
// only they record it; and that no referral shares it.
func TestIdentitiesAreForFew(t *testing.T) {
	for _, role := range everyRole {
		steers := role == access.Supervisor || role == access.OrgAdmin
		for _, s := range situations {
			own := slices.Contains(s.relations, access.Organisation)
			want := own && (steers || role.WorksOnCases() && slices.Contains(s.relations, access.Assigned))
			if got := as(role).Reads(access.Identity, s.of, today); got != want && s.name != "glass" {
				t.Errorf("%s reads who she is, %s: %v, want %v", role, s.name, got, want)
			}
			if got := slices.Contains(as(role).Actions(s.of, today), access.RecordIdentity); got != want {
				t.Errorf("%s records who she is, %s: %v, want %v", role, s.name, got, want)
			}
		}
	}
	if access.Shareable(access.Identity) {
		t.Error("a referral shares who she is")
	}
}

// TestClassesHaveReaders proves that, but for emergencies, identities, contacts, places
// and care are for an organisation's own people, that legal matters are for legal
// officers and those who steer, and that notes of a case reach nobody outside it.
func TestClassesHaveReaders(t *testing.T) {
	staff := []access.Role{access.ShelterStaff, access.CareerAdvisor, access.ScholarshipOfficer, access.LegalOfficer,
		access.Supervisor, access.OrgAdmin}
	readers := map[access.Class][]access.Role{
		access.Identity: staff, access.Contact: staff, access.Location: staff, access.Health: staff, access.Notes: staff,
		access.Legal:       {access.LegalOfficer, access.Supervisor, access.OrgAdmin},
		access.Trafficking: {access.ShelterStaff, access.LegalOfficer, access.Supervisor, access.OrgAdmin},
	}
	for class, roles := range readers {
		for _, role := range everyRole {
			reads := slices.ContainsFunc(situations, func(s situation) bool {
				return s.name != "glass" && as(role).Reads(class, s.of, today)
			})
			if want := slices.Contains(roles, role); reads != want {
				t.Errorf("%s reads %s somewhere: %v, want %v", role, class, reads, want)
			}
		}
	}
}

// TestEmergency proves that whoever has broken the glass reads more of that case
// for an hour, but not where she is; that those who steer and those who watch have
// no glass to break; and that after the hour, and for another worker, nothing is
// left of it.
func TestEmergency(t *testing.T) {
	plain, broken := caseOf("org_1", "worker_2", false), guarded(casefile.Guard{Glass: []casefile.Glass{{Worker: "worker_1", Until: asked + 1}}})
	others := guarded(casefile.Guard{Glass: []casefile.Glass{{Worker: "worker_3", Until: asked + 1}}})
	for _, role := range everyRole {
		breaks := slices.Contains([]access.Role{access.ShelterStaff, access.CareerAdvisor, access.ScholarshipOfficer, access.LegalOfficer}, role)
		actor, later := as(role), as(role)
		later.At = asked + 1
		if may := actor.May(access.BreakGlass, plain, today); may != breaks {
			t.Errorf("%s may break the glass: %v", role, may)
		}
		for _, class := range access.Classes {
			more := breaks && slices.Contains([]access.Class{access.Identity, access.Contact, access.Trafficking, access.Health, access.Notes}, class)
			before := actor.Reads(class, plain, today)
			if got := actor.Reads(class, broken, today); got != (before || more) {
				t.Errorf("%s reads %s after breaking the glass: %v", role, class, got)
			}
			if later.Reads(class, broken, today) != before || actor.Reads(class, others, today) != before {
				t.Errorf("%s reads %s after the hour, or by another's glass", role, class)
			}
		}
	}
}

// TestProtectedIsAbsent proves that a protected case is to those whom it does not
// name as if it were not there, whoever they are and however they stand to it, and
// to those whom it names as before.
func TestProtectedIsAbsent(t *testing.T) {
	actions := constants[access.Action](t, "Action")
	rapid.Check(t, func(t *rapid.T) {
		c := someCase(t)
		actor := as(rapid.SampledFrom(access.Roles).Draw(t, "role"))
		c.Ties = &casefile.Ties{Guard: &casefile.Guard{Workers: []id.Worker{"worker_2"}, Glass: []casefile.Glass{{Worker: "worker_1", Until: asked + 1}}}}
		if actor.Sees(c, today) || actor.Scope().Includes(c, today) || len(actor.Actions(c, today)) > 0 {
			t.Fatalf("%s sees a protected case", actor.Role)
		}
		for _, action := range actions {
			if err := actor.Permit(action, c, today); !reflect.DeepEqual(err, access.Absent()) {
				t.Fatalf("%s asks for %s on a protected case: %v, want as if it were absent", actor.Role, action, err)
			}
		}
		named, open := *c, *c
		named.Ties, open.Ties = &casefile.Ties{Guard: &casefile.Guard{Workers: []id.Worker{"worker_2", "worker_1"}}}, nil
		if !slices.Equal(actor.Relations(&named, today), actor.Relations(&open, today)) {
			t.Fatalf("%s stands to a case that names her as %v, and to one that is open as %v", actor.Role, actor.Relations(&named, today), actor.Relations(&open, today))
		}
	})
}

// TestJobsDoTheirWorkOnly proves that the scheduled jobs reach every case for a few
// actions, which no account has, and that no account can be a job.
func TestJobsDoTheirWorkOnly(t *testing.T) {
	job, work := as(access.System), []access.Action{access.RaiseFlag, access.NoteExpiry, access.ReleaseCase}
	if got := job.ProgrammeActions(); len(got) != 0 {
		t.Errorf("a job may do %v where no case is meant", got)
	}
	for _, s := range situations {
		if got := job.Actions(s.of, today); !slices.Equal(got, work) {
			t.Errorf("a job may do %v on a case %s", got, s.name)
		}
	}
	for _, role := range access.Roles {
		for _, action := range work {
			if where := allowed(role, action); len(where) > 0 {
				t.Errorf("%s may %s: %v", role, action, where)
			}
		}
	}
	if slices.Contains(access.Roles, access.System) {
		t.Error("an account can have the role of the jobs")
	}
}

// TestUnknownIsDenied proves that what the table does not name is denied: a role
// without a line, an action without one, a class without one.
func TestUnknownIsDenied(t *testing.T) {
	for _, role := range []access.Role{"", "supervisor", "DIRECTOR"} {
		for _, action := range constants[access.Action](t, "Action") {
			if where := allowed(role, action); len(where) > 0 {
				t.Errorf("the role %q may do %s: %v", role, action, where)
			}
		}
		for _, s := range situations {
			if as(role).Sees(s.of, today) || as(role).Reads(access.Public, s.of, today) {
				t.Errorf("the role %q reads a case: %s", role, s.name)
			}
		}
		if !as(role).Scope().Empty() {
			t.Errorf("the role %q has a scope of cases", role)
		}
	}
	for _, role := range everyRole {
		if where := allowed(role, "DELETE_CASE"); len(where) > 0 || as(role).ReadsAlways("SECRET") {
			t.Errorf("%s may do an action, or reads a class, that does not exist", role)
		}
	}
}

// TestClassesAreTheCases proves that the classes that entries and flags of a case
// are of are classes of the table.
func TestClassesAreTheCases(t *testing.T) {
	for of, class := range map[casefile.Class]access.Class{casefile.ClassIdentity: access.Identity, casefile.ClassLegal: access.Legal, casefile.ClassCase: access.Case} {
		if of != class {
			t.Errorf("%s is %s in the table", of, class)
		}
	}
}
