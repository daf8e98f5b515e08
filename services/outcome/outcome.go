// Package outcome measures what came of the work: the indicators, counted from
// the case histories. Every figure comes from entries and from nothing else, so
// it can be counted again from nothing to the same value.
//
// Counting is pure: no input or output, and no clock. What the programme knew on
// an earlier day is counted by handing in the cases as they were folded then.
package outcome

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

// Query says which figures are asked for.
type Query struct {
	Period calendar.Period // by the day on which things happened; both ends count

	// AsOf is the day up to which something can have come to pass: a month after
	// an opening that has not gone by is not counted yet. It is the period's last
	// day where it is zero.
	AsOf calendar.Day

	// GroupBy names up to MaxDimensions dimensions, none of them twice. Groups
	// need not add up to the whole: a person is counted once in each group in
	// which something of hers counts. Report.Totals says which do.
	GroupBy []Dimension

	// Indicators is a set; empty asks for all. Rows come in the order of the
	// Registry whatever the order here.
	Indicators []Code

	// Organisation leaves only what this organisation did and the networks that
	// it set up; empty is the whole programme.
	Organisation id.Organisation

	// FiscalStart is the first month of a fiscal year; October where it is zero.
	FiscalStart time.Month

	// Between are the two milestones of DAYS_BETWEEN, which is counted only where
	// they are given.
	Between *Between

	months []calendar.Day // the last days of the months of the period, once it is counted
}

// Between names two milestones.
type Between struct{ From, To track.Code }

// DefaultFiscalStart is the first month of a fiscal year where nobody has said
// otherwise: October, as for the programme's donor [J].
const DefaultFiscalStart = time.October

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
	Totals []Total // one for each indicator asked for, in the order of the Registry
	Digest string

	// Counted says by which definitions, in the order of the Registry.
	Counted []Definition
}

// Row is one figure: of an indicator, in a group.
type Row struct {
	Code  Code         `json:"code"`
	Group []GroupValue `json:"group"` // in the order of the query's GroupBy; empty without one

	// Value is a number of the indicator's unit, and holds only those with
	// consent for REPORTING: the figure of a COUNT, those of a SHARE that fulfil
	// it, and of the other measures how many were observed.
	Value int `json:"value"`

	// Base is of how many the Value of a SHARE is.
	Base int `json:"base,omitempty"`

	Days *Quartiles `json:"days,omitempty"` // of a DISTRIBUTION that has observations
	Mean *float64   `json:"mean,omitempty"` // of a MEAN that has observations

	// ExcludedNoConsent is how many more there would be, in the same unit,
	// without the need for consent: of a SHARE, in its base.
	ExcludedNoConsent int `json:"excludedNoConsent"`

	// Entries is a digest of the entries behind the figure, in hex.
	Entries string `json:"entries,omitempty"`
}

// Quartiles are those of a number of days.
type Quartiles struct {
	Lower  float64 `json:"lower"`
	Median float64 `json:"median"`
	Upper  float64 `json:"upper"`
}

// Total sets the figures of the groups beside that of the whole.
type Total struct {
	Code  Code
	Whole Row // without groups
	Sum   int // of the Values of the groups
}

// Additive reports whether the groups add up to the whole. Where they do not,
// somebody or something is counted in several groups.
func (t Total) Additive() bool { return t.Sum == t.Whole.Value }

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
// It returns an Invalid fault that names from, to, groupBy, indicators or between
// for a query that cannot be answered.
func Compute(cases iter.Seq[*casefile.Case], beside Programme, q Query) (Report, error) {
	if err := q.Check(); err != nil {
		return Report{}, err
	}
	c := newCounter(q, &beside.Places)
	c.all(cases, beside)
	return c.report(), nil
}

// Tables counts the indicators once for several groupings, each as Compute would.
func Tables(cases iter.Seq[*casefile.Case], beside Programme, q Query, groupings [][]Dimension) ([]Report, error) {
	for _, by := range groupings {
		one := q
		if one.GroupBy = by; one.Check() != nil {
			return nil, one.Check()
		}
	}
	q.GroupBy = nil
	if err := q.Check(); err != nil {
		return nil, err
	}
	c := newCounter(q, &beside.Places, groupings...)
	c.all(cases, beside)
	reports := make([]Report, len(groupings))
	for i := range groupings {
		reports[i] = c.reportOf(c.tables[i+1])
	}
	return reports, nil
}

// until is the last day on which anything is counted.
func (q Query) until() calendar.Day {
	if q.AsOf.IsZero() {
		return q.Period.To
	}
	return min(q.Period.To, q.AsOf)
}

// fiscalStart is the first month of a fiscal year.
func (q Query) fiscalStart() time.Month {
	if q.FiscalStart == 0 {
		return DefaultFiscalStart
	}
	return q.FiscalStart
}

// Check reports what cannot be answered of a query. It names the fields as the
// schema's ImpactInput does.
func (q Query) Check() error {
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
		refuse("groupBy", fmt.Sprintf("has more than %d dimensions", MaxDimensions))
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
		} else if code == DaysBetween && q.Between == nil {
			refuse("between", "is needed for "+string(DaysBetween))
		}
	}
	if b := q.Between; b != nil && (b.From.Track() == "" || b.To.Track() == "" || b.From == b.To) {
		refuse("between", "must name two different milestones")
	}
	if q.FiscalStart < 0 || q.FiscalStart > time.December {
		refuse("fiscalYearStart", "is a month from 1 to 12")
	}
	if len(wrong) > 0 {
		return fault.Inputs(wrong...)
	}
	return nil
}
