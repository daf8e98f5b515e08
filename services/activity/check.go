package activity

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"onward/services/calendar"
	"onward/services/demography"
	"onward/services/fault"
	"onward/services/locale"
	"onward/services/sealed"
)

// The bounds of what can be said of an activity.
const (
	maxText      = 200        // characters of a title and of a partner's name
	maxReason    = 500        // characters of a reason
	maxProvinces = 25         // there are no more
	maxCount     = 10_000_000 // more than half of all people in the country [J]
)

// earliest is the first day on which something can have happened, as for cases.
var earliest = calendar.Date(1970, 1, 1)

// Check returns an Invalid fault that names every field that breaks a rule, by
// its name in the schema. Whether the provinces and the site exist is for the
// directory to say.
func (f Facts) Check(today calendar.Day) error {
	var wrong []fault.Field
	refuse := func(path, message string) {
		if message != "" {
			wrong = append(wrong, fault.Field{Path: path, Message: message})
		}
	}
	if !slices.Contains(Kinds, f.Kind) {
		refuse("kind", "names a kind of activity that does not exist")
	}
	refuse("title", flawOfLine(f.Title))
	if f.Partner != "" {
		refuse("partner", flawOfLine(f.Partner))
	}
	refuse("from", flawOfDay(f.From, today))
	refuse("to", flawOfDay(f.To, today))
	if f.To < f.From {
		refuse("to", "is before the first day")
	}
	refuse("provinces", flawOfProvinces(f.Provinces))
	wrong = append(wrong, f.checkParticipants()...)
	refuse("outcomeCount", f.flawOfOutcome())
	if len(wrong) > 0 {
		return fault.Inputs(wrong...)
	}
	return nil
}

// flawOfLine says what is wrong with a line of text, or "".
func flawOfLine(text sealed.Text) string {
	if strings.ContainsAny(string(text), "\n\r\t") {
		return "must be one line"
	}
	return flawOfText(text, maxText)
}

// flawOfText says what is wrong with a text of so many characters at most, or "".
func flawOfText(text sealed.Text, most int) string {
	switch n := utf8.RuneCountInString(string(text)); {
	case n == 0 || n > most:
		return fmt.Sprintf("must have 1 to %d characters", most)
	case !text.Clear():
		return "must not begin with " + sealed.Prefix
	}
	return locale.Flaw(string(text))
}

func flawOfDay(day, today calendar.Day) string {
	switch {
	case day.IsZero():
		return "is needed"
	case day > today:
		return fmt.Sprintf("%s is in the future; today is %s", day, today)
	case day < earliest:
		return fmt.Sprintf("%s is too long ago; the earliest day is %s", day, earliest)
	}
	return ""
}

func flawOfProvinces(provinces []string) string {
	if n := len(provinces); n == 0 || n > maxProvinces {
		return fmt.Sprintf("must have 1 to %d items", maxProvinces)
	}
	for i, p := range provinces {
		if slices.Contains(provinces[:i], p) {
			return "must not repeat a value"
		}
	}
	return ""
}

// checkParticipants returns what is wrong with the participants. Whoever only
// took part is all that most kinds count, so there they are needed; an outcome
// in matters is none of people.
func (f Facts) checkParticipants() []fault.Field {
	switch n := len(f.Participants); {
	case f.Kind == PartnerConviction && n > 0:
		return []fault.Field{{Path: "participants", Message: "may not be given of a " + string(f.Kind) + ", which counts matters"}}
	case n == 0 && !f.Kind.HasOutcome():
		return []fault.Field{{Path: "participants", Message: "are needed; where sex or age was not noted, give them as UNKNOWN"}}
	}
	var wrong []fault.Field
	for i, g := range f.Participants {
		if message := g.flaw(f.Participants[:i]); message != "" {
			wrong = append(wrong, fault.Field{Path: fmt.Sprintf("participants[%d]", i), Message: message})
		}
	}
	return wrong
}

// flaw says what is wrong with a group that stands behind others, or "".
func (g Group) flaw(before []Group) string {
	switch {
	case !slices.Contains(demography.Sexes, g.Sex) || !slices.Contains(demography.AgeBands, g.AgeBand):
		return "names a sex or an age band that does not exist"
	case g.Count < 1 || g.Count > maxCount:
		return fmt.Sprintf("must count 1 to %d people", maxCount)
	case slices.ContainsFunc(before, func(o Group) bool { return o.Sex == g.Sex && o.AgeBand == g.AgeBand }):
		return "repeats a sex and an age band; give them once, with their sum"
	}
	return ""
}

// flawOfOutcome says what is wrong with the outcome, or "". The groups of those
// who were rescued, where there are any, are all of them.
func (f Facts) flawOfOutcome() string {
	switch {
	case f.OutcomeCount == nil && f.Kind.HasOutcome():
		return "is needed: how many persons were rescued or matters convicted"
	case f.OutcomeCount == nil:
		return ""
	case !f.Kind.HasOutcome():
		return "may be given of a RESCUE or a PARTNER_CONVICTION only"
	case *f.OutcomeCount < 1 || *f.OutcomeCount > maxCount:
		return fmt.Sprintf("must be 1 to %d", maxCount)
	case f.Kind == Rescue && len(f.Participants) > 0 && f.Participated() != *f.OutcomeCount:
		return fmt.Sprintf("must be the sum of the participants, %d; where sex or age was not noted, give them as UNKNOWN", f.Participated())
	}
	return ""
}

// checkReason refuses a correction or a withdrawal that does not say why.
func checkReason(reason sealed.Text) error {
	if flaw := flawOfText(reason, maxReason); flaw != "" {
		return fault.Input("reason", "%s", flaw)
	}
	return nil
}
