package casework

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/outcome/cohort"
)

// FunnelName names one of the funnels.
type FunnelName string

// SurvivalSubject names what a curve is about.
type SurvivalSubject string

// Cohort says whom to follow: those who began something in a period.
type Cohort struct {
	From, To     calendar.Day
	By           *outcome.Dimension
	Organisation id.Organisation
	AsKnownAt    *time.Time

	FiscalYearStart *int // the month; outcome.DefaultFiscalStart where it is nil
}

// CohortInput says which funnel.
type CohortInput struct {
	Cohort
	Name FunnelName
}

// SurvivalInput says which curve.
type SurvivalInput struct {
	Cohort
	Subject SurvivalSubject
}

// FunnelReport says how far those came who entered a funnel.
type FunnelReport struct {
	Name      FunnelName
	From, To  calendar.Day
	AsKnownAt time.Time
	Release   *int // the number of the release that published it; nil where it was counted
	Groups    []FunnelGroup

	Labels, Definitions locale.Text
}

// FunnelGroup is the cohort of one group.
type FunnelGroup struct {
	Group             []outcome.GroupValue
	Steps             []FunnelStep
	ExcludedNoConsent *int // nil where it is not published
}

// FunnelStep says how many took a step, or that it is withheld.
type FunnelStep struct {
	Code       string
	Labels     locale.Text
	Suppressed bool
	Count      *int
}

// SurvivalReport says for how long something lasted.
type SurvivalReport struct {
	Subject   SurvivalSubject
	From, To  calendar.Day
	AsKnownAt time.Time
	Release   *int // the number of the release that published it; nil where it was counted
	Groups    []SurvivalGroup

	Labels, Definitions locale.Text
}

// SurvivalGroup is the curve of one group. What it is compared with is absent
// where one of the cohorts has too few persons. A release publishes the points
// alone, or withholds them.
type SurvivalGroup struct {
	Group              []outcome.GroupValue
	Suppressed         bool
	Persons            *int
	Median             *int
	Points             []cohort.Point
	ExcludedNoConsent  *int
	ComparedWithBefore *CohortComparison
}

// CohortComparison is the log-rank test of a cohort against that of the equally
// long time before.
type CohortComparison struct {
	ChiSquare, P float64
	Behind       bool
}

// fewest is how many persons a cohort has at least that is compared with another one
// [J].
const fewest = 11

// Funnel follows those of the actor's organisation who entered a funnel in a
// period. Everybody else's way is told as it was published.
func (s *Service) Funnel(ctx context.Context, v *View, in CohortInput) (*FunnelReport, error) {
	exact, err := in.exact(v.Actor)
	if err != nil {
		return nil, err
	}
	if !exact {
		return s.publishedFunnel(ctx, v, in)
	}
	f, err := s.following(ctx, v, in.Cohort)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(cohort.Funnels, func(f cohort.Funnel) bool { return f.Code == string(in.Name) })
	if i < 0 {
		return nil, fault.Input("name", "is not the name of a funnel")
	}
	funnel := cohort.Funnels[i]
	report := &FunnelReport{Name: in.Name, From: in.From, To: in.To, AsKnownAt: f.known.at,
		Labels: funnel.Label, Definitions: cohort.FunnelDefinition}
	groups := cohort.Gather(f.people(), funnel.Entrants, f.query(), f.by)
	for _, name := range f.names(slices.Collect(maps.Keys(groups))) {
		g := given(groups[name])
		steps := make([]FunnelStep, len(funnel.Steps))
		for i, n := range funnel.Counts(g.Members) {
			steps[i] = FunnelStep{Code: funnel.Steps[i].Code, Labels: funnel.Steps[i].Label, Count: &n}
		}
		report.Groups = append(report.Groups, FunnelGroup{Group: f.group(name), Steps: steps, ExcludedNoConsent: &g.ExcludedNoConsent})
	}
	return report, nil
}

