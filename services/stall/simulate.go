package stall

import (
	"cmp"
	"maps"
	"slices"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
)

// SimulatedCases is how many cases a simulation names at most.
const SimulatedCases = 50

// simulatedMonths is how far back a simulation looks: so many calendar months,
// the last of which is the present one.
const simulatedMonths = 12

// Compared is what two sets of thresholds flag: those that hold now, and those
// that would hold then.
type Compared struct{ Now, Then int }

// ComparedToday is what two sets of thresholds flag today. Added is flagged by
// the second only, Removed by the first only.
type ComparedToday struct {
	Compared
	Added, Removed int
}

// Simulation is what other thresholds would flag.
type Simulation struct {
	Period calendar.Period   // of which the flags were counted: the last 12 calendar months, the present one up to today
	Rules  []RuleSimulation  // every rule, in the order of the table
	Months []MonthSimulation // the earliest first
	Cases  []id.Case         // flagged today by the other thresholds only, the longest due first; at most SimulatedCases
	Count  int               // of such cases
}

// RuleSimulation is what other thresholds would flag by one rule.
type RuleSimulation struct {
	Rule     casefile.RuleCode
	Today    ComparedToday
	LastYear Compared
}

// MonthSimulation is what other thresholds would have flagged in one month.
type MonthSimulation struct {
	Month calendar.Day // its first day
	Compared
}

// Trial counts what two sets of thresholds flag: case by case for today, and
// history by history for the months before. It keeps figures, not cases. It is
// not safe for concurrent use.
type Trial struct {
	now, then *Thresholds
	today     calendar.Day
	period    calendar.Period
	rules     map[casefile.RuleCode]*RuleSimulation
	months    map[calendar.Day]*MonthSimulation
	added     []addedCase
}

// addedCase is a case that the other thresholds flag, and since when.
type addedCase struct {
	id    id.Case
	dueOn calendar.Day
}

// trouble is what a flag is about, within its case.
type trouble struct {
	rule    casefile.RuleCode
	episode string
}

// NewTrial returns a trial of thresholds beside those that hold now.
func NewTrial(now, then *Thresholds, today calendar.Day) *Trial {
	t := &Trial{now: now, then: then, today: today,
		rules: map[casefile.RuleCode]*RuleSimulation{}, months: map[calendar.Day]*MonthSimulation{}}
	for _, r := range Rules {
		t.rules[r.Code] = &RuleSimulation{Rule: r.Code}
	}
	this := calendar.MonthOf(today).From
	t.period = calendar.Period{From: this.AddMonths(1 - simulatedMonths), To: today}
	for n := range simulatedMonths {
		month := t.period.From.AddMonths(n)
		t.months[month] = &MonthSimulation{Month: month}
	}
	return t
}

// Today counts what is overdue on a case today. What was dismissed by hand is
// flagged by neither.
func (t *Trial) Today(c *casefile.Case) {
	now, then := troubles(c, t.now, t.today), troubles(c, t.then, t.today)
	first := calendar.Day(0)
	for d := range now {
		today := &t.rules[d.rule].Today
		today.Now++
		if _, stays := then[d]; !stays {
			today.Removed++
		}
	}
	for d, dueOn := range then {
		today := &t.rules[d.rule].Today
		today.Then++
		if _, was := now[d]; !was {
			today.Added++
			first = earlier(first, dueOn)
		}
	}
	if !first.IsZero() {
		t.added = append(t.added, addedCase{c.ID, first})
	}
}

// troubles returns what is overdue on a case, with the day on which it was due.
func troubles(c *casefile.Case, th *Thresholds, on calendar.Day) map[trouble]calendar.Day {
	var all map[trouble]calendar.Day
	for _, d := range Outstanding(c, th) {
		if d.Flagged() && d.Overdue(on) {
			if all == nil {
				all = map[trouble]calendar.Day{}
			}
			all[trouble{d.Rule, d.Episode()}] = d.DueOn
		}
	}
	return all
}

// Past is when each trouble of one case was overdue for the first time, by two
// sets of thresholds.
type Past struct{ now, then map[trouble]calendar.Day }

// Replay returns when the troubles of a case were overdue for the first time, as
// scans in the morning of every day up to today would have found them: each knows
// what was recorded on the days before. Flags that scans did raise, and what
// people said to them, change nothing in it. It may be called from several
// goroutines at once.
func (t *Trial) Replay(caseID id.Case, history []casefile.Entry) (Past, error) {
	past := Past{map[trouble]calendar.Day{}, map[trouble]calendar.Day{}}
	c := &casefile.Case{ID: caseID}
	for i, next := 0, 0; i < len(history); i = next {
		recorded := calendar.DayOf(history[i].At)
		for next = i; next < len(history) && calendar.DayOf(history[next].At) == recorded; next++ {
		}
		var err error
		if c, err = grown(c, history, i, next); err != nil {
			return past, err
		}
		until := t.today
		if next < len(history) {
			until = min(until, calendar.DayOf(history[next].At))
		}
		note(past.now, c, t.now, recorded+1, until)
		note(past.then, c, t.then, recorded+1, until)
	}
	return past, nil
}

// grown returns the case with the entries from one place to another, which is
// folded again from its beginning where one of them takes an earlier one back.
func grown(c *casefile.Case, history []casefile.Entry, from, to int) (*casefile.Case, error) {
	for _, e := range history[from:to] {
		if _, corrects := e.Data.(casefile.Reversed); corrects {
			return casefile.Fold(c.ID, history[:to])
		}
	}
	for _, e := range history[from:to] {
		if err := c.Apply(e); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// note takes in the troubles of a case that are overdue on one of some days, on
// each of which the case was the same.
func note(first map[trouble]calendar.Day, c *casefile.Case, th *Thresholds, from, to calendar.Day) {
	if from > to {
		return
	}
	for _, d := range Deadlines(c, th) {
		if on := max(from, d.DueOn+1); d.Flagged() && on <= to {
			key := trouble{d.Rule, d.Episode()}
			if _, known := first[key]; !known {
				first[key] = on
			}
		}
	}
}

// Count counts the past of one case.
func (t *Trial) Count(p Past) {
	for d, on := range p.now {
		if t.period.Contains(on) {
			t.rules[d.rule].LastYear.Now++
			t.months[calendar.MonthOf(on).From].Now++
		}
	}
	for d, on := range p.then {
		if t.period.Contains(on) {
			t.rules[d.rule].LastYear.Then++
			t.months[calendar.MonthOf(on).From].Then++
		}
	}
}

// Result returns what was counted.
func (t *Trial) Result() Simulation {
	s := Simulation{Period: t.period, Count: len(t.added)}
	for _, r := range Rules {
		s.Rules = append(s.Rules, *t.rules[r.Code])
	}
	for _, month := range slices.Sorted(maps.Keys(t.months)) {
		s.Months = append(s.Months, *t.months[month])
	}
	slices.SortFunc(t.added, func(a, b addedCase) int { return cmp.Or(cmp.Compare(a.dueOn, b.dueOn), cmp.Compare(a.id, b.id)) })
	for _, a := range t.added[:min(len(t.added), SimulatedCases)] {
		s.Cases = append(s.Cases, a.id)
	}
	return s
}
