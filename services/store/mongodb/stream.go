package mongodb

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"onward/services/fault"
	"onward/services/store"
)

// onlyIDs asks the server to say which documents changed and not how: an event
// that held a large document could not be sent at all.
var onlyIDs = mongo.Pipeline{{{Key: "$project", Value: bson.D{{Key: "documentKey", Value: 1}}}}}

// stream follows a change stream from the moment, or delivers everything first
// where there is no moment to start from.
func (s *Store) stream(ctx context.Context, c collection, from moment, fn func(store.Document) error) error {
	ctx, end, err := s.causal(ctx) // so that a fetch sees what the stream told
	if err != nil {
		return err
	}
	defer end()
	if from.cluster.IsZero() {
		return s.streamAll(ctx, c, fn)
	}
	err = c.changes(ctx, from, fn)
	if forgotten(err) {
		return s.streamAll(ctx, c, fn)
	}
	return err
}

// streamAll delivers every document, and then the changes since it began to.
func (s *Store) streamAll(ctx context.Context, c collection, fn func(store.Document) error) error {
	from, err := s.present(ctx)
	if err != nil {
		return err
	}
	if err := c.everything(ctx, fn); err != nil {
		return err
	}
	return c.changes(ctx, from, fn)
}

// changes delivers the documents that change from the moment on. The driver
// resumes the stream by itself after a passing failure.
func (c collection) changes(ctx context.Context, from moment, fn func(store.Document) error) error {
	opts := options.ChangeStream().SetStartAtOperationTime(&from.cluster).SetBatchSize(fetchLot)
	events, err := c.durable.Watch(ctx, onlyIDs, opts)
	if err != nil {
		return err
	}
	defer events.Close(context.WithoutCancel(ctx))
	for events.Next(ctx) {
		if err := c.fetch(ctx, idsOf(ctx, events), fn); err != nil {
			return err
		}
	}
	if err := events.Err(); err != nil {
		return err
	}
	return fault.New(fault.Unavailable, "the change stream ended: the collection was dropped or renamed")
}

// idsOf returns the ids of the present event and of those that came with it,
// each once.
func idsOf(ctx context.Context, events *mongo.ChangeStream) []string {
	var ids []string
	for {
		id, ok := events.Current.Lookup("documentKey", "_id").StringValueOK()
		if ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		if events.RemainingBatchLength() == 0 || !events.Next(ctx) {
			return ids
		}
	}
}

// forgotten reports whether the server no longer knows the changes since the
// moment that was asked for.
func forgotten(err error) bool { return slices.Contains(mongo.ErrorCodes(err), 286) }
