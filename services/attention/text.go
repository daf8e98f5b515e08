package attention

import (
	"embed"
	"strconv"

	"onward/services/calendar"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/outcome/cohort"
)

// The texts are message catalogues, one file a language, for translators to edit:
// a message for each reason, of a missed target one by which side of it is good,
// and unit.MEASURE for a number with its unit.
//
//go:embed messages/active.en.json messages/active.km.json
var messageFiles embed.FS

// messages are the texts of this program.
var messages = locale.Messages(messageFiles)

// reason is what the placeholders of a message stand for.
type reason struct {
	Of                        string // the name of the indicator or of the curve
	From, To                  calendar.Day
	Reached, Target, Expected string

	Persons, PersonsBefore, Ended int
	P                             string
}

// Text returns why the item is there, in a sentence.
func (i Item) Text(l locale.Locale) string {
	if r := i.Reading; r != nil {
		return messages.Text(l, string(i.Reason), r, max(r.Cases, r.Searches, r.Exports))
	}
	if c := i.Cohort; c != nil {
		return messages.Text(l, string(i.Reason), reason{Of: c.label(l), From: c.From, To: c.To,
			Persons: c.Persons, PersonsBefore: c.PersonsBefore, Ended: c.Ended, Expected: number(c.Expected), P: number(c.P)}, c.Ended)
	}
	indicator := i.Target.Indicator()
	amount := func(v float64) string {
		return messages.Text(l, "unit."+string(indicator.Measure), struct{ Number string }{number(v)}, 0)
	}
	return messages.Text(l, i.message(indicator), reason{Of: indicator.Labels.In(l), From: i.Target.From, To: i.Target.To,
		Reached: amount(i.Target.Reached), Target: amount(i.Target.Target), Expected: amount(i.Target.Expected)}, 0)
}

// label names what the curve is about; by its code where there is none any more.
func (c Cohort) label(l locale.Locale) string {
	for _, s := range cohort.Subjects {
		if s.Code == c.Subject {
			return s.Label.In(l)
		}
	}
	return c.Subject
}

// message returns the id of the message of a target.
func (i Item) message(of outcome.Indicator) string {
	switch {
	case i.Reason == TargetLags:
		return string(i.Reason)
	case of.LowerIsBetter:
		return string(i.Reason) + ".atMost"
	}
	return string(i.Reason) + ".atLeast"
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
