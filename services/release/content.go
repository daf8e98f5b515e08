// Package release publishes figures: a release is drafted, checked against what
// was published before, published by a second person, and then never changed. It
// is numbered, digested and signed, so that whoever holds a copy can tell it from
// another.
package release

import (
	"time"

	"onward/services/calendar"
	"onward/services/locale"
	"onward/services/outcome"
)

// Content is what a release says: figures that have passed disclosure control, and
// what is needed to read them. Nothing in it is about a person.
type Content struct {
	Number    int          `json:"number"` // from 1, without gaps; 0 of a draft
	From      calendar.Day `json:"from"`
	To        calendar.Day `json:"to"`
	KnownAt   time.Time    `json:"knownAt"`   // the instant of knowledge
	Threshold int          `json:"threshold"` // the smallest count of people that is shown, 0 apart
	Figures   string       `json:"figures"`   // SHA-256, in hex, of all that was counted, before anything was withheld

	Definitions []Definition `json:"definitions"` // of every indicator that has a row, in the order of the registry
	Tables      []Table      `json:"tables"`      // the ungrouped one first
	Funnels     []Funnel     `json:"funnels,omitempty"`
	Curves      []Curve      `json:"curves,omitempty"`
}

// Definition says what an indicator counts and what it leaves out.
type Definition struct {
	Code       outcome.Code `json:"code"`
	Version    int          `json:"version"`
	Unit       outcome.Unit `json:"unit"`
	Measure    string       `json:"measure"` // COUNT, SHARE, DISTRIBUTION or MEAN
	Label      locale.Text  `json:"label"`
	Definition locale.Text  `json:"definition"`
}

// Text returns the written definition in a language, or in English where it has not
// been translated.
func (d Definition) Text(l locale.Locale) string {
	if text := d.Definition.In(l); text != "" {
		return text
	}
	return d.Definition.EN
}

// Table holds the figures of one grouping.
type Table struct {
	GroupBy []outcome.Dimension `json:"groupBy"` // empty for the whole
	Rows    []Row               `json:"rows"`    // in the order of the definitions, then of the groups
}

// Row is one figure, or a place where one is withheld: then everything but the
// group is absent.
type Row struct {
	Code       outcome.Code         `json:"code"`
	Group      []outcome.GroupValue `json:"group"`
	Labels     []locale.Text        `json:"labels"` // of the group's values, in their order
	Suppressed bool                 `json:"suppressed,omitempty"`

	Value   *int     `json:"value,omitempty"`   // in the indicator's unit: COUNT the figure, SHARE how many fulfil, else how many were observed
	Base    *int     `json:"base,omitempty"`    // SHARE: of how many, rounded to 5
	Percent *float64 `json:"percent,omitempty"` // SHARE: 100 * value / base
	Lower   *float64 `json:"lower,omitempty"`   // DISTRIBUTION: quartiles, in days
	Median  *float64 `json:"median,omitempty"`
	Upper   *float64 `json:"upper,omitempty"`
	Mean    *float64 `json:"mean,omitempty"` // MEAN

	ExcludedNoConsent *int     `json:"excludedNoConsent,omitempty"`
	Baseline          *float64 `json:"baseline,omitempty"`
	Target            *float64 `json:"target,omitempty"`
	Digest            string   `json:"digest,omitempty"` // of the entries behind the figure; absent where it is withheld
}

// Funnel says how many of those who took a first step took each later one, closed
// cases included.
type Funnel struct {
	Name   string               `json:"name"`
	Label  locale.Text          `json:"label"`
	Group  []outcome.GroupValue `json:"group,omitempty"`
	Labels []locale.Text        `json:"labels,omitempty"` // of the group's values, in their order
	Steps  []Step               `json:"steps"`
}

// Step is one step of a funnel.
type Step struct {
	Code       string      `json:"code"`
	Label      locale.Text `json:"label"`
	Suppressed bool        `json:"suppressed,omitempty"`
	Count      *int        `json:"count,omitempty"` // persons
}

// Curve is an estimate of how many are still in work, at school or in the
// community, by the days since they began: Kaplan and Meier's, with the 95% bounds.
type Curve struct {
	Name   string               `json:"name"`
	Label  locale.Text          `json:"label"`
	Since  locale.Text          `json:"since"` // what day 0 is, as in "days since the first day of work"
	Group  []outcome.GroupValue `json:"group,omitempty"`
	Labels []locale.Text        `json:"labels,omitempty"` // of the group's values, in their order
	Points []Point              `json:"points"`           // it ends where fewer than the threshold are at risk
}

// Point is where a curve stands at the end of a day. The persons of the cohort are
// those who have ended, those gone from sight and those still at risk.
type Point struct {
	Day      int     `json:"day"`
	Survival float64 `json:"survival"` // 0 to 1
	Lower    float64 `json:"lower"`
	Upper    float64 `json:"upper"`
	AtRisk   int     `json:"atRisk"` // who are known to go on past the day
	Ended    int     `json:"ended"`  // by the day
	Gone     int     `json:"gone"`   // from sight by the day
}

// Seal is what shows that a content is the one that was published. A draft has
// none.
type Seal struct {
	Digest      string      `json:"digest"`    // SHA-256 of the content, in hex
	Signature   string      `json:"signature"` // of number, digest, instant and publisher, as Statement writes them: the last line of a signed note
	Signer      string      `json:"signer"`    // the public key that signed: name, hash and key
	PublishedAt time.Time   `json:"publishedAt"`
	Publisher   locale.Text `json:"publisher"` // the role of who published it, never a name
}
