package stall

import (
	"embed"

	"onward/services/calendar"
	"onward/services/locale"
)

// The texts are message catalogues, one file a language, for translators to edit.
// A message stands under what it is about: rule.CODE and threshold.CODE are names
// of the table, explain.RULE is a reason and action.RULE what helps, both
// followed by what the rule counts from where it waits for different things, the
// latter also by the mutation where there are several; ending.CAUSE says why a
// flag was resolved, point.POINT is a point of retention or follow-up, or the
// purpose of a consent. Where no rule asks for something, the kind of the work
// stands for the rule. Reasons have the placeholders
// of reason. Where a sentence speaks of the threshold, English has one for a
// single day and another for all other numbers; Khmer makes no difference.
//
//go:embed messages/active.en.json messages/active.km.json
var messageFiles embed.FS

// messages are the texts of this program.
var messages = locale.Messages(messageFiles)

// reason is what the placeholders of a message stand for.
type reason struct {
	Since     calendar.Day // the day that it counts from
	Threshold int          // in days
	Due       calendar.Day // the last day
	Overdue   calendar.Day // the day after it: where the rule speaks at once, the day of what has happened
	Point     string       // the name of the point, where it is about one
	PointOn   calendar.Day // and its day

	ResolvedOn calendar.Day // of a flag
	MovedTo    calendar.Day // the day on which what it is about is due now, of the cause MOVED
}

// messageOf returns the id of a message about a rule, or about work that no rule
// asks for: that of the first special thing for which there is one, or its own.
func messageOf(kind, code string, special ...string) string {
	id := kind + "." + code
	for _, s := range special {
		if messages.Has(id + "." + s) {
			return id + "." + s
		}
	}
	return id
}

// text returns a message in a language.
func text(l locale.Locale, id string, r reason) string {
	return messages.Text(l, id, r, r.Threshold)
}
