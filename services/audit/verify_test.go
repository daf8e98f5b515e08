package audit_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"onward/services/audit"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
	"onward/services/store/sqlite"
)

func openStoreOf(t *rapid.T) *sqlite.Store {
	dir, err := os.MkdirTemp("", "audit")
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(); _ = os.RemoveAll(dir) })
	return s
}

// stored is a document of the access log, as a forger reads it.
type stored struct {
	Log     string            `json:"log"`
	First   int64             `json:"first"`
	Root    string            `json:"root"`
	Records []json.RawMessage `json:"records"`
}

func scan(t rapid.TB, s store.Store) []stored {
	var all []stored
	if _, err := s.Scan(context.Background(), store.AccessLog, func(doc store.Document) error {
		var d stored
		err := json.Unmarshal(doc.State, &d)
		all = append(all, d)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b stored) int { return cmp.Or(cmp.Compare(a.Log, b.Log), cmp.Compare(a.First, b.First)) })
	return all
}

// leaves returns the records of a log as they are hashed.
func leaves(t *rapid.T, s store.Store, log string) (all [][]byte) {
	for _, d := range scan(t, s) {
		for _, r := range d.Records {
			text := jsontext.Value(slices.Clone(r))
			if err := text.Canonicalize(); err != nil {
				t.Fatal(err)
			}
			if d.Log == log {
				all = append(all, text)
			}
		}
	}
	return all
}

// forged returns a store with other documents. The forger knows how logs are written:
// where roots is true, each document says the root that belongs to its records.
func forged(t rapid.TB, docs []stored, roots bool) forgery {
	if roots {
		sizes := map[string]int64{}
		hashes := map[string][]tlog.Hash{}
		for i, d := range docs {
			reader := tlog.HashReaderFunc(func(at []int64) (out []tlog.Hash, err error) {
				for _, x := range at {
					out = append(out, hashes[d.Log][x])
				}
				return out, nil
			})
			for _, r := range d.Records {
				text := jsontext.Value(slices.Clone(r))
				_ = text.Canonicalize()
				more, err := tlog.StoredHashes(sizes[d.Log], text, reader)
				if err != nil {
					t.Fatal(err)
				}
				hashes[d.Log] = append(hashes[d.Log], more...)
				sizes[d.Log]++
			}
			root, err := tlog.TreeHash(sizes[d.Log], reader)
			if err != nil {
				t.Fatal(err)
			}
			docs[i].Root = root.String()
		}
	}
	f := forgery{docs: make([]store.Document, len(docs))}
	for i, d := range docs {
		state, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		f.docs[i] = store.Document{ID: fmt.Sprintf("%s/%010d", d.Log, d.First), Version: 1, State: state}
	}
	return f
}

// forgery is a store as somebody has left it who could write to it.
type forgery struct {
	store.Store
	docs []store.Document
}

func (f forgery) Scan(_ context.Context, _ store.Collection, fn func(store.Document) error) (store.Mark, error) {
	for _, doc := range f.docs {
		if err := fn(doc); err != nil {
			return "", err
		}
	}
	return "", nil
}

func (f forgery) Get(_ context.Context, _ store.Collection, id string) (store.Document, error) {
	for _, doc := range f.docs {
		if doc.ID == id {
			return doc, nil
		}
	}
	return store.Document{}, fault.New(fault.NotFound, "get %s", id)
}

