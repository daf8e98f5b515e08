package signin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"onward/services/directory"
	"onward/services/fault"
	"onward/services/signin"
	"onward/services/store"
	"onward/services/store/sqlite"
)

// song is the worker's password in these tests.
const song = "five words of an old song"

// process opens another door over a store.
func (h *house) process(s store.Store) *signin.Door {
	h.t.Helper()
	d, _, err := directory.Open(h.t.Context(), s)
	h.must(err)
	return signin.New(d, s, func() time.Time { return h.now })
}

// try signs in from an address and returns of which kind the refusal is.
func (h *house) try(door *signin.Door, from, name, password, code, device string) fault.Kind {
	h.t.Helper()
	_, err := door.SignIn(h.t.Context(), signin.Caller{Address: netip.MustParseAddr(from)},
		signin.PasswordInput{Name: name, Password: password, Code: code, Device: device})
	if err == nil {
		return ""
	}
	return fault.KindOf(err)
}

// fail fails a number of times at doors in turn.
func (h *house) fail(n int, from, name string, doors ...*signin.Door) {
	h.t.Helper()
	for i := range n {
		if got := h.try(doors[i%len(doors)], from, name, "wrong", "000000", ""); got != fault.Unauthenticated {
			h.t.Fatalf("failure %d: %q", i, got)
		}
	}
}

// drawers returns how many documents hold failures, how many failed attempts are in the
// fullest of them, and all of their texts.
func (h *house) drawers() (n, fullest int, texts string) {
	h.t.Helper()
	_, err := h.store.Scan(h.t.Context(), store.Sessions, func(doc store.Document) error {
		if !strings.HasPrefix(doc.ID, "failures_") {
			return nil
		}
		var of struct{ Failures map[string]any }
		n, texts = n+1, texts+doc.ID+string(doc.State)
		err := json.Unmarshal(doc.State, &of)
		fullest = max(fullest, len(of.Failures))
		return err
	})
	h.must(err)
	return n, fullest, texts
}

// TestProcessesCountFailuresTogether proves that failures at one process count at the
// other and after a restart, the same for a name that is nobody's; that they make nobody
// else wait, in any process; and that a sign-in takes them away everywhere.
func TestProcessesCountFailuresTogether(t *testing.T) {
	defer signin.Cheapen()()
	h := newHouse(t)
	secret := h.enrol(song)
	other := h.process(h.store)
	tokens, err := other.SignIn(t.Context(), here, signin.PasswordInput{Name: "sok", Password: song, Code: h.code(secret)})
	h.must(err)
	for _, name := range []string{"sok", "nobody"} {
		h.fail(5, "192.0.2.99", name, h.door, other)
	}
	h.must(h.store.Close())
	h.store, err = sqlite.Open(h.dir)
	h.must(err)
	first, second := h.process(h.store), h.process(h.store)
	for _, door := range []*signin.Door{first, second} {
		for _, name := range []string{"sok", "nobody"} {
			if got := h.try(door, "192.0.2.99", name, song, "000000", ""); got != fault.Unavailable {
				t.Errorf("%s after five failures and a restart: %q", name, got)
			}
		}
	}
	_, _, texts := h.drawers()
	for _, told := range []string{"sok", "nobody", "192.0.2"} {
		if strings.Contains(texts, told) {
			t.Errorf("the store tells %q of who failed: %s", told, texts)
		}
	}
	if got := h.try(second, "192.0.2.99", "sok", song, h.code(secret), tokens.Device); got != "" {
		t.Errorf("from there, by a known device: %q", got)
	}
	h.fail(1, "192.0.2.99", "sok", first)
	if got := h.try(second, "192.0.2.99", "sok", song, "000000", ""); got != fault.Unavailable {
		t.Errorf("right after a failure more: %q", got)
	}
	if got := h.try(second, "192.0.2.1", "sok", song, h.code(secret), ""); got != "" {
		t.Errorf("from elsewhere: %q", got)
	}
	if got := h.try(second, "192.0.2.99", "sok", song, h.code(secret), ""); got != "" {
		t.Errorf("from there, once she has waited: %q", got)
	}
	h.fail(5, "192.0.2.99", "sok", first)
}

// meeting is a store at which two processes meet where both insert what bounds failures.
type meeting struct {
	store.Store
	key, drawer func()
}

func (m meeting) Insert(ctx context.Context, c store.Collection, docs ...store.Document) error {
	switch {
	case docs[0].ID == "failures":
		m.key()
	case strings.HasPrefix(docs[0].ID, "failures_"):
		m.drawer()
	}
	return m.Store.Insert(ctx, c, docs...)
}

// met returns a function that waits until it is called twice.
func met() func() {
	var both sync.WaitGroup
	both.Add(2)
	return func() { both.Done(); both.Wait() }
}

