package stall

import (
	"embed"

	"github.com/go-json-experiment/json"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

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

// messages are the texts of this program. The files are embedded: a program that
// passed its tests can read them.
var messages = func() *catalogue {
	c, err := readMessages(messageFiles)
	if err != nil {
		panic("messages: " + err.Error())
	}
	return c
}()

// catalogue is the messages of every language, read once and never changed.
type catalogue struct {
	ids    map[string]bool
	en, km *i18n.Localizer
}

// readMessages reads the catalogues of both languages and refuses a file with a
// message that stands there twice.
func readMessages(files embed.FS) (*catalogue, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", func(data []byte, v any) error { return json.Unmarshal(data, v) })
	c := &catalogue{ids: map[string]bool{}}
	for _, tag := range []language.Tag{language.English, language.Khmer} {
		file, err := bundle.LoadMessageFileFS(files, "messages/active."+tag.String()+".json")
		if err != nil {
			return nil, err
		}
		for _, m := range file.Messages {
			c.ids[m.ID] = true
		}
	}
	c.en = i18n.NewLocalizer(bundle, language.English.String())
	c.km = i18n.NewLocalizer(bundle, language.Khmer.String())
	return c, nil
}

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

// of returns the id of a message about a rule, or about work that no rule asks
// for: that of the first special thing for which there is one, or its own.
func (c *catalogue) of(kind, code string, special ...string) string {
	id := kind + "." + code
	for _, s := range special {
		if c.ids[id+"."+s] {
			return id + "." + s
		}
	}
	return id
}

// text returns a message in a language; English is the default. It never returns
// an empty text: a message that Khmer lacks comes in English, and one that both
// lack comes as its id. The tests let neither happen.
func (c *catalogue) text(l locale.Locale, id string, r reason) string {
	in := c.en
	if l == locale.KM {
		in = c.km
	}
	text, err := in.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: r, PluralCount: r.Threshold})
	if err != nil && text == "" {
		return id
	}
	return text
}
