package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"onward/services/fault"
	"onward/services/store"
)

// slack is how much later than its instant a record can be in the store, the clocks of
// processes being apart [J].
const slack = time.Minute

// Verified is what a verification of all logs has found.
type Verified struct {
	Records     int64
	Heads       []Head   // of the logs, by name
	Differences []string // what was changed; of each log the first place
}

// Verify reads all logs and compares them with themselves and with checkpoints. It
// finds every record that was changed, taken away, put in or moved among those that a
// checkpoint covers; of those after the last one it finds what was not fitted in with
// knowledge of the tree.
func Verify(ctx context.Context, s store.Store, checkpoints []Checkpoint) (Verified, error) {
	v := verification{logs: map[string]*logged{}, checkpoints: slices.SortedFunc(slices.Values(checkpoints), func(a, b Checkpoint) int { return a.At.Compare(b.At) })}
	for n, c := range v.checkpoints {
		for _, h := range c.Heads {
			v.log(h.Log).expect(n, h, c.At)
		}
	}
	for _, l := range v.logs {
		slices.SortStableFunc(l.marks, func(a, b mark) int { return cmp.Compare(a.Size, b.Size) })
	}
	if _, err := s.Scan(ctx, store.AccessLog, func(doc store.Document) error { v.read(doc); return nil }); err != nil {
		return Verified{}, err
	}
	return v.end(ctx, s)
}

// verification is a verification under way.
type verification struct {
	logs        map[string]*logged
	checkpoints []Checkpoint
	unreadable  []string
}

// logged is a log as far as it was read.
type logged struct {
	name    string
	tree    tree
	began   time.Time       // of the first record
	waiting map[int64]sheet // what stands behind a gap: documents come in no order
	marks   []mark          // by size; those of sizes that were reached are taken away
	in      map[int]bool    // the checkpoints that have it, by their number
	last    time.Time       // the newest of them
	covered int64           // how many records that one has
	trouble string          // the first
}

// mark is what a checkpoint says of the log.
type mark struct {
	Head
	at time.Time
}

func (v *verification) log(name string) *logged {
	l := v.logs[name]
	if l == nil {
		l = &logged{name: name, waiting: map[int64]sheet{}, in: map[int]bool{}}
		v.logs[name] = l
	}
	return l
}

// expect takes in what a checkpoint says of the log.
func (l *logged) expect(checkpoint int, h Head, at time.Time) {
	l.marks = append(l.marks, mark{h, at})
	l.in[checkpoint] = true
	l.last, l.covered = at, h.Size // they come by their time
}

// read takes in a document.
func (v *verification) read(doc store.Document) {
	s, err := sheetOf(doc)
	if err != nil {
		v.unreadable = append(v.unreadable, err.Error())
		return
	}
	l := v.log(s.Log)
	if s.First < l.tree.size {
		l.find("record %d stands where others stood", s.First)
		return
	}
	l.waiting[s.First] = s
	l.goOn()
}

// goOn adds what follows on what was read.
func (l *logged) goOn() {
	for s, ok := l.waiting[l.tree.size]; ok; s, ok = l.waiting[l.tree.size] {
		delete(l.waiting, l.tree.size)
		l.add(s)
	}
}

// add adds a sheet, and compares on the way.
func (l *logged) add(s sheet) {
	for _, text := range s.Records {
		canonical, err := leaf(text)
		if err != nil {
			l.find("record %d cannot be read", l.tree.size)
		}
		l.checkTime(text)
		l.reach()
		l.tree.add(canonical)
	}
	if l.tree.root().String() != s.Root {
		l.find("the records %d to %d are not those that were written", s.First, l.tree.size-1)
	}
	l.reach()
}

// checkTime finds a record that claims to be older than a checkpoint that has not
// got it.
func (l *logged) checkTime(record []byte) {
	var r struct{ At time.Time }
	if json.Unmarshal(record, &r) != nil || r.At.IsZero() {
		l.find("record %d says no time", l.tree.size)
	}
	if l.tree.size == 0 {
		l.began = r.At
	}
	if l.tree.size >= l.covered && r.At.Add(slack).Before(l.last) {
		l.find("record %d claims to be of %s, and the checkpoint of %s has not got it", l.tree.size, instant(r.At), instant(l.last))
	}
}

// reach compares the log with the checkpoints of its present size.
func (l *logged) reach() {
	for len(l.marks) > 0 && l.marks[0].Size == l.tree.size {
		if m := l.marks[0]; m.Root != l.tree.root() {
			l.find("the first %d records are not those of the checkpoint of %s", m.Size, instant(m.at))
		}
		l.marks = l.marks[1:]
	}
}

// find notes what is wrong with the log, unless something was before.
func (l *logged) find(format string, args ...any) {
	if l.trouble == "" {
		l.trouble = l.name + ": " + fmt.Sprintf(format, args...)
	}
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// end says what was found once everything was read.
func (v *verification) end(ctx context.Context, s store.Store) (Verified, error) {
	found := Verified{Differences: v.unreadable}
	for _, name := range slices.Sorted(maps.Keys(v.logs)) {
		l := v.logs[name]
		if err := l.fill(ctx, s); err != nil {
			return found, err
		}
		v.notInTime(l)
		if l.trouble != "" {
			found.Differences = append(found.Differences, l.trouble)
		}
		found.Records += l.tree.size
		if l.tree.size > 0 {
			found.Heads = append(found.Heads, Head{name, l.tree.size, l.tree.root()})
		}
	}
	return found, nil
}

// fill looks for what is missing of the log: a scan may have passed a document that was
// written meanwhile.
func (l *logged) fill(ctx context.Context, s store.Store) error {
	for len(l.waiting) > 0 {
		doc, err := s.Get(ctx, store.AccessLog, sheetID(l.name, l.tree.size))
		if fault.Is(err, fault.NotFound) {
			l.find("record %d is missing, and later ones are there", l.tree.size)
			return nil
		}
		if err != nil {
			return err
		}
		sheet, err := sheetOf(doc)
		if err != nil {
			l.find("record %d cannot be read", l.tree.size)
			return nil
		}
		l.add(sheet)
		l.goOn()
	}
	if len(l.marks) > 0 {
		m := l.marks[len(l.marks)-1]
		l.find("it ends after %d records, and the checkpoint of %s has %d", l.tree.size, instant(m.at), m.Size)
	}
	return nil
}

// notInTime finds a log that claims to have begun before a checkpoint of all logs that
// has not got it.
func (v *verification) notInTime(l *logged) {
	for n, c := range v.checkpoints {
		if c.All && !l.in[n] && l.tree.size > 0 && l.began.Add(slack).Before(c.At) {
			l.find("it claims to have begun at %s, and the checkpoint of %s has not got it", instant(l.began), instant(c.At))
		}
	}
}