// TestNoFailureIsLost proves that two first failures which two processes write at the
// same moment count as two, by one key.
func TestNoFailureIsLost(t *testing.T) {
	defer signin.Cheapen()()
	h := newHouse(t)
	m := meeting{h.store, met(), met()}
	doors := []*signin.Door{h.process(m), h.process(m)}
	kinds := make([]fault.Kind, 2)
	var group sync.WaitGroup
	for i, door := range doors {
		group.Go(func() { kinds[i] = h.try(door, "192.0.2.99", "sok", "wrong", "000000", "") })
	}
	group.Wait()
	if kinds[0] != fault.Unauthenticated || kinds[1] != fault.Unauthenticated {
		t.Fatalf("the first failures: %q", kinds)
	}
	third := h.process(h.store)
	h.fail(3, "192.0.2.99", "sok", third)
	if got := h.try(third, "192.0.2.99", "sok", "wrong", "000000", ""); got != fault.Unavailable {
		t.Errorf("the sixth: %q", got)
	}
}

// TestManyGuessesAtOnce proves that guesses which are made at once are no more than
// those that are made one after the other.
func TestManyGuessesAtOnce(t *testing.T) {
	defer signin.Cheapen()()
	h := newHouse(t)
	var made atomic.Int32
	var group sync.WaitGroup
	for range 40 {
		group.Go(func() {
			if h.try(h.door, "192.0.2.99", "sok", "wrong", "000000", "") == fault.Unauthenticated {
				made.Add(1)
			}
		})
	}
	group.Wait()
	if n := made.Load(); n < 1 || n > 5 {
		t.Errorf("%d of 40 guesses at once are made, want 5 at most", n)
	}
}

// TestBusyProcessLocksNobodyOut proves that a sign-in whose turn does not come counts as
// no failure: otherwise who keeps the process busy makes others wait.
func TestBusyProcessLocksNobodyOut(t *testing.T) {
	defer signin.Cheapen()()
	h := newHouse(t)
	secret := h.enrol(song)
	giveBack := h.door.Occupy()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	in := signin.PasswordInput{Name: "sok", Password: song, Code: h.code(secret)}
	var group sync.WaitGroup
	for range 5 {
		group.Go(func() {
			if _, err := h.door.SignIn(ctx, here, in); fault.KindOf(err) != fault.Unavailable {
				t.Errorf("while the process is busy: %v", err)
			}
		})
	}
	group.Wait()
	giveBack()
	if _, err := h.door.SignIn(t.Context(), here, in); err != nil {
		t.Errorf("after that: %v", err)
	}
}

// TestFailuresFillNoStore proves that made-up names and addresses take a bounded room,
// that they make nobody's wait forgotten, and that the room is given back.
func TestFailuresFillNoStore(t *testing.T) {
	defer signin.Cheapen()()
	h := newHouse(t)
	h.door.Narrow(2, 10)
	h.fail(5, "192.0.2.99", "sok", h.door)
	for i := range 100 {
		h.fail(1, fmt.Sprintf("2001:db8:%x::1", i), fmt.Sprint("nobody", i), h.door)
	}
	if n, fullest, _ := h.drawers(); n != 2 || fullest > 10 {
		t.Errorf("%d documents with up to %d attempts, want 2 with 10 at most", n, fullest)
	}
	if got := h.try(h.door, "192.0.2.99", "sok", "wrong", "000000", ""); got != fault.Unavailable {
		t.Errorf("who has to wait, after all of these: %q", got)
	}
	removed, err := signin.RemoveEnded(t.Context(), h.store, h.now.AddDate(0, 0, 2))
	h.must(err)
	if n, _, _ := h.drawers(); n != 0 || removed != 2 {
		t.Errorf("%d removed, %d left, want 2 and none", removed, n)
	}
	h.now = h.now.AddDate(0, 0, 2)
	h.fail(5, "192.0.2.99", "sok", h.door)
	again := h.process(h.store)
	again.Narrow(2, 10)
	if got := h.try(again, "192.0.2.99", "sok", "wrong", "000000", ""); got != fault.Unavailable {
		t.Errorf("another day, after a restart: %q", got)
	}
}

// TestSignInWritesNoMore proves that a sign-in which succeeds at once writes what it
// wrote before failures were in the store: the account and a session.
func TestSignInWritesNoMore(t *testing.T) {
	defer signin.Cheapen()()
	h := newHouse(t)
	secret := h.enrol(song)
	h.fail(1, "192.0.2.99", "nobody", h.door) // the key is there
	count := &counting{Store: h.store}
	if got := h.try(h.process(count), "192.0.2.1", "sok", song, h.code(secret), ""); got != "" {
		t.Fatal(got)
	}
	if want := []store.Collection{store.Accounts, store.Sessions}; !slices.Equal(count.written, want) {
		t.Errorf("it writes to %q, want %q", count.written, want)
	}
}

// counting notes to which collections is written.
type counting struct {
	store.Store
	written []store.Collection
}

func (s *counting) Insert(ctx context.Context, c store.Collection, docs ...store.Document) error {
	s.written = append(s.written, c)
	return s.Store.Insert(ctx, c, docs...)
}

func (s *counting) Append(ctx context.Context, c store.Collection, change store.Change) error {
	s.written = append(s.written, c)
	return s.Store.Append(ctx, c, change)
}
