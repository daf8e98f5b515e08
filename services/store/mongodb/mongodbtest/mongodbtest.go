// Package mongodbtest starts a server that speaks MongoDB's protocol, for tests.
package mongodbtest

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// Start starts an empty server on the loopback address and returns its
// connection string. It ends after everything that the test opened. The server
// is a standalone without change streams, and a guarded update is not atomic in
// it: two that race may both be made.
func Start(t testing.TB) string {
	t.Helper()
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Logger:    slog.New(slog.NewTextHandler(io.Discard, nil)),
		Handler:   "sqlite",
		SQLiteURL: "file:" + t.TempDir() + "/",
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := server.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	return server.MongoDBURI()
}
