// Package versioned changes the state of a document by guarded writes: who loses a race
// decides again on what the other has written, in whatever process that was.
package versioned

import (
	"context"
	"encoding/json"

	"onward/services/fault"
	"onward/services/store"
)

// Change changes the state of a document, which has no history. Where decide fails
// nothing is written, and its error is returned. It returns NotFound where there is no
// such document.
func Change[S any](ctx context.Context, s store.Store, c store.Collection, key string, decide func(*S) error) error {
	for {
		doc, err := s.Get(ctx, c, key)
		if err != nil {
			return err
		}
		state, err := next(c, doc.State, decide)
		if err != nil {
			return err
		}
		err = s.Append(ctx, c, store.Change{ID: key, From: doc.Version, To: doc.Version + 1, State: state})
		if !fault.Is(err, fault.Conflict) {
			return err
		}
	}
}

// Put is Change for a document that need not be there yet: its state begins as the zero
// value.
func Put[S any](ctx context.Context, s store.Store, c store.Collection, key string, decide func(*S) error) error {
	for {
		err := Change(ctx, s, c, key, decide)
		if !fault.Is(err, fault.NotFound) {
			return err
		}
		state, err := next(c, json.RawMessage("{}"), decide)
		if err != nil {
			return err
		}
		err = s.Insert(ctx, c, store.Document{ID: key, Version: 1, State: state})
		if !fault.Is(err, fault.Conflict) {
			return err
		}
	}
}

// next returns the state that follows one by a decision.
func next[S any](c store.Collection, was json.RawMessage, decide func(*S) error) (json.RawMessage, error) {
	var v S
	if err := json.Unmarshal(was, &v); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "read %s", c)
	}
	if err := decide(&v); err != nil {
		return nil, err
	}
	state, err := json.Marshal(v)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "encode %s", c)
	}
	return state, nil
}
