// Package outcome measures what came of the work: the indicators, counted from
// the case histories. Every figure comes from entries and from nothing else, so
// it can be counted again from nothing to the same value.
//
// Counting is pure: no input or output, and no clock. What the programme knew on
// an earlier day is counted by handing in the cases as they were folded then.
package outcome

import (
	"iter"
	"slices"

	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
)

// Query says which figures are asked for.
type Query struct {
	Period calendar.Period // by the day on which things happened; both ends count

	// GroupBy names up to MaxDimensions dimensions, none of them twice. Groups
	// need not add up to the whole: a person is counted once in each group in
	// which something of hers counts.
	GroupBy []Dimension

	// Indicators is a set; empty asks for all. Rows come in the order of the
	// Registry whatever the order here.
	Indicators []Code

	// Organisation leaves only what this organisation did and the networks that
	// it set up; empty is the whole programme.
	Organisation id.Organisation
}

// Places says where sites and organisations are, and which sites are career
// centres. A place that it does not know is in the province Unknown.
type Places struct {
	SiteProvince         map[id.Site]string
	OrganisationProvince map[id.Organisation]string
	CareerCentre         map[id.Site]bool
}

// Programme is what is counted beside the cases, and where things are.
type Programme struct {
	Networks   []Network
	Activities []activity.Activity // those that count, none withdrawn, each once
	Places     Places
}

// Report is the answer to a query. The digest is a SHA-256, in hex, over the
// question, the rows and the identity of every entry behind them: two processes
// with equal histories give equal digests, whatever the order of the cases.
type Report struct {
	Period calendar.Period
	Rows   []Row
	Digest string

	// Counted says by which definitions, in the order of the Registry.
	Counted []Definition
}

// Row is one figure: of an indicator, in a group.
type Row struct {
	Code  Code         `json:"code"`
	Group []GroupValue `json:"group"` // in the order of the query's GroupBy; empty without one

	// Value is in the indicator's unit, and holds only those with consent for
	// REPORTING.
	Value int `json:"value"`

	// ExcludedNoConsent is how many more there would be, in the same unit,
	// without the need for consent.
	ExcludedNoConsent int `json:"excludedNoConsent"`
}

// Indicator returns what the row counts.
func (r Row) Indicator() Indicator {
	i, _ := Find(r.Code)
	return i
}

// Compute counts the indicators. It wants every case of the programme, each
// once, merged ones and the organisations not asked for included: only then is
// a person whose cases were merged counted as one. It reads the cases once, in
// any order, and changes none of them.
//
// Rows are in the order of the Registry, then of the group's values. Without
// groups every indicator asked for has its row, at zero too; with groups, a
// group without anything is absent.
//
// It returns an Invalid fault that names from, to, groupBy or indicators for a
// query that cannot be answered.
func Compute(cases iter.Seq[*casefile.Case], beside Programme, q Query) (Report, error) {
	if err := q.validate(); err != nil {
		return Report{}, err
	}
	c := newCounter(q, &beside.Places)
	if len(c.rules) > 0 {
		for records := range persons(cases) {
			c.person(records)
		}
	}
	c.networks(beside.Networks)
	c.activities(beside.Activities)
	return c.report(), nil
}

// validate names the fields as the schema's ImpactInput does.
func (q Query) validate() error {
	var wrong []fault.Field
	refuse := func(path, message string) {
		wrong = append(wrong, fault.Field{Path: path, Message: message})
	}
	if q.Period.From.IsZero() {
		refuse("from", "is needed")
	}
	if q.Period.To < q.Period.From {
		refuse("to", "is before the first day of the period")
	}
	if len(q.GroupBy) > MaxDimensions {
		refuse("groupBy", "has more than 3 dimensions")
	}
	for i, d := range q.GroupBy {
		if !slices.Contains(Dimensions, d) {
			refuse("groupBy", "names a dimension that does not exist")
		} else if slices.Contains(q.GroupBy[:i], d) {
			refuse("groupBy", "names "+string(d)+" twice")
		}
	}
	for _, code := range q.Indicators {
		if _, known := Find(code); !known {
			refuse("indicators", "names an indicator that does not exist")
		}
	}
	if len(wrong) > 0 {
		return fault.Inputs(wrong...)
	}
	return nil
}
