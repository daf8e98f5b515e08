package stall

import (
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/track"
)

// Findings are what a scan finds on a case, in the order in which it is recorded.
type Findings struct {
	Resolve []casefile.FlagResolution
	Raise   []casefile.FlagRaised
}

// Data returns the entries that the findings make.
func (f Findings) Data() []casefile.Data {
	all := make([]casefile.Data, 0, len(f.Resolve)+len(f.Raise))
	for _, r := range f.Resolve {
		all = append(all, r)
	}
	for _, r := range f.Raise {
		all = append(all, r)
	}
	return all
}

// Assess returns what a scan of the case on a day finds, by the thresholds of its
// organisation: the flags to resolve and the flags to raise. Applied to the case,
// nothing is left to find that day.
//
// A flag is raised once for each episode. One that was dismissed by hand stays
// dismissed; one that resolved by itself is raised again where its condition
// holds again, as after a correction. A hold resolves nothing; the end of a case
// resolves everything.
func Assess(c *casefile.Case, th *Thresholds, on calendar.Day) Findings {
	var found Findings
	due := Deadlines(c, th)
	for _, f := range c.Flags {
		if reason := ended(c, f, due, on); f.Live() && reason != "" {
			found.Resolve = append(found.Resolve, casefile.FlagResolution{FlagID: f.ID, Reason: reason, Automatic: true})
		}
	}
	for _, d := range due {
		if d.Rule == "" || !d.Overdue(on) || spoken(c, d) {
			continue
		}
		rule, _ := Find(d.Rule)
		found.Raise = append(found.Raise, casefile.FlagRaised{
			Rule: d.Rule, Episode: d.Episode(), Severity: d.Severity, DueOn: d.DueOn,
			ThresholdDays: d.ThresholdDays, RuleVersion: rule.Version, ThresholdsVersion: th.Version, Facts: d.Facts(),
		})
	}
	return found
}

// spoken reports whether a flag speaks for the deadline already, or was
// dismissed.
func spoken(c *casefile.Case, d Deadline) bool {
	if len(c.Flags) == 0 {
		return false
	}
	f, raised := c.Flag(d.Rule, d.Episode())
	return raised && (f.Live() || f.Dismissed)
}

// ended says why the condition of a flag has ended, or nothing where it has not.
func ended(c *casefile.Case, f casefile.Flag, due []Deadline, on calendar.Day) string {
	if !c.Status.Open() {
		return "the case has ended"
	}
	for _, d := range due {
		if d.Rule == f.Rule && d.Episode() == f.Episode {
			if d.natural >= on && d.natural > f.DueOn {
				return "the day on which it is due has moved to " + d.natural.String()
			}
			return ""
		}
	}
	return "what was missing has been recorded, or no longer applies"
}

// Derive sets on a case what follows from its deadlines: NextDueOn, the earliest
// day on which something is due, and ScanOn, the first day on which a scan would
// find something, of today and the days after it. Only the writer of a case that
// is not published yet may call it.
func Derive(c *casefile.Case, th *Thresholds, today calendar.Day) {
	c.NextDueOn, c.ScanOn = 0, 0
	for _, d := range Deadlines(c, th) {
		if f, raised := FlagOf(c, d); !raised || !f.Dismissed {
			c.NextDueOn = earlier(c.NextDueOn, d.DueOn)
			if d.Rule != "" && (!raised || !f.Live()) {
				c.ScanOn = earlier(c.ScanOn, d.DueOn+1)
			}
		}
	}
	// Nothing but a change of the thresholds leaves a flag that is to be resolved.
	if len(c.Flags) > 0 && len(Assess(c, th, today).Resolve) > 0 {
		c.ScanOn = earlier(c.ScanOn, today)
	}
}

// FlagOf returns the flag that was raised for a deadline, if one ever was.
func FlagOf(c *casefile.Case, d Deadline) (casefile.Flag, bool) {
	if len(c.Flags) == 0 {
		return casefile.Flag{}, false
	}
	return c.Flag(d.Rule, d.Episode())
}

// earlier returns the earlier of two days, of which the first may be unknown.
func earlier(a, b calendar.Day) calendar.Day {
	if a.IsZero() || b < a {
		return b
	}
	return a
}

// Outstanding returns the deadlines that ask for something: all but those that
// were dismissed by hand.
func Outstanding(c *casefile.Case, th *Thresholds) []Deadline {
	var out []Deadline
	for _, d := range Deadlines(c, th) {
		if f, raised := FlagOf(c, d); !raised || !f.Dismissed {
			out = append(out, d)
		}
	}
	return out
}

// NextDueOn returns the earliest day on which something is due on a track, or
// the zero Day.
func NextDueOn(c *casefile.Case, th *Thresholds, kind track.Kind) calendar.Day {
	var next calendar.Day
	for _, d := range Outstanding(c, th) {
		if d.Track == kind {
			next = earlier(next, d.DueOn)
		}
	}
	return next
}
