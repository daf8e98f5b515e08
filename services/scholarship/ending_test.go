package scholarship_test

import (
	"fmt"
	"testing"

	"onward/services/id"
	"onward/services/scholarship"
	"onward/services/sealed"
	"onward/services/track"
	"onward/services/track/tracktest"
)

func because(ending scholarship.Ending, code scholarship.EndReason, words, at string) step {
	return func(s *state) error {
		return s.End(scholarship.End{Ending: ending, ReasonCode: code, Reason: sealed.Text(words)}, tracktest.On(at))
	}
}

func resume(scholarshipID, at string) step {
	return func(s *state) error {
		return s.Resume(scholarship.Resumption{ScholarshipID: scholarshipID}, tracktest.On(at))
	}
}

func grant(scholarshipID, newID, at string) step {
	return func(s *state) error {
		return s.Award(scholarship.Award{ScholarshipID: scholarshipID, Class: scholarship.Women, Level: scholarship.Bachelor, School: "Lycée"}, id.Named(newID), tracktest.On(at))
	}
}

// TestEndingRefusals proves the rules of reasons, of suspensions, of breaks and of
// the waiting list.
func TestEndingRefusals(t *testing.T) {
	given, at := award("a", "2026-03-01"), enrol("", "2026-04-01")
	suspended := end("", scholarship.Suspended, "2026-05-01")
	listed := []step{apply("2026-01-01"), end("", scholarship.Waitlisted, "2026-01-10")}
	twice := append(listed[:2:2], apply("2026-02-01"), end("", scholarship.Waitlisted, "2026-02-10"))
	tracktest.Refusals(t, []refusal{
		{"a graduation with a reason", []step{given, at}, because(scholarship.Graduated, scholarship.Academic, "", "2026-06-01"), "reasonCode", "GRADUATED has no reason"},
		{"a denial with a reason", []step{apply("2026-01-01")}, because(scholarship.Denied, scholarship.Distance, "", "2026-06-01"), "reasonCode", "DENIED has no reason"},
		{"a waiting list with a reason", []step{apply("2026-01-01")}, because(scholarship.Waitlisted, scholarship.OtherReason, "full", "2026-06-01"), "reasonCode", "leave it out"},
		{"marriage as a reason to expel", []step{given, at}, because(scholarship.Expelled, scholarship.Marriage, "", "2026-06-01"), "reasonCode", "CONDUCT"},
		{"conduct as a reason to drop out", []step{given, at}, because(scholarship.DroppedOut, scholarship.Conduct, "", "2026-06-01"), "reasonCode", "MARRIAGE"},
		{"a reason nobody knows", []step{given, at}, because(scholarship.DroppedOut, "BOREDOM", "", "2026-06-01"), "reasonCode", "choose one"},
		{"another reason without words", []step{given, at}, because(scholarship.Withdrawn, scholarship.OtherReason, "", "2026-06-01"), "reason", "OTHER"},

		{"lifting nothing", []step{given, at}, resume("", "2026-06-01"), "scholarshipId", "no scholarship is suspended"},
		{"lifting a named award", []step{given, at}, resume("a", "2026-06-01"), "scholarshipId", "not suspended"},
		{"lifting before the suspension", []step{given, at, suspended}, resume("", "2026-04-30"), "on", "the suspension"},
		{"lifting twice", []step{given, at, suspended, resume("", "2026-05-02")}, resume("", "2026-05-03"), "scholarshipId", "no scholarship is suspended"},
		{"lifting a withdrawal", []step{given, end("", scholarship.Withdrawn, "2026-05-01")}, resume("a", "2026-06-01"), "scholarshipId", "not suspended"},
		{"lifting one of several", []step{given, suspended, award("b", "2026-03-01"), suspended}, resume("", "2026-06-01"), "scholarshipId", "say which one"},
		{"a term while suspended", []step{given, at, suspended}, term("", "T1", scholarship.Regular, false, "2026-06-01"), "scholarshipId", "no open award"},
		{"ending before the suspension was lifted", []step{given, at, suspended, resume("", "2026-06-01")}, end("", scholarship.Graduated, "2026-05-31"), "on", "2026-06-01"},
		{"enrolling before the suspension was lifted", []step{given, at, suspended, resume("", "2026-06-01")}, enrol("", "2026-05-31"), "on", "the end of the suspension"},
		{"enrolling a third time", []step{given, at, suspended, resume("", "2026-06-01"), enrol("", "2026-06-02")}, enrol("", "2026-06-03"), "scholarshipId", "2026-06-02"},
		{"enrolling after an attended term", []step{given, at, term("", "T1", scholarship.NotEnrolled, false, "2026-05-01"), term("", "T2", scholarship.Regular, false, "2026-06-01")},
			enrol("", "2026-06-03"), "scholarshipId", "2026-04-01"},
		{"enrolling again before the enrolment", []step{given, at, term("", "T1", scholarship.NotEnrolled, false, "2026-05-01")}, enrol("", "2026-03-31"), "on", "the enrolment before the break"},
		{"ending before she came back", []step{given, at, term("", "T1", scholarship.NotEnrolled, false, "2026-05-01"), enrol("", "2026-06-01")},
			end("", scholarship.Graduated, "2026-05-31"), "on", "2026-06-01"},

		{"a named award from the list too early", listed, grant("app_2026-01-01", "x", "2026-01-09"), "on", "the place on the waiting list"},
		{"an award of a named award", []step{given}, grant("a", "x", "2026-06-01"), "scholarshipId", "not a waiting application"},
		{"an award of a denied application", []step{apply("2026-01-01"), end("", scholarship.Denied, "2026-01-02")}, grant("app_2026-01-01", "x", "2026-06-01"), "scholarshipId", "not a waiting application"},
		{"on the list twice", listed, end("", scholarship.Waitlisted, "2026-02-01"), "ending", "none is waiting"},
		{"denied before it came on the list", listed, end("", scholarship.Denied, "2026-01-09"), "on", "2026-01-10"},
		{"denied, one of several", twice, end("", scholarship.Denied, "2026-03-01"), "scholarshipId", "say which one"},
		{"withdrawn, one of several", twice, end("", scholarship.Withdrawn, "2026-03-01"), "scholarshipId", "say which one"},
		{"withdrawn by nobody", nil, end("", scholarship.Withdrawn, "2026-03-01"), "scholarshipId", "no open award"},
		{"withdrawn before the application", []step{apply("2026-01-01")}, end("", scholarship.Withdrawn, "2025-12-31"), "on", "2026-01-01"},
	})
}

