package stall_test

import (
	"slices"
	"strings"
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/locale"
	"onward/services/stall"
	"onward/services/track"
)

// quiet is a case on which nothing but a contact is due: on 2026-01-31, so that
// its flag is overdue since 2026-02-01.
func quiet() *file {
	return approvedPlan("2026-01-01", "2026-01-01").must("2026-01-01", reached(track.FamilyCommunityAssessed))
}

const contactFlag = "flag_TEST.NO_CONTACT.2026-01-01"

// escalated writes the escalations that are due on a day as one word each.
func escalated(f *file, on string) string {
	var words []string
	for _, x := range stall.Escalations(f.c, defaults, day(on)) {
		words = append(words, string(x.To))
	}
	return strings.Join(words, " ")
}

// TestEscalations proves on which day a flag goes up: seven days after the first
// day overdue to the supervisor, 21 days after it to the lead, at once where both
// have passed; not while it sleeps nor while the case is on hold, and from the
// beginning where it is raised again.
func TestEscalations(t *testing.T) {
	raised := func() *file {
		f := quiet()
		f.scan(day("2026-02-01"))
		return f
	}
	up := func(f *file, on string, to casefile.EscalationLevel) *file {
		return f.must(on, casefile.FlagEscalated{FlagID: contactFlag, To: to})
	}
	snoozed := func() *file {
		return raised().must("2026-02-02", casefile.FlagAcknowledgement{FlagID: contactFlag, SnoozeUntil: day("2026-02-25")})
	}
	again := func() *file { // escalated, resolved by a contact of 2026-02-20 that is taken back on 2026-02-22
		f := up(raised(), "2026-02-08", casefile.ToSupervisor).must("2026-02-20", met(track.Unscheduled, true))
		mistake := len(f.entries)
		f.settle(day("2026-02-20"))
		f.must("2026-02-22", casefile.Reversed{Version: mistake, Reason: "another woman's"})
		f.scan(day("2026-02-22"))
		return f
	}
	resumed := func() *file {
		return raised().must("2026-02-02", held("2026-03-15")).must("2026-02-20", casefile.Resumed{})
	}
	late := func() *file {
		f := quiet()
		f.scan(day("2026-03-01"))
		return f
	}
	for _, c := range []struct {
		name string
		file func() *file
		on   string
		want string
	}{
		{"raised", raised, "2026-02-01", ""},
		{"the day before it is the supervisor's", raised, "2026-02-07", ""},
		{"the supervisor's", raised, "2026-02-08", "SUPERVISOR"},
		{"the day after", raised, "2026-02-09", "SUPERVISOR"},
		{"the day before it is the lead's", raised, "2026-02-21", "SUPERVISOR"},
		{"the lead's", raised, "2026-02-22", "LEAD"},
		{"the supervisor has it", func() *file { return up(raised(), "2026-02-08", casefile.ToSupervisor) }, "2026-02-21", ""},
		{"from the supervisor to the lead", func() *file { return up(raised(), "2026-02-08", casefile.ToSupervisor) }, "2026-02-22", "LEAD"},
		{"the lead has it", func() *file { return up(raised(), "2026-02-22", casefile.ToLead) }, "2026-06-01", ""},
		{"acknowledged", func() *file { return raised().must("2026-02-02", casefile.FlagAcknowledgement{FlagID: contactFlag}) }, "2026-02-08", "SUPERVISOR"},
		{"asleep", snoozed, "2026-02-25", ""},
		{"awake again", snoozed, "2026-02-26", "LEAD"},
		{"on hold", func() *file { return raised().must("2026-02-02", held("2026-03-15")) }, "2026-03-15", ""},
		{"the hold has run out", func() *file { return raised().must("2026-02-02", held("2026-03-15")) }, "2026-03-16", ""},
		{"seven days after the hold has run out", func() *file { return raised().must("2026-02-02", held("2026-03-15")) }, "2026-03-23", "SUPERVISOR"},
		{"six days after a hold was ended", resumed, "2026-02-26", ""},
		{"seven days after a hold was ended", resumed, "2026-02-27", "SUPERVISOR"},
		{"found late", late, "2026-03-01", ""},
		{"six days after it was found", late, "2026-03-07", ""},
		{"seven days after it was found", late, "2026-03-08", "SUPERVISOR"},
		{"resolved", func() *file {
			return raised().must("2026-02-03", casefile.FlagResolution{FlagID: contactFlag, Reason: "it is known why"})
		}, "2026-06-01", ""},
		{"raised again", again, "2026-02-22", ""},
		{"six days after it was raised again", again, "2026-02-28", ""},
		{"seven days after it was raised again", again, "2026-03-01", "SUPERVISOR"},
		{"21 days after it was raised again", again, "2026-03-15", "LEAD"},
	} {
		if got := escalated(c.file(), c.on); got != c.want {
			t.Errorf("%s, on %s: %q, want %q", c.name, c.on, got, c.want)
		}
	}
	if f := again().flag(t, stall.NoContact, "2026-01-01"); f.State != casefile.FlagReopened || f.Escalation() != casefile.ToOwner {
		t.Errorf("raised again it is %s and with %s", f.State, f.Escalation())
	}
}

