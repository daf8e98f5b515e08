package access_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/word"
)

// someCase draws a case of one of two organisations or of none, with any owner,
// status, consents and guard.
func someCase(t *rapid.T) *casefile.Case {
	c := &casefile.Case{
		ID: "case_1", Status: rapid.SampledFrom(casefile.Statuses).Draw(t, "status"),
		Organisation: rapid.SampledFrom([]id.Organisation{"org_1", "org_1", "org_2", ""}).Draw(t, "organisation"),
		Owner:        rapid.SampledFrom([]id.Worker{"worker_1", "worker_2", ""}).Draw(t, "owner"),
	}
	for _, p := range []casefile.Purpose{casefile.ForServices, casefile.ForShare, casefile.ForReporting, casefile.ForResearch, casefile.ForPartnerApp} {
		if rapid.Bool().Draw(t, "asked for "+string(p)) {
			c.Consents = append(c.Consents, casefile.Consent{
				Asked: word.At(p), On: today - 10,
				Decided:   word.At(rapid.SampledFrom([]casefile.Decision{casefile.Given, casefile.Given, casefile.Refused, casefile.Withdrawn}).Draw(t, "decision")),
				ExpiresOn: rapid.SampledFrom([]calendar.Day{0, today - 1, today, today + 1}).Draw(t, "expires"),
			})
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "guard") == 0 {
		c.Ties = &casefile.Ties{Guard: &casefile.Guard{
			Workers: rapid.SliceOfN(rapid.SampledFrom([]id.Worker{"worker_1", "worker_2", "worker_3"}), 0, 2).Draw(t, "named"),
			Glass:   []casefile.Glass{{Worker: "worker_1", Until: asked + 1}},
		}}
	}
	return c
}

// partnerMaySee says in its own words when a partner application that asks for a
// purpose may know of a case.
func partnerMaySee(c *casefile.Case, purpose casefile.Purpose) bool {
	if c.Guard() != nil && len(c.Guard().Workers) > 0 && !slices.Contains(c.Guard().Workers, "worker_1") {
		return false
	}
	app, asked := false, purpose == ""
	for _, k := range c.Consents {
		given := k.Decision() == "GIVEN" && (k.ExpiresOn == 0 || k.ExpiresOn >= today)
		app = app || given && k.Purpose() == "PARTNER_APP"
		asked = asked || given && k.Purpose() == purpose
	}
	return app && asked && c.Organisation == "org_1" && c.Status != "MERGED"
}

// someActor draws an actor of a role; a partner application asks for some purpose.
func someActor(t *rapid.T, roles ...access.Role) access.Actor {
	actor := as(rapid.SampledFrom(roles).Draw(t, "role"))
	if actor.Role == access.PartnerApp {
		actor.Purpose = rapid.SampledFrom([]casefile.Purpose{"", casefile.ForPartnerApp, casefile.ForReporting, casefile.ForResearch}).Draw(t, "purpose")
	}
	return actor
}

// TestForeignIsAbsent proves that a worker may know, read and do nothing about a
// case of another organisation, or of none, even as its owner, and is refused
// with the very answer that an absent case gets.
func TestForeignIsAbsent(t *testing.T) {
	actions := constants[access.Action](t, "Action")
	rapid.Check(t, func(t *rapid.T) {
		c := someCase(t)
		actor := someActor(t, access.Roles...)
		if c.Organisation == actor.Organisation {
			c.Organisation = "org_2"
		}
		if actor.Sees(c, today) || actor.Scope().Includes(c, today) || len(actor.Actions(c, today)) != 0 {
			t.Fatalf("%s sees a foreign case, or may do %v on it", actor.Role, actor.Actions(c, today))
		}
		if got := actor.Relations(c, today); !slices.Equal(got, []access.Relation{access.Programme}) {
			t.Fatalf("%s stands to a foreign case as %v", actor.Role, got)
		}
		for _, class := range access.Classes {
			if class != access.Public && actor.Reads(class, c, today) {
				t.Fatalf("%s reads %s of a foreign case", actor.Role, class)
			}
		}
		for _, action := range actions {
			if err := actor.Permit(action, c, today); !reflect.DeepEqual(err, access.Absent()) {
				t.Fatalf("%s asks for %s on a foreign case: %v, want as if it were absent", actor.Role, action, err)
			}
		}
	})
}

// TestPartnersSeeConsentOnly proves that a partner application knows of a case
// exactly where it is its own organisation's and she has given consent for it, and
// for the purpose of its query, that is neither withdrawn nor expired; and that it may change nothing: beside
// cases it reads what is published.
func TestPartnersSeeConsentOnly(t *testing.T) {
	actions := constants[access.Action](t, "Action")
	rapid.Check(t, func(t *rapid.T) {
		c, partner := someCase(t), someActor(t, access.PartnerApp)
		may := partnerMaySee(c, partner.Purpose)
		if partner.Sees(c, today) != may || partner.Scope().Includes(c, today) != may || partner.Reads(access.Outcome, c, today) != may {
			t.Fatalf("%+v: sees %v, in scope %v, reads outcome %v; want %v", c, partner.Sees(c, today),
				partner.Scope().Includes(c, today), partner.Reads(access.Outcome, c, today), may)
		}
		for _, class := range access.Classes {
			if partner.Reads(class, c, today) && !slices.Contains([]access.Class{access.Case, access.Outcome, access.Public}, class) {
				t.Fatalf("a partner reads %s", class)
			}
		}
		for _, action := range actions {
			if action != access.ReadProgrammeImpact && action != access.ReadReleases && partner.Permit(action, c, today) == nil {
				t.Fatalf("a partner may do %s", action)
			}
		}
	})
}

// TestScopeIsWhatIsSeen proves that the scope that a query of the register gets
// holds exactly the cases that the actor may know of, one by one.
func TestScopeIsWhatIsSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := someCase(t)
		actor := someActor(t, access.Roles...)
		if sees, in := actor.Sees(c, today), actor.Scope().Includes(c, today); sees != in {
			t.Fatalf("%s on %+v: sees %v, in scope %v", actor.Role, c, sees, in)
		}
		if actor.Scope().Empty() && actor.Sees(c, today) {
			t.Fatalf("%s has an empty scope and sees a case", actor.Role)
		}
	})
}

