package casework

import (
	"context"
	"slices"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/outcome/disclosure"
	"onward/services/release"
)

// sight is how an actor sees figures.
type sight int

const (
	own       sight = iota // exactly: they are of the actor's organisation
	guarded                // of the whole programme: exactly, where no quarter tells others' small ones
	published              // as a release has published them
)

// small reports whether a figure about people, or a difference of two, is withheld
// where it is others'; 0 is shown.
func small(n int) bool {
	return n != 0 && -disclosure.Threshold < n && n < disclosure.Threshold
}

// sightOf returns how the actor sees what is asked for. Without an organisation in
// the input, those who read the programme's figures ask for all, and others for
// their own organisation's.
//
// The whole programme is seen by those who know the figures of one organisation
// exactly, for whole quarters without groups and at no instant of their choice: of
// narrow periods, and of two instants, a figure less the one before would be
// somebody's.
func sightOf(actor access.Actor, in ImpactInput) (sight, error) {
	reads, whole := actor.PermitProgramme(access.ReadOwnImpact), actor.PermitProgramme(access.ReadProgrammeImpact)
	switch home := in.Organisation == actor.Organisation; {
	case reads == nil && (home || in.Organisation == "" && whole != nil):
		return own, nil
	case whole != nil && (in.Organisation == "" || home):
		return 0, reads
	case whole != nil:
		return 0, whole
	case reads == nil && in.Organisation == "" && len(in.GroupBy) == 0 && in.AsKnownAt == nil && wholeQuarters(in.From, in.To):
		return guarded, nil
	}
	return published, nil
}

func wholeQuarters(from, to calendar.Day) bool {
	return calendar.QuarterOf(from).From == from && calendar.QuarterOf(to).To == to
}

// controlled returns figures that are seen only as they were published: those of
// the newest release of exactly the period whose tables hold the grouping. One
// organisation's figures are those of its row, and are not grouped further.
func (s *Service) controlled(ctx context.Context, v *View, in ImpactInput) (*ImpactReport, error) {
	by := in.GroupBy
	if in.Organisation != "" {
		if _, known := v.Directory.Organisations[in.Organisation]; !known {
			return nil, fault.Input("organisation", "there is no such organisation")
		}
		if len(in.GroupBy) > 0 {
			return nil, fault.Input("groupBy", "must be absent beside organisation: what is published of one organisation has no groups")
		}
		by = []outcome.Dimension{outcome.ByOrganisation}
	}
	r, err := s.covering(ctx, v, calendar.Period{From: in.From, To: in.To}, in.AsKnownAt, func(r release.Release) error { return in.held(r, by, v.ownFigures()) })
	if err != nil {
		return nil, err
	}
	report := &ImpactReport{From: in.From, To: in.To, AsKnownAt: r.KnownAt, Release: &r.Number, Digest: r.Seal.Digest, Rows: []ImpactRow{}, Totals: []ImpactTotal{}}
	t, _ := r.Content.Table(by)
	for _, row := range in.of(t) {
		if in.Organisation != "" {
			row.Group = []outcome.GroupValue{}
		}
		published := asPublished(r.Content, row)
		published.Release = &r.Number
		report.Rows = append(report.Rows, published)
	}
	whole, _ := r.Content.Table(nil)
	for _, row := range in.of(whole) {
		if i := defined(r.Content, row.Code); in.Organisation == "" {
			report.Totals = append(report.Totals, ImpactTotal{Indicator: i, Value: row.Value, Additive: i.Additive()})
		}
	}
	return report, nil
}

// of returns the rows of a table that are asked for.
func (in ImpactInput) of(t release.Table) []release.Row {
	var rows []release.Row
	for _, r := range t.Rows {
		asked := len(in.Indicators) == 0 || slices.Contains(in.Indicators, r.Code)
		others := in.Organisation != "" && len(r.Group) == 1 && r.Group[0].Value != string(in.Organisation)
		if asked && !others {
			rows = append(rows, r)
		}
	}
	return rows
}

// defined returns an indicator as a release defines it, which may have been counted
// by a definition of before, or of an indicator that there is no more.
func defined(c release.Content, code outcome.Code) outcome.Indicator {
	i, _ := outcome.Find(code)
	if d, ok := c.Definition(code); ok {
		i.Code, i.Version, i.Unit, i.Measure, i.Labels, i.Definition = code, d.Version, d.Unit, outcome.Measure(d.Measure), d.Label, d.Definition
	}
	return i
}

// asPublished writes a row as a release has it.
func asPublished(c release.Content, r release.Row) ImpactRow {
	row := ImpactRow{Indicator: defined(c, r.Code), Group: r.Group, Suppressed: r.Suppressed, Value: r.Value, Base: r.Base, Percent: r.Percent, Mean: r.Mean,
		ExcludedNoConsent: r.ExcludedNoConsent, Baseline: r.Baseline, Target: r.Target}
	if r.Median != nil {
		row.Days = &outcome.Quartiles{Lower: *r.Lower, Median: *r.Median, Upper: *r.Upper}
	}
	if !r.Suppressed {
		row.EntriesDigest = &r.Digest
	}
	return row
}