// TestReasons proves that each ending takes each of its reasons and none.
func TestReasons(t *testing.T) {
	for ending, reasons := range scholarship.EndReasons {
		for _, code := range append(reasons[:len(reasons):len(reasons)], "") {
			s := tracktest.After(t, award("a", "2026-03-01"), enrol("", "2026-04-01"), because(ending, code, "in words", "2026-06-01"))
			if sc := s.Scholarships[0]; sc.Ending != ending || sc.EndReason != code {
				t.Errorf("%s for %s: %s for %s", ending, code, sc.Ending, sc.EndReason)
			}
		}
	}
}

// TestDroppedTermIsSurvivable proves that she can come back after a term in which
// she was not enrolled and after a suspension, and graduate, all in one spell.
func TestDroppedTermIsSurvivable(t *testing.T) {
	s := tracktest.After(t, award("a", "2026-10-01"), enrol("", "2026-11-02"),
		term("", "2026-27/1", scholarship.Regular, true, "2027-03-31"), term("", "2026-27/2", scholarship.NotEnrolled, false, "2027-08-31"),
		enrol("", "2027-11-02"), term("", "2027-28/1", scholarship.Irregular, false, "2028-03-31"),
		because(scholarship.Suspended, scholarship.Absent, "", "2028-04-01"), resume("", "2028-05-01"), enrol("a", "2028-05-02"),
		term("", "2027-28/2", scholarship.Regular, true, "2028-08-31"), end("", scholarship.Graduated, "2028-08-31"))
	sc := s.Scholarships[0]
	if len(s.Scholarships) != 1 || s.Progress() != track.Completed || sc.EnrolledOn != tracktest.Day("2026-11-02") || len(sc.Reenrolled) != 2 || len(s.NotEnrolled()) != 0 {
		t.Errorf("%s: %+v", s.Progress(), s.Scholarships)
	}
	if want := (scholarship.Suspension{From: tracktest.Day("2028-04-01"), To: tracktest.Day("2028-05-01"), Reason: scholarship.Absent}); len(sc.Suspensions) != 1 || sc.Suspensions[0] != want {
		t.Errorf("suspensions: %+v", sc.Suspensions)
	}
	if sc.EndReason != "" || sc.Ending != scholarship.Graduated {
		t.Errorf("ended: %s for %q", sc.Ending, sc.EndReason)
	}
}

