// Package locale holds texts in the programme's languages.
package locale

// Locale is a language of the programme.
type Locale string

// The languages.
const (
	EN Locale = "EN"
	KM Locale = "KM"
)

// Text is one text in every language.
type Text struct {
	EN string `json:"en"`
	KM string `json:"km"`
}

// In returns the text in a language; English is the default.
func (t Text) In(l Locale) string {
	if l == KM {
		return t.KM
	}
	return t.EN
}
