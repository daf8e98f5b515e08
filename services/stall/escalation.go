package stall

import (
	"onward/services/calendar"
	"onward/services/casefile"
)

// Escalations returns the flags of a case that are to be escalated on a day, each
// at once to the highest level that is due: a flag is the owner's when it is
// raised, and goes to the supervisor and to the lead some days after that. A flag
// that was found late, as after a hold, is the owner's first, too. Neither a flag
// that is snoozed is escalated, nor any of a case on hold.
func Escalations(c *casefile.Case, th *Thresholds, on calendar.Day) []casefile.FlagEscalated {
	if c.Muted(on) {
		return nil
	}
	var all []casefile.FlagEscalated
	for _, f := range c.Flags {
		if !f.Live() || f.Asleep(on) || f.EscalatedTo == casefile.ToLead {
			continue
		}
		if to := level(th, pressesFrom(c, f), on); to != casefile.ToOwner && to != f.EscalatedTo {
			all = append(all, casefile.FlagEscalated{FlagID: f.ID, To: to})
		}
	}
	return all
}

// pressesFrom returns the day from which the escalation of a flag counts. A hold
// that has run out, and was not ended by anybody, ends with its last day.
func pressesFrom(c *casefile.Case, f casefile.Flag) calendar.Day {
	if c.Status == casefile.OnHold {
		return max(f.PressesFrom, c.HeldUntil+1)
	}
	return f.PressesFrom
}

// level returns whose a flag is on a day that has pressed since another.
func level(th *Thresholds, since, on calendar.Day) casefile.EscalationLevel {
	switch overdue := int(on - since); {
	case overdue >= th.EscalationLead:
		return casefile.ToLead
	case overdue >= th.EscalationSupervisor:
		return casefile.ToSupervisor
	}
	return casefile.ToOwner
}