// TestSuspendedBeforeEnrolment proves that an award that was suspended before she
// was at school waits for the enrolment again once the suspension is lifted.
func TestSuspendedBeforeEnrolment(t *testing.T) {
	s := tracktest.After(t, award("a", "2026-03-01"), end("", scholarship.Suspended, "2026-03-10"))
	if len(s.NotEnrolled()) != 0 {
		t.Error("a suspended award waits for nothing")
	}
	if err := resume("", "2026-03-20")(s); err != nil || len(s.NotEnrolled()) != 1 {
		t.Errorf("%v, waiting: %v", err, s.NotEnrolled())
	}
	if err := enrol("", "2026-03-25")(s); err != nil || len(s.NotEnrolled()) != 0 || len(s.Scholarships[0].Reenrolled) != 0 {
		t.Errorf("%v, %+v", err, s.Scholarships[0])
	}
}

// TestWaitingList proves that an application on the waiting list goes on as the
// same spell when it is awarded, denied or withdrawn, and that its award is also
// known by the identifier that an award of its own would have had.
func TestWaitingList(t *testing.T) {
	listed := []step{apply("2026-01-01"), end("", scholarship.Waitlisted, "2026-01-10")}
	for _, named := range []string{"", "app_2026-01-01"} {
		s := tracktest.After(t, append(listed[:2:2], grant(named, "x", "2026-02-01"), enrol("x", "2026-03-01"), term("app_2026-01-01", "T1", scholarship.Regular, false, "2026-04-01"))...)
		sc := s.Scholarships[0]
		if len(s.Scholarships) != 1 || sc.ID() != "app_2026-01-01" || !sc.EndedOn.IsZero() || sc.Ending != "" || len(sc.Terms) != 1 || sc.WaitlistedOn() != tracktest.Day("2026-01-10") {
			t.Errorf("named %q: %+v", named, s.Scholarships)
		}
		for _, m := range s.Milestones {
			if m.Spell != 0 {
				t.Errorf("%s is of spell %d", m.Code(), m.Spell)
			}
		}
	}
	for _, ending := range []scholarship.Ending{scholarship.Denied, scholarship.Withdrawn} {
		s := tracktest.After(t, append(listed[:2:2], end("", ending, "2026-02-01"))...)
		if sc := s.Scholarships[0]; sc.Ending != ending || sc.WaitlistedOn() != tracktest.Day("2026-01-10") || s.Progress() != track.Ended {
			t.Errorf("%s: %+v", ending, sc)
		}
	}
	early := tracktest.After(t, append(listed[:2:2], award("x", "2026-01-05"))...)
	if len(early.Scholarships) != 2 || early.Scholarships[0].Ending != scholarship.Waitlisted {
		t.Errorf("an award of a day before it came on the list is one of its own: %+v", early.Scholarships)
	}
	both := tracktest.After(t, append(listed[:2:2], apply("2026-02-01"), award("x", "2026-02-05"))...)
	if both.Scholarships[1].AwardedOn.IsZero() || both.Scholarships[0].Ending != scholarship.Waitlisted {
		t.Errorf("an application that waits for its answer comes before the list: %+v", both.Scholarships)
	}
}

// TestWithdrawnApplication proves that an application can be withdrawn, and that
// an open award is meant first.
func TestWithdrawnApplication(t *testing.T) {
	s := tracktest.After(t, award("a", "2026-01-01"), apply("2026-02-01"), end("", scholarship.Withdrawn, "2026-03-01"), end("", scholarship.Withdrawn, "2026-03-02"))
	if a, b := s.Scholarships[0], s.Scholarships[1]; a.EndedOn != tracktest.Day("2026-03-01") || b.EndedOn != tracktest.Day("2026-03-02") {
		t.Errorf("%+v", s.Scholarships)
	}
}

