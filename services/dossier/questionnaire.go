package dossier

import (
	"cmp"
	"fmt"
	"slices"

	"onward/services/assessment"
	"onward/services/dossier/code"
	"onward/services/locale"
)

// answered is the questionnaire of the assessment that is being written, and the question
// of the answer; they are empty elsewhere.
type answered struct {
	to   assessment.Instrument
	item assessment.Item
}

// reading returns the words within a structure, which knows the questionnaire where it is
// an assessment, and the question where it is an answer.
func (w words) reading(v map[string]any) words {
	version := fmt.Sprint(cmp.Or(v["instrumentVersion"], v["version"]))
	for _, i := range w.known {
		if v["instrument"] == i.Code && version == fmt.Sprint(i.Version) {
			w.to = *i
		}
	}
	if n := slices.IndexFunc(w.to.Items, func(i assessment.Item) bool { return v["item"] == i.Code }); n >= 0 {
		w.item = w.to.Items[n]
	}
	return w
}

// value says what the value of a field means.
func (w words) value(field, value string) string {
	return cmp.Or(w.answer(field, value).In(w.in), code.Words(w.in, field, value))
}

// answer returns what a code of a questionnaire means, or nothing.
func (w words) answer(field, value string) locale.Text {
	switch field {
	case "instrument":
		return w.to.Name
	case "item":
		return w.item.Label
	case "option":
		for _, o := range w.item.Options {
			if o.Code == value {
				return o.Label
			}
		}
	case "dimension":
		d, _ := w.to.DimensionOf(value)
		return d.Label
	case "band":
		for _, b := range w.to.Bands {
			if b.Code == value {
				return b.Label
			}
		}
	}
	return locale.Text{}
}
