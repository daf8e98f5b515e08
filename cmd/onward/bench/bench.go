// Package bench measures two ways of doing the same beside each other, turn by turn,
// so that a machine which others use too, slows both.
package bench

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Side is one of two ways of doing something.
type Side struct {
	// Do does it once, as the i-th of all turns of the side. It is called by several
	// clients at once.
	Do func(i int) error
	// Before, where it is given, prepares the next turns from the first one on. It is not measured.
	Before func(first, n int) error
}

// Row is a thing to measure, with what is asked of it.
type Row struct {
	Name    string
	Ours    Side
	Other   Side
	Beside  string  // what the other side is
	Asked   float64 // the least ratio of ours to the other; 0 where none is asked for
	Pair    bool    // whether the other side does what ours has just done, as often
	Clients int     // how many ask at the same time; 0 for as many as ask everything else
}

// Figure is what was measured of one side.
type Figure struct {
	Times  []time.Duration // of each turn, in order of length
	Took   time.Duration   // from the first to the last, all clients together
	CPU    time.Duration   // of all cores, of this process
	Bytes  uint64          // allocated by all
	Allocs uint64          // number of allocations
}

// PerSecond returns how many were done in a second.
func (f *Figure) PerSecond() float64 { return float64(len(f.Times)) / f.Took.Seconds() }

// At returns within which time a share of the turns was done.
func (f *Figure) At(share float64) time.Duration {
	return f.Times[min(int(share*float64(len(f.Times))), len(f.Times)-1)]
}

// slice is how long one side is measured before it is the other's turn [J]: long
// enough for a collection of garbage now and then, short enough for others' load to
// fall on both.
const slice = 200 * time.Millisecond

// Measure runs both sides in turn, each for about half of the time, by so many
// clients, of whom each begins again when it is answered.
func Measure(r Row, clients int, lasting time.Duration) (ours, other *Figure, err error) {
	clients = cmp.Or(r.Clients, clients)
	ours, other = &Figure{}, &Figure{}
	sizes := [2]int{}
	done := [2]int{}
	sides, figures := [2]Side{r.Ours, r.Other}, [2]*Figure{ours, other}
	for i := range sides { // warms up, and finds how many fill a slice
		if r.Pair && i == 1 {
			sizes[i] = sizes[0]
		} else if sizes[i], err = sizeOf(sides[i], clients, &done[i]); err != nil {
			return nil, nil, err
		}
	}
	if r.Pair {
		if err := run(r.Other, clients, 0, done[0], &Figure{}); err != nil {
			return nil, nil, err
		}
		done[1] = done[0]
	}
	for turn := 0; ours.Took+other.Took < lasting; turn++ {
		for k := range sides {
			i := k
			if !r.Pair {
				i = (k + turn) % 2 // either goes first in turn
			}
			if err := run(sides[i], clients, done[i], sizes[i], figures[i]); err != nil {
				return nil, nil, err
			}
			done[i] += sizes[i]
		}
	}
	for _, f := range figures {
		slices.Sort(f.Times)
	}
	return ours, other, nil
}

// sizeOf finds how many turns of a side fill a slice.
func sizeOf(s Side, clients int, done *int) (int, error) {
	for n := clients; ; n *= 2 {
		var f Figure
		if err := run(s, clients, *done, n, &f); err != nil {
			return 0, err
		}
		*done += n
		if f.Took > slice/2 {
			return max(clients, int(float64(n)*slice.Seconds()/f.Took.Seconds())), nil
		}
	}
}

// run does n turns of a side from the first one on, and adds what they took.
func run(s Side, clients, first, n int, f *Figure) error {
	if s.Before != nil {
		if err := s.Before(first, n); err != nil {
			return err
		}
	}
	times := make([]time.Duration, n)
	var next atomic.Int64
	var failed error
	var once sync.Once
	var all sync.WaitGroup
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began, busy := time.Now(), CPUTime()
	for range clients {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				at := time.Now()
				if err := s.Do(first + i); err != nil {
					once.Do(func() { failed = err })
					return
				}
				times[i] = time.Since(at)
			}
		})
	}
	all.Wait()
	f.Took, f.CPU = f.Took+time.Since(began), f.CPU+CPUTime()-busy
	runtime.ReadMemStats(&after)
	f.Bytes += after.TotalAlloc - before.TotalAlloc
	f.Allocs += after.Mallocs - before.Mallocs
	f.Times = append(f.Times, times...)
	return failed
}

// CPUTime returns how long this process has kept processors busy. It tells what
// something costs on a machine that others use, too.
func CPUTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Heading writes the head of the table.
func Heading(w io.Writer) {
	fmt.Fprintln(w, "| request | side | each second | ratio | asked for | p50, ms | p99, ms | core, ms | KB allocated | allocations |")
	fmt.Fprintln(w, "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|")
}

// Line writes the two lines of a row.
func (r Row) Line(w io.Writer, ours, other *Figure) {
	asked := "none"
	if r.Asked > 0 {
		asked = fmt.Sprintf("≥ %.2f", r.Asked)
	}
	fmt.Fprintf(w, "| %s | Onward | %s | %s | %s | %s |\n", r.Name, Number(ours.PerSecond()), AtLeast(ours.PerSecond()/other.PerSecond(), r.Asked, "%.2f"), asked, ours)
	fmt.Fprintf(w, "| | %s | %s | | | %s |\n", r.Beside, Number(other.PerSecond()), other)
}

// String writes what a figure says of one turn.
func (f *Figure) String() string {
	n := float64(len(f.Times))
	return fmt.Sprintf("%s | %s | %s | %s | %s", millis(f.At(0.5)), millis(f.At(0.99)), millis(f.CPU/time.Duration(len(f.Times))), Number(float64(f.Bytes)/n/1024), Number(float64(f.Allocs)/n))
}

// AtLeast writes a figure, in bold where it does not reach what is asked for.
func AtLeast(figure, least float64, format string) string {
	return bold(fmt.Sprintf(format, figure), figure < least)
}

// AtMost writes a figure, in bold where it is more than what is asked for.
func AtMost(figure, most float64, format string) string {
	return bold(fmt.Sprintf(format, figure), figure > most)
}

func bold(text string, stands bool) string {
	if stands {
		return "**" + text + "**"
	}
	return text
}

func millis(d time.Duration) string {
	ms := d.Seconds() * 1000
	if ms < 10 {
		return fmt.Sprintf("%.2f", ms)
	}
	return fmt.Sprintf("%.0f", ms)
}

// Number writes a number with commas between the thousands, and a fraction only
// where it is small.
func Number(n float64) string {
	if n < 20 {
		return fmt.Sprintf("%.1f", n)
	}
	digits := fmt.Sprintf("%.0f", n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}
