package followup

import (
	"slices"
	"time"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/track"
)

// DayPart is a part of the day or of the week.
type DayPart string

// The parts.
const (
	Morning   DayPart = "MORNING"
	Afternoon DayPart = "AFTERNOON"
	Evening   DayPart = "EVENING"
	Weekend   DayPart = "WEEKEND"
)

// RuleSet is the entry for her safe-contact rule: how and when she may be
// contacted without danger to her. No method at all says that nobody is to
// contact her; no part of the day, that any time is good. The note is not of the
// class of other notes: whoever may contact her needs it.
type RuleSet struct {
	Methods          []Method    `json:"methods,omitempty" validate:"max=5,unique"`
	DayParts         []DayPart   `json:"dayParts,omitempty" validate:"max=4,unique"`
	HomeVisitAllowed bool        `json:"homeVisitAllowed"`
	Note             sealed.Text `json:"note,omitempty" validate:"max=500"`
}

// Kind names the entry.
func (RuleSet) Kind() string { return "contact.ruleSet" }

// Summary describes the entry in a sentence. It does not tell the rule, which
// fewer people may read than the course of the case.
func (RuleSet) Summary() string { return "Safe-contact rule set" }

// Rule is a safe-contact rule, with the day from which it holds and the version
// of the case with its entry.
type Rule struct {
	RuleSet
	On    calendar.Day `json:"on"`
	Entry int          `json:"entry"`
}

// Set makes the rule of an entry, or refuses one that contradicts itself.
func Set(r RuleSet, at track.Stamp) (*Rule, error) {
	switch listed := slices.Contains(r.Methods, HomeVisit); {
	case listed && !r.HomeVisitAllowed:
		return nil, fault.Input("homeVisitAllowed", "is false, but methods has HOME_VISIT; take that out, or allow the home visit")
	case !listed && r.HomeVisitAllowed:
		return nil, fault.Input("homeVisitAllowed", "is true, but methods lacks HOME_VISIT; add that, or allow no home visit")
	}
	r.Methods, r.DayParts = interned(r.Methods), interned(r.DayParts)
	return &Rule{RuleSet: r, On: at.On, Entry: int(at.Entry)}, nil
}

func interned[T ~string](values []T) []T {
	out := make([]T, len(values))
	for i, v := range values {
		out[i] = id.Intern(v)
	}
	return out
}

// InForce returns the rule in force on a day: of the rules, in the order of
// their recording, the latest one that is not of a later day; nil for none.
func InForce(rules []*Rule, on calendar.Day) *Rule {
	var found *Rule
	for _, r := range rules {
		if r.On <= on && (found == nil || r.On >= found.On) {
			found = r
		}
	}
	return found
}

// Outside reports whether a contact on a day lies outside the rule: by a method
// that it does not list, or at a weekend or on a working day that it does not
// allow. The hour of a contact is not recorded.
func (r *Rule) Outside(m Method, on calendar.Day) bool {
	return !slices.Contains(r.Methods, m) || len(r.DayParts) > 0 && !slices.ContainsFunc(r.DayParts, func(p DayPart) bool {
		return (p == Weekend) == weekend(on)
	})
}

func weekend(on calendar.Day) bool {
	d := on.Time().Weekday()
	return d == time.Saturday || d == time.Sunday
}
