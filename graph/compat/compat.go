// Package compat says what a schema changes for the clients of one that was released
// before it: what breaks their requests, and what could surprise them.
package compat

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"onward/services/calendar"
)

// Change is one difference that clients can notice.
type Change struct {
	Breaking bool   // a request that was good is refused, or answered in another form
	Where    string // the element by its schema coordinate, such as Query.cases(first:)
	What     string
}

// String writes the change on one line.
func (c Change) String() string { return c.Where + " " + c.What }

// Compare returns what a schema changes for the clients of a released one, by the
// names of the types. What only adds is left out, but for what a client may not
// expect to meet: a new value of an enum, a new member of a union or an interface.
// What the released schema said would go by today binds nothing any more.
func Compare(released, now *ast.Schema, today calendar.Day) []Change {
	c := &comparison{released: released, now: now, today: today}
	c.roots()
	bound := reachable(released, today)
	for _, name := range slices.Sorted(maps.Keys(released.Types)) {
		old := released.Types[name]
		switch next := now.Types[name]; {
		case old.BuiltIn || !bound[name]:
		case next == nil:
			c.breaks(name, "was removed")
		case next.Kind != old.Kind:
			c.breaks(name, "was of the kind "+string(old.Kind)+" and is "+string(next.Kind))
		default:
			c.definition(old, next)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(released.Directives)) {
		if old := released.Directives[name]; !builtIn(old.Position) {
			c.directive(old, now.Directives[name])
		}
	}
	return c.found
}

// comparison is what Compare has found so far.
type comparison struct {
	released, now *ast.Schema
	today         calendar.Day
	found         []Change
}

func (c *comparison) breaks(where, what string) {
	c.found = append(c.found, Change{Breaking: true, Where: where, What: what})
}

func (c *comparison) surprises(where, what string) {
	c.found = append(c.found, Change{Where: where, What: what})
}

// roots compares where operations begin.
func (c *comparison) roots() {
	for _, root := range []struct {
		operation string
		old, next *ast.Definition
	}{{"query", c.released.Query, c.now.Query}, {"mutation", c.released.Mutation, c.now.Mutation}, {"subscription", c.released.Subscription, c.now.Subscription}} {
		if root.old != nil && (root.next == nil || root.next.Name != root.old.Name) {
			c.breaks(root.operation, "does not begin at "+root.old.Name+" any more")
		}
	}
}

// definition compares two types of the same name and kind.
func (c *comparison) definition(old, next *ast.Definition) {
	switch old.Kind {
	case ast.Object, ast.Interface:
		c.fields(old, next)
		c.implements(old, next)
	case ast.Enum:
		c.values(old, next)
	case ast.InputObject:
		c.inputs(inputFields(old), inputFields(next), func(name string) string { return old.Name + "." + name })
		if old.Directives.ForName("oneOf") == nil && next.Directives.ForName("oneOf") != nil {
			c.breaks(old.Name, "takes exactly one field now")
		}
	}
	if old.IsAbstractType() {
		c.members(old, next)
	}
}

func (c *comparison) fields(old, next *ast.Definition) {
	for _, f := range old.Fields {
		where := old.Name + "." + f.Name
		if strings.HasPrefix(f.Name, "__") || hasGone(f.Directives, c.today) {
			continue
		}
		g := next.Fields.ForName(f.Name)
		if g == nil {
			c.breaks(where, "was removed")
			continue
		}
		if !fits(g.Type, f.Type) {
			c.breaks(where, "was "+f.Type.String()+" and is "+g.Type.String())
		}
		c.policy(where, f.Directives, g.Directives)
		c.notice(where, f.Directives, g.Directives)
		c.inputs(arguments(f.Arguments), arguments(g.Arguments), func(name string) string { return where + "(" + name + ":)" })
	}
}

// policy compares what our directives say of a field: another class can be one that a
// client may not read, so that it meets null, and with a smaller bound it gets less.
func (c *comparison) policy(where string, old, next ast.DirectiveList) {
	if before, after := valueOf(old, "class", "is"), valueOf(next, "class", "is"); before != "" && before != after {
		c.breaks(where, "was of the class "+before+" and is of "+cmp.Or(after, "none"))
	}
	before, bound := number(valueOf(old, "atMost", "n"))
	if after, still := number(valueOf(next, "atMost", "n")); bound && still && after < before {
		c.breaks(where, fmt.Sprintf("had at most %d items and has at most %d", before, after))
	}
}

// valueOf returns what a directive says in an argument, or "".
func valueOf(list ast.DirectiveList, directive, argument string) string {
	if d := list.ForName(directive); d != nil {
		if a := d.Arguments.ForName(argument); a != nil {
			return a.Value.Raw
		}
	}
	return ""
}

func number(text string) (n int, ok bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil
}

func (c *comparison) implements(old, next *ast.Definition) {
	for _, i := range old.Interfaces {
		if !slices.Contains(next.Interfaces, i) {
			c.breaks(old.Name, "does not implement "+i+" any more")
		}
	}
}

func (c *comparison) values(old, next *ast.Definition) {
	for _, v := range old.EnumValues {
		if hasGone(v.Directives, c.today) {
			continue
		}
		if w := next.EnumValues.ForName(v.Name); w == nil {
			c.breaks(old.Name+"."+v.Name, "was removed")
		} else {
			c.notice(old.Name+"."+v.Name, v.Directives, w.Directives)
		}
	}
	for _, v := range next.EnumValues {
		if old.EnumValues.ForName(v.Name) == nil {
			c.surprises(old.Name+"."+v.Name, "is a new value")
		}
	}
}

// members compares the types that a union or an interface can be. An object that
// leaves an interface is named where it says what it implements.
func (c *comparison) members(old, next *ast.Definition) {
	before, after := possible(c.released, old), possible(c.now, next)
	for _, name := range before {
		if old.Kind == ast.Union && !slices.Contains(after, name) {
			c.breaks(old.Name, "is never "+name+" any more")
		}
	}
	for _, name := range after {
		if !slices.Contains(before, name) {
			c.surprises(old.Name, "can be "+name+" now")
		}
	}
}

func possible(s *ast.Schema, d *ast.Definition) []string {
	var names []string
	for _, p := range s.GetPossibleTypes(d) {
		names = append(names, p.Name)
	}
	slices.Sort(names)
	return names
}

func (c *comparison) directive(old, next *ast.DirectiveDefinition) {
	where := "@" + old.Name
	if next == nil {
		c.breaks(where, "was removed")
		return
	}
	for _, l := range old.Locations {
		if !slices.Contains(next.Locations, l) {
			c.breaks(where, "cannot stand on "+string(l)+" any more")
		}
	}
	if old.IsRepeatable && !next.IsRepeatable {
		c.breaks(where, "cannot be repeated any more")
	}
	c.inputs(arguments(old.Arguments), arguments(next.Arguments), func(name string) string { return where + "(" + name + ":)" })
}

// input is what a client can give: an argument, or a field of an input.
type input struct {
	name       string
	of         *ast.Type
	value      *ast.Value // by default
	directives ast.DirectiveList
}

// required reports whether a request is refused without it.
func (i input) required() bool { return i.of.NonNull && i.value == nil }

func arguments(list ast.ArgumentDefinitionList) []input {
	var all []input
	for _, a := range list {
		all = append(all, input{a.Name, a.Type, a.DefaultValue, a.Directives})
	}
	return all
}

func inputFields(d *ast.Definition) []input {
	var all []input
	for _, f := range d.Fields {
		all = append(all, input{f.Name, f.Type, f.DefaultValue, f.Directives})
	}
	return all
}

func named(list []input, name string) (input, bool) {
	i := slices.IndexFunc(list, func(i input) bool { return i.name == name })
	if i < 0 {
		return input{}, false
	}
	return list[i], true
}

// inputs compares what a field, an input or a directive takes.
func (c *comparison) inputs(old, next []input, at func(name string) string) {
	for _, i := range old {
		if hasGone(i.directives, c.today) {
			continue
		}
		if j, kept := named(next, i.name); kept {
			c.taken(at(i.name), i, j)
		} else {
			c.breaks(at(i.name), "was removed")
		}
	}
	for _, j := range next {
		if _, known := named(old, j.name); !known && j.required() {
			c.breaks(at(j.name), "is new and required")
		}
	}
}

// taken compares one thing that a client can give.
func (c *comparison) taken(where string, old, next input) {
	if !fits(old.of, next.of) {
		c.breaks(where, "took "+old.of.String()+" and takes "+next.of.String())
	}
	switch before, after := old.value.String(), next.value.String(); {
	case old.value == nil && next.value != nil:
		c.surprises(where, "is "+after+" by default now")
	case old.value != nil && next.value == nil:
		c.breaks(where, "was "+before+" by default and has no default")
	case old.value != nil && before != after:
		c.breaks(where, "was "+before+" by default and is "+after)
	}
	c.notice(where, old.directives, next.directives)
}

// fits reports whether a value of a type can stand where another type is expected.
func fits(value, expected *ast.Type) bool {
	switch {
	case expected.NonNull && !value.NonNull:
		return false
	case expected.Elem != nil:
		return value.Elem != nil && fits(value.Elem, expected.Elem)
	}
	return value.Elem == nil && value.NamedType == expected.NamedType
}

// reachable returns the types that a request can name: those to which the roots and
// the directives lead, by way of what has not gone.
func reachable(s *ast.Schema, today calendar.Day) map[string]bool {
	reached := map[string]bool{}
	var visit func(name string)
	visitAll := func(list ast.ArgumentDefinitionList) {
		for _, a := range list {
			if !hasGone(a.Directives, today) {
				visit(a.Type.Name())
			}
		}
	}
	visit = func(name string) {
		d := s.Types[name]
		if d == nil || reached[name] {
			return
		}
		reached[name] = true
		for _, f := range d.Fields {
			if !hasGone(f.Directives, today) {
				visit(f.Type.Name())
				visitAll(f.Arguments)
			}
		}
		for _, i := range d.Interfaces {
			visit(i)
		}
		if d.IsAbstractType() {
			for _, p := range s.GetPossibleTypes(d) {
				visit(p.Name)
			}
		}
	}
	for _, root := range []*ast.Definition{s.Query, s.Mutation, s.Subscription} {
		if root != nil {
			visit(root.Name)
		}
	}
	for _, d := range s.Directives {
		visitAll(d.Arguments)
	}
	return reached
}

func builtIn(p *ast.Position) bool { return p != nil && p.Src != nil && p.Src.BuiltIn }
