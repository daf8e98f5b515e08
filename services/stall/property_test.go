package stall_test

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/followup"
	"onward/services/id"
	"onward/services/plan"
	"onward/services/register"
	"onward/services/scholarship"
	"onward/services/sealed"
	"onward/services/shelter"
	"onward/services/stall"
	"onward/services/track"
)

// step draws an entry, which may or may not fit the case.
func step(t *rapid.T, f *file, on calendar.Day) casefile.Data {
	drawn := []casefile.Data{
		casefile.Accepted{}, casefile.Accepted{OwnerID: "worker_1"}, casefile.Activated{OwnerID: "worker_1", Risk: casefile.High},
		casefile.Assigned{OwnerID: "worker_2"}, casefile.Revised{Risk: casefile.Low}, casefile.Revised{Risk: casefile.High},
		casefile.Held{Until: on + calendar.Day(rapid.IntRange(1, 90).Draw(t, "hold")), Reason: "abroad"}, casefile.Resumed{},
		casefile.FollowUpStarted{}, closed(), casefile.Reopened{Reason: "she came back"},
		admitted(), left(), reached(track.NeedsAssessed), reached(track.ReadyToLeave),
		awarded(), scholarship.Enrolment{}, scholarship.End{Ending: scholarship.Withdrawn},
		career.Registered{SiteID: "site_1"}, reached(track.SkillsAssessed), reached(track.JobReady),
		started(), separated(), checked(employment.Day90, true), checked(employment.Day180, true), checked(employment.Day90, false),
		reached(track.Represented), inCourt(""), reached(track.FamilyCommunityAssessed), returned(),
		met(track.Unscheduled, true), met(track.Unscheduled, false), met(track.Month3, true), met(track.Month6, true),
		planned((on + 5).String(), (on + 40).String()), plan.Reviewed{}, casefile.Requested{Of: casefile.PlanApproval},
		followup.Schedule{DueOn: on + 20}, agreed((on + 15).String()),
		casefile.Requested{Of: casefile.ClosureApproval, Closure: &casefile.Ended{Reason: casefile.NoLongerNeeds}},
		assessed(assessment.Needs), assessed(assessment.RiskScreening), casefile.Revised{AdultOn: on + 30}, casefile.Refusal{Reason: "no place"},
		casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given}, casefile.ConsentRecorded{Purpose: casefile.ForServices, Decision: casefile.Refused},
		casefile.ConsentRecorded{Purpose: casefile.ForReporting, Decision: casefile.Given, ExpiresOn: on + calendar.Day(rapid.IntRange(0, 60).Draw(t, "consented"))},
		casefile.ConsentRecorded{Purpose: casefile.ForServices, Decision: casefile.Given}, sent(), offered(), wholePlan(),
		employment.Ended{Reason: employment.BetterJob}, scholarship.End{Ending: scholarship.DroppedOut}, scholarship.End{Ending: scholarship.Expelled},
		scholarship.AbsenceRecorded{From: on - 2, To: on, Excused: &no}, scholarship.AbsenceRecorded{From: on - 5, To: on - 3, Excused: &no},
		scholarship.AbsenceRecorded{From: on, To: on, Excused: &yes}, scholarship.TermCheck{Term: sealed.Text(on.String()), Attendance: scholarship.Regular},
		shelter.Left{Destination: shelter.UnknownDestination, SafeInWorkersView: &yes},
		casefile.Reversed{Version: rapid.IntRange(2, len(f.entries)+1).Draw(t, "mistake"), Reason: "a mistake"},
	}
	for _, stay := range f.c.Shelter().Stays {
		drawn = append(drawn, shelter.ExitJudged{StayID: stay.ID(), SafeInWorkersView: &yes}, shelter.ExitJudged{StayID: stay.ID(), Destination: shelter.Family})
	}
	for _, r := range f.c.Referrals() {
		drawn = append(drawn, casefile.ReferralAnswered{ReferralID: r.ID, Accepted: true}, casefile.ReferralAnswered{ReferralID: r.ID}, casefile.ReferralWithdrawn{ReferralID: r.ID, Reason: "too late"})
	}
	for _, a := range f.c.Plan.Open() {
		drawn = append(drawn, plan.ActionCompleted{ActionID: a.ID()})
	}
	for _, a := range f.c.Approvals {
		drawn = append(drawn, casefile.Approved{ApprovalID: a.ID()}, casefile.RequestRejected{ApprovalID: a.ID(), Reason: "too early"})
	}
	for _, flag := range f.c.Flags {
		drawn = append(drawn, casefile.FlagResolution{FlagID: flag.ID, Reason: "it is known why"}, casefile.FlagAcknowledgement{FlagID: flag.ID},
			casefile.FlagAcknowledgement{FlagID: flag.ID, SnoozeUntil: on + calendar.Day(rapid.IntRange(1, 30).Draw(t, "snooze"))})
	}
	return rapid.SampledFrom(drawn).Draw(t, "entry")
}

