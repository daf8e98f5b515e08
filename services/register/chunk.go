package register

import (
	"onward/services/calendar"
	"onward/services/casefile"
)

// blockSize is how many cases have their days beside each other, which makes looking at
// all of them fast, and chunkSize how many addresses of cases are copied when one of them
// changes [J].
const (
	blockSize = 512
	chunkSize = 64
)

// block is a stretch of cases by ordinal, with the columns that ranges and orders read
// without touching the cases themselves.
type block struct {
	chunks                     [blockSize / chunkSize]*chunk // nil where no case is yet
	tie                        *[blockSize]uint64
	opened, due, open, contact *days
	turn                       int    // of the writer, in which the block was made
	own                        uint16 // a bit for each part that was made in that turn
}

type (
	chunk [chunkSize]*casefile.Case
	days  = [blockSize]calendar.Day
)

// The bits of the parts of a block; before them are those of the chunks.
const (
	partTie = blockSize/chunkSize + iota
	partOpened
	partDue
	partOpen
	partContact
)

// at returns the case with an ordinal.
func (s *Snapshot) at(ord uint32) *casefile.Case {
	return s.blocks[ord/blockSize].chunks[ord%blockSize/chunkSize][ord%chunkSize]
}

// put replaces the case with an ordinal. What changes of its block is copied: the old
// one is in snapshots that readers hold.
func (s *Snapshot) put(ord uint32, c *casefile.Case) {
	b, i := s.ownBlock(int(ord/blockSize)), ord%blockSize
	own(b, &b.chunks[i/chunkSize], int(i/chunkSize))[i%chunkSize] = c
	set(b, &b.tie, partTie, i, tieOf(c.ID))
	set(b, &b.opened, partOpened, i, c.OpenedOn)
	set(b, &b.due, partDue, i, c.NextDueOn)
	set(b, &b.open, partOpen, i, c.OpenlyDueOn)
	set(b, &b.contact, partContact, i, c.LastContactOn)
}

// ownBlock returns a block for the writer to change, with parts that are still others'.
func (s *Snapshot) ownBlock(n int) *block {
	if n == len(s.blocks) {
		s.blocks = append(s.blocks, &block{tie: new([blockSize]uint64), opened: new(days), due: new(days), open: new(days), contact: new(days)})
	}
	if b := s.blocks[n]; b.turn != s.turn {
		copied := *b
		copied.turn, copied.own = s.turn, 0
		s.blocks[n] = &copied
	}
	return s.blocks[n]
}

// own returns a part of a block for the writer to change, which no reader has.
func own[T any](b *block, at **T, part int) *T {
	if b.own&(1<<part) == 0 {
		copied := new(T)
		if *at != nil {
			*copied = **at
		}
		*at = copied
		b.own |= 1 << part
	}
	return *at
}

// set changes a value of a column, where it is another.
func set[T comparable](b *block, column **[blockSize]T, part int, i uint32, value T) {
	if (*column)[i] != value {
		own(b, column, part)[i] = value
	}
}
