package cohort

import (
	"slices"

	"onward/services/calendar"
	"onward/services/locale"
	"onward/services/track"
)

// Funnel is a way of several steps.
type Funnel struct {
	Code  string
	Label locale.Text
	Steps []Step // the first is how one enters
}

// Step is one step of a funnel.
type Step struct {
	Code  string
	Label locale.Text

	taken func(p Person) []moment
}

// moment is a time at which a step was taken.
type moment struct {
	Start
	spell calendar.Day // the first day of the stay, the job or the return to which it belongs
}

// follows reports whether one step may follow another: on the same day or later,
// and in the same spell or a later one.
func (m moment) follows(before moment) bool {
	return m.At.On >= before.At.On && m.spell >= before.spell
}

// Entrant is one way through a funnel.
type Entrant struct {
	Start
	Steps int // how many were taken, the first included
}

// FunnelDefinition says of every funnel what is counted.
var FunnelDefinition = locale.Text{
	EN: "Distinct persons who took the first step in the period, and how many of them took each later one until the day of the count. A step counts" +
		" only where all before it were taken, each on or after the day of the one before and in the same stay, job or return, or a later one." +
		" Closed cases stay in. Whoever has no consent for REPORTING in force on the day of the first step is left out and counted apart.",
	KM: "ចំនួនមនុស្ស (ម្នាក់រាប់តែម្តង) ដែលបានចាប់ផ្តើមជំហានទីមួយក្នុងកំឡុងពេលនេះ និងចំនួនអ្នកដែលបានឈានដល់ជំហានបន្តបន្ទាប់ រហូតដល់ថ្ងៃរាប់។" +
		" ជំហានមួយត្រូវបានរាប់ លុះត្រាតែបានឆ្លងកាត់ជំហានមុនៗទាំងអស់តាមលំដាប់ថ្ងៃ។ សំណុំរឿងដែលបានបិទក៏រាប់ដែរ។" +
		" អ្នកដែលគ្មានការយល់ព្រមសម្រាប់ការរាយការណ៍នៅថ្ងៃនៃជំហានទីមួយ មិនត្រូវបានរាប់បញ្ចូលទេ ហើយត្រូវបានរាប់ដោយឡែក។",
}

// Funnels lists the funnels. A step counts only where all before it were taken,
// each on or after the day of the one before and in the same spell or a later one;
// whether the case is closed since does not matter.
var Funnels = []Funnel{
	{
		Code:  "REINTEGRATION",
		Label: locale.Text{EN: "From shelter to a stable life", KM: "ពីជម្រករហូតដល់ជីវិតមានស្ថិរភាព"},
		Steps: []Step{
			{"ADMITTED", locale.Text{EN: "Admitted to a shelter", KM: "បានចូលស្នាក់នៅក្នុងជម្រក"}, ofStay(track.Admitted)},
			{"CARE_PLAN_APPROVED", locale.Text{EN: "Care plan approved", KM: "ផែនការថែទាំបានអនុម័ត"}, planned},
			{"READY_TO_LEAVE", locale.Text{EN: "Ready to leave, or left", KM: "រួចរាល់ដើម្បីចាកចេញ ឬបានចាកចេញ"}, ofStay(track.ReadyToLeave, track.Left)},
			{"RETURNED_TO_COMMUNITY", locale.Text{EN: "Returned to the community", KM: "បានវិលត្រឡប់ទៅសហគមន៍"}, ofReturn(track.ReturnedToCommunity)},
			{"FOLLOW_UP_M6_SAFE", locale.Text{EN: "Safe after six months", KM: "មានសុវត្ថិភាពក្រោយប្រាំមួយខែ"}, safe},
			{"STABLE", locale.Text{EN: "Stable", KM: "មានស្ថិរភាព"}, ofReturn(track.Stable)},
		},
	},
	{
		Code:  "EMPLOYMENT",
		Label: locale.Text{EN: "From the career centre to lasting work", KM: "ពីមជ្ឈមណ្ឌលអាជីពរហូតដល់ការងារយូរអង្វែង"},
		Steps: []Step{
			{"REGISTERED", locale.Text{EN: "Registered at a career centre", KM: "បានចុះឈ្មោះនៅមជ្ឈមណ្ឌលអាជីព"}, ofRegistration(track.Registered)},
			{"JOB_READY", locale.Text{EN: "Training completed, or ready for a job", KM: "បានបញ្ចប់ការបណ្តុះបណ្តាល ឬត្រៀមខ្លួនរួចរាល់សម្រាប់ការងារ"}, ofRegistration(track.TrainingCompleted, track.JobReady)},
			{"STARTED", locale.Text{EN: "Started work, with evidence", KM: "បានចូលធ្វើការ ដោយមានភស្តុតាង"}, ofJob(track.Started)},
			{"RETAINED_90", locale.Text{EN: "Still at work after 90 days", KM: "នៅបន្តធ្វើការក្រោយ ៩០ ថ្ងៃ"}, ofJob(track.Retained90, track.Retained180, track.Retained365)},
			{"RETAINED_180", locale.Text{EN: "Still at work after 180 days", KM: "នៅបន្តធ្វើការក្រោយ ១៨០ ថ្ងៃ"}, ofJob(track.Retained180, track.Retained365)},
		},
	},
}

