package casefile_test

import (
	"fmt"
	"slices"
	"testing"

	"onward/services/career"
	"onward/services/casefile"
	"onward/services/employment"
	"onward/services/followup"
	"onward/services/legal"
	"onward/services/reintegration"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/track"
	"onward/services/track/tracktest"
)

var (
	admitted   = shelter.Admitted{SiteID: "site_shelter"}
	registered = career.Registered{SiteID: "site_centre"}
	awarded    = scholarship.Award{Class: scholarship.Women, Level: scholarship.Bachelor, School: "Lycée"}
	hired      = employment.Started{EmployerName: "Mill", Occupation: "weaver", Type: employment.FullTime}
)

// legalStep is a milestone of the matter that entry 6 of a case began.
func legalStep(code track.Code, v legal.Verdict) casefile.Data {
	return casefile.MilestoneRecorded{Code: code, Step: legal.Step{MatterID: "matter_1.6", Verdict: v}}
}

// log writes the milestones of a track: code, spell, day, entry and site.
func log(c *casefile.Case, k track.Kind) (lines []string) {
	for _, m := range c.Milestones(k) {
		lines = append(lines, fmt.Sprintf("%s %d %s %d %s", m.Code(), m.Spell, m.On, m.Entry, m.Site))
	}
	return lines
}

// TestMilestones proves, for each track, that a milestone is logged with its
// spell, its day, the entry that says so and the site where it was reached: the
// site of the stay or of the registration, and otherwise the case's own.
func TestMilestones(t *testing.T) {
	start := all(intake, []step{do("2026-01-03", activation), do("2026-01-04", casefile.Assigned{SiteID: "site_2"})}) // 5 entries
	for _, c := range []struct {
		kind  track.Kind
		state track.State
		steps []step
		want  []string
	}{
		{track.Shelter, track.InProgress, []step{
			do("2026-02-01", admitted), do("2026-02-02", casefile.MilestoneRecorded{Code: track.NeedsAssessed, SiteID: "site_9"}),
			do("2026-03-01", shelter.Left{Destination: shelter.Family}), do("2026-04-01", shelter.Admitted{SiteID: "site_3"}), do("2026-04-02", reached(track.NeedsAssessed)),
		}, []string{"ADMITTED 0 2026-02-01 6 site_shelter", "NEEDS_ASSESSED 0 2026-02-02 7 site_shelter", "LEFT 0 2026-03-01 8 site_shelter",
			"ADMITTED 1 2026-04-01 9 site_3", "NEEDS_ASSESSED 1 2026-04-02 10 site_3"}},
		{track.Scholarship, track.Ended, []step{
			do("2026-02-01", reached(track.Applied)), do("2026-02-10", awarded), do("2026-03-01", scholarship.Enrolment{}),
			do("2026-06-01", scholarship.TermCheck{Term: "1", Attendance: scholarship.Regular, Completed: true}), do("2026-07-01", scholarship.End{Ending: scholarship.DroppedOut}),
		}, []string{"APPLIED 0 2026-02-01 6 site_2", "AWARDED 0 2026-02-10 7 site_2", "ENROLLED 0 2026-03-01 8 site_2",
			"ATTENDANCE_VERIFIED 0 2026-06-01 9 site_2", "TERM_COMPLETED 0 2026-06-01 9 site_2", "DROPPED_OUT 0 2026-07-01 10 site_2"}},
		{track.Career, track.Completed, []step{
			do("2026-02-01", registered), do("2026-02-02", reached(track.SkillsAssessed)),
			do("2026-02-03", casefile.MilestoneRecorded{Code: track.IntroducedToEmployer, SiteID: "site_9"}), do("2026-02-04", reached(track.JobReady)),
		}, []string{"REGISTERED 0 2026-02-01 6 site_centre", "SKILLS_ASSESSED 0 2026-02-02 7 site_centre",
			"INTRODUCED_TO_EMPLOYER 0 2026-02-03 8 site_9", "JOB_READY 0 2026-02-04 9 site_centre"}},
		{track.Employment, track.Ended, []step{
			do("2026-02-01", casefile.MilestoneRecorded{Code: track.Offered, SiteID: "site_9"}), do("2026-02-02", hired),
			do("2026-05-03", employment.RetentionChecked{Point: employment.Day90, Employed: true}), do("2026-06-01", employment.Ended{Reason: employment.BetterJob}),
		}, []string{"OFFERED 0 2026-02-01 6 site_9", "STARTED 0 2026-02-02 7 site_2", "RETAINED_90 0 2026-05-03 8 site_2", "SEPARATED 0 2026-06-01 9 site_2"}},
		{track.Legal, track.Completed, []step{
			do("2026-02-01", reached(track.Represented)), do("2026-02-02", legalStep(track.ReferredToCourt, "")), do("2026-02-03", legalStep(track.VerdictGiven, legal.Conviction)),
		}, []string{"REPRESENTED 0 2026-02-01 6 site_2", "REFERRED_TO_COURT 0 2026-02-02 7 site_2", "VERDICT 0 2026-02-03 8 site_2"}},
		{track.Reintegration, track.InProgress, []step{
			do("2026-02-01", reached(track.PlanApproved)), do("2026-02-02", returned), do("2026-05-02", followup.Recorded{Point: track.Month3, ContactMade: true}),
			do("2026-05-03", followup.Recorded{Point: track.Unscheduled, ContactMade: true}), do("2026-05-20", reintegration.Returned{LivingWith: reintegration.Spouse}),
		}, []string{"PLAN_APPROVED 0 2026-02-01 6 site_2", "RETURNED_TO_COMMUNITY 0 2026-02-02 7 site_2", "FOLLOW_UP_M3 0 2026-05-02 8 site_2",
			"RETURNED_TO_COMMUNITY 1 2026-05-20 10 site_2"}},
	} {
		got := tracktest.After(t, all(start, c.steps)...)
		if lines := log(got, c.kind); !slices.Equal(lines, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.kind, lines, c.want)
		}
		for _, other := range track.Kinds {
			if want := map[bool]track.State{true: c.state, false: track.NotStarted}[other == c.kind]; got.TrackState(other) != want {
				t.Errorf("a walk of %s leaves %s %s, want %s", c.kind, other, got.TrackState(other), want)
			}
		}
	}
}

