package access

import (
	"embed"
	"slices"
	"strings"

	"onward/services/locale"
)

// The words of the table are message catalogues, one file a language, for
// translators to edit: role.X, relation.X, class.X, action.X, and how a sentence
// begins.
//
//go:embed messages/active.en.json messages/active.km.json
var messageFiles embed.FS

var messages = locale.Messages(messageFiles)

// Explain says in words what the table grants: the roles, each in the relations
// that are given, or all of them where none is. A line names one thing, with its
// code, so that a change of the table is a change of few lines.
func Explain(l locale.Locale, roles []Role, relations []Relation) string {
	var b strings.Builder
	for i, role := range roles {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(named(l, "role", string(role)) + "\n")
		granted := false
		for _, g := range policy {
			if g.role != role || len(relations) > 0 && !slices.Contains(relations, g.relation) {
				continue
			}
			granted = true
			g.explain(&b, l)
		}
		if !granted {
			b.WriteString("  " + say(l, "nothing") + "\n")
		}
	}
	b.WriteString("\n" + say(l, "denied") + "\n")
	return b.String()
}

// explain writes one line of the table.
func (g grant) explain(b *strings.Builder, l locale.Locale) {
	b.WriteString("  " + named(l, "relation", string(g.relation)) + "\n")
	for _, class := range g.classes {
		b.WriteString("    " + say(l, "reads") + " " + named(l, "class", string(class)) + "\n")
	}
	for _, action := range g.actions {
		b.WriteString("    " + say(l, "may") + " " + named(l, "action", string(action)) + "\n")
	}
}

// Words returns what a class is, for people.
func Words(l locale.Locale, c Class) string { return say(l, "class."+string(c)) }

// RoleWords returns what a role is, for people.
func RoleWords(l locale.Locale, r Role) string { return say(l, "role."+string(r)) }

// named returns what a code of the table means, with the code.
func named(l locale.Locale, sort, code string) string {
	return say(l, sort+"."+code) + " (" + code + ")"
}

func say(l locale.Locale, id string) string { return messages.Text(l, id, nil, 0) }
