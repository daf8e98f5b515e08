package outcome_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"onward/services/career"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/id"
	"onward/services/legal"
	"onward/services/outcome"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/track"
)

// TestDefinitions holds each written definition to what it says, on one case
// with consent, in the first quarter of 2026.
func TestDefinitions(t *testing.T) {
	const c = "case_1"
	tests := []struct {
		name  string
		code  outcome.Code
		write func(*history)
		want  int
	}{
		{"nothing happened", outcome.Assisted, func(h *history) {}, 0},
		{"an entry that is neither delivery nor milestone", outcome.Assisted, func(h *history) {
			h.add("2026-02-01", casefile.Revised{Risk: casefile.High})
		}, 0},
		{"a delivery", outcome.Assisted, func(h *history) { h.add("2026-02-01", delivered(casework, "")) }, 1},
		{"a milestone", outcome.Assisted, func(h *history) { h.add("2026-02-01", shelter.Admitted{SiteID: shelterHouse}) }, 1},
		{"several events of one person", outcome.Assisted, func(h *history) {
			h.add("2026-02-01", shelter.Admitted{SiteID: shelterHouse}).add("2026-02-01", delivered(casework, "")).
				add("2026-02-03", reached(track.NeedsAssessed))
		}, 1},
		{"the period's first day", outcome.Assisted, func(h *history) { h.add("2026-01-01", delivered(casework, "")) }, 1},
		{"the day before it", outcome.Assisted, func(h *history) { h.add("2025-12-31", delivered(casework, "")) }, 0},
		{"the period's last day", outcome.Assisted, func(h *history) { h.add("2026-03-31", delivered(casework, "")) }, 1},
		{"the day after it", outcome.Assisted, func(h *history) { h.add("2026-04-01", delivered(casework, "")) }, 0},
		{"happened in it, recorded after it", outcome.Assisted, func(h *history) {
			h.late("2026-03-31", "2026-05-01", delivered(casework, ""))
		}, 1},
		{"happened before it, recorded in it", outcome.Assisted, func(h *history) {
			h.late("2025-12-31", "2026-02-01", delivered(casework, ""))
		}, 0},
		{"reversed", outcome.Assisted, func(h *history) {
			h.add("2026-02-01", delivered(casework, "")).reverse("2026-02-02")
		}, 0},

		{"a service of the group", outcome.ReintegrationSupport, func(h *history) { h.add("2026-02-01", delivered(reunification, "")) }, 1},
		{"a service of another group", outcome.ReintegrationSupport, func(h *history) { h.add("2026-02-01", delivered(casework, "")) }, 0},
		{"a reintegration milestone is no service", outcome.ReintegrationSupport, func(h *history) { h.add("2026-02-01", returned()) }, 0},

		{"a return", outcome.Reintegrated, func(h *history) { h.add("2026-02-01", returned()) }, 1},
		{"a second return in the period", outcome.Reintegrated, func(h *history) {
			h.add("2026-01-05", returned()).add("2026-03-01", returned())
		}, 1},
		{"a second return, the first one before the period", outcome.Reintegrated, func(h *history) {
			h.add("2025-05-01", returned()).add("2026-03-01", returned())
		}, 1},
		{"a plan without a return", outcome.Reintegrated, func(h *history) { h.add("2026-02-01", reached(track.PlanApproved)) }, 0},
		{"a return that was reversed", outcome.Reintegrated, func(h *history) { h.add("2026-02-01", returned()).reverse("2026-02-02") }, 0},

		{"an award to a woman", outcome.ScholarshipsWomen, func(h *history) { h.add("2026-02-01", award(scholarship.Women)) }, 1},
		{"an award to a girl is not one", outcome.ScholarshipsWomen, func(h *history) { h.add("2026-02-01", award(scholarship.GirlsSecondary)) }, 0},
		{"an award of another class is not one", outcome.ScholarshipsWomen, func(h *history) { h.add("2026-02-01", award(scholarship.OtherClass)) }, 0},
		{"two awards", outcome.ScholarshipsWomen, func(h *history) {
			h.add("2026-02-01", award(scholarship.Women)).add("2026-03-01", award(scholarship.Women))
		}, 2},
		{"an application", outcome.ScholarshipsWomen, func(h *history) { h.add("2026-02-01", reached(track.Applied)) }, 0},
		{"applied before the period, awarded in it", outcome.ScholarshipsWomen, func(h *history) {
			h.add("2025-11-01", reached(track.Applied)).add("2026-02-01", award(scholarship.Women))
		}, 1},
		{"an application denied", outcome.ScholarshipsWomen, func(h *history) {
			h.add("2026-01-05", reached(track.Applied)).add("2026-02-01", scholarship.End{Ending: scholarship.Denied})
		}, 0},
		{"awarded from the waiting list", outcome.ScholarshipsWomen, func(h *history) {
			h.add("2026-01-05", reached(track.Applied)).add("2026-01-20", scholarship.End{Ending: scholarship.Waitlisted}).add("2026-02-01", award(scholarship.Women))
		}, 1},
		{"suspended, resumed and enrolled again", outcome.ScholarshipsWomen, func(h *history) {
			h.add("2026-01-05", award(scholarship.Women)).add("2026-01-06", scholarship.Enrolment{}).add("2026-01-20", scholarship.End{Ending: scholarship.Suspended}).
				add("2026-02-01", scholarship.Resumption{}).add("2026-02-02", scholarship.Enrolment{})
		}, 1},
		{"an award to a girl", outcome.ScholarshipsGirls, func(h *history) { h.add("2026-02-01", award(scholarship.GirlsSecondary)) }, 1},
		{"an award to a woman is not one", outcome.ScholarshipsGirls, func(h *history) { h.add("2026-02-01", award(scholarship.Women)) }, 0},
		{"an award that was given up is an award", outcome.ScholarshipsGirls, func(h *history) {
			h.add("2026-02-01", award(scholarship.GirlsSecondary)).add("2026-02-09", scholarship.End{Ending: scholarship.Withdrawn})
		}, 1},

		{"a start with a contract", outcome.Employed, func(h *history) { h.add("2026-02-01", started(employment.Contract)) }, 1},
		{"a start by her own report", outcome.Employed, func(h *history) { h.add("2026-02-01", started(employment.SurvivorReported)) }, 1},
		{"a start without evidence", outcome.Employed, func(h *history) { h.add("2026-02-01", started("")) }, 0},
		{"an offer", outcome.Employed, func(h *history) { h.add("2026-02-01", reached(track.Offered)) }, 0},
		{"evidence of an earlier job does not serve the next", outcome.Employed, func(h *history) {
			h.add("2025-02-01", started(employment.Contract)).add("2026-02-01", started(""))
		}, 0},
		{"two jobs", outcome.Employed, func(h *history) {
			h.add("2026-01-05", started("")).add("2026-02-01", started(employment.Payslip)).add("2026-03-01", started(employment.Contract))
		}, 1},

		{"a delivery at the centre", outcome.CareerCentreServed, func(h *history) { h.add("2026-02-01", delivered(casework, careerCentre)) }, 1},
		{"a delivery elsewhere", outcome.CareerCentreServed, func(h *history) { h.add("2026-02-01", delivered(casework, farOffice)) }, 0},
		{"a delivery at no known site", outcome.CareerCentreServed, func(h *history) { h.add("2026-02-01", delivered(casework, "")) }, 0},
		{"a registration at the centre", outcome.CareerCentreServed, func(h *history) { h.add("2026-02-01", career.Registered{SiteID: careerCentre}) }, 1},
		{"a milestone of an earlier registration", outcome.CareerCentreServed, func(h *history) {
			h.add("2025-02-01", career.Registered{SiteID: careerCentre}).add("2026-02-01", reached(track.SkillsAssessed))
		}, 1},
		{"a session at the centre", outcome.CareerCentreServed, func(h *history) {
			h.add("2025-02-01", career.Registered{SiteID: careerCentre}).add("2026-02-01", career.SessionHeld{Session: career.JobSearch})
		}, 1},
		{"a session of a registration elsewhere", outcome.CareerCentreServed, func(h *history) {
			h.add("2026-02-01", career.Registered{SiteID: farOffice}).add("2026-02-02", career.SessionHeld{Session: career.JobSearch})
		}, 0},
		{"a session in life skills", outcome.ReintegrationSupport, func(h *history) {
			h.add("2026-02-01", career.Registered{SiteID: careerCentre}).add("2026-02-02", career.SessionHeld{Session: career.LifeSkills})
		}, 1},
		{"a session in job search", outcome.ReintegrationSupport, func(h *history) {
			h.add("2026-02-01", career.Registered{SiteID: careerCentre}).add("2026-02-02", career.SessionHeld{Session: career.JobSearch})
		}, 0},
		{"a registration elsewhere", outcome.CareerCentreServed, func(h *history) { h.add("2026-02-01", career.Registered{SiteID: farOffice}) }, 0},
		{"a milestone of another track at the centre", outcome.CareerCentreServed, func(h *history) {
			h.add("2026-02-01", shelter.Admitted{SiteID: careerCentre})
		}, 0},

		{"a matter represented", outcome.LegalRepresented, func(h *history) { h.add("2026-02-01", legalStep(track.Represented, "", "")) }, 1},
		{"two matters", outcome.LegalRepresented, func(h *history) {
			h.add("2026-02-01", legalStep(track.Represented, "", "")).add("2026-02-02", legalStep(track.Represented, "", ""))
		}, 2},
		{"a complaint alone", outcome.LegalRepresented, func(h *history) { h.add("2026-02-01", legalStep(track.ComplaintFiled, "", "")) }, 0},
		{"a referral to court, not represented", outcome.CourtReferred, func(h *history) { h.add("2026-02-01", legalStep(track.ReferredToCourt, "", "")) }, 1},
		{"represented, not in court", outcome.CourtReferred, func(h *history) { h.add("2026-02-01", legalStep(track.Represented, "", "")) }, 0},
		{"a conviction of a matter in court before the period", outcome.Convictions, func(h *history) {
			h.add("2025-02-01", legalStep(track.ReferredToCourt, "", "")).add("2026-02-01", legalStep(track.VerdictGiven, "", legal.Conviction))
		}, 1},
		{"an acquittal", outcome.Convictions, func(h *history) {
			h.add("2025-02-01", legalStep(track.ReferredToCourt, "", "")).add("2026-02-01", legalStep(track.VerdictGiven, "", legal.Acquittal))
		}, 0},
		{"a settlement", outcome.Convictions, func(h *history) {
			h.add("2025-02-01", legalStep(track.ReferredToCourt, "", "")).add("2026-02-01", legalStep(track.VerdictGiven, "", legal.Compromised))
		}, 0},
		{"one matter convicted, another acquitted", outcome.Convictions, func(h *history) {
			h.add("2025-02-01", legalStep(track.ReferredToCourt, "", "")) // version 3 begins the matter
			h.add("2025-02-02", legalStep(track.Represented, "", ""))
			h.add("2025-02-03", legalStep(track.Represented, "", "")) // version 5 begins another
			h.add("2025-02-04", legalStep(track.ReferredToCourt, matterID(c, 5), ""))
			h.add("2026-02-01", legalStep(track.VerdictGiven, matterID(c, 3), legal.Acquittal))
			h.add("2026-02-02", legalStep(track.VerdictGiven, matterID(c, 5), legal.Conviction))
		}, 1},
		{"a conviction after the period", outcome.Convictions, func(h *history) {
			h.add("2026-02-01", legalStep(track.ReferredToCourt, "", "")).add("2026-04-01", legalStep(track.VerdictGiven, "", legal.Conviction))
		}, 0},
	}
	for _, test := range tests {
		t.Run(string(test.code)+"/"+test.name, func(t *testing.T) {
			h := open(c, casefile.ForReporting)
			test.write(h)
			row := figure(t, compute(t, fold(t, h), outcome.Query{Period: firstQuarter}), test.code)
			if row.Value != test.want || row.ExcludedNoConsent != 0 {
				t.Errorf("value %d, left out %d; want %d, 0", row.Value, row.ExcludedNoConsent, test.want)
			}
		})
	}
}

