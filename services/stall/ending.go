package stall

import (
	"cmp"

	"onward/services/casefile"
	"onward/services/locale"
)

// CauseOf returns why a flag resolved, or nothing where that was not kept.
func CauseOf(f casefile.Flag) casefile.Cause {
	if f.Dismissed {
		return casefile.CauseByHand
	}
	return f.Cause
}

// EndingText says in a sentence why a flag resolved.
func EndingText(f casefile.Flag, l locale.Locale) string {
	return text(l, "ending."+cmp.Or(string(CauseOf(f)), "UNKNOWN"), reason{ResolvedOn: f.ResolvedOn, MovedTo: f.MovedTo})
}
