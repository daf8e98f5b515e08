package telemetry

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"

	"onward/services/fault"
	"onward/services/store"
)

// Store returns a store that does what s does, and of whose verbs the recorder knows
// how long they took and how they ended. A watch has no end to wait for, and is only
// passed on.
func (r *Recorder) Store(s store.Store) store.Store { return &watched{s, r} }

// watched is a store that is looked at.
type watched struct {
	store.Store
	recorder *Recorder
}

// Get implements store.Store.
func (w *watched) Get(ctx context.Context, c store.Collection, id string) (store.Document, error) {
	ctx, done := w.recorder.stores(ctx, "get", c)
	doc, err := w.Store.Get(ctx, c, id)
	done(err)
	return doc, err
}

// Insert implements store.Store.
func (w *watched) Insert(ctx context.Context, c store.Collection, docs ...store.Document) error {
	ctx, done := w.recorder.stores(ctx, "insert", c)
	err := w.Store.Insert(ctx, c, docs...)
	done(err)
	return err
}

// Append implements store.Store.
func (w *watched) Append(ctx context.Context, c store.Collection, change store.Change) error {
	ctx, done := w.recorder.stores(ctx, "append", c)
	err := w.Store.Append(ctx, c, change)
	done(err)
	return err
}

// Remove implements store.Store.
func (w *watched) Remove(ctx context.Context, c store.Collection, id string) error {
	ctx, done := w.recorder.stores(ctx, "remove", c)
	err := w.Store.Remove(ctx, c, id)
	done(err)
	return err
}

// Scan implements store.Store. Its time is that of fn, too.
func (w *watched) Scan(ctx context.Context, c store.Collection, fn func(store.Document) error) (store.Mark, error) {
	ctx, done := w.recorder.stores(ctx, "scan", c)
	mark, err := w.Store.Scan(ctx, c, fn)
	done(err)
	return mark, err
}

// ScanHistories implements store.Store, and is known as a scan.
func (w *watched) ScanHistories(ctx context.Context, c store.Collection, fn func(store.Document) error) (store.Mark, error) {
	ctx, done := w.recorder.stores(ctx, "scan", c)
	mark, err := w.Store.ScanHistories(ctx, c, fn)
	done(err)
	return mark, err
}

// stores begins a verb of the store. Call what it returns when it has ended.
func (r *Recorder) stores(ctx context.Context, operation string, c store.Collection) (context.Context, func(error)) {
	ctx, end := r.step(ctx, "store "+operation, attribute.String("db.operation.name", operation), attribute.String("db.collection.name", string(c)))
	began := time.Now()
	return ctx, func(err error) {
		r.stored.WithLabelValues(operation, string(c)).Observe(time.Since(began).Seconds())
		if err != nil {
			r.unstored.WithLabelValues(operation, string(c), string(fault.KindOf(err))).Inc()
		}
		end(err)
	}
}

// step begins a span of something that is done for a request or a run, and nothing
// outside of them: whatever looks every minute would hide the rest. Of an error a span
// has the code, since its text may hold more.
func (r *Recorder) step(ctx context.Context, name string, about ...attribute.KeyValue) (context.Context, func(error)) {
	if !Traced(ctx) {
		return ctx, func(error) {}
	}
	ctx, span := r.tracer.Start(ctx, name)
	span.SetAttributes(about...)
	return ctx, func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, string(fault.KindOf(err)))
		}
		span.End()
	}
}
