package casework

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"onward/services/fault"
	"onward/services/id"
)

// How often one worker may search [J]: more than an intake with all its spellings
// takes, and too seldom to go through a list of names.
const (
	searchEvery   = 6 * time.Second
	searchesAhead = 20
	mostSearchers = 10000
)

// searches bounds how often each worker searches, in this process. Its zero value
// admits everybody at first.
type searches struct {
	once   sync.Once
	mu     sync.Mutex
	limits *lru.Cache[id.Worker, *rate.Limiter]
}

// admit lets a worker search at an instant, or returns Unavailable.
func (s *searches) admit(worker id.Worker, at time.Time) error {
	s.once.Do(func() { s.limits, _ = lru.New[id.Worker, *rate.Limiter](mostSearchers) }) // fails only for a size below 1
	s.mu.Lock()
	limit, ok := s.limits.Get(worker)
	if !ok {
		limit = rate.NewLimiter(rate.Every(searchEvery), searchesAhead)
		s.limits.Add(worker, limit)
	}
	s.mu.Unlock()
	if !limit.AllowN(at, 1) {
		return fault.New(fault.Unavailable, "you have searched %d times in a short while; wait %d seconds", searchesAhead, int(searchEvery.Seconds()))
	}
	return nil
}