// attacks are what is done to the documents of a store, of which the log has at least
// two with records that all differ.
var attacks = map[string]func(t *rapid.T, docs []stored, log int) []stored{
	"flip": func(t *rapid.T, docs []stored, at int) []stored {
		text := docs[at].Records[0]
		n := rapid.IntRange(0, len(text)-1).Draw(t, "byte")
		for i := range len(text) {
			flipped := slices.Clone(text)
			flipped[(n+i)%len(text)] ^= 1
			if json.Valid(flipped) && meaning(flipped) != meaning(text) {
				docs[at].Records[0] = flipped
				return docs
			}
		}
		t.Fatal("nothing to flip")
		return nil
	},
	"drop": func(_ *rapid.T, docs []stored, at int) []stored { return slices.Delete(docs, at, at+1) },
	"drop and close up": func(_ *rapid.T, docs []stored, at int) []stored {
		log, gone := docs[at].Log, int64(len(docs[at].Records))
		docs = slices.Delete(docs, at, at+1)
		for i := at; i < len(docs) && docs[i].Log == log; i++ {
			docs[i].First -= gone
		}
		return docs
	},
	"reorder": func(_ *rapid.T, docs []stored, at int) []stored {
		other := at + 1
		if other == len(docs) || docs[other].Log != docs[at].Log {
			other = at - 1
		}
		docs[at].Records, docs[other].Records = docs[other].Records, docs[at].Records
		return docs
	},
	"truncate": func(_ *rapid.T, docs []stored, at int) []stored {
		log := docs[at].Log
		return slices.DeleteFunc(docs, func(d stored) bool { return d.Log == log && d.First >= docs[at].First })
	},
	"insert": func(_ *rapid.T, docs []stored, at int) []stored {
		docs[at].Records = append([]json.RawMessage{json.RawMessage(`{"at":"2026-03-02T05:00:30Z","worker":"worker_X","roots":[],"looks":[]}`)}, docs[at].Records...)
		for i := at + 1; i < len(docs) && docs[i].Log == docs[at].Log; i++ {
			docs[i].First++
		}
		return docs
	},
	"append": func(_ *rapid.T, docs []stored, at int) []stored {
		end := at
		for end+1 < len(docs) && docs[end+1].Log == docs[at].Log {
			end++
		}
		return slices.Insert(docs, end+1, stored{Log: docs[at].Log, First: docs[end].First + int64(len(docs[end].Records)),
			Records: []json.RawMessage{json.RawMessage(`{"at":"2026-03-02T05:00:30Z","worker":"worker_X","roots":[],"looks":[]}`)}})
	},
	"whole log": func(_ *rapid.T, docs []stored, _ int) []stored {
		return append(docs, stored{Log: "log_ZZ", Records: []json.RawMessage{json.RawMessage(`{"at":"2026-03-02T05:00:30Z","worker":"worker_X","roots":[],"looks":[]}`)}})
	},
	"lose a log": func(_ *rapid.T, docs []stored, at int) []stored {
		log := docs[at].Log
		return slices.DeleteFunc(docs, func(d stored) bool { return d.Log == log })
	},
	"exchange logs": func(_ *rapid.T, docs []stored, at int) []stored {
		to := "log_ZZ"
		log := docs[at].Log
		for i := range docs {
			if docs[i].Log == log {
				docs[i].Log = to
			}
		}
		slices.SortStableFunc(docs, func(a, b stored) int { return cmp.Compare(a.Log, b.Log) })
		return docs
	},
}

func meaning(text []byte) string {
	v := jsontext.Value(slices.Clone(text))
	if v.Canonicalize() != nil {
		return ""
	}
	return string(v)
}

// TestTampering proves that whatever is done to the records that a checkpoint has is
// found, also where the forger writes the roots anew, and that the place is named; and
// that no checkpoint is made of it.
func TestTampering(t *testing.T) {
	s, now := openStore(t), clock()
	k := keeper(t, s, now)
	for n, length := range []int{2, 5, 3} {
		l := audit.NewLog(s, now)
		for r := range length {
			commit(t, l, look(id.Worker(fmt.Sprint("worker_", n, "_", r)), "case_1"))
		}
	}
	keep(t, k)
	checkpoints, err := audit.ReadCheckpoints(k.File, k.Key.Public())
	if err != nil || len(checkpoints) != 1 {
		t.Fatalf("%d checkpoints, %v", len(checkpoints), err)
	}
	if v, err := audit.Verify(t.Context(), s, checkpoints); err != nil || len(v.Differences) > 0 || v.Records != 10 {
		t.Fatalf("untouched: %+v, %v", v, err)
	}
	for name, attack := range attacks {
		t.Run(name, func(outer *testing.T) {
			real := false // whether it was tried on a real store
			rapid.Check(outer, func(t *rapid.T) {
				docs := scan(t, s)
				at := rapid.IntRange(0, len(docs)-1).Draw(t, "place")
				log := docs[at].Log
				bad := forged(t, attack(t, docs, at), rapid.Bool().Draw(t, "new roots"))
				v, err := audit.Verify(context.Background(), bad, checkpoints)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(v.Differences, func(d string) bool { return strings.HasPrefix(d, log+": ") || strings.HasPrefix(d, "log_ZZ: ") }) {
					t.Fatalf("not found, or not by its log %s: %v", log, v.Differences)
				}
				if !real {
					real = true
					bad.Store = openStore(outer)
					if err := bad.Insert(context.Background(), store.AccessLog, bad.docs...); err != nil {
						t.Fatal(err)
					}
					if same, err := audit.Verify(context.Background(), bad.Store, checkpoints); err != nil || !slices.Equal(same.Differences, v.Differences) {
						t.Fatalf("on a real store %v, %v", same.Differences, err)
					}
				}
				again := audit.NewKeeper(bad, now)
				again.Key, again.File = k.Key, k.File
				if _, err := again.Keep(context.Background()); !fault.Is(err, fault.Internal) {
					t.Fatalf("a checkpoint of what was changed: %v", err)
				}
			})
		})
	}
}

