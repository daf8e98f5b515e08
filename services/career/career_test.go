package career_test

import (
	"encoding/json"
	"testing"

	"onward/services/career"
	"onward/services/track"
	"onward/services/track/tracktest"
)

type (
	state   = career.State
	step    = tracktest.Step[state]
	refusal tracktest.Refusal[state]
	stop    tracktest.Stop[state]
)

func register(at string) step {
	return func(s *state) error { return s.Register(career.Registered{SiteID: "site_1"}, tracktest.On(at)) }
}

func reach(code track.Code, at string) step {
	return func(s *state) error { return s.Reach(code, tracktest.On(at)) }
}

// TestOrder proves that a spell at a career centre begins with a registration,
// that training ends only once it began, and that a refusal names the field.
func TestOrder(t *testing.T) {
	in, ready := register("2026-03-01"), reach(track.JobReady, "2026-04-01")
	tracktest.Refusals(t, []refusal{
		{"second registration", []step{in}, register("2026-03-02"), "caseId", "2026-03-01"},
		{"registration before the last one", []step{in, ready}, register("2026-02-28"), "on", "the last registration"},
		{"milestone without a registration", nil, reach(track.SkillsAssessed, "2026-03-01"), "code", "registration"},
		{"introduction without a registration", nil, reach(track.IntroducedToEmployer, "2026-03-01"), "code", "registration"},
		{"milestone before the registration", []step{in}, reach(track.SkillsAssessed, "2026-02-28"), "on", "2026-03-01"},
		{"milestone twice", []step{in, ready}, ready, "code", "2026-04-01"},
		{"training completed, not started", []step{in}, reach(track.TrainingCompleted, "2026-04-01"), "code", "TRAINING_STARTED"},
		{"training completed before its start", []step{in, reach(track.TrainingStarted, "2026-04-02")}, reach(track.TrainingCompleted, "2026-04-01"), "on", "2026-04-02"},
		{"training started in an earlier spell only", []step{in, reach(track.TrainingStarted, "2026-03-02"), ready, register("2026-05-01")},
			reach(track.TrainingCompleted, "2026-06-01"), "code", "TRAINING_STARTED"},
		{"registration as a milestone", []step{in}, reach(track.Registered, "2026-03-01"), "code", "registerAtCareerCentre"},
	})
}

// TestProgress proves the state of the track: being ready for a job completes
// it, a new registration opens it again, and introductions may be many.
func TestProgress(t *testing.T) {
	tracktest.Walk(t, []stop{
		{register("2026-03-01"), track.InProgress},
		{reach(track.SkillsAssessed, "2026-03-01"), track.InProgress},
		{reach(track.TrainingStarted, "2026-03-02"), track.InProgress},
		{reach(track.TrainingCompleted, "2026-03-02"), track.InProgress},
		{reach(track.IntroducedToEmployer, "2026-03-03"), track.InProgress},
		{reach(track.JobReady, "2026-03-04"), track.Completed},
		{reach(track.IntroducedToEmployer, "2026-03-05"), track.Completed},
		{register("2026-03-04"), track.InProgress},
		{reach(track.JobReady, "2026-03-06"), track.Completed},
	})
}

// TestReady proves that only the last spell's readiness waits for a job.
func TestReady(t *testing.T) {
	s := tracktest.After(t, register("2026-03-01"), reach(track.JobReady, "2026-03-04"))
	if m, ok := s.Ready(); !ok || m.On != tracktest.Day("2026-03-04") {
		t.Errorf("ready on %s, %t", m.On, ok)
	}
	if err := register("2026-05-01")(s); err != nil {
		t.Fatal(err)
	}
	if m, ok := s.Ready(); ok {
		t.Errorf("a new spell is ready since %s", m.On)
	}
}

// TestClone proves that a change of a copy leaves the state as it was.
func TestClone(t *testing.T) {
	s := tracktest.After(t, register("2026-03-01"))
	s.Milestones = append(make(track.Log, 0, 8), s.Milestones...)
	c := s.Clone()
	if err := reach(track.JobReady, "2026-03-04")(&c); err != nil {
		t.Fatal(err)
	}
	if s.Progress() != track.InProgress || c.Progress() != track.Completed || s.Milestones[:2][1].Code() != "" {
		t.Errorf("state %s, copy %s", s.Progress(), c.Progress())
	}
}