// TestProgressOfSeveral proves that the track goes on while any spell does.
func TestProgressOfSeveral(t *testing.T) {
	s := tracktest.After(t, award("a", "2026-01-01"), award("b", "2026-02-01"), end("b", scholarship.Withdrawn, "2026-03-01"))
	if got := s.Progress(); got != track.InProgress {
		t.Errorf("one of two awards is open: %s", got)
	}
}

// TestFull proves that a case has no more scholarships, and a scholarship no more
// terms, than a list of the schema holds.
func TestFull(t *testing.T) {
	s := &state{}
	var err error
	for n := 0; err == nil && n <= track.Most; n++ {
		err = award("a", "2026-01-01")(s)
	}
	if err == nil || len(s.Scholarships) != track.Most || apply("2026-01-01")(s) == nil {
		t.Errorf("%d scholarships: %v", len(s.Scholarships), err)
	}
	s, err = tracktest.After(t, award("a", "2026-01-01"), enrol("", "2026-01-01")), nil
	for n := 0; err == nil && n <= track.Most; n++ {
		err = term("", fmt.Sprint("T", n), scholarship.Regular, false, "2026-02-01")(s)
	}
	if err == nil || len(s.Scholarships[0].Terms) != track.Most {
		t.Errorf("%d terms: %v", len(s.Scholarships[0].Terms), err)
	}
}

// TestDroppedOut proves which endings are a loss: of her last award to end, within
// the days after she was last enrolled, and while she is at school nowhere else.
func TestDroppedOut(t *testing.T) {
	at := []step{award("a", "2026-03-01"), enrol("", "2026-04-01")}
	out := end("", scholarship.DroppedOut, "2026-05-01") // 30 days after the enrolment
	for _, c := range []struct {
		name   string
		steps  []step
		within int
		want   track.Code
	}{
		{"nothing recorded", nil, 30, ""},
		{"at school", at, 30, ""},
		{"dropped out", append(at[:2:2], out), 30, track.DroppedOut},
		{"a day too late", append(at[:2:2], out), 29, ""},
		{"expelled", append(at[:2:2], end("", scholarship.Expelled, "2026-05-01")), 30, track.Expelled},
		{"withdrawn", append(at[:2:2], end("", scholarship.Withdrawn, "2026-05-01")), 30, ""},
		{"graduated", append(at[:2:2], end("", scholarship.Graduated, "2026-05-01")), 30, ""},
		{"suspended", append(at[:2:2], end("", scholarship.Suspended, "2026-05-01")), 30, ""},
		{"never enrolled", []step{award("a", "2026-03-01"), out}, 365, ""},
		{"soon after she came back", append(at[:2:2], end("", scholarship.Suspended, "2026-05-01"), resume("", "2026-09-01"), enrol("", "2026-09-01"),
			end("", scholarship.DroppedOut, "2026-09-20")), 30, track.DroppedOut},
		{"awarded again, not enrolled", append(at[:2:2], out, award("b", "2026-05-10")), 30, track.DroppedOut},
		{"enrolled again", append(at[:2:2], out, award("b", "2026-05-10"), enrol("b", "2026-05-20")), 30, ""},
		{"enrolled again, and not found there since", append(at[:2:2], out, award("b", "2026-05-10"), enrol("b", "2026-05-20"),
			term("", "T", scholarship.NotEnrolled, false, "2026-06-20")), 30, ""},
		{"at school under another award", append(at[:2:2], award("b", "2026-03-02"), enrol("b", "2026-03-10"), end("a", scholarship.DroppedOut, "2026-05-01")), 30, ""},
		{"which she has finished since", append(at[:2:2], award("b", "2026-03-02"), enrol("b", "2026-03-10"), end("a", scholarship.DroppedOut, "2026-05-01"),
			end("b", scholarship.Graduated, "2026-06-01")), 365, ""},
	} {
		m, lost := tracktest.After(t, c.steps...).DroppedOut(c.within)
		if lost != (c.want != "") || m.Code() != c.want {
			t.Errorf("%s: lost %t, %q on %s; want %q", c.name, lost, m.Code(), m.On, c.want)
		}
	}
}
