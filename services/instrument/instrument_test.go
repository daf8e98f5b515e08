package instrument_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/services/fault"
	"onward/services/instrument"
	"onward/services/store"
	"onward/services/store/sqlite"
)

const form = `{"code": "form", "version": 1, "purpose": "OTHER", "name": {"en": "Form", "km": "ទម្រង់"},
"dimensions": [{"code": "A", "label": {"en": "A", "km": "ក"}}],
"items": [{"code": "a1", "dimension": "A", "label": {"en": "1", "km": "១"}, "weight": 1, "options": [{"code": "YES", "value": 1, "label": {"en": "Yes", "km": "បាទ/ចាស"}}]}], "bands": []}`

func openStore(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func open(t *testing.T, s store.Store) (*instrument.Library, store.Mark) {
	t.Helper()
	l, mark, err := instrument.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return l, mark
}

// TestAdd proves that an added instrument is there at once, for a process that
// opens the store later, and for one that follows; and that the newest version is
// the one that is meant where none is named.
func TestAdd(t *testing.T) {
	s := openStore(t)
	l, _ := open(t, s)
	other, mark := open(t, s)
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() { _ = other.Watch(ctx, mark) })
	defer func() { stop(); group.Wait() }()
	shipped := len(l.Snapshot().List())
	for _, raw := range []string{form, strings.Replace(form, `"version": 1`, `"version": 12`, 1), strings.Replace(form, `"version": 1`, `"version": 2`, 1)} {
		if _, err := l.Add(t.Context(), []byte(raw)); err != nil {
			t.Fatal(err)
		}
	}
	later, _ := open(t, s)
	for deadline := time.Now().Add(3 * time.Second); len(other.Snapshot().List()) < shipped+3 && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	one := 1
	for name, l := range map[string]*instrument.Library{"the same": l, "later": later, "following": other} {
		newest, err := l.Snapshot().Find("form", nil)
		first, ferr := l.Snapshot().Find("form", &one)
		if err != nil || ferr != nil || newest.Version != 12 || first.Version != 1 || len(l.Snapshot().List()) != shipped+3 {
			t.Errorf("%s: %v %v %+v", name, err, ferr, newest)
		}
	}
}

// TestVersionsNeverChange proves that the same content may be added again, by a
// process that has not heard of it too, and that other content is refused and
// nothing of it kept; the shipped instruments are no exception.
func TestVersionsNeverChange(t *testing.T) {
	s := openStore(t)
	l, _ := open(t, s)
	deaf, _ := open(t, s)
	other := []byte(strings.Replace(form, `"weight": 1`, `"weight": 2`, 1))
	if _, err := l.Add(t.Context(), []byte(form)); err != nil {
		t.Fatal(err)
	}
	for _, l := range []*instrument.Library{l, deaf} {
		if _, err := l.Add(t.Context(), other); !fault.Is(err, fault.Conflict) {
			t.Errorf("other content: %v", err)
		}
		if i, err := l.Add(t.Context(), []byte(form)); err != nil || i.Items[0].Weight != 1 {
			t.Errorf("the same again: %v", err)
		}
	}
	if _, err := l.Add(t.Context(), []byte(strings.Replace(form, `"form"`, `"ris-28"`, 1))); !fault.Is(err, fault.Conflict) {
		t.Errorf("in the name of a shipped one: %v", err)
	}
	later, _ := open(t, s)
	if i, err := later.Snapshot().Find("form", nil); err != nil || i.Items[0].Weight != 1 {
		t.Errorf("later: %v", err)
	}
}

// TestAddRefuses proves that a flawed instrument leaves nothing behind.
func TestAddRefuses(t *testing.T) {
	s := openStore(t)
	l, _ := open(t, s)
	if _, err := l.Add(t.Context(), []byte(strings.Replace(form, `"value": 1`, `"value": 2`, 1))); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("got %v", err)
	}
	if _, err := l.Snapshot().Find("form", nil); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Get(t.Context(), store.Instruments, "form@1"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
}
