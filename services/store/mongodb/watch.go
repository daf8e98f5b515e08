package mongodb

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"onward/services/fault"
	"onward/services/store"
)

const (
	// patience is how long a watch goes on trying while the server cannot be
	// reached, before it tells its caller.
	patience = 30 * time.Second
	// retryPause is how long it waits between tries.
	retryPause = 500 * time.Millisecond
	// fetchLot is how many changed documents are fetched at once.
	fetchLot = 100
)

// feed tells which documents have changed. It has two implementations: stream,
// where the server has change streams, and poll, where it has not.
type feed interface {
	// next returns the ids of documents that changed since the last call. It
	// waits for a change, but may return none after a while. After an error it
	// may be called again, and has missed nothing.
	next(ctx context.Context) ([]string, error)
	// close releases what the feed holds.
	close()
}

// errLost is a feed's word that the server no longer knows the changes since
// the feed's moment.
var errLost = errors.New("the changes since are no longer known")

// Watch implements store.Store. If the server cannot be reached it tries again
// for half a minute, and then ends with an Unavailable fault; the caller may
// watch again from the same mark. A watch whose mark is so old that the server
// has dropped the changes since delivers every document again.
func (s *Store) Watch(ctx context.Context, c store.Collection, since store.Mark, fn func(store.Document) error) error {
	if _, err := s.collection(c, "watch "+string(c)); err != nil {
		return err
	}
	watching, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.ended, cancel)()
	for {
		err := s.watch(watching, c, since, fn)
		switch {
		case ctx.Err() != nil && !isFrom(fn, err):
			return nil
		case s.ended.Err() != nil:
			return closed("watch " + string(c))
		case err != errLost:
			return err
		}
		since = ""
	}
}
