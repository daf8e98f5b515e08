package identity

import (
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/language"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/locale"
)

// The bounds [J]: longer than any name or number that papers bear.
const (
	longestName    = 100
	longestNumber  = 40
	longestContact = 100
	longestVillage = 200
	mostItems      = 10
)

// firstBirth is the earliest day on which somebody of the programme can be born.
var firstBirth = calendar.Date(1900, 1, 1)

// Checked returns the identity as it is recorded: without spaces around, phones in
// E.164, days cut to their precision. It returns every field that breaks a rule, by
// its path in the input; places are checked by whoever knows the provinces.
func Checked(in Identity, today calendar.Day) (Identity, []fault.Field) {
	c := checker{today: today}
	in.Name, in.NameKhmer = c.name("name", in.Name, false), c.name("nameKhmer", in.NameKhmer, true)
	in.Aliases = each(&c, "aliases", in.Aliases, func(at, alias string) string { return c.text(at, alias, longestName) })
	in.Birth = c.birth(in.Birth)
	in.Nationality = c.nationality(in.Nationality)
	in.Numbers = each(&c, "numbers", in.Numbers, c.number)
	in.Contacts = each(&c, "contacts", in.Contacts, c.contact)
	in.Addresses = each(&c, "addresses", in.Addresses, c.address)
	return in, c.broken
}

// checker collects what is wrong.
type checker struct {
	today  calendar.Day
	broken []fault.Field
}

func (c *checker) wrong(at, format string, args ...any) {
	c.broken = append(c.broken, fault.Field{Path: at, Message: fmt.Sprintf(format, args...)})
}

// each checks a list item by item, into a list of its own.
func each[T any](c *checker, at string, items []T, check func(at string, item T) T) []T {
	switch {
	case items == nil:
		return nil
	case len(items) == 0:
		c.wrong(at, "must have at least 1 item; clear takes what is there away")
	case len(items) > mostItems:
		c.wrong(at, "must have at most %d items", mostItems)
		return items
	}
	checked := make([]T, len(items))
	for i, item := range items {
		checked[i] = check(fmt.Sprintf("%s[%d]", at, i), item)
	}
	return checked
}

// text checks a text that is needed, in one line.
func (c *checker) text(at, text string, longest int) string {
	trimmed := strings.TrimSpace(text)
	switch flaw := locale.Flaw(text); {
	case trimmed == "":
		c.wrong(at, "is needed")
	case flaw != "":
		c.wrong(at, "%s", flaw)
	case strings.ContainsAny(text, "\n\r\t"):
		c.wrong(at, "must be one line")
	case utf8.RuneCountInString(text) > longest:
		c.wrong(at, "must have at most %d characters", longest)
	}
	return trimmed
}

func (c *checker) optional(at, text string, longest int) string {
	if text == "" {
		return ""
	}
	return c.text(at, text, longest)
}

// name checks a name in one of the two scripts.
func (c *checker) name(at string, n *Name, khmer bool) *Name {
	if n == nil {
		return nil
	}
	if n.Family == "" && n.Given == "" {
		c.wrong(at+".given", "is needed unless family is given")
		return n
	}
	checked := Name{Family: c.optional(at+".family", n.Family, longestName), Given: c.optional(at+".given", n.Given, longestName)}
	c.letters(at+".family", checked.Family, khmer)
	c.letters(at+".given", checked.Given, khmer)
	return &checked
}

// letters refuses a name in the letters of the other script, in which nobody would
// look for it, and one that has none.
func (c *checker) letters(at, name string, khmer bool) {
	isKhmer := func(r rune) bool { return unicode.Is(unicode.Khmer, r) && unicode.IsLetter(r) }
	switch {
	case name == "":
	case !strings.ContainsFunc(name, unicode.IsLetter):
		c.wrong(at, "must have letters")
	case khmer && !strings.ContainsFunc(name, isKhmer):
		c.wrong(at, "must be in Khmer letters; name takes the others")
	case !khmer && strings.ContainsFunc(name, isKhmer):
		c.wrong(at, "must not be in Khmer letters; nameKhmer takes them")
	}
}

// birth checks a birth day and cuts it to what is known.
func (c *checker) birth(b *Birth) *Birth {
	if b == nil {
		return nil
	}
	year, month, _ := b.On.Time().Date()
	on := b.On
	switch b.Precision {
	case ToMonth:
		on = calendar.Date(year, month, 1)
	case ToYear:
		on = calendar.Date(year, 1, 1)
	}
	switch {
	case on < firstBirth:
		c.wrong("birth.on", "is too long ago; the earliest day is %s", firstBirth)
	case on > c.today:
		c.wrong("birth.on", "%s is in the future; today is %s", b.On, c.today)
	}
	return &Birth{on, b.Precision}
}

func (c *checker) nationality(code string) string {
	if code == "" {
		return ""
	}
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() || region.String() != code {
		c.wrong("nationality", "must be a country code of ISO 3166-1 alpha-2, such as KH or VN")
	}
	return code
}

func (c *checker) number(at string, n Number) Number {
	n.Number = c.text(at+".number", n.Number, longestNumber)
	if n.Number != "" && NormalNumber(n.Number) == "" {
		c.wrong(at+".number", "must have letters or digits")
	}
	return n
}

func (c *checker) contact(at string, k Contact) Contact {
	k.Value, k.Whose = c.text(at+".value", k.Value, longestContact), c.optional(at+".whose", k.Whose, longestName)
	switch {
	case k.Value == "":
	case k.Kind == Phone:
		number, ok := NormalPhone(k.Value)
		if !ok {
			c.wrong(at+".value", "must be a phone number, such as 012 345 678 or +66 2 123 4567")
		}
		k.Value = number
	case k.Kind == Email:
		if a, err := mail.ParseAddress(k.Value); err != nil || a.Address != k.Value {
			c.wrong(at+".value", "must be an e-mail address, such as name@example.org")
		}
	}
	return k
}

func (c *checker) address(at string, a Address) Address {
	a.Village = c.optional(at+".village", a.Village, longestVillage)
	if a.Province == "" && a.Village == "" {
		c.wrong(at+".village", "is needed unless province is given")
	}
	return a
}

// NormalNumber writes a number of papers as it is compared: its letters, as capitals,
// and digits. Who copies it from a card sets spaces and dashes at will.
func NormalNumber(number string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, folded(number))
}

// NormalPhone writes a phone number in E.164. One without a country is of Cambodia.
// ok is false where no phone can have the number.
func NormalPhone(number string) (e164 string, ok bool) {
	parsed, err := phonenumbers.Parse(folded(number), "KH")
	if err != nil || !phonenumbers.IsValidNumber(parsed) {
		return number, false
	}
	return phonenumbers.Format(parsed, phonenumbers.E164), true
}
