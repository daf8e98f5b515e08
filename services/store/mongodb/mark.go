package mongodb

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"onward/services/fault"
	"onward/services/store"
)

// overlap is how far before a moment polling looks back. It makes up for what
// happens between the stamp of a change and its being seen: the change is made
// and confirmed by a majority (seconds, in a bad case), and the stamp of an
// insertion comes from the clock of the process that made it, set by the
// server's when that process last heard it.
const overlap = 30 * time.Second

// moment is a place in the stream of changes, for both ways of watching.
type moment struct {
	clock   time.Time      // by the server's clock
	cluster bson.Timestamp // by the logical clock of the cluster; zero without one
}

// mark writes the moment as milliseconds, seconds and count.
func (m moment) mark() store.Mark {
	return store.Mark(fmt.Sprintf("%d.%d.%d", m.clock.UnixMilli(), m.cluster.T, m.cluster.I))
}

func parseMark(mark store.Mark) (moment, error) {
	if mark == "" {
		return moment{}, nil
	}
	var ms int64
	var m moment
	if _, err := fmt.Sscanf(string(mark), "%d.%d.%d", &ms, &m.cluster.T, &m.cluster.I); err != nil {
		return moment{}, err
	}
	m.clock = time.UnixMilli(ms)
	return m, nil
}

// causal returns a context whose reads see at least what was seen before them,
// wherever they are served, and a function to call at the end. Without a
// cluster there is nothing to do.
func (s *Store) causal(ctx context.Context) (context.Context, func(), error) {
	if !s.streams {
		return ctx, func() {}, nil
	}
	session, err := s.client.StartSession() // causally consistent, by default
	if err != nil {
		return nil, nil, err
	}
	end := func() { session.EndSession(context.WithoutCancel(ctx)) }
	return mongo.NewSessionContext(ctx, session), end, nil
}

// present returns a moment that every change seen before stands before, and
// every change that later reads in the causal context do not see stands after.
// The second would not hold without that context: a change may be older than
// the moment and not yet confirmed by a majority, and then neither the scan nor
// the watch would see it.
func (s *Store) present(ctx context.Context) (moment, error) {
	if _, err := s.greet(ctx); err != nil {
		return moment{}, err
	}
	m := moment{clock: s.now()}
	if session := mongo.SessionFromContext(ctx); session != nil {
		at := session.OperationTime() // taken from the greeting
		if at == nil {
			return moment{}, fault.New(fault.Unavailable, "the MongoDB server has change streams but tells no time; watch by polling")
		}
		m.cluster = *at
	}
	return m, nil
}
