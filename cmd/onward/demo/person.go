package demo

import (
	"math/rand/v2"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/demography"
	"onward/services/scholarship"
)

// person is whom a life is about.
type person struct {
	sex       demography.Sex
	age       int          // in the year of the opening
	birthYear int          // 0 before the opening
	adultOn   calendar.Day // when she turns 18, of some girls under 18
	untold    bool         // nobody has noted how old she is
}

// somebody makes up whom a life is about: a woman or a girl for the most part. A
// role knows whom it serves.
func somebody(random *rand.Rand, role access.Role) person {
	switch role {
	case access.ScholarshipOfficer:
		if random.IntN(3) == 0 {
			return schoolgirl(random)
		}
		return student(random)
	case access.CareerAdvisor:
		return grown(random)
	}
	p := grown(random)
	if random.IntN(4) == 0 {
		p.age = 9 + random.IntN(9)
	}
	return p
}

func schoolgirl(random *rand.Rand) person { return aged(random, demography.Female, 12, 16) }

func student(random *rand.Rand) person { return aged(random, demography.Female, 18, 28) }

func grown(random *rand.Rand) person {
	sex := demography.Female
	switch n := random.IntN(40); {
	case n == 0:
		sex = ""
	case n == 1:
		sex = demography.UnknownSex
	case n < 5:
		sex = demography.Male
	}
	if random.IntN(6) == 0 {
		return aged(random, sex, 35, 66)
	}
	return aged(random, sex, 18, 34)
}

func aged(random *rand.Rand, sex demography.Sex, low, high int) person {
	return person{sex: sex, age: low + random.IntN(high-low+1), untold: random.IntN(25) == 0}
}

// own returns a source of chance for what a person is, so that it leaves what
// happens to her as it was.
func (l *life) own() *rand.Rand { return rand.New(rand.NewPCG(seed(l.name), 18)) }

// whom the fate is about, by her age at school or at work.
func (f fate) whom(l *life) person {
	switch {
	case f.girls > 0:
		return schoolgirl(l.own())
	case f.women > 0:
		return student(l.own())
	case f.job, f.unproven, f.registered, f.visitor:
		return grown(l.own())
	}
	return somebody(l.own(), access.ShelterStaff)
}

// class is that of the award that fits her age.
func (l *life) class() scholarship.Class {
	if l.age < demography.AdultYears {
		return scholarship.GirlsSecondary
	}
	return scholarship.Women
}

// introduce says on the opening who she is. The birthday of every second girl is
// known, where she does not come of age during the story.
func (l *life) introduce(o *casefile.Opened) {
	if l.birthYear == 0 {
		l.birthYear = l.day.Time().Year() - l.age
		if l.age < 15 && l.number%2 == 0 && !l.untold {
			l.adultOn = calendar.Date(l.birthYear+demography.AdultYears, time.Month(1+l.number%12), 1+l.number%28)
		}
	}
	o.Sex, o.AdultOn = l.sex, l.adultOn
	if !l.untold {
		o.BirthYear = &l.birthYear
	}
}
