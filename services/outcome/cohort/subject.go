package cohort

import (
	"cmp"
	"slices"

	"onward/services/calendar"
	"onward/services/employment"
	"onward/services/locale"
	"onward/services/scholarship"
	"onward/services/track"
)

// Subject is what a curve is about.
type Subject struct {
	Code       string
	Label      locale.Text
	Definition locale.Text

	// Spells returns a person's spells, as far as they are known until a day.
	Spells func(p Person, until calendar.Day) []Spell
}

// Subjects lists what there are curves of.
var Subjects = []Subject{
	{
		Code:  "JOB_RETENTION",
		Label: locale.Text{EN: "Staying in work", KM: "ការបន្តមានការងារធ្វើ"},
		Definition: locale.Text{
			EN: "Days from the start of a job, with evidence, to the last day of work after which she was without any job for more than 35 days" +
				" in a row. A job that she left for a better one or for school is followed to that day and is not a loss. Others are followed to" +
				" the last contact with her, and nobody beyond 36 days before the last day of the count.",
			KM: "ចំនួនថ្ងៃចាប់ពីថ្ងៃចូលធ្វើការ ដែលមានភស្តុតាង រហូតដល់ថ្ងៃធ្វើការចុងក្រោយ ដែលក្រោយមកគាត់គ្មានការងារធ្វើលើសពី ៣៥ ថ្ងៃជាប់គ្នា។" +
				" ការងារដែលគាត់ឈប់ដើម្បីទៅធ្វើការងារល្អជាង ឬទៅរៀន មិនរាប់ថាជាការបាត់បង់ការងារទេ។ ចំពោះអ្នកដទៃទៀត រាប់ត្រឹមថ្ងៃទាក់ទងចុងក្រោយ" +
				" ហើយមិនលើសពី ៣៦ ថ្ងៃមុនថ្ងៃចុងក្រោយនៃការរាប់។",
		},
		Spells: jobs,
	},
	{
		Code:  "SCHOOLING",
		Label: locale.Text{EN: "Staying at school", KM: "ការបន្តការសិក្សា"},
		Definition: locale.Text{
			EN: "Days from enrolment under a scholarship to WITHDRAWN, DROPPED_OUT or EXPELLED. Who graduated or was suspended is followed to that" +
				" day, and so is who is at school under another scholarship; others to the last contact with her, or to the check that found her not" +
				" enrolled.",
			KM: "ចំនួនថ្ងៃចាប់ពីថ្ងៃចូលរៀនក្រោមអាហារូបករណ៍ រហូតដល់ថ្ងៃដកខ្លួន បោះបង់ការសិក្សា ឬត្រូវបណ្តេញចេញ។ អ្នកដែលបានបញ្ចប់ការសិក្សា" +
				" ឬត្រូវផ្អាក ព្រមទាំងអ្នកដែលកំពុងរៀនក្រោមអាហារូបករណ៍ផ្សេង រាប់ត្រឹមថ្ងៃនោះ។ ចំពោះអ្នកដទៃទៀត រាប់ត្រឹមថ្ងៃទាក់ទងចុងក្រោយ" +
				" ឬថ្ងៃដែលពិនិត្យឃើញថាមិនបានចូលរៀន។",
		},
		Spells: schooling,
	},
	{
		Code:  "COMMUNITY_STAY",
		Label: locale.Text{EN: "Staying in the community", KM: "ការបន្តរស់នៅក្នុងសហគមន៍"},
		Definition: locale.Text{
			EN: "Days from the return to the community to the next admission to a shelter. Others are followed to the last contact with her.",
			KM: "ចំនួនថ្ងៃចាប់ពីថ្ងៃវិលត្រឡប់ទៅសហគមន៍ រហូតដល់ថ្ងៃចូលស្នាក់នៅក្នុងជម្រកម្តងទៀត។ ចំពោះអ្នកដទៃទៀត រាប់ត្រឹមថ្ងៃទាក់ទងចុងក្រោយ។",
		},
		Spells: community,
	},
}

// spellTo returns a spell from a start to a day; what ended before it was seen to
// go on lasted no day.
func spellTo(start Start, to calendar.Day, ended bool) Spell {
	return Spell{Days: int(max(0, to-start.At.On)), Ended: ended, Start: start}
}

// job is one placement, as it is known on a day.
type job struct {
	Start
	evidence bool
	to       calendar.Day // its last day, or calendar.LastDay where that is not known
	movedOn  bool         // she left it for a better one, or for school
}

// jobs returns the spells of work, in the mode CONTINUOUS_ANY: of jobs that follow
// one another with a gap of at most employment.GapDays. A start without evidence
// begins none, as it makes nobody EMPLOYED, but the job goes on with one.
//
// A loss shows only when the gap is over. So that the last losses are not missing
// while the days at work are counted, nobody is followed beyond the last day on
// which a loss would show.
func jobs(p Person, until calendar.Day) []Spell {
	shown := until - employment.GapDays - 1
	var spells []Spell
	for _, run := range runs(placements(p, until)) {
		i := slices.IndexFunc(run, func(j job) bool { return j.evidence })
		if i < 0 {
			continue
		}
		last := slices.MaxFunc(run, func(a, b job) int { return cmp.Compare(a.to, b.to) })
		switch {
		case last.to <= shown:
			spells = append(spells, spellTo(run[i].Start, last.to, !last.movedOn))
		case last.to <= until:
			spells = append(spells, spellTo(run[i].Start, shown, false))
		default:
			spells = append(spells, spellTo(run[i].Start, min(shown, p.heard(until)), false))
		}
	}
	return spells
}

