package stall_test

import (
	"strings"
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/stall"
	"onward/services/track"
)

// TestCorrectionRaisesTheSameFlagAgain proves that a flag whose ending was
// recorded by mistake is raised again as the same flag, once.
func TestCorrectionRaisesTheSameFlagAgain(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		f.scan(due + 1)
		f.must((due + 2).String(), tr.end)
		mistake := len(f.entries)
		f.scan(due + 2)
		before := len(f.c.Flags)
		f.must((due + 3).String(), casefile.Reversed{Version: mistake, Reason: "another woman's"})
		f.scan(due + 3)
		if flag := f.flag(t, tr.rule, tr.episode); flag.State != casefile.FlagReopened || len(f.c.Flags) != before {
			t.Errorf("the flag is %s and there are %d, want REOPENED and %d", flag.State, len(f.c.Flags), before)
		}
		if _, resolve := assess(f.c, due+4); len(raisedBy(tr, f.c, due+4))+len(resolve) != 0 {
			t.Errorf("the day after raises it again, or resolves %v", resolve)
		}
	})
}

// TestDismissedStaysDismissed proves that a flag resolved by hand is not raised
// again in its episode, asks for nothing, and leaves the worklist.
func TestDismissedStaysDismissed(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		f.scan(due + 1)
		f.must((due + 2).String(), casefile.FlagResolution{FlagID: tr.flagID(), Reason: "it is known why"})
		for on := due + 2; on < due+366; on++ {
			if again := raisedBy(tr, f.c, on); len(again) != 0 {
				t.Fatalf("raised again on %s: %+v", on, again)
			}
		}
		for _, d := range stall.Outstanding(f.c, defaults) {
			if d.Rule == tr.rule && d.Episode() == tr.episode {
				t.Errorf("%s %s is outstanding still", d.Rule, d.Episode())
			}
		}
		if e := stall.ExplainFlag(f.c, defaults, f.flag(t, tr.rule, tr.episode), by("worker_9")); len(e.NextActions) != 0 {
			t.Errorf("a dismissed flag asks for %v", e.NextActions)
		}
	})
}

// TestAcknowledgedIsNotRaisedAgain proves that a flag that somebody has seen, or
// snoozed, still speaks for its trouble.
func TestAcknowledgedIsNotRaisedAgain(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		f.scan(due + 1)
		f.must((due + 1).String(), casefile.FlagAcknowledgement{FlagID: tr.flagID(), SnoozeUntil: due + 10})
		for on := due + 1; on < due+100; on++ {
			if again := raisedBy(tr, f.c, on); len(again) != 0 {
				t.Fatalf("raised again on %s: %+v", on, again)
			}
		}
		f.must((due + 2).String(), tr.end)
		f.scan(due + 2)
		if flag := f.flag(t, tr.rule, tr.episode); flag.Live() {
			t.Errorf("the flag is %s when its trouble has ended", flag.State)
		}
	})
}

// TestEndOfCaseResolvesEverything proves that a case that has ended has nothing
// due and no live flag, and that each flag says why it was resolved.
func TestEndOfCaseResolvesEverything(t *testing.T) {
	endings := map[string]casefile.Data{
		"closed":      closed(),
		"transferred": casefile.HandedOver{OrganisationID: "org_2"},
		"merged":      casefile.MergedAway{IntoCaseID: "case_OTHER", Reason: "the same person"},
	}
	for name, ending := range endings {
		t.Run(name, func(t *testing.T) {
			f := active().must("2026-01-01", admitted(), started(), planned("2026-01-05"))
			raised, _ := f.scan(day("2026-08-01"))
			if len(raised) < 5 {
				t.Fatalf("%d flags to begin with", len(raised))
			}
			f.must("2026-08-02", ending)
			last := f.entries[len(f.entries)-1]
			resolve := f.settle(day("2026-08-02"))
			if len(resolve) != len(raised) || !nothing(f.c, day("2026-08-02")) {
				t.Errorf("resolved %d, want %d", len(resolve), len(raised))
			}
			for _, r := range resolve {
				if r.Cause != casefile.CauseCaseEnded || int(r.EndedBy) != last.Version || !r.Automatic {
					t.Errorf("resolution %+v", r)
				}
			}
			if due := stall.Deadlines(f.c, defaults); len(due) != 0 || !f.c.NextDueOn.IsZero() || !f.c.ScanOn.IsZero() {
				t.Errorf("due on an ended case: %v, next %s, scan %s", due, f.c.NextDueOn, f.c.ScanOn)
			}
		})
	}
}

