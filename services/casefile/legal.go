package casefile

import (
	"onward/services/id"
	"onward/services/legal"
	"onward/services/track"
)

// What happens at a court happens without her as often as with her: none of it
// counts as contact.
var legalKinds = []kind{
	work((*Case).openMatter), work((*Case).describeMatter), work((*Case).represent), work((*Case).addDefendant),
	work((*Case).giveVerdict), work((*Case).compensate), work((*Case).closeMatter),
}

func (c *Case) openMatter(o legal.Opened, at track.Stamp) error {
	return write(&c.Programmes.Legal).Open(o, id.PartOf(id.MatterPart, c.ID, at.Entry), at)
}

func (c *Case) describeMatter(d legal.Described, _ track.Stamp) error {
	return write(&c.Programmes.Legal).Describe(d)
}

func (c *Case) represent(r legal.Represented, at track.Stamp) error {
	return write(&c.Programmes.Legal).Represent(r, at)
}

func (c *Case) addDefendant(d legal.DefendantAdded, at track.Stamp) error {
	return write(&c.Programmes.Legal).AddDefendant(d, id.Within("defendant_", c.ID, at.Entry), at)
}

func (c *Case) giveVerdict(v legal.VerdictGiven, at track.Stamp) error {
	return write(&c.Programmes.Legal).GiveVerdict(v, at)
}

func (c *Case) compensate(p legal.Compensated, at track.Stamp) error {
	return write(&c.Programmes.Legal).Compensate(p, at)
}

func (c *Case) closeMatter(e legal.Closed, at track.Stamp) error {
	return write(&c.Programmes.Legal).Close(e, at)
}
