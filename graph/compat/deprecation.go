package compat

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"onward/services/calendar"
)

// Notice is how many months lie at least between the release that deprecates
// something and the day after which it may go [J]: partners' applications are changed
// once or twice a year.
const Notice = 6

// reasons are how a deprecation is worded: what to use instead, by its schema
// coordinate, and the last day on which it is sure to be there.
var reasons = regexp.MustCompile(`^(?:Use (\S+)|Nothing follows it); it may go after (\d{4}-\d{2}-\d{2})\.(?: .*)?$`)

// deprecation returns the reason of a deprecation, and whether there is one.
func deprecation(list ast.DirectiveList) (string, bool) {
	return valueOf(list, "deprecated", "reason"), list.ForName("deprecated") != nil
}

// lastDay returns the day after which what is deprecated may go, and what follows it.
func lastDay(reason string) (day calendar.Day, successor string, ok bool) {
	m := reasons.FindStringSubmatch(reason)
	if m == nil {
		return 0, "", false
	}
	day, err := calendar.ParseDay(m[2])
	return day, m[1], err == nil
}

// hasGone reports whether something was said to go, and the day is over.
func hasGone(list ast.DirectiveList, today calendar.Day) bool {
	reason, _ := deprecation(list)
	last, _, ok := lastDay(reason)
	return ok && last < today
}

// notice tells of what is deprecated now and may go too soon.
func (c *comparison) notice(where string, old, next ast.DirectiveList) {
	_, before := deprecation(old)
	reason, after := deprecation(next)
	if last, _, ok := lastDay(reason); ok && !before && after && last < c.today.AddMonths(Notice) {
		c.surprises(where, fmt.Sprintf("is deprecated with less than %d months of notice", Notice))
	}
}

// Deprecations returns what breaks the policy of deprecation, one line each: a reason
// of another form, a successor that is not there, and something that requests have to
// give, which none of them can leave out.
func Deprecations(s *ast.Schema) []string {
	var broken []string
	check := func(where string, list ast.DirectiveList, required bool) {
		reason, deprecated := deprecation(list)
		if !deprecated {
			return
		}
		_, successor, ok := lastDay(reason)
		switch {
		case !ok:
			broken = append(broken, where+` is deprecated; the reason must be "Use <what follows>; it may go after <YYYY-MM-DD>." or "Nothing follows it; it may go after <YYYY-MM-DD>."`)
		case successor != "" && !exists(s, successor):
			broken = append(broken, where+" is followed by "+successor+", which is not there")
		case required:
			broken = append(broken, where+" is deprecated and required")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Types)) {
		d := s.Types[name]
		for _, v := range d.EnumValues {
			check(name+"."+v.Name, v.Directives, false)
		}
		for _, f := range d.Fields {
			where := name + "." + f.Name
			check(where, f.Directives, d.Kind == ast.InputObject && f.Type.NonNull && f.DefaultValue == nil)
			for _, a := range arguments(f.Arguments) {
				check(where+"("+a.name+":)", a.directives, a.required())
			}
		}
	}
	return broken
}

// coordinates are the forms of what can follow: a type, a field or a value of one, an
// argument of a field.
var coordinates = regexp.MustCompile(`^(\w+)(?:\.(\w+)(?:\((\w+):\))?)?$`)

// exists reports whether the schema has an element, by its coordinate.
func exists(s *ast.Schema, coordinate string) bool {
	m := coordinates.FindStringSubmatch(coordinate)
	if m == nil || s.Types[m[1]] == nil {
		return false
	}
	d, member, argument := s.Types[m[1]], m[2], m[3]
	f := d.Fields.ForName(member)
	switch {
	case argument != "":
		return f != nil && f.Arguments.ForName(argument) != nil
	case member != "":
		return f != nil || d.EnumValues.ForName(member) != nil
	}
	return true
}
