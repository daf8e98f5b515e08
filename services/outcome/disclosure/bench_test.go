package disclosure_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"onward/services/outcome/disclosure"
)

// BenchmarkRelease measures what it takes to protect and to check a release of 40
// indicators in eight tables, after two earlier ones.
func BenchmarkRelease(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var months [3][]disclosure.Cell
	for i := range 40 {
		w := newWorld(r, 60+r.IntN(1500), 20, 8, 25, 3)
		for m := range months {
			months[m] = append(months[m], w.cells(fmt.Sprintf("I%02d", i), kind(i%4), tables, 1, 1+monthOf(m))...)
		}
	}
	var earlier []disclosure.Release
	for m := range 2 {
		earlier = append(earlier, release(b, m+1, months[m], earlier))
	}
	for b.Loop() {
		next := release(b, 3, months[2], earlier)
		if f := disclosure.Check(next, earlier, disclosure.Threshold); len(f) > 0 {
			b.Fatal(f)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/release")
	b.ReportMetric(float64(len(months[2])), "cells")
}
