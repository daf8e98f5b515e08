package casework

import (
	"context"
	"fmt"
	"slices"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/page"
)

// ContributionsInput says which figure to open.
type ContributionsInput struct {
	From, To        calendar.Day
	AsKnownAt       *time.Time
	GroupBy         []outcome.Dimension
	Group           []outcome.GroupValue
	Indicator       outcome.Code
	Organisation    id.Organisation
	FiscalYearStart *int
	Between         *outcome.Between
}

// impact asks for the figure that is opened.
func (in ContributionsInput) impact() ImpactInput {
	return ImpactInput{From: in.From, To: in.To, AsKnownAt: in.AsKnownAt, GroupBy: in.GroupBy, Indicators: []outcome.Code{in.Indicator},
		Organisation: in.Organisation, FiscalYearStart: in.FiscalYearStart, Between: in.Between}
}

// Contribution is one thing of those that make up a figure.
type Contribution struct {
	outcome.Contribution
	nth int // of those that are alike
}

// CaseID returns the case of which it is, or nil.
func (c Contribution) CaseID() *id.Case { return present(c.Case) }

// ActivityID returns the activity of the ledger, or nil.
func (c Contribution) ActivityID() *id.Activity { return present(c.Activity) }

// NetworkID returns the network or youth club, or nil.
func (c Contribution) NetworkID() *id.Network { return present(c.Network) }

func present[T ~string](v T) *T {
	if v == "" {
		return nil
	}
	return &v
}

// EntryIDs returns the entries of the case on which it rests.
func (c Contribution) EntryIDs() []string {
	ids := []string{}
	for _, version := range c.Entries {
		if c.Case != "" {
			ids = append(ids, id.Within(id.EntryPrefix, c.Case, version))
		}
	}
	return ids
}

// key tells one contribution to a figure from the others.
func (c Contribution) key() string {
	return fmt.Sprint(c.On, " ", c.Case, c.Activity, c.Network, " ", c.Entries, " ", c.Amount, " ", c.nth)
}

// ContributionConnection is one page of what makes up a figure.
type ContributionConnection struct {
	*page.Connection[Contribution]
	Hidden int // how many are of cases that the actor does not see
}

// ContributionEdge is a contribution with its cursor.
type ContributionEdge = page.Edge[Contribution]

// Contributions opens a figure of the actor's organisation: what counts in it, and
// what was left out for want of consent, the latest first. Of cases that the actor
// does not see it says no more than how many there are.
func (s *Service) Contributions(ctx context.Context, v *View, in ContributionsInput, args page.Args) (*ContributionConnection, error) {
	if err := v.Actor.PermitProgramme(access.OpenFigures); err != nil {
		return nil, err
	}
	if in.Organisation != "" && in.Organisation != v.Actor.Organisation {
		return nil, fault.New(fault.Forbidden, "your role may not do this (%s) for another organisation", access.OpenFigures)
	}
	if err := in.impact().check(); err != nil {
		return nil, err
	}
	known, err := s.known(ctx, v, in.AsKnownAt)
	if err != nil {
		return nil, err
	}
	q := in.impact().query(known.at, v.Actor.Organisation)
	all, err := outcome.Contributions(known.cases, known.beside, q, in.Indicator, in.Group)
	if err != nil {
		return nil, err
	}
	seen := slices.DeleteFunc(slices.Clone(all), func(c outcome.Contribution) bool { return !v.contributes(c) })
	connection, err := page.Of(numbered(seen), Contribution.key, args)
	return &ContributionConnection{connection, len(all) - len(seen)}, err
}

// contributes reports whether the actor may know what contributes.
func (v *View) contributes(c outcome.Contribution) bool {
	if c.Case == "" {
		return true
	}
	_, err := v.Case(c.Case)
	return err == nil
}

// numbered tells those from each other that are alike, such as two flags of one
// case that began and ended with the same entries.
func numbered(all []outcome.Contribution) []Contribution {
	out, seen := make([]Contribution, len(all)), map[string]int{}
	for i, c := range all {
		out[i].Contribution = c
		key := out[i].key()
		out[i].nth = seen[key]
		seen[key]++
	}
	return out
}