// TestHold proves that a hold mutes everything that falls due within it until
// its last day, moves nothing that falls due later, resolves no flag, and leaves
// the natural days in force once it ends.
func TestHold(t *testing.T) {
	begin := func() *file {
		return active().must("2026-01-01", admitted(), reached(track.NeedsAssessed), reached(track.PlanApproved))
	}
	contact, dwell := day("2026-01-31"), day("2026-06-30")

	f := begin().must("2026-01-20", held("2026-03-15"))
	wantDue(t, f, stall.NoContact, day("2026-03-15"))
	wantDue(t, f, stall.MilestoneDwell, dwell)
	if raise, _ := assess(f.c, day("2026-03-15")); len(raise) != 0 {
		t.Errorf("raised within the hold: %v", raise)
	}
	if raised, _ := f.scan(day("2026-03-16")); len(raised) != 1 || raised[0].Rule != stall.NoContact || raised[0].DueOn != day("2026-03-15") {
		t.Errorf("raised the day after the hold: %v", raised)
	}

	f = begin().must("2026-01-20", held("2026-03-15")).must("2026-01-25", casefile.Resumed{})
	wantDue(t, f, stall.NoContact, contact)

	f = begin()
	f.scan(contact + 1)
	f.must((contact + 2).String(), held("2026-03-15"))
	if _, resolve := assess(f.c, contact+2); len(resolve) != 0 {
		t.Errorf("the hold resolves %v", resolve)
	}
	if raise, resolve := assess(f.c, day("2026-03-16")); len(raise)+len(resolve) != 0 {
		t.Errorf("after the hold: %v and %v, although the flag is raised", raise, resolve)
	}
}

// TestHoldOfEach proves for every rule that a hold neither raises nor resolves its
// flag, and that what falls due within it is raised the day after its last day.
func TestHoldOfEach(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		if f.c.Status == casefile.Referred || f.c.Status == casefile.OnHold {
			return // cannot be held, or is
		}
		from := max(due, f.today)
		until := from + 20
		muted := tr.write().must(from.String(), held(until.String()))
		for on := from; on <= until; on++ {
			if early := raisedBy(tr, muted.c, on); len(early) != 0 {
				t.Fatalf("raised on %s, within the hold: %+v", on, early)
			}
		}
		if late := raisedBy(tr, muted.c, until+1); len(late) != 1 || late[0].DueOn != until {
			t.Errorf("raised the day after the hold: %+v", late)
		}
		on := max(due+1, f.today)
		f.scan(on)
		f.must(on.String(), held((on + 20).String()))
		_, resolve := assess(f.c, on)
		for _, r := range resolve {
			if r.FlagID == tr.flagID() {
				t.Errorf("the hold resolves it: %s", r.Reason)
			}
		}
		if !f.flag(t, tr.rule, tr.episode).Live() {
			t.Error("the flag is resolved")
		}
	})
}

// TestEndOfEach proves for every rule that the end of the case resolves its flag,
// and that nothing is raised once it has ended.
func TestEndOfEach(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		gone := casefile.MergedAway{IntoCaseID: "case_OTHER", Reason: "the same person"}
		quiet := tr.write().must(max(due, f.today).String(), gone)
		if raise, _ := assess(quiet.c, due+100); len(raise) != 0 {
			t.Errorf("raised after the end: %+v", raise)
		}
		on := max(due+1, f.today)
		f.scan(on)
		f.must(on.String(), gone)
		f.scan(on)
		if flag := f.flag(t, tr.rule, tr.episode); flag.Live() || flag.Dismissed {
			t.Errorf("the flag is %s", flag.State)
		}
	})
}

// TestHoldInFollowUp proves that a case held in FOLLOW_UP keeps the rules of
// FOLLOW_UP: 90 days between contacts, and neither an assessment nor a plan asked
// for.
func TestHoldInFollowUp(t *testing.T) {
	f := active().must("2026-01-10", reached(track.PlanApproved), returned(), casefile.FollowUpStarted{}).must("2026-01-11", held("2026-02-01"))
	wantDue(t, f, stall.NoContact, day("2026-04-10"))
	for _, d := range stall.Deadlines(f.c, defaults) {
		if d.Rule == stall.NeverAssessed || d.Rule == stall.ReassessmentDue || d.Rule == stall.NoApprovedPlan {
			t.Errorf("%s in follow-up", d.Rule)
		}
	}
}

