package casefile

import (
	"cmp"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

// Fold makes the state of a case from its history, leaving out what later
// entries reverse. An entry that does not fit the ones before it is a fault that
// names it: Fold is also how a reversal is tried. It changes nothing in the
// history and does not read ReversedBy, so the fold of the first entries is what
// the case was then.
func Fold(caseID id.Case, history []Entry) (*Case, error) {
	c := &Case{ID: caseID, keys: make([]uint32, 0, len(history))}
	gone := reversals(history)
	for i, e := range history {
		if e.Version != i+1 {
			return nil, fault.New(fault.Internal, "case %s: entry %d stands in place %d", caseID, e.Version, i+1)
		}
		if gone[e.Version] != 0 {
			c.note(e)
			continue
		}
		if err := c.Apply(e); err != nil {
			return nil, fault.Wrap(fault.KindOf(err), err, "entry %d (%s) does not fit the entries before it", e.Version, e.Kind())
		}
	}
	return c, nil
}

// MarkReversed sets ReversedBy on the entries that later ones reverse.
func MarkReversed(history []Entry) {
	for version, by := range reversals(history) {
		history[version-1].ReversedBy = by
	}
}

// reversals returns, by its version, each entry that a later one reverses, with
// the version of that one.
func reversals(history []Entry) map[int]int {
	var gone map[int]int
	for _, e := range history {
		if r, ok := e.Data.(Reversed); ok && r.Version >= 1 && r.Version < e.Version && r.Version <= len(history) {
			if gone == nil {
				gone = map[int]int{}
			}
			gone[r.Version] = e.Version
		}
	}
	return gone
}

// note counts an entry in the header without folding what it says.
func (c *Case) note(e Entry) {
	c.Version = e.Version
	c.UpdatedAt = calendar.InstantOf(e.At)
	c.keys = append(c.keys, keyHash(e.By, e.Key))
}

// Apply folds one more entry into the case, which the caller must own. It holds
// the rules of order: an entry that does not fit is refused with an Invalid
// fault that names the input field, and the case is then of no more use.
func (c *Case) Apply(e Entry) error {
	kind, known := kinds[e.Kind()]
	if !known {
		return fault.New(fault.Internal, "entry kind %s has no place in the fold", e.Kind())
	}
	if !c.ErasedOn.IsZero() {
		return fault.Input("caseId", "the case is erased; nothing more is recorded here")
	}
	var err error
	if kind.step {
		err = c.advance(e, func() error { return kind.apply(c, e) })
	} else {
		err = kind.apply(c, e)
	}
	if err != nil {
		return err
	}
	c.note(e)
	return nil
}

// advance moves the case itself. No step of its lifecycle lies before the one
// that was recorded before it.
func (c *Case) advance(e Entry, step func() error) error {
	if c.Version != 0 {
		err := cmp.Or(
			track.NotBefore("on", e.On, c.OpenedOn, "the opening of the case"),
			track.NotBefore("on", e.On, c.MovedOn, "the last step of the case"))
		if err != nil {
			return err
		}
	}
	if err := step(); err != nil {
		return err
	}
	c.MovedOn = e.On
	return nil
}
