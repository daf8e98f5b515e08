package mongodb

import (
	"context"
	"maps"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"onward/services/store"
)

// pollInterval bounds how late a change is seen where there are no change
// streams. A look that finds nothing is one step down an index.
const pollInterval = 300 * time.Millisecond

// sighting is a version of a document that a look has found.
type sighting struct {
	ID        string    `bson:"_id"`
	Version   int       `bson:"v"`
	UpdatedAt time.Time `bson:"updatedAt"`
}

// poll asks again and again what was stamped lately, and delivers the versions
// that it has not delivered before.
func (s *Store) poll(ctx context.Context, c collection, from moment, fn func(store.Document) error) error {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	delivered := make(map[string]sighting)
	since := from.clock
	for {
		now, err := s.present(ctx)
		if err != nil {
			return err
		}
		found, err := c.stampedSince(ctx, since.Add(-overlap))
		if err != nil {
			return err
		}
		if err := c.deliverNew(ctx, found, delivered, fn); err != nil {
			return err
		}
		since = now.clock
		maps.DeleteFunc(delivered, func(_ string, d sighting) bool { return d.UpdatedAt.Before(since.Add(-overlap)) })
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// stampedSince returns what was stamped at the time or later, without the
// documents themselves.
func (c collection) stampedSince(ctx context.Context, at time.Time) ([]sighting, error) {
	filter := bson.D{{Key: "updatedAt", Value: bson.D{{Key: "$gte", Value: at}}}}
	projection := bson.D{{Key: "v", Value: 1}, {Key: "updatedAt", Value: 1}}
	cursor, err := c.durable.Find(ctx, filter, options.Find().SetProjection(projection).SetBatchSize(scanBatch))
	if err != nil {
		return nil, err
	}
	var found []sighting
	err = cursor.All(ctx, &found)
	return found, err
}

// deliverNew fetches and delivers what was found at a version that has not been
// delivered, and notes it.
func (c collection) deliverNew(ctx context.Context, found []sighting, delivered map[string]sighting, fn func(store.Document) error) error {
	found = slices.DeleteFunc(found, func(f sighting) bool { return delivered[f.ID].Version >= f.Version })
	for lot := range slices.Chunk(found, fetchLot) {
		ids := make([]string, len(lot))
		for i, f := range lot {
			ids[i] = f.ID
			delivered[f.ID] = f
		}
		if err := c.fetch(ctx, ids, fn); err != nil {
			return err
		}
	}
	return nil
}
