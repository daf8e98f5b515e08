package release

import (
	"iter"
	"slices"

	"onward/services/calendar"
	"onward/services/locale"
	"onward/services/outcome/cohort"
)

// Cohorts is what was found of those who began something in a period: how many took
// each step of each of cohort.Funnels, and the curve of each of cohort.Subjects.
type Cohorts struct {
	Counts [][]int
	Curves []cohort.Curve
}

// Follow follows everybody who began something in a period up to a day.
func Follow(people iter.Seq[cohort.Person], starts calendar.Period, until calendar.Day) Cohorts {
	var c Cohorts
	q := cohort.Query{Starts: starts, Until: until}
	for _, f := range cohort.Funnels {
		group := whole(cohort.Gather(people, f.Entrants, q, nil))
		c.Counts = append(c.Counts, f.Counts(group.Members))
	}
	for _, s := range cohort.Subjects {
		group := whole(cohort.Gather(people, s.Spells, q, nil))
		c.Curves = append(c.Curves, cohort.Estimate(group.Members))
	}
	return c
}

// whole returns the one group of a cohort that was not grouped, empty where nobody
// is in it.
func whole[T any](groups map[string]*T) *T {
	if g := groups[""]; g != nil {
		return g
	}
	return new(T)
}

// since says what day 0 of a curve is.
var since = map[string]locale.Text{
	"JOB_RETENTION":  {EN: "the first day of work", KM: "ថ្ងៃដំបូងនៃការងារ"},
	"SCHOOLING":      {EN: "the enrolment", KM: "ការចុះឈ្មោះចូលរៀន"},
	"COMMUNITY_STAY": {EN: "the return to the community", KM: "ការវិលត្រឡប់ទៅសហគមន៍"},
}

// funnels returns what may be shown of the funnels: a step that nobody or enough
// took, which nobody or enough of those at the last step shown did not take, and
// which as many, or enough more or fewer, took in the earlier releases near it.
func (c Cohorts) funnels(threshold int, near []Release) []Funnel {
	var out []Funnel
	for n, f := range cohort.Funnels {
		shown := Funnel{Name: f.Code, Label: f.Label}
		last := 0
		for k, s := range f.Steps {
			count := c.Counts[n][k]
			step := Step{Code: s.Code, Label: s.Label}
			step.Suppressed = cohort.Few(count, 0, threshold) || k > 0 && cohort.Few(count, last, threshold) || differs(f.Code, s.Code, count, threshold, near)
			if !step.Suppressed {
				step.Count, last = &count, count
			}
			shown.Steps = append(shown.Steps, step)
		}
		out = append(out, shown)
	}
	return out
}

// differs reports whether a step of a funnel differs by few from that of a release.
func differs(funnel, code string, count, threshold int, near []Release) bool {
	for _, r := range near {
		for _, f := range r.Content.Funnels {
			i := slices.IndexFunc(f.Steps, func(s Step) bool { return f.Name == funnel && s.Code == code })
			if i >= 0 && f.Steps[i].Count != nil && cohort.Few(count, *f.Steps[i].Count, threshold) {
				return true
			}
		}
	}
	return false
}

// curves returns what may be shown of the curves, after the earlier releases near.
func (c Cohorts) curves(threshold int, near []Release) []Curve {
	var out []Curve
	for n, s := range cohort.Subjects {
		var before [][]cohort.ShownPoint
		for _, r := range near {
			before = append(before, r.Content.shown(s.Code))
		}
		shown := Curve{Name: s.Code, Label: s.Label, Since: since[s.Code], Points: []Point{}}
		for _, p := range cohort.Shown(c.Curves[n], threshold, before...) {
			shown.Points = append(shown.Points, Point{p.Day, p.Survival, p.Lower, p.Upper, p.Followed, p.Ended, p.Gone})
		}
		out = append(out, shown)
	}
	return out
}

// shown returns the points of a curve as the estimator reads them.
func (c Content) shown(curve string) []cohort.ShownPoint {
	var out []cohort.ShownPoint
	for _, k := range c.Curves {
		for _, p := range k.Points {
			if k.Name == curve {
				out = append(out, cohort.ShownPoint{Day: p.Day, State: p.state(),
					Survival: p.Survival, Lower: p.Lower, Upper: p.Upper})
			}
		}
	}
	return out
}

// state returns the counts of a point as the estimator reads them.
func (p Point) state() cohort.State {
	return cohort.State{Ended: p.Ended, Gone: p.Gone, Followed: p.AtRisk}
}

// cohortFindings names the steps and the days that differ by few from those of the
// earlier releases near.
func (c Content) cohortFindings(near []Release) []string {
	var out []string
	for _, f := range c.Funnels {
		for _, s := range f.Steps {
			if s.Count != nil && differs(f.Name, s.Code, *s.Count, c.Threshold, near) {
				out = append(out, "step "+s.Code+" of the funnel "+f.Name+" differs by little from what another release says")
			}
		}
	}
	for _, k := range c.Curves {
		if slices.ContainsFunc(near, func(r Release) bool { return k.nears(r.Content.shown(k.Name), c.Threshold) }) {
			out = append(out, "the curve "+k.Name+" differs by little from what another release says")
		}
	}
	return out
}

// nears reports whether a point of the curve differs by few from one of before.
func (k Curve) nears(before []cohort.ShownPoint, threshold int) bool {
	return slices.ContainsFunc(k.Points, func(p Point) bool {
		return slices.ContainsFunc(before, func(o cohort.ShownPoint) bool { return p.state().Nears(o.State, threshold) })
	})
}
