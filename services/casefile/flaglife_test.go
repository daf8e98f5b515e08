package casefile_test

import (
	"encoding/json"
	"strings"
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/track/tracktest"
)

// TestFlagLife proves where a flag stands from its raising over a snooze that runs
// out, escalations and a resolution to its reopening, which begins anew.
func TestFlagLife(t *testing.T) {
	snooze := casefile.FlagAcknowledgement{FlagID: flagID, SnoozeUntil: tracktest.Day("2026-03-20")}
	steps := all(active, []step{
		do("2026-03-16", flagged(casefile.SeverityHigh)), do("2026-03-17", snooze), do("2026-03-21", casefile.FlagWoken{FlagID: flagID}),
		do("2026-03-22", casefile.FlagRegraded{FlagID: flagID, Severity: casefile.SeverityMedium}),
		do("2026-03-23", casefile.FlagEscalated{FlagID: flagID, To: casefile.ToSupervisor}), do("2026-04-06", casefile.FlagEscalated{FlagID: flagID, To: casefile.ToLead}),
		do("2026-04-07", casefile.FlagResolution{FlagID: flagID, Automatic: true, Ending: casefile.Ending{Cause: casefile.CauseRecorded, EndedBy: 9}}),
		do("2026-04-08", flagged(casefile.SeverityHigh)),
	})
	for i, want := range []string{"OPEN HIGH OWNER", "SNOOZED HIGH OWNER", "ACKNOWLEDGED HIGH OWNER", "ACKNOWLEDGED MEDIUM OWNER",
		"ACKNOWLEDGED MEDIUM SUPERVISOR 2026-03-23", "ACKNOWLEDGED MEDIUM LEAD 2026-04-06", "RESOLVED MEDIUM LEAD 2026-04-06 RECORDED", "REOPENED HIGH OWNER"} {
		f := tracktest.After(t, steps[:len(active)+i+1]...).Flags[0]
		got := strings.Join(strings.Fields(strings.Join([]string{string(f.State), string(f.Severity), string(f.Escalation()), f.EscalatedOn.String(), string(f.Cause)}, " ")), " ")
		if got != want {
			t.Errorf("step %d: %s, want %s", i+1, got, want)
		}
	}
	if f := tracktest.After(t, steps...).Flags[0]; f.PressesFrom != tracktest.Day("2026-04-08") || f.EndedBy != 0 {
		t.Errorf("reopened: %+v", f)
	}
}

// TestFlagLifeGuards proves what a flag does not take: to wake before its snooze
// has run out, to come down from a level, and anything once it is resolved.
func TestFlagLifeGuards(t *testing.T) {
	raised := all(active, []step{do("2026-03-16", flagged(casefile.SeverityHigh))})
	asleep := all(raised, []step{do("2026-03-17", casefile.FlagAcknowledgement{FlagID: flagID, SnoozeUntil: tracktest.Day("2026-03-20")})})
	lead := all(raised, []step{do("2026-04-06", casefile.FlagEscalated{FlagID: flagID, To: casefile.ToLead})})
	resolved := all(raised, []step{do("2026-03-17", casefile.FlagResolution{FlagID: flagID, Reason: "seen"})})
	tracktest.Refusals(t, []refusal{
		{"waking what does not sleep", raised, do("2026-03-17", casefile.FlagWoken{FlagID: flagID}), "flagId", "snooze"},
		{"waking on the last day", asleep, do("2026-03-20", casefile.FlagWoken{FlagID: flagID}), "flagId", "snooze"},
		{"escalating to the owner", raised, do("2026-03-17", casefile.FlagEscalated{FlagID: flagID, To: casefile.ToOwner}), "flagId", "OWNER"},
		{"escalating twice", lead, do("2026-04-07", casefile.FlagEscalated{FlagID: flagID, To: casefile.ToLead}), "flagId", "LEAD"},
		{"escalating downwards", lead, do("2026-04-07", casefile.FlagEscalated{FlagID: flagID, To: casefile.ToSupervisor}), "flagId", "LEAD"},
		{"waking a resolved one", resolved, do("2026-03-18", casefile.FlagWoken{FlagID: flagID}), "flagId", "resolved"},
		{"regrading a resolved one", resolved, do("2026-03-18", casefile.FlagRegraded{FlagID: flagID, Severity: casefile.SeverityLow}), "flagId", "resolved"},
		{"escalating a resolved one", resolved, do("2026-04-18", casefile.FlagEscalated{FlagID: flagID, To: casefile.ToLead}), "flagId", "resolved"},
	})
}

