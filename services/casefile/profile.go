package casefile

import (
	"cmp"
	"slices"

	"onward/services/calendar"
	"onward/services/demography"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/word"
)

// Profile is who she was to the programme at the end of a day. Sex and age rest
// on what is known now: who corrects them corrects the past.
type Profile struct {
	Population Population
	Risk       Risk
	Owner      id.Worker // empty where nobody owned the case
	Sex        demography.Sex
	Age        demography.AgeBand
}

// Former is whom the case was about, at what risk and with whose care, until
// something of it changed.
type Former struct {
	Until      calendar.Day // the last day at whose end it held
	Population Population
	Risk       Risk
	Owner      id.Worker
}

// ProfileChange is what one entry says of population, risk and owner. What it
// leaves out stays as it was.
type ProfileChange struct {
	On         calendar.Day           `json:"on"`
	Population word.Place[Population] `json:"population,omitzero"`
	Risk       word.Place[Risk]       `json:"risk,omitzero"`
	Released   bool                   `json:"released,omitempty"` // Owner is whom the case was taken from
	Owner      id.Worker              `json:"owner,omitempty"`
}

// standing is what the changes up to one of them amount to.
type standing struct {
	population word.Place[Population]
	risk       word.Place[Risk]
	owner      id.Worker
	from       id.Worker    // whom the case was taken from, of one without an owner
	since      calendar.Day // when it was taken, or 0
}

// take takes in the next change by its day. A release does nothing where
// somebody else owned the case by then.
func (s *standing) take(ch ProfileChange) {
	if ch.Population != 0 {
		s.population = ch.Population
	}
	if ch.Risk != 0 {
		s.risk = ch.Risk
	}
	switch {
	case ch.Owner == "":
	case !ch.Released:
		s.owner, s.from, s.since = ch.Owner, "", 0
	case ch.Owner == s.owner:
		s.owner, s.from, s.since = "", ch.Owner, ch.On
	}
}

func (s standing) former(until calendar.Day) Former {
	return Former{Until: until, Population: s.population.Word(), Risk: s.risk.Word(), Owner: s.owner}
}

// change takes in what an entry says of population, risk and owner on a day. One
// that is recorded late does not undo a later one; one of a day before the
// opening counts from the opening.
func (c *Case) change(on calendar.Day, p Population, r Risk, owner id.Worker) {
	c.enter(ProfileChange{On: on, Population: word.At(p), Risk: word.At(r), Owner: id.Intern(owner)})
}

func (c *Case) enter(ch ProfileChange) {
	if ch.Population == 0 && ch.Risk == 0 && ch.Owner == "" {
		return
	}
	if len(c.ProfileChanges) == 0 {
		opening := ProfileChange{On: c.OpenedOn, Population: c.About, Risk: c.Danger, Owner: c.Owner}
		c.ProfileChanges = append(make([]ProfileChange, 0, 2), opening)
	}
	ch.On = max(ch.On, c.OpenedOn)
	at := len(c.ProfileChanges)
	for c.ProfileChanges[at-1].On > ch.On {
		at--
	}
	c.ProfileChanges = slices.Insert(c.ProfileChanges, at, ch)
	c.settle()
}

// settle makes the present of the changes.
func (c *Case) settle() {
	s := c.standingOn(calendar.LastDay)
	c.About, c.Danger, c.Owner = s.population, s.risk, s.owner
	c.UnownedSince = 0
	if s.owner == "" {
		c.UnownedSince = max(c.OpenedOn, s.since)
		if n := len(c.Closings); n > 0 {
			c.UnownedSince = max(c.UnownedSince, c.Closings[n-1].ReopenedOn)
		}
	}
}

// ReleasedFrom returns the last owner of a case that has none because her access
// has ended, or "".
func (c *Case) ReleasedFrom() id.Worker { return c.standingOn(calendar.LastDay).from }

// standingOn returns what the changes amount to at the end of a day.
func (c *Case) standingOn(day calendar.Day) (s standing) {
	for _, ch := range c.ProfileChanges {
		if ch.On > day {
			break
		}
		s.take(ch)
	}
	return s
}

