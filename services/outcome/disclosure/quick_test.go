package disclosure_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"onward/services/outcome/disclosure"
)

func TestQuick(t *testing.T) {
	for k := range 4 {
		for _, mode := range []string{"single", "cumulative", "rolling"} {
			r := rand.New(rand.NewPCG(1, 2))
			w := newWorld(r, 700, 20, 8, 25, 5)
			var earlier []disclosure.Release
			for m := range 3 {
				from, to := 1, m+1
				switch mode {
				case "single":
					from = m + 1
				case "rolling":
					from, to = m+1, m+3
				}
				cells := w.cells("X", kind(k), tables, time.Month(from), time.Month(to))
				start := time.Now()
				n := release(t, m+1, cells, earlier)
				el := time.Since(start)
				start = time.Now()
				f := disclosure.Check(n, earlier, 11)
				hist := map[string]int{}
				for _, d := range n.Cells {
					hist[fmt.Sprint(d.Reason)]++
				}
				t.Log(k, mode, m, el, "check", time.Since(start), hist, len(f))
				if len(f) > 0 {
					t.Error(f[:min(3, len(f))])
				}
				earlier = append(earlier, n)
			}
		}
	}
}
