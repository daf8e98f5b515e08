package signin

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	settledTime = 10 * time.Second // how soon an address that has answered is asked again [J]
	firstPause  = time.Second      // after a failure; it doubles with each that follows [J]
	longPause   = time.Minute      // at most [J]
)

var (
	// errDown says that the provider does not answer, or not with what was asked for.
	errDown = errors.New("the provider is down")
	// errSettled says that the provider has just answered.
	errSettled = errors.New("the provider has just been asked")
)

// gate spares the provider. A token that names an unknown key has the library look
// for new keys, and anybody can write such a token: an address that has answered
// is not asked again for a while, and one that has failed for longer and longer.
type gate struct {
	now  func() time.Time
	next http.RoundTripper

	mu     sync.Mutex
	pauses map[string]pause // by address: the discovery's and the keys'
}

type pause struct {
	until    time.Time
	failures int
}

// RoundTrip implements http.RoundTripper.
func (g *gate) RoundTrip(req *http.Request) (*http.Response, error) {
	address := req.URL.String()
	was := g.pauseOf(address)
	switch early := g.now().Before(was.until); {
	case early && was.failures > 0:
		return nil, errDown
	case early:
		return nil, errSettled
	}
	resp, err := g.next.RoundTrip(req)
	if err == nil && resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		err = errors.New(resp.Status)
	}
	next := pause{until: g.now().Add(settledTime)}
	if err != nil {
		next = pause{until: g.now().Add(min(firstPause<<min(was.failures, 10), longPause)), failures: was.failures + 1}
		resp, err = nil, fmt.Errorf("%w: %w", errDown, err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pauses[address] = next
	return resp, err
}

func (g *gate) pauseOf(address string) pause {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pauses[address]
}