// work records a drawn entry and resolves what it has ended, as the writer of
// cases does. An entry that does not fit changes nothing.
func work(t *rapid.T, f *file, on calendar.Day) {
	f.today = max(f.today, on)
	if f.try(on-calendar.Day(rapid.IntRange(0, 20).Draw(t, "late")), step(t, f, on)) != nil {
		return
	}
	f.settle(on)
}

// nothing reports whether a scan of a case on a day finds nothing.
func nothing(c *casefile.Case, on calendar.Day) bool {
	return len(stall.Assess(c, defaults, on).Data()) == 0
}

// someFile draws a case with a history of up to a year, some of its days
// scanned, and the day on which it stands.
func someFile(t *rapid.T) (*file, calendar.Day) {
	f := referred(rapid.SampledFrom([]casefile.Risk{"", casefile.Low, casefile.Medium, casefile.High}).Draw(t, "risk"))
	on := day("2026-01-01")
	for range rapid.IntRange(0, 25).Draw(t, "steps") {
		on += calendar.Day(rapid.IntRange(0, 25).Draw(t, "days"))
		if rapid.IntRange(0, 2).Draw(t, "scan") == 0 {
			f.scan(on)
		}
		work(t, f, on)
	}
	return f, on
}

// TestScanOnAgreesWithAssess proves that the day by which the register finds the
// cases to scan is exactly right: before it a scan of the case finds nothing, and
// from it on it raises or wakes something. Nothing is left to be resolved or
// regraded, whatever the day.
func TestScanOnAgreesWithAssess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, today := someFile(t)
		for on := today; on < today+400; on++ {
			found := stall.Assess(f.c, defaults, on)
			due := !f.c.ScanOn.IsZero() && f.c.ScanOn <= on
			if due != (len(found.Raise)+len(found.Wake) > 0) {
				t.Fatalf("on %s a scan raises %d flags and wakes %d, and ScanOn is %s", on, len(found.Raise), len(found.Wake), f.c.ScanOn)
			}
			if len(found.Resolve)+len(found.Regrade) > 0 {
				t.Fatalf("on %s a scan resolves %v and regrades %v, of which the last entry knew already", on, found.Resolve, found.Regrade)
			}
		}
	})
}

// TestRegisterFindsAllThatIsDue proves that the register's index of days to scan
// gives the cases in which a scan finds something, and no other.
func TestRegisterFindsAllThatIsDue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := register.New()
		var files []*file
		latest := day("2026-01-01")
		for i := range rapid.IntRange(1, 5).Draw(t, "cases") {
			f, today := someFile(t)
			c := f.c.Clone()
			c.ID, c.Code = id.Case(fmt.Sprintf("case_%d", i)), fmt.Sprintf("TST-%d", i)
			latest = max(latest, today)
			files = append(files, &file{c: c})
			r.Apply(c)
		}
		on := latest + calendar.Day(rapid.IntRange(0, 300).Draw(t, "later"))
		var want, got []id.Case
		for _, f := range files {
			if !nothing(f.c, on) {
				want = append(want, f.c.ID)
			}
		}
		for c := range r.Snapshot().Due(on) {
			got = append(got, c.ID)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("on %s the register gives %v, a scan of all finds something on %v", on, got, want)
		}
	})
}

