package graph_test

import (
	"bytes"
	"testing"
)

// TestFiguresInWorklist holds to the letter how a target that was missed and one
// that lags stand in the worklist and in the digest.
func TestFiguresInWorklist(t *testing.T) {
	for _, name := range []string{"worklist", "others", "digest"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, "testdata/figures."+name+".txt", (*world).missTargets)
		})
	}
}

// missTargets sets targets that are not met and runs the job, the day before.
func (w *world) missTargets() {
	w.t.Helper()
	for _, input := range []string{
		`{"requestId": "a", "indicator": "EMPLOYED", "from": "2025-10-01", "to": "2025-12-31", "target": 40, "reason": "The plan of the year"}`,
		`{"requestId": "b", "indicator": "ASSISTED", "from": "2026-01-01", "to": "2026-03-31", "target": 90, "reason": "The plan of the year"}`,
	} {
		if body := w.administer("setTarget", "target { id }", input); bytes.Contains(body, []byte("errors")) {
			w.t.Fatalf("%s", body)
		}
	}
	w.rollUp("figures")
	_, err := w.digests.Make(w.t.Context(), w.register.Snapshot(), day(1))
	w.must(err)
	w.now = w.now.AddDate(0, 0, 1)
}
