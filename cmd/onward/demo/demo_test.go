package demo_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"onward/cmd/onward/demo"
	"onward/services/access"
	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/demography"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/scholarship"
	"onward/services/sealed"
	"onward/services/stall"
	"onward/services/store"
	"onward/services/track"
	"onward/services/vault/vaulttest"
)

// todays are the days on which the demo must work: ends of months and of years,
// a leap day, and the day after one.
var todays = []calendar.Day{
	calendar.Date(2026, 2, 28), calendar.Date(2028, 2, 29), calendar.Date(2027, 12, 31), calendar.Date(2028, 3, 30),
}

const extraCases = 300

// demoOf is what a Write leaves behind.
type demoOf struct {
	now       time.Time
	docs      map[id.Case][]byte
	cases     []*casefile.Case
	entries   map[id.Case][]casefile.Entry
	directory *directory.Snapshot
	ledger    []activity.Activity
	err       error
}

// written writes the demo of each day once for all tests.
var written = func() map[calendar.Day]func(t *testing.T) *demoOf {
	all := map[calendar.Day]func(t *testing.T) *demoOf{}
	for _, today := range todays {
		once := sync.OnceValue(func() *demoOf { return write(today) })
		all[today] = func(t *testing.T) *demoOf {
			t.Helper()
			if d := once(); d.err == nil {
				return d
			}
			t.Fatalf("%s: %v", today, once().err)
			return nil
		}
	}
	return all
}()

// write writes the demo to a fresh store and reads it back.
func write(today calendar.Day) *demoOf {
	ctx := context.Background()
	made := &demoOf{now: today.Start().Add(9 * time.Hour), docs: map[id.Case][]byte{}, entries: map[id.Case][]casefile.Entry{}}
	made.err = inStore(func(s store.Store) error {
		d, _, err := directory.Open(ctx, s)
		if err != nil {
			return err
		}
		m, err := vaulttest.Shared()
		if err != nil {
			return err
		}
		if err := demo.Write(ctx, s, d, demo.Options{Today: today, Now: made.now, ExtraCases: extraCases, Master: m}); err != nil {
			return err
		}
		made.directory = d.Snapshot()
		ledger, _, err := activity.Open(ctx, s)
		if err != nil {
			return err
		}
		made.ledger = ledger.Snapshot().Counting()
		_, err = s.Scan(ctx, store.Cases, made.take)
		return err
	})
	return made
}

// sealedText is a sealed text or a reference to one: what is sealed is sealed in
// another way each time.
var sealedText = regexp.MustCompile(sealed.Prefix + `[^"]*`)

func (d *demoOf) take(doc store.Document) error {
	c, err := casework.Read(doc)
	if err != nil {
		return err
	}
	d.cases = append(d.cases, c)
	text := fmt.Appendf(nil, "%s at %d: %s", doc.ID, doc.Version, doc.State)
	for _, e := range doc.History {
		text = fmt.Appendf(text, "\n%d %s %s %s %s %s %s %s", e.Version, e.Kind, e.On, e.At, e.By, e.Organisation, e.Key, e.Data)
	}
	d.docs[c.ID] = sealedText.ReplaceAll(text, nil)
	d.entries[c.ID], err = casework.Entries(doc)
	return err
}

// count counts the indicators of the years of the speech.
func (d *demoOf) count(t *testing.T) map[outcome.Code]outcome.Row {
	t.Helper()
	report, err := outcome.Compute(slices.Values(d.cases), casework.Beside(d.directory, d.ledger), outcome.Query{
		Period: calendar.Period{From: calendar.Date(2003, 1, 1), To: calendar.Date(2006, 12, 31)}})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[outcome.Code]outcome.Row{}
	for _, r := range report.Rows {
		rows[r.Code] = r
	}
	return rows
}

