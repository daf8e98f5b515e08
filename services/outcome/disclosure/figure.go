package disclosure

// Observed reports whether a mean, a median or quartiles may be shown, given how
// many people they are of.
func Observed(n, threshold int) bool { return n >= threshold }

// RoundedBase returns the base of a share as it is published: to the nearest 5.
func RoundedBase(base int) int { return (base + 2) / 5 * 5 }

// Percent returns 100 * count / base of a share that is shown, from the rounded base,
// and false where the share is withheld or has no base. It is never above 100: nearly
// all is not withheld only if the threshold is lowered.
func Percent(d Decision) (float64, bool) {
	switch {
	case !d.Shown() || !d.Share || d.Base == 0:
		return 0, false
	case d.Count == d.Base:
		return 100, true
	case RoundedBase(d.Base) == 0:
		return 0, false
	}
	return min(100, 100*float64(d.Count)/float64(RoundedBase(d.Base))), true
}