// TestSustained holds the definition of a return that lasted: the period is the
// return's, and its last day is the last on which the follow-up may be done.
func TestSustained(t *testing.T) {
	tests := []struct {
		name  string
		write func(*history)
		want  int
	}{
		{"not followed up", func(h *history) {}, 0},
		{"safe at six months", func(h *history) { h.add("2026-07-15", followUp(track.Month6, true, &yes)) }, 1},
		{"not safe", func(h *history) { h.add("2026-07-15", followUp(track.Month6, true, &no)) }, 0},
		{"not asked whether she is safe", func(h *history) { h.add("2026-07-15", followUp(track.Month6, true, nil)) }, 0},
		{"no contact made", func(h *history) { h.add("2026-07-15", followUp(track.Month6, false, nil)) }, 0},
		{"safe at three months only", func(h *history) { h.add("2026-04-15", followUp(track.Month3, true, &yes)) }, 0},
		{"safe on the period's last day", func(h *history) { h.add("2026-12-31", followUp(track.Month6, true, &yes)) }, 1},
		{"safe the day after it", func(h *history) { h.add("2027-01-01", followUp(track.Month6, true, &yes)) }, 0},
		{"returned again before six months", func(h *history) {
			h.add("2026-05-01", returned()).add("2026-11-01", followUp(track.Month6, true, &yes))
		}, 1},
		{"followed up after a second return in the next period", func(h *history) {
			h.add("2027-01-15", returned()).add("2027-07-15", followUp(track.Month6, true, &yes))
		}, 0},
	}
	year := outcome.Query{Period: period("2026-01-01", "2026-12-31"), Indicators: []outcome.Code{outcome.Sustained}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := open("case_1", casefile.ForReporting).add("2026-01-15", returned())
			test.write(h)
			if got := figure(t, compute(t, fold(t, h), year), outcome.Sustained).Value; got != test.want {
				t.Errorf("value %d, want %d", got, test.want)
			}
		})
	}

	t.Run("counted at the day of the return", func(t *testing.T) {
		h := open("case_1", casefile.ForReporting).add("2026-01-15", returned()).add("2026-07-15", followUp(track.Month6, true, &yes))
		q := year
		q.GroupBy = []outcome.Dimension{outcome.ByQuarter}
		wantRows(t, compute(t, fold(t, h), q), "SUSTAINED 2026-Q1 1 0")

		q.Period = period("2026-07-01", "2026-12-31") // the follow-up alone
		wantRows(t, compute(t, fold(t, h), q))
	})
}

