package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// commitTime is how long the store has to take records. It is that of a request [J].
const commitTime = 5 * time.Second

// Log is the log of this process. It is safe for concurrent use.
type Log struct {
	// ID names the log among those of the store.
	ID string

	store store.Store
	now   func() time.Time

	mu   sync.Mutex
	open *batch // which takes records

	taken atomic.Int64 // how many records are in the store

	turn chan struct{} // held by whoever writes; of what follows it is the lock
	tree tree          // of what is in the store
}

// batch is some records that are written together.
type batch struct {
	records []json.RawMessage
	done    chan struct{} // closed when it is known what came of it
	err     error
}

// NewLog returns a new log in a store. Nothing is written before its first record.
func NewLog(s store.Store, now func() time.Time) *Log {
	return &Log{ID: id.New(logPrefix), store: s, now: now, open: newBatch(), turn: make(chan struct{}, 1)}
}

const logPrefix = "log_"

func newBatch() *batch { return &batch{done: make(chan struct{})} }

// Commit writes a record, at the present instant, and returns when it is durable. Who
// commits at the same time shares a write. After an Unavailable fault, which is the
// only one, the record may be there or not.
func (l *Log) Commit(ctx context.Context, r Record) error {
	r.At = l.now().UTC().Truncate(time.Millisecond)
	text, err := json.Marshal(r)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "encode a record of the access log")
	}
	b := l.join(text)
	select {
	case <-b.done:
	case l.turn <- struct{}{}:
		l.write(ctx)
		<-l.turn
		<-b.done // it was in the batch that was just written, or in an earlier one
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, ctx.Err(), "what you asked for could not be recorded in time")
	}
	if b.err != nil {
		return fault.Wrap(fault.Unavailable, b.err, "what you asked for could not be recorded, so it is not shown; try again")
	}
	return nil
}

// join puts a record into the batch that takes some.
func (l *Log) join(record []byte) *batch {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open.records = append(l.open.records, record)
	return l.open
}

// write writes the batch that is open. It is not given up with the request of whoever
// writes: others wait for it too.
func (l *Log) write(ctx context.Context) {
	l.mu.Lock()
	b := l.open
	l.open = newBatch()
	l.mu.Unlock()
	if len(b.records) > 0 {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTime)
		defer cancel()
		b.err = l.append(ctx, b.records)
	}
	close(b.done)
}

// append inserts records behind those that are there. A write of which it was not known
// whether it had come to pass is found where this one wants to stand, and is then
// part of the log.
func (l *Log) append(ctx context.Context, records []json.RawMessage) error {
	for {
		grown := l.tree.clone()
		s := sheet{Log: l.ID, First: grown.size, Records: records}
		if err := s.grow(&grown); err != nil {
			return err
		}
		doc, err := s.document()
		if err != nil {
			return err
		}
		err = l.store.Insert(ctx, store.AccessLog, doc)
		if err == nil {
			l.tree = grown
			l.taken.Store(grown.size)
			return nil
		}
		if !fault.Is(err, fault.Conflict) {
			return err
		}
		if err := l.takeIn(ctx, doc.ID); err != nil {
			return err
		}
	}
}

// takeIn adds to the tree what an earlier write has left in the store.
func (l *Log) takeIn(ctx context.Context, docID string) error {
	doc, err := l.store.Get(ctx, store.AccessLog, docID)
	if err != nil {
		return err
	}
	s, err := sheetOf(doc)
	if err != nil {
		return err
	}
	return s.grow(&l.tree)
}

// Len returns how many records this process has added. Unlike Head it waits for nobody.
func (l *Log) Len() int64 { return l.taken.Load() }

// Head returns the size and the root of the log as far as it is in the store.
func (l *Log) Head() Head {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	return Head{l.ID, l.tree.size, l.tree.root()}
}

// sheet is a document of the access log: records that were written together.
type sheet struct {
	Log     string            `json:"log"`
	First   int64             `json:"first"` // the number of its first record, from 0
	Root    string            `json:"root"`  // of the log once these records are in it
	Records []json.RawMessage `json:"records"`
}

// grow adds the records of a sheet to the tree of its log, and says the new root.
func (s *sheet) grow(t *tree) error {
	for _, r := range s.Records {
		text, err := leaf(r)
		if err != nil {
			return err
		}
		t.add(text)
	}
	s.Root = t.root().String()
	return nil
}

// document returns the sheet as a document.
func (s sheet) document() (store.Document, error) {
	state, err := json.Marshal(s)
	if err != nil {
		return store.Document{}, fault.Wrap(fault.Internal, err, "encode records of the access log")
	}
	return store.Document{ID: sheetID(s.Log, s.First), Version: 1, State: state}, nil
}

// sheetID names a sheet. Its number has leading zeros, so that the sheets of a log stand
// in order.
func sheetID(log string, first int64) string { return fmt.Sprintf("%s/%010d", log, first) }

// sheetOf reads a document of the access log. It refuses one that no log has written.
func sheetOf(doc store.Document) (sheet, error) {
	var s sheet
	d := json.NewDecoder(bytes.NewReader(doc.State))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, fault.Wrap(fault.Internal, err, "%s cannot be read", doc.ID)
	}
	if !strings.HasPrefix(s.Log, logPrefix) || doc.ID != sheetID(s.Log, s.First) || doc.Version != 1 || len(doc.History) > 0 || len(s.Records) == 0 {
		return s, fault.New(fault.Internal, "%s is not as a log writes it", doc.ID)
	}
	return s, nil
}
