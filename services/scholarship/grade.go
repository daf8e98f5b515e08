package scholarship

import (
	"cmp"
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/track"
)

// Result is what came of a grade.
type Result string

// The results.
const (
	Passed    Result = "PASSED"    // passed; with a next grade, goes on to it
	Promoted  Result = "PROMOTED"  // moved up to the next grade, with or without an examination
	Failed    Result = "FAILED"    // did not pass; what comes next is not decided
	Repeating Result = "REPEATING" // does the same grade again
)

// GradeResult is what came of one grade, on one day.
type GradeResult struct {
	On     calendar.Day `json:"on"`
	Grade  sealed.Text  `json:"grade"`
	Result Result       `json:"result"`
	Next   sealed.Text  `json:"next,omitempty"` // the grade that follows, which for REPEATING is the same
}

// GradeStep is one step of a progression: a grade, since when she was in it, and
// what came of it. Result is empty while she is in it.
type GradeStep struct {
	Grade  sealed.Text
	From   calendar.Day
	On     calendar.Day // the day of the result
	Result Result
}

// RecordGrade records what came of a grade. Results are kept in the order of
// their days, whenever they are recorded: a late paper form changes the history,
// not the grade in which she is now.
func (s *State) RecordGrade(g GradeRecorded, at track.Stamp) error {
	i, err := s.awarded(g.ScholarshipID)
	if err != nil {
		return err
	}
	sc := &s.Scholarships[i]
	if sc.EnrolledOn.IsZero() {
		return fault.Input("scholarshipId", "she is not enrolled yet; record the enrolment first")
	}
	if err := track.NotBefore("on", at.On, sc.EnrolledOn, "the enrolment"); err != nil {
		return err
	}
	r := GradeResult{On: at.On, Grade: cmp.Or(g.Grade, sc.Grade), Result: id.Intern(g.Result), Next: g.NextGrade}
	if r.Result == Repeating && r.Next == "" {
		r.Next = r.Grade
	}
	if err := sc.fits(r); err != nil {
		return err
	}
	if err := track.Full("grade", len(sc.Results)+1, "grades of one scholarship"); err != nil {
		return err
	}
	place := slices.IndexFunc(sc.Results, func(o GradeResult) bool { return o.On > r.On })
	if place < 0 {
		place = len(sc.Results)
		if r.Next != "" && r.On >= sc.lastEnrolment() {
			sc.Grade = r.Next
		}
	}
	sc.Results = slices.Insert(sc.Results, place, r)
	return nil
}

// done reports whether the result leaves the grade behind.
func (r GradeResult) done() bool { return r.Result == Passed || r.Result == Promoted }

// fits refuses a result that contradicts itself or another one.
func (sc *Scholarship) fits(r GradeResult) error {
	switch {
	case r.Grade == "":
		return fault.Input("grade", "is needed: the scholarship has no grade yet")
	case r.Result == Promoted && r.Next == "":
		return fault.Input("nextGrade", "is needed for PROMOTED: the grade to which she moved up")
	case r.Result == Failed && r.Next != "":
		return fault.Input("nextGrade", "a grade that was failed has none; record REPEATING or PROMOTED where it is decided")
	case r.Result == Repeating && !r.Next.Same(r.Grade):
		return fault.Input("nextGrade", "who repeats a grade stays in it; leave the next grade out")
	case r.done() && r.Next != "" && r.Next.Same(r.Grade):
		return fault.Input("nextGrade", "is the grade that was completed; the next one has another name")
	}
	for _, o := range sc.Results {
		first, then := o, r
		if r.On < o.On {
			first, then = r, o
		}
		if o.Grade.Same(r.Grade) && (first.done() || first.On == then.On) {
			return fault.Input("grade", "the result of this grade was recorded as %s on %s already; reverse that entry to correct it", o.Result, o.On)
		}
	}
	return nil
}

// Grades returns her progression from the enrolment on, in the order of its days.
func (sc *Scholarship) Grades() []GradeStep {
	if sc.EnrolledOn.IsZero() {
		return nil
	}
	steps := make([]GradeStep, 0, len(sc.Results)+1)
	from := sc.EnrolledOn
	for _, r := range sc.Results {
		from = max(from, sc.enrolmentBy(r.On))
		steps = append(steps, GradeStep{Grade: r.Grade, From: from, On: r.On, Result: r.Result})
		from = r.On
	}
	if goesOn := len(sc.Results) == 0 || sc.Results[len(sc.Results)-1].Next != "" || sc.lastEnrolment() > from; sc.Grade != "" && goesOn {
		steps = append(steps, GradeStep{Grade: sc.Grade, From: max(from, sc.lastEnrolment())})
	}
	return steps
}

// enrolmentBy returns the day of the last enrolment that is not after a day.
func (sc *Scholarship) enrolmentBy(on calendar.Day) calendar.Day {
	last := sc.EnrolledOn
	for _, again := range sc.Reenrolled {
		if again <= on {
			last = again
		}
	}
	return last
}