// TestSecondDefendant holds the rule that a matter is one conviction however many
// defendants it has: in the period of the first conviction, not of the acquittal
// that came before it, and not again with the next one.
func TestSecondDefendant(t *testing.T) {
	matter := matterID("case_1", 3)
	verdict := func(defendant int, v legal.Verdict) casefile.Data {
		return legal.VerdictGiven{MatterID: matter, DefendantID: id.Within("defendant_", "case_1", defendant), Verdict: v}
	}
	inCourt := func() *history {
		h := open("case_1", casefile.ForReporting).add("2025-11-01", legalStep(track.ReferredToCourt, "", ""))
		for _, label := range []string{"A", "B", "C"} { // versions 4, 5 and 6
			h.add("2025-11-02", legal.DefendantAdded{MatterID: matter, Label: label, Role: legal.Recruiter})
		}
		return h
	}
	q := outcome.Query{Period: period("2025-10-01", "2026-12-31"), GroupBy: []outcome.Dimension{outcome.ByQuarter},
		Indicators: []outcome.Code{outcome.Convictions, outcome.ConvictedOfReferred}}
	both := []string{"CONVICTIONS 2026-Q2 1 0", "CONVICTIONS_OF_REFERRED 2025-Q4 1 0"}
	acquitted := func() *history { return inCourt().add("2026-02-01", verdict(4, legal.Acquittal)) }
	for _, test := range []struct {
		name string
		h    *history
		want []string
	}{
		{"acquitted alone", acquitted(), nil},
		{"acquitted, then another convicted", acquitted().add("2026-05-01", verdict(5, legal.Conviction)), both},
		{"and a third convicted later", acquitted().add("2026-05-01", verdict(5, legal.Conviction)).add("2026-08-01", verdict(6, legal.Conviction)), both},
		{"and a third convicted earlier, heard of later", acquitted().add("2026-08-01", verdict(5, legal.Conviction)).
			late("2026-05-01", "2026-09-01", verdict(6, legal.Conviction)), both},
		{"convicted, then another acquitted", inCourt().add("2026-05-01", verdict(5, legal.Conviction)).add("2026-08-01", verdict(4, legal.Acquittal)), both},
		{"the conviction reversed", acquitted().add("2026-05-01", verdict(5, legal.Conviction)).reverse("2026-05-02"), nil},
	} {
		t.Run(test.name, func(t *testing.T) { wantRows(t, compute(t, fold(t, test.h), q), test.want...) })
	}

	t.Run("a conviction is no assistance", func(t *testing.T) {
		h := acquitted().add("2026-05-01", verdict(5, legal.Conviction))
		r := compute(t, fold(t, h), outcome.Query{Period: period("2026-04-01", "2026-06-30")})
		if a, c := figure(t, r, outcome.Assisted).Value, figure(t, r, outcome.Convictions).Value; a != 0 || c != 1 {
			t.Errorf("%d assisted, %d convictions; want 0, 1", a, c)
		}
	})
}