// placements returns the jobs that began until a day, by their start.
func placements(p Person, until calendar.Day) []job {
	var all []job
	for _, r := range p {
		state := r.Of.Employment()
		for i := range state.Placements {
			at := &state.Placements[i]
			if at.StartedOn > until {
				continue
			}
			over, ended := state.OverBy(i)
			j := job{Start: Start{r, over.Start.Stamp}, evidence: at.Evidence() != "", to: calendar.LastDay}
			if ended {
				j.to, j.movedOn = over.On, over.MovedOn()
			}
			all = append(all, j)
		}
	}
	slices.SortFunc(all, byStart)
	return all
}

// runs cuts jobs, in the order of their starts, where she was without any for too
// long.
func runs(all []job) [][]job {
	var out [][]job
	var to calendar.Day // the last day of the run
	for i, j := range all {
		if i == 0 || to != calendar.LastDay && j.At.On-to-1 > employment.GapDays {
			out, to = append(out, nil), 0
		}
		out[len(out)-1] = append(out[len(out)-1], j)
		to = max(to, j.to)
	}
	return out
}

// schooling returns the spells at school, one for each scholarship under which she
// was enrolled. A break belongs to it: she came back. Graduation is a success, and
// a suspension can be lifted, so that neither is an ending of the curve.
func schooling(p Person, until calendar.Day) []Spell {
	var spells []Spell
	for _, r := range p {
		state := r.Of.Scholarship()
		for i := range state.Scholarships {
			sc := &state.Scholarships[i]
			if sc.EnrolledOn.IsZero() || sc.EnrolledOn > until {
				continue
			}
			start := Start{r, enrolment(state, i).Stamp}
			if sc.EndedOn.IsZero() || sc.EndedOn > until {
				spells = append(spells, spellTo(start, min(p.heard(until), away(sc, until)), false))
				continue
			}
			gaveUp := slices.Contains([]scholarship.Ending{scholarship.Withdrawn, scholarship.DroppedOut, scholarship.Expelled}, sc.Ending)
			spells = append(spells, spellTo(start, sc.EndedOn, gaveUp && !p.atSchool(sc.EndedOn)))
		}
	}
	return spells
}

// enrolment returns the first enrolment under a scholarship.
func enrolment(s *scholarship.State, spell int) track.Milestone {
	i := slices.IndexFunc(s.Milestones, func(m track.Milestone) bool { return int(m.Spell) == spell && m.Code() == track.Enrolled })
	return s.Milestones[i]
}

// away returns the day of the first check that found her not enrolled after she was
// last seen at school, until a day, or calendar.LastDay.
func away(sc *scholarship.Scholarship, until calendar.Day) calendar.Day {
	seen, found := sc.EnrolledOn, calendar.LastDay
	for _, on := range sc.Reenrolled {
		if on <= until {
			seen = on
		}
	}
	for _, t := range sc.Terms {
		if t.Attendance != scholarship.NotEnrolled && t.On <= until {
			seen = max(seen, t.On)
		}
	}
	for _, t := range sc.Terms {
		if t.Attendance == scholarship.NotEnrolled && t.On > seen {
			found = min(found, t.On)
		}
	}
	return found
}

// atSchool reports whether a scholarship that goes on past a day had her enrolled
// by then.
func (p Person) atSchool(on calendar.Day) bool {
	return slices.ContainsFunc(p, func(r Record) bool {
		return slices.ContainsFunc(r.Of.Scholarship().Scholarships, func(sc scholarship.Scholarship) bool {
			return !sc.EnrolledOn.IsZero() && sc.EnrolledOn <= on && (sc.EndedOn.IsZero() || sc.EndedOn > on)
		})
	})
}

// community returns the spells in the community. A return while she is there
// begins none: she has moved. An admission on the day of the return came before it
// [J].
func community(p Person, until calendar.Day) []Spell {
	admitted := admissions(p)
	var spells []Spell
	var back calendar.Day // the admission that ended the last spell, or calendar.LastDay
	for _, start := range returns(p, until) {
		if start.At.On < back {
			continue
		}
		back = calendar.LastDay
		for _, on := range admitted {
			if on > start.At.On {
				back = min(back, on)
			}
		}
		if back <= until {
			spells = append(spells, spellTo(start, back, true))
		} else {
			spells = append(spells, spellTo(start, p.heard(until), false))
		}
	}
	return spells
}

// admissions returns the days of all admissions to a shelter.
func admissions(p Person) []calendar.Day {
	var all []calendar.Day
	for _, r := range p {
		for i := range r.Of.Shelter().Stays {
			all = append(all, r.Of.Shelter().Stays[i].AdmittedOn)
		}
	}
	return all
}

// returns returns the returns until a day, in order.
func returns(p Person, until calendar.Day) []Start {
	var all []Start
	for _, r := range p {
		for _, m := range r.Of.Reintegration.Milestones {
			if m.Code() == track.ReturnedToCommunity && m.On <= until {
				all = append(all, Start{r, m.Stamp})
			}
		}
	}
	slices.SortFunc(all, byStart)
	return all
}
