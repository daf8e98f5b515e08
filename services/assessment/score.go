package assessment

import (
	"fmt"
	"math"

	"onward/services/fault"
)

// Answer is the answer to one item: the code of one of its options, or
// NotApplicable.
type Answer struct {
	Item   string `json:"item" validate:"required,max=40"`
	Option string `json:"option" validate:"required,max=40"`
}

// Score is what a set of answers comes to, on scales from 0 to 100.
type Score struct {
	Coverage   int              `json:"coverage"`   // answered weight of the applicable weight, rounded down
	Composite  int              `json:"composite"`  // the mean of the dimensions' scores
	Dimensions []DimensionScore `json:"dimensions"` // in the instrument's order; none where no item applies
	Band       string           `json:"band,omitempty"`
}

// DimensionScore is the score of one dimension.
type DimensionScore struct {
	Dimension string `json:"dimension"`
	Score     int    `json:"score"`
}

// unit is the number of units in 1: values and weights are read to four decimals
// and summed as whole numbers.
const unit = 10_000

func units(v float64) int64 { return int64(math.Round(v * unit)) }

// sum is the weight of some items, and the weighted value of those answered.
type sum struct{ applicable, answered, value int64 }

// Score returns the score of a set of answers, whatever their order. Answers that
// the instrument does not allow, and too few of them, are an Invalid fault on the
// field answers. Every dimension with an applicable item needs an answer of its
// own [J]: without it the composite would be of something else.
func (i *Instrument) Score(answers []Answer) (Score, error) {
	chosen, err := i.chosen(answers)
	if err != nil {
		return Score{}, err
	}
	all, by := i.sums(chosen)
	switch {
	case all.applicable == 0:
		return Score{}, fault.Input("answers", "no item applies, so there is nothing to score")
	case all.answered*unit < units(i.minCoverage())*all.applicable:
		return Score{}, fault.Input("answers", "cover %d %% of what applies; %s needs %d %%, so answer more items",
			percent(all), i.Code, i.LeastCoverage())
	}
	s := Score{Coverage: percent(all)}
	total := 0
	for _, d := range i.Dimensions {
		part := by[d.Code]
		switch {
		case part.applicable == 0:
			continue
		case part.answered == 0:
			return Score{}, fault.Input("answers", "leave out all of %s; answer an item of it", d.Code)
		}
		score := int(rounded(100*part.value, part.answered*unit))
		s.Dimensions = append(s.Dimensions, DimensionScore{d.Code, score})
		total += score
	}
	s.Composite = int(rounded(int64(total), int64(len(s.Dimensions))))
	s.Band = i.band(s.Composite)
	return s, nil
}

// percent returns the coverage in hundredths, never more than there is.
func percent(s sum) int { return int(100 * s.answered / s.applicable) }

// rounded divides two numbers that are not negative, halves upwards.
func rounded(n, by int64) int64 { return (2*n + by) / (2 * by) }

// chosen returns the option chosen for each item, by the items' codes.
func (i *Instrument) chosen(answers []Answer) (map[string]string, error) {
	items := make(map[string]Item, len(i.Items))
	for _, item := range i.Items {
		items[item.Code] = item
	}
	chosen := make(map[string]string, len(answers))
	for n, a := range answers {
		item, known := items[a.Item]
		if !known {
			return nil, fault.Input(fmt.Sprintf("answers[%d].item", n), "is not an item of %s", i.Key())
		}
		if _, twice := chosen[a.Item]; twice {
			return nil, fault.Input(fmt.Sprintf("answers[%d].item", n), "%s is answered twice", a.Item)
		}
		if _, known := item.option(a.Option); !known && (a.Option != NotApplicable || !item.NotApplicableAllowed) {
			return nil, fault.Input(fmt.Sprintf("answers[%d].option", n), "is not an option of %s", a.Item)
		}
		chosen[a.Item] = a.Option
	}
	return chosen, nil
}

// sums adds up the items, over all and by dimension.
func (i *Instrument) sums(chosen map[string]string) (all sum, by map[string]sum) {
	by = map[string]sum{}
	for _, item := range i.Items {
		answer := chosen[item.Code]
		if answer == NotApplicable {
			continue
		}
		weight, part := units(item.Weight), by[item.Dimension]
		all.applicable += weight
		part.applicable += weight
		if o, answered := item.option(answer); answered {
			all.answered += weight
			part.answered += weight
			part.value += weight * units(o.Value)
		}
		by[item.Dimension] = part
	}
	return all, by
}

// band returns the code of the last band that the composite has reached.
func (i *Instrument) band(composite int) string {
	reached := ""
	for _, b := range i.Bands {
		if int64(composite)*unit >= 100*units(b.From) {
			reached = b.Code
		}
	}
	return reached
}
