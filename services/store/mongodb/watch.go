package mongodb

import (
	"cmp"
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"onward/services/fault"
	"onward/services/store"
)

// fetchLot is how many changed documents are fetched at once.
const fetchLot = 100

// Watch implements store.Store: by a change stream where the server has one,
// and else by polling. If the server cannot be reached it ends with an
// Unavailable fault; the caller may watch again from the same mark. A mark so
// old that the server has dropped the changes since delivers every document.
func (s *Store) Watch(ctx context.Context, c store.Collection, since store.Mark, fn func(store.Document) error) error {
	operation := "watch " + string(c)
	collection, err := s.collection(c, operation)
	if err != nil {
		return err
	}
	from, err := parseMark(since)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "%s: not a mark of this store", operation)
	}
	watching, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.ended, cancel)()
	follow := s.poll
	if s.streams {
		follow = s.stream
	}
	var stopped error // what fn said, which is returned as it is
	err = follow(watching, collection, from, func(doc store.Document) error {
		stopped = fn(doc)
		return stopped
	})
	switch {
	case stopped != nil:
		return stopped
	case ctx.Err() != nil:
		return nil
	case s.ended.Err() != nil:
		return closed(operation)
	}
	return failed(err, "%s", operation)
}

// everything calls fn with every document that a majority has.
func (c collection) everything(ctx context.Context, fn func(store.Document) error) error {
	return c.find(ctx, bson.D{}, options.Find().SetBatchSize(scanBatch), fn)
}

// fetch calls fn with the documents of the ids. One is asked for as itself: not
// every server looks a list of them up in its index.
func (c collection) fetch(ctx context.Context, ids []string, fn func(store.Document) error) error {
	filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}
	if len(ids) == 1 {
		filter = byID(ids[0])
	}
	return c.find(ctx, filter, options.Find().SetBatchSize(fetchLot), fn)
}

// find calls fn with every document that fits the filter, of what a majority has.
func (c collection) find(ctx context.Context, filter bson.D, opts *options.FindOptionsBuilder, fn func(store.Document) error) error {
	cursor, err := c.durable.Find(ctx, filter, opts)
	if err != nil {
		return err
	}
	defer cursor.Close(context.WithoutCancel(ctx))
	for ctx.Err() == nil && cursor.Next(ctx) { // Next asks the context only when it asks the server
		doc, err := decode(cursor.Current)
		if err != nil {
			return err
		}
		if err := fn(doc); err != nil {
			return err
		}
	}
	return cmp.Or(ctx.Err(), cursor.Err())
}
