package access

import (
	"slices"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
)

// Actor is who asks: a worker, a partner's machine, or one of the jobs.
type Actor struct {
	Worker       id.Worker // empty for a job
	Name         string
	Role         Role
	Organisation id.Organisation  // empty for a job
	At           calendar.Instant // when the actor asks; a broken glass lets read until an hour has gone by

	// Purpose is for what a partner's machine asks. She must have consented to it,
	// beside the sharing with partners' machines itself. People have none.
	Purpose casefile.Purpose

	// QueriesAdHoc says that the account may send documents that nobody has
	// registered.
	QueriesAdHoc bool
}

// MayQueryAdHoc reports whether accounts with a role can be let send documents that
// nobody has registered.
func MayQueryAdHoc(role Role) bool { return may(role, QueryAdHoc, []Relation{Programme}) }

// Job returns the actor as which a scheduled job works.
func Job(name string) Actor { return Actor{Name: name, Role: System} }

// Relations returns how the actor stands to a case on a day. Programme always
// holds; nothing else does where the case is another organisation's, or protected
// from the actor.
func (a Actor) Relations(c *casefile.Case, today calendar.Day) []Relation {
	held := make([]Relation, 0, 4)
	held = append(held, Programme)
	if a.Role == System {
		return append(held, AnyOrganisation)
	}
	if a.Organisation == "" || !c.KnownTo(a.Worker) {
		return held
	}
	if c.Organisation != a.Organisation {
		return append(held, a.fromOutside(c, today)...)
	}
	held = append(held, Organisation)
	if c.Owner == a.Worker {
		held = append(held, Assigned)
	} else {
		held = append(held, Overseen)
	}
	if c.Shared(casefile.ForPartnerApp, today) && (a.Purpose == "" || c.Shared(a.Purpose, today)) {
		held = append(held, Consented)
	}
	if c.BrokenBy(a.Worker, a.At) {
		held = append(held, GlassBroken)
	}
	return held
}

// fromOutside returns how the actor stands to another organisation's case.
func (a Actor) fromOutside(c *casefile.Case, today calendar.Day) (held []Relation) {
	if c.Invites(a.Organisation, today) {
		held = append(held, Invited)
	}
	if _, shared := c.Shares(a.Organisation, today); shared {
		held = append(held, Shared)
	}
	return held
}

// Sees reports whether the actor may know that the case exists.
func (a Actor) Sees(c *casefile.Case, today calendar.Day) bool {
	return a.readsAtHome(Case, c) || reads(a.Role, Case, a.Relations(c, today))
}

// Reads reports whether the actor may read fields of a class on a case. Of a case
// that is shared, that is what the table allows and the referral shares, and the
// case itself with its outcomes, which reveal less than it does.
func (a Actor) Reads(class Class, c *casefile.Case, today calendar.Day) bool {
	return a.readsAtHome(class, c) || a.readsIn(a.Relations(c, today), class, c, today)
}

// readsIn reports whether the actor, standing in these relations to a case, may read
// fields of a class on it.
func (a Actor) readsIn(relations []Relation, class Class, c *casefile.Case, today calendar.Day) bool {
	if !reads(a.Role, class, relations) {
		return false
	}
	if !slices.Contains(relations, Shared) || class == Case || class == Outcome || class == Public {
		return true
	}
	classes, _ := c.Shares(a.Organisation, today)
	return slices.Contains(classes, class)
}

// atHome is what everybody is to the cases of the own organisation that they may
// know of.
var atHome = [...]Relation{Programme, Organisation}

// readsAtHome reports whether the actor reads fields of a class on a case of the own
// organisation, whatever else the actor is to it. It is what most who ask are answered
// by, and takes no list of relations.
func (a Actor) readsAtHome(class Class, c *casefile.Case) bool {
	return a.Organisation != "" && c.Organisation == a.Organisation && c.KnownTo(a.Worker) && reads(a.Role, class, atHome[:])
}

// ReadsUnbroken is Reads but for what a broken glass lets read.
func (a Actor) ReadsUnbroken(class Class, c *casefile.Case, today calendar.Day) bool {
	relations := slices.DeleteFunc(a.Relations(c, today), func(r Relation) bool { return r == GlassBroken })
	return a.readsIn(relations, class, c, today)
}

