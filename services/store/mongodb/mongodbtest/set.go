package mongodbtest

import (
	"context"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Set is a replica set of one member, as clients see it: it stands before the
// server of Start and adds what that lacks: sessions, a cluster time, change
// streams, and guarded updates that are atomic, because one write after the other
// is let through.
type Set struct {
	address, server string
	writing         sync.Mutex // held while the server does a write

	mu      sync.Mutex
	news    chan struct{} // closed when something has changed
	last    uint32        // the time of the last change
	oldest  uint32        // the first time whose changes are known
	changes []change
	cursors map[int64]*cursor
	clients map[net.Conn]bool
	arbiter bool
}

// change says that a document was inserted or updated.
type change struct {
	at         uint32
	collection string // with its database
	id         any
}

// cursor is an open change stream.
type cursor struct {
	collection string
	next       uint32 // the first time that it has not told
}

// StartSet starts a set on the loopback address. It ends after everything that
// the test opened.
func StartSet(t testing.TB) *Set {
	t.Helper()
	server, _, _ := strings.Cut(strings.TrimPrefix(Start(t), "mongodb://"), "/")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Set{address: listener.Addr().String(), server: server, news: make(chan struct{}), last: 1, oldest: 1,
		cursors: make(map[int64]*cursor), clients: make(map[net.Conn]bool)}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { s.serve(client) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		s.Disconnect()
		running.Wait()
	})
	return s
}

// URI returns the connection string.
func (s *Set) URI() string { return "mongodb://" + s.address + "/" }

// Disconnect breaks all connections, as a failover does.
func (s *Set) Disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for client := range s.clients {
		_ = client.Close()
	}
	clear(s.cursors)
}

// Forget drops the record of the changes so far: who asks for them is told that
// they are no longer known.
func (s *Set) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	s.oldest, s.changes = s.last, nil
}

// AddArbiter gives the set an arbiter, as far as its greeting tells.
func (s *Set) AddArbiter() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arbiter = true
}

// serve answers one client until it goes.
func (s *Set) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", s.server)
	if err != nil {
		return
	}
	defer server.Close()
	s.mu.Lock()
	s.clients[client] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.clients, client)
	}()
	for {
		request, err := readMessage(client)
		if err != nil {
			return
		}
		answer, err := s.answer(server, request)
		if err != nil || answer.write(client) != nil {
			return
		}
	}
}

// answer answers a request, by itself or by asking the server.
func (s *Set) answer(server net.Conn, request message) (message, error) {
	command, rest, err := request.document()
	if err != nil {
		return message{}, err
	}
	if own := s.own(command); own != nil {
		encoded, err := bson.Marshal(append(own, bson.E{Key: "operationTime", Value: s.time()}))
		return message{answers: request.id, operation: opMsg, body: append(make([]byte, 5), encoded...)}, err
	}
	command = slices.DeleteFunc(command, func(e bson.E) bool {
		return slices.Contains([]string{"lsid", "txnNumber", "readConcern", "$clusterTime"}, e.Key)
	})
	if request, err = request.with(command); err != nil {
		return message{}, err
	}
	answer, err := s.ask(server, request, writes(command))
	if err != nil {
		return message{}, err
	}
	reply, _, err := answer.document()
	if err != nil {
		return message{}, err
	}
	if err := s.note(command, rest, reply); err != nil {
		return message{}, err
	}
	return answer.with(s.dress(command, reply))
}

// ask has the server answer a request, a write alone.
func (s *Set) ask(server net.Conn, request message, write bool) (message, error) {
	if write {
		s.writing.Lock()
		defer s.writing.Unlock()
	}
	if err := request.write(server); err != nil {
		return message{}, err
	}
	return readMessage(server)
}

// writes reports whether a command changes documents.
func writes(command bson.D) bool { return command[0].Key == "insert" || command[0].Key == "update" }

