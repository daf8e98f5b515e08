package main

import (
	"context"
	"fmt"
	"os"
	"runtime/pprof"
	"time"

	"golang.org/x/sync/errgroup"

	"onward/cmd/onward/bench"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/employment"
	"onward/services/id"
	"onward/services/money"
	"onward/services/store"
	"onward/services/track"
)

// A change is measured on cases with a history of a dozen entries, which each take
// some placements before others come.
const (
	benchLot    = 200
	placements  = 10
	manyClients = 8 // so many that the store commits the changes of several at once
)

// changes adds the same change as a request, whose record of the access log is a second
// write before it is answered, and as casework makes it for itself, for few and for many
// clients. Each stands beside bare guarded appends of the same, of which the design asks
// a share of the change and none of the request.
func (l *benchLines) changes(ctx context.Context) {
	asked := func(i int, c id.Case) error {
		body, err := bench.Body(benchChange, map[string]any{"i": map[string]any{"requestId": placementID(i), "caseId": c, "startedOn": l.view.Today,
			"employerName": "Workshop", "occupation": "Tailor", "type": "FULL_TIME", "monthlyWage": map[string]any{"amount": 21000, "currency": "USD"}}})
		if err != nil {
			return err
		}
		_, err = l.client.Ask(body)
		return err
	}
	made := func(i int, c id.Case) error {
		_, err := l.house.casework.LogPlacement(ctx, l.actor, casework.LogPlacementInput{
			Request: casework.Request{RequestID: placementID(i), CaseID: c}, StartedOn: l.view.Today,
			Started: employment.Started{EmployerName: "Workshop", Occupation: "Tailor", Type: "FULL_TIME", MonthlyWage: &money.Money{Amount: 21000, Currency: "USD"}}})
		return err
	}
	many := l.change(ctx, fmt.Sprintf("the same by %d clients", manyClients), appendShare, made)
	many.Clients = manyClients
	l.rows = append(l.rows, l.change(ctx, "`logPlacement`, a second write of its record to the access log included", 0, asked),
		l.change(ctx, "`LogPlacement` of `services/casework`, without the edge and its record", appendShare, made), many)
}

// change is a change that a document beside the case's takes too: with the same state
// and the same entry, as a bare guarded append.
func (l *benchLines) change(ctx context.Context, name string, share float64, do func(i int, c id.Case) error) bench.Row {
	var cases []id.Case
	of := func(i int) id.Case { return cases[i/(benchLot*placements)*benchLot+i%benchLot] }
	appends := map[int]store.Change{}
	ours := bench.Side{
		Before: func(first, n int) error {
			for (first+n)/(benchLot*placements) >= len(cases)/benchLot {
				lot, err := l.openLot(ctx, len(cases))
				if err != nil {
					return err
				}
				cases = append(cases, lot...)
			}
			return nil
		},
		Do: func(i int) error { return do(i, of(i)) },
	}
	bare := bench.Side{
		Before: func(first, n int) error {
			clear(appends)
			for i := first; i < first+n; i++ {
				change, err := l.made(ctx, of(i), id.RequestKey(l.actor.Worker, placementID(i)))
				if err != nil {
					return err
				}
				appends[i] = change
			}
			return nil
		},
		Do: func(i int) error { return l.house.store.Append(ctx, store.Cases, appends[i]) },
	}
	return bench.Row{Name: name, Ours: ours, Other: bare, Beside: "bare guarded appends of the same", Asked: share, Pair: true}
}

func placementID(i int) string { return fmt.Sprint("bench-", i) }

// twinOf names the document beside that of a case.
func twinOf(c id.Case) string { return string(c) + "_twin" }

// made returns what a request has changed of a case, as a change of its twin: with the
// state that the case had then.
func (l *benchLines) made(ctx context.Context, c id.Case, key string) (store.Change, error) {
	doc, err := l.house.store.Get(ctx, store.Cases, string(c))
	if err != nil {
		return store.Change{}, err
	}
	change := store.Change{ID: twinOf(c)}
	for _, e := range doc.History {
		if e.Key == key {
			change.Entries = append(change.Entries, e)
		}
	}
	n := len(change.Entries)
	if n == 0 {
		return change, fmt.Errorf("%s has no entry of the change", c)
	}
	change.From, change.To = change.Entries[0].Version-1, change.Entries[n-1].Version
	doc.Version, doc.History = change.To, doc.History[:change.To]
	then, err := casework.Read(doc)
	if err != nil {
		return change, err
	}
	change.State, err = casework.State(then)
	return change, err
}

// openLot opens cases, and puts a document beside each. They are numbered from first
// on, and by the moment, as a directory that is kept has those of earlier runs.
func (l *benchLines) openLot(ctx context.Context, first int) ([]id.Case, error) {
	lot := make([]id.Case, benchLot)
	began := time.Now().UnixNano()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(16)
	for i := range lot {
		group.Go(func() (err error) {
			lot[i], err = l.caseWithHistory(ctx, fmt.Sprintf("bench-%d-%d", began, first+i))
			return err
		})
	}
	return lot, group.Wait()
}

// caseWithHistory opens a case with a dozen entries, and copies it to a document
// beside it. One of them has a note, so that the case has a key, as one with a history has.
func (l *benchLines) caseWithHistory(ctx context.Context, requestID string) (id.Case, error) {
	w := l.house.casework
	opened, err := w.OpenCase(ctx, l.actor, casework.OpenCaseInput{RequestID: requestID, Opened: casefile.Opened{
		Population: casefile.AtRisk, OwnerID: l.actor.Worker, Consents: []casefile.Purpose{casefile.ForServices}}})
	if err != nil {
		return "", err
	}
	caseID := opened.Case.ID
	if _, err := w.AcceptCase(ctx, l.actor, casework.AcceptCaseInput{Request: casework.Request{RequestID: "accept", CaseID: caseID}}); err != nil {
		return "", err
	}
	for n := range 10 {
		said := track.Remark{}
		if n == 0 {
			said.Note = "She has begun."
		}
		if _, err := w.RecordService(ctx, l.actor, casework.RecordServiceInput{
			Request:   casework.Request{RequestID: fmt.Sprint("before-", n), CaseID: caseID},
			Delivered: delivery.Delivered{Service: "training_education_life_skills", Remark: said},
		}); err != nil {
			return "", err
		}
	}
	doc, err := l.house.store.Get(ctx, store.Cases, string(caseID))
	if err != nil {
		return "", err
	}
	doc.ID = twinOf(caseID)
	return caseID, l.house.store.Insert(ctx, store.Cases, doc)
}

// profile begins a profile of the processor's time, where a file is named.
func profile(name string) (stop func(), err error) {
	if name == "" {
		return func() {}, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}, nil
}
