package mongodb_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"onward/services/fault"
	"onward/services/store"
	"onward/services/store/mongodb"
	"onward/services/store/mongodb/mongodbtest"
	"onward/services/store/storetest"
)

// trial allows the test server, which is a standalone.
var trial = mongodb.Options{AllowUnsafe: true}

// TestConformance runs the suite against a server that speaks the protocol,
// started here, and again with change streams added in front of it. It shows that our commands are plain ones and mean what we
// think; TestConformanceOfServer shows the promises that only MongoDB keeps.
func TestConformance(t *testing.T) {
	t.Run("polling", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) storetest.Place { return placeAt(mongodbtest.Start(t), trial) }, lacks...)
	})
	t.Run("streaming", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) storetest.Place {
			return placeAt(mongodbtest.StartSet(t).URI(), mongodb.Options{})
		}, lacks...)
	})
}

// lacks are the promises that the test server cannot keep. The set before it keeps
// the first, but sixteen writers of one document then take minutes.
var lacks = []storetest.Lack{
	{Of: storetest.AtomicAppend, Because: "FerretDB v1 reads, compares and writes in separate steps"},
	{Of: storetest.NestedArrays, Because: "FerretDB v1 refuses them"},
}

// TestConformanceOfServer runs the whole suite, by change streams and by
// polling, against the MongoDB that the environment names. Each case has a
// database of its own, which is dropped.
func TestConformanceOfServer(t *testing.T) {
	uri := os.Getenv("MONGODB_TEST_URI")
	if uri == "" {
		t.Skip("MONGODB_TEST_URI is not set; TestConformance runs against the server that it starts itself")
	}
	for name, opts := range map[string]mongodb.Options{"streaming": {}, "polling": {Poll: true}} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) storetest.Place { return placeAt(freshDatabase(t, uri), opts) })
		})
	}
}

func placeAt(uri string, opts mongodb.Options) storetest.Place {
	open := func(t *testing.T) store.Store { return open(t, uri, opts) }
	return storetest.Place{Open: open, Again: open}
}