// Entrants returns a person's ways through the funnel, one for each time that she
// entered it until a day.
func (f Funnel) Entrants(p Person, until calendar.Day) []Entrant {
	var all []Entrant
	var taken [][]moment // of each step after the first; found when somebody enters
	for _, entry := range f.Steps[0].taken(p) {
		if entry.At.On > until {
			continue
		}
		if taken == nil {
			taken = f.taken(p, until)
		}
		all = append(all, Entrant{Start: entry.Start, Steps: 1 + reached(entry, taken)})
	}
	return all
}

// taken returns the moments, until a day, at which each step after the first was
// taken.
func (f Funnel) taken(p Person, until calendar.Day) [][]moment {
	taken := make([][]moment, len(f.Steps)-1)
	for i, step := range f.Steps[1:] {
		taken[i] = slices.DeleteFunc(step.taken(p), func(m moment) bool { return m.At.On > until })
	}
	return taken
}

// reached returns how many steps can be taken one after another. It follows every
// way: the first moment of a step need not be the one that leads on.
func reached(entry moment, steps [][]moment) int {
	before := []moment{entry}
	for n, step := range steps {
		var next []moment
		for _, m := range step {
			if slices.ContainsFunc(before, m.follows) {
				next = append(next, m)
			}
		}
		if len(next) == 0 {
			return n
		}
		before = next
	}
	return len(steps)
}

// Counts returns how many took each step: persons, where the entrants are those of
// a Group.
func (f Funnel) Counts(entrants []Entrant) []int {
	counts := make([]int, len(f.Steps))
	for _, e := range entrants {
		for i := range e.Steps {
			counts[i]++
		}
	}
	return counts
}

// milestones returns the moments of some milestones of a log; spell gives the
// first day of a spell, or 0 for one that does not count.
func milestones(r Record, log track.Log, codes []track.Code, spell func(m *track.Milestone) calendar.Day) []moment {
	var all []moment
	for i := range log {
		m := &log[i]
		if !slices.Contains(codes, m.Code()) {
			continue
		}
		if from := spell(m); from != 0 {
			all = append(all, moment{Start{r, m.Stamp}, from})
		}
	}
	return all
}

// ofStay returns a step of the shelter track.
func ofStay(codes ...track.Code) func(Person) []moment {
	return func(p Person) (all []moment) {
		for _, r := range p {
			stays := r.Of.Shelter().Stays
			all = append(all, milestones(r, r.Of.Shelter().Milestones, codes, func(m *track.Milestone) calendar.Day {
				return stays[m.Spell].AdmittedOn
			})...)
		}
		return all
	}
}

// planned returns the approvals of a plan, by the stays for which they hold: one
// that was given before a stay holds from its first day. A plan is approved in the
// shelter or for the return: the same plan.
func planned(p Person) (all []moment) {
	for _, r := range p {
		approvals := milestones(r, r.Of.Shelter().Milestones, []track.Code{track.CarePlanApproved}, anySpell)
		approvals = append(approvals, milestones(r, r.Of.Reintegration.Milestones, []track.Code{track.PlanApproved}, anySpell)...)
		for _, m := range approvals {
			for _, on := range admissions(p) {
				held := moment{m.Start, on}
				held.At.On = max(m.At.On, on)
				all = append(all, held)
			}
		}
	}
	return all
}

func anySpell(m *track.Milestone) calendar.Day { return m.On }

// ofReturn returns a step of the reintegration track, from a return on.
func ofReturn(codes ...track.Code) func(Person) []moment {
	return func(p Person) (all []moment) {
		for _, r := range p {
			returns := r.Of.Reintegration.Returns
			all = append(all, milestones(r, r.Of.Reintegration.Milestones, codes, func(m *track.Milestone) calendar.Day {
				return returns[m.Spell].ReturnedOn
			})...)
		}
		return all
	}
}

// safe returns the follow-ups at six months that found her safe, by which the
// indicator SUSTAINED counts.
func safe(p Person) (all []moment) {
	for _, r := range p {
		state := &r.Of.Reintegration
		all = append(all, milestones(r, state.Milestones, []track.Code{track.FollowUpM6}, func(m *track.Milestone) calendar.Day {
			if !state.SustainedBy(int(m.Spell), m.On) {
				return 0
			}
			return state.Returns[m.Spell].ReturnedOn
		})...)
	}
	return all
}

// ofRegistration returns a step of the career track.
func ofRegistration(codes ...track.Code) func(Person) []moment {
	return func(p Person) (all []moment) {
		for _, r := range p {
			registrations := r.Of.Career().Registrations
			all = append(all, milestones(r, r.Of.Career().Milestones, codes, func(m *track.Milestone) calendar.Day {
				return registrations[m.Spell].RegisteredOn
			})...)
		}
		return all
	}
}

// ofJob returns a step of a job that began with evidence. A later check says as
// much as an earlier one that nobody made.
func ofJob(codes ...track.Code) func(Person) []moment {
	return func(p Person) (all []moment) {
		for _, r := range p {
			placements := r.Of.Employment().Placements
			all = append(all, milestones(r, r.Of.Employment().Milestones, codes, func(m *track.Milestone) calendar.Day {
				if at := &placements[m.Spell]; at.Evidence() != "" {
					return at.StartedOn
				}
				return 0
			})...)
		}
		return all
	}
}
