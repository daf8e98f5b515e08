package audit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/audit"
	"onward/services/calendar"
	"onward/services/id"
)

// today is the day of which the tests review.
var today = calendar.Date(2026, time.March, 20)

// reads are the looks of a worker at so many different cases on a day: what the record
// of several answers is.
func reads(worker id.Worker, role access.Role, on calendar.Day, kind audit.Kind, own bool, from, to int) (all []audit.Record) {
	for n := from; n < to; n += 10 {
		r := look(worker)
		r.Role, r.At = role, on.Start().Add(time.Duration(n)*time.Minute)
		r.Looks[0].Kind, r.Looks[0].Own = kind, own
		for c := n; c < min(to, n+10); c++ {
			r.Looks[0].Cases = append(r.Looks[0].Cases, id.Case(fmt.Sprint("case_", c)))
		}
		all = append(all, r)
	}
	return all
}

// searches are so many searches on a day.
func searches(worker id.Worker, on calendar.Day, n int) (all []audit.Record) {
	for range n {
		all = append(all, reads(worker, access.LegalOfficer, on, audit.Search, false, 0, 1)...)
	}
	return all
}

// seeks are so many searches for the same on a day, each of which found a case.
func seeks(worker id.Worker, on calendar.Day, sought string, own bool, n int) (all []audit.Record) {
	for _, r := range slices.Concat(searches(worker, on, n)) {
		r.Looks[0].Sought, r.Looks[0].Own = sought, own
		all = append(all, r)
	}
	return all
}

// exports are copies of so many cases on a day.
func exports(worker id.Worker, on calendar.Day, n int) []audit.Record {
	all := reads(worker, access.Supervisor, on, audit.Export, true, 0, n)
	for i := range all {
		all[i].Looks[0].ExportedFor = audit.ForSurvivor
	}
	return all
}

