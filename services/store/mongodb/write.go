package mongodb

import (
	"context"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"onward/services/fault"
	"onward/services/store"
)

// lotSize is how many documents one insertion has at most: few enough to be
// done within commandTime, and to be stamped with the time at which it began.
const lotSize = 1000

// Insert implements store.Store. The documents are inserted in order.
func (s *Store) Insert(ctx context.Context, c store.Collection, docs ...store.Document) error {
	if len(docs) == 0 {
		return nil
	}
	operation := "insert " + docs[0].ID
	if len(docs) > 1 {
		operation = fmt.Sprintf("insert %d documents", len(docs))
	}
	collection, err := s.collection(c, operation)
	if err != nil {
		return err
	}
	for _, doc := range docs {
		if doc.ID == "" || doc.Version < 1 {
			return fault.New(fault.Internal, "insert %q: a document at version %d", doc.ID, doc.Version)
		}
		if err := checkState(doc.State); err != nil {
			return fault.Wrap(fault.Internal, err, "insert %s: the document cannot be written", doc.ID)
		}
	}
	for lot := range slices.Chunk(docs, lotSize) {
		if err := s.insertLot(ctx, collection.durable, lot); err != nil {
			return failed(err, "%s", operation)
		}
	}
	return nil
}

func (s *Store) insertLot(ctx context.Context, collection *mongo.Collection, lot []store.Document) error {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	now := s.now() // an insertion cannot ask for the server's own time, as an update can
	records := make([]record, len(lot))
	for i, doc := range lot {
		records[i] = record{ID: doc.ID, Version: doc.Version, UpdatedAt: now, State: value(doc.State), History: entriesOf(doc.History)}
	}
	if len(records) == 1 {
		_, err := collection.InsertOne(ctx, records[0])
		return err
	}
	_, err := collection.InsertMany(ctx, records, options.InsertMany().SetOrdered(true))
	return err
}

// Append implements store.Store: one guarded update of one document.
func (s *Store) Append(ctx context.Context, c store.Collection, change store.Change) error {
	operation := "append " + change.ID
	collection, err := s.collection(c, operation)
	if err != nil {
		return err
	}
	if change.ID == "" || change.From < 1 || change.To <= change.From {
		return fault.New(fault.Internal, "%s: a change from version %d to %d", operation, change.From, change.To)
	}
	if err := checkState(change.State); err != nil {
		return fault.Wrap(fault.Internal, err, "%s: the document cannot be written", operation)
	}
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	guard := append(byID(change.ID), bson.E{Key: "v", Value: change.From})
	result, err := collection.durable.UpdateOne(ctx, guard, update(change))
	if err != nil {
		return failed(err, "%s", operation)
	}
	if result.MatchedCount == 0 {
		return refuse(ctx, collection.newest, operation, change)
	}
	return nil
}

// Scrub implements store.Store: it does nothing. What was overwritten stays in the log of
// operations of the replica set until that has gone round, and the engine has no way to
// shorten it from here.
func (s *Store) Scrub(context.Context) error { return nil }

// Remove implements store.Store. A change stream tells of the removal, but there
// is nothing left to deliver.
func (s *Store) Remove(ctx context.Context, c store.Collection, id string) error {
	operation := "remove " + id
	if err := store.PermitRemoval(c, operation); err != nil {
		return err
	}
	collection, err := s.collection(c, operation)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	if _, err := collection.durable.DeleteOne(ctx, byID(id)); err != nil {
		return failed(err, "%s", operation)
	}
	return nil
}

func update(change store.Change) bson.D {
	set := bson.D{{Key: "v", Value: change.To}, {Key: "state", Value: value(change.State)}}
	u := bson.D{
		{Key: "$set", Value: set},
		{Key: "$currentDate", Value: bson.D{{Key: "updatedAt", Value: true}}},
	}
	if len(change.Entries) > 0 {
		each := bson.D{{Key: "$each", Value: entriesOf(change.Entries)}}
		u = append(u, bson.E{Key: "$push", Value: bson.D{{Key: "history", Value: each}}})
	}
	return u
}

// refuse tells why a guard did not hold.
func refuse(ctx context.Context, newest *mongo.Collection, operation string, change store.Change) error {
	var present struct {
		Version int `bson:"v"`
	}
	err := newest.FindOne(ctx, byID(change.ID), options.FindOne().SetProjection(bson.D{{Key: "v", Value: 1}})).Decode(&present)
	if err == mongo.ErrNoDocuments {
		return fault.New(fault.NotFound, "%s: there is no such document", operation)
	}
	if err != nil {
		return failed(err, "%s", operation)
	}
	return fault.New(fault.Conflict, "%s: the document is at version %d, not %d", operation, present.Version, change.From)
}