// TestFiguresOfTheSpeech proves that counting the histories gives the figures of
// the programme's report, whatever day it is, and that they are not trivial.
func TestFiguresOfTheSpeech(t *testing.T) {
	want := map[outcome.Code]int{
		outcome.Assisted: 1481, outcome.ReintegrationSupport: 1288, outcome.Reintegrated: 121, outcome.ScholarshipsWomen: 152,
		outcome.ScholarshipsGirls: 180, outcome.Employed: 202, outcome.CareerCentreServed: 68, outcome.LegalRepresented: 130,
		outcome.CourtReferred: 35, outcome.Convictions: 7, outcome.Networks: 24, outcome.YouthClubs: 10,
		outcome.ActivityPeopleReached: 275000, outcome.ActivityProvincesReached: 18, outcome.ActivityPoliceTrained: 180 + 100,
		outcome.ActivityTeachersTrained: 500, outcome.ActivityForumParticipants: 5850,
		outcome.ActivityRescued: 129, outcome.ActivityPartnerConvictions: 36,
	}
	for _, today := range todays {
		rows := written[today](t).count(t)
		for code, n := range want {
			if rows[code].Value != n {
				t.Errorf("%s: %s is %d, not %d", today, code, rows[code].Value, n)
			}
		}
		if n := rows[outcome.Sustained].Value; n < 60 || n > 115 {
			t.Errorf("%s: SUSTAINED is %d", today, n)
		}
		if n := rows[outcome.Assisted].ExcludedNoConsent; n != 12 {
			t.Errorf("%s: %d are left out of ASSISTED", today, n)
		}
	}
}

// TestPoliceByOrganisation proves that the two figures of police trained are those
// of two organisations: with them, all twenty figures of the speech are counted.
func TestPoliceByOrganisation(t *testing.T) {
	d := written[todays[0]](t)
	report, err := outcome.Compute(slices.Values(d.cases), casework.Beside(d.directory, d.ledger), outcome.Query{
		Period:  calendar.Period{From: calendar.Date(2003, 1, 1), To: calendar.Date(2006, 12, 31)},
		GroupBy: []outcome.Dimension{outcome.ByOrganisation}, Indicators: []outcome.Code{outcome.ActivityPoliceTrained}})
	if err != nil {
		t.Fatal(err)
	}
	var figures []int
	for _, r := range report.Rows {
		figures = append(figures, r.Value)
	}
	if slices.Sort(figures); !slices.Equal(figures, []int{100, 180}) {
		t.Errorf("police trained by organisation: %v", figures)
	}
}

// TestGroupsOfTheSpeech proves that by quarter and organisation the figures of the
// speech add up to it where each thing counted lies in one group, and that the
// totals say so where they do not: persons are in each group in which something of
// theirs counts, and networks are counted at the end of each quarter.
func TestGroupsOfTheSpeech(t *testing.T) {
	d := written[todays[0]](t)
	report, err := outcome.Compute(slices.Values(d.cases), casework.Beside(d.directory, d.ledger), outcome.Query{
		Period:  calendar.Period{From: calendar.Date(2003, 1, 1), To: calendar.Date(2006, 12, 31)},
		GroupBy: []outcome.Dimension{outcome.ByQuarter, outcome.ByOrganisation}})
	if err != nil {
		t.Fatal(err)
	}
	wholes, sums := map[outcome.Code]int{}, map[outcome.Code]int{}
	for _, r := range report.Rows {
		sums[r.Code] += r.Value
	}
	for _, total := range report.Totals {
		wholes[total.Code] = total.Whole.Value
		if total.Sum != sums[total.Code] || total.Additive() != (total.Sum == total.Whole.Value) {
			t.Errorf("%s: the total says %+v, the rows sum to %d", total.Code, total, sums[total.Code])
		}
	}
	for code, speech := range map[outcome.Code]int{outcome.ScholarshipsWomen: 152, outcome.ScholarshipsGirls: 180, outcome.LegalRepresented: 130,
		outcome.CourtReferred: 35, outcome.Convictions: 7, outcome.ActivityPoliceTrained: 280, outcome.ActivityForumParticipants: 5850} {
		if sums[code] != speech || wholes[code] != speech {
			t.Errorf("%s sums to %d and is %d, want %d", code, sums[code], wholes[code], speech)
		}
	}
	if sum, whole := sums[outcome.Assisted], wholes[outcome.Assisted]; sum <= 1481 || whole != 1481 {
		t.Errorf("ASSISTED sums to %d and is %d: many of the 1481 are in several groups", sum, whole)
	}
}