// TestReview proves what is unusual, at each limit, and what is not: her own cases,
// what she changed, what lies before the days that are looked at, and what the operator
// reads.
func TestReview(t *testing.T) {
	officer, supervisor := access.LegalOfficer, access.Supervisor
	for name, test := range map[string]struct {
		records [][]audit.Record
		left    calendar.Day
		want    string
	}{
		"at the limit":           {[][]audit.Record{reads("w", officer, today, audit.Read, false, 0, 30)}, 0, ""},
		"above it":               {[][]audit.Record{reads("w", officer, today, audit.Read, false, 0, 31)}, 0, "OUTSIDE_CASELOAD 2026-03-20 2026-03-20 1 31 0 0"},
		"the same many times":    {[][]audit.Record{reads("w", officer, today, audit.Read, false, 0, 20), reads("w", officer, today, audit.Read, false, 0, 20)}, 0, ""},
		"over two days":          {[][]audit.Record{reads("w", officer, today, audit.Read, false, 0, 20), reads("w", officer, today-1, audit.Read, false, 20, 40)}, 0, ""},
		"above it on two days":   {[][]audit.Record{reads("w", officer, today, audit.Read, false, 0, 31), reads("w", officer, today-3, audit.Read, false, 20, 60)}, 0, "OUTSIDE_CASELOAD 2026-03-17 2026-03-20 2 60 0 0"},
		"her own":                {[][]audit.Record{reads("w", officer, today, audit.Read, true, 0, 90)}, 0, ""},
		"her own since today":    {[][]audit.Record{reads("w", officer, today, audit.Read, false, 0, 31), reads("w", officer, today, audit.Read, true, 0, 5)}, 0, ""},
		"changed":                {[][]audit.Record{reads("w", officer, today, audit.Write, false, 0, 90)}, 0, ""},
		"the record read":        {[][]audit.Record{reads("w", officer, today, audit.Audit, false, 0, 90)}, 0, ""},
		"a week ago":             {[][]audit.Record{reads("w", officer, today-7, audit.Read, false, 0, 90)}, 0, ""},
		"the seventh day":        {[][]audit.Record{reads("w", officer, today-6, audit.Read, false, 0, 90)}, 0, "OUTSIDE_CASELOAD 2026-03-14 2026-03-14 1 90 0 0"},
		"a supervisor":           {[][]audit.Record{reads("w", supervisor, today, audit.Read, false, 0, 150)}, 0, ""},
		"a supervisor, above it": {[][]audit.Record{reads("w", supervisor, today, audit.Read, false, 0, 151)}, 0, "OUTSIDE_CASELOAD 2026-03-20 2026-03-20 1 151 0 0"},
		"the operator":           {[][]audit.Record{reads("", "", today, audit.Read, false, 0, 500)}, 0, ""},
		"searches":               {[][]audit.Record{searches("w", today, 20)}, 0, ""},
		"many searches":          {[][]audit.Record{searches("w", today, 21)}, 0, "MANY_SEARCHES 2026-03-20 2026-03-20 1 0 21 0"},
		"the same sought":        {[][]audit.Record{seeks("w", today, "a", false, 5), seeks("w", today, "b", false, 5)}, 0, ""},
		"the same sought often":  {[][]audit.Record{seeks("w", today, "a", false, 4), seeks("w", today-3, "a", false, 2), seeks("w", today-2, "b", false, 5)}, 0, "SAME_SEARCH 2026-03-17 2026-03-20 2 0 6 0"},
		"two sought often":       {[][]audit.Record{seeks("w", today, "a", false, 6), seeks("w", today, "b", false, 7)}, 0, "SAME_SEARCH 2026-03-20 2026-03-20 1 0 13 0"},
		"sought over two weeks":  {[][]audit.Record{seeks("w", today, "a", false, 5), seeks("w", today-7, "a", false, 5)}, 0, ""},
		"her own sought":         {[][]audit.Record{seeks("w", today, "a", true, 20)}, 0, ""},
		"exported":               {[][]audit.Record{exports("w", today, 3), exports("w", today-1, 3)}, 0, ""},
		"exported often":         {[][]audit.Record{exports("w", today, 4), exports("w", today-1, 3)}, 0, "MANY_EXPORTS 2026-03-20 2026-03-20 1 0 0 4"},
		"exported and left":      {[][]audit.Record{exports("w", today-2, 1)}, today, "BEFORE_LEAVING 2026-03-18 2026-03-18 1 1 0 1"},
		"exported and leaves":    {[][]audit.Record{exports("w", today, 1)}, today + 13, "BEFORE_LEAVING 2026-03-20 2026-03-20 1 1 0 1"},
		"leaves, but not soon":   {[][]audit.Record{exports("w", today, 1)}, today + 14, ""},
		"leaves and reads":       {[][]audit.Record{reads("w", officer, today, audit.Read, true, 0, 31)}, today + 3, "BEFORE_LEAVING 2026-03-20 2026-03-20 1 31 0 0"},
		"left":                   {[][]audit.Record{reads("w", officer, today-5, audit.Read, true, 0, 20), reads("w", officer, today-6, audit.Read, true, 10, 30)}, today - 2, ""},
		"left with many":         {[][]audit.Record{reads("w", officer, today-5, audit.Read, true, 0, 20), reads("w", officer, today-6, audit.Read, true, 10, 31)}, today - 2, "BEFORE_LEAVING 2026-03-14 2026-03-15 2 31 0 0"},
		"left long ago":          {[][]audit.Record{reads("w", officer, today-9, audit.Read, true, 0, 90)}, today - 8, ""},
		"read long before":       {[][]audit.Record{reads("w", officer, today-16, audit.Read, true, 0, 90)}, today - 2, ""},
		"read within two weeks":  {[][]audit.Record{reads("w", officer, today-15, audit.Read, true, 0, 90)}, today - 2, "BEFORE_LEAVING 2026-03-05 2026-03-05 1 90 0 0"},
	} {
		left := map[id.Worker]calendar.Day{}
		if test.left != 0 {
			left["w"] = test.left
		}
		var got []string
		for _, f := range audit.Review(slices.Concat(test.records...), left, today) {
			if f.Worker != "w" || f.Organisation != "org_LOTUS" {
				t.Errorf("%s: %+v", name, f)
			}
			got = append(got, fmt.Sprint(f.Reason, " ", f.From, " ", f.To, " ", f.Days, " ", f.Cases, " ", f.Searches, " ", f.Exports))
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	if !audit.Since(today).Equal((today - 21).Start()) {
		t.Errorf("records since %s", audit.Since(today))
	}
}
