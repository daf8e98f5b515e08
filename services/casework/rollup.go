package casework

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"onward/services/activity"
	"onward/services/attention"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/register"
)

// byPlace is the grouping of the kept reports.
var byPlace = []outcome.Dimension{outcome.ByOrganisation, outcome.ByProvince}

// groupings are those that the roll-up job counts: that of the kept reports, and
// that of the targets. The whole is in the totals of each.
var groupings = [][]outcome.Dimension{byPlace, {outcome.ByOrganisation}}

// figures are those of the roll-up job by their periods, kept up to date in memory
// from one run to the next. What they are does not depend on how they came about:
// a process that begins counts everything once.
type figures struct {
	mu      sync.Mutex
	running map[calendar.Period]*outcome.Running
	drafted map[calendar.Period]*outcome.Running // the tables of the quarter that is drafted
}

// RolledUp says what a run of the roll-up job has done.
type RolledUp struct {
	Figures   int // rows of the reports of the two quarters
	Changed   int // persons that were counted again, in all periods
	Whole     int // periods that were counted from nothing
	Revised   int // reports that have changed
	Attention int // organisations of which something else needs attention than before
	Drafted   int // drafts of a release that were written
	Findings  int // cells that forbid publishing the draft of the last quarter
}

// RollUp brings the figures of the programme up to a day: of the day's quarter and
// of the one before, which late entries still change, and of the periods of the
// targets that are to be judged. It keeps the reports of the quarters, for each
// organisation what needs attention in its figures, and a draft of the release of the
// last quarter.
func (s *Service) RollUp(ctx context.Context, r *register.Register, kept *outcome.RollUps, asOf calendar.Day) (RolledUp, error) {
	s.figures.mu.Lock()
	defer s.figures.mu.Unlock()
	p := s.present(r)
	targets := judged(p.directory, asOf)
	quarter := calendar.QuarterOf(asOf)
	quarters := []calendar.Period{calendar.QuarterOf(quarter.From - 1), quarter}
	done, err := s.figures.update(p, append(periods(targets), quarters...), asOf)
	if err != nil {
		return done, err
	}
	for _, quarter := range quarters {
		report := s.figures.running[quarter].Reports()[0]
		changed, err := kept.Keep(ctx, asOf, p.knownAt, report)
		if err != nil {
			return done, err
		}
		done.Figures += len(report.Rows)
		done.Revised += one(changed)
	}
	if done.Attention, err = s.keepAttention(ctx, p, targets, asOf); err != nil {
		return done, err
	}
	return done, s.draftQuarter(ctx, p, quarters[0], asOf, &done)
}

func one(happened bool) int {
	if happened {
		return 1
	}
	return 0
}

// present is everything that is counted, as this process knows it at one moment.
type present struct {
	cases      *register.Snapshot
	activities *activity.Snapshot
	directory  *directory.Snapshot
	knownAt    time.Time // the instant of the last entry
}

func (s *Service) present(r *register.Register) present {
	p := present{cases: r.Snapshot(), activities: s.activities.Snapshot(), directory: s.directory.Snapshot()}
	for c := range p.cases.All() {
		p.learn(c.UpdatedAt.Time())
	}
	p.learn(p.activities.KnownAt())
	p.learn(p.directory.KnownAt())
	return p
}

func (p *present) learn(at time.Time) {
	if at.After(p.knownAt) {
		p.knownAt = at
	}
}

func (p *present) beside() outcome.Programme { return Beside(p.directory, p.activities.Counting()) }

// update brings the figures of some periods up to a day, and forgets the others.
func (f *figures) update(p present, of []calendar.Period, asOf calendar.Day) (done RolledUp, err error) {
	next := make(map[calendar.Period]*outcome.Running, len(of))
	for _, period := range of {
		if next[period] != nil {
			continue
		}
		if next[period], err = done.bring(f.running[period], p, outcome.Query{Period: period, AsOf: asOf}, groupings); err != nil {
			return done, err
		}
	}
	f.running = next
	return done, nil
}

