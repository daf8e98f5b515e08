package demo

import (
	"context"
	"fmt"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/outcome"
)

// programme stands for the whole programme where a house is asked for.
const programme = -1

// aim is a target of one house, or of the programme.
type aim struct {
	house     int
	indicator outcome.Code
	baseline  float64 // 0 where there is none
	target    float64
}

// The aims are invented. Those of the years of the speech were met by some of its
// figures and missed by others; where the present ones stand depends on the day.
var (
	speechAims = []aim{
		{programme, outcome.Assisted, 310, 1200}, {programme, outcome.ReintegrationSupport, 240, 1000},
		{programme, outcome.Reintegrated, 30, 150}, {programme, outcome.ScholarshipsWomen, 20, 150},
		{programme, outcome.ScholarshipsGirls, 45, 200}, {programme, outcome.Employed, 60, 200},
		{programme, outcome.CareerCentreServed, 0, 100}, {programme, outcome.Convictions, 2, 15},
		{programme, outcome.Networks, 0, 24}, {programme, outcome.ActivityPoliceTrained, 0, 250},
		{programme, outcome.ActivityTeachersTrained, 0, 600},
		{0, outcome.Assisted, 40, 150}, {0, outcome.Employed, 8, 30}, {0, outcome.ActivityPoliceTrained, 0, 150},
		{1, outcome.Assisted, 35, 160}, {1, outcome.Employed, 6, 25}, {1, outcome.LegalRepresented, 5, 30},
	}
	yearAims = []aim{
		{programme, outcome.Assisted, 300, 340}, {programme, outcome.Reintegrated, 30, 40},
		{programme, outcome.Employed, 40, 50}, {programme, outcome.ScholarshipsWomen, 30, 36},
		{0, outcome.Assisted, 95, 110}, {0, outcome.Employed, 10, 15}, {0, outcome.CareerCentreServed, 20, 25},
		{1, outcome.Assisted, 30, 35}, {1, outcome.Reintegrated, 3, 5},
	}
	quarterAims = []aim{
		{programme, outcome.Assisted, 230, 240}, {programme, outcome.Reintegrated, 12, 16}, {programme, outcome.Employed, 18, 20},
		{0, outcome.Assisted, 80, 90}, {0, outcome.Employed, 4, 6},
	}
)

// setTargets sets the aims of the years of the speech, and of the present year and
// quarter, each in the first morning of its period.
func setTargets(ctx context.Context, d *directory.Directory, o Options) error {
	year := calendar.Date(o.Today.Time().Year(), 1, 1)
	for _, plan := range []struct {
		period calendar.Period
		aims   []aim
	}{
		{calendar.Period{From: calendar.Date(2003, 1, 1), To: calendar.Date(2006, 12, 31)}, speechAims},
		{calendar.Period{From: year, To: year.AddMonths(12) - 1}, yearAims},
		{calendar.QuarterOf(o.Today), quarterAims},
	} {
		for _, a := range plan.aims {
			if err := a.set(ctx, d, plan.period, o.Now); err != nil {
				return fmt.Errorf("target %s of %s: %w", a.indicator, plan.period.From, err)
			}
		}
	}
	return nil
}

func (a aim) set(ctx context.Context, d *directory.Directory, period calendar.Period, now time.Time) error {
	h, role := houses[0], access.Coordinator
	if a.house != programme {
		h, role = houses[a.house], access.OrgAdmin
	}
	at := period.From.Start().Add(9 * time.Hour)
	if at.After(now) {
		at = now
	}
	in := directory.SetTargetInput{
		Request: directory.Request{RequestID: "demo-target"}, Indicator: directory.Indicator(a.indicator),
		From: period.From, To: period.To, Target: &a.target, Reason: "The plan of the period (invented)",
	}
	if a.baseline > 0 {
		in.Baseline = &a.baseline
	}
	_, err := d.SetTarget(ctx, access.Actor{Worker: h.workers[role][0], Role: role, Organisation: h.id}, at, in)
	return err
}