// TestSpeechIsOver proves that the programme of the speech has ended, so that
// nothing of it is due today, that its histories have some length and do not all
// look alike, and that the extra cases keep away from its years.
func TestSpeechIsOver(t *testing.T) {
	d := written[todays[0]](t)
	statuses, years, provinces, lengths := map[casefile.Status]int{}, map[int]int{}, map[string]int{}, []int{}
	for _, c := range d.cases {
		if c.OpenedOn > calendar.Date(2010, 1, 1) || c.Continues != "" {
			continue
		}
		statuses[c.Status]++
		years[c.OpenedOn.Time().Year()]++
		provinces[d.directory.Sites[c.Site].Province]++
		lengths = append(lengths, c.Version)
		if c.Status.Open() || c.UpdatedAt.Time().After(calendar.Date(2008, 1, 1).Start()) {
			t.Errorf("%s is %s, last recorded at %s", c.Code, c.Status, c.UpdatedAt.Time())
		}
	}
	slices.Sort(lengths)
	t.Log(statuses, years, len(provinces), "provinces; entries", lengths[0], lengths[len(lengths)/2], lengths[len(lengths)-1])
	for _, s := range []casefile.Status{casefile.Closed, casefile.Transferred, casefile.Declined, casefile.Merged} {
		if statuses[s] < 5 {
			t.Errorf("only %d are %s", statuses[s], s)
		}
	}
	if len(years) != 4 || len(provinces) < 12 {
		t.Errorf("opened in %v, in provinces %v", years, provinces)
	}
	for _, c := range d.cases {
		for _, e := range d.entries[c.ID] {
			if c.OpenedOn > calendar.Date(2010, 1, 1) && e.On < c.OpenedOn {
				t.Errorf("%s: an entry of %s", c.Code, e.On)
			}
		}
	}
}

// TestRecordedInTime proves that nothing is recorded after the present, before
// it happened or outside working hours, and little of it late.
func TestRecordedInTime(t *testing.T) {
	for _, today := range todays {
		d := written[today](t)
		late, all := 0, 0
		for _, c := range d.cases {
			for _, e := range d.entries[c.ID] {
				day, hour := calendar.DayOf(e.At), e.At.In(calendar.Zone).Hour()
				if e.At.After(d.now) || e.On > day || day > e.On+7 || hour < 8 || hour > 17 {
					t.Fatalf("%s: entry %d, %s of %s, is recorded at %s", c.Code, e.Version, e.Kind(), e.On, e.At.In(calendar.Zone))
				}
				all++
				if day > e.On {
					late++
				}
			}
		}
		if late*2 > all || late*20 < all {
			t.Errorf("%s: %d of %d entries are recorded late", today, late, all)
		}
	}
}

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
		if !opened[d.entries[c.ID][0].Key] || c.Continues != "" {
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
			seen["phase "+string(c.Phase)]++
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
		ready, ok := c.Career.Ready()
		return ok && len(c.Employment.Placements) == 0 && today-ready.On < 90
	},
	"a placement to check": func(c *casefile.Case, today calendar.Day) bool {
		unchecked := c.Employment.Unchecked()
		return len(unchecked) == 3 && unchecked[0].On < today && unchecked[0].On > today-10
	},
	"awarded, not enrolled": func(c *casefile.Case, today calendar.Day) bool {
		waiting := c.Scholarship.NotEnrolled()
		return len(waiting) > 0 && today-waiting[0].On < 30
	},
	"staying in the shelter": func(c *casefile.Case, _ calendar.Day) bool {
		_, staying := c.Shelter.Current()
		return staying
	},
	"recently returned": func(c *casefile.Case, today calendar.Day) bool {
		home, ok := c.Reintegration.Current()
		return ok && today-home.ReturnedOn < 20
	},
}

