package casefile

import (
	"cmp"

	"onward/services/career"
	"onward/services/delivery"
	"onward/services/id"
	"onward/services/track"
)

// What became of an introduction, and that she dropped out of a training, is
// often hearsay: it does not count as contact.
var careerKinds = []kind{
	met((*Case).register), met((*Case).attend), met((*Case).updateReadiness),
	met((*Case).startTraining), work((*Case).completeTraining),
	met((*Case).introduce), work((*Case).answerIntroduction),
}

func (c *Case) register(r career.Registered, at track.Stamp) error {
	at = at.AtSite(r.SiteID)
	return write(&c.Programmes.Career).Register(r, at)
}

// attend folds a session as what it also is: a service given at the centre.
func (c *Case) attend(s career.SessionHeld, at track.Stamp) error {
	if err := write(&c.Programmes.Career).Attend(at); err != nil {
		return err
	}
	return c.deliver(delivery.Delivered{Service: s.Code(), SiteID: cmp.Or(s.SiteID, c.atCentre(at).Site)}, at)
}

func (c *Case) updateReadiness(u career.ReadinessUpdated, at track.Stamp) error {
	return write(&c.Programmes.Career).UpdateReadiness(u, at)
}

func (c *Case) startTraining(t career.TrainingBegun, at track.Stamp) error {
	return write(&c.Programmes.Career).StartTraining(t, id.Within("training_", c.ID, at.Entry), c.atCentre(at))
}

func (c *Case) completeTraining(e career.TrainingEnded, at track.Stamp) error {
	err := write(&c.Programmes.Career).CompleteTraining(e, c.atCentre(at))
	if err == nil && e.Result != career.DroppedOut {
		c.contact(at.On)
	}
	return err
}

func (c *Case) introduce(i career.Introduced, at track.Stamp) error {
	if err := write(&c.Programmes.Career).Introduce(i, id.Within("introduction_", c.ID, at.Entry), c.atCentre(at)); err != nil {
		return err
	}
	return c.offered(i.Result, at)
}

func (c *Case) answerIntroduction(a career.IntroductionAnswered, at track.Stamp) error {
	if err := write(&c.Programmes.Career).AnswerIntroduction(a, at); err != nil {
		return err
	}
	return c.offered(a.Result, at)
}

// offered reaches OFFERED on the other track where an introduction led to it.
func (c *Case) offered(result career.Answered, at track.Stamp) error {
	if result != career.Offered {
		return nil
	}
	return write(&c.Programmes.Employment).Reach(track.Offered, at)
}

// atCentre returns a stamp at the site of the last registration.
func (c *Case) atCentre(at track.Stamp) track.Stamp {
	if n := len(c.Career().Registrations); n > 0 {
		at = at.AtSite(c.Career().Registrations[n-1].Site)
	}
	return at
}

// CareerSpells returns her registrations at career centres, in order.
func (c *Case) CareerSpells() []career.Registration { return listed(c.Career().Registrations) }
