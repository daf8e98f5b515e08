package release

import (
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/demography"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/outcome"
)

// Words says what groups are called and what was to be reached, as the directory
// knew it.
type Words struct{ Directory *directory.Snapshot }

// values are what the codes of groups are called.
var values = map[string]locale.Text{
	outcome.Unknown:                  {EN: "Unknown", KM: "មិនដឹង"},
	outcome.NotApplicable:            {EN: "Not applicable", KM: "មិនអនុវត្ត"},
	string(casefile.VictimPossible):  {EN: "Possible victims", KM: "អ្នកដែលអាចជាជនរងគ្រោះ"},
	string(casefile.VictimConfirmed): {EN: "Confirmed victims", KM: "ជនរងគ្រោះដែលបានបញ្ជាក់"},
	string(casefile.AtRisk):          {EN: "At risk", KM: "អ្នកប្រឈមនឹងហានិភ័យ"},
	string(demography.Female):        {EN: "Female", KM: "ស្រី"},
	string(demography.Male):          {EN: "Male", KM: "ប្រុស"},
	string(demography.Under15):       {EN: "Under 15", KM: "ក្រោម ១៥ ឆ្នាំ"},
	string(demography.Age15To17):     {EN: "15 to 17", KM: "១៥ ដល់ ១៧ ឆ្នាំ"},
	string(demography.Age18To24):     {EN: "18 to 24", KM: "១៨ ដល់ ២៤ ឆ្នាំ"},
	string(demography.Age25To59):     {EN: "25 to 59", KM: "២៥ ដល់ ៥៩ ឆ្នាំ"},
	string(demography.Age60Plus):     {EN: "60 and over", KM: "៦០ ឆ្នាំ ឡើងទៅ"},
}

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
	if text, ok := values[g.Value]; ok {
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
