package casework

import (
	"context"
	"iter"
	"slices"
	"time"

	"onward/services/access"
	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/page"
	"onward/services/track"
)

// ImpactInput says which figures.
type ImpactInput struct {
	From, To        calendar.Day
	AsKnownAt       *time.Time
	GroupBy         []outcome.Dimension
	Indicators      []outcome.Code
	Organisation    id.Organisation
	FiscalYearStart *int
	Between         *outcome.Between
}

// ImpactReport is the figures of a period.
type ImpactReport struct {
	From, To  calendar.Day
	AsKnownAt time.Time
	Release   *int // the number of the release that published them; nil where they were counted
	Digest    string
	Rows      []ImpactRow
	Totals    []ImpactTotal
}

// ImpactRow is one figure, or a place where one is withheld: then nothing that is
// counted is there.
type ImpactRow struct {
	Indicator         outcome.Indicator
	Group             []outcome.GroupValue
	Suppressed        bool
	Value, Base       *int
	Percent, Mean     *float64
	Days              *outcome.Quartiles
	ExcludedNoConsent *int
	Baseline, Target  *float64
	EntriesDigest     *string
	Release           *int // the number of the release that it is from; nil where it was counted
}

// Impact returns the figures that the actor may see: exact ones of the actor's own
// organisation, those of the whole programme, in quarters that have ended, where they
// do not tell others' small ones, and everything else as it was published.
func (s *Service) Impact(ctx context.Context, v *View, in ImpactInput) (*ImpactReport, error) {
	sight, err := sightOf(v.Actor, in)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	if today := calendar.DayOf(v.At); sight == published || sight == guarded && in.To >= calendar.QuarterOf(today).From {
		return s.controlled(ctx, v, in)
	} else if sight == guarded {
		return s.programme(ctx, v, in)
	}
	if b := in.Between; b != nil && !v.Actor.ReadsAlways(access.Legal) && (b.From.Track() == track.Legal || b.To.Track() == track.Legal) {
		return nil, fault.New(fault.Forbidden, "your role may not ask about legal matters (between)")
	}
	known, err := s.readable(ctx, v, in.AsKnownAt)
	if err != nil {
		return nil, err
	}
	report, err := known.report(v.Actor.Organisation, in)
	if err == nil && !v.Actor.ReadsAlways(access.Legal) {
		report.concealLegal()
	}
	return report, err
}

// concealLegal withholds the figures of legal matters from those who may not read
// about them, and to whom none was counted. Of groups there are no rows.
func (r *ImpactReport) concealLegal() {
	r.Rows = slices.DeleteFunc(r.Rows, func(row ImpactRow) bool { return row.Indicator.Unit == outcome.LegalMatter && len(row.Group) > 0 })
	for i, row := range r.Rows {
		if row.Indicator.Unit == outcome.LegalMatter {
			r.Rows[i] = row.withheld()
		}
	}
	for i, total := range r.Totals {
		if total.Indicator.Unit == outcome.LegalMatter {
			r.Totals[i].Value, r.Totals[i].SumOfGroups = nil, nil
		}
	}
}

// programme returns the figures of the whole programme as they were known when the
// last quarter ended, and those of a release where they are withheld.
func (s *Service) programme(ctx context.Context, v *View, in ImpactInput) (*ImpactReport, error) {
	known, err := s.knownThen(ctx, v, lastEnded(calendar.DayOf(v.At)))
	if err != nil {
		return nil, err
	}
	shown, err := known.whole(v.Actor.Organisation, in)
	if err != nil {
		return nil, err
	}
	in.Indicators = nil // of those asked for, whatever the release has
	published, err := s.controlled(ctx, v, in)
	switch {
	case fault.Is(err, fault.Invalid): // nothing is published of exactly the period
		return shown, nil
	case err != nil:
		return nil, err
	}
	shown.complete(published)
	return shown, nil
}

// report counts the figures of an organisation.
func (k *knowledge) report(home id.Organisation, in ImpactInput) (*ImpactReport, error) {
	report, err := k.compute(in.query(k.at, home))
	if err != nil {
		return nil, err
	}
	return k.shown(in, home, report), nil
}