// TestServiceSite proves that a service was given where the entry says, and
// otherwise at the site of the case.
func TestServiceSite(t *testing.T) {
	elsewhere := served
	elsewhere.SiteID = "site_9"
	c := tracktest.After(t, all(active, []step{do("2026-02-01", served), do("2026-02-01", elsewhere)})...)
	if d := c.Services; len(d) != 2 || d[0].Site != "site_1" || d[1].Site != "site_9" {
		t.Errorf("services: %+v", d)
	}
}

// TestTracks proves that a case shows all six tracks in order, each with its
// milestones and when they were recorded, and that only tracks have milestones.
func TestTracks(t *testing.T) {
	c := tracktest.After(t, all(active, []step{do("2026-02-01", admitted), do("2026-02-02", hired)})...)
	var kinds []track.Kind
	for _, shown := range c.Tracks() {
		kinds = append(kinds, shown.Kind)
		ms := shown.Milestones()
		if shown.State != c.TrackState(shown.Kind) || shown.Case != c || len(ms) != len(c.Milestones(shown.Kind)) {
			t.Errorf("%s: %s with %d milestones", shown.Kind, shown.State, len(ms))
		}
		for i, m := range ms {
			if m.Case != c || *m.Milestone != c.Milestones(shown.Kind)[i] || !m.RecordedAt().Equal(m.At.Time()) || m.Organisation != "org_1" {
				t.Errorf("%s: %+v", shown.Kind, m.Milestone)
			}
		}
	}
	if !slices.Equal(kinds, track.Kinds) {
		t.Errorf("tracks: %v", kinds)
	}
	if ms, s := c.Milestones("DANCE"), c.TrackState("DANCE"); ms != nil || s != track.NotStarted {
		t.Errorf("no track has %v and is %s", ms, s)
	}
	if len(c.Stays()) != 1 || len(c.Placements()) != 1 || len(c.Scholarships()) != 0 || len(c.Matters()) != 0 || len(c.Services) != 0 {
		t.Error("the spells shown are not those recorded")
	}
}