func attend(at string) step {
	return func(s *state) error { return s.Attend(tracktest.On(at)) }
}

func train(newID, at string) step {
	return func(s *state) error {
		return s.StartTraining(career.TrainingBegun{ProviderName: "School", Subject: "weaver", Modality: career.Classroom}, newID, tracktest.On(at))
	}
}

func trained(trainingID string, result career.Result, at string) step {
	return func(s *state) error {
		return s.CompleteTraining(career.TrainingEnded{TrainingID: trainingID, Result: result}, tracktest.On(at))
	}
}

func certified(result career.Result, issued, at string) step {
	return func(s *state) error {
		c := &career.Certificate{Title: "Weaver", IssuedBy: "School", IssuedOn: tracktest.Day(issued)}
		return s.CompleteTraining(career.TrainingEnded{TrainingID: "a", Result: result, Certificate: c}, tracktest.On(at))
	}
}

func introduce(newID string, result career.Answered, at string) step {
	return func(s *state) error {
		return s.Introduce(career.Introduced{EmployerName: "Mill", Occupation: "weaver", Result: result}, newID, tracktest.On(at))
	}
}

func answer(introductionID string, result career.Answered, at string) step {
	return func(s *state) error {
		return s.AnswerIntroduction(career.IntroductionAnswered{IntroductionID: introductionID, Result: result}, tracktest.On(at))
	}
}

func tick(at string, done bool, codes ...string) step {
	return func(s *state) error {
		u := career.ReadinessUpdated{Version: career.Current().Version}
		for _, c := range codes {
			u.Items = append(u.Items, career.Answer{Code: c, Done: done})
		}
		return s.UpdateReadiness(u, tracktest.On(at))
	}
}

// registered stands for n registrations.
func registered(n int) step {
	return func(s *state) error {
		s.Registrations = make([]career.Registration, n)
		return nil
	}
}

func many(n int, of step) (steps []step) {
	for range n {
		steps = append(steps, of)
	}
	return steps
}

// TestWorkOrder proves that sessions, trainings, answers and introductions need a
// registration and do not lie before it, that what has ended stays ended, that
// every list has an end, and that a refusal names the field.
func TestWorkOrder(t *testing.T) {
	in := register("2026-03-01")
	begun, made := []step{in, train("a", "2026-03-10")}, []step{in, introduce("i", "", "2026-03-10")}
	tracktest.Refusals(t, []refusal{
		{"session without a registration", nil, attend("2026-03-01"), "caseId", "registerAtCareerCentre"},
		{"session before the registration", []step{in}, attend("2026-02-28"), "on", "2026-03-01"},
		{"training without a registration", nil, train("a", "2026-03-01"), "caseId", "registerAtCareerCentre"},
		{"training before the registration", []step{in}, train("a", "2026-02-28"), "on", "2026-03-01"},
		{"training 51", append([]step{in}, many(50, train("a", "2026-03-01"))...), train("b", "2026-03-01"), "caseId", "at most 50 trainings"},
		{"end of an unknown training", begun, trained("b", career.Completed, "2026-04-01"), "trainingId", "no such training"},
		{"end of a training before its start", begun, trained("a", career.Completed, "2026-03-09"), "on", "2026-03-10"},
		{"second end of a training", append(begun, trained("a", career.DroppedOut, "2026-04-01")), trained("a", career.Completed, "2026-05-01"), "trainingId", "ended on 2026-04-01"},
		{"certificate of a training that was failed", begun, certified(career.Failed, "2026-04-01", "2026-04-01"), "certificate", "COMPLETED"},
		{"certificate before the start", begun, certified(career.Completed, "2026-03-09", "2026-04-01"), "certificate.issuedOn", "2026-03-10"},
		{"introduction without a registration", nil, introduce("i", "", "2026-03-01"), "caseId", "registerAtCareerCentre"},
		{"introduction 51", append([]step{in}, many(50, introduce("i", "", "2026-03-01"))...), introduce("j", "", "2026-03-01"), "caseId", "at most 50 introductions"},
		{"result of an unknown introduction", made, answer("j", career.Hired, "2026-03-11"), "introductionId", "no such introduction"},
		{"result before the introduction", made, answer("i", career.Hired, "2026-03-09"), "on", "2026-03-10"},
		{"result before the last result", append(made, answer("i", career.Interviewed, "2026-03-12")), answer("i", career.Hired, "2026-03-11"), "on", "2026-03-12"},
		{"result after a refusal", append(made, answer("i", career.RefusedByHer, "2026-03-12")), answer("i", career.Hired, "2026-03-13"), "result", "REFUSED_BY_HER of 2026-03-12"},
		{"interview after an offer", append(made, answer("i", career.Offered, "2026-03-12")), answer("i", career.Interviewed, "2026-03-13"), "result", "OFFERED"},
		{"result twice", append(made, answer("i", career.NoAnswer, "2026-03-12")), answer("i", career.NoAnswer, "2026-03-13"), "result", "NO_ANSWER"},
		{"checklist without a registration", nil, tick("2026-03-01", true, "CV_READY"), "caseId", "registerAtCareerCentre"},
		{"item that is not on it", []step{in}, tick("2026-03-01", true, "CV_READY", "CAR"), "items[1].code", "is not on the checklist"},
		{"registration 51", []step{registered(track.Most)}, register("2026-03-01"), "caseId", "at most 50 registrations"},
	})
}