// dress adds to the server's reply what a member of a set says.
func (s *Set) dress(command, reply bson.D) bson.D {
	reply = append(reply, bson.E{Key: "operationTime", Value: s.time()})
	if !slices.Contains([]string{"hello", "ismaster", "isMaster"}, command[0].Key) {
		return reply
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.arbiter {
		reply = append(reply, bson.E{Key: "arbiters", Value: bson.A{"127.0.0.1:1"}})
	}
	return append(reply, bson.D{
		{Key: "setName", Value: "set"}, {Key: "hosts", Value: bson.A{s.address}}, {Key: "me", Value: s.address},
		{Key: "primary", Value: s.address}, {Key: "setVersion", Value: 1}, {Key: "logicalSessionTimeoutMinutes", Value: 30},
	}...)
}

// note records what a command has changed.
func (s *Set) note(command bson.D, rest []byte, reply bson.D) error {
	if !writes(command) {
		return nil
	}
	documents, err := sequence(rest)
	if err != nil {
		return err
	}
	n, _ := value(reply, "n").(int32)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range documents[:n] {
		id := d.Lookup("_id")
		if command[0].Key == "update" {
			id = d.Lookup("q", "_id")
		}
		s.last++
		s.changes = append(s.changes, change{s.last, collectionOf(command, command[0].Value), id})
	}
	close(s.news)
	s.news = make(chan struct{})
	return nil
}

func (s *Set) time() bson.Timestamp {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bson.Timestamp{T: s.last}
}

// own answers the commands that the server does not know, and returns nil for
// the others.
func (s *Set) own(command bson.D) bson.D {
	switch command[0].Key {
	case "endSessions":
		return bson.D{{Key: "ok", Value: 1}}
	case "aggregate":
		return s.open(command)
	case "getMore":
		return s.more(command)
	case "killCursors":
		return s.kill(command)
	}
	return nil
}

// open opens a change stream.
func (s *Set) open(command bson.D) bson.D {
	stages, _ := value(command, "pipeline").(bson.A)
	stage, _ := stages[0].(bson.D)
	opts, _ := value(stage, "$changeStream").(bson.D)
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &cursor{collection: collectionOf(command, command[0].Value), next: s.last + 1}
	if at, ok := value(opts, "startAtOperationTime").(bson.Timestamp); ok {
		c.next = at.T
	}
	if token, ok := value(opts, "resumeAfter").(bson.D); ok {
		told, _ := strconv.Atoi(value(token, "_data").(string))
		c.next = uint32(told) + 1
	}
	if c.next < s.oldest {
		return bson.D{{Key: "ok", Value: 0}, {Key: "code", Value: 286}, {Key: "codeName", Value: "ChangeStreamHistoryLost"},
			{Key: "errmsg", Value: "the changes since are no longer known"}}
	}
	id := int64(1<<40 + len(s.cursors) + int(s.last)<<16)
	s.cursors[id] = c
	return c.batch(id, "firstBatch", nil)
}

// more returns what has changed since, and waits a while where nothing has.
func (s *Set) more(command bson.D) bson.D {
	id, _ := command[0].Value.(int64)
	size, _ := value(command, "batchSize").(int32)
	ctx, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	for {
		s.mu.Lock()
		c, news := s.cursors[id], s.news
		if c == nil {
			s.mu.Unlock()
			return nil // one of the server's
		}
		events := s.since(c, int(size))
		s.mu.Unlock()
		if len(events) > 0 || ctx.Err() != nil {
			return c.batch(id, "nextBatch", events)
		}
		select {
		case <-news:
		case <-ctx.Done():
		}
	}
}

// since returns the next events of a cursor and moves it on.
func (s *Set) since(c *cursor, size int) bson.A {
	var events bson.A
	for _, change := range s.changes {
		if change.at < c.next || size > 0 && len(events) == size {
			continue
		}
		if change.collection == c.collection {
			events = append(events, bson.D{{Key: "_id", Value: token(change.at)}, {Key: "documentKey", Value: bson.D{{Key: "_id", Value: change.id}}}})
		}
		c.next = change.at + 1
	}
	return events
}

func (c *cursor) batch(id int64, name string, events bson.A) bson.D {
	if events == nil {
		events = bson.A{}
	}
	return bson.D{{Key: "ok", Value: 1}, {Key: "cursor", Value: bson.D{{Key: "id", Value: id}, {Key: "ns", Value: c.collection},
		{Key: name, Value: events}, {Key: "postBatchResumeToken", Value: token(c.next - 1)}}}}
}

func (s *Set) kill(command bson.D) bson.D {
	ids, _ := value(command, "cursors").(bson.A)
	s.mu.Lock()
	defer s.mu.Unlock()
	if id, _ := ids[0].(int64); s.cursors[id] != nil {
		delete(s.cursors, id)
		return bson.D{{Key: "ok", Value: 1}, {Key: "cursorsKilled", Value: ids}}
	}
	return nil
}

// token is a resume token: it says which time was told last.
func token(at uint32) bson.D {
	return bson.D{{Key: "_data", Value: strconv.FormatUint(uint64(at), 10)}}
}

func value(d bson.D, key string) any {
	for _, e := range d {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}

func collectionOf(command bson.D, name any) string {
	database, _ := value(command, "$db").(string)
	collection, _ := name.(string)
	return database + "." + collection
}