// TestReach proves which milestones are recorded by themselves, and that a
// refusal names the field to correct.
func TestReach(t *testing.T) {
	safe := []step{do("2026-08-01", followup.Recorded{Point: track.Month6, ContactMade: true, Safe: &yes, HasIncome: &yes})}
	stable := do("2026-09-01", reached(track.Stable))
	tracktest.Refusals(t, []refusal{
		{"no milestone", active, do("2026-02-01", reached("HAPPY")), "code", `"HAPPY" is not a milestone`},
		{"award as a milestone", active, do("2026-02-01", reached(track.Awarded)), "code", "awardScholarship"},
		{"dropping out as a milestone", active, do("2026-02-01", reached(track.DroppedOut)), "code", "endScholarship"},
		{"verdict on another track", active, do("2026-02-01", casefile.MilestoneRecorded{Code: track.Offered, Step: legal.Step{Verdict: legal.Conviction}}), "code", "legal milestones"},
		{"matter on another track", active, do("2026-02-01", casefile.MilestoneRecorded{Code: track.Offered, Step: legal.Step{MatterID: "matter_1.3"}}), "code", "legal milestones"},
		{"STABLE under a HIGH flag", all(flagHigh, safe), stable, "code", "HIGH flag"},
		{"STABLE without its ground", active, stable, "code", "six months"},
	})
	for name, steps := range map[string][]step{
		"safe":                 all(active, safe),
		"under a MEDIUM flag":  all(active, safe, []step{do("2026-03-16", flagged(casefile.SeverityMedium))}),
		"once it was resolved": all(flagHigh, safe, []step{do("2026-08-02", casefile.FlagResolution{FlagID: flagID, Reason: "seen"})}),
	} {
		if c := tracktest.After(t, all(steps, []step{stable})...); c.TrackState(track.Reintegration) != track.Completed {
			t.Errorf("%s: %s", name, c.TrackState(track.Reintegration))
		}
	}
}

// TestCareerCentre proves what the work of a career centre leaves elsewhere in
// the case: a session is a service given at the centre, trainings and
// introductions reach milestones there, and an offer reaches OFFERED.
func TestCareerCentre(t *testing.T) {
	c := tracktest.After(t, all(intake, []step{do("2026-01-03", activation), do("2026-02-01", registered), // 5 entries
		do("2026-02-02", career.SessionHeld{Session: career.LifeSkills}), do("2026-02-03", career.SessionHeld{Session: career.CVWriting, SiteID: "site_9"}),
		do("2026-02-04", career.SessionHeld{Session: career.CVWriting, Service: "training_education_vocational"}),
		do("2026-02-05", career.TrainingBegun{ProviderName: "School", Subject: "weaver", Modality: career.Online}), do("2026-03-05", career.TrainingEnded{TrainingID: "training_1.9", Result: career.Completed}),
		do("2026-03-06", career.Introduced{EmployerName: "Mill", Occupation: "weaver", Result: career.Offered}),
		do("2026-03-07", career.Introduced{EmployerName: "Loom", Occupation: "weaver"}), do("2026-03-08", career.IntroductionAnswered{IntroductionID: "introduction_1.12", Result: career.Offered}),
	})...)
	var services []string
	for _, d := range c.Services {
		services = append(services, fmt.Sprintf("%s %s %d %s", d.Service(), d.On, d.Entry, d.Site))
	}
	if want := []string{"training_education_life_skills 2026-02-02 6 site_centre", "other_other_service 2026-02-03 7 site_9", "training_education_vocational 2026-02-04 8 site_centre"}; !slices.Equal(services, want) {
		t.Errorf("services\n%v\nwant\n%v", services, want)
	}
	for kind, want := range map[track.Kind][]string{
		track.Career: {"REGISTERED 0 2026-02-01 5 site_centre", "TRAINING_STARTED 0 2026-02-05 9 site_centre", "TRAINING_COMPLETED 0 2026-03-05 10 site_centre",
			"INTRODUCED_TO_EMPLOYER 0 2026-03-06 11 site_centre", "INTRODUCED_TO_EMPLOYER 0 2026-03-07 12 site_centre"},
		track.Employment: {"OFFERED 0 2026-03-06 11 site_1", "OFFERED 0 2026-03-08 13 site_1"},
	} {
		if got := log(c, kind); !slices.Equal(got, want) {
			t.Errorf("%s\n%v\nwant\n%v", kind, got, want)
		}
	}
}
