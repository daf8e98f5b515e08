package stall_test

import (
	"strconv"
	"strings"
	"testing"

	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/plan"
	"onward/services/scholarship"
	"onward/services/stall"
	"onward/services/track"
)

// TestRaisedOnce proves that the trouble of one episode raises one flag: a scan
// after the first finds nothing that day, and not that trouble on any day of the
// next year.
func TestRaisedOnce(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		f.scan(due + 1)
		if raise, resolve := assess(f.c, due+1); len(raise)+len(resolve) != 0 {
			t.Errorf("a second scan finds %v and %v", raise, resolve)
		}
		for on := due + 2; on < due+366; on++ {
			if again := raisedBy(tr, f.c, on); len(again) != 0 {
				t.Fatalf("raised again on %s: %+v", on, again)
			}
		}
	})
}

// TestResolvedByItself proves that the entry that ends a trouble resolves its
// flag automatically, naming it, and that the flag stays resolved.
func TestResolvedByItself(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		f.scan(due + 1)
		if _, resolve := assess(f.c, due+30); len(resolve) != 0 {
			t.Errorf("resolved before anything has ended it: %+v", resolve)
		}
		f.must((due + 2).String(), tr.end)
		found := 0
		for _, r := range f.settle(due + 2) {
			if r.FlagID == tr.flagID() {
				found++
				if !r.Automatic || r.Cause != cause(f) || f.entries[r.EndedBy-1].Data.Kind() != tr.end.Kind() {
					t.Errorf("resolution %+v, want an automatic one by the entry of %s", r, tr.end.Kind())
				}
			}
		}
		flag := f.flag(t, tr.rule, tr.episode)
		if found != 1 || flag.State != casefile.FlagResolved || flag.ResolvedOn != due+2 || flag.Dismissed {
			t.Errorf("resolved %d times; flag %+v", found, flag)
		}
		for on := due + 2; on < due+366; on++ {
			if again := raisedBy(tr, f.c, on); len(again) != 0 {
				t.Fatalf("raised again on %s: %+v", on, again)
			}
		}
	})
}

// TestEndedBeforeItIsDue proves that a trouble that ends in time raises nothing.
func TestEndedBeforeItIsDue(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		if deadline(t, f, tr).Facts()[0].On > due {
			return // at once: it is overdue when it happens
		}
		f.must(due.String(), tr.end)
		for on := due; on < due+366; on++ {
			if raised := raisedBy(tr, f.c, on); len(raised) != 0 {
				t.Fatalf("raised on %s: %+v", on, raised)
			}
		}
	})
}