// Shareable reports whether a referral may share fields of a class.
func Shareable(class Class) bool { return slices.Contains(shareable, class) }

// ReadsAlways reports whether the actor may read fields of a class on every case
// of the actor's organisation that the actor sees, so that nobody needs to ask
// again for each of them.
func (a Actor) ReadsAlways(class Class) bool {
	return reads(a.Role, class, atHome[:]) ||
		a.Role == PartnerApp && reads(a.Role, class, []Relation{Consented})
}

// May reports whether the actor may do an action on a case.
func (a Actor) May(action Action, c *casefile.Case, today calendar.Day) bool {
	return may(a.Role, action, a.Relations(c, today))
}

// WorksOnCases reports whether people of the role manage cases of their
// organisation, so that they can own one.
func (r Role) WorksOnCases() bool { return may(r, ManageCase, []Relation{Organisation}) }

// Steers reports whether people of the role answer for all cases of their
// organisation, and not for one programme of it.
func (r Role) Steers() bool { return may(r, ProtectCase, []Relation{Organisation}) }

// Actions lists what the actor may do on a case, for clients that grey out the
// rest.
func (a Actor) Actions(c *casefile.Case, today calendar.Day) []Action {
	relations := a.Relations(c, today)[1:] // but PROGRAMME, which is about no case
	return a.actionsThat(func(action Action) bool { return may(a.Role, action, relations) })
}

// ProgrammeActions lists what the actor may do where no case is meant.
func (a Actor) ProgrammeActions() []Action { return a.actionsThat(a.mayInProgramme) }

// actionsThat returns those of the actions of the actor's role that are allowed, each
// once, as they stand in the table.
func (a Actor) actionsThat(allowed func(Action) bool) []Action {
	var out []Action
	seen := map[Action]bool{}
	for _, g := range policy {
		for _, action := range g.actions {
			if g.role == a.Role && !seen[action] && allowed(action) {
				seen[action] = true
				out = append(out, action)
			}
		}
	}
	return out
}

// Permit refuses an action on a case: NotFound where the actor may not know of
// the case, Forbidden where the actor may.
func (a Actor) Permit(action Action, c *casefile.Case, today calendar.Day) error {
	relations := a.Relations(c, today)
	switch sees := a.Sees(c, today); {
	case sees && may(a.Role, action, relations):
		return nil
	case may(a.Role, action, relations[1:]): // who answers a referral does not see the case yet
		return nil
	case !sees:
		return Absent()
	}
	return fault.New(fault.Forbidden, "your role may not do this (%s) on this case", action)
}

// PermitProgramme refuses an action that concerns no single case.
func (a Actor) PermitProgramme(action Action) error {
	if !a.mayInProgramme(action) {
		return fault.New(fault.Forbidden, "your role may not do this (%s)", action)
	}
	return nil
}

// mayInProgramme reports whether the actor may do what concerns no single case. To
// query ad hoc, the account must be let, beside the role.
func (a Actor) mayInProgramme(action Action) bool {
	return may(a.Role, action, []Relation{Programme}) && (action != QueryAdHoc || a.QueriesAdHoc)
}

// Scope returns the cases that the actor may know of.
func (a Actor) Scope() Scope {
	switch {
	case reads(a.Role, Case, []Relation{Organisation}):
		return Scope{Organisation: a.Organisation, Worker: a.Worker, Shared: reads(a.Role, Case, []Relation{Shared}),
			Legal: reads(a.Role, Legal, []Relation{Organisation}), Birthdays: a.Role.WorksOnCases()}
	case reads(a.Role, Case, []Relation{Consented}):
		return Scope{Organisation: a.Organisation, Worker: a.Worker, Consent: casefile.ForPartnerApp, Purpose: a.Purpose}
	}
	return Scope{}
}

// Absent is the one answer for a thing that is not there and for a thing that is
// not the actor's to know of.
func Absent() error { return fault.New(fault.NotFound, "not found") }