func open(t *testing.T, uri string, opts mongodb.Options) store.Store {
	t.Helper()
	s, err := mongodb.Open(context.Background(), uri, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// freshDatabase returns the connection string with a database that does not
// exist, and drops that at the end.
func freshDatabase(t *testing.T, uri string) string {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal("MONGODB_TEST_URI cannot be read")
	}
	name := "onward_test_" + strings.ToLower(rand.Text()[:12])
	u.Path = "/" + name
	t.Cleanup(func() {
		client, err := mongo.Connect(options.Client().ApplyURI(uri))
		if err != nil {
			t.Error(err)
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := client.Database(name).Drop(ctx); err != nil {
			t.Error(err)
		}
		_ = client.Disconnect(ctx)
	})
	return u.String()
}

// wantRefusal fails the test unless the store is refused with a fault of the
// kind that says the words and not the password.
func wantRefusal(t *testing.T, uri string, opts mongodb.Options, kind fault.Kind, says string) {
	t.Helper()
	s, err := mongodb.Open(context.Background(), uri, opts)
	if err == nil {
		_ = s.Close()
	}
	if !fault.Is(err, kind) || !strings.Contains(err.Error(), says) {
		t.Errorf("got %v; want a fault of kind %s that says %q", err, kind, says)
	}
	if err != nil && strings.Contains(err.Error(), "secret") {
		t.Errorf("the fault %q holds the password", err)
	}
}

// TestStandaloneIsRefused proves that a server which can lose acknowledged
// changes is not used unless that is said.
func TestStandaloneIsRefused(t *testing.T) {
	uri := mongodbtest.Start(t)
	wantRefusal(t, uri, mongodb.Options{}, fault.Unavailable, "standalone")
	open(t, uri, trial)
}

// TestArbitersAreRefused proves the same of a replica set whose majority may hold
// no data.
func TestArbitersAreRefused(t *testing.T) {
	set := mongodbtest.StartSet(t)
	open(t, set.URI(), mongodb.Options{})
	set.AddArbiter()
	wantRefusal(t, set.URI(), mongodb.Options{}, fault.Unavailable, "arbiters")
	open(t, set.URI(), trial)
}

// TestUnreachableIsRefused proves that a server which is not there is reported
// within seconds, by its address.
func TestUnreachableIsRefused(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	wantRefusal(t, "mongodb://user:secret@"+address+"/", trial, fault.Unavailable, address)
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

// TestUnreadableStringIsRefused proves that a connection string with a mistake
// is refused without being shown.
func TestUnreadableStringIsRefused(t *testing.T) {
	for _, uri := range []string{"", "postgres://user:secret@host/", "mongodb://user:secret@/db", "mongodb://user:sec/ret@host/",
		"mongodb://user:secret@host:port/", "mongodb://user:secret@host/?w=many&tls=maybe"} {
		wantRefusal(t, uri, trial, fault.Invalid, "connection string")
	}
}

// TestDatabaseOfTheString proves that the path of the connection string names
// the database, and that without one it is onward.
func TestDatabaseOfTheString(t *testing.T) {
	uri := strings.TrimSuffix(mongodbtest.Start(t), "/")
	doc := store.Document{ID: "org_1", Version: 1, State: []byte(`{}`)}
	for path, sees := range map[string]bool{"": true, "/": true, "/onward": true, "/other": false, "/other?appName=x": false} {
		t.Run("path "+path, func(t *testing.T) {
			s := open(t, uri+path, trial)
			if sees {
				if err := s.Insert(context.Background(), store.Directory, doc); err != nil && !fault.Is(err, fault.Conflict) {
					t.Fatal(err)
				}
			}
			_, err := s.Get(context.Background(), store.Directory, doc.ID)
			if sees != (err == nil) || !sees && !fault.Is(err, fault.NotFound) {
				t.Errorf("sees the document of onward: %v, want %v", err, sees)
			}
		})
	}
}

// watching starts a watch of the cases from the mark and returns what it
// delivers, as id@version.
func watching(t *testing.T, s store.Store, since store.Mark) <-chan string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	delivered := make(chan string, 100)
	var running sync.WaitGroup
	running.Go(func() {
		for ctx.Err() == nil { // as a caller does, from the same mark
			err := s.Watch(ctx, store.Cases, since, func(doc store.Document) error {
				delivered <- fmt.Sprintf("%s@%d", doc.ID, doc.Version)
				return nil
			})
			if err != nil && !fault.Is(err, fault.Unavailable) {
				t.Error(err)
				return
			}
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
	return delivered
}

func await(t *testing.T, delivered <-chan string, want string) {
	t.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case got := <-delivered:
			if got == want {
				return
			}
		case <-late:
			t.Fatalf("%s was not delivered", want)
		}
	}
}

func insertCase(t *testing.T, s store.Store, id string) {
	t.Helper()
	if err := s.Insert(context.Background(), store.Cases, store.Document{ID: id, Version: 1, State: []byte(`{}`)}); err != nil {
		t.Fatal(err)
	}
}

// insertAgain inserts a case over connections that are breaking, as a client does:
// whoever is told that the store cannot be reached sends the same again.
func insertAgain(t *testing.T, s store.Store, id string) {
	t.Helper()
	for range 20 {
		err := s.Insert(context.Background(), store.Cases, store.Document{ID: id, Version: 1, State: []byte(`{}`)})
		if err == nil || fault.Is(err, fault.Conflict) { // an attempt before may have arrived
			return
		}
		if !fault.Is(err, fault.Unavailable) {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the store stays unreachable")
}

// TestStreamOutlivesFailover proves that a watch goes on when its connections
// break, and misses nothing of what came meanwhile.
func TestStreamOutlivesFailover(t *testing.T) {
	set := mongodbtest.StartSet(t)
	s := open(t, set.URI(), mongodb.Options{})
	mark, err := s.Scan(context.Background(), store.Cases, func(store.Document) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	delivered := watching(t, s, mark)
	insertCase(t, s, "case_1")
	await(t, delivered, "case_1@1")
	for _, id := range []string{"case_2", "case_3"} {
		set.Disconnect()
		insertAgain(t, s, id)
		await(t, delivered, id+"@1")
	}
}

// TestForgottenChanges proves that a watch from a mark whose changes the server
// no longer knows delivers every document, and goes on from there.
func TestForgottenChanges(t *testing.T) {
	set := mongodbtest.StartSet(t)
	s := open(t, set.URI(), mongodb.Options{})
	mark, err := s.Scan(context.Background(), store.Cases, func(store.Document) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	insertCase(t, s, "case_1")
	set.Forget()
	delivered := watching(t, s, mark)
	await(t, delivered, "case_1@1")
	insertCase(t, s, "case_2")
	await(t, delivered, "case_2@1")
}