// Survival follows those of the actor's organisation for whom something began in a
// period. Everybody else's curve is told as it was published.
func (s *Service) Survival(ctx context.Context, v *View, in SurvivalInput) (*SurvivalReport, error) {
	exact, err := in.exact(v.Actor)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(cohort.Subjects, func(s cohort.Subject) bool { return s.Code == string(in.Subject) })
	if i < 0 {
		return nil, fault.Input("subject", "is not the subject of a curve")
	}
	subject := cohort.Subjects[i]
	if !exact {
		return s.publishedSurvival(ctx, v, in, subject)
	}
	f, err := s.following(ctx, v, in.Cohort)
	if err != nil {
		return nil, err
	}
	report := &SurvivalReport{Subject: in.Subject, From: in.From, To: in.To, AsKnownAt: f.known.at,
		Labels: subject.Label, Definitions: subject.Definition}
	groups := cohort.Gather(f.people(), subject.Spells, f.query(), f.by)
	before := cohort.Gather(f.people(), subject.Spells, f.before(), f.by)
	for _, name := range f.names(slices.Collect(maps.Keys(groups))) {
		g := given(groups[name])
		curve := cohort.Estimate(g.Members)
		report.Groups = append(report.Groups, SurvivalGroup{Group: f.group(name), Persons: &curve.Spells, Median: curve.Median, Points: curve.Points,
			ExcludedNoConsent: &g.ExcludedNoConsent, ComparedWithBefore: compared(g.Members, given(before[name]).Members)})
	}
	return report, nil
}

// compared compares a cohort with an earlier one, or returns nil where one of them
// has too few persons.
func compared(recent, before []cohort.Spell) *CohortComparison {
	if len(recent) < fewest || len(before) < fewest {
		return nil
	}
	c := cohort.Compare(recent, before)
	return &CohortComparison{ChiSquare: c.ChiSquare, P: c.P, Behind: c.Behind()}
}

// following is the people of one organisation and how to follow them.
type following struct {
	of           Cohort
	organisation id.Organisation
	known        *knowledge
}

// exact reports whether the actor sees a cohort exactly, or returns what is wrong
// with the question. Cohorts are followed exactly in the cases of the own
// organisation; all others are seen as they were published.
func (in Cohort) exact(actor access.Actor) (bool, error) {
	impact := ImpactInput{From: in.From, To: in.To, Organisation: in.Organisation, FiscalYearStart: in.FiscalYearStart}
	if in.By != nil {
		impact.GroupBy = []outcome.Dimension{*in.By}
	}
	sight, err := sightOf(actor, impact)
	if err != nil {
		return false, err
	}
	return sight == own, impact.check()
}

// following returns the people of the actor's organisation, as they were known then.
func (s *Service) following(ctx context.Context, v *View, in Cohort) (*following, error) {
	known, err := s.readable(ctx, v, in.AsKnownAt)
	return &following{in, v.Actor.Organisation, known}, err
}

// people yields the persons, of each the cases of the organisation.
func (f *following) people() iter.Seq[cohort.Person] {
	return func(yield func(cohort.Person) bool) {
		for p := range outcome.Persons(f.known.cases) {
			home := slices.DeleteFunc(slices.Clone(p), func(r cohort.Record) bool { return r.Of.Organisation != f.organisation })
			if len(home) > 0 && !yield(home) {
				return
			}
		}
	}
}

func (f *following) query() cohort.Query {
	return cohort.Query{Starts: calendar.Period{From: f.of.From, To: f.of.To}, Until: calendar.DayOf(f.known.at)}
}

// before asks for those of the equally long time before, followed to the same day.
func (f *following) before() cohort.Query {
	q := f.query()
	q.Starts = calendar.Period{From: f.of.From - (f.of.To - f.of.From) - 1, To: f.of.From - 1}
	return q
}

// by returns the value of the group of a start; all are in one group where none is
// asked for.
func (f *following) by(s cohort.Start) string {
	if f.of.By == nil {
		return ""
	}
	return f.known.beside.Places.GroupOf(s, *f.of.By, fiscalStart(f.of.FiscalYearStart)).Value
}

// names sorts the groups. Without a dimension the whole is there even when it is
// empty.
func (f *following) names(groups []string) []string {
	if f.of.By == nil {
		return []string{""}
	}
	return slices.Sorted(slices.Values(groups))
}

func (f *following) group(name string) []outcome.GroupValue {
	if f.of.By == nil {
		return []outcome.GroupValue{}
	}
	return []outcome.GroupValue{{Dimension: *f.of.By, Value: name}}
}