// TestConvictedOfReferred holds the definition of a cohort: the period is the
// referral's, and its last day is the last on which the conviction may come.
func TestConvictedOfReferred(t *testing.T) {
	tests := []struct {
		name  string
		write func(*history)
		want  int
	}{
		{"no verdict yet", func(h *history) {}, 0},
		{"convicted in the period", func(h *history) { h.add("2026-06-01", legalStep(track.VerdictGiven, "", legal.Conviction)) }, 1},
		{"convicted on its last day", func(h *history) { h.add("2026-12-31", legalStep(track.VerdictGiven, "", legal.Conviction)) }, 1},
		{"convicted the day after it", func(h *history) { h.add("2027-01-01", legalStep(track.VerdictGiven, "", legal.Conviction)) }, 0},
		{"acquitted", func(h *history) { h.add("2026-06-01", legalStep(track.VerdictGiven, "", legal.Acquittal)) }, 0},
	}
	year := outcome.Query{Period: period("2026-01-01", "2026-12-31"), Indicators: []outcome.Code{outcome.ConvictedOfReferred}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := open("case_1", casefile.ForReporting).add("2026-01-15", legalStep(track.ReferredToCourt, "", ""))
			test.write(h)
			wantRows(t, compute(t, fold(t, h), year), fmt.Sprintf("CONVICTIONS_OF_REFERRED %d 0", test.want))
		})
	}

	t.Run("referred before the period", func(t *testing.T) {
		h := open("case_1", casefile.ForReporting).add("2025-12-31", legalStep(track.ReferredToCourt, "", "")).
			add("2026-06-01", legalStep(track.VerdictGiven, "", legal.Conviction))
		wantRows(t, compute(t, fold(t, h), year), "CONVICTIONS_OF_REFERRED 0 0")
	})
	t.Run("without consent", func(t *testing.T) {
		h := open("case_1").add("2026-01-15", legalStep(track.ReferredToCourt, "", "")).
			add("2026-06-01", legalStep(track.VerdictGiven, "", legal.Conviction))
		wantRows(t, compute(t, fold(t, h), year), "CONVICTIONS_OF_REFERRED 0 1")
	})
	t.Run("the digest rests on the conviction too", func(t *testing.T) {
		h := func(verdictOn string) *history {
			return open("case_1", casefile.ForReporting).add("2026-01-15", legalStep(track.ReferredToCourt, "", "")).
				add(verdictOn, legalStep(track.VerdictGiven, "", legal.Conviction))
		}
		if a, b := compute(t, fold(t, h("2026-06-01")), year), compute(t, fold(t, h("2026-06-02")), year); a.Digest == b.Digest {
			t.Error("a verdict of another day gives the same digest")
		}
	})
}

