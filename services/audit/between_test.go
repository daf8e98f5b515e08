package audit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"onward/services/audit"
)

// TestCheckpointsBetween proves that a process signs its own log when so many records or
// some for so long are without a checkpoint, and not before; and that what is changed or cut off after the
// last checkpoint of all logs is found by it.
func TestCheckpointsBetween(t *testing.T) {
	s, at := openStore(t), noon
	now := func() time.Time { return at }
	l, k := audit.NewLog(s, now), keeper(t, s, now)
	k.Every, k.Records = time.Hour, 5
	keep(t, k)
	due := func(what string, want bool) {
		t.Helper()
		if made, err := k.KeepDue(t.Context(), l); err != nil || made != want {
			t.Errorf("%s: %v, %v", what, made, err)
		}
	}
	at = at.Add(2 * time.Hour)
	due("no record", false)
	k.Every = 3 * time.Hour
	for n := range 5 {
		due(fmt.Sprint(n, " records"), false)
		commit(t, l, look("worker_1", "case_1"))
	}
	due("5 records", true)
	due("at once again", false)
	commit(t, l, look("worker_2", "case_1"))
	at = at.Add(3*time.Hour - time.Second)
	due("one record for less than the time", false)
	at = at.Add(time.Second)
	due("one record for the time", true)
	commit(t, l, look("worker_3", "case_1"))
	at = at.Add(time.Hour)
	keep(t, k) // and one of all logs goes on from there
	k.Every, k.Records = 0, 0
	commit(t, l, look("worker_4", "case_1"))
	at = at.Add(24 * time.Hour)
	due("turned off", false)
	checkpoints, err := audit.ReadCheckpoints(k.File, k.Key.Public())
	if err != nil || len(checkpoints) != 4 || checkpoints[1].Heads[0].Size != 5 || checkpoints[2].Heads[0].Size != 6 {
		t.Fatalf("%+v, %v", checkpoints, err)
	}
	between := checkpoints[:3] // before the last one of all logs
	docs := scan(t, s)
	changed := slices.Clone(docs)
	changed[5].Records = []json.RawMessage{bytes.Replace(docs[5].Records[0], []byte("worker_2"), []byte("worker_1"), 1)}
	for name, bad := range map[string][]stored{"cut": docs[:5], "changed": changed} {
		for known, want := range map[int]int{1: 0, 3: 1} {
			v, err := audit.Verify(t.Context(), forged(t, bad, true), between[:known])
			if err != nil || len(v.Differences) != want {
				t.Errorf("%s, with %d checkpoints: %q, %v", name, known, v.Differences, err)
			}
		}
	}
}