// TestTrainings proves that several trainings of a spell reach each milestone
// once, with the first of them by its day, whenever it is heard of.
func TestTrainings(t *testing.T) {
	s := tracktest.After(t, register("2026-03-01"), train("a", "2026-03-10"), train("b", "2026-03-05"), train("c", "2026-03-20"),
		trained("c", career.DroppedOut, "2026-03-21"), trained("a", career.Completed, "2026-05-01"), certifiedAs("b", "2026-04-01"))
	for code, want := range map[track.Code]string{track.TrainingStarted: "2026-03-05", track.TrainingCompleted: "2026-04-01"} {
		n := 0
		for _, m := range s.Milestones {
			if m.Code() == code {
				n++
			}
		}
		if m, ok := s.Milestones.Find(0, code); !ok || n != 1 || m.On != tracktest.Day(want) {
			t.Errorf("%s is reached %d times, on %s, want %s", code, n, m.On, want)
		}
	}
	got := s.Registrations[0].Trainings
	if len(got) != 3 || got[1].Certificate == nil || got[1].Certificate.Number != "7" || got[2].Result != career.DroppedOut || got[2].EndedOn != tracktest.Day("2026-03-21") {
		t.Errorf("trainings: %+v", got)
	}
	if err := reach(track.TrainingStarted, "2026-03-02")(s); err == nil {
		t.Error("the milestone was recorded by hand after it was reached")
	}
}

func certifiedAs(trainingID, at string) step {
	return func(s *state) error {
		c := &career.Certificate{Title: "Weaver", IssuedBy: "School", Number: "7", IssuedOn: tracktest.Day(at)}
		return s.CompleteTraining(career.TrainingEnded{TrainingID: trainingID, Result: career.Completed, Certificate: c}, tracktest.On(at))
	}
}

// TestTrainingOfAnEarlierSpell proves that a training ends in the spell in which
// it began.
func TestTrainingOfAnEarlierSpell(t *testing.T) {
	s := tracktest.After(t, register("2026-03-01"), train("a", "2026-03-10"), reach(track.JobReady, "2026-03-11"), register("2026-04-01"),
		train("b", "2026-04-02"), trained("a", career.Completed, "2026-05-01"))
	if _, ok := s.Milestones.Find(1, track.TrainingCompleted); ok {
		t.Error("the second spell completed a training")
	}
	if m, ok := s.Milestones.Find(0, track.TrainingCompleted); !ok || m.On != tracktest.Day("2026-05-01") {
		t.Errorf("the first spell: %v", s.Milestones)
	}
}

// TestSessions proves that a spell counts its sessions and knows the last day of
// them, in whatever order they are recorded.
func TestSessions(t *testing.T) {
	s := tracktest.After(t, register("2026-03-01"), attend("2026-03-10"), attend("2026-03-05"), reach(track.JobReady, "2026-03-11"), register("2026-04-01"))
	if r := s.Registrations; r[0].Sessions != 2 || r[0].LastSessionOn != tracktest.Day("2026-03-10") || r[1].Sessions != 0 || r[1].LastSessionOn != 0 {
		t.Errorf("registrations: %+v", r)
	}
}