// codesIn returns the codes that a text names, in order and each once.
func codesIn(text string) []string {
	all := regexp.MustCompile(`[A-Z][A-Z_]{3,}[A-Z]`).FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

func TestRegistry(t *testing.T) {
	seen := map[outcome.Code]bool{}
	later := map[outcome.Code]int{outcome.Networks: 2, outcome.ContactKept: 2, outcome.StallRate: 2,
		outcome.ShelterReturn180: 2, outcome.ShelterReturn365: 2, outcome.ShelterReturn730: 2, outcome.Reemployed35: 2}
	for _, i := range outcome.Registry {
		if i.Labels.EN == "" || i.Labels.KM == "" || i.Definition.EN == "" || i.Unit == "" || i.Version != max(1, later[i.Code]) || seen[i.Code] {
			t.Errorf("indicator %+v is incomplete or listed twice", i)
		}
		for _, km := range []string{i.Labels.KM, i.Definition.KM} {
			if !strings.ContainsFunc(km, func(r rune) bool { return unicode.Is(unicode.Khmer, r) }) {
				t.Errorf("%s has a text without Khmer letters: %q", i.Code, km)
			}
		}
		// Both languages name the same codes.
		if en, km := codesIn(i.Definition.EN), codesIn(i.Definition.KM); !slices.Equal(en, km) {
			t.Errorf("%s names %v in English and %v in Khmer", i.Code, en, km)
		}
		seen[i.Code] = true
		if found, ok := outcome.Find(i.Code); !ok || found.Definition != i.Definition {
			t.Errorf("Find(%s) does not find it", i.Code)
		}
	}
	if len(seen) != 39 {
		t.Errorf("%d indicators, want 39", len(seen))
	}
	if _, ok := outcome.Find("RESCUED"); ok {
		t.Error("Find finds an indicator that does not exist")
	}
}
