package casefile

import (
	"slices"

	"onward/services/sealed"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

var flagKinds = []kind{
	always((*Case).raise), always((*Case).acknowledge), always((*Case).wake), always((*Case).regrade),
	always((*Case).escalate), always((*Case).resolve),
}

// RuleCode names a stall rule.
type RuleCode string

// FlagState is where a flag stands.
type FlagState string

// The states of a flag.
const (
	FlagOpen         FlagState = "OPEN"
	FlagAcknowledged FlagState = "ACKNOWLEDGED"
	FlagSnoozed      FlagState = "SNOOZED"
	FlagResolved     FlagState = "RESOLVED"
	FlagReopened     FlagState = "REOPENED"
)

// FlagStates lists the states of a flag.
var FlagStates = []FlagState{FlagOpen, FlagAcknowledged, FlagSnoozed, FlagResolved, FlagReopened}

// Severity says how much a flag presses.
type Severity string

// The severities.
const (
	SeverityLow    Severity = "LOW"
	SeverityMedium Severity = "MEDIUM"
	SeverityHigh   Severity = "HIGH"
)

// Severities lists them, most pressing first.
var Severities = []Severity{SeverityHigh, SeverityMedium, SeverityLow}

// Fact is one thing that a flag rests on: what, when, and by which entry where
// one says so (0 where the fact is that there is none).
type Fact struct {
	Name  string       `json:"name"`
	On    calendar.Day `json:"on,omitzero"`
	Entry int          `json:"entry,omitempty"`
}

// Flag says that a case has stalled. Its identity is the case, the rule and the
// episode: the same trouble never raises a second one.
type Flag struct {
	ID            string       `json:"id"`
	Rule          RuleCode     `json:"rule"`
	Episode       string       `json:"episode"`
	State         FlagState    `json:"state"`
	Severity      Severity     `json:"severity"`
	Since         calendar.Day `json:"since"` // the first day overdue
	DueOn         calendar.Day `json:"dueOn"`
	SnoozedUntil  calendar.Day `json:"snoozedUntil,omitzero"`
	ResolvedOn    calendar.Day `json:"resolvedOn,omitzero"`
	Dismissed     bool         `json:"dismissed,omitempty"` // resolved by hand, with a reason: not raised again
	ThresholdDays int          `json:"thresholdDays,omitempty"`
	RuleVersion   int          `json:"ruleVersion"`
	Facts         []Fact       `json:"facts,omitempty"`

	ThresholdsVersion int `json:"thresholdsVersion,omitempty"` // of the organisation's thresholds; 0 for the defaults

	PressesFrom calendar.Day    `json:"pressesFrom,omitzero"`  // when it was raised the last time, or a hold since has ended: from here its escalation counts
	EscalatedTo EscalationLevel `json:"escalatedTo,omitempty"` // absent while it is with the owner
	EscalatedOn calendar.Day    `json:"escalatedOn,omitzero"`
	Ending                      // of a flag that resolved by itself
}

// Class returns the kind of thing that the flag tells by being there.
func (f Flag) Class() Class { return classOf(f.Rule, f.Facts) }

// Class returns the kind of thing that the flag tells by being there.
func (r FlagRaised) Class() Class { return classOf(r.Rule, r.Facts) }

// Turned18 is the rule that tells a birthday.
const Turned18 RuleCode = "TURNED_18"

func classOf(rule RuleCode, facts []Fact) Class {
	switch {
	case rule == Turned18:
		return ClassIdentity
	case slices.ContainsFunc(facts, func(f Fact) bool { return track.Code(f.Name).Track() == track.Legal }):
		return ClassLegal
	}
	return ClassCase
}

// Live reports whether the flag still asks for something.
func (f Flag) Live() bool { return f.State != FlagResolved }

// FlagRaised is the entry by which a scan raises a flag.
type FlagRaised struct {
	Rule          RuleCode     `json:"rule"`
	Episode       string       `json:"episode"`
	Severity      Severity     `json:"severity"`
	DueOn         calendar.Day `json:"dueOn"`
	ThresholdDays int          `json:"thresholdDays,omitempty"`
	RuleVersion   int          `json:"ruleVersion"`
	Facts         []Fact       `json:"facts,omitempty"`

	ThresholdsVersion int `json:"thresholdsVersion,omitempty"`
}

// FlagAcknowledgement says that somebody has seen the flag, and may mute it for
// a while.
type FlagAcknowledgement struct {
	FlagID      string       `json:"flagId" validate:"required"`
	SnoozeUntil calendar.Day `json:"snoozeUntil,omitzero"`
	track.Remark
}

// FlagResolution ends a flag: by itself when its condition has ended, which has
// a cause, by hand only with a reason. The entries of older versions gave the
// cause in words, as a reason.
type FlagResolution struct {
	FlagID    string      `json:"flagId" validate:"required"`
	Reason    sealed.Text `json:"reason,omitempty" validate:"required,max=500"`
	Automatic bool        `json:"automatic,omitempty"`
	Ending
}

// Kind names the entry.
func (FlagRaised) Kind() string { return "flag.raised" }

// Kind names the entry.
func (FlagAcknowledgement) Kind() string { return "flag.acknowledged" }

// Kind names the entry.
func (FlagResolution) Kind() string { return "flag.resolved" }

// Summary describes the entry in a sentence.
func (f FlagRaised) Summary() string { return "Flag raised: " + string(f.Rule) }

// Summary describes the entry in a sentence.
func (FlagAcknowledgement) Summary() string { return "Flag acknowledged" }

// Summary describes the entry in a sentence.
func (f FlagResolution) Summary() string {
	switch {
	case !f.Automatic:
		return "Flag resolved by hand" // the reason is free text
	case f.Cause == "":
		return "Flag resolved"
	}
	return "Flag resolved: " + f.Ending.summary()
}

// Texts returns the reason of a resolution by hand.
func (f FlagResolution) Texts() []sealed.Text {
	if f.Automatic {
		return nil
	}
	return []sealed.Text{f.Reason}
}

// FlagID returns the identifier of the flag of an episode of a rule on a case.
func FlagID(c id.Case, rule RuleCode, episode string) string {
	return id.FlagPrefix + id.Suffix(c) + "." + string(rule) + "." + episode
}

// Flag returns the flag of an episode of a rule, if it was ever raised.
func (c *Case) Flag(rule RuleCode, episode string) (Flag, bool) {
	i := slices.IndexFunc(c.Flags, func(f Flag) bool { return f.Rule == rule && f.Episode == episode })
	if i < 0 {
		return Flag{}, false
	}
	return c.Flags[i], true
}

func (c *Case) raise(r FlagRaised, e Entry) error {
	flag := Flag{
		ID: FlagID(c.ID, r.Rule, r.Episode), Rule: id.Intern(r.Rule), Episode: id.Intern(r.Episode),
		State: FlagOpen, Severity: id.Intern(r.Severity), Since: r.DueOn + 1, DueOn: r.DueOn, PressesFrom: e.On,
		ThresholdDays: r.ThresholdDays, RuleVersion: r.RuleVersion, ThresholdsVersion: r.ThresholdsVersion, Facts: r.Facts,
	}
	for i := range flag.Facts {
		flag.Facts[i].Name = id.Intern(flag.Facts[i].Name)
	}
	for i, f := range c.Flags {
		if f.ID != flag.ID {
			continue
		}
		if f.Live() {
			return fault.New(fault.Internal, "flag %s is raised already", flag.ID)
		}
		flag.State = FlagReopened // the same trouble again, after a correction
		c.Flags[i] = flag
		return nil
	}
	c.Flags = append(c.Flags, flag)
	return nil
}

func (c *Case) acknowledge(a FlagAcknowledgement, e Entry) error {
	f, err := c.liveFlag(a.FlagID)
	if err != nil {
		return err
	}
	if err := track.NotBefore("on", e.On, f.Since, "the flag"); err != nil {
		return err
	}
	f.State, f.SnoozedUntil = FlagAcknowledged, 0
	if !a.SnoozeUntil.IsZero() {
		if a.SnoozeUntil <= e.On || a.SnoozeUntil > e.On+MaxHoldDays {
			return fault.Input("snoozeUntil", "must be 1 to %d days after %s", MaxHoldDays, e.On)
		}
		f.State, f.SnoozedUntil = FlagSnoozed, a.SnoozeUntil
	}
	return nil
}

func (c *Case) resolve(r FlagResolution, e Entry) error {
	f, err := c.liveFlag(r.FlagID)
	if err != nil {
		return err
	}
	if !r.Automatic { // a scan may be run again for a day that has passed
		if err := track.NotBefore("on", e.On, f.Since, "the flag"); err != nil {
			return err
		}
	}
	f.State, f.ResolvedOn, f.SnoozedUntil, f.Dismissed = FlagResolved, e.On, 0, !r.Automatic
	f.Ending = r.Ending
	f.Cause = id.Intern(r.Cause)
	return nil
}

func (c *Case) liveFlag(flagID string) (*Flag, error) {
	for i := range c.Flags {
		if f := &c.Flags[i]; f.ID == flagID {
			if !f.Live() {
				return nil, fault.Input("flagId", "this flag was resolved on %s already", f.ResolvedOn)
			}
			return f, nil
		}
	}
	return nil, fault.Input("flagId", "there is no such flag on this case")
}