// TestIntroductions proves that each introduction is a milestone, and that
// results follow each other as they do in life.
func TestIntroductions(t *testing.T) {
	s := tracktest.After(t, register("2026-03-01"), introduce("i", "", "2026-03-02"), introduce("j", career.Interviewed, "2026-03-03"),
		answer("i", career.NoAnswer, "2026-03-20"), answer("i", career.Interviewed, "2026-03-21"), answer("i", career.Offered, "2026-03-22"), answer("i", career.Hired, "2026-03-22"))
	if n := len(s.Milestones); n != 3 {
		t.Errorf("milestones: %v", s.Milestones)
	}
	got := s.Registrations[0].Introductions
	if got[0].Result != career.Hired || got[0].ResultOn != tracktest.Day("2026-03-22") || got[1].Result != career.Interviewed || got[1].ResultOn != tracktest.Day("2026-03-03") {
		t.Errorf("introductions: %+v", got)
	}
}

// TestReadiness proves that JOB_READY waits for the required items once the
// checklist is begun, and only in that spell, and that what was not asked is told
// from what is not done.
func TestReadiness(t *testing.T) {
	in, ready := register("2026-03-01"), reach(track.JobReady, "2026-03-20")
	most := tick("2026-03-02", true, "ID_DOCUMENT", "CV_READY", "INTERVIEW_PRACTISED", "LABOUR_RIGHTS_KNOWN")
	all := tick("2026-03-03", true, "SAFE_TRANSPORT", "WORKPLACE_SAFETY_TALK")
	undone := tick("2026-03-04", false, "CV_READY", "CHILDCARE_ARRANGED")
	tracktest.Refusals(t, []refusal{
		{"one item done", []step{in, tick("2026-03-02", true, "CV_READY")}, ready, "code", "ID_DOCUMENT, INTERVIEW_PRACTISED"},
		{"two open", []step{in, most}, ready, "code", "still open: SAFE_TRANSPORT, WORKPLACE_SAFETY_TALK"},
		{"one undone again", []step{in, most, all, undone}, ready, "code", "still open: CV_READY"},
	})
	tracktest.After(t, in, ready) // no checklist
	s := tracktest.After(t, in, undone, most, all, ready, register("2026-04-01"), reach(track.JobReady, "2026-04-02"))
	done := map[string]string{}
	for _, l := range s.Registrations[0].Readiness.Lines() {
		done[l.Item.Code] = "not asked"
		if l.Done != nil {
			done[l.Item.Code] = map[bool]string{true: "done", false: "open"}[*l.Done]
		}
	}
	if done["CV_READY"] != "done" || done["CHILDCARE_ARRANGED"] != "open" || done["PAYMENT_ACCOUNT"] != "not asked" {
		t.Errorf("answers: %v", done)
	}
}

// TestChecklists proves that the checklist's data can be used: versions in order,
// items with codes of their own and a label in both languages.
func TestChecklists(t *testing.T) {
	for i, list := range career.Checklists {
		if list.Version != i+1 || len(list.Items) == 0 || len(list.Items) > track.Most {
			t.Errorf("version %d stands in place %d with %d items", list.Version, i+1, len(list.Items))
		}
		codes := map[string]bool{}
		for _, item := range list.Items {
			if item.Code == "" || codes[item.Code] || item.Label.EN == "" || item.Label.KM == "" {
				t.Errorf("version %d: %+v", list.Version, item)
			}
			codes[item.Code] = true
		}
	}
	for _, version := range []int{0, len(career.Checklists) + 1} {
		if list, err := career.FindChecklist(&version); err == nil {
			t.Errorf("version %d: %+v", version, list)
		}
	}
	if list, err := career.FindChecklist(nil); err != nil || list.Version != career.Current().Version {
		t.Errorf("the current version: %+v, %v", list, err)
	}
}

// TestCloneOfWork proves that what is done on a copy leaves the state as it was.
func TestCloneOfWork(t *testing.T) {
	s := tracktest.After(t, register("2026-03-01"), train("a", "2026-03-10"), introduce("i", "", "2026-03-10"), tick("2026-03-10", false, "CV_READY"))
	before, _ := json.Marshal(s)
	c := s.Clone()
	for i, do := range []step{attend("2026-03-11"), trained("a", career.Completed, "2026-03-11"), answer("i", career.Hired, "2026-03-11"), tick("2026-03-11", true, "CV_READY"), train("b", "2026-03-05")} {
		if err := do(&c); err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
	if now, _ := json.Marshal(s); string(now) != string(before) {
		t.Errorf("the state became %s\nit was %s", now, before)
	}
}
