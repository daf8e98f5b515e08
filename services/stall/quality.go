package stall

import (
	"slices"
	"strings"

	"onward/services/calendar"
	"onward/services/casefile"
)

// followedWithin is how many days people have to act on a flag, to be counted as
// having followed it.
const followedWithin = 14

// Quality is what came of the flags of one rule that were raised for the first
// time in a period. Raised is the sum of ResolvedByThemselves, Dismissed and
// StillOpen: each flag counts by where it stands now.
type Quality struct {
	Rule                 casefile.RuleCode
	Raised               int
	FollowedWithin14Days int // on whose case somebody recorded something in that time, beside what concerns flags
	ResolvedByThemselves int
	Dismissed            int // by hand
	StillOpen            int
	Reopened             int      // raised again at least once, whatever became of them
	MedianDaysOpen       *float64 // of those that have ended, without the days between an end and a reopening; nil where none has
}

// Appraisal measures the quality of the rules from histories, one by one. It
// keeps figures, not histories. It is not safe for concurrent use.
type Appraisal struct {
	period calendar.Period
	rules  map[casefile.RuleCode]*tally
}

// tally is what is known of the flags of one rule.
type tally struct {
	Quality
	daysOpen []int
}

// NewAppraisal returns an appraisal of the flags of a period.
func NewAppraisal(period calendar.Period) *Appraisal {
	a := &Appraisal{period: period, rules: map[casefile.RuleCode]*tally{}}
	for _, r := range Rules {
		a.rules[r.Code] = &tally{Quality: Quality{Rule: r.Code}}
	}
	return a
}

// course is what became of one flag.
type course struct {
	first    casefile.Entry // that raised it
	rule     casefile.RuleCode
	raisedOn calendar.Day // the last time
	open     bool
	byHand   bool // how it ended the last time
	days     int  // open, without the present spell
	reopened bool
	followed bool
}

// Add takes in the history of one case.
func (a *Appraisal) Add(history []casefile.Entry) {
	for _, f := range courses(history) {
		if t, known := a.rules[f.rule]; known && a.period.Contains(f.first.On) {
			t.count(f)
		}
	}
}

// courses returns what became of every flag of a case.
func courses(history []casefile.Entry) []*course {
	var all []*course
	flags := map[string]*course{}
	for _, e := range history {
		switch d := e.Data.(type) {
		case casefile.FlagRaised:
			key := casefile.FlagID(e.CaseID, d.Rule, d.Episode)
			f, again := flags[key]
			if !again {
				f = &course{first: e, rule: d.Rule}
				flags[key], all = f, append(all, f)
			}
			f.open, f.raisedOn, f.reopened = true, e.On, f.reopened || again
		case casefile.FlagResolution:
			if f, known := flags[d.FlagID]; known && f.open {
				f.open, f.byHand = false, !d.Automatic
				f.days += max(0, int(e.On-f.raisedOn)) // a scan may be run again for a day that has passed
			}
		default:
			if acted(e) {
				followed(all, e)
			}
		}
	}
	return all
}

// acted reports whether the entry is something that a person did on the case,
// beside handling its flags, and has not been taken back.
func acted(e casefile.Entry) bool {
	return e.By != "" && e.ReversedBy == 0 && !strings.HasPrefix(e.Kind(), "flag.")
}

// followed marks the flags after whose raising the entry was recorded in time.
func followed(flags []*course, e casefile.Entry) {
	for _, f := range flags {
		if calendar.DayOf(e.At)-calendar.DayOf(f.first.At) <= followedWithin {
			f.followed = true
		}
	}
}

func (t *tally) count(f *course) {
	t.Raised++
	if f.followed {
		t.FollowedWithin14Days++
	}
	if f.reopened {
		t.Reopened++
	}
	switch {
	case f.open:
		t.StillOpen++
		return
	case f.byHand:
		t.Dismissed++
	default:
		t.ResolvedByThemselves++
	}
	t.daysOpen = append(t.daysOpen, f.days)
}

// Result returns the quality of every rule, in the order of the table.
func (a *Appraisal) Result() []Quality {
	all := make([]Quality, len(Rules))
	for i, r := range Rules {
		t := a.rules[r.Code]
		all[i] = t.Quality
		all[i].MedianDaysOpen = median(t.daysOpen)
	}
	return all
}

// median returns the middle of numbers, or nil where there are none.
func median(numbers []int) *float64 {
	n := len(numbers)
	if n == 0 {
		return nil
	}
	slices.Sort(numbers)
	m := float64(numbers[(n-1)/2]+numbers[n/2]) / 2
	return &m
}
