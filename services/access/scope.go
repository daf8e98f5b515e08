package access

import (
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
)

// Scope says which cases a viewer may know of. It is part of every query of the
// register, so that counts, pages and cursors never tell of others. The zero
// Scope holds no case at all.
type Scope struct {
	// Organisation is the one whose cases are in the scope.
	Organisation id.Organisation
	// Worker is who asks: protected cases that do not name her are not in it.
	Worker id.Worker
	// Consent, when set, leaves only cases with this consent in force.
	Consent casefile.Purpose
	// Purpose, when set, leaves only cases with this consent in force, too.
	Purpose casefile.Purpose
	// Legal and Birthdays say whether a query may look at legal matters, and at what
	// tells a birthday, on the cases of the organisation. On others it never does.
	Legal, Birthdays bool
	// Shared takes in other organisations' cases that are shared with it.
	Shared bool
}

// Includes reports whether a case is in the scope on the day.
func (s Scope) Includes(c *casefile.Case, today calendar.Day) bool {
	switch {
	case s.Organisation == "" || !c.KnownTo(s.Worker):
		return false
	case c.Organisation == s.Organisation:
		return (s.Consent == "" || c.Shared(s.Consent, today)) && (s.Purpose == "" || c.Shared(s.Purpose, today))
	}
	_, shared := c.Shares(s.Organisation, today)
	return s.Shared && shared
}

// AllDue reports whether a query may look at all that is due on a case of an
// organisation, and not only at what everybody who sees the case may know of.
func (s Scope) AllDue(org id.Organisation) bool {
	return s.Legal && s.Birthdays && org == s.Organisation
}

// Empty reports whether no case at all is in the scope.
func (s Scope) Empty() bool { return s.Organisation == "" }
