// Package attention finds what needs attention in the figures of an organisation:
// targets that were missed or that lag behind, and cohorts that fall behind the
// ones before them. It keeps what it found, for the worklists of those who steer.
package attention

import (
	"math"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/outcome"
)

// Reason says what is wrong with a figure.
type Reason string

// The reasons.
const (
	TargetMissed Reason = "TARGET_MISSED" // the period has ended, and the figure is on the wrong side of the target
	TargetLags   Reason = "TARGET_LAGS"   // the period ends soon, and the figure is behind the share of the time that has gone
	CohortBehind Reason = "COHORT_BEHIND" // what a cohort began lasts less long than it did for the cohort before
)

// Item is one figure that needs attention. It has a target or a cohort, by its
// reason.
type Item struct {
	Reason  Reason       `json:"reason"`
	FoundOn calendar.Day `json:"foundOn"` // the first day on which it was found, without a break since
	Target  *Target      `json:"target,omitempty"`
	Cohort  *Cohort      `json:"cohort,omitempty"`
}

// Target is a target beside what has been reached. Numbers are as in the target:
// of a share in percent, of a distribution the median of its days.
type Target struct {
	Code     outcome.Code `json:"indicator"`
	From     calendar.Day `json:"from"`
	To       calendar.Day `json:"to"`
	Version  int          `json:"version"` // of the target that was judged
	Target   float64      `json:"target"`
	Reached  float64      `json:"reached"`
	Expected float64      `json:"expected,omitempty"` // by now, of a target that lags
}

// Cohort is a cohort beside the one before it.
type Cohort struct {
	Subject       string       `json:"subject"` // the code of the curve
	From          calendar.Day `json:"from"`    // the starts of the cohort
	To            calendar.Day `json:"to"`
	Persons       int          `json:"persons"`
	PersonsBefore int          `json:"personsBefore"`
	Ended         int          `json:"ended"`
	Expected      float64      `json:"expected"` // how many endings there would be if both were alike
	P             float64      `json:"p"`        // of this comparison alone
}

// Indicator returns the indicator of the target.
func (t Target) Indicator() outcome.Indicator {
	i, _ := outcome.Find(t.Code)
	return i
}

// Key names what the item is about, the same while it is the same.
func (i Item) Key() string {
	if i.Cohort != nil {
		return string(i.Reason) + "-" + i.Cohort.Subject + "-" + i.Cohort.From.String()
	}
	return string(i.Reason) + "-" + string(i.Target.Code) + "-" + i.Target.From.String() + "-" + i.Target.To.String()
}

// DueOn is the day on which the item was found; a target that lags is due when its
// period ends.
func (i Item) DueOn() calendar.Day {
	if i.Reason == TargetLags {
		return i.Target.To
	}
	return i.FoundOn
}

// Severity is how much the item presses: what can still be reached less [J].
func (i Item) Severity() casefile.Severity {
	if i.Reason == TargetLags {
		return casefile.SeverityLow
	}
	return casefile.SeverityMedium
}

// pressingDays is for how long after its period a missed target needs attention:
// a year [J]. Who reports on the year has seen it by then.
const pressingDays = 365

// Judged reports whether a target is to be judged as of a day: its period ended
// within a year, or is in its last third and a lag would show. One of an indicator
// that there is no more is not.
func Judged(t directory.Target, asOf calendar.Day) bool {
	if _, known := outcome.Find(outcome.Code(t.Indicator)); !known {
		return false
	}
	if t.To < asOf {
		return asOf-t.To <= pressingDays
	}
	return lastThird(t, asOf) && grows(outcome.Code(t.Indicator))
}

// lastThird reports whether two thirds of the days of a target's period have gone
// by when a day begins.
func lastThird(t directory.Target, asOf calendar.Day) bool {
	return 3*(asOf-t.From) >= 2*(t.To-t.From+1)
}

// grows reports whether the figure of an indicator adds up as time goes by. What
// is active on a last day does not, and neither do shares, days and means.
func grows(code outcome.Code) bool {
	i, ok := outcome.Find(code)
	return ok && i.Measure == outcome.Count && i.Unit != outcome.NetworkUnit && !i.LowerIsBetter
}

// Judge holds a row, as it is as of a day, against a target that is Judged. It
// returns false where there is nothing to say: the target is met, or there is no
// figure, as of a share without a base.
func Judge(t directory.Target, row outcome.Row, asOf calendar.Day) (Item, bool) {
	reached, ok := figure(row)
	if !ok {
		return Item{}, false
	}
	found := Target{Code: row.Code, From: t.From, To: t.To, Version: t.Version, Target: *t.Value, Reached: reached}
	if t.To < asOf {
		return Item{Reason: TargetMissed, FoundOn: asOf, Target: &found}, missed(row.Indicator(), reached, *t.Value)
	}
	gone := float64(asOf-t.From) / float64(t.To-t.From+1)
	found.Expected = math.Floor(*t.Value*gone + rounding)
	return Item{Reason: TargetLags, FoundOn: asOf, Target: &found}, reached < found.Expected
}

func missed(i outcome.Indicator, reached, target float64) bool {
	if i.LowerIsBetter {
		return reached > target
	}
	return reached < target
}

// rounding is more than what a product of shares can be wrong by.
const rounding = 1e-9

// figure returns the number of a row that a target is about, to one place after
// the point: as it is shown, so that a reason never contradicts itself.
func figure(r outcome.Row) (value float64, ok bool) {
	switch r.Indicator().Measure {
	case outcome.Count:
		return float64(r.Value), true
	case outcome.Share:
		if r.Base > 0 {
			return tenths(100 * float64(r.Value) / float64(r.Base)), true
		}
	case outcome.Distribution:
		if r.Days != nil {
			return tenths(r.Days.Median), true
		}
	case outcome.Mean:
		if r.Mean != nil {
			return tenths(*r.Mean), true
		}
	}
	return 0, false
}

func tenths(v float64) float64 { return math.Round(v*10) / 10 }
