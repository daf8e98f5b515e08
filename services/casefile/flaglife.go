package casefile

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
)

// Cause is why a flag resolved.
type Cause string

// The causes.
const (
	CauseRecorded  Cause = "RECORDED"          // an entry has ended what the flag is about
	CauseCorrected Cause = "CORRECTED"         // a reversal took back what it rested on
	CauseMoved     Cause = "MOVED"             // the day on which it is due has moved ahead
	CauseCaseEnded Cause = "CASE_ENDED"        // nothing is due on a case that has ended
	CauseMoot      Cause = "NO_LONGER_APPLIES" // the rules ask for it no longer, though nothing was recorded
	CauseByHand    Cause = "BY_HAND"           // somebody has said why it does not matter
)

// Causes lists the causes.
var Causes = []Cause{CauseRecorded, CauseCorrected, CauseMoved, CauseCaseEnded, CauseMoot, CauseByHand}

// Ending is how a flag came to resolve by itself. One that was resolved before
// causes were kept has none.
type Ending struct {
	Cause   Cause        `json:"cause,omitempty"`
	EndedBy int32        `json:"endedBy,omitempty"` // the version of the entry that ended it; 0 where a scan found it
	MovedTo calendar.Day `json:"movedTo,omitzero"`  // of the cause MOVED
}

// summary says the cause in words.
func (x Ending) summary() string {
	switch x.Cause {
	case CauseCorrected:
		return "a correction took back what it rested on"
	case CauseMoved:
		return "the day on which it is due has moved to " + x.MovedTo.String()
	case CauseCaseEnded:
		return "the case has ended"
	case CauseMoot:
		return "what it is about no longer applies"
	}
	return "what was missing has been recorded, or is no longer asked for"
}

// pressFrom has the escalation of live flags count from a day: during a hold
// nobody was asked for anything.
func (c *Case) pressFrom(on calendar.Day) {
	for i := range c.Flags {
		if f := &c.Flags[i]; f.Live() {
			f.PressesFrom = max(f.PressesFrom, on)
		}
	}
}

// EscalationLevel is whose a flag is: the longer it is overdue, the higher.
type EscalationLevel string

// The levels.
const (
	ToOwner      EscalationLevel = "OWNER" // at once
	ToSupervisor EscalationLevel = "SUPERVISOR"
	ToLead       EscalationLevel = "LEAD" // of the organisation: its ORG_ADMIN
)

// EscalationLevels lists them, the lowest first.
var EscalationLevels = []EscalationLevel{ToOwner, ToSupervisor, ToLead}

// Escalation returns whose the flag is by now.
func (f Flag) Escalation() EscalationLevel {
	if f.EscalatedTo == "" {
		return ToOwner
	}
	return f.EscalatedTo
}

// Asleep reports whether the flag is snoozed on a day.
func (f Flag) Asleep(on calendar.Day) bool { return f.State == FlagSnoozed && on <= f.SnoozedUntil }

// FlagWoken ends a snooze that has run out: somebody has seen the flag, and it
// asks again.
type FlagWoken struct {
	FlagID string `json:"flagId"`
}

// FlagRegraded sets how much a flag presses, after the case has changed.
type FlagRegraded struct {
	FlagID   string   `json:"flagId"`
	Severity Severity `json:"severity"`
}

// FlagEscalated takes a flag that has been overdue for too long to somebody
// higher.
type FlagEscalated struct {
	FlagID string          `json:"flagId"`
	To     EscalationLevel `json:"to"`
}

// FlagID returns the flag that an entry changes, or "" where it changes none.
func (e Entry) FlagID() string {
	switch d := e.Data.(type) {
	case FlagAcknowledgement:
		return d.FlagID
	case FlagWoken:
		return d.FlagID
	case FlagRegraded:
		return d.FlagID
	case FlagEscalated:
		return d.FlagID
	case FlagResolution:
		return d.FlagID
	}
	return ""
}

// Kind names the entry.
func (FlagWoken) Kind() string { return "flag.woken" }

// Kind names the entry.
func (FlagRegraded) Kind() string { return "flag.regraded" }

// Kind names the entry.
func (FlagEscalated) Kind() string { return "flag.escalated" }

// Summary describes the entry in a sentence.
func (FlagWoken) Summary() string { return "A snoozed flag asks again" }

// Summary describes the entry in a sentence.
func (f FlagRegraded) Summary() string { return "Flag regraded: " + string(f.Severity) }

// Summary describes the entry in a sentence.
func (f FlagEscalated) Summary() string { return "Flag escalated to " + string(f.To) }

func (c *Case) wake(w FlagWoken, e Entry) error {
	f, err := c.liveFlag(w.FlagID)
	if err != nil {
		return err
	}
	if f.State != FlagSnoozed || f.Asleep(e.On) {
		return fault.Input("flagId", "this flag has no snooze that has run out by %s", e.On)
	}
	f.State, f.SnoozedUntil = FlagAcknowledged, 0
	return nil
}

func (c *Case) regrade(r FlagRegraded, _ Entry) error {
	f, err := c.liveFlag(r.FlagID)
	if err != nil {
		return err
	}
	f.Severity = id.Intern(r.Severity)
	return nil
}

// escalate takes a flag up, never down: only one that is raised again starts
// anew.
func (c *Case) escalate(x FlagEscalated, e Entry) error {
	f, err := c.liveFlag(x.FlagID)
	if err != nil {
		return err
	}
	if slices.Index(EscalationLevels, x.To) <= slices.Index(EscalationLevels, f.Escalation()) {
		return fault.Input("flagId", "this flag was escalated to %s already", f.Escalation())
	}
	f.EscalatedTo, f.EscalatedOn = id.Intern(x.To), e.On
	return nil
}
