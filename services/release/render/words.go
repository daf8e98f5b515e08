package render

import (
	"embed"
	"strings"

	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/release"
)

// The words of the page are a message catalogue, one file a language. What is
// named in the content, its indicators, groups and steps, comes with it.
//
//go:embed messages/active.en.json messages/active.km.json
var messageFiles embed.FS

var messages = locale.Messages(messageFiles)

// text returns a message in a language.
func text(l locale.Locale, id string, data any) string { return messages.Text(l, id, data, 0) }

// dimensionName and unitName are the words for a dimension and for many of a unit.
func dimensionName(l locale.Locale, d outcome.Dimension) string {
	return text(l, "dimension."+string(d), nil)
}

func unitName(l locale.Locale, u outcome.Unit) string { return text(l, "unit."+string(u), nil) }

// tableTitle says by what a table groups.
func tableTitle(l locale.Locale, t release.Table) string {
	if len(t.GroupBy) == 0 {
		return text(l, "table.total", nil)
	}
	names := make([]string, len(t.GroupBy))
	for i, d := range t.GroupBy {
		names[i] = dimensionName(l, d)
	}
	return strings.Join(names, ", ")
}

// groupLabel is the word for the value of a group. A value that has none is its
// own.
func groupLabel(l locale.Locale, g outcome.GroupValue, label locale.Text) string {
	if id := "value." + g.Value; messages.Has(id) {
		return text(l, id, nil)
	}
	if label := in(l, label); label != "" {
		return label
	}
	return g.Value
}

// groupName names a group by the words for all its values; without any it is "".
func groupName(l locale.Locale, group []outcome.GroupValue, labels []locale.Text) string {
	names := make([]string, len(group))
	for i, g := range group {
		var label locale.Text
		if i < len(labels) {
			label = labels[i]
		}
		names[i] = groupLabel(l, g, label)
	}
	return strings.Join(names, ", ")
}