// whole counts the figures of the whole programme as they are seen from an
// organisation.
func (k *knowledge) whole(home id.Organisation, in ImpactInput) (*ImpactReport, error) {
	all, err := k.counts(in.query(k.at, ""))
	if err != nil {
		return nil, err
	}
	ours, err := k.counts(in.query(k.at, home))
	if err != nil {
		return nil, err
	}
	shown := k.shown(in, "", all.period)
	shown.guard(all, ours)
	return shown, nil
}

// shown writes what was counted as it is, beside the targets of whom it is about.
func (k *knowledge) shown(in ImpactInput, scope id.Organisation, report outcome.Report) *ImpactReport {
	r := &ImpactReport{From: in.From, To: in.To, AsKnownAt: k.at, Digest: report.Digest, Rows: exact(report.Rows), Totals: totals(report)}
	r.aim(k.directory, scope, in.GroupBy)
	return r
}

// query asks for the figures of an organisation, or of all where it is empty, as
// they had come to pass at an instant.
func (in ImpactInput) query(at time.Time, scope id.Organisation) outcome.Query {
	return outcome.Query{
		Period: calendar.Period{From: in.From, To: in.To}, AsOf: calendar.DayOf(at), GroupBy: in.GroupBy, Indicators: in.Indicators,
		Organisation: scope, FiscalStart: fiscalStart(in.FiscalYearStart), Between: in.Between,
	}
}

func (in ImpactInput) check() error {
	if in.FiscalYearStart != nil && *in.FiscalYearStart < 1 {
		return fault.Input("fiscalYearStart", "is a month from 1 to 12")
	}
	return in.query(time.Time{}, "").Check()
}

// fiscalStart returns the first month of a fiscal year, or zero where nobody has
// said.
func fiscalStart(month *int) time.Month {
	if month == nil {
		return 0
	}
	return time.Month(*month)
}

// exact writes rows as they are.
func exact(rows []outcome.Row) []ImpactRow {
	out := make([]ImpactRow, len(rows))
	for i := range rows {
		r := &rows[i]
		out[i] = ImpactRow{Indicator: r.Indicator(), Group: r.Group, Value: &r.Value, Days: r.Days, Mean: r.Mean,
			ExcludedNoConsent: &r.ExcludedNoConsent, EntriesDigest: &r.Entries}
		if out[i].Indicator.Measure == outcome.Share {
			out[i].Base = &r.Base
		}
		if r.Base > 0 {
			percent := 100 * float64(r.Value) / float64(r.Base)
			out[i].Percent = &percent
		}
	}
	return out
}

// withheld is what is left of a row whose figure is withheld.
func (r ImpactRow) withheld() ImpactRow {
	return ImpactRow{Indicator: r.Indicator, Group: r.Group, Suppressed: true}
}

// aim sets the targets of exactly the period beside the figures of the programme
// or of an organisation.
func (r *ImpactReport) aim(d *directory.Snapshot, scope id.Organisation, groupBy []outcome.Dimension) {
	if len(groupBy) > 1 || len(groupBy) == 1 && groupBy[0] != outcome.ByOrganisation {
		return
	}
	for i := range r.Rows {
		row, owner := &r.Rows[i], scope
		for _, g := range row.Group {
			owner = id.Organisation(g.Value)
		}
		if t, ok := d.Target(directory.Indicator(row.Indicator.Code), owner, calendar.Period{From: r.From, To: r.To}); ok {
			row.Baseline, row.Target = t.Baseline, t.Value
		}
	}
}

// ImpactTotal sets the figures of the groups beside that of the whole. Both are
// absent where the figure is withheld.
type ImpactTotal struct {
	Indicator          outcome.Indicator
	Value, SumOfGroups *int
	Additive           bool
	Notes              *locale.Text // why they do not add up; nil where they do
}

func totals(r outcome.Report) []ImpactTotal {
	out := make([]ImpactTotal, len(r.Totals))
	for i := range r.Totals {
		t := &r.Totals[i]
		out[i] = ImpactTotal{Indicator: t.Whole.Indicator(), Value: &t.Whole.Value, SumOfGroups: &t.Sum, Additive: t.Additive()}
		switch {
		case t.Additive():
		case out[i].Indicator.Unit == outcome.Person:
			out[i].Notes = &distinctPersons
		default:
			out[i].Notes = &onceInEach
		}
	}
	return out
}

