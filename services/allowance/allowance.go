// Package allowance bounds how often somebody does something: each has so much at
// once, and gets it back as time passes. It holds for one process.
package allowance

import (
	"math"
	"net/netip"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// mostHolders are remembered at once [J]. Whoever has done nothing for the longest
// is forgotten first, and has everything again then: with so many addresses one has
// as much anyway.
const mostHolders = 10000

// Allowances are what everybody has of one thing. K names whose it is.
type Allowances[K comparable] struct {
	each  rate.Limit // what comes back in a second
	whole int

	mu sync.Mutex
	of *lru.Cache[K, *rate.Limiter]
}

// New returns allowances of so much at once, which come back within a time when all
// is spent.
func New[K comparable](whole int, within time.Duration) *Allowances[K] {
	of, err := lru.New[K, *rate.Limiter](mostHolders)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return &Allowances[K]{each: rate.Limit(float64(whole) / within.Seconds()), whole: whole, of: of}
}

// NetworkOf returns the addresses that one household has, who share an allowance: of
// IPv6 that is a prefix, since its users choose among 2^64 addresses.
func NetworkOf(a netip.Addr) netip.Prefix {
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // the zero Prefix for those who have no address
	return p
}

// Spend takes n of a holder's allowance at an instant and returns 0; or, where less is
// left, takes nothing and returns how long to wait for it.
func (a *Allowances[K]) Spend(holder K, n int, at time.Time) (wait time.Duration) {
	taken := a.limiter(holder).ReserveN(at, n)
	if !taken.OK() {
		return math.MaxInt64 // more than there ever is
	}
	if wait = taken.DelayFrom(at); wait > 0 {
		taken.CancelAt(at)
	}
	return wait
}

// Left returns what a holder has left at an instant, and when it is whole again.
func (a *Allowances[K]) Left(holder K, at time.Time) (left int, wholeAt time.Time) {
	tokens := max(a.limiter(holder).TokensAt(at), 0)
	missing := float64(a.whole) - tokens
	return int(tokens), at.Add(time.Duration(missing / float64(a.each) * float64(time.Second)))
}

func (a *Allowances[K]) limiter(holder K) *rate.Limiter {
	a.mu.Lock()
	defer a.mu.Unlock()
	l, ok := a.of.Get(holder)
	if !ok {
		l = rate.NewLimiter(a.each, a.whole)
		a.of.Add(holder, l)
	}
	return l
}
