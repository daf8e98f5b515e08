package demo_test

import (
	"fmt"
	"slices"
	"testing"

	"onward/cmd/onward/demo"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/stall"
	"onward/services/track"
)

// living returns the cases of the living caseload, and those among them of the
// organisation that has the accounts.
func (d *demoOf) living() (all, own []*casefile.Case) {
	home := d.directory.Workers[demo.Accounts()[0].Worker].Organisation
	opened := map[string]bool{} // the keys of the requests that open them
	for worker := range d.directory.Workers {
		for n := range 240 {
			opened[id.RequestKey(worker, fmt.Sprintf("demo-living-%d-1", n))] = true
		}
	}
	for _, c := range d.cases {
		if !opened[d.entries[c.ID][0].Key] || c.Continues() != "" {
			continue
		}
		all = append(all, c)
		if c.Organisation == home {
			own = append(own, c)
		}
	}
	return all, own
}

// TestLivingCaseload proves that every status, phase and state of a track is
// there to be tried in the accounts' organisation, and owned by the accounts.
func TestLivingCaseload(t *testing.T) {
	for _, today := range todays {
		d := written[today](t)
		all, own := d.living()
		if len(all) != 240 || len(own) < 80 {
			t.Errorf("%s: %d cases are living, %d of them at home", today, len(all), len(own))
		}
		seen, owners := map[string]int{}, map[id.Worker]int{}
		for _, c := range own {
			if c.OpenedOn < today.AddMonths(-18) {
				t.Errorf("%s: %s was opened on %s", today, c.Code, c.OpenedOn)
			}
			seen[string(c.Status)]++
			seen["phase "+string(c.Phase())]++
			for _, k := range track.Kinds {
				seen[string(k)+" "+string(c.TrackState(k))]++
			}
			for _, p := range []casefile.Purpose{casefile.ForPartnerApp, casefile.ForReporting} {
				seen[fmt.Sprint(p, c.Consented(p, today))]++
			}
			if c.Status.Open() {
				owners[c.Owner]++
			}
		}
		for _, what := range expected() {
			if seen[what] == 0 {
				t.Errorf("%s: no case with %s", today, what)
			}
		}
		if seen["PARTNER_APPtrue"] < 10 || seen["REPORTINGfalse"] < 3 {
			t.Errorf("%s: consents %v", today, seen)
		}
		for _, a := range demo.Accounts()[:5] {
			if owners[a.Worker] < 5 {
				t.Errorf("%s: %s owns %d open cases", today, a.Name, owners[a.Worker])
			}
		}
	}
}

// expected lists the statuses, the phases and the states of tracks; an ending
// before the end is known of two tracks only.
func expected() []string {
	list := []string{"phase CRISIS", "phase TRANSITION", "phase REINTEGRATION", "SCHOLARSHIP ENDED", "EMPLOYMENT ENDED"}
	for _, s := range casefile.Statuses {
		list = append(list, string(s))
	}
	for _, k := range track.Kinds {
		for _, s := range []track.State{track.NotStarted, track.InProgress, track.Completed} {
			list = append(list, string(k)+" "+string(s))
		}
	}
	return list
}

// firstTries are cases that the accounts want for a first try of a programme.
var firstTries = map[string]func(c *casefile.Case, today calendar.Day) bool{
	"ready without a job": func(c *casefile.Case, today calendar.Day) bool {
		ready, ok := c.Career().Ready()
		return ok && len(c.Employment().Placements) == 0 && today-ready.On < 90
	},
	"a placement to check": func(c *casefile.Case, today calendar.Day) bool {
		unchecked := slices.Collect(c.Employment().Unchecked())
		return len(unchecked) == 3 && unchecked[0].On < today && unchecked[0].On > today-10
	},
	"awarded, not enrolled": func(c *casefile.Case, today calendar.Day) bool {
		waiting := c.Scholarship().NotEnrolled()
		return len(waiting) > 0 && today-waiting[0].On < 30
	},
	"staying in the shelter": func(c *casefile.Case, _ calendar.Day) bool {
		_, staying := c.Shelter().Current()
		return staying
	},
	"recently returned": func(c *casefile.Case, today calendar.Day) bool {
		home, ok := c.Reintegration.Current()
		return ok && today-home.ReturnedOn < 20
	},
}

