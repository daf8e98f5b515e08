package casework

import (
	"context"
	"slices"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/store"
	"onward/services/vault"
)

// EraseCaseInput erases what was written of a survivor.
type EraseCaseInput struct {
	Request
	casefile.Erased
}

// EraseCase destroys the key of a case that has ended, and of those that are merged
// with it: its texts can be read no more, in no copy of the store. The entry and the
// tombstone stay. Sent again, it goes on where a crash has ended it.
func (s *Service) EraseCase(ctx context.Context, actor access.Actor, in EraseCaseInput) (*Change, error) {
	change, err := s.record(ctx, actor, access.EraseCase, in.Request, in.Erased, s.allEnded)
	if err != nil {
		return nil, err
	}
	if err := s.destroy(ctx, change.Entry); err != nil {
		return nil, err
	}
	for _, c := range s.merged(change.Case) {
		if !c.ErasedOn.IsZero() {
			continue
		}
		r := Request{RequestID: in.RequestID, CaseID: c.ID, On: in.On}
		other, err := s.record(ctx, actor, access.EraseCase, r, in.Erased)
		if err != nil {
			return nil, err
		}
		if err := s.destroy(ctx, other.Entry); err != nil {
			return nil, err
		}
	}
	return change, nil
}

// allEnded refuses to erase a case that is merged with one that goes on: both are of
// one woman.
func (s *Service) allEnded(_ context.Context, c *casefile.Case) error {
	for _, other := range s.merged(c) {
		if other.Status.Open() {
			return fault.Input("caseId", "it is merged with the case %s, which is %s; only what has ended is erased", other.Code, other.Status)
		}
	}
	return nil
}

// merged returns the other cases that are merged with a case, in any direction and
// over any number of steps.
func (s *Service) merged(c *casefile.Case) []*casefile.Case {
	if s.live == nil {
		return nil
	}
	hers := []*casefile.Case{c}
	for i := 0; i < len(hers); i++ {
		for other := range s.live.register.Snapshot().Of(c.Organisation) {
			linked := other.MergedInto() == hers[i].ID || hers[i].MergedInto() == other.ID
			if linked && !slices.ContainsFunc(hers, func(known *casefile.Case) bool { return known.ID == other.ID }) {
				hers = append(hers, other)
			}
		}
	}
	return hers[1:]
}

// destroy destroys the key of the case that an entry says is erased, and takes away by
// what its survivor is found. Neither stands in a file of the store then.
func (s *Service) destroy(ctx context.Context, e casefile.Entry) error {
	reason := e.Data.(casefile.Erased).Reason
	err := s.vault.Erase(ctx, vault.Erasure{Subject: string(e.CaseID), At: e.At, By: string(e.By), Reason: string(reason)})
	if err != nil {
		return err
	}
	if err := s.people.Erase(ctx, e.CaseID, e.At, e.By); err != nil {
		return err
	}
	return s.live.store.Scrub(ctx)
}

// FinishErasures destroys the keys of erased cases that a crash has kept from being
// destroyed, and returns how many there were.
func (s *Service) FinishErasures(ctx context.Context) (n int, err error) {
	for c := range s.live.register.Snapshot().All() {
		if c.ErasedOn.IsZero() {
			continue
		}
		_, err := s.vault.ForOpening(ctx, string(c.ID))
		if fault.Is(err, fault.Conflict) {
			continue
		}
		history, err := s.desk.history(ctx, c.ID)
		if err != nil {
			return n, err
		}
		if err := s.destroy(ctx, history[len(history)-1]); err != nil { // nothing is recorded after it
			return n, err
		}
		n++
	}
	return n, nil
}

// VerifyTexts opens every text of every case and activity, and holds what is erased against the
// list of erasures: what was erased must be closed for good, and all else open.
func (v *Verification) VerifyTexts(ctx context.Context, s store.Store, keys *vault.Vault) error {
	back, err := keys.Back(ctx)
	if err != nil {
		return err
	}
	for _, subject := range back {
		v.differ("%s: it was erased and its key is back, from an older copy of the store; onward serve destroys it again when it starts", subject)
	}
	_, err = s.ScanHistories(ctx, store.Cases, func(doc store.Document) error {
		return v.verifyTexts(ctx, keys, doc)
	})
	if err != nil {
		return err
	}
	_, err = s.Scan(ctx, store.Activities, func(doc store.Document) error {
		return v.verifyActivityTexts(ctx, keys, doc)
	})
	return err
}

func (v *Verification) verifyTexts(ctx context.Context, keys *vault.Vault, doc store.Document) error {
	entries, err := Entries(doc)
	if err != nil {
		v.differ("%s: %v", doc.ID, err)
		return nil
	}
	_, err = keys.ForOpening(ctx, doc.ID)
	switch erased := fault.Is(err, fault.Conflict); {
	case erased:
		v.Erased++
		return nil
	case isErased(entries):
		v.differ("%s: it is erased, and its key is there; onward serve destroys it when it starts", doc.ID)
	}
	for _, e := range entries {
		if err := v.openTexts(ctx, keys, e); err != nil {
			return err
		}
	}
	return nil
}

func isErased(entries []casefile.Entry) bool {
	return len(entries) > 0 && entries[len(entries)-1].Kind() == casefile.Erased{}.Kind()
}

// openTexts opens every text of an entry, and names those that do not open.
func (v *Verification) openTexts(ctx context.Context, keys *vault.Vault, e casefile.Entry) error {
	refs, err := e.Refs()
	if err != nil {
		return err
	}
	for _, r := range refs {
		v.Texts++
		switch _, err := openText(ctx, keys, e, r); {
		case fault.Is(err, fault.Unavailable):
			return err
		case err != nil:
			v.differ("%s: %s does not open: it was not sealed there, or its key is lost", e.ID(), r.Field)
		}
	}
	return nil
}
