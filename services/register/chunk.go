package register

import (
	"onward/services/calendar"
	"onward/services/casefile"
)

// chunkSize is how many cases are copied when one of them changes.
const chunkSize = 1024

// chunk is a stretch of cases by ordinal, with the columns that ranges and
// orders read without touching the cases themselves.
type chunk struct {
	cases                      [chunkSize]*casefile.Case
	tie                        [chunkSize]uint64
	opened, due, open, contact [chunkSize]calendar.Day
}

// at returns the case with an ordinal.
func (s *Snapshot) at(ord uint32) *casefile.Case {
	return s.chunks[ord/chunkSize].cases[ord%chunkSize]
}

// put replaces the case with an ordinal, in a copy of its chunk: the old one is
// in snapshots that readers hold. Chunks that are in none yet are in own, and
// need no copy.
func (s *Snapshot) put(ord uint32, c *casefile.Case, own map[int]bool) {
	n := int(ord / chunkSize)
	switch {
	case n == len(s.chunks):
		s.chunks = append(s.chunks, &chunk{})
	case !own[n]:
		copied := *s.chunks[n]
		s.chunks[n] = &copied
	}
	if own != nil {
		own[n] = true
	}
	k, i := s.chunks[n], ord%chunkSize
	k.cases[i], k.tie[i] = c, tieOf(c)
	k.opened[i], k.due[i], k.open[i], k.contact[i] = c.OpenedOn, c.NextDueOn, c.OpenlyDueOn, c.LastContactOn
}
