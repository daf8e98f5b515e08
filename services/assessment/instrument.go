// Package assessment measures how a survivor fares: the instruments that ask,
// the scores of their answers, and the assessments of a case.
//
// A score is the mean of the answered items' values, weighted, on a scale from 0
// to 100; it is kept as a whole number, so that the same answers give the same
// score on every machine. The composite is the mean of the dimensions' scores,
// each of which counts the same however many items it has.
package assessment

import (
	"fmt"
	"math"

	"onward/services/locale"
)

// Purpose is what an instrument is for.
type Purpose string

// The purposes.
const (
	ReintegrationIndex Purpose = "REINTEGRATION_INDEX" // once a quarter at most; the higher, the better
	RiskScreening      Purpose = "RISK_SCREENING"      // the higher, the more at risk
	Needs              Purpose = "NEEDS"               // the higher, the more is needed
	Skills             Purpose = "SKILLS"              // the higher, the better
	Other              Purpose = "OTHER"
)

// Purposes lists the purposes.
var Purposes = []Purpose{ReintegrationIndex, RiskScreening, Needs, Skills, Other}

// DefaultCoverage is the least coverage of an instrument that names none, in
// parts of 1. It follows from the project's own design of its index [J].
const DefaultCoverage = 0.8

// The most parts that an instrument can have: what the lists of the schema hold
// without pages [J].
const (
	MostItems      = 50
	MostOptions    = 20
	MostDimensions = 10
	MostBands      = 10
)

// Instrument is one version of a questionnaire. It is data, and never changes
// once answers to it are kept.
type Instrument struct {
	Code        string      `json:"code"`
	Version     int         `json:"version"` // 1 or more
	Purpose     Purpose     `json:"purpose"`
	Name        locale.Text `json:"name"`
	MinCoverage *float64    `json:"minCoverage,omitempty"` // above 0, at most 1; DefaultCoverage where absent
	Dimensions  []Dimension `json:"dimensions"`
	Items       []Item      `json:"items"`
	Bands       []Band      `json:"bands,omitempty"` // in rising order, the first from 0
}

// Dimension is one side of what an instrument measures.
type Dimension struct {
	Code  string      `json:"code"`
	Label locale.Text `json:"label"`
}

// Item is one question or statement.
type Item struct {
	Code                 string      `json:"code"`
	Dimension            string      `json:"dimension"` // the code of one
	Label                locale.Text `json:"label"`
	Weight               float64     `json:"weight"` // above 0, at most 100, to four decimals
	NotApplicableAllowed bool        `json:"notApplicableAllowed,omitempty"`
	Options              []Option    `json:"options"`
}

// Option is one answer that an item allows.
type Option struct {
	Code  string      `json:"code"`
	Value float64     `json:"value"` // 0 to 1, to four decimals
	Label locale.Text `json:"label"`
}

// Band names a range of composites: from its own beginning to that of the next.
type Band struct {
	Code  string      `json:"code"`
	From  float64     `json:"from"` // 0 to 1, as the options' values
	Label locale.Text `json:"label"`
}

// NotApplicable is the answer to an item that does not concern her, where the
// item allows it. The item is then left out of the score and of the coverage.
const NotApplicable = "NOT_APPLICABLE"

// Key identifies the version of the instrument among all, as ris-28@1.
func (i *Instrument) Key() string { return Key(i.Code, i.Version) }

// Key returns what identifies a version of an instrument.
func Key(code string, version int) string { return fmt.Sprintf("%s@%d", code, version) }

// LeastCoverage returns the coverage below which there is no score, in
// hundredths.
func (i *Instrument) LeastCoverage() int {
	return int(math.Round(100 * i.minCoverage()))
}

func (i *Instrument) minCoverage() float64 {
	if i.MinCoverage == nil {
		return DefaultCoverage
	}
	return *i.MinCoverage
}

// DimensionOf returns the dimension with the code.
func (i *Instrument) DimensionOf(code string) (Dimension, bool) {
	for _, d := range i.Dimensions {
		if d.Code == code {
			return d, true
		}
	}
	return Dimension{}, false
}

// option returns the option of the item with the code.
func (i Item) option(code string) (Option, bool) {
	for _, o := range i.Options {
		if o.Code == code {
			return o, true
		}
	}
	return Option{}, false
}