// TestScanningWhatIsDueIsScanningEverything proves that a case that is scanned
// only when it is due comes to the same flags, day by day, as one that is
// scanned every day.
func TestScanningWhatIsDueIsScanningEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		daily := referred(casefile.Medium)
		whenDue := referred(casefile.Medium)
		on := day("2026-01-01")
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			for range rapid.IntRange(0, 40).Draw(t, "days") {
				on++
				daily.scan(on)
				if scan := whenDue.c.ScanOn; !scan.IsZero() && scan <= on {
					whenDue.scan(on)
				}
			}
			if !reflect.DeepEqual(daily.c.Flags, whenDue.c.Flags) || len(daily.entries) != len(whenDue.entries) {
				t.Fatalf("on %s scanned daily %+v, when due %+v", on, daily.c.Flags, whenDue.c.Flags)
			}
			entry := step(t, daily, on)
			if (daily.try(on, entry) == nil) != (whenDue.try(on, entry) == nil) {
				t.Fatalf("%s fits one of two equal cases", entry.Kind())
			}
			daily.settle(on)
			whenDue.settle(on)
		}
	})
}

// TestScanLeavesNothing proves that what a scan and the escalation after it find
// can be recorded, that nothing is left to find that day, and that no episode has
// two flags.
func TestScanLeavesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, today := someFile(t)
		on := today + calendar.Day(rapid.IntRange(0, 400).Draw(t, "later"))
		f.scan(on)
		if !nothing(f.c, on) {
			t.Fatalf("a second scan on %s finds %+v", on, stall.Assess(f.c, defaults, on))
		}
		for _, x := range stall.Escalations(f.c, defaults, on) {
			f.must(on.String(), x)
		}
		if again := stall.Escalations(f.c, defaults, on); len(again) > 0 || !nothing(f.c, on) {
			t.Fatalf("escalated again on %s: %v", on, again)
		}
		seen := map[string]bool{}
		for _, flag := range f.c.Flags {
			if seen[flag.ID] {
				t.Fatalf("%s was raised twice", flag.ID)
			}
			seen[flag.ID] = true
		}
	})
}

// TestNextDueOnIsTheEarliest proves that the day by which the worklist finds a
// case is the earliest day of what is outstanding on it, as is that of each
// track, and that every deadline is either outstanding or dismissed.
func TestNextDueOnIsTheEarliest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, _ := someFile(t)
		var all calendar.Day
		tracks := map[track.Kind]calendar.Day{}
		outstanding := stall.Outstanding(f.c, defaults)
		for _, d := range outstanding {
			if all.IsZero() || d.DueOn < all {
				all = d.DueOn
			}
			if d.Track != "" && (tracks[d.Track].IsZero() || d.DueOn < tracks[d.Track]) {
				tracks[d.Track] = d.DueOn
			}
		}
		if f.c.NextDueOn != all {
			t.Fatalf("NextDueOn is %s, the earliest outstanding is %s", f.c.NextDueOn, all)
		}
		for _, kind := range track.Kinds {
			if got := stall.NextDueOn(f.c, defaults, kind); got != tracks[kind] {
				t.Fatalf("%s is next due on %s, want %s", kind, got, tracks[kind])
			}
		}
		dismissed := 0
		for _, d := range stall.Deadlines(f.c, defaults) {
			if flag, raised := f.c.Flag(d.Rule, d.Episode()); raised && flag.Dismissed {
				dismissed++
			}
		}
		if len(stall.Deadlines(f.c, defaults)) != len(outstanding)+dismissed {
			t.Fatalf("%d deadlines, %d outstanding, %d dismissed", len(stall.Deadlines(f.c, defaults)), len(outstanding), dismissed)
		}
	})
}

// TestUrgency proves that deadlines come in an order: the overdue before the others, of
// these the more severe, of those the earlier; and that what is due today is not overdue.
func TestUrgency(t *testing.T) {
	const today = "2026-02-05"
	due := func(severity casefile.Severity, on string) stall.Deadline {
		return stall.Deadline{Severity: severity, DueOn: day(on)}
	}
	ordered := []stall.Deadline{
		due(casefile.SeverityHigh, "2026-01-31"), due(casefile.SeverityHigh, "2026-02-04"),
		due(casefile.SeverityMedium, "2026-02-04"), due(casefile.SeverityLow, "2025-06-01"),
		due(casefile.SeverityHigh, today), due(casefile.SeverityHigh, "2026-12-01"),
		due(casefile.SeverityMedium, today), due(casefile.SeverityLow, today),
	}
	for i, a := range ordered {
		for j, b := range ordered {
			p, q := a.Urgency(day(today)), b.Urgency(day(today))
			if got, want := slices.Compare(p[:], q[:]), cmp.Compare(i, j); got != want {
				t.Errorf("%s due %s against %s due %s: %d, want %d", a.Severity, a.DueOn, b.Severity, b.DueOn, got, want)
			}
		}
	}
}