// TestEscalationThresholds proves that the two numbers are data like those of the
// rules: known by their codes, with defaults and bounds.
func TestEscalationThresholds(t *testing.T) {
	f := quiet()
	f.scan(day("2026-02-01"))
	th := defaults.With(3, map[stall.ThresholdCode]int{"ESCALATION_SUPERVISOR": 0, "ESCALATION_LEAD": 2})
	for on, want := range map[string]casefile.EscalationLevel{"2026-02-01": casefile.ToSupervisor, "2026-02-02": casefile.ToSupervisor, "2026-02-03": casefile.ToLead} {
		if got := stall.Escalations(f.c, th, day(on)); len(got) != 1 || got[0].To != want {
			t.Errorf("on %s %v, want %s", on, got, want)
		}
	}
	for code, days := range map[stall.ThresholdCode]int{"ESCALATION_SUPERVISOR": 7, "ESCALATION_LEAD": 21} {
		h, known := stall.Lookup(code)
		if !known || h.Default != days || defaults.Days(code) != days || h.Least < 0 || h.Most < days {
			t.Errorf("%s: %+v, the default is %d", code, h, defaults.Days(code))
		}
	}
}

// TestWake proves that a snoozed flag is left alone up to its last day, is woken
// by the scan of the day after, once, and is acknowledged then.
func TestWake(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		f.scan(due + 1)
		f.must((due + 2).String(), casefile.FlagAcknowledgement{FlagID: tr.flagID(), SnoozeUntil: due + 9})
		if f.scan(due + 9); f.flag(t, tr.rule, tr.episode).State != casefile.FlagSnoozed {
			t.Fatalf("on its last day the flag is %s", f.flag(t, tr.rule, tr.episode).State)
		}
		if f.c.ScanOn.IsZero() || f.c.ScanOn > due+10 {
			t.Errorf("the next scan is on %s, want %s", f.c.ScanOn, due+10)
		}
		f.scan(due + 10)
		if flag := f.flag(t, tr.rule, tr.episode); flag.State != casefile.FlagAcknowledged || !flag.SnoozedUntil.IsZero() {
			t.Errorf("woken, it is %s until %s", flag.State, flag.SnoozedUntil)
		}
		if !nothing(f.c, due+10) {
			t.Error("it is woken again")
		}
	})
}

// TestSnoozedIsResolvedNotWoken proves that a flag whose trouble ends while it
// sleeps is resolved.
func TestSnoozedIsResolvedNotWoken(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		f.scan(due + 1)
		f.must((due + 2).String(), casefile.FlagAcknowledgement{FlagID: tr.flagID(), SnoozeUntil: due + 9})
		f.must((due + 3).String(), tr.end)
		f.settle(due + 3)
		f.scan(due + 10)
		if flag := f.flag(t, tr.rule, tr.episode); flag.State != casefile.FlagResolved || flag.Cause != cause(f) {
			t.Errorf("it is %s, %s", flag.State, flag.Cause)
		}
	})
}

// TestSeverityFollowsRisk proves that a live flag presses as much as its rule does
// at the risk that the case has now, in both directions, and a resolved one as
// much as it did.
func TestSeverityFollowsRisk(t *testing.T) {
	for _, c := range []struct {
		from, to       casefile.Risk
		before, within casefile.Severity
	}{
		{casefile.High, casefile.Medium, high, medium}, {casefile.Medium, casefile.High, medium, high},
		{casefile.High, casefile.Low, high, medium}, {casefile.Low, casefile.Medium, medium, medium},
	} {
		f := activeAt(c.from)
		f.scan(day("2026-01-16"))
		if got := f.flag(t, stall.NeverAssessed, "2026-01-01").Severity; got != c.before {
			t.Fatalf("at %s it is %s", c.from, got)
		}
		f.must("2026-01-17", casefile.Revised{Risk: c.to})
		f.settle(day("2026-01-17"))
		if got := f.flag(t, stall.NeverAssessed, "2026-01-01").Severity; got != c.within {
			t.Errorf("from %s to %s it is %s, want %s", c.from, c.to, got, c.within)
		}
		f.must("2026-01-18", reached(track.FamilyCommunityAssessed))
		f.settle(day("2026-01-18"))
		f.must("2026-01-19", casefile.Revised{Risk: c.from})
		f.settle(day("2026-01-19"))
		if got := f.flag(t, stall.NeverAssessed, "2026-01-01"); got.Severity != c.within || got.Live() {
			t.Errorf("resolved, it is %s, want %s", got.Severity, c.within)
		}
	}
}