// ProfileOn returns who she was to the programme at the end of a day. Of a day
// before the opening, it is who she was on the day of the opening: much is told
// afterwards.
func (c *Case) ProfileOn(day calendar.Day) Profile {
	p := Profile{Population: c.Population(), Risk: c.Risk(), Owner: c.Owner, Sex: cmp.Or(c.Sex(), demography.UnknownSex), Age: demography.BandOf(c.BirthYear(), c.AdultOn, day)}
	if n := len(c.ProfileChanges); n > 0 && day < c.ProfileChanges[n-1].On {
		then := c.standingOn(max(day, c.OpenedOn)).former(day)
		p.Population, p.Risk, p.Owner = then.Population, then.Risk, then.Owner
	}
	return p
}

// Former returns what held before the present population, risk and owner, in the
// order of the days; nothing where they have never changed from one day to
// another.
func (c *Case) Former() []Former {
	var all []Former
	var s standing
	for i, ch := range c.ProfileChanges {
		if i > 0 && ch.On > c.ProfileChanges[i-1].On {
			all = append(all, s.former(ch.On-1))
		}
		s.take(ch)
	}
	now := s.former(0)
	for i, next := range slices.Backward(all) {
		if next.Until = 0; next == now {
			all = slices.Delete(all, i, i+1)
		}
		now = next
	}
	return all
}

// Sex returns her sex, or "" where nobody has said it.
func (c *Case) Sex() demography.Sex { return c.SexSaid.Word() }

// BirthYear returns the year of her birth, or 0 where nobody has said it.
func (c *Case) BirthYear() int { return int(c.BornIn) }

// YearOfBirth returns the year of her birth, or nil where nobody has said it.
func (c *Case) YearOfBirth() *int {
	if c.BornIn == 0 {
		return nil
	}
	return new(c.BirthYear())
}

// describe takes in her sex and how old she is, as an entry of a day says it.
func (c *Case) describe(sex demography.Sex, birthYear *int, adultOn, known calendar.Day) error {
	if sex != "" {
		c.SexSaid = word.At(sex)
	}
	if err := c.comesOfAge(adultOn, known); err != nil {
		return err
	}
	return c.bornIn(birthYear, adultOn, known)
}

// comesOfAge takes in the day on which a girl under 18 turns 18, as it was known
// on a day. Beside the year, no more of her birthday is kept, and of a woman's
// the year alone.
func (c *Case) comesOfAge(adultOn, known calendar.Day) error {
	switch {
	case adultOn.IsZero():
		return nil
	case adultOn <= c.OpenedOn:
		return fault.Input("adultOn", "must be after the opening of the case, which was on %s; leave it out for a woman who was 18 then", c.OpenedOn)
	case adultOn > known.AddMonths(demography.AdultYears*12):
		return fault.Input("adultOn", "must be at most %d years after %s", demography.AdultYears, known)
	}
	c.AdultOn = adultOn
	return nil
}

// earliestBirth is the earliest year of birth: who was born before lives no more
// [J].
const earliestBirth = 1900

// bornIn takes in the year of her birth, as it was known on a day, and holds it
// against the day on which she turns 18. A year apart is let pass [J]: a year of
// birth is often told from memory.
func (c *Case) bornIn(year *int, adultOn, known calendar.Day) error {
	if year != nil {
		if last := known.Time().Year(); *year < earliestBirth || *year > last {
			return fault.Input("birthYear", "must be a year from %d to %d", earliestBirth, last)
		}
		c.BornIn = int16(*year)
	}
	if year == nil && adultOn.IsZero() || c.BirthYear() == 0 || c.AdultOn.IsZero() {
		return nil
	}
	born := demography.BornInYear(c.AdultOn)
	switch {
	case born-1 <= c.BirthYear() && c.BirthYear() <= born+1:
		return nil
	case year == nil:
		turns := c.BirthYear() + demography.AdultYears
		return fault.Input("adultOn", "must be a day of %d to %d, since she was born in %d", turns-1, turns+1, c.BirthYear())
	}
	return fault.Input("birthYear", "must be %d to %d, since she turns %d on %s", born-1, born+1, demography.AdultYears, c.AdultOn)
}
