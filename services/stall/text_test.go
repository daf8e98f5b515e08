package stall_test

import (
	"strings"
	"testing"
	"unicode"

	"onward/services/calendar"
	"onward/services/locale"
	"onward/services/stall"
)

// TestTexts proves that the reason and the next action of every trouble are
// whole in both languages: every placeholder is filled, the days on which they
// rest are named, and each language keeps to its own letters.
func TestTexts(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		f.scan(due + 1)
		e := stall.ExplainFlag(f.c, defaults, f.flag(t, tr.rule, tr.episode), by("worker_9"))
		for _, l := range []locale.Locale{locale.EN, locale.KM} {
			text := e.Text(l)
			whole(t, l, text)
			for _, a := range e.NextActions {
				whole(t, l, a.Label(l))
			}
			for _, fact := range e.Facts {
				if !strings.Contains(text, fact.On.String()) {
					t.Errorf("%s does not name %s: %s", l, fact.On, text)
				}
			}
			if !strings.Contains(text, due.String()) && !strings.Contains(text, (due+1).String()) {
				t.Errorf("%s names neither the last day, %s, nor the first one overdue: %s", l, due, text)
			}
			if later := stall.ExplainDeadline(f.c, deadline(t, f, tr), by("worker_9")).Text(l); later != text {
				t.Errorf("%s: the flag says %q, the deadline %q", l, text, later)
			}
		}
	})
}

// TestSentences holds the wording of the reasons in English, one for each thing
// that a rule waits for, to the letter.
func TestSentences(t *testing.T) {
	want := map[string]string{
		"nobody owns a referral":                      "Nobody has owned this case since 2026-01-01; an owner is due within 2 days, by 2026-01-03.",
		"never assessed":                              "The case was opened on 2026-01-01 and nobody has assessed her needs; an assessment is due within 14 days, by 2026-01-15.",
		"no contact at high risk":                     "The last contact with her was on 2026-01-10; at her level of risk the next is due within 14 days, by 2026-01-24.",
		"no contact since the opening":                "No contact with her is on record since the case was opened on 2026-01-01; it is due within 30 days, by 2026-01-31.",
		"an action of the plan":                       "An action of her plan is due on 2026-02-10 and is not done.",
		"sheltered, not ready to leave":               "She has been in the shelter since 2026-01-05 and is not READY_TO_LEAVE; the limit of 180 days ends on 2026-07-04.",
		"awarded, not enrolled":                       "A scholarship was awarded on 2026-01-05 and she is not ENROLLED; the limit of 30 days ends on 2026-02-04.",
		"ready for a job, not started":                "She has been JOB_READY since 2026-01-05 and has not started a job; the limit of 90 days ends on 2026-04-05.",
		"represented, not in court":                   "A legal matter has been represented since 2026-01-05 and is not REFERRED_TO_COURT; the limit of 180 days ends on 2026-07-04.",
		"retention after 365 days, at high risk":      "She started the job on 2026-01-01; the check at 365 days falls on 2027-01-01, is due by 2027-01-16 and is not recorded.",
		"follow-up after twelve months, at high risk": "She returned to the community on 2026-01-31; the follow-up at twelve months falls on 2027-01-31, is due by 2027-03-02 and is not recorded.",
		"no plan":                      "The case was opened on 2026-01-01 and no plan of hers has been approved; one is due within 30 days, by 2026-01-31.",
		"assessed long ago":            "She was last assessed on 2026-01-10; a reassessment is due within 183 days, by 2026-07-12.",
		"away from school":             "She has been away from school without an excuse since 2026-02-02; on 2026-02-04 that came to 3 school days in a row.",
		"nobody accepts a referral":    "The referral came in on 2026-01-01 and nobody has accepted or declined it; the answer is due within 7 days, by 2026-01-08.",
		"a referral to others waits":   "A referral was sent to another organisation on 2026-01-05 and is not answered; the answer is due within 7 days, by 2026-01-12.",
		"a transfer waits":             "A transfer of the case was offered to another organisation on 2026-01-05 and is not answered; the answer is due within 7 days, by 2026-01-12.",
		"a job was lost":               "She lost a job on 2026-03-10, within 730 days of its start; she has no other, and nobody has responded.",
		"she dropped out":              "She dropped out of school on 2026-02-10, within 730 days of her enrolment, and nobody has responded.",
		"she was expelled":             "She was expelled from school on 2026-02-10, within 730 days of her enrolment, and nobody has responded.",
		"she came back to the shelter": "She came back to a shelter on 2026-03-01, within 730 days of having left one, and nobody has responded.",
		"she turned 18":                "She turns 18 on 2026-05-04; from then on she decides herself, and her own consent to services is overdue from 2026-05-04 on.",
		"an intake of unknown risk":    "The intake began on 2026-01-01 and is not finished; that is due within 7 days, by 2026-01-08.",
		"an exit that nobody judged":   "She left the shelter on 2026-02-01, and where to or how safe that is was not recorded; that is due within 7 days, by 2026-02-08.",
	}
	for _, tr := range troubles {
		f := tr.write()
		if got := stall.ExplainDeadline(f.c, deadline(t, f, tr), by("")).Text(locale.EN); want[tr.name] != "" && got != want[tr.name] {
			t.Errorf("%s: %s", tr.name, got)
		}
		delete(want, tr.name)
	}
	if len(want) != 0 {
		t.Errorf("not tried: %v", want)
	}
}

