package demo_test

import (
	"testing"

	"onward/services/casefile"
	"onward/services/demography"
	"onward/services/id"
	"onward/services/scholarship"
)

// TestPeople proves that the people of the demo are of every sex and age, and of
// some nobody knows; that an award is of the class of her age, that only those who
// may work do, and that a person who came twice is the same both times.
func TestPeople(t *testing.T) {
	for _, today := range todays {
		d := written[today](t)
		sexes, bands, birthdays := map[demography.Sex]int{}, map[demography.AgeBand]int{}, 0
		byID := map[id.Case]*casefile.Case{}
		for _, c := range d.cases {
			byID[c.ID] = c
		}
		for _, c := range d.cases {
			p := c.ProfileOn(c.OpenedOn)
			sexes[p.Sex]++
			bands[p.Age]++
			if !c.AdultOn.IsZero() {
				birthdays++
			}
			if into := byID[c.MergedInto()]; into != nil && (into.Sex() != c.Sex() || into.BirthYear() != c.BirthYear() || into.AdultOn != c.AdultOn) {
				t.Errorf("%s: %s was born in %d, and the case it is merged into in %d", today, c.ID, c.BirthYear(), into.BirthYear())
			}
			girl := p.Age == demography.Under15 || p.Age == demography.Age15To17
			for _, a := range c.Scholarship().Scholarships {
				fits, special := map[scholarship.Class]bool{scholarship.Women: !girl, scholarship.GirlsSecondary: girl || p.Age == demography.UnknownAge}[a.Class]
				if special && (!fits || p.Sex != demography.Female) {
					t.Errorf("%s: an award of class %s for %s of %s", today, a.Class, p.Sex, p.Age)
				}
			}
			for _, j := range c.Employment().Placements {
				if c.ProfileOn(j.StartedOn).Age == demography.Under15 {
					t.Errorf("%s: %s works at less than 15", today, c.ID)
				}
			}
		}
		for _, sex := range demography.Sexes {
			if sexes[sex] < 20 || sex != demography.Female && sexes[sex]*4 > len(d.cases) {
				t.Errorf("%s: %d of %d cases are %s", today, sexes[sex], len(d.cases), sex)
			}
		}
		for _, band := range demography.AgeBands {
			if bands[band] < 10 {
				t.Errorf("%s: %d cases are %s", today, bands[band], band)
			}
		}
		if birthdays < 20 {
			t.Errorf("%s: of %d cases the birthday is known", today, birthdays)
		}
	}
}
