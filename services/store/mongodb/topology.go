package mongodb

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"onward/services/fault"
)

// greeting is what a server says of itself and its set.
type greeting struct {
	SetName   string    `bson:"setName"`
	Message   string    `bson:"msg"` // isdbgrid, if it is the router of a sharded cluster
	Arbiters  []string  `bson:"arbiters"`
	LocalTime time.Time `bson:"localTime"`
}

// greet asks the server for its greeting, and notes its clock by the way.
func (s *Store) greet(ctx context.Context) (greeting, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	var g greeting
	asked := time.Now()
	if err := s.client.Database("admin").RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&g); err != nil {
		return greeting{}, err
	}
	if !g.LocalTime.IsZero() {
		s.clock.Store(int64(g.LocalTime.Sub(asked)))
	}
	return g, nil
}

// now returns the time by the server's clock, as it was last noted.
func (s *Store) now() time.Time { return time.Now().Add(time.Duration(s.clock.Load())) }

// cluster reports whether the server is one of several, and so has change
// streams, sessions and a cluster time.
func (g greeting) cluster() bool { return g.SetName != "" || g.Message == "isdbgrid" }

// safe returns an Unavailable fault if the server cannot promise that what a
// majority has confirmed stays. A standalone has no majority. A set with
// arbiters has one that may hold no data: it then either cannot confirm writes
// once a member is lost, or can lose those that it confirmed.
func (g greeting) safe() error {
	if !g.cluster() {
		return fault.New(fault.Unavailable, "open store: the MongoDB server is a standalone, which can lose acknowledged changes; "+
			"make it a replica set (of one member, if need be), or allow unsafe servers")
	}
	if len(g.Arbiters) > 0 {
		return fault.New(fault.Unavailable, "open store: the MongoDB replica set %s has arbiters, with which it can lose acknowledged changes; "+
			"replace them by members with data, or allow unsafe servers", g.SetName)
	}
	return nil
}