// TestPlaceNamed proves that a change of a document is named by its records, and one
// that a forger fits in by the first checkpoint that it contradicts.
func TestPlaceNamed(t *testing.T) {
	s, now := openStore(t), clock()
	l, k := audit.NewLog(s, now), keeper(t, s, now)
	for n := range 9 {
		commit(t, l, look(id.Worker(fmt.Sprint("worker_", n)), "case_1"))
		if n%3 == 2 {
			keep(t, k)
		}
	}
	checkpoints, err := audit.ReadCheckpoints(k.File, k.Key.Public())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, 8).Draw(t, "place")
		roots := rapid.Bool().Draw(t, "new roots")
		docs := scan(t, s)
		docs[at].Records[0] = bytes.Replace(docs[at].Records[0], []byte("worker_"), []byte("worker_X"), 1)
		v, err := audit.Verify(context.Background(), forged(t, docs, roots), checkpoints)
		want := fmt.Sprintf("%s: the records %d to %d are not those that were written", l.ID, at, at)
		if roots {
			want = fmt.Sprintf("%s: the first %d records are not those of the checkpoint", l.ID, (at/3+1)*3)
		}
		if err != nil || len(v.Differences) != 1 || !strings.HasPrefix(v.Differences[0], want) {
			t.Fatalf("%v, %v; want %q", v.Differences, err, want)
		}
	})
}

// TestScanInAnyOrder proves that logs verify in whatever order their documents come, also
// where a scan has passed one that was written meanwhile.
func TestScanInAnyOrder(t *testing.T) {
	s, now := openStore(t), clock()
	k := keeper(t, s, now)
	for range 2 {
		l := audit.NewLog(s, now)
		commit(t, l, look("worker_1", "case_1"), look("worker_2", "case_1"), look("worker_3", "case_1"))
	}
	keep(t, k)
	checkpoints, err := audit.ReadCheckpoints(k.File, k.Key.Public())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		f := forged(t, scan(t, s), false)
		all := f.docs
		f.docs = rapid.Permutation(all).Draw(t, "order")
		passed := rapid.SampledFrom([]int{0, 1, 3, 4}).Draw(t, "passed") // not the last of its log
		v, err := audit.Verify(context.Background(), passing{f, all[passed].ID}, checkpoints)
		if err != nil || len(v.Differences) > 0 || v.Records != 6 {
			t.Fatalf("%+v, %v", v, err)
		}
	})
}

// passing is a store whose scan passes a document that is there.
type passing struct {
	forgery
	passed string
}

func (p passing) Scan(ctx context.Context, c store.Collection, fn func(store.Document) error) (store.Mark, error) {
	return p.forgery.Scan(ctx, c, func(doc store.Document) error {
		if doc.ID == p.passed {
			return nil
		}
		return fn(doc)
	})
}