// lastEnded is the instant at which the last quarter before a day ended. The whole
// programme is counted as it was known then, so that its figures do not move from
// one day to the next by somebody.
func lastEnded(today calendar.Day) time.Time { return calendar.QuarterOf(today).From.Start() }

// guard withholds what would tell small figures of others, to a reader who knows
// those of the own organisation. Both counts are of the whole period and by
// quarter. A figure is shown where others' part of every quarter is none or large.
// So is then the part of every period that is shown, and of what one has more than
// another. That holds of figures that add up; the others, as of distinct persons,
// are shown of single quarters, of which none lies in another, and of more where
// others have no part at all.
func (r *ImpactReport) guard(whole, own counts) {
	single := calendar.QuarterOf(r.From).To == r.To
	for i := range r.Rows {
		indicator := &r.Rows[i].Indicator
		if !indicator.Unit.AboutPeople() {
			continue
		}
		told, others, excluded := whole.tell(own, indicator.Code)
		switch {
		case told || others && !single && !indicator.AddsUp():
			r.Rows[i] = r.Rows[i].withheld()
			r.Totals[i].Value, r.Totals[i].SumOfGroups = nil, nil
		case excluded:
			r.Rows[i].ExcludedNoConsent = nil
		}
	}
}

// counts are the figures of a whole period and those of its quarters.
type counts struct {
	period   outcome.Report
	quarters map[quarterly]*outcome.Row
}

// quarterly names the figure of an indicator in a quarter.
type quarterly struct {
	code    outcome.Code
	quarter string
}

// counts counts a period without groups, and by quarter.
func (k *knowledge) counts(q outcome.Query) (counts, error) {
	reports, err := outcome.Tables(k.cases, k.beside, q, [][]outcome.Dimension{nil, {outcome.ByQuarter}})
	if err != nil {
		return counts{}, err
	}
	c := counts{reports[0], make(map[quarterly]*outcome.Row, len(reports[1].Rows))}
	for i := range reports[1].Rows {
		row := &reports[1].Rows[i]
		c.quarters[quarterly{row.Code, row.Group[0].Value}] = row
	}
	return c, nil
}

// tell reports whether a quarter of the whole and the own part of it together tell
// a small figure of others, whether others have any part in one, and whether how few
// of others have not consented.
func (c counts) tell(own counts, code outcome.Code) (told, others, excluded bool) {
	for of, all := range c.quarters {
		if of.code != code {
			continue
		}
		ours := own.quarters[of]
		if ours == nil {
			ours = &outcome.Row{}
		}
		told = told || tells(all, ours)
		others = others || all.Value != ours.Value || all.Base != ours.Base || all.ExcludedNoConsent != ours.ExcludedNoConsent
		excluded = excluded || small(all.ExcludedNoConsent-ours.ExcludedNoConsent)
	}
	return told, others, excluded
}

// tells reports whether two figures together tell a small one of others: how many
// they counted or observed, of how many, or how many of these did not fulfil. So a
// mean and quartiles are withheld where others' are of few.
func tells(all, ours *outcome.Row) bool {
	value, base := all.Value-ours.Value, all.Base-ours.Base
	return small(value) || small(base) || all.Base != 0 && small(base-value)
}

// complete takes from a release what is withheld and was published all the same.
func (r *ImpactReport) complete(published *ImpactReport) {
	for i := range r.Rows {
		row := &r.Rows[i]
		at := slices.IndexFunc(published.Rows, func(p ImpactRow) bool { return p.Indicator.Code == row.Indicator.Code })
		if row.Suppressed && at >= 0 && !published.Rows[at].Suppressed {
			*row = published.Rows[at]
			r.Totals[i].Value, r.Totals[i].SumOfGroups = row.Value, row.Value
		}
	}
}

// withhold leaves of kept reports the figures of the actor's own organisation, and
// those that are not about people.
func withhold(rows []ImpactRow, actor access.Actor) []ImpactRow {
	for i, r := range rows {
		if r.Indicator.Unit.AboutPeople() && !ofOrganisation(r.Group, actor) {
			rows[i] = r.withheld()
		}
	}
	return rows
}

// ofOrganisation reports whether a group is the actor's own organisation's, whose
// figures the actor reads.
func ofOrganisation(group []outcome.GroupValue, actor access.Actor) bool {
	if actor.PermitProgramme(access.ReadOwnImpact) != nil {
		return false
	}
	for _, g := range group {
		if g.Dimension == outcome.ByOrganisation && id.Organisation(g.Value) == actor.Organisation {
			return true
		}
	}
	return false
}
