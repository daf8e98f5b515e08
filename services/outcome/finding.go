package outcome

import (
	"cmp"
	"iter"
	"slices"

	"onward/services/assessment"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/id"
	"onward/services/outcome/cohort"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/stall"
	"onward/services/track"
)

// planDays is within how many days of its opening a case is to have an approved
// plan: one month, as IOM's handbook has it.
const planDays = 30

// open yields the stretches in which a case was open, the first first. A case
// that was declined or merged into another has none: nothing was open here.
func open(c *casefile.Case) iter.Seq[calendar.Period] {
	return func(yield func(calendar.Period) bool) {
		if c.Status == casefile.Declined || c.MergedInto() != "" {
			return
		}
		from := c.OpenedOn
		for _, closing := range c.Closings {
			if !yield(calendar.Period{From: from, To: closing.On}) {
				return
			}
			if from = closing.ReopenedOn; from.IsZero() {
				return
			}
		}
		yield(calendar.Period{From: from, To: cmp.Or(c.ClosedOn, calendar.LastDay)})
	}
}

// planned finds whether a case that was open for a month had a plan by then.
func planned(_ *Query, c *casefile.Case, found func(sighting)) {
	due := c.OpenedOn + planDays
	for first := range open(c) {
		if first.To >= due {
			found(plannedBy(c, due))
		}
		break
	}
}

// plannedBy returns whether a case had a plan by a day.
func plannedBy(c *casefile.Case, due calendar.Day) sighting {
	s := ofCase(c, due)
	s.entries[0] = 1
	if on, entry := firstPlan(c); !on.IsZero() && on <= due {
		s.hit, s.entries[1] = true, int32(entry)
	}
	return s
}

// firstPlan returns the day on which a plan was first approved, and by which entry.
func firstPlan(c *casefile.Case) (on calendar.Day, entry int) {
	for _, a := range c.Approvals {
		if a.Of() == casefile.PlanApproval && a.State() == casefile.ApprovalGiven && (on.IsZero() || a.DecidedOn < on) {
			on, entry = a.DecidedOn, int(a.Answer)
		}
	}
	return on, entry
}

// closed finds how long the case was open before each closing.
func closed(_ *Query, c *casefile.Case, found func(sighting)) {
	if c.MergedInto() != "" {
		return
	}
	from := c.OpenedOn
	for _, closing := range c.Closings {
		s := ofCase(c, closing.On)
		s.entries[0], s.amount = closing.Entry, int(closing.On-from)
		found(s)
		from = closing.ReopenedOn
	}
}

// owned finds who had the case on the last day of each month.
func owned(q *Query, c *casefile.Case, found func(sighting)) {
	from := calendar.Day(0)
	for stretch := range open(c) {
		n, _ := slices.BinarySearch(q.months, max(stretch.From, from))
		from = stretch.To + 1 // on the day of a closing it may be opened again
		for ; n < len(q.months) && q.months[n] <= stretch.To; n++ {
			if owner := c.ProfileOn(q.months[n]).Owner; owner != "" {
				s := ofCase(c, q.months[n])
				s.worker, s.amount = owner, 1
				found(s)
			}
		}
	}
}

// monthEnds returns the last days of months that lie in a period.
func monthEnds(p calendar.Period) []calendar.Day {
	var all []calendar.Day
	for on := calendar.MonthOf(p.From).To; on <= p.To; on = calendar.MonthOf(on + 1).To {
		all = append(all, on)
	}
	return all
}

// completed finds which referrals were done.
func completed(q *Query, c *casefile.Case, found func(sighting)) {
	for _, r := range c.Referrals() {
		if r.Type != casefile.ReferralOf {
			continue
		}
		s := ofCase(c, r.SentOn)
		s.entries[0] = int32(r.Entry)
		if r.State == casefile.ReferralDone {
			s.hit, s.ripens = r.EndedOn <= q.until(), r.EndedOn
		}
		found(s)
	}
}

// kept finds in which terms a scholar was still enrolled.
func kept(_ *Query, c *casefile.Case, found func(sighting)) {
	for spell := range c.Scholarship().Scholarships {
		terms := c.Scholarship().Scholarships[spell].Terms // in the order of their milestones
		for i := range c.Scholarship().Milestones {
			m := &c.Scholarship().Milestones[i]
			if m.Code() != track.AttendanceVerified || int(m.Spell) != spell {
				continue
			}
			s := stamped(&m.Stamp, track.Scholarship)
			s.class, s.hit = classOf(c, spell), terms[0].Attendance != scholarship.NotEnrolled
			found(s)
			terms = terms[1:]
		}
	}
}

// progressed finds how the reintegration index has changed since it was first
// taken with the same instrument.
func progressed(_ *Query, c *casefile.Case, found func(sighting)) {
	for _, a := range c.Assessments() {
		first, ok := firstIndex(c.Assessments(), a)
		if !ok {
			continue
		}
		s := ofCase(c, a.On)
		s.entries, s.amount = [2]int32{int32(a.Entry), int32(first.Entry)}, a.Composite-first.Composite
		found(s)
	}
}

