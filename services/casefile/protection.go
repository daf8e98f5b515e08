package casefile

import (
	"slices"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/track"
	"onward/services/word"
)

var protectionKinds = []kind{always((*Case).protect), always((*Case).unprotect), always((*Case).breakGlass)}

// Protected lets only the workers that it names know of the case. It takes the
// place of an earlier protection.
type Protected struct {
	WorkerIDs []id.Worker `json:"workerIds" validate:"max=50,unique"`
	Reason    sealed.Text `json:"reason,omitempty" validate:"max=500"`
}

// Unprotected lets everybody know of the case again who could before.
type Unprotected struct {
	Reason sealed.Text `json:"reason" validate:"required,max=500"`
}

// GlassBroken lets the worker who records it read for GlassTime what her role
// does not read, for a reason that somebody else reviews.
type GlassBroken struct {
	Reason sealed.Text `json:"reason" validate:"required,max=500"`
}

// GlassTime is how long a broken glass lets its worker read.
const GlassTime = time.Hour

// Kind names the entry.
func (Protected) Kind() string { return "case.protected" }

// Kind names the entry.
func (Unprotected) Kind() string { return "case.unprotected" }

// Kind names the entry.
func (GlassBroken) Kind() string { return "case.glass_broken" }

// Summary describes the entry in a sentence.
func (Protected) Summary() string { return "Protected: only those who are named know of the case" }

// Summary describes the entry in a sentence.
func (Unprotected) Summary() string { return "Protected no longer" }

// Summary describes the entry in a sentence.
func (GlassBroken) Summary() string { return "Glass broken: read in an emergency" }

// Texts returns the reason.
func (p Protected) Texts() []sealed.Text { return []sealed.Text{p.Reason} }

// Texts returns the reason.
func (u Unprotected) Texts() []sealed.Text { return []sealed.Text{u.Reason} }

// Texts returns the reason.
func (g GlassBroken) Texts() []sealed.Text { return []sealed.Text{g.Reason} }

// Guard is what few cases have: who alone may know of the case, and the glasses
// that were broken. A case that has neither has none. It is never changed, as
// clones share it.
type Guard struct {
	Workers []id.Worker  `json:"workers,omitempty"` // none where the case is not protected
	On      calendar.Day `json:"on,omitzero"`       // the day of the protection
	Glass   []Glass      `json:"glass,omitempty"`
}

// Glass is one that a worker has broken.
type Glass struct {
	Worker id.Worker        `json:"worker"`
	Until  calendar.Instant `json:"until"`
}

// Protected reports whether only those who are named know of the case.
func (c *Case) Protected() bool { return c.Guard() != nil && len(c.Guard().Workers) > 0 }

// Protection returns who alone may know of the case, or nil where it is not
// protected.
func (c *Case) Protection() *Guard {
	if !c.Protected() {
		return nil
	}
	return c.Guard()
}

// KnownTo reports whether a worker may know of the case, as far as its protection
// is concerned.
func (c *Case) KnownTo(w id.Worker) bool {
	return !c.Protected() || slices.Contains(c.Guard().Workers, w)
}

// BrokenBy reports whether a glass that the worker has broken still lets her read.
func (c *Case) BrokenBy(w id.Worker, at calendar.Instant) bool {
	return c.Guard() != nil && slices.ContainsFunc(c.Guard().Glass, func(g Glass) bool { return g.Worker == w && at < g.Until })
}

// guard returns a copy of the guard of the case, to be changed and set.
func (c *Case) guard() Guard {
	if c.Guard() == nil {
		return Guard{}
	}
	return *c.Guard()
}

func (c *Case) protect(p Protected, e Entry) error {
	g := c.guard()
	g.On, g.Workers = e.On, make([]id.Worker, len(p.WorkerIDs))
	for i, w := range p.WorkerIDs {
		g.Workers[i] = id.Intern(w)
	}
	write(&c.Ties).Guard = &g
	return nil
}

func (c *Case) unprotect(Unprotected, Entry) error {
	if !c.Protected() {
		return fault.Input("caseId", "the case is not protected")
	}
	g := c.guard()
	g.On, g.Workers = 0, nil
	write(&c.Ties).Guard = &g
	return nil
}

// breakGlass asks for a review of itself, which the supervisor finds in the
// worklist. Glasses that let nobody read any more are forgotten here: the history
// has them.
func (c *Case) breakGlass(_ GlassBroken, e Entry) error {
	if err := track.Full("caseId", len(c.Approvals), "requests for approval"); err != nil {
		return err
	}
	g, at := c.guard(), calendar.InstantOf(e.At)
	g.Glass = slices.DeleteFunc(slices.Clone(g.Glass), func(g Glass) bool { return g.Until <= at })
	g.Glass = append(g.Glass, Glass{Worker: id.Intern(e.By), Until: calendar.InstantOf(e.At.Add(GlassTime))})
	write(&c.Ties).Guard = &g
	c.Approvals = append(c.Approvals, Approval{
		Part: id.PartOf(id.ApprovalPart, c.ID, e.Version), For: word.At(GlassReview), Stands: word.At(Pending),
		RequestedOn: e.On, RequestedBy: id.Intern(e.By), Entry: int32(e.Version),
	})
	return nil
}
