package identity

import (
	"fmt"
	"slices"
	"strings"
)

// Term is one thing by which a person is found: a kind and a normal form. Equal terms
// are of the same kind, so that a name never finds a number.
type Term string

func term(kind, normal string) Term { return Term(kind + " " + normal) }

// wholeTerm and partTerm are of a name in all its parts, written together, and of one
// of its parts.
func wholeTerm(normal string) Term { return term("name", strings.ReplaceAll(normal, " ", "")) }
func partTerm(part string) Term    { return term("part", part) }
func phoneTerm(e164 string) Term   { return term("phone", e164) }
func numberTerm(n string) Term     { return term("number", n) }

// Terms lists by what a person is found within her organisation: each name, whole in
// either order of its parts and by each part, each phone and each number.
func (i *Identity) Terms() []Term {
	var terms []Term
	for _, name := range i.names() {
		terms = append(terms, wholeTerm(name))
		for part := range strings.FieldsSeq(name) {
			terms = append(terms, partTerm(part))
		}
	}
	for _, k := range i.Contacts {
		if k.Kind == Phone {
			terms = append(terms, phoneTerm(k.Value))
		}
	}
	for _, n := range i.Numbers {
		terms = append(terms, numberTerm(NormalNumber(n.Number)))
	}
	return distinct(terms)
}

// names lists the normal forms of all names, those of two parts in either order.
func (i *Identity) names() []string {
	var all []string
	for _, n := range []*Name{i.Name, i.NameKhmer} {
		if n != nil {
			all = append(all, NormalName(n.Family+" "+n.Given), NormalName(n.Given+" "+n.Family))
		}
	}
	for _, alias := range i.Aliases {
		all = append(all, NormalName(alias))
	}
	return slices.DeleteFunc(all, func(name string) bool { return name == "" })
}

// ofOnePerson are the papers whose number one person alone has. A family book, a resident
// book and an equity card have one number for all who live together: by that an
// organisation would be told that another one knows somebody's sister. What other papers
// are nobody says.
var ofOnePerson = []NumberKind{NationalID, Passport, BirthCertificate}

// SharedTerms lists by what it may be noticed that two organisations know the same
// person: each number of papers that are of one person, with their kind, and each name of
// two parts or more with the year of birth. A name alone is many people's.
func (i *Identity) SharedTerms() []Term {
	var terms []Term
	for _, n := range i.Numbers {
		if slices.Contains(ofOnePerson, n.Kind) {
			terms = append(terms, term("paper", string(n.Kind)+" "+NormalNumber(n.Number)))
		}
	}
	if i.Birth != nil {
		for _, name := range i.names() {
			if strings.Contains(name, " ") {
				terms = append(terms, term("born", fmt.Sprint(i.Birth.On.Time().Year())+" "+strings.ReplaceAll(name, " ", "")))
			}
		}
	}
	return distinct(terms)
}

func distinct(terms []Term) []Term {
	slices.Sort(terms)
	return slices.Compact(terms)
}

// Query is what is looked for: a person who has one of the first terms, or all of the
// others.
type Query struct{ Any, All []Term }

// Normal writes a query as one text, which is the same for all that look for the same:
// the parts of a name may come in any order.
func (q Query) Normal() string {
	terms := q.All
	if len(terms) == 0 {
		terms = q.Any
	}
	var text strings.Builder
	for _, t := range distinct(slices.Clone(terms)) {
		text.WriteString(string(t) + "\n")
	}
	return text.String()
}

// ByName looks for a name: whole, or all the parts that are given, in any order. ok is
// false where it has no letters.
func ByName(name string) (q Query, ok bool) {
	normal := NormalName(name)
	q.Any = []Term{wholeTerm(normal)}
	for part := range strings.FieldsSeq(normal) {
		q.All = append(q.All, partTerm(part))
	}
	return q, normal != ""
}

// ByPhone looks for a phone number. ok is false where no phone can have it.
func ByPhone(number string) (q Query, ok bool) {
	e164, ok := NormalPhone(number)
	return Query{Any: []Term{phoneTerm(e164)}}, ok
}

// ByNumber looks for a number of papers of any kind. ok is false where it has neither
// letters nor digits.
func ByNumber(number string) (q Query, ok bool) {
	normal := NormalNumber(number)
	return Query{Any: []Term{numberTerm(normal)}}, normal != ""
}

// Sign is by what two people may be the same one.
type Sign string

// The signs.
const (
	SameNumber       Sign = "NUMBER"
	SameNameAndBirth Sign = "NAME_AND_BIRTH_YEAR"
)

// Sign returns of what sign a shared term is.
func (t Term) Sign() Sign {
	if strings.HasPrefix(string(t), "born ") {
		return SameNameAndBirth
	}
	return SameNumber
}
