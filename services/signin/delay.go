package signin

import (
	"net/netip"
	"sync"
	"time"

	"onward/services/fault"
)

const (
	freeFailures  = 5                // of one account from one place, before one has to wait [J]
	firstWait     = time.Second      // it doubles with each failure that follows [J]
	longestWait   = 15 * time.Minute // [J]
	failureMemory = time.Hour        // after which failures are forgotten [J]
	mostAttempts  = 100000           // places that are remembered [J]
)

// attempt is whose password somebody tries, and from where: an address, or a device
// that has been signed in before. Failures count for both together, so that nobody
// can lock out another: who tries from elsewhere makes only himself wait.
type attempt struct{ name, from string }

// attemptOf returns the place of an attempt from an address. An IPv6 network is one
// place: its users choose among 2^64 addresses.
func attemptOf(name string, address netip.Addr) attempt {
	bits := address.BitLen()
	if address.Is6() {
		bits = 64
	}
	p, _ := address.Prefix(bits)
	return attempt{name, p.String()}
}

// delays counts the failures of attempts in this process.
type delays struct {
	mu     sync.Mutex
	counts map[attempt]failures
}

type failures struct {
	n    int
	last time.Time
}

func (f failures) wait() time.Duration {
	if f.n < freeFailures {
		return 0
	}
	return min(firstWait<<min(f.n-freeFailures, 20), longestWait)
}

// begin counts an attempt as a failure until it succeeds, so that many at once count
// as many. It refuses, as Unavailable, one that has to wait.
func (d *delays) begin(a attempt, now time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.counts[a]
	if now.Sub(f.last) > failureMemory {
		f = failures{}
	}
	if left := f.last.Add(f.wait()).Sub(now); f.n > 0 && left > 0 {
		return fault.New(fault.Unavailable, "too many failures; try again in %d seconds", int((left+time.Second-1)/time.Second))
	}
	if len(d.counts) >= mostAttempts {
		d.sweep(now)
	}
	d.counts[a] = failures{f.n + 1, now}
	return nil
}

func (d *delays) succeeded(a attempt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.counts, a)
}

// sweep makes room: first of those that need not wait, then of any.
func (d *delays) sweep(now time.Time) {
	for a, f := range d.counts {
		if now.After(f.last.Add(f.wait())) {
			delete(d.counts, a)
		}
	}
	for a := range d.counts {
		if len(d.counts) < mostAttempts {
			return
		}
		delete(d.counts, a)
	}
}
