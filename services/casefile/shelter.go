package casefile

import (
	"onward/services/id"
	"onward/services/shelter"
	"onward/services/track"
)

// An absence may be hearsay, when she is missing, and does not count as contact;
// coming back does.
var shelterKinds = []kind{met((*Case).admit), met((*Case).leave), met((*Case).moveStay), work((*Case).beginAbsence), met((*Case).endAbsence), work((*Case).judgeExit)}

// StayingAt returns the site where she has a bed, or "". A leave of absence keeps
// the bed; a case that is no longer under way keeps none, since nobody could
// record that she left it.
func (c *Case) StayingAt() id.Site {
	if stay, open := c.Shelter().Current(); open && c.Status.UnderWay() {
		return stay.Site
	}
	return ""
}

func (c *Case) admit(a shelter.Admitted, at track.Stamp) error {
	at = at.AtSite(a.SiteID)
	return write(&c.Programmes.Shelter).Admit(a, id.PartOf(id.StayPart, c.ID, at.Entry), at)
}

func (c *Case) leave(l shelter.Left, at track.Stamp) error {
	return write(&c.Programmes.Shelter).Leave(l, c.atStay(at))
}

func (c *Case) moveStay(m shelter.Moved, at track.Stamp) error {
	return write(&c.Programmes.Shelter).Move(m, at)
}

func (c *Case) beginAbsence(b shelter.AbsenceBegan, at track.Stamp) error {
	return write(&c.Programmes.Shelter).BeginAbsence(b, at)
}

func (c *Case) endAbsence(_ shelter.AbsenceEnded, at track.Stamp) error {
	return write(&c.Programmes.Shelter).EndAbsence(at)
}

// judgeExit counts as contact where somebody asked her.
func (c *Case) judgeExit(j shelter.ExitJudged, at track.Stamp) error {
	err := write(&c.Programmes.Shelter).JudgeExit(j, at)
	if err == nil && j.SafeInSurvivorsView != nil {
		c.contact(at.On)
	}
	return err
}

// atStay puts what happened on a day of the open stay at the site where she was
// staying then.
func (c *Case) atStay(at track.Stamp) track.Stamp {
	if stay, open := c.Shelter().Current(); open {
		at = at.AtSite(stay.SiteOn(at.On))
	}
	return at
}
