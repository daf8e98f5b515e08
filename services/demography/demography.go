// Package demography holds the words for who people are when they are counted:
// their sex, and their age in bands.
package demography

import "onward/services/calendar"

// Sex is of a person, or of a group of people.
type Sex string

// The sexes; what was not noted is a category of its own.
const (
	Female     Sex = "FEMALE"
	Male       Sex = "MALE"
	UnknownSex Sex = "UNKNOWN"
)

// Sexes lists them.
var Sexes = []Sex{Female, Male, UnknownSex}

// Words returns all words of the kind.
func (Sex) Words() []Sex { return Sexes }

// AgeBand is of a person on a day, or of a group of people.
type AgeBand string

// The age bands, in completed years [J]; what was not noted is a category of its
// own.
const (
	Under15    AgeBand = "UNDER_15"
	Age15To17  AgeBand = "AGE_15_17"
	Age18To24  AgeBand = "AGE_18_24"
	Age25To59  AgeBand = "AGE_25_59"
	Age60Plus  AgeBand = "AGE_60_PLUS"
	UnknownAge AgeBand = "UNKNOWN"
)

// AgeBands lists them, the youngest first.
var AgeBands = []AgeBand{Under15, Age15To17, Age18To24, Age25To59, Age60Plus, UnknownAge}

// AdultYears is the age at which a girl decides for herself.
const AdultYears = 18

// BornInYear returns the year in which somebody was born who turns 18 on a day.
func BornInYear(adultOn calendar.Day) int { return adultOn.Time().Year() - AdultYears }

// BandOf returns the age band of a person on a day. Of her birthday no more than
// the year is known, so that she counts as of the age that she reaches within the
// year [J]. Where the day on which she turns 18 is known, it decides whether she
// is a child, and gives the year of birth where there is none. Zero means that
// nothing is known.
func BandOf(birthYear int, adultOn, on calendar.Day) AgeBand {
	if birthYear == 0 && adultOn.IsZero() {
		return UnknownAge
	}
	if birthYear == 0 {
		birthYear = BornInYear(adultOn)
	}
	age := on.Time().Year() - birthYear
	switch {
	case adultOn.IsZero():
	case on < adultOn:
		age = min(age, AdultYears-1)
	default:
		age = max(age, AdultYears)
	}
	return bandAt(age)
}

func bandAt(age int) AgeBand {
	switch {
	case age < 15:
		return Under15
	case age < AdultYears:
		return Age15To17
	case age < 25:
		return Age18To24
	case age < 60:
		return Age25To59
	}
	return Age60Plus
}
