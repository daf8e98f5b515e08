package signin

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"net/netip"
	"sync"
	"time"

	"onward/services/allowance"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/store"
	"onward/services/versioned"
)

const (
	freeFailures  = 5                // of one account from one place, before one has to wait [J]
	firstWait     = time.Second      // it doubles with each failure that follows [J]
	longestWait   = 15 * time.Minute // [J]
	failureMemory = time.Hour        // after which failures are forgotten [J]
	drawers       = 1024             // of a day, in which failures are kept [J]
	drawerSize    = 100              // attempts that a drawer remembers: some 8 KB [J]
	countingTime  = 5 * time.Second  // that the store has to count a failure, as for a request [J]
)

// attempt is whose password somebody tries, and from where: an address, or a device
// that has been signed in before. Failures count for both together, so that nobody
// can lock out another: who tries from elsewhere makes only himself wait.
type attempt struct{ name, from string }

// attemptOf returns the place of an attempt from an address: its network.
func attemptOf(name string, address netip.Addr) attempt {
	return attempt{name, allowance.NetworkOf(address).String()}
}

// delays makes wait who fails. Failures stand in the store, where all processes count
// them together. What has no answer yet is counted in this process alone, so that a
// sign-in which succeeds at once writes nothing here.
type delays struct {
	store  store.Store
	secret *secret
	now    func() time.Time

	drawers, size int // how many in a day, and for how many attempts each

	mu   sync.Mutex
	open map[attempt]int // attempts that have no answer yet
}

func newDelays(s store.Store, key *secret, now func() time.Time) *delays {
	return &delays{store: s, secret: key, now: now, drawers: drawers, size: drawerSize, open: map[attempt]int{}}
}

// drawer holds the failures of some attempts on a day: a document of Sessions. There are
// so many in a day and no more, whatever names and addresses somebody makes up. Which
// attempt belongs to which drawer a secret key says: who could choose names of one drawer
// would soon fill it, and have his own failures forgotten.
type drawer struct {
	Failures map[string]failures `json:"failures"` // by a keyed digest of the attempt
	Ends     time.Time           `json:"ends"`
}

type failures struct {
	N    int       `json:"n"`
	Last time.Time `json:"last"`
}

func (f failures) wait() time.Duration {
	if f.N < freeFailures {
		return 0
	}
	return min(firstWait<<min(f.N-freeFailures, 20), longestWait)
}

// refuse returns Unavailable to who has to wait.
func (f failures) refuse(now time.Time) error {
	if left := f.Last.Add(f.wait()).Sub(now); f.N > 0 && left > 0 {
		e := fault.New(fault.Unavailable, "too many failures; try again in %d seconds", int((left+time.Second-1)/time.Second))
		e.Wait = left
		return e
	}
	return nil
}

// try makes an attempt, unless it has to wait. It counts as a failure until it has
// succeeded, so that many at once count as many; and no answer to a failure leaves
// before that is in the store. What was not looked at is no failure: who keeps the
// process busy makes nobody else wait.
func (d *delays) try(ctx context.Context, a attempt, fn func() (looked bool, err error)) error {
	others := d.enter(a)
	defer d.leave(a)
	known, err := d.failures(ctx, a)
	if err != nil {
		return err
	}
	all := known
	if others > 0 {
		all = failures{known.N + others, d.now()}
	}
	if err := all.refuse(d.now()); err != nil {
		return err
	}
	looked, err := fn()
	if !looked {
		return err
	}
	if err != nil {
		return cmp.Or(d.change(ctx, a, func(of *drawer, digest string, now time.Time) { of.failed(digest, now, d.size) }), err)
	}
	if known.N > 0 {
		// She is in. Where this does not come to pass, she waits longer after her next failure.
		_ = d.change(ctx, a, func(of *drawer, digest string, _ time.Time) { delete(of.Failures, digest) })
	}
	return nil
}

// enter notes an attempt that has no answer yet, and returns how many others there are.
func (d *delays) enter(a attempt) (others int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	others = d.open[a]
	d.open[a]++
	return others
}

func (d *delays) leave(a attempt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open[a]--; d.open[a] == 0 {
		delete(d.open, a)
	}
}

// failures returns those of an attempt that are not forgotten.
func (d *delays) failures(ctx context.Context, a attempt) (failures, error) {
	now := d.now()
	document, digest, err := d.place(ctx, a, now)
	if err != nil {
		return failures{}, err
	}
	var of drawer
	err = get(ctx, d.store, store.Sessions, document, &of)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return failures{}, err
	}
	of.forget(now)
	return of.Failures[digest], nil
}

// change changes the drawer of an attempt. It is not given up with the request: who
// leaves before the answer has guessed too.
func (d *delays) change(ctx context.Context, a attempt, fn func(of *drawer, digest string, now time.Time)) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countingTime)
	defer cancel()
	now := d.now().UTC()
	document, digest, err := d.place(ctx, a, now)
	if err != nil {
		return err
	}
	return versioned.Put(ctx, d.store, store.Sessions, document, func(of *drawer) error {
		of.forget(now)
		fn(of, digest, now)
		of.Ends = (calendar.DayOf(now) + 1).Start().UTC()
		return nil
	})
}

// place returns in which document an attempt counts, and under which digest. The day is
// in its name: each day begins anew.
func (d *delays) place(ctx context.Context, a attempt, now time.Time) (document, digest string, err error) {
	key, err := d.secret.key(ctx)
	if err != nil {
		return "", "", err
	}
	sum := digestOf(key, a.name+" "+a.from) // a name is in hex
	number := binary.BigEndian.Uint16(sum) % uint16(d.drawers)
	return fmt.Sprintf("failures_%s_%d", calendar.DayOf(now), number), base64.RawURLEncoding.EncodeToString(sum[2:18]), nil
}

// failed counts a failure, and makes room for it where there is none: first of those
// that need not wait, then of any.
func (of *drawer) failed(digest string, now time.Time, size int) {
	f := of.Failures[digest]
	if f.N == 0 && len(of.Failures) >= size {
		maps.DeleteFunc(of.Failures, func(_ string, f failures) bool { return f.refuse(now) == nil })
		for other := range of.Failures {
			if len(of.Failures) < size {
				break
			}
			delete(of.Failures, other)
		}
	}
	if of.Failures == nil {
		of.Failures = map[string]failures{}
	}
	of.Failures[digest] = failures{f.N + 1, now}
}

// forget takes away what is too old to count.
func (of *drawer) forget(now time.Time) {
	maps.DeleteFunc(of.Failures, func(_ string, f failures) bool { return now.Sub(f.Last) > failureMemory })
}