// bring brings figures up to the day of a query, from nothing where there are none.
func (done *RolledUp) bring(running *outcome.Running, p present, q outcome.Query, groupings [][]outcome.Dimension) (_ *outcome.Running, err error) {
	persons, whole := p.cases.Len(), true
	if running == nil {
		running, err = outcome.NewRunning(p.cases, p.beside(), q, groupings)
	} else {
		persons, whole, err = running.Update(p.cases, p.beside(), q.AsOf)
	}
	if err != nil {
		return nil, err
	}
	done.Changed += persons
	done.Whole += one(whole)
	return running, nil
}

// judged returns the targets of organisations that are to be judged as of a day.
func judged(d *directory.Snapshot, asOf calendar.Day) []directory.Target {
	organisations := make([]id.Organisation, 0, len(d.Organisations))
	for org := range d.Organisations {
		organisations = append(organisations, org)
	}
	return slices.DeleteFunc(d.ListTargets(organisations, directory.TargetFilter{}), func(t directory.Target) bool {
		return !attention.Judged(t, asOf)
	})
}

func periods(targets []directory.Target) []calendar.Period {
	all := make([]calendar.Period, len(targets))
	for i, t := range targets {
		all[i] = calendar.Period{From: t.From, To: t.To}
	}
	return all
}

// keepAttention keeps for each organisation what needs attention in its figures,
// and returns of how many it was something else than before.
func (s *Service) keepAttention(ctx context.Context, p present, targets []directory.Target, asOf calendar.Day) (changed int, err error) {
	items := needAttention(p.cases.All(), targets, s.figures.rows(targets), asOf)
	for org := range p.directory.Organisations {
		revised, err := s.attention.Keep(ctx, org, asOf, p.knownAt, items[org])
		if err != nil {
			return changed, err
		}
		changed += one(revised)
	}
	return changed, nil
}

// needAttention finds what needs attention as of a day: in the figures that
// targets are about, and among those who began something.
func needAttention(cases iter.Seq[*casefile.Case], targets []directory.Target, rows map[target]outcome.Row, asOf calendar.Day) map[id.Organisation][]attention.Item {
	items := attention.Cohorts(outcome.Persons(cases), asOf)
	for _, t := range targets {
		if item, found := attention.Judge(t, rows[figureOf(t)], asOf); found {
			items[t.Organisation] = append(items[t.Organisation], item)
		}
	}
	return items
}

// target names the figure that a target is about.
type target struct {
	period       calendar.Period
	organisation id.Organisation
	indicator    outcome.Code
}

func figureOf(t directory.Target) target {
	return target{calendar.Period{From: t.From, To: t.To}, t.Organisation, outcome.Code(t.Indicator)}
}

// rows returns the figures that targets are about.
func (f *figures) rows(targets []directory.Target) map[target]outcome.Row {
	rows, _ := rowsOf(targets, func(period calendar.Period) (outcome.Report, error) { // which cannot fail
		return f.running[period].Reports()[1], nil
	})
	return rows
}

// rowsOf returns the figures that targets are about, from reports by organisation
// on their periods. One that nothing was counted for has an empty row.
func rowsOf(targets []directory.Target, report func(calendar.Period) (outcome.Report, error)) (map[target]outcome.Row, error) {
	rows := make(map[target]outcome.Row, len(targets))
	for _, t := range targets {
		rows[figureOf(t)] = outcome.Row{Code: outcome.Code(t.Indicator)}
	}
	all := periods(targets)
	for i, period := range all {
		if slices.Contains(all[:i], period) {
			continue
		}
		counted, err := report(period)
		if err != nil {
			return nil, err
		}
		for _, r := range counted.Rows {
			of := target{period, id.Organisation(r.Group[0].Value), r.Code}
			if _, asked := rows[of]; asked {
				rows[of] = r
			}
		}
	}
	return rows, nil
}
