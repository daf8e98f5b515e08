package casework

import (
	"context"
	"encoding/base64"
	"fmt"

	"onward/services/activity"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/store"
	"onward/services/vault"
)

// ledgerKey names the key under which an organisation's activities are sealed. They are
// about no survivor, so no erasure destroys it.
func ledgerKey(organisation string) string { return "activities_" + organisation }

// sealActivity seals the texts of the change that is the next entry of an activity, under the key of
// its organisation's ledger.
func (s *Service) sealActivity(ctx context.Context, doc store.Document, organisation string, change activity.Change) (activity.Change, error) {
	key, err := s.vault.ForSealing(ctx, ledgerKey(organisation))
	if err != nil {
		return nil, err
	}
	return change.Texts(func(field string, _ bool, t sealed.Text) (sealed.Text, error) {
		ciphertext, err := key.Seal(activityPlace(doc.ID, doc.Version+1, change.EntryKind(), field), []byte(t))
		return sealed.Seal("", base64.RawURLEncoding.EncodeToString(ciphertext)), err
	})
}

// activityPlace names the place of a text within a ledger. None of the parts has a space.
func activityPlace(activityID string, version int, kind, field string) string {
	return fmt.Sprint(activityID, " ", version, " ", kind, " ", field)
}

// openActivityText returns in clear a text of an entry of an activity. What was not
// sealed where it stands, or whose key is lost, is an Internal fault: somebody has changed the store.
func openActivityText(ctx context.Context, v *vault.Vault, activityID string, e store.Entry, field string, t sealed.Text) (string, error) {
	failed := func(kind fault.Kind, err error) error {
		return fault.Wrap(kind, err, "open %s of %s@%d", field, activityID, e.Version)
	}
	key, err := v.ForOpening(ctx, ledgerKey(e.Organisation))
	if err != nil {
		return "", failed(internalUnless(err), err)
	}
	_, ciphertext, _ := t.Sealed()
	bytes, err := base64.RawURLEncoding.DecodeString(ciphertext)
	if err != nil {
		return "", failed(fault.Internal, err)
	}
	clear, err := key.Open(activityPlace(activityID, e.Version, e.Kind, field), bytes)
	if err != nil {
		return "", failed(fault.Internal, err)
	}
	return string(clear), nil
}

// OpenActivity returns in clear what a text of an activity says. It is an Internal fault
// where the store was changed.
func (v *View) OpenActivity(ctx context.Context, activityID id.Activity, t sealed.Text) (string, error) {
	r, ok := t.Ref()
	if !ok {
		return string(t), nil
	}
	e, err := v.activityEntry(ctx, activityID, r.Version)
	if err != nil {
		return "", err
	}
	stored, err := activity.Stored(e)
	if err != nil {
		return "", err
	}
	clear := ""
	_, err = stored.Texts(func(field string, _ bool, t sealed.Text) (_ sealed.Text, err error) {
		if field == r.Field {
			clear, err = openActivityText(ctx, v.vault, string(activityID), e, field, t)
		}
		return t, err
	})
	return clear, err
}

// activityEntry returns an entry of an activity, which is read once for each view.
func (v *View) activityEntry(ctx context.Context, activityID id.Activity, version int) (store.Entry, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	doc, ok := v.ledgered[activityID]
	if !ok || len(doc.History) < version {
		var err error
		if doc, err = v.ledger.Get(ctx, activityID); err != nil {
			return store.Entry{}, err
		}
		v.ledgered[activityID] = doc
	}
	if version < 1 || len(doc.History) < version {
		return store.Entry{}, fault.New(fault.Internal, "history of %s ends at %d, before %d", activityID, len(doc.History), version)
	}
	return doc.History[version-1], nil
}

// verifyActivityTexts opens every text of an activity, and names those that do not open.
func (v *Verification) verifyActivityTexts(ctx context.Context, keys *vault.Vault, doc store.Document) error {
	for _, e := range doc.History {
		stored, err := activity.Stored(e)
		if err != nil {
			v.differ("%s: %v", doc.ID, err)
			return nil
		}
		_, err = stored.Texts(func(field string, _ bool, t sealed.Text) (sealed.Text, error) {
			v.Texts++
			_, err := openActivityText(ctx, keys, doc.ID, e, field, t)
			if err != nil && !fault.Is(err, fault.Unavailable) {
				v.differ("%s@%d: %s does not open: it was not sealed there, or its key is lost", doc.ID, e.Version, field)
				err = nil
			}
			return t, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