// TestReferrals proves that the living caseload has referrals in every state that goes well,
// that the supervisor of the first house has some to answer, and that the share of those
// which were done is a figure of that house.
func TestReferrals(t *testing.T) {
	for _, today := range todays {
		d := written[today](t)
		own := d.directory.Workers[accountOf("SUPERVISOR")].Organisation
		states, incoming := map[casefile.ReferralState]int{}, 0
		for _, c := range d.cases {
			for _, r := range c.Referrals() {
				if r.Type != casefile.ReferralOf {
					continue
				}
				states[r.State]++
				if r.To == own && r.State == casefile.ReferralWaits {
					incoming++
				}
			}
		}
		if states[casefile.ReferralWaits] < 3 || states[casefile.ReferralAccepted] < 3 || states[casefile.ReferralDone] < 3 || incoming == 0 {
			t.Errorf("%s: the referrals are %v, of which %d wait for the first house", today, states, incoming)
		}
		report, err := outcome.Compute(slices.Values(d.cases), casework.Beside(d.directory, d.ledger), outcome.Query{
			Period: calendar.Period{From: today - 30, To: today}, Organisation: own, Indicators: []outcome.Code{outcome.ReferralsCompleted}})
		if err != nil {
			t.Fatal(err)
		}
		if r := report.Rows[0]; r.Value == 0 || r.Value == r.Base {
			t.Errorf("%s: %d of %d referrals are done", today, r.Value, r.Base)
		}
	}
}

// TestFirstTry proves that the accounts find an ACTIVE case, in which nothing is
// overdue, for a first try of each programme.
func TestFirstTry(t *testing.T) {
	for _, today := range todays {
		_, own := written[today](t).living()
		for what, fits := range firstTries {
			if !slices.ContainsFunc(own, func(c *casefile.Case) bool {
				new(stall.Deriver).Derive(c, stall.Defaults(), today)
				return c.Status == casefile.Active && c.NextDueOn >= today && fits(c, today)
			}) {
				t.Errorf("%s: no case is %s", today, what)
			}
		}
	}
}

// TestStalled proves that each rule, and each milestone that can be waited for,
// finds three cases of the accounts' organisation that have stalled for long and
// one that stalls only today; and that it finds nothing else there.
func TestStalled(t *testing.T) {
	kinds := []string{"NO_OWNER", "NEVER_ASSESSED", "NO_APPROVED_PLAN", "NO_CONTACT", "REASSESSMENT_DUE", "ACTION_OVERDUE", "ABSENCES",
		"RETENTION_CHECK_MISSED", "RETURN_FOLLOW_UP_MISSED", "REFERRAL_UNANSWERED", "REGRESSION", "TURNED_18", "RECORD_INCOMPLETE",
		"MILESTONE_DWELL ADMITTED", "MILESTONE_DWELL AWARDED", "MILESTONE_DWELL JOB_READY", "MILESTONE_DWELL REPRESENTED"}
	for _, today := range todays {
		_, own := written[today](t).living()
		yesterday, now := raised(own, today-1), raised(own, today)
		for _, k := range kinds {
			if yesterday[k] != 3 || now[k] != 4 {
				t.Errorf("%s: %s: %d yesterday and %d today, not 3 and 4", today, k, yesterday[k], now[k])
			}
			delete(now, k)
		}
		if len(now) > 0 {
			t.Errorf("%s: also raised: %v", today, now)
		}
	}
}

// raised counts what a scan of the cases on a day would raise, dwells by the
// milestone after which she waits.
func raised(cases []*casefile.Case, on calendar.Day) map[string]int {
	found := map[string]int{}
	for _, c := range cases {
		for _, r := range stall.Assess(c, stall.Defaults(), on).Raise {
			kind := string(r.Rule)
			if r.Rule == stall.MilestoneDwell {
				kind += " " + r.Facts[0].Name
			}
			found[kind]++
		}
	}
	return found
}

// TestNoFlagsWritten proves that the flags are left to the scan.
func TestNoFlagsWritten(t *testing.T) {
	for _, c := range written[todays[0]](t).cases {
		if len(c.Flags) > 0 {
			t.Errorf("%s has flags", c.Code)
		}
	}
}
