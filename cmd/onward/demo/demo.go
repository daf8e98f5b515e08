// Package demo writes synthetic programmes, for trying Onward out and for load
// tests. Nobody in it is real. The people of the living caseload have names, made by
// rule of common ones; nobody else in it has.
//
// Everything goes through casework: the lives below are told as requests of
// workers, on the days on which they happen, and casework permits, decides and
// folds them as it does for people. No figure and no flag is written: the
// figures are counted from the lives, and the flags are left to the stall scan.
package demo

import (
	"context"
	"slices"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/store"
	"onward/services/vault"
)

// Options says what to write.
type Options struct {
	Today      calendar.Day
	Now        time.Time // an instant of today; nothing is recorded after it
	ExtraCases int       // for load tests, beside the programme

	Master *vault.Master // wraps the data keys of the cases

	// Progress, where it is given, hears how many of the cases are stored. Calls
	// come one after another.
	Progress func(done, total int)
}

// Account is a worker to whom the demo hands out a token.
type Account struct {
	Name   string // the role, or OTHER_SUPERVISOR for the one of a second organisation
	Worker id.Worker
}

// Accounts lists the accounts of the demo: one for each role, all in the first
// organisation, and a supervisor of the second.
func Accounts() []Account {
	var all []Account
	for _, role := range access.Roles {
		all = append(all, Account{string(role), houses[0].workers[role][0]})
	}
	return append(all, Account{"OTHER_SUPERVISOR", houses[1].workers[access.Supervisor][0]})
}

// Wrote reports whether a directory is the demo's, whole or in part: what Write
// stores first is there.
func Wrote(d *directory.Snapshot) bool {
	_, ok := d.Organisations[houses[0].id]
	return ok
}

// Whole reports whether all of the demo is there: what Write stores last is, so a
// Write that was interrupted is not taken for a whole one.
func Whole(d *directory.Snapshot) bool {
	_, ok := d.Networks[networkID(networks-1)]
	return ok
}

// Write fills an empty store: the directory, the programme of 2003–2006, a
// caseload that lives today, with who its people are, the extra cases, the activity
// ledger, targets, and the documents of partners' applications.
// The same day and instant give the same
// documents, but for what is sealed in them. A refusal by a rule is
// returned as an error that names the life and the step; what was stored before it
// stays. The last network, on which nothing depends, comes after all else: it says
// that it is there.
func Write(ctx context.Context, s store.Store, d *directory.Directory, o Options) error {
	all := things()
	last := len(all) - 1
	if err := d.Add(ctx, all[:last]...); err != nil {
		return err
	}
	t := &teller{store: s, directory: d, o: o}
	if err := t.tell(ctx, slices.Concat(speechLots(), livingLots(), loadLots(o.ExtraCases))); err != nil {
		return err
	}
	if err := identify(ctx, s, vault.New(s, o.Master, nil), d, o, t.living); err != nil {
		return err
	}
	if err := keepLedger(ctx, s, vault.New(s, o.Master, nil), d); err != nil {
		return err
	}
	if err := setTargets(ctx, d, o); err != nil {
		return err
	}
	if err := registerDocuments(ctx, d, o); err != nil {
		return err
	}
	return d.Add(ctx, all[last])
}
