package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"onward/graph"
	"onward/jobs"
	"onward/services/activity"
	"onward/services/audit"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/instrument"
	"onward/services/outcome"
	"onward/services/register"
	"onward/services/release"
	"onward/services/reminder"
	"onward/services/signin"
	"onward/services/store"
	"onward/services/store/mongodb"
	"onward/services/store/sqlite"
	"onward/services/telemetry"
	"onward/services/vault"
)

// house is the program put together.
type house struct {
	store      store.Store
	vault      *vault.Vault
	register   *register.Register
	directory  *directory.Directory
	library    *instrument.Library
	activities *activity.Ledger
	casework   *casework.Service
	rollUps    *outcome.RollUps
	digests    *reminder.Digests
	jobs       *jobs.Runner
	door       *signin.Door
	audit      *audit.Log
	trail      *audit.Trail
	keeper     *audit.Keeper // of checkpoints
	log        *slog.Logger
	telemetry  *telemetry.Recorder
	lastSpans  func(context.Context) error // sends them

	plain store.Store // which telemetry does not see
	fresh *freshness
	marks marks
	group sync.WaitGroup
}

// marks is where following other processes goes on from.
type marks struct {
	cases      store.Mark
	directory  *directory.Marks
	library    store.Mark
	activities store.Mark
}

// open puts the program together over its store and loads the register. The master
// key seals; the other one signs releases and is nil where none does.
func open(ctx context.Context, c *Config, s store.Store, m *vault.Master, k *release.Key) (*house, error) {
	log := c.Logger()
	seen, lastSpans, err := openTelemetry(ctx, log)
	if err != nil {
		return nil, err
	}
	plain := s
	s = seen.Store(s)
	h := &house{store: s, plain: plain, register: register.New(), audit: audit.NewLog(s, time.Now), trail: audit.NewTrail(s), log: log,
		telemetry: seen, lastSpans: lastSpans, fresh: newFreshness()}
	if h.vault, err = openVault(ctx, c, s, m); err != nil {
		return nil, err
	}
	if h.directory, h.marks.directory, err = directory.Open(ctx, s); err != nil {
		return nil, err
	}
	if h.library, h.marks.library, err = instrument.Open(ctx, s); err != nil {
		return nil, err
	}
	if h.activities, h.marks.activities, err = activity.Open(ctx, s); err != nil {
		return nil, err
	}
	h.casework = casework.New(s, h.vault, h.register, h.directory, time.Now, casework.WithInstruments(h.library), casework.WithActivities(h.activities),
		casework.WithReleases(release.NewBook(s), k))
	began := time.Now()
	collectAfter(loadPercent)
	h.marks.cases, err = h.casework.Load(ctx)
	collectAfter(heapPercent)
	if err != nil {
		return nil, err
	}
	log.Info("register loaded", "cases", h.register.Snapshot().Len(), "took", time.Since(began).Round(time.Millisecond))
	finished, err := h.casework.FinishErasures(ctx)
	if finished > 0 {
		log.Warn("erasures that were not finished are finished now", "cases", finished)
	}
	if err != nil {
		return nil, err
	}
	h.scrub(ctx)
	h.rollUps = outcome.NewRollUps(s)
	hook, err := webhook("ONWARD_WEBHOOK")
	if err != nil {
		return nil, err
	}
	if h.keeper, err = keeper(s); err != nil {
		return nil, err
	}
	h.digests = reminder.New(s, h.casework, h.directory, time.Now, hook, log)
	h.jobs = h.runner()
	h.telemetry.Watch(h.source())
	h.door, err = h.newDoor()
	return h, err
}

// scrub takes out of the store's files what an erasure has overwritten and a crash has kept in
// them. Where somebody else reads them, the next start or erasure does it.
func (h *house) scrub(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := h.store.Scrub(ctx); err != nil {
		h.log.Warn("what was overwritten may still stand in the store's files", "error", err)
	}
}

// runner returns the runner of the programme's jobs. Before the house is complete
// it can describe them, but not run them.
func (h *house) runner() *jobs.Runner {
	return jobs.New(h.store, time.Now, processName(), h.log, h.observed(
		jobs.ConsentExpiry(h.casework, h.register),
		jobs.StallScan(h.casework, h.register),
		jobs.Escalation(h.casework, h.register),
		jobs.RollUp(h.casework, h.register, h.rollUps),
		jobs.FollowUpReminders(h.digests, h.register),
		jobs.KeyRotation(h.vault),
		jobs.RetentionOfLogs(h.store),
		jobs.AuditCheckpoint(h.keeper),
		jobs.AuditReview(h.casework))...)
}

// newDoor returns the door by which people and machines come in.
func (h *house) newDoor() (*signin.Door, error) {
	var options []signin.Option
	p, err := provider()
	if p != nil {
		options = append(options, signin.WithProvider(p))
	}
	if err != nil {
		return nil, err
	}
	if origin := os.Getenv("ONWARD_ORIGIN"); origin != "" {
		passkeys, err := signin.WithOrigin(origin)
		if err != nil {
			return nil, err
		}
		options = append(options, passkeys)
	}
	return signin.New(h.directory, h.store, time.Now, options...), nil
}

// resolver is the house as the GraphQL edge needs it.
func (h *house) resolver() *graph.Resolver {
	return &graph.Resolver{Casework: h.casework, Register: h.register, Directory: h.directory, RollUps: h.rollUps, Digests: h.digests, Jobs: h.jobs, SignIn: h.door, Audit: h.audit, Trail: h.trail}
}

// openStore opens the store that the configuration names, for writing.
func openStore(ctx context.Context, c *Config) (store.Store, error) {
	if uri := mongoURI(); uri != "" {
		return mongodb.Open(ctx, uri, mongodb.Options{AllowUnsafe: c.AllowUnsafeMongo})
	}
	return sqlite.Open(c.Data)
}

// readStore opens the store that the configuration names, for reading. The local
// file can be read while another process writes it.
func readStore(ctx context.Context, c *Config) (store.Store, error) {
	if mongoURI() != "" {
		return openStore(ctx, c)
	}
	return sqlite.OpenReadOnly(c.Data)
}

// with opens a store, runs fn on it and closes it.
func with(open func(context.Context, *Config) (store.Store, error), ctx context.Context, c *Config, fn func(store.Store) error) error {
	s, err := open(ctx, c)
	if err != nil {
		return err
	}
	err = fn(s)
	if cerr := s.Close(); err == nil && cerr != nil {
		err = fault.Wrap(fault.Internal, cerr, "close store")
	}
	return err
}

func processName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d", host, os.Getpid())
}