// TestCauses proves why a flag resolves: each cause with the entry that ended it,
// or none where a scan found it.
func TestCauses(t *testing.T) {
	contact := func() *file {
		f := quiet()
		f.scan(day("2026-02-01"))
		return f
	}
	job := func() *file { // the start of the job is entry 8
		f := quiet().must("2026-01-02", started())
		f.scan(day("2026-04-18"))
		return f
	}
	retention := "flag_TEST." + string(stall.RetentionCheckMissed) + ".8-" + string(employment.Day90)
	for _, c := range []struct {
		name  string
		write func() *file
		flag  string
		on    string
		end   casefile.Data
		cause casefile.Cause
		moved string
	}{
		{"recorded", contact, contactFlag, "2026-02-02", met(track.Unscheduled, true), casefile.CauseRecorded, ""},
		{"corrected", job, retention, "2026-04-19", casefile.Reversed{Version: 8, Reason: "another woman's"}, casefile.CauseCorrected, ""},
		{"moved", contact, contactFlag, "2026-02-02", casefile.Revised{Risk: casefile.Low}, casefile.CauseMoved, "2026-03-02"},
		{"case ended", contact, contactFlag, "2026-02-02", closed(), casefile.CauseCaseEnded, ""},
	} {
		f := c.write().must(c.on, c.end)
		by := len(f.entries)
		f.settle(day(c.on))
		i := slices.IndexFunc(f.c.Flags, func(flag casefile.Flag) bool { return flag.ID == c.flag })
		if i < 0 {
			t.Fatalf("%s: no flag %s", c.name, c.flag)
		}
		if flag := f.c.Flags[i]; flag.Cause != c.cause || int(flag.EndedBy) != by || flag.MovedTo.String() != c.moved || flag.Live() {
			t.Errorf("%s: %+v, want entry %d", c.name, flag.Ending, by)
		}
	}

	f := contact()
	longer := defaults.With(1, map[stall.ThresholdCode]int{"CONTACT_MEDIUM_RISK": 60})
	found := stall.Assess(f.c, longer, day("2026-02-02"))
	if len(found.Resolve) != 1 || found.Resolve[0].Ending != (casefile.Ending{Cause: casefile.CauseMoved, MovedTo: day("2026-03-02")}) {
		t.Errorf("after the thresholds were changed: %+v", found)
	}
	f.must("2026-02-02", assigned())
	for _, d := range stall.Settle(f.before, f.c, f.entries[len(f.entries)-1], longer, day("2026-02-02")) {
		if r, ok := d.(casefile.FlagResolution); !ok || r.Ending != found.Resolve[0].Ending {
			t.Errorf("laid to the charge of the next entry: %+v", d)
		}
	}
	f.c.LastContactOn = day("2026-02-01") // as a rule that no longer finds what it found
	found = stall.Assess(f.c, defaults, day("2026-02-02"))
	if len(found.Resolve) != 1 || found.Resolve[0].Ending != (casefile.Ending{Cause: casefile.CauseMoot}) {
		t.Errorf("found by a scan alone: %+v", found)
	}
}

// TestEndingTexts proves that every cause, and the lack of one, has a whole
// sentence in both languages which names its days, and no two the same.
func TestEndingTexts(t *testing.T) {
	seen := map[string]casefile.Cause{}
	for _, cause := range append(casefile.Causes, "") {
		f := casefile.Flag{State: casefile.FlagResolved, ResolvedOn: day("2026-02-02"), Ending: casefile.Ending{Cause: cause, MovedTo: day("2026-03-02")}}
		if cause == casefile.CauseByHand {
			f.Dismissed, f.Ending = true, casefile.Ending{}
		}
		if got := stall.CauseOf(f); got != cause {
			t.Errorf("the cause is %s, want %s", got, cause)
		}
		for _, l := range []locale.Locale{locale.EN, locale.KM} {
			text := stall.EndingText(f, l)
			whole(t, l, text)
			if !strings.Contains(text, "2026-02-02") || strings.Contains(text, "2026-03-02") != (cause == casefile.CauseMoved) {
				t.Errorf("%s in %s: %s", cause, l, text)
			}
			if other, said := seen[text]; said {
				t.Errorf("%s and %s read the same: %s", cause, other, text)
			}
			seen[text] = cause
		}
	}
	if want := "It was resolved on 2026-02-02: the day on which it is due has moved to 2026-03-02."; seen[want] != casefile.CauseMoved {
		t.Errorf("nothing says %q", want)
	}
}