// TestNewEpisodeRaisesAgain proves that the same rule speaks again of a new
// trouble, with a flag of its own, on its own day.
func TestNewEpisodeRaisesAgain(t *testing.T) {
	reopened := func(f *file) *file {
		return f.must("2026-06-01", closed()).must("2026-07-01", casefile.Reopened{Reason: "she came back"})
	}
	tests := []struct {
		name         string
		rule         casefile.RuleCode
		write        func() *file
		first        string // an episode, overdue on the day of the first scan
		firstScan    string
		again        func(*file) *file
		second       string // the next episode; {n} is the last entry before its scan, {n-1} the one before
		due          string
		raisedInAll  int
		stillFlagged bool // the first episode's flag, after the second
	}{
		{"unowned again after a reopening", stall.NoOwner, func() *file { return referred("") }, "2026-01-01", "2026-01-10",
			reopened, "2026-07-01", "2026-07-03", 2, false},
		{"not assessed again after a reopening", stall.NeverAssessed, active, "2026-01-01", "2026-02-01",
			reopened, "2026-07-01", "2026-07-15", 2, false},
		{"no contact after a contact", stall.NoContact, active, "2026-01-01", "2026-02-01",
			func(f *file) *file { return f.must("2026-02-02", met(track.Unscheduled, true)) }, "2026-02-02", "2026-03-04", 2, false},
		{"a second stay", stall.MilestoneDwell, func() *file { return active().must("2026-01-01", admitted()) }, "ADMITTED-4", "2026-07-01",
			func(f *file) *file { return f.must("2026-07-02", left()).must("2026-08-01", admitted()) }, "ADMITTED-{n}", "2027-01-28", 2, false},
		{"a second award beside the first", stall.MilestoneDwell, func() *file { return active().must("2026-01-01", awarded()) }, "AWARDED-4", "2026-02-01",
			func(f *file) *file { return f.must("2026-02-02", awarded()) }, "AWARDED-{n}", "2026-03-04", 2, true},
		{"ready for a second job", stall.MilestoneDwell, func() *file {
			return active().must("2026-01-01", career.Registered{SiteID: "site_1"}, reached(track.JobReady))
		}, "JOB_READY-5", "2026-04-02", func(f *file) *file {
			return f.must("2026-04-03", career.Registered{SiteID: "site_1"}, reached(track.JobReady))
		}, "JOB_READY-{n}", "2026-07-02", 2, false},
		{"a second job", stall.RetentionCheckMissed, func() *file { return active().must("2026-01-01", started()) }, "4-DAY_90", "2026-04-17",
			func(f *file) *file { return f.must("2026-04-18", separated(), started()) }, "{n}-DAY_90", "2026-08-01", 2, false},
		{"the next point of the same job", stall.RetentionCheckMissed, func() *file { return active().must("2026-01-01", started()) }, "4-DAY_90", "2026-04-17",
			func(f *file) *file { return f.must("2026-04-18", checked(employment.Day90, true)) }, "4-DAY_180", "2026-07-15", 2, false},
		{"a second return", stall.ReturnFollowUpMissed, func() *file { return active().must("2026-01-01", returned()) }, "4-M3", "2026-05-02",
			func(f *file) *file { return f.must("2026-05-03", returned()) }, "{n}-M3", "2026-09-02", 2, false},
		{"no approved plan again after a reopening", stall.NoApprovedPlan, active, "2026-01-01", "2026-02-01",
			reopened, "2026-07-01", "2026-07-31", 2, false},
		{"assessed again", stall.ReassessmentDue, func() *file { return active().must("2026-01-01", reached(track.FamilyCommunityAssessed)) }, "2026-01-01", "2026-07-04",
			func(f *file) *file { return f.must("2026-07-05", assessed(assessment.Needs)) }, "2026-07-05", "2027-01-04", 2, false},
		{"away again after she came back", stall.Absences, func() *file { return atSchool(casefile.Medium).must("2026-02-04", absent("2026-02-02", "2026-02-04")) }, "absence-7", "2026-02-05",
			func(f *file) *file {
				return f.must("2026-02-09", scholarship.TermCheck{ScholarshipID: "scholarship_TEST.4", Term: "T", Attendance: scholarship.Regular}).must("2026-02-25", absent("2026-02-23", "2026-02-25"))
			}, "absence-{n}", "2026-02-24", 2, false},
		{"unanswered again after a reopening", stall.ReferralUnanswered, func() *file { return referred("") }, "2026-01-01", "2026-01-09",
			reopened, "2026-07-01", "2026-07-08", 2, false},
		{"a second referral", stall.ReferralUnanswered, func() *file { return sharing(casefile.Medium).must("2026-01-05", sent()) }, "REFERRAL-5", "2026-01-13",
			func(f *file) *file {
				return f.must("2026-01-14", casefile.ReferralWithdrawn{ReferralID: "referral_TEST.5"}, sent())
			}, "REFERRAL-{n}", "2026-01-21", 2, false},
		{"a second job lost", stall.Regression, func() *file { return active().must("2026-01-01", started()).must("2026-03-10", separated()) }, "job-4", "2026-03-10",
			func(f *file) *file { return f.must("2026-03-11", started()).must("2026-05-10", separated()) }, "job-{n-1}", "2026-05-09", 2, false},
		{"intake again after a reopening", stall.RecordIncomplete, func() *file { return intake("") }, "2026-01-01", "2026-01-09",
			reopened, "2026-07-01", "2026-07-08", 2, false},
		{"a second exit", stall.RecordIncomplete, func() *file { return active().must("2026-01-05", admitted()).must("2026-02-01", left()) }, "LEFT-5", "2026-02-09",
			func(f *file) *file { return f.must("2026-02-10", admitted()).must("2026-02-20", left()) }, "LEFT-{n}", "2026-02-27", 2, false},
		{"a second action", stall.ActionOverdue, func() *file { return active().must("2026-01-01", planned("2026-01-10", "2026-03-10")) }, "4-2", "2026-01-11",
			func(f *file) *file {
				return f.must("2026-01-12", plan.ActionCompleted{ActionID: "plan_TEST.4.2"})
			}, "4-3", "2026-03-10", 2, false},
	}
	for _, test := range tests {
		t.Run(string(test.rule)+"/"+test.name, func(t *testing.T) {
			f := test.write()
			f.scan(day(test.firstScan))
			if first := f.flag(t, test.rule, test.first); !first.Live() {
				t.Fatalf("the first flag is %s", first.State)
			}
			f = test.again(f)
			n := len(f.entries)
			second := strings.NewReplacer("{n}", strconv.Itoa(n), "{n-1}", strconv.Itoa(n-1)).Replace(test.second)
			f.scan(day(test.due))
			if early, raised := f.c.Flag(test.rule, second); raised {
				t.Errorf("raised on the day on which it is due: %+v", early)
			}
			f.scan(day(test.due) + 1)
			if second := f.flag(t, test.rule, second); second.State != casefile.FlagOpen || second.DueOn != day(test.due) {
				t.Errorf("the second flag is %s and due on %s, want OPEN and %s", second.State, second.DueOn, test.due)
			}
			if first := f.flag(t, test.rule, test.first); first.Live() != test.stillFlagged {
				t.Errorf("the first flag is %s after the second", first.State)
			}
			if n := flags(f, test.rule); n != test.raisedInAll {
				t.Errorf("%d flags of %s, want %d", n, test.rule, test.raisedInAll)
			}
		})
	}
}

// flags counts the flags of a rule, resolved ones too.
func flags(f *file, rule casefile.RuleCode) (n int) {
	for _, flag := range f.c.Flags {
		if flag.Rule == rule {
			n++
		}
	}
	return n
}
