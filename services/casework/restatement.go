package casework

import (
	"context"
	"fmt"
	"slices"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/outcome"
	"onward/services/release"
)

// Restatement is what has changed of a release since it was published.
type Restatement struct {
	Release   int
	AsKnownAt time.Time
	Rows      []RestatedRow
}

// RestatedRow is a figure that is another one now. Numbers are those of the actor's
// own organisation, and those that are not about people; of the others nothing is
// told but that they have changed, since what they are now has not been published.
type RestatedRow struct {
	Code       outcome.Code
	Group      []outcome.GroupValue
	Was, Is    *int
	Came, Went []string // what counts since, and does not any more, at most mostMoved each
	CameCount  int
	WentCount  int
}

// mostMoved is how many entries are listed for a figure.
const mostMoved = 50

// Restatement counts a release again as everything is known now, or was when the last
// quarter ended: see sinceThen. It returns the
// rows that it shows and that are others since; those of the actor's own
// organisation also where the release withholds them, and with the entries for
// those who may open figures. Who works with cases and may not read about legal
// matters is told what there would be to tell without any. It returns NotFound where
// there is no such release.
func (s *Service) Restatement(ctx context.Context, v *View, number int) (*Restatement, error) {
	r, err := s.Release(ctx, v.Actor, number)
	if err != nil {
		return nil, err
	}
	then, err := s.known(ctx, v, &r.KnownAt)
	if err != nil {
		return nil, err
	}
	now, err := s.sinceThen(ctx, v, r.Release)
	if err != nil {
		return nil, err
	}
	if v.Actor.PermitProgramme(access.ReadOwnImpact) == nil && !v.Actor.ReadsAlways(access.Legal) {
		then, now = then.withoutLegal(), now.withoutLegal()
	}
	c := comparison{view: v, release: r.Release, then: then, now: now}
	out := &Restatement{Release: number, AsKnownAt: now.at}
	for i, by := range release.Groupings(r.Period()) {
		if i >= len(r.Content.Tables) {
			break
		}
		rows, err := c.table(r.Content.Tables[i], by)
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, rows...)
	}
	return out, nil
}

// sinceThen returns what a release is held against: what is known now, or for those
// who know no organisation's figures exactly what was known when the last quarter had
// ended. Of one late entry they would otherwise see which figures it has moved.
func (s *Service) sinceThen(ctx context.Context, v *View, r release.Release) (*knowledge, error) {
	if v.Actor.PermitProgramme(access.ReadOwnImpact) == nil {
		return s.known(ctx, v, nil)
	}
	at := lastEnded(calendar.DayOf(v.At))
	if at.Before(r.KnownAt) {
		at = r.KnownAt
	}
	return s.known(ctx, v, &at)
}

// comparison holds what was known when a release was made against what is known now.
type comparison struct {
	view      *View
	release   release.Release
	then, now *knowledge
}

func (c *comparison) query(by []outcome.Dimension) outcome.Query {
	return outcome.Query{Period: c.release.Period(), GroupBy: by}
}

// table returns the rows of a table that have changed.
func (c *comparison) table(t release.Table, by []outcome.Dimension) ([]RestatedRow, error) {
	was, err := c.then.compute(c.query(by))
	if err != nil {
		return nil, err
	}
	is, err := c.now.compute(c.query(by))
	if err != nil {
		return nil, err
	}
	out := []RestatedRow{}
	for _, pair := range paired(was.Rows, is.Rows) {
		if !pair.changed() {
			continue
		}
		row, tells, err := c.row(t, pair)
		if err != nil {
			return nil, err
		}
		if tells {
			out = append(out, row)
		}
	}
	return out, nil
}

// row tells of a changed figure what the actor may know, and whether that is
// anything.
func (c *comparison) row(t release.Table, p pair) (row RestatedRow, tells bool, err error) {
	code, group := p.of()
	i, _ := outcome.Find(code)
	row = RestatedRow{Code: code, Group: group, Came: []string{}, Went: []string{}}
	own := len(group) == 1 && ofOrganisation(group, c.view.Actor)
	if !own && withheldIn(t, code, group) {
		return row, false, nil
	}
	if own || !i.Unit.AboutPeople() {
		row.Was, row.Is = &p.was.Value, &p.is.Value
	}
	if own && c.view.Actor.PermitProgramme(access.OpenFigures) == nil {
		err = c.open(&row)
	}
	return row, true, err
}

// withheldIn reports whether a table withholds a figure. A group that it does not
// list counts nobody, and says so.
func withheldIn(t release.Table, code outcome.Code, group []outcome.GroupValue) bool {
	return slices.ContainsFunc(t.Rows, func(r release.Row) bool {
		return r.Code == code && slices.Equal(r.Group, group) && r.Suppressed
	})
}

// open says what came and what went of a figure of the actor's organisation.
func (c *comparison) open(row *RestatedRow) error {
	q := c.query([]outcome.Dimension{outcome.ByOrganisation})
	was, err := outcome.Contributions(c.then.cases, c.then.beside, q, row.Code, row.Group)
	if err != nil {
		return err
	}
	is, err := outcome.Contributions(c.now.cases, c.now.beside, q, row.Code, row.Group)
	if err != nil {
		return err
	}
	came, went := c.without(is, was), c.without(was, is)
	row.CameCount, row.WentCount = len(came), len(went)
	row.Came, row.Went = came[:min(mostMoved, len(came))], went[:min(mostMoved, len(went))]
	return nil
}

// without returns the entries of those contributions that are not among others, as
// far as the actor may know of them.
func (c *comparison) without(all, others []outcome.Contribution) []string {
	there := map[string]int{}
	for _, o := range others {
		there[fmt.Sprint(o)]++
	}
	ids := []string{}
	for _, one := range all {
		if key := fmt.Sprint(one); there[key] > 0 {
			there[key]--
			continue
		}
		if !c.view.contributes(one) {
			continue
		}
		for _, entry := range identities(one) {
			if !slices.Contains(ids, entry) {
				ids = append(ids, entry)
			}
		}
	}
	return ids
}

// identities names what a contribution rests on: entries of a case or, where there
// are none, the case, the activity or the network.
func identities(c outcome.Contribution) []string {
	if entries := (Contribution{Contribution: c}).EntryIDs(); len(entries) > 0 {
		return entries
	}
	for _, one := range []string{string(c.Case), string(c.Activity), string(c.Network)} {
		if one != "" {
			return []string{one}
		}
	}
	return nil
}

// pair is a figure as it was and as it is; where there was or is none, nothing
// counts.
type pair struct{ was, is outcome.Row }

func (p pair) of() (outcome.Code, []outcome.GroupValue) {
	if p.was.Code != "" {
		return p.was.Code, p.was.Group
	}
	return p.is.Code, p.is.Group
}

func (p pair) changed() bool {
	return p.was.Value != p.is.Value || p.was.Base != p.is.Base || p.was.ExcludedNoConsent != p.is.ExcludedNoConsent || p.was.Entries != p.is.Entries
}

// paired sets the rows of two reports beside each other, those that are only in the
// second one last.
func paired(was, is []outcome.Row) []pair {
	var out []pair
	at := map[string]int{}
	name := func(r outcome.Row) string { return fmt.Sprint(r.Code, r.Group) }
	for _, r := range was {
		at[name(r)] = len(out)
		out = append(out, pair{was: r})
	}
	for _, r := range is {
		if i, ok := at[name(r)]; ok {
			out[i].is = r
		} else {
			out = append(out, pair{is: r})
		}
	}
	return out
}
