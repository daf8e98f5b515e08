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
		"above it":               {[][]audit.Record{reads("w", officer, today, audit.Read, false, 0, 31)}, 0, "OUTSIDE_CASELOAD 2026-03-20 2026-03-20 1 31 0"},
		"the same many times":    {[][]audit.Record{reads("w", officer, today, audit.Read, false, 0, 20), reads("w", officer, today, audit.Read, false, 0, 20)}, 0, ""},
		"over two days":          {[][]audit.Record{reads("w", officer, today, audit.Read, false, 0, 20), reads("w", officer, today-1, audit.Read, false, 20, 40)}, 0, ""},
		"above it on two days":   {[][]audit.Record{reads("w", officer, today, audit.Read, false, 0, 31), reads("w", officer, today-3, audit.Read, false, 20, 60)}, 0, "OUTSIDE_CASELOAD 2026-03-17 2026-03-20 2 60 0"},
		"her own":                {[][]audit.Record{reads("w", officer, today, audit.Read, true, 0, 90)}, 0, ""},
		"her own since today":    {[][]audit.Record{reads("w", officer, today, audit.Read, false, 0, 31), reads("w", officer, today, audit.Read, true, 0, 5)}, 0, ""},
		"changed":                {[][]audit.Record{reads("w", officer, today, audit.Write, false, 0, 90)}, 0, ""},
		"the record read":        {[][]audit.Record{reads("w", officer, today, audit.Audit, false, 0, 90)}, 0, ""},
		"a week ago":             {[][]audit.Record{reads("w", officer, today-7, audit.Read, false, 0, 90)}, 0, ""},
		"the seventh day":        {[][]audit.Record{reads("w", officer, today-6, audit.Read, false, 0, 90)}, 0, "OUTSIDE_CASELOAD 2026-03-14 2026-03-14 1 90 0"},
		"a supervisor":           {[][]audit.Record{reads("w", supervisor, today, audit.Read, false, 0, 150)}, 0, ""},
		"a supervisor, above it": {[][]audit.Record{reads("w", supervisor, today, audit.Read, false, 0, 151)}, 0, "OUTSIDE_CASELOAD 2026-03-20 2026-03-20 1 151 0"},
		"the operator":           {[][]audit.Record{reads("", "", today, audit.Read, false, 0, 500)}, 0, ""},
		"searches":               {[][]audit.Record{searches("w", today, 20)}, 0, ""},
		"many searches":          {[][]audit.Record{searches("w", today, 21)}, 0, "MANY_SEARCHES 2026-03-20 2026-03-20 1 0 21"},
		"left":                   {[][]audit.Record{reads("w", officer, today-5, audit.Read, true, 0, 20), reads("w", officer, today-6, audit.Read, true, 10, 30)}, today - 2, ""},
		"left with many":         {[][]audit.Record{reads("w", officer, today-5, audit.Read, true, 0, 20), reads("w", officer, today-6, audit.Read, true, 10, 31)}, today - 2, "BEFORE_LEAVING 2026-03-14 2026-03-15 2 31 0"},
		"left long ago":          {[][]audit.Record{reads("w", officer, today-9, audit.Read, true, 0, 90)}, today - 8, ""},
		"read long before":       {[][]audit.Record{reads("w", officer, today-16, audit.Read, true, 0, 90)}, today - 2, ""},
		"read within two weeks":  {[][]audit.Record{reads("w", officer, today-15, audit.Read, true, 0, 90)}, today - 2, "BEFORE_LEAVING 2026-03-05 2026-03-05 1 90 0"},
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
			got = append(got, fmt.Sprint(f.Reason, " ", f.From, " ", f.To, " ", f.Days, " ", f.Cases, " ", f.Searches))
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	if !audit.Since(today).Equal((today - 21).Start()) {
		t.Errorf("records since %s", audit.Since(today))
	}
}