// TestOldResolutions proves that a resolution of a history that was written before
// causes were kept folds to the state that was stored then, and needs no words for it.
func TestOldResolutions(t *testing.T) {
	for stored, want := range map[string]string{
		`{"flagId":"` + flagID + `","reason":"the case has ended","automatic":true}`: "Flag resolved",
		`{"flagId":"` + flagID + `","reason":"She was seen"}`:                        "Flag resolved by hand",
	} {
		data, err := casefile.Decode("flag.resolved", []byte(stored))
		if err != nil || data.Summary() != want {
			t.Errorf("%v, %q, want %q", err, data.Summary(), want)
		}
		f := tracktest.After(t, all(active, []step{do("2026-03-16", flagged(casefile.SeverityLow)), do("2026-03-17", data)})...).Flags[0]
		state, err := json.Marshal(f)
		if err != nil || f.State != casefile.FlagResolved || f.Cause != "" {
			t.Errorf("%v, it is %s, %s", err, f.State, f.Cause)
		}
		for _, later := range []string{"cause", "endedBy", "movedTo", "escalated", "reopenedOn"} {
			if strings.Contains(string(state), later) {
				t.Errorf("the state says %q: %s", later, state)
			}
		}
	}
}

// given is a consent for SHARE with a last day.
func given(until string) casefile.Data {
	return casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given, ExpiresOn: tracktest.Day(until)}
}

// TestExpiringConsents proves which consents run out between two days, and which
// of those that have are to be noted: the last decision on a purpose alone, once,
// by the day after its last.
func TestExpiringConsents(t *testing.T) {
	first := all(active, []step{do("2026-02-01", given("2026-03-01"))})
	noted := all(first, []step{do("2026-03-02", casefile.ConsentExpired{Purpose: casefile.ForShare, ExpiredOn: tracktest.Day("2026-03-01")})})
	for _, c := range []struct {
		name     string
		steps    []step
		expiring bool   // by 2026-03-01
		toNote   string // on which days of February 28 to March 3
	}{
		{"no last day", all(active, []step{do("2026-02-01", casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given})}), false, ""},
		{"a last day", first, true, "2026-03-02 2026-03-03"},
		{"withdrawn", all(first, []step{do("2026-02-05", casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Withdrawn})}), false, ""},
		{"given anew", all(first, []step{do("2026-02-05", given("2026-12-01"))}), false, ""},
		{"a case that has ended", all(first, []step{do("2026-02-05", closed(casefile.LostContact))}), false, "2026-03-02 2026-03-03"},
		{"a merged case", all(first, []step{do("2026-02-05", casefile.MergedAway{IntoCaseID: "case_2", Reason: "the same"})}), false, ""},
		{"noted", noted, true, ""},
		{"given anew after it was noted", all(noted, []step{do("2026-03-02", given("2026-03-02"))}), false, "2026-03-03"},
	} {
		kase := tracktest.After(t, c.steps...)
		if got := kase.ConsentsExpiring(tracktest.Day("2026-03-01"), tracktest.Day("2026-03-01")); (len(got) == 1) != c.expiring {
			t.Errorf("%s: expiring %v", c.name, got)
		}
		for _, other := range []calendar.Day{tracktest.Day("2026-02-28"), tracktest.Day("2026-03-03")} {
			if got := kase.ConsentsExpiring(other, other); len(got) != 0 {
				t.Errorf("%s: expiring on %s %v", c.name, other, got)
			}
		}
		var days []string
		for on := tracktest.Day("2026-02-28"); on <= tracktest.Day("2026-03-03"); on++ {
			if len(kase.ConsentsToNote(on)) > 0 {
				days = append(days, on.String())
			}
		}
		if got := strings.Join(days, " "); got != c.toNote {
			t.Errorf("%s: to note on %q, want %q", c.name, got, c.toNote)
		}
	}
	if c := tracktest.After(t, noted...); !c.Consents[len(c.Consents)-1].Expired {
		t.Errorf("the ledger does not say that it has run out: %+v", c.Consents)
	}
}

// TestRelease proves that a case whose owner's access has ended is unowned from
// that day, remembers whose it was until somebody owns it, and is not taken from
// anybody else.
func TestRelease(t *testing.T) {
	released := all(active, []step{do("2026-03-01", casefile.Released{OwnerID: "worker_1"})})
	if c := tracktest.After(t, released...); c.Owner != "" || c.UnownedSince != tracktest.Day("2026-03-01") || c.ReleasedFrom() != "worker_1" {
		t.Errorf("released: %q since %s, from %q", c.Owner, c.UnownedSince, c.ReleasedFrom())
	}
	if c := tracktest.After(t, all(released, []step{do("2026-03-02", casefile.Assigned{OwnerID: "worker_2"})})...); c.Owner != "worker_2" || !c.UnownedSince.IsZero() || c.ReleasedFrom() != "" {
		t.Errorf("assigned: %q since %s, from %q", c.Owner, c.UnownedSince, c.ReleasedFrom())
	}
	if c := tracktest.After(t, all(active, []step{do("2026-03-01", casefile.Released{OwnerID: "worker_3"})})...); c.Owner != "worker_1" {
		t.Errorf("it was taken from %q", "worker_1")
	}
}