// TestForeignDocuments proves that what no log has written is named: a document that
// has a history, another version, a name of its own, or is no JSON of a log.
func TestForeignDocuments(t *testing.T) {
	for name, doc := range map[string]store.Document{
		"other name":    {ID: "log_A/1", Version: 1, State: []byte(`{"log":"log_A","first":0,"root":"","records":[{}]}`)},
		"other log":     {ID: "log_A/0000000000", Version: 1, State: []byte(`{"log":"log_B","first":0,"root":"","records":[{}]}`)},
		"more fields":   {ID: "log_A/0000000000", Version: 1, State: []byte(`{"log":"log_A","first":0,"root":"","records":[{}],"x":1}`)},
		"no records":    {ID: "log_A/0000000000", Version: 1, State: []byte(`{"log":"log_A","first":0,"root":"","records":[]}`)},
		"other version": {ID: "log_A/0000000000", Version: 2, State: []byte(`{"log":"log_A","first":0,"root":"","records":[{}]}`)},
		"a history": {ID: "log_A/0000000000", Version: 1, State: []byte(`{"log":"log_A","first":0,"root":"","records":[{}]}`),
			History: []store.Entry{{Version: 1, Kind: "x"}}},
	} {
		s := openStore(t)
		if err := s.Insert(t.Context(), store.AccessLog, doc); err != nil {
			t.Fatal(err)
		}
		if v, err := audit.Verify(t.Context(), s, nil); err != nil || len(v.Differences) == 0 || !strings.Contains(v.Differences[0], doc.ID) {
			t.Errorf("%s: %v, %v", name, v.Differences, err)
		}
	}
}

// TestCheckpointsOfFile proves that checkpoints are read as they were written, that a
// changed one is refused, one of another key too, and a file that is none.
func TestCheckpointsOfFile(t *testing.T) {
	s, now := openStore(t), clock()
	l, k := audit.NewLog(s, now), keeper(t, s, now)
	keep(t, k) // before the first look
	commit(t, l, look("worker_1", "case_1"))
	keep(t, k)
	commit(t, l, look("worker_2", "case_1"))
	if err := k.Close(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(k.File)
	if err != nil {
		t.Fatal(err)
	}
	all, err := audit.ReadCheckpoints(k.File, k.Key.Public())
	if err != nil || len(all) != 3 || !all[0].All || len(all[0].Heads) != 0 || !all[1].All || all[1].Heads[0].Size != 1 || all[2].All || all[2].Heads[0] != l.Head() {
		t.Fatalf("%+v, %v", all, err)
	}
	public := k.Key.Public()
	other := "other+97e0a4cd+ASQ1dSOTSDzFpb8BObdnFDAbaSvQSf2b3YqT4fNRHE5x"
	for name, change := range map[string]struct {
		text, key string
	}{
		"a size":      {strings.Replace(string(text), l.ID+" 1 ", l.ID+" 0 ", 1), public},
		"an instant":  {strings.Replace(string(text), "2026-03-02T05:0", "2026-03-02T06:0", 1), public},
		"its scope":   {strings.Replace(string(text), "one log", "all logs", 1), public},
		"a signature": {strings.Replace(string(text), "— test ", "— test A", 1), public},
		"the key":     {string(text), other},
		"cut":         {string(text)[:len(text)/2], public},
		"no file":     {"something else\n" + string(text), public},
	} {
		if err := os.WriteFile(k.File, []byte(change.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := audit.ReadCheckpoints(k.File, change.key); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := k.Keep(t.Context()); err == nil && change.key == public {
			t.Errorf("%s: a checkpoint was added to it", name)
		}
	}
}

// TestCheckpointIsSent proves that a checkpoint reaches the address as a signed note,
// and that an address that does not take it is told.
func TestCheckpointIsSent(t *testing.T) {
	s, now := openStore(t), clock()
	l, k := audit.NewLog(s, now), keeper(t, s, now)
	k.File = ""
	var sent []string
	var answer error
	k.Post = func(_ context.Context, id string, body []byte) error {
		sent = append(sent, id+" "+string(body))
		return answer
	}
	commit(t, l, look("worker_1", "case_1"))
	keep(t, k)
	var event struct {
		Type string
		Data struct{ Checkpoint string }
	}
	_, body, _ := strings.Cut(sent[0], " ")
	if err := json.Unmarshal([]byte(body), &event); err != nil || event.Type != "audit.checkpoint" {
		t.Fatalf("%s, %v", body, err)
	}
	all, err := audit.Checkpoints([]byte(event.Data.Checkpoint))
	if err != nil || len(all) != 1 || all[0].Check(k.Key.Public()) != nil || all[0].Heads[0] != l.Head() {
		t.Errorf("%+v, %v", all, err)
	}
	answer = fault.New(fault.Unavailable, "nobody there")
	if _, err := k.Keep(t.Context()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
	k.Key = nil
	if v, err := k.Keep(t.Context()); err != nil || v.Records != 0 || len(sent) != 2 {
		t.Errorf("without a key: %+v, %v, %d sent", v, err, len(sent))
	}
}
