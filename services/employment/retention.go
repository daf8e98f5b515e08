package employment

import "onward/services/calendar"

// WindowDays is how many days before and after a point its check is good [J].
const WindowDays = 15

// GapDays is for how many days in a row she may be without a job and still be
// retained in mode CONTINUOUS_ANY [J].
const GapDays = 35

// Mode is a way to count retention.
//
// All three ask about the day of a point: 90, 180 or 365 days after a start. The
// start is that of a placement, or of the spell of work, which begins with her
// first placement ever.
//
//   - SNAPSHOT: on that day she is at work, in any job.
//   - CONTINUOUS_ANY: so she is, and at no time since the start was she without
//     any job for more than 35 days in a row. The days between the last day of one
//     job and the first day of the next are counted, without these two.
//   - CONTINUOUS_SAME: on that day she is at work in the job with which it began.
//
// Whoever is retained in one mode is retained in those above it.
type Mode string

// The modes, from the weakest to the strongest.
const (
	Snapshot       Mode = "SNAPSHOT"
	ContinuousAny  Mode = "CONTINUOUS_ANY"
	ContinuousSame Mode = "CONTINUOUS_SAME"
)

// Modes lists them in order.
var Modes = []Mode{Snapshot, ContinuousAny, ContinuousSame}

// Retained says whether she was retained.
type Retained string

// The answers. UNKNOWN is that the day has not come yet, or that nobody has
// looked.
const (
	Yes     Retained = "YES"
	No      Retained = "NO"
	Unknown Retained = "UNKNOWN"
)

// Retention is whether she was retained at a point, in a mode.
type Retention struct {
	Mode     Mode
	Point    Point
	On       calendar.Day // the day of the point
	Retained Retained
}

// Retentions returns the answer in every mode at every point, counted from her
// first start: at most nine, and none where she never started a job.
func (s *State) Retentions(asOf calendar.Day) []Retention {
	all := []Retention{}
	if len(s.Placements) == 0 {
		return all
	}
	for _, m := range Modes {
		for _, p := range Points {
			all = append(all, Retention{Mode: m, Point: p, On: s.firstStart() + calendar.Day(p.Days()), Retained: s.Retention(m, p, asOf)})
		}
	}
	return all
}

// Retention says whether she was retained at a point of her spell of work, as far
// as is known and due on a day. It is UNKNOWN where she never started a job.
func (s *State) Retention(mode Mode, point Point, asOf calendar.Day) Retained {
	start := s.firstStart()
	day := start + calendar.Day(point.Days())
	if len(s.Placements) == 0 || day > asOf {
		return Unknown
	}
	switch mode {
	case Snapshot:
		return s.atWork(day)
	case ContinuousAny:
		return s.continuous(start, day)
	}
	return anyOf(s.Placements, func(p *Placement) Retained {
		if p.StartedOn != start {
			return No
		}
		return p.atWork(day)
	})
}

// Retentions returns the answers for the placement itself, in mode
// CONTINUOUS_SAME: one for each point.
func (p *Placement) Retentions(asOf calendar.Day) []Retention {
	all := make([]Retention, len(Points))
	for i, point := range Points {
		day := p.StartedOn + calendar.Day(point.Days())
		all[i] = Retention{Mode: ContinuousSame, Point: point, On: day, Retained: Unknown}
		if day <= asOf {
			all[i].Retained = p.atWork(day)
		}
	}
	return all
}

func (s *State) firstStart() calendar.Day {
	var first calendar.Day
	for i := range s.Placements {
		if on := s.Placements[i].StartedOn; first.IsZero() || on < first {
			first = on
		}
	}
	return first
}

// continuous says whether she was at work on a day and never without a job for
// more than GapDays since the start.
func (s *State) continuous(start, day calendar.Day) Retained {
	without, unproven := 0, 0 // days in a row without a job, and without one that is known
	answer := s.atWork(day)
	for d := start; d <= day; d++ {
		switch s.atWork(d) {
		case Yes:
			without, unproven = 0, 0
		case No:
			without, unproven = without+1, unproven+1
		case Unknown:
			without, unproven = 0, unproven+1
		}
		if without > GapDays {
			return No
		}
		if unproven > GapDays && answer == Yes {
			answer = Unknown
		}
	}
	return answer
}

// atWork says whether she was at work on a day, in any job.
func (s *State) atWork(day calendar.Day) Retained {
	return anyOf(s.Placements, func(p *Placement) Retained { return p.atWork(day) })
}

// anyOf is YES if any answer is, and NO only if all are.
func anyOf(all []Placement, answer func(*Placement) Retained) Retained {
	sum := No
	for i := range all {
		switch answer(&all[i]) {
		case Yes:
			return Yes
		case Unknown:
			sum = Unknown
		}
	}
	return sum
}

// atWork says whether she was at work in this job on a day:
//
//   - from its start to the last day on which she is known to have worked there,
//     which is that of a check that found her at work, or the day of the end;
//   - for WindowDays more if it has not ended: a check so near to the day is good
//     for it;
//   - not before its start nor after its end, and, where a check found her gone
//     and no end is recorded, not from WindowDays before that check.
//
// Of the days after these nothing is known until somebody looks.
func (p *Placement) atWork(day calendar.Day) Retained {
	seen, gone := p.seen()
	switch {
	case day < p.StartedOn:
		return No
	case day <= seen:
		return Yes
	case !p.EndedOn.IsZero(), !gone.IsZero() && day >= gone-WindowDays:
		return No
	case day <= seen+WindowDays:
		return Yes
	}
	return Unknown
}

// seen returns the last day on which she is known to have worked there, and that
// of the first check that found her gone, if there was one.
func (p *Placement) seen() (last, gone calendar.Day) {
	if !p.EndedOn.IsZero() {
		return p.EndedOn, 0
	}
	last = p.StartedOn
	for _, c := range p.Checks {
		switch {
		case c.Employed:
			last = max(last, c.On)
		case gone.IsZero() || c.On < gone:
			gone = c.On
		}
	}
	return last, gone
}
