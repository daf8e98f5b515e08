package bench_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"onward/cmd/onward/bench"
)

// TestPair proves that the other side of a pair does exactly what ours has done before,
// as often, and that turns are counted through.
func TestPair(t *testing.T) {
	var ours, early atomic.Int64
	turn := func(i int) error {
		time.Sleep(time.Millisecond)
		ours.Add(1)
		return nil
	}
	other := func(i int) error {
		if int64(i) >= ours.Load() {
			early.Add(1)
		}
		return nil
	}
	a, b, err := bench.Measure(bench.Row{Pair: true, Ours: bench.Side{Do: turn}, Other: bench.Side{Do: other}}, 2, time.Millisecond)
	if err != nil || early.Load() > 0 || len(a.Times) == 0 || len(a.Times) != len(b.Times) {
		t.Errorf("%v; %d too early; %d and %d turns", err, early.Load(), len(a.Times), len(b.Times))
	}
}

// TestFailure proves that a side that fails ends the measuring.
func TestFailure(t *testing.T) {
	broken := errors.New("broken")
	fine := bench.Side{Do: func(int) error { time.Sleep(time.Millisecond); return nil }}
	if _, _, err := bench.Measure(bench.Row{Ours: fine, Other: bench.Side{Do: func(int) error { return broken }}}, 2, time.Millisecond); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

// TestLine proves what a line says, and that a ratio below what is asked for stands out.
func TestLine(t *testing.T) {
	figure := func(turns int) *bench.Figure {
		f := &bench.Figure{Took: time.Second, CPU: time.Duration(turns) * time.Millisecond, Bytes: uint64(turns) << 10, Allocs: uint64(turns)}
		for i := range turns {
			f.Times = append(f.Times, time.Duration(i+1)*time.Millisecond)
		}
		return f
	}
	for asked, ratio := range map[float64]string{0.5: "0.50 | ≥ 0.50", 0.6: "**0.50** | ≥ 0.60", 0: "0.50 | none"} {
		var text strings.Builder
		bench.Row{Name: "a", Beside: "b", Asked: asked}.Line(&text, figure(1000), figure(2000))
		want := "| a | Onward | 1,000 | " + ratio + " | 501 | 991 | 1.00 | 1.0 | 1.0 |\n| | b | 2,000 | | | 1001 | 1981 | 1.00 | 1.0 | 1.0 |\n"
		if text.String() != want {
			t.Errorf("got %s, want %s", text.String(), want)
		}
	}
}

// TestAsk proves that an answer with errors, or with another status, is no answer.
func TestAsk(t *testing.T) {
	for text, fails := range map[string]bool{`{"data":{}}`: false, `{"errors":[]}`: true, "": true} {
		c := bench.Client{Token: "t", Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer t" {
				t.Error("no token")
			}
			if text == "" {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			_, _ = w.Write([]byte(text))
		})}
		if size, err := c.Ask([]byte(`{}`)); (err != nil) != fails || !fails && size != len(text) {
			t.Errorf("%q: %d, %v", text, size, err)
		}
	}
}