// What is said where groups do not add up.
var (
	distinctPersons = locale.Text{
		EN: "The groups do not add up to the whole: it counts distinct persons, and a person is counted in each group in which something of hers counts.",
		KM: "ផលបូកនៃក្រុមមិនស្មើនឹងចំនួនសរុបទេ៖ ចំនួនសរុបរាប់មនុស្សម្នាក់តែម្តង ហើយមនុស្សម្នាក់ត្រូវបានរាប់ក្នុងក្រុមនីមួយៗដែលមានព្រឹត្តិការណ៍របស់គាត់។",
	}
	onceInEach = locale.Text{
		EN: "The groups do not add up to the whole: one that belongs to several groups is counted in each of them.",
		KM: "ផលបូកនៃក្រុមមិនស្មើនឹងចំនួនសរុបទេ៖ អ្វីដែលស្ថិតក្នុងក្រុមច្រើន ត្រូវបានរាប់ក្នុងក្រុមនីមួយៗ។",
	}
)

// knowledge is everything that is counted, as it was known at an instant.
type knowledge struct {
	at        time.Time
	cases     iter.Seq[*casefile.Case]
	beside    outcome.Programme
	directory *directory.Snapshot
}

func (k *knowledge) compute(q outcome.Query) (outcome.Report, error) {
	return outcome.Compute(k.cases, k.beside, q)
}

// readable returns what was known at an instant, as far as the actor may read.
func (s *Service) readable(ctx context.Context, v *View, at *time.Time) (*knowledge, error) {
	known, err := s.known(ctx, v, at)
	if err != nil || v.Actor.ReadsAlways(access.Legal) {
		return known, err
	}
	return known.withoutLegal(), nil
}

// withoutLegal is for who may not read about legal matters: every figure and digest is
// what it would be without any.
func (k *knowledge) withoutLegal() *knowledge {
	without := *k
	without.cases = func(yield func(*casefile.Case) bool) {
		k.cases(func(c *casefile.Case) bool { return yield(c.WithoutLegal()) })
	}
	return &without
}

// known returns what was known at an instant: the view's for now, and for an
// earlier one all histories folded up to it.
func (s *Service) known(ctx context.Context, v *View, at *time.Time) (*knowledge, error) {
	switch {
	case at == nil || at.Equal(v.At):
		return &knowledge{v.At, v.Cases.All(), Beside(v.Directory, v.Activities.Counting()), v.Directory}, nil
	case at.After(v.At):
		return nil, fault.Input("asKnownAt", "is in the future")
	}
	cases, err := s.desk.knownAt(ctx, *at)
	if err != nil {
		return nil, err
	}
	activities, err := s.activities.KnownAt(ctx, *at)
	if err != nil {
		return nil, err
	}
	d, err := s.directory.KnownAt(ctx, *at)
	if err != nil {
		return nil, err
	}
	return &knowledge{*at, slices.Values(cases), Beside(d, activities), d}, nil
}

// RollUp is the kept report of one quarter, as the actor may see it.
type RollUp struct {
	outcome.RollUp
	Rows []ImpactRow
}

// The page of kept reports.
type (
	RollUpConnection = page.Connection[RollUp]
	RollUpEdge       = page.Edge[RollUp]
)

// Beside returns what the indicators count beside the cases, and where things
// are.
func Beside(d *directory.Snapshot, activities []activity.Activity) outcome.Programme {
	return outcome.Programme{Networks: networks(d), Activities: activities, Places: places(d)}
}

// networks lists the community networks and the youth clubs.
func networks(d *directory.Snapshot) []outcome.Network {
	out := make([]outcome.Network, 0, len(d.Networks))
	for _, n := range d.Networks {
		out = append(out, outcome.Network{ID: n.ID, YouthClub: n.Kind == directory.YouthClub, Organisation: n.Organisation, Province: n.Province,
			ActiveFrom: n.ActiveFrom, ActiveTo: n.ActiveTo})
	}
	return out
}

// places says where sites and organisations are.
func places(d *directory.Snapshot) outcome.Places {
	p := outcome.Places{
		SiteProvince:         make(map[id.Site]string, len(d.Sites)),
		OrganisationProvince: make(map[id.Organisation]string, len(d.Organisations)),
		CareerCentre:         map[id.Site]bool{},
	}
	for _, o := range d.Organisations {
		p.OrganisationProvince[o.ID] = o.Province
	}
	for _, s := range d.Sites {
		p.SiteProvince[s.ID] = s.Province
		if s.Kind == directory.CareerCentre {
			p.CareerCentre[s.ID] = true
		}
	}
	return p
}