// firstIndex returns the first index that was taken with the instrument of
// another, before it.
func firstIndex(all assessment.State, later assessment.Assessment) (first assessment.Assessment, ok bool) {
	if later.Purpose != assessment.ReintegrationIndex {
		return first, false
	}
	for _, a := range all {
		if a.Purpose == later.Purpose && a.Instrument == later.Instrument && a.On < later.On && (!ok || a.On < first.On) {
			first, ok = a, true
		}
	}
	return first, ok
}

// apart finds the days from one milestone of a case to the next of another kind.
func apart(q *Query, c *casefile.Case, found func(sighting)) {
	from, ok := firstFrom(c, q.Between.From, 0)
	if !ok {
		return
	}
	if to, ok := firstFrom(c, q.Between.To, from.On); ok {
		s := stamped(&to.Stamp, q.Between.To.Track())
		s.class = NotApplicable
		s.entries[1], s.amount = from.Entry, int(to.On-from.On)
		found(s)
	}
}

// firstFrom returns the first milestone of a code from a day on.
func firstFrom(c *casefile.Case, code track.Code, from calendar.Day) (first track.Milestone, ok bool) {
	for _, m := range c.Milestones(code.Track()) {
		if m.Code() == code && m.On >= from && (!ok || m.On < first.On) {
			first, ok = m, true
		}
	}
	return first, ok
}

// settled finds how long each flag was open before it was resolved.
func settled(_ *Query, c *casefile.Case, found func(sighting)) {
	for _, f := range c.Flags {
		if f.Live() || f.ResolvedOn < f.Since {
			continue
		}
		s := ofCase(c, f.ResolvedOn)
		s.amount = int(f.ResolvedOn - f.Since)
		found(s)
	}
}

// stalled reports whether a case had a flag in a period, which ends on the last
// day that is counted at the latest.
func stalled(c *casefile.Case, p calendar.Period) bool {
	return slices.ContainsFunc(c.Flags, func(f casefile.Flag) bool { return during(&f, p) })
}

// contacted reports whether no contact was overdue on a case in a period.
func contacted(c *casefile.Case, p calendar.Period) bool {
	return !slices.ContainsFunc(c.Flags, func(f casefile.Flag) bool { return f.Rule == stall.NoContact && during(&f, p) })
}

// during reports whether the condition of a flag held in a period.
func during(f *casefile.Flag, p calendar.Period) bool {
	return f.Since <= p.To && (f.Live() || p.From <= f.ResolvedOn)
}

// returnedWithin finds which of those who left a shelter came back into one.
func returnedWithin(days calendar.Day) func(cohort.Person, func(record, sighting)) {
	return func(records cohort.Person, found func(record, sighting)) {
		for _, r := range records {
			for i, stay := range r.Of.Stays() {
				left, ok := r.Of.Milestones(track.Shelter).Find(i, track.Left)
				if !ok || stay.Destination == shelter.OtherShelter || stay.Destination == shelter.Hospital {
					continue
				}
				s := stamped(&left.Stamp, track.Shelter)
				s.class, s.on = NotApplicable, left.On+days
				back, came := admittedAfter(records, left)
				if came && back.On <= s.on {
					s.hit, s.entries[1] = true, back.Entry
				}
				found(r, s)
			}
		}
	}
}

// admittedAfter returns the first admission of a person after she left a shelter, by
// the organisation that she had left: to count others would tell it where she is.
func admittedAfter(records cohort.Person, left track.Milestone) (first track.Milestone, ok bool) {
	for _, r := range records {
		for _, m := range r.Of.Milestones(track.Shelter) {
			after := m.On > left.On || m.On == left.On && m.Entry > left.Entry
			if m.Code() == track.Admitted && m.Organisation == left.Organisation && after && (!ok || m.On < first.On) {
				first, ok = m, true
			}
		}
	}
	return first, ok
}

// reemployed finds which of those whose job ended had another within the gap of
// CONTINUOUS_ANY, on a case of the same organisation: to count others would tell it
// that she is helped elsewhere.
func reemployed(records cohort.Person, found func(record, sighting)) {
	for _, r := range records {
		for i := range r.Of.Employment().Placements {
			over, ok := r.Of.Employment().Milestones.Find(i, track.Separated)
			if !ok {
				continue
			}
			s := stamped(&over.Stamp, track.Employment)
			s.class, s.on = NotApplicable, over.On+employment.GapDays
			s.hit = atWorkBetween(records, r.Of.Organisation, &r.Of.Employment().Placements[i], over.On, s.on)
			found(r, s)
		}
	}
}

// atWorkBetween reports whether a person had another job than one at some time
// from one day to another, by the cases of an organisation.
func atWorkBetween(records cohort.Person, home id.Organisation, than *employment.Placement, from, to calendar.Day) bool {
	for _, r := range records {
		for i := range r.Of.Employment().Placements {
			p := &r.Of.Employment().Placements[i]
			if p != than && r.Of.Organisation == home && p.StartedOn <= to && (p.EndedOn.IsZero() || p.EndedOn > from) {
				return true
			}
		}
	}
	return false
}