// TestFirstTry proves that the accounts find an ACTIVE case, in which nothing is
// overdue, for a first try of each programme.
func TestFirstTry(t *testing.T) {
	for _, today := range todays {
		_, own := written[today](t).living()
		for what, fits := range firstTries {
			if !slices.ContainsFunc(own, func(c *casefile.Case) bool {
				stall.Derive(c, stall.Defaults(), today)
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

// TestDirectory proves that the directory is sound, and that the accounts are
// where they should be.
func TestDirectory(t *testing.T) {
	d := written[todays[0]](t).directory
	if len(d.Organisations) != 8 || len(d.Networks) != 24+10 {
		t.Errorf("%d organisations, %d networks", len(d.Organisations), len(d.Networks))
	}
	for _, s := range d.Sites {
		if err := d.Check(s); err != nil {
			t.Error(err)
		}
	}
	for _, e := range d.Employers {
		if err := d.Check(e); err != nil {
			t.Error(err)
		}
	}
	accounts := demo.Accounts()
	home := d.Workers[accounts[0].Worker].Organisation
	for i, a := range accounts {
		w, ok := d.Workers[a.Worker]
		other := i == len(accounts)-1
		if !ok || other == (w.Organisation == home) || !other && a.Name != string(w.Role) || other && w.Role != access.Supervisor {
			t.Errorf("account %s is %+v", a.Name, w)
		}
	}
	if !demo.Wrote(d) || !demo.Whole(d) || demo.Wrote(&directory.Snapshot{}) || demo.Whole(&directory.Snapshot{}) {
		t.Error("the demo does not know its own directory")
	}
}

// TestTargets proves that the programme and the accounts' organisation have targets
// for the years of the speech, which its figures met in part, and for the present
// year and quarter, and that every one is of an indicator that there is.
func TestTargets(t *testing.T) {
	home := demo.Accounts()[0].Worker
	for _, today := range todays {
		d := written[today](t)
		everybody := slices.Collect(maps.Keys(d.directory.Organisations))
		for _, target := range d.directory.ListTargets(append(everybody, ""), directory.TargetFilter{}) {
			if _, ok := outcome.Find(outcome.Code(target.Indicator)); !ok || *target.Value <= 0 {
				t.Errorf("%s: %+v", today, target)
			}
		}
		year := calendar.Date(today.Time().Year(), 1, 1)
		for _, of := range []id.Organisation{"", d.directory.Workers[home].Organisation} {
			for _, period := range []calendar.Period{{From: year, To: year.AddMonths(12) - 1}, calendar.QuarterOf(today)} {
				if _, ok := d.directory.Target("ASSISTED", of, period); !ok {
					t.Errorf("%s: %q has no target for %v", today, of, period)
				}
			}
		}
		met, missed := 0, 0
		for code, row := range d.count(t) {
			target, ok := d.directory.Target(directory.Indicator(code), "", calendar.Period{From: calendar.Date(2003, 1, 1), To: calendar.Date(2006, 12, 31)})
			switch {
			case ok && float64(row.Value) >= *target.Value:
				met++
			case ok:
				missed++
			}
		}
		if met < 3 || missed < 3 {
			t.Errorf("%s: of the programme's targets %d were met and %d missed", today, met, missed)
		}
	}
}

// TestSameDaySameData proves that the demo is the same for the same day, however
// the lots are shared out among processors.
func TestSameDaySameData(t *testing.T) {
	a, b := written[todays[1]](t), write(todays[1])
	if b.err != nil {
		t.Fatal(b.err)
	}
	if !maps.EqualFunc(a.docs, b.docs, bytes.Equal) {
		t.Error("the same day gives different documents")
	}
	if !reflect.DeepEqual(a.ledger, b.ledger) {
		t.Error("the same day gives different activities")
	}
	everybody := append(slices.Collect(maps.Keys(a.directory.Organisations)), "")
	if x, y := a.directory.ListTargets(everybody, directory.TargetFilter{}), b.directory.ListTargets(everybody, directory.TargetFilter{}); len(x) == 0 || !reflect.DeepEqual(x, y) {
		t.Error("the same day gives different targets")
	}
	continuing := 0 // opened by the house that took a case on
	for _, c := range a.cases {
		if c.Continues != "" {
			continuing++
		}
	}
	if n := 1481 + 6 + 52 + 240 + extraCases + continuing; len(a.docs) != n || continuing == 0 {
		t.Errorf("%d cases, not %d; %d of them go on elsewhere", len(a.docs), n, continuing)
	}
}

// TestPartIsNotWhole proves that a demo is whole only when its last case is
// stored: one that ends after the first lots, or just before the last of its
// directory, is the demo's but a part.
func TestPartIsNotWhole(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := inStore(func(s store.Store) error {
		d, _, err := directory.Open(ctx, s)
		if err != nil {
			return err
		}
		o := demo.Options{Master: vaulttest.Master(t), Today: todays[0], Now: todays[0].Start().Add(time.Hour), Progress: func(done, total int) {
			if demo.Whole(d.Snapshot()) {
				t.Errorf("whole with %d of %d", done, total)
			}
			if done == total {
				cancel()
			}
		}}
		if err := demo.Write(ctx, s, d, o); err == nil {
			t.Error("an interruption is not reported")
		}
		if at := d.Snapshot(); !demo.Wrote(at) || demo.Whole(at) {
			t.Errorf("written %t, whole %t", demo.Wrote(at), demo.Whole(at))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestProgressAndRefusal proves that the progress reaches its total, and that an
// error of the store is not swallowed.
func TestProgressAndRefusal(t *testing.T) {
	ctx, today := context.Background(), todays[0]
	err := inStore(func(s store.Store) error {
		d, _, err := directory.Open(ctx, s)
		if err != nil {
			return err
		}
		last, sum := 0, 0
		o := demo.Options{Master: vaulttest.Master(t), Today: today, Now: today.Start().Add(time.Hour), Progress: func(done, total int) {
			if done < last {
				t.Errorf("progress went from %d to %d", last, done)
			}
			last, sum = done, total
		}}
		if err := demo.Write(ctx, s, d, o); err != nil {
			return err
		}
		if last != sum || last == 0 {
			t.Errorf("progress ends at %d of %d", last, sum)
		}
		if demo.Write(ctx, s, d, o) == nil {
			t.Error("a store that is not empty is not refused")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPeople proves that the people of the demo are of every sex and age, and of
// some nobody knows; that an award is of the class of her age, that only those who
// may work do, and that a person who came twice is the same both times.
func TestPeople(t *testing.T) {
	for _, today := range todays {
		d := written[today](t)
		sexes, bands, birthdays := map[demography.Sex]int{}, map[demography.AgeBand]int{}, 0
		byID := map[id.Case]*casefile.Case{}
		for _, c := range d.cases {
			byID[c.ID] = c
		}
		for _, c := range d.cases {
			p := c.ProfileOn(c.OpenedOn)
			sexes[p.Sex]++
			bands[p.Age]++
			if !c.AdultOn.IsZero() {
				birthdays++
			}
			if into := byID[c.MergedInto]; into != nil && (into.Sex() != c.Sex() || into.BirthYear() != c.BirthYear() || into.AdultOn != c.AdultOn) {
				t.Errorf("%s: %s was born in %d, and the case it is merged into in %d", today, c.ID, c.BirthYear(), into.BirthYear())
			}
			girl := p.Age == demography.Under15 || p.Age == demography.Age15To17
			for _, a := range c.Scholarship.Scholarships {
				fits, special := map[scholarship.Class]bool{scholarship.Women: !girl, scholarship.GirlsSecondary: girl || p.Age == demography.UnknownAge}[a.Class]
				if special && (!fits || p.Sex != demography.Female) {
					t.Errorf("%s: an award of class %s for %s of %s", today, a.Class, p.Sex, p.Age)
				}
			}
			for _, j := range c.Employment.Placements {
				if c.ProfileOn(j.StartedOn).Age == demography.Under15 {
					t.Errorf("%s: %s works at less than 15", today, c.ID)
				}
			}
		}
		for _, sex := range demography.Sexes {
			if sexes[sex] < 20 || sex != demography.Female && sexes[sex]*4 > len(d.cases) {
				t.Errorf("%s: %d of %d cases are %s", today, sexes[sex], len(d.cases), sex)
			}
		}
		for _, band := range demography.AgeBands {
			if bands[band] < 10 {
				t.Errorf("%s: %d cases are %s", today, bands[band], band)
			}
		}
		if birthdays < 20 {
			t.Errorf("%s: of %d cases the birthday is known", today, birthdays)
		}
	}
}
