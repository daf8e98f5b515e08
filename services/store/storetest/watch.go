package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"onward/services/store"
)

// watcher collects what a watch delivers.
type watcher struct {
	t      *testing.T
	cancel context.CancelFunc
	ended  chan error // what Watch returned

	mu     sync.Mutex
	newest map[string]store.Document
	came   *sync.Cond
}

// startWatch watches the case files from the mark until the case is over.
func startWatch(t *testing.T, s store.Store, since store.Mark) *watcher {
	ctx, cancel := context.WithCancel(context.Background())
	w := &watcher{t: t, cancel: cancel, ended: make(chan error, 1), newest: make(map[string]store.Document)}
	w.came = sync.NewCond(&w.mu)
	var running sync.WaitGroup
	running.Go(func() {
		w.ended <- s.Watch(ctx, store.Cases, since, func(doc store.Document) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.newest[doc.ID] = doc
			w.came.Broadcast()
			return nil
		})
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return w
}

// await returns the document once the watch has delivered it at the version.
func (w *watcher) await(id string, version int) store.Document {
	w.t.Helper()
	late := time.AfterFunc(soon, w.came.Broadcast)
	defer late.Stop()
	deadline := time.Now().Add(soon)
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.newest[id].Version != version {
		if !time.Now().Before(deadline) {
			w.t.Fatalf("the watch has %s at version %d; version %d did not come within %v", id, w.newest[id].Version, version, soon)
		}
		w.came.Wait()
	}
	return w.newest[id]
}

func watchOwn(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, admitted("case_old"))
	_, mark := scan(t, s)
	insert(t, s, admitted("case_before")) // between the mark and the watch
	w := startWatch(t, s, mark)
	w.await("case_before", 1)
	insert(t, s, admitted("case_1"))
	wantSame(t, w.await("case_1", 1), admitted("case_1"))
	makeChange(t, s, followUp("case_1", 1, "k"))
	wantWhole(t, w.await("case_1", 2))
	makeChange(t, s, followUp("case_old", 1, "k"))
	wantWhole(t, w.await("case_old", 2))
}

func watchOther(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, admitted("case_old"))
	other := p.Again(t)
	_, mark := scan(t, other)
	w := startWatch(t, other, mark)
	makeChange(t, s, followUp("case_old", 1, "k"))
	wantWhole(t, w.await("case_old", 2))
	insert(t, s, admitted("case_1"))
	wantSame(t, w.await("case_1", 1), admitted("case_1"))
	for v := 1; v < 4; v++ {
		makeChange(t, s, followUp("case_1", v, "k"))
		wantWhole(t, w.await("case_1", v+1))
	}
}

func watchFromZero(t *testing.T, p Place) {
	s := p.Open(t)
	docs := many("case", 200) // more than one batch
	insert(t, s, docs...)
	w := startWatch(t, s, "")
	for _, doc := range docs {
		wantSame(t, w.await(doc.ID, 1), doc)
	}
	makeChange(t, s, followUp("case_0000", 1, "k"))
	w.await("case_0000", 2)
}

// watchBurst: of many changes in a short time some may be skipped, but not the
// last of any document.
func watchBurst(t *testing.T, p Place) {
	s := p.Open(t)
	_, mark := scan(t, s)
	watches := []*watcher{startWatch(t, s, mark), startWatch(t, p.Again(t), mark)}
	insert(t, s, many("case", 10)...)
	for v := 1; v < 8; v++ {
		for i := range 10 {
			makeChange(t, s, followUp(fmt.Sprintf("case_%04d", i), v, "k"))
		}
	}
	for _, w := range watches {
		for i := range 10 {
			wantWhole(t, w.await(fmt.Sprintf("case_%04d", i), 8))
		}
	}
}

func watchStops(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, many("case", 100)...)
	stop := errors.New("enough")
	calls := 0
	err := s.Watch(timeout(t), store.Cases, "", func(store.Document) error {
		if calls++; calls == 3 {
			return stop
		}
		return nil
	})
	if err != stop || calls != 3 {
		t.Errorf("got %v after %d calls, want the error of the third", err, calls)
	}
}

func watchEnds(t *testing.T, p Place) {
	s := p.Open(t)
	insert(t, s, admitted("case_1"))
	first, second := startWatch(t, s, ""), startWatch(t, s, "")
	first.await("case_1", 1)
	second.await("case_1", 1)
	first.cancel()
	if err := first.end(); err != nil {
		t.Errorf("a watch whose context ended: got %v, want nil", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := second.end(); err == nil {
		t.Error("a watch whose store was closed: got nil, want a fault")
	}
}

// end waits for the watch to end and returns what it returned.
func (w *watcher) end() error {
	w.t.Helper()
	select {
	case err := <-w.ended:
		return err
	case <-time.After(soon):
		w.t.Fatalf("the watch did not end within %v", soon)
		return nil
	}
}
