// Package mongodb keeps documents in MongoDB, for several processes that serve
// together: a replica set or a sharded cluster (collections sharded by _id).
// It asks for plain commands only, no transactions, aggregations or JavaScript,
// so any server that speaks the protocol can serve.
//
// Writes are acknowledged once a majority has them in its journal, so they
// survive the loss of any one member. Scan and Watch read what a majority has,
// from the primary: what they told is never taken back by a failover, and a
// process sees its own writes.
package mongodb

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"onward/services/fault"
	"onward/services/store"
)

// Options are what the connection string does not say.
type Options struct {
	// AllowUnsafe opens a server that cannot keep the promises of the store: a
	// standalone, or a replica set with arbiters. For tests and trials.
	AllowUnsafe bool
	// Poll watches by asking every half second even where the server has change
	// streams, for servers that claim to have them and do not.
	Poll bool
}

const (
	defaultDatabase = "onward"
	// reachable is how long a server may take to be found, unless the
	// connection string says otherwise.
	reachable = 5 * time.Second
	// commandTime is how long one command may take if the caller's context
	// would wait longer. A lot of an insertion, which is the longest, has megabytes.
	commandTime = 15 * time.Second
)

// Store is a document store in one MongoDB database. It implements store.Store.
type Store struct {
	client      *mongo.Client
	collections map[store.Collection]collection
	streams     bool         // the server has change streams
	clock       atomic.Int64 // the server's clock less ours, in nanoseconds

	ended context.Context // done when Close begins; ends watches
	close func() error
}

var _ store.Store = (*Store)(nil)

// collection is one collection, read in two ways.
type collection struct {
	durable *mongo.Collection // what a majority has confirmed; and all writes
	newest  *mongo.Collection // what the primary has
}

// Open connects to the server of the connection string and prepares its
// indexes. The database is the one in the path of the string, or onward. It
// returns an Invalid fault if the string cannot be read, and an Unavailable
// fault if no primary is found within five seconds, if it refuses the
// credentials, or if it is not a safe place (see Options). No fault holds the
// credentials.
func Open(ctx context.Context, uri string, opts Options) (*Store, error) {
	settings, err := clientOptions(uri)
	if err != nil {
		return nil, err
	}
	client, err := mongo.Connect(settings)
	if err != nil {
		return nil, unreadable()
	}
	s := newStore(client, client.Database(databaseName(uri)))
	if err := s.prepare(ctx, opts); err != nil {
		_ = s.Close()
		return nil, failed(err, "open store at %s", strings.Join(settings.Hosts, ","))
	}
	return s, nil
}

func newStore(client *mongo.Client, db *mongo.Database) *Store {
	ended, end := context.WithCancel(context.Background())
	s := &Store{client: client, collections: make(map[store.Collection]collection), ended: ended}
	for _, c := range store.Collections {
		s.collections[c] = collection{
			durable: db.Collection(string(c)),
			newest:  db.Collection(string(c), options.Collection().SetReadConcern(readconcern.Local())),
		}
	}
	s.close = sync.OnceValue(func() error {
		end()
		ctx, cancel := context.WithTimeout(context.Background(), reachable)
		defer cancel()
		if err := client.Disconnect(ctx); err != nil {
			return failed(err, "close store")
		}
		return nil
	})
	return s
}

// Close ends the watches and the connections. It may be called more than once.
func (s *Store) Close() error { return s.close() }

func clientOptions(uri string) (*options.ClientOptions, error) {
	settings := options.Client().ApplyURI(uri)
	if err := settings.Validate(); err != nil {
		return nil, unreadable()
	}
	journal := true
	settings.SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journal})
	settings.SetReadConcern(readconcern.Majority())
	settings.SetReadPreference(readpref.Primary())
	if settings.ServerSelectionTimeout == nil {
		settings.SetServerSelectionTimeout(reachable)
	}
	if settings.AppName == nil {
		settings.SetAppName("onward")
	}
	return settings, nil
}

// unreadable has no cause: the driver's would quote the connection string.
func unreadable() error {
	return fault.New(fault.Invalid, "open store: the MongoDB connection string cannot be read, or its host has no address; "+
		"it is written mongodb://user:password@host:27017/database, with : / ? # [ ] @ in a password percent-encoded")
}

// databaseName returns the database in the path of a connection string that the
// driver has accepted, or the default.
func databaseName(uri string) string {
	_, rest, _ := strings.Cut(uri, "://")
	rest, _, _ = strings.Cut(rest, "?")
	_, path, _ := strings.Cut(rest, "/")
	if name, err := url.PathUnescape(path); err == nil && name != "" {
		return name
	}
	return defaultDatabase
}

// prepare finds out what kind of server this is and makes the indexes.
func (s *Store) prepare(ctx context.Context, opts Options) error {
	greeting, err := s.greet(ctx)
	if err != nil {
		return err
	}
	if !opts.AllowUnsafe {
		if err := greeting.safe(); err != nil {
			return err
		}
	}
	s.streams = greeting.cluster() && !opts.Poll
	for _, c := range s.collections {
		if err := indexed(ctx, c.durable); err != nil {
			return err
		}
	}
	return nil
}

// indexed makes the index that polling and reports use.
func indexed(ctx context.Context, c *mongo.Collection) error {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	_, err := c.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: bson.D{{Key: "updatedAt", Value: 1}}})
	return err
}

// collection returns the collection, or an Internal fault if there is none.
func (s *Store) collection(c store.Collection, operation string) (collection, error) {
	found, ok := s.collections[c]
	if !ok {
		return collection{}, fault.New(fault.Internal, "%s: there is no such collection", operation)
	}
	return found, nil
}
