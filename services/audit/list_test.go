package audit_test

import (
	"strings"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/audit"
	"onward/services/calendar"
	"onward/services/id"
)

// TestList proves what the survivor is given: by day, the newest first, each thing once,
// in English and in Khmer, with the looks of the operator.
func TestList(t *testing.T) {
	s := openStore(t)
	now := noon
	l := audit.NewLog(s, func() time.Time { return now })
	legal, whole := look("worker_1", "case_1", "case_2"), look("worker_2", "case_1")
	whole.Looks[0].Classes = []access.Class{access.Health, access.Contact}
	whole.Looks = append(whole.Looks, audit.Look{Kind: audit.Write, Cases: []id.Case{"case_1"}, Classes: []access.Class{access.Case}})
	operator := audit.Record{Looks: []audit.Look{{Kind: audit.Audit, Cases: []id.Case{"case_1"}}}}
	commit(t, l, legal, legal, look("worker_3", "case_2"))
	now = now.AddDate(0, 0, 1)
	commit(t, l, whole, legal, legal)
	now = now.AddDate(0, 0, 1)
	commit(t, l, operator)
	looks, err := audit.LooksAt(t.Context(), s, "case_1")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	list := audit.List{Code: "LOT-0001", On: calendar.DayOf(now), Looks: looks, Name: func(s audit.Seen) string { return "Name of " + string(s.Worker) }}
	if err := list.Write(&out); err != nil {
		t.Fatal(err)
	}
	const want = `Who looked at the case LOT-0001 and who changed it, as of 2026-03-04

2026-03-04
  the operator of the program: read this list

2026-03-03
  Name of worker_2: read: how to reach her, her health
  Name of worker_2: changed the case
  Name of worker_1: read: her legal matters

2026-03-02
  Name of worker_1: read: her legal matters


អ្នកដែលបានមើល និងបានកែករណី LOT-0001 គិតត្រឹមថ្ងៃទី 2026-03-04

2026-03-04
  អ្នកថែទាំកម្មវិធី: បានអានបញ្ជីនេះ

2026-03-03
  Name of worker_2: បានអាន៖ របៀបទាក់ទងនាង, សុខភាពរបស់នាង
  Name of worker_2: បានកែករណី
  Name of worker_1: បានអាន៖ រឿងច្បាប់របស់នាង

2026-03-02
  Name of worker_1: បានអាន៖ រឿងច្បាប់របស់នាង
`
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
	out.Reset()
	list.Looks = nil
	if err := list.Write(&out); err != nil || !strings.Contains(out.String(), "Nobody.") || !strings.Contains(out.String(), "គ្មាននរណាម្នាក់ទេ។") {
		t.Errorf("%s, %v", out.String(), err)
	}
}