// TestMovedDeadlineResolves proves that a flag is resolved when the day on which
// its trouble was due moves into the future, saying to which, and raised again
// when that day has passed too; a day that moves within the past changes nothing.
func TestMovedDeadlineResolves(t *testing.T) {
	f := active()
	f.scan(day("2026-02-01"))
	f.must("2026-02-02", casefile.Revised{Risk: casefile.Low})
	if _, resolve := assess(f.c, day("2026-03-03")); len(resolve) != 0 {
		t.Errorf("resolved for a day in the past: %v", resolve)
	}
	_, resolve := f.scan(day("2026-02-02"))
	if len(resolve) != 1 || resolve[0].Ending != (casefile.Ending{Cause: casefile.CauseMoved, MovedTo: day("2026-03-02")}) {
		t.Fatalf("resolved %v, want NO_CONTACT for the 60 days of a low risk, to 2026-03-02", resolve)
	}
	f.scan(day("2026-03-02"))
	if flag := f.flag(t, stall.NoContact, "2026-01-01"); flag.Live() {
		t.Error("raised again on the new day")
	}
	f.scan(day("2026-03-03"))
	if flag := f.flag(t, stall.NoContact, "2026-01-01"); flag.State != casefile.FlagReopened || flag.DueOn != day("2026-03-02") || flag.ThresholdDays != 60 {
		t.Errorf("flag %+v, want it REOPENED for 2026-03-02", flag)
	}
}

// TestQuietBefore proves that a referral is asked for nothing but an owner and an
// answer, and that what has been done is not asked for.
func TestQuietBefore(t *testing.T) {
	for _, d := range stall.Deadlines(referred(casefile.High).c, defaults) {
		if d.Rule != stall.NoOwner && d.Rule != stall.ReferralUnanswered {
			t.Errorf("a referral is asked for %s", d.Rule)
		}
	}
	f := approvedPlan("2026-01-01", "2026-01-01").must("2026-01-01", reached(track.FamilyCommunityAssessed))
	for _, d := range stall.Deadlines(f.c, defaults) {
		if d.Rule != stall.NoContact && d.Rule != stall.ReassessmentDue && d.Rule != stall.ActionOverdue {
			t.Errorf("an owned and assessed case with a plan is asked for %s", d.Rule)
		}
	}
}

// TestLaterPointMakesEarlierMoot proves that a later check ends the wait for the
// earlier ones, and that a check that finds her gone ends all of them.
func TestLaterPointMakesEarlierMoot(t *testing.T) {
	points := func(f *file, rule casefile.RuleCode) string {
		var words []string
		for _, d := range stall.Deadlines(f.c, defaults) {
			if d.Rule == rule {
				words = append(words, d.Episode())
			}
		}
		return strings.Join(words, " ")
	}
	job := active().must("2026-01-01", started()).must("2026-07-01", checked("DAY_180", true))
	if got := points(job, stall.RetentionCheckMissed); got != "4-DAY_365" {
		t.Errorf("after DAY_180 the checks due are %q", got)
	}
	if got := points(job.must("2027-01-01", checked("DAY_365", false)), stall.RetentionCheckMissed); got != "" {
		t.Errorf("after she was found gone the checks due are %q", got)
	}
	home := active().must("2026-01-01", returned()).must("2026-07-01", met(track.Month6, true))
	if got := points(home, stall.ReturnFollowUpMissed); got != "4-M12" {
		t.Errorf("after M6 the follow-ups due are %q", got)
	}
	tried := active().must("2026-01-01", returned()).must("2026-04-01", met(track.Month3, false))
	if got := points(tried, stall.ReturnFollowUpMissed); got != "4-M3 4-M6 4-M12" {
		t.Errorf("after an attempt without contact the follow-ups due are %q", got)
	}
}

// wantDue checks the day on which a rule's one deadline falls.
func wantDue(t *testing.T, f *file, rule casefile.RuleCode, want calendar.Day) {
	t.Helper()
	for _, d := range stall.Deadlines(f.c, defaults) {
		if d.Rule == rule {
			if d.DueOn != want {
				t.Errorf("%s is due on %s, want %s", rule, d.DueOn, want)
			}
			return
		}
	}
	t.Errorf("%s is not due", rule)
}
