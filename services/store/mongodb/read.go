package mongodb

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"onward/services/fault"
	"onward/services/store"
)

// Get implements store.Store. It answers with the newest version that the
// primary has, even if a majority has not confirmed it yet, since that is what
// the guard of the next Append is compared with: to read an older one would be
// to try again in vain. An Append that builds on it is confirmed only together
// with it.
func (s *Store) Get(ctx context.Context, c store.Collection, id string) (store.Document, error) {
	collection, err := s.collection(c, "get "+id)
	if err != nil {
		return store.Document{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	raw, err := collection.newest.FindOne(ctx, byID(id)).Raw()
	if err == mongo.ErrNoDocuments {
		return store.Document{}, fault.New(fault.NotFound, "get %s: there is no such document", id)
	}
	if err != nil {
		return store.Document{}, failed(err, "get %s", id)
	}
	return decode(raw)
}

func byID(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }

// scanBatch is how many documents the server sends at once, if they have not
// more than 16 MB.
const scanBatch = 1000

// Scan implements store.Store, of what a majority has confirmed. fn is called
// on the caller's goroutine.
func (s *Store) Scan(ctx context.Context, c store.Collection, fn func(store.Document) error) (store.Mark, error) {
	return s.scan(ctx, c, options.Find(), fn)
}

// ScanHistories implements store.Store: the server leaves the states out.
func (s *Store) ScanHistories(ctx context.Context, c store.Collection, fn func(store.Document) error) (store.Mark, error) {
	return s.scan(ctx, c, options.Find().SetProjection(bson.D{{Key: "state", Value: 0}}), fn)
}

func (s *Store) scan(ctx context.Context, c store.Collection, opts *options.FindOptionsBuilder, fn func(store.Document) error) (store.Mark, error) {
	collection, err := s.collection(c, "scan "+string(c))
	if err != nil {
		return "", err
	}
	ctx, end, err := s.causal(ctx)
	if err != nil {
		return "", failed(err, "scan %s", c)
	}
	defer end()
	at, err := s.present(ctx)
	if err != nil {
		return "", failed(err, "scan %s", c)
	}
	var stopped error // what fn said, which is returned as it is
	err = collection.find(ctx, bson.D{}, opts.SetBatchSize(scanBatch), func(doc store.Document) error {
		stopped = fn(doc)
		return stopped
	})
	if stopped != nil {
		return "", stopped
	}
	if err != nil {
		return "", failed(err, "scan %s", c)
	}
	return at.mark(), nil
}
