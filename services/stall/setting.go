package stall

import (
	"fmt"
	"maps"
	"slices"

	"onward/services/fault"
)

// Setting is a threshold with the number that holds for an organisation.
type Setting struct {
	Threshold
	Days int
}

// OrganisationRule is a rule with the thresholds that hold for an organisation.
type OrganisationRule struct {
	Rule
	Thresholds []Setting
}

// Rules returns the table of the rules with these thresholds.
func (t *Thresholds) Rules() []OrganisationRule {
	rules := make([]OrganisationRule, len(Rules))
	for i, r := range Rules {
		rules[i] = OrganisationRule{Rule: r, Thresholds: t.settings(r.Thresholds)}
	}
	return rules
}

// Escalation returns the thresholds that belong to no rule, with the numbers that
// hold: after how many days overdue a flag goes to the supervisors, and to the
// lead.
func (t *Thresholds) Escalation() []Setting { return t.settings(Escalation) }

func (t *Thresholds) settings(thresholds []Threshold) []Setting {
	all := make([]Setting, len(thresholds))
	for i, h := range thresholds {
		all[i] = Setting{h, t.Days(h.Code)}
	}
	return all
}

// Proposal is what a threshold is to be. Without a number it goes back to its
// default.
type Proposal struct {
	Code ThresholdCode
	Days *int
}

// ascending are pairs of thresholds of which the first is not larger than the
// second: the higher the risk, the sooner somebody looks after her, and a flag
// goes to the supervisors no later than to the lead [J].
var ascending = [][2]ThresholdCode{
	{"CONTACT_HIGH_RISK", "CONTACT_MEDIUM_RISK"}, {"CONTACT_MEDIUM_RISK", "CONTACT_LOW_RISK"}, {"REFERRAL_HIGH_RISK", "REFERRAL"},
	{"ESCALATION_SUPERVISOR", "ESCALATION_LEAD"},
}

// Revise returns the numbers that an organisation has changed, by code, with
// proposals made true; it leaves the map as it is. It returns Invalid, naming
// thresholds[i].code or thresholds[i].days, where a code is unknown or comes
// twice, a number lies outside its bounds, or numbers would not hold together.
func Revise(changed map[ThresholdCode]int, proposals []Proposal) (map[ThresholdCode]int, error) {
	next := maps.Clone(changed)
	if next == nil {
		next = map[ThresholdCode]int{}
	}
	for i, p := range proposals {
		if slices.ContainsFunc(proposals[:i], func(q Proposal) bool { return q.Code == p.Code }) {
			return nil, fault.Input(proposed(i, "code"), "%s comes twice", p.Code)
		}
		h, known := Lookup(p.Code)
		switch {
		case !known:
			return nil, fault.Input(proposed(i, "code"), "is not the code of a threshold; the queries stallRules and thresholds list them")
		case p.Days == nil:
			delete(next, p.Code)
		case *p.Days < h.Least || *p.Days > h.Most:
			return nil, fault.Input(proposed(i, "days"), "must be %d to %d", h.Least, h.Most)
		default:
			next[p.Code] = *p.Days
		}
	}
	return next, inOrder(Defaults().With(0, next), proposals)
}

// inOrder refuses thresholds that do not hold together, naming the last proposal
// that has brought it about.
func inOrder(t *Thresholds, proposals []Proposal) error {
	for _, pair := range ascending {
		low, high := t.Days(pair[0]), t.Days(pair[1])
		if low <= high {
			continue
		}
		for i, p := range slices.Backward(proposals) {
			if p.Code == pair[0] || p.Code == pair[1] {
				return fault.Input(proposed(i, "days"), "%s would be %d, more than %s, which would be %d", pair[0], low, pair[1], high)
			}
		}
	}
	return nil
}

func proposed(i int, name string) string { return fmt.Sprintf("thresholds[%d].%s", i, name) }