// TestReadsAlwaysIsEveryCaseSeen proves that what an actor reads without being
// asked again is what the actor reads on every case of the own organisation that
// the actor sees.
func TestReadsAlwaysIsEveryCaseSeen(t *testing.T) {
	for _, role := range access.Roles {
		actor := as(role)
		for _, class := range access.Classes {
			onEvery, seen := true, 0
			for _, s := range situations {
				if actor.Sees(s.of, today) && s.of.Organisation == actor.Organisation {
					seen++
					onEvery = onEvery && actor.Reads(class, s.of, today)
				}
			}
			if seen > 0 && actor.ReadsAlways(class) != onEvery {
				t.Errorf("%s reads %s always: %v; on every case seen: %v", role, class, actor.ReadsAlways(class), onEvery)
			}
			if seen == 0 && actor.ReadsAlways(class) != (class == access.Public) {
				t.Errorf("%s sees no case and always reads %s: %v", role, class, actor.ReadsAlways(class))
			}
		}
	}
}

// TestUnbrokenIsWhatElseIsRead proves that without what a broken glass lets read, an
// actor reads what the actor reads where no glass is broken, and never more.
func TestUnbrokenIsWhatElseIsRead(t *testing.T) {
	little := referredCase(casefile.ReferralAccepted)
	little.Referrals()[0].Shares = []access.Class{access.Case}
	for _, s := range append(slices.Clone(situations), situation{"shared a little", []access.Relation{access.Shared}, little}) {
		broken := slices.Contains(s.relations, access.GlassBroken)
		for _, role := range access.Roles {
			for _, class := range access.Classes {
				unbroken, all := as(role).ReadsUnbroken(class, s.of, today), as(role).Reads(class, s.of, today)
				if unbroken && !all || !broken && unbroken != all {
					t.Errorf("%s, %s reads %s: %v, and %v unbroken", s.name, role, class, all, unbroken)
				}
			}
		}
	}
}

// TestRelations proves which relations hold in each column of the table.
func TestRelations(t *testing.T) {
	for _, s := range situations {
		want := append([]access.Relation{access.Programme}, s.relations...)
		if got := as(access.CareerAdvisor).Relations(s.of, today); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", s.name, got, want)
		}
		want = []access.Relation{access.Programme, access.AnyOrganisation}
		if got := as(access.System).Relations(s.of, today); !slices.Equal(got, want) {
			t.Errorf("%s, a job: %v, want %v", s.name, got, want)
		}
	}
	nobody := access.Actor{Worker: "worker_1", Role: access.Supervisor}
	if nobody.Sees(caseOf("", "worker_1", true), today) || !nobody.Scope().Empty() {
		t.Error("an actor of no organisation sees the cases of none")
	}
}

// TestPermit proves that the three answers agree with each other in every cell
// of the table: Permit allows what May says on a case that is seen, refuses the
// rest as FORBIDDEN with the action's name, and the lists name what is allowed.
func TestPermit(t *testing.T) {
	for _, role := range everyRole {
		actor := as(role)
		for _, action := range constants[access.Action](t, "Action") {
			programme := actor.PermitProgramme(action)
			check(t, role, action, programme, slices.Contains(actor.ProgrammeActions(), action))
			for _, s := range situations {
				if !actor.Sees(s.of, today) {
					continue // TestForeignIsAbsent
				}
				allowed := slices.Contains(actor.Actions(s.of, today), action) || programme == nil
				check(t, role, action, actor.Permit(action, s.of, today), allowed)
				if actor.May(action, s.of, today) != allowed {
					t.Errorf("%s may do %s on a case %s: want %v", role, action, s.name, allowed)
				}
			}
		}
	}
}

func check(t *testing.T, role access.Role, action access.Action, err error, allowed bool) {
	t.Helper()
	var f *fault.Error
	switch {
	case allowed && err == nil:
	case !allowed && errors.As(err, &f) && f.Kind == fault.Forbidden && strings.Contains(f.Message, string(action)) && f.Err == nil:
	default:
		t.Errorf("%s asks for %s: %v, want allowed %v", role, action, err, allowed)
	}
}
