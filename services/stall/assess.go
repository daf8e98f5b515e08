package stall

import (
	"slices"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/track"
)

// Findings are what a scan finds on a case, in the order in which it is recorded.
type Findings struct {
	Resolve []casefile.FlagResolution
	Wake    []casefile.FlagWoken
	Regrade []casefile.FlagRegraded
	Raise   []casefile.FlagRaised
}

// Data returns the entries that the findings make.
func (f Findings) Data() []casefile.Data {
	all := make([]casefile.Data, 0, len(f.Resolve)+len(f.Wake)+len(f.Regrade)+len(f.Raise))
	all = add(all, f.Resolve)
	all = add(all, f.Wake)
	all = add(all, f.Regrade)
	return add(all, f.Raise)
}

// Settle returns the entries that a change of the case makes at once: the flags
// whose condition it has ended, and those which it has made press more or less.
// The entry is the one that turned before into after. What had ended before, as
// when thresholds were changed, is not laid to its charge.
func Settle(before, after *casefile.Case, by casefile.Entry, th *Thresholds, on calendar.Day) []casefile.Data {
	if len(after.Flags) == 0 {
		return nil
	}
	found := standing(after, Deadlines(after, th), on)
	if len(found.Resolve)+len(found.Regrade) == 0 {
		return nil
	}
	ended := standing(before, Deadlines(before, th), on).Resolve
	all := make([]casefile.Data, 0, len(found.Resolve)+len(found.Regrade))
	for _, r := range found.Resolve {
		if !slices.Contains(ended, r) {
			r.Ending = because(r.Ending, by)
		}
		all = append(all, r)
	}
	return add(all, found.Regrade)
}

// because names the entry that ended a flag. What no longer applies after an entry
// has been recorded by it, or was taken back.
func because(x casefile.Ending, by casefile.Entry) casefile.Ending {
	x.EndedBy = int32(by.Version)
	if x.Cause != casefile.CauseMoot {
		return x
	}
	x.Cause = casefile.CauseRecorded
	if _, reverses := by.Data.(casefile.Reversed); reverses {
		x.Cause = casefile.CauseCorrected
	}
	return x
}

func add[T casefile.Data](all []casefile.Data, found []T) []casefile.Data {
	for _, d := range found {
		all = append(all, d)
	}
	return all
}

// Assess returns what a scan of the case on a day finds, by the thresholds of its
// organisation: the flags to resolve, those whose snooze has run out, those which
// press more or less than they say, and the flags to raise. Applied to the case,
// nothing is left to find that day.
//
// A flag is raised once for each episode. One that was dismissed by hand stays
// dismissed; one that resolved by itself is raised again where its condition
// holds again, as after a correction. A hold resolves nothing; the end of a case
// resolves everything.
func Assess(c *casefile.Case, th *Thresholds, on calendar.Day) Findings {
	due := Deadlines(c, th)
	found := standing(c, due, on)
	for _, d := range due {
		if !d.Flagged() || !d.Overdue(on) || spoken(c, d) {
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

// standing returns what a scan finds on the flags that are live.
func standing(c *casefile.Case, due []Deadline, on calendar.Day) (found Findings) {
	for _, f := range c.Flags {
		if !f.Live() {
			continue
		}
		d, waits := waiting(f, due)
		if ending := ended(c, f, d, waits, on); ending.Cause != "" {
			found.Resolve = append(found.Resolve, casefile.FlagResolution{FlagID: f.ID, Automatic: true, Ending: ending})
			continue
		}
		if f.State == casefile.FlagSnoozed && !f.Asleep(on) {
			found.Wake = append(found.Wake, casefile.FlagWoken{FlagID: f.ID})
		}
		if f.Severity != d.Severity {
			found.Regrade = append(found.Regrade, casefile.FlagRegraded{FlagID: f.ID, Severity: d.Severity})
		}
	}
	return found
}

// waiting returns the deadline of which a flag speaks, if it is there still.
func waiting(f casefile.Flag, due []Deadline) (Deadline, bool) {
	for _, d := range due {
		if d.Rule == f.Rule && d.Episode() == f.Episode {
			return d, true
		}
	}
	return Deadline{}, false
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

// ended says why the condition of a flag has ended, with no cause where it has
// not.
func ended(c *casefile.Case, f casefile.Flag, d Deadline, waits bool, on calendar.Day) casefile.Ending {
	switch {
	case !c.Status.Open():
		return casefile.Ending{Cause: casefile.CauseCaseEnded}
	case !waits:
		return casefile.Ending{Cause: casefile.CauseMoot}
	case d.natural >= on && d.natural > f.DueOn:
		return casefile.Ending{Cause: casefile.CauseMoved, MovedTo: d.natural}
	}
	return casefile.Ending{}
}

// Deriver derives one case after the other, in the same room. The zero value is ready.
// It is not safe for concurrent use.
type Deriver struct{ due []Deadline }

// Derive sets on a case what follows from its deadlines: NextDueOn, the earliest
// day on which something is due; OpenlyDueOn, the earliest of what says nothing of a
// legal matter or a birthday; and ScanOn, the first day on which a scan would
// find something, of today and the days after it. Only the writer of a case that
// is not published yet may call it.
func (r *Deriver) Derive(c *casefile.Case, th *Thresholds, today calendar.Day) {
	c.NextDueOn, c.OpenlyDueOn, c.ScanOn = 0, 0, 0
	r.due = AppendDeadlines(r.due[:0], c, th)
	due := r.due
	for _, d := range due {
		if f, raised := FlagOf(c, d); !raised || !f.Dismissed {
			c.NextDueOn = earlier(c.NextDueOn, d.DueOn)
			if d.Openly() {
				c.OpenlyDueOn = earlier(c.OpenlyDueOn, d.DueOn)
			}
			if d.Flagged() && (!raised || !f.Live()) {
				c.ScanOn = earlier(c.ScanOn, d.DueOn+1)
			}
		}
	}
	for _, f := range c.Flags {
		if f.State == casefile.FlagSnoozed {
			c.ScanOn = earlier(c.ScanOn, f.SnoozedUntil+1)
		}
	}
	// Nothing but a change of the thresholds leaves a flag that is to be resolved
	// or regraded.
	if found := standing(c, due, today); len(found.Resolve)+len(found.Regrade) > 0 {
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