// TestResolvedFlagKeepsItsReason proves that a flag explains itself by what was
// true when it was raised, and asks for nothing once it is resolved.
func TestResolvedFlagKeepsItsReason(t *testing.T) {
	each(t, func(t *testing.T, tr trouble, f *file, due calendar.Day) {
		f.scan(due + 1)
		before := stall.ExplainFlag(f.c, defaults, f.flag(t, tr.rule, tr.episode), by("worker_9"))
		f.must((due + 2).String(), tr.end)
		f.scan(due + 2)
		after := stall.ExplainFlag(f.c, defaults, f.flag(t, tr.rule, tr.episode), by("worker_9"))
		if after.Text(locale.EN) != before.Text(locale.EN) || after.ThresholdDays != tr.threshold || after.RuleVersion != 1 {
			t.Errorf("it said %q, and now %q", before.Text(locale.EN), after.Text(locale.EN))
		}
		if len(after.NextActions) != 0 {
			t.Errorf("a resolved flag asks for %v", after.NextActions)
		}
	})
}

// TestTable proves that every rule of the table has its names, thresholds, severity,
// version and ground, and is found by its code.
func TestTable(t *testing.T) {
	if len(stall.Rules) != 15 {
		t.Errorf("%d rules, the domain has 15", len(stall.Rules))
	}
	seen := map[string]bool{}
	for _, r := range stall.Rules {
		whole(t, locale.EN, r.Label(locale.EN))
		whole(t, locale.KM, r.Label(locale.KM))
		for _, threshold := range r.Thresholds {
			whole(t, locale.EN, threshold.Applies(locale.EN))
			whole(t, locale.KM, threshold.Applies(locale.KM))
		}
		if len(r.Thresholds) == 0 || r.Severity == "" || r.Version < 1 || r.Ground == "" || seen[string(r.Code)] {
			t.Errorf("rule %+v is incomplete or listed twice", r)
		}
		seen[string(r.Code)] = true
		if found, ok := stall.Find(r.Code); !ok || found.Ground != r.Ground {
			t.Errorf("Find(%s) does not find it", r.Code)
		}
	}
	if _, ok := stall.Find("NO_SUCH_RULE"); ok {
		t.Error("Find finds a rule that does not exist")
	}
}

// whole checks that a text is whole.
func whole(t *testing.T, l locale.Locale, text string) {
	t.Helper()
	if !isWhole(l, text) {
		t.Errorf("%s text is not whole: %q", l, text)
	}
}

// isWhole reports whether a text is there, has no placeholder left, is written
// in its own language and names no message that was not found.
func isWhole(l locale.Locale, text string) bool {
	khmer := strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Khmer, r) })
	latin := strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
	return strings.TrimSpace(text) != "" && khmer == (l == locale.KM) && latin == (l == locale.EN) &&
		!strings.ContainsAny(text, "%{}<>") && !idOfMessage.MatchString(text)
}
