package release

import (
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/outcome"
)

// Words says what groups are called and what was to be reached, as the directory
// knew it.
type Words struct{ Directory *directory.Snapshot }

// Label returns what the value of a group is called; a name is the same in every
// language.
func (w Words) Label(g outcome.GroupValue) locale.Text {
	name := g.Value
	switch g.Dimension {
	case outcome.ByOrganisation:
		name = w.Directory.Organisations[id.Organisation(g.Value)].Name
	case outcome.BySite:
		name = w.Directory.Sites[id.Site(g.Value)].Name
	case outcome.ByProvince:
		for _, p := range directory.AllProvinces {
			if p.ISO == g.Value {
				return p.Name
			}
		}
	}
	if text, ok := g.Label(); ok {
		return text
	}
	if name == "" {
		name = g.Value
	}
	return locale.Text{EN: name, KM: name}
}

// target returns where a figure of the whole, or of an organisation, stood before
// and what it was to reach; nil where nobody has said.
func (w Words) target(r outcome.Row, p calendar.Period) (baseline, target *float64) {
	var of id.Organisation
	switch {
	case len(r.Group) == 1 && r.Group[0].Dimension == outcome.ByOrganisation:
		of = id.Organisation(r.Group[0].Value)
	case len(r.Group) > 0:
		return nil, nil
	}
	t, ok := w.Directory.Target(directory.Indicator(r.Code), of, p)
	if !ok {
		return nil, nil
	}
	return t.Baseline, t.Value
}
