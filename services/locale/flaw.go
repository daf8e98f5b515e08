package locale

import (
	"strings"
	"unicode"
)

// Flaw says what keeps a text that somebody typed from being read, or "". Blanks
// say nothing, control characters break lists and files, and marks that turn the
// direction of writing make a text look like another. The zero-width characters
// that Khmer is written with are no flaw.
func Flaw(text string) string {
	switch {
	case text != "" && strings.TrimSpace(text) == "":
		return "must not be blank"
	case strings.ContainsFunc(text, hidden):
		return "must not contain control characters"
	}
	return ""
}

func hidden(r rune) bool {
	switch {
	case r == '\n' || r == '\r' || r == '\t':
		return false
	case r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069':
		return true
	}
	return unicode.IsControl(r) || r == unicode.ReplacementChar
}
