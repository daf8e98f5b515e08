package locale

import (
	"embed"

	"github.com/go-json-experiment/json"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Catalogue is the messages of a room in both languages, read once and never
// changed. They are files for translators to edit, one a language.
type Catalogue struct {
	ids    map[string]bool
	en, km *i18n.Localizer
}

// Messages reads messages/active.en.json and messages/active.km.json. It panics
// where one is not there, or has a message twice: the files are embedded, and a
// program that passed its tests can read them.
func Messages(files embed.FS) *Catalogue {
	c, err := readMessages(files)
	if err != nil {
		panic("messages: " + err.Error())
	}
	return c
}

func readMessages(files embed.FS) (*Catalogue, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", func(data []byte, v any) error { return json.Unmarshal(data, v) })
	c := &Catalogue{ids: map[string]bool{}}
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

// Has reports whether there is a message with the id.
func (c *Catalogue) Has(id string) bool { return c.ids[id] }

// Text returns a message in a language; English is the default. The placeholders
// are fields of data, and the count chooses the plural form where a message has
// several. It never returns an empty text: a message that Khmer lacks comes in
// English, and one that both lack comes as its id. The tests of the rooms let
// neither happen.
func (c *Catalogue) Text(l Locale, id string, data any, count int) string {
	in := c.en
	if l == KM {
		in = c.km
	}
	text, err := in.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: data, PluralCount: count})
	if err != nil && text == "" {
		return id
	}
	return text
}
