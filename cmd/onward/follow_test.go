package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"onward/services/fault"
	"onward/services/store"
)

// distant is a store that answers, or hangs until it is given up.
type distant struct {
	store.Store
	away atomic.Bool
}

func (d *distant) Get(ctx context.Context, _ store.Collection, id string) (store.Document, error) {
	if d.away.Load() {
		<-ctx.Done()
		return store.Document{}, fault.Wrap(fault.Unavailable, ctx.Err(), "get %s", id)
	}
	return store.Document{}, fault.New(fault.NotFound, "no %s", id)
}

// TestFreshness proves that the age of the register is small while the store answers and
// all is followed, grows while either does not, and is small again soon after both do.
func TestFreshness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		d, cut, broken := &distant{}, make(chan struct{}), atomic.Bool{}
		h := &house{plain: d, fresh: newFreshness(), log: slog.New(slog.DiscardHandler)}
		again := h.following(ctx)
		again("cases", func() error {
			if broken.Load() {
				return errors.New("cut off")
			}
			select {
			case <-ctx.Done():
				return nil
			case <-cut:
				return errors.New("cut off")
			}
		})
		h.group.Go(func() { h.fresh.probe(ctx, d) })
		fresh := func(when string) {
			t.Helper()
			if age := h.fresh.age(); age > 2*probePause {
				t.Errorf("%s: %v", when, age)
			}
		}
		time.Sleep(time.Hour)
		fresh("an hour of quiet")
		d.away.Store(true)
		time.Sleep(time.Minute)
		if age := h.fresh.age(); age < 50*time.Second {
			t.Errorf("the store is away for a minute: %v", age)
		}
		d.away.Store(false)
		time.Sleep(2 * probePause)
		fresh("the store is back")
		broken.Store(true)
		cut <- struct{}{}
		time.Sleep(time.Minute)
		if age := h.fresh.age(); age < 50*time.Second {
			t.Errorf("the cases are not followed for a minute: %v", age)
		}
		broken.Store(false)
		time.Sleep(2 * probePause)
		fresh("they are followed again")
		cancel()
		h.group.Wait()
	})
}
