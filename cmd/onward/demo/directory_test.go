package demo_test

import (
	"maps"
	"slices"
	"testing"

	"onward/cmd/onward/demo"
	"onward/services/access"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/outcome"
)

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
