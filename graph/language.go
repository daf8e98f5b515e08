package graph

import "onward/services/locale"

// language returns the language that a field was asked for; English where the
// client sent null.
func language(l *locale.Locale) locale.Locale {
	if l == nil {
		return locale.EN
	}
	return *l
}
