package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/outcome"
	"onward/services/outcome/cohort"
	"onward/services/release"
)

// covering returns the newest published release of exactly a period that knows no
// more than is asked for and holds it. Where there is none it returns Invalid, with
// the field that would have to be another one and what is published.
func (s *Service) covering(ctx context.Context, v *View, p calendar.Period, at *time.Time, holds func(release.Release) error) (release.Release, error) {
	var all []release.Release
	var err error
	if s.releases != nil {
		all, err = s.releases.Published(ctx)
	}
	if err == nil && at != nil && at.After(v.At) {
		err = fault.Input("asKnownAt", "is in the future")
	}
	if err != nil {
		return release.Release{}, err
	}
	slices.Reverse(all)
	exactly := only(all, func(r release.Release) bool { return r.Period() == p })
	if len(exactly) == 0 {
		return release.Release{}, unreleased(all, v.ownFigures())
	}
	known := only(exactly, func(r release.Release) bool { return at == nil || !r.KnownAt.After(*at) })
	if len(known) == 0 {
		return release.Release{}, unknownThen(exactly)
	}
	for _, r := range known {
		if holds(r) == nil {
			return r, nil
		}
	}
	return release.Release{}, holds(known[0])
}

// only returns the releases of which something is true.
func only(all []release.Release, is func(release.Release) bool) []release.Release {
	return slices.DeleteFunc(slices.Clone(all), func(r release.Release) bool { return !is(r) })
}

// mostPeriods is how many periods are named to those who ask for another one [J].
const mostPeriods = 6

// unreleased says, to those who ask for a period of which there is no release, of
// which periods there are, the newest release first, and where else to look.
func unreleased(all []release.Release, elsewhere string) error {
	if len(all) == 0 {
		return fault.Input("from", "nothing has been published yet%s", elsewhere)
	}
	var periods []string
	for _, r := range all {
		if text := fmt.Sprintf("%s to %s", r.From, r.To); !slices.Contains(periods, text) {
			periods = append(periods, text)
		}
	}
	if len(periods) > mostPeriods {
		periods = append(periods[:mostPeriods], "others: see releases")
	}
	return fault.Input("from", "no release covers exactly this period; published are %s%s", strings.Join(periods, ", "), elsewhere)
}

// ownFigures is what is said to those who see the figures of their own organisation
// exactly, once they name it, where what they have asked for is not published.
func (v *View) ownFigures() string {
	if v.Actor.PermitProgramme(access.ReadOwnImpact) != nil {
		return ""
	}
	return "; name the own organisation to see its figures, of any period and group"
}

// unknownThen says, to those who ask for what was known before anything of a period
// was published, from when on something is.
func unknownThen(all []release.Release) error {
	first := slices.MinFunc(all, func(a, b release.Release) int { return a.KnownAt.Compare(b.KnownAt) })
	return fault.Input("asKnownAt", "is before the first release of this period, which is release %d, as known at %s",
		first.Number, first.KnownAt.Format(time.RFC3339Nano))
}

// held refuses a grouping of which a release has no table, and an indicator that it
// does not count. It says where else to look.
func (in ImpactInput) held(r release.Release, by []outcome.Dimension, elsewhere string) error {
	for _, code := range in.Indicators {
		if _, ok := r.Content.Definition(code); !ok {
			return fault.Input("indicators", "%s is not published in release %d%s", code, r.Number, elsewhere)
		}
	}
	return tabled(r, by, elsewhere)
}

// tabled refuses a grouping of which a release has no table.
func tabled(r release.Release, by []outcome.Dimension, elsewhere string) error {
	if _, ok := r.Content.Table(by); ok {
		return nil
	}
	var tables []string
	for _, t := range r.Content.Tables {
		tables = append(tables, strings.ReplaceAll(fmt.Sprint(t.GroupBy), " ", ", "))
	}
	return fault.Input("groupBy", "is not published; the tables of release %d are by %s%s", r.Number, strings.Join(tables, ", "), elsewhere)
}

// coveringCohort returns the newest release that holds a cohort as it is asked for.
// Cohorts are published of the whole programme alone.
func (s *Service) coveringCohort(ctx context.Context, v *View, in Cohort, holds func(release.Release) error) (release.Release, error) {
	switch {
	case in.Organisation != "":
		return release.Release{}, fault.Input("organisation", "must be absent: cohorts are published of the whole programme alone%s", v.ownFigures())
	case in.By != nil:
		return release.Release{}, fault.Input("by", "must be absent: cohorts are published without groups alone%s", v.ownFigures())
	}
	return s.covering(ctx, v, calendar.Period{From: in.From, To: in.To}, in.AsKnownAt, holds)
}

// publishedFunnel returns a funnel as a release has published it.
func (s *Service) publishedFunnel(ctx context.Context, v *View, in CohortInput) (*FunnelReport, error) {
	r, err := s.coveringCohort(ctx, v, in.Cohort, func(r release.Release) error {
		if _, ok := r.Content.Funnel(string(in.Name)); !ok {
			return fault.Input("name", "is a funnel that release %d does not hold", r.Number)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	f, _ := r.Content.Funnel(string(in.Name))
	group := FunnelGroup{Group: []outcome.GroupValue{}}
	for _, step := range f.Steps {
		group.Steps = append(group.Steps, FunnelStep{Code: step.Code, Labels: step.Label, Suppressed: step.Suppressed, Count: step.Count})
	}
	return &FunnelReport{Name: in.Name, From: r.From, To: r.To, AsKnownAt: r.KnownAt, Release: &r.Number,
		Labels: f.Label, Definitions: cohort.FunnelDefinition, Groups: []FunnelGroup{group}}, nil
}

// publishedSurvival returns a curve as a release has published it.
func (s *Service) publishedSurvival(ctx context.Context, v *View, in SurvivalInput, subject cohort.Subject) (*SurvivalReport, error) {
	r, err := s.coveringCohort(ctx, v, in.Cohort, func(r release.Release) error {
		if _, ok := r.Content.Curve(string(in.Subject)); !ok {
			return fault.Input("subject", "is that of a curve that release %d does not hold", r.Number)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	c, _ := r.Content.Curve(string(in.Subject))
	return &SurvivalReport{Subject: in.Subject, From: r.From, To: r.To, AsKnownAt: r.KnownAt, Release: &r.Number,
		Labels: c.Label, Definitions: subject.Definition, Groups: []SurvivalGroup{curveAsPublished(c)}}, nil
}

// curveAsPublished writes a curve as a release has it. Its points say how it stands
// at the end of a day; here each says what has happened since the one before.
func curveAsPublished(c release.Curve) SurvivalGroup {
	g := SurvivalGroup{Group: []outcome.GroupValue{}, Suppressed: len(c.Points) == 0, Points: []cohort.Point{}}
	if g.Suppressed {
		return g
	}
	persons := c.Points[0].Ended + c.Points[0].Gone + c.Points[0].AtRisk
	g.Persons = &persons
	ended, atRisk := 0, persons
	for _, p := range c.Points {
		g.Points = append(g.Points, cohort.Point{Day: p.Day, AtRisk: atRisk, Ended: p.Ended - ended, Survival: p.Survival, Lower: p.Lower, Upper: p.Upper})
		ended, atRisk = p.Ended, p.AtRisk
	}
	return g
}
