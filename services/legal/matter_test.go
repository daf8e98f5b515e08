package legal_test

import (
	"encoding/json"
	"testing"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/legal"
	"onward/services/money"
	"onward/services/sealed"
	"onward/services/track"
	"onward/services/track/tracktest"
)

// The matters of these tests are m1, m2, …; their defendants A, B, ….

func opened(newID string, kind legal.Kind, reference, at string) step {
	return func(s *state) error {
		return s.Open(legal.Opened{Description: legal.Description{Type: kind, Subject: legal.Trafficking, Reference: sealed.Text(reference)}}, id.Named(newID), tracktest.On(at))
	}
}

func described(matterID string, d legal.Description) step {
	return func(s *state) error { return s.Describe(legal.Described{MatterID: matterID, Description: d}) }
}

func represented(matterID, lawyer, at string) step {
	return func(s *state) error {
		return s.Represent(legal.Represented{MatterID: matterID, Representative: legal.Representative{Name: sealed.Text(lawyer)}}, tracktest.On(at))
	}
}

func defendant(matterID, label, at string) step {
	return func(s *state) error {
		return s.AddDefendant(legal.DefendantAdded{MatterID: matterID, Label: label, Role: legal.Recruiter}, label, tracktest.On(at))
	}
}

func judged(v legal.VerdictGiven, at string) step {
	return func(s *state) error {
		v.MatterID = "m1"
		return s.GiveVerdict(v, tracktest.On(at))
	}
}

func on(defendantID string, v legal.Verdict) legal.VerdictGiven {
	return legal.VerdictGiven{DefendantID: defendantID, Verdict: v}
}

func compensated(ordered, paid *money.Money, at string) step {
	return func(s *state) error {
		return s.Compensate(legal.Compensated{MatterID: "m1", Ordered: ordered, Paid: paid}, tracktest.On(at))
	}
}

func shut(matterID string, e legal.Ending, at string) step {
	return func(s *state) error {
		return s.Close(legal.Closed{MatterID: matterID, Ending: e}, tracktest.On(at))
	}
}

// inCourt is a criminal matter before a court with the defendants A and B.
func inCourt() []step {
	return []step{opened("m1", legal.Criminal, "123/2026", "2026-03-01"), reach(track.ReferredToCourt, "m1", "2026-04-01"),
		defendant("m1", "A", "2026-04-02"), defendant("m1", "B", "2026-04-03")}
}

// TestMatterOrder proves what each record of a matter needs before it, and that a
// refusal names the field to correct.
func TestMatterOrder(t *testing.T) {
	court := inCourt()
	first := court[:1:1]
	closed := append(inCourt(), shut("m1", legal.Withdrawn, "2026-05-01"))
	aGuilty := append(inCourt(), judged(on("A", legal.Conviction), "2026-05-01"))
	months := 12
	tracktest.Refusals(t, []refusal{
		{"without a kind", nil, opened("m1", "", "1", "2026-03-01"), "kind", "is needed"},
		{"without a subject", nil, func(s *state) error {
			return s.Open(legal.Opened{Description: legal.Description{Type: legal.Civil}}, id.Named("m1"), tracktest.On("2026-03-01"))
		}, "subject", "is needed"},
		{"the same matter on another form", first, opened("m2", legal.Criminal, "123/2026", "2026-03-05"), "reference", "m1, which began on 2026-03-01"},
		{"written in another way", first, opened("m2", legal.Criminal, " 123-2026 ", "2026-03-05"), "reference", "counted once"},
		{"in Khmer digits", first, opened("m2", legal.Criminal, "១២៣/២០២៦", "2026-03-05"), "reference", "counted once"},
		{"a reference of marks", nil, opened("m1", legal.Criminal, "---", "2026-03-05"), "reference", "a letter or a digit"},
		{"described as another matter", append(first, opened("m2", legal.Criminal, "", "2026-03-02")),
			described("m2", legal.Description{Reference: "123 2026"}), "reference", "counted once"},
		{"described with nothing", first, described("m1", legal.Description{}), "kind", "at least one"},
		{"described unknown", first, described("m9", legal.Description{Type: legal.Civil}), "matterId", "no such matter"},
		{"a conviction made civil", aGuilty, described("m1", legal.Description{Type: legal.Civil}), "kind", "2026-05-01"},

		{"represented before it began", first, represented("m1", "L", "2026-02-28"), "on", "the beginning of the matter"},
		{"represented before the former", append(first, represented("m1", "L", "2026-03-05")), represented("m1", "M", "2026-03-04"), "on", "2026-03-05"},
		{"represented when closed", closed, represented("m1", "L", "2026-05-02"), "matterId", "closed on 2026-05-01"},
		{"represented unknown", nil, represented("m1", "L", "2026-03-05"), "matterId", "no such matter"},

		{"defendant before it began", first, defendant("m1", "A", "2026-02-28"), "on", "the beginning of the matter"},
		{"defendant when closed", closed, defendant("m1", "C", "2026-05-02"), "matterId", "closed on 2026-05-01"},
		{"defendant after Z", first, defendant("m1", "[", "2026-03-02"), "matterId", "at most 26"},
		{"defendant of a label in use", court, defendant("m1", "A", "2026-04-05"), "matterId", "at most 26"},
		{"defendant of an unknown matter", nil, defendant("m1", "A", "2026-03-02"), "matterId", "no such matter"},

		{"verdict before court", append(first, defendant("m1", "A", "2026-03-02")), judged(on("", legal.Acquittal), "2026-05-01"), "matterId", "REFERRED_TO_COURT"},
		{"verdict before the court's day", court, judged(on("A", legal.Acquittal), "2026-03-31"), "on", "the referral to court"},
		{"verdict without a defendant", court[:2], judged(on("", legal.Acquittal), "2026-05-01"), "defendantId", "addDefendant"},
		{"verdict on one of several", court, judged(on("", legal.Acquittal), "2026-05-01"), "defendantId", "say which one"},
		{"verdict on a stranger", court, judged(on("Z", legal.Acquittal), "2026-05-01"), "defendantId", "no such defendant"},
		{"second verdict", aGuilty, judged(on("A", legal.Acquittal), "2026-06-01"), "defendantId", "defendant A was given on 2026-05-01"},
		{"verdict when closed", closed, judged(on("A", legal.Acquittal), "2026-05-02"), "matterId", "closed on 2026-05-01"},
		{"sentence without a conviction", court, judged(legal.VerdictGiven{DefendantID: "A", Verdict: legal.Acquittal, SentenceMonths: &months}, "2026-05-01"),
			"sentenceMonths", "CONVICTION"},
		{"appeal before the verdict", court, judged(legal.VerdictGiven{DefendantID: "A", Verdict: legal.Acquittal, AppealUntil: tracktest.Day("2026-04-30")}, "2026-05-01"),
			"appealUntil", "the verdict"},
		{"conviction in a civil matter", append(court, described("m1", legal.Description{Type: legal.Civil})),
			judged(on("A", legal.Conviction), "2026-05-01"), "verdict", "CIVIL matter"},
		{"conviction in a civil matter, as a milestone", append(court[:2:2], described("m1", legal.Description{Type: legal.Civil})),
			verdict(legal.Conviction, "m1", "2026-05-01"), "verdict", "CIVIL matter"},
		{"a verdict as a milestone with several defendants", court, verdict(legal.Acquittal, "m1", "2026-05-01"), "verdict", "recordVerdict"},

		{"compensation before it began", first, compensated(&money.Money{Amount: 1, Currency: "USD"}, nil, "2026-02-28"), "on", "the beginning"},
		{"compensation of an unknown matter", nil, compensated(&money.Money{Amount: 1, Currency: "USD"}, nil, "2026-03-28"), "matterId", "no such matter"},
		{"closed before its latest step", court, shut("m1", legal.Settled, "2026-03-31"), "on", "the latest step"},
		{"closed twice", closed, shut("m1", legal.Settled, "2026-05-02"), "matterId", "closed on 2026-05-01"},
		{"closed unknown", nil, shut("m1", legal.Settled, "2026-05-02"), "matterId", "no such matter"},
		{"a step when closed", closed, reach(track.Trial, "m1", "2026-05-02"), "code", "closed on 2026-05-01"},
	})
}

// TestOneMatter proves that only kind and reference together make two matters
// one, and that without a reference nothing does.
func TestOneMatter(t *testing.T) {
	s := tracktest.After(t, opened("m1", legal.Criminal, "123/2026", "2026-03-01"), opened("m2", legal.Civil, "123/2026", "2026-03-01"),
		opened("m3", legal.Criminal, "124/2026", "2026-03-01"), opened("m4", legal.Criminal, "", "2026-03-01"), opened("m5", legal.Criminal, "", "2026-03-01"),
		described("m1", legal.Description{Reference: "123 / 2026 K", Province: "KH-12"}))
	if len(s.Matters) != 5 {
		t.Fatalf("%d matters", len(s.Matters))
	}
	if m := s.Matters[0]; m.Type != legal.Criminal || m.Subject != legal.Trafficking || m.Reference != "123 / 2026 K" || m.Province != "KH-12" {
		t.Errorf("described: %+v", m.Description)
	}
}

// TestRepresentation proves that a matter is REPRESENTED once, by the first of
// its representatives, and that each ends the former.
func TestRepresentation(t *testing.T) {
	byWorker := func(s *state) error {
		return s.Open(legal.Opened{Description: legal.Description{Type: legal.Civil, Subject: legal.Debt},
			RepresentedBy: &legal.Representative{WorkerID: "worker_1"}}, id.Named("m1"), tracktest.On("2026-03-01"))
	}
	s := tracktest.After(t, byWorker, represented("m1", "Lawyer", "2026-03-10"), represented("m1", "Another", "2026-03-20"))
	all := s.Matters[0].Representations
	if len(all) != 3 || all[0].WorkerID != "worker_1" || all[0].To != tracktest.Day("2026-03-10") || all[1].Name != "Lawyer" ||
		all[1].To != tracktest.Day("2026-03-20") || !all[2].To.IsZero() {
		t.Errorf("representations: %+v", all)
	}
	if len(s.Milestones) != 1 || s.Milestones[0].Code() != track.Represented || s.Milestones[0].On != tracktest.Day("2026-03-01") {
		t.Errorf("milestones: %+v", s.Milestones)
	}
	if s.Matters[0].LastOn != tracktest.Day("2026-03-20") || len(s.NotInCourt()) != 1 {
		t.Errorf("matter: %+v", s.Matters[0])
	}
}

// TestLabels proves that the next defendant has the letter after the last one in
// use, also where one between them was taken back.
func TestLabels(t *testing.T) {
	s := tracktest.After(t, opened("m1", legal.Criminal, "", "2026-03-01"))
	for _, want := range []string{"A", "B", "C"} {
		if got := s.NextLabel("m1"); got != want {
			t.Errorf("next label %s, want %s", got, want)
		}
		if err := defendant("m1", want, "2026-03-02")(s); err != nil {
			t.Fatal(err)
		}
	}
	s = tracktest.After(t, opened("m1", legal.Criminal, "", "2026-03-01"), defendant("m1", "B", "2026-03-02"))
	if got := s.NextLabel("m1"); got != "C" {
		t.Errorf("after B alone the next label is %s", got)
	}
	if got := s.NextLabel("m9"); got != "" {
		t.Errorf("an unknown matter has the label %s", got)
	}
}

// TestVerdicts proves what verdicts on several defendants make of their matter,
// in whatever order they come and are heard of: the milestone VERDICT is of the
// earliest day, and the conviction of the first one's.
func TestVerdicts(t *testing.T) {
	const may, june = "2026-05-01", "2026-06-01"
	for _, c := range []struct {
		name      string
		verdicts  []step
		verdict   legal.Verdict
		reached   string
		convicted string
		open      bool
	}{
		{"none", nil, "", "", "", true},
		{"one acquitted", []step{judged(on("A", legal.Acquittal), may)}, legal.Acquittal, may, "", true},
		{"one convicted", []step{judged(on("A", legal.Conviction), may)}, legal.Conviction, may, may, true},
		{"acquitted, then convicted", []step{judged(on("A", legal.Acquittal), may), judged(on("", legal.Conviction), june)}, legal.Conviction, may, june, false},
		{"convicted, then acquitted", []step{judged(on("A", legal.Conviction), may), judged(on("", legal.Acquittal), june)}, legal.Conviction, may, may, false},
		{"two convicted, the earlier heard of later", []step{judged(on("A", legal.Conviction), june), judged(on("B", legal.Conviction), may)}, legal.Conviction, may, may, false},
		{"an earlier acquittal heard of later", []step{judged(on("A", legal.Conviction), june), judged(on("B", legal.Acquittal), may)}, legal.Conviction, may, june, false},
		{"none convicted", []step{judged(on("A", legal.Discharge), may), judged(on("B", legal.Acquittal), june)}, legal.Discharge, may, "", false},
		{"the last one as a milestone", []step{judged(on("A", legal.Acquittal), may), reach(track.Trial, "m1", june), defendant("m1", "C", june),
			judged(on("B", legal.Acquittal), june), judged(on("C", legal.Conviction), june)}, legal.Conviction, may, june, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := tracktest.After(t, append(inCourt(), c.verdicts...)...)
			m := s.Matters[0]
			if m.Verdict != c.verdict || m.ConvictedOn().String() != c.convicted || m.Open() != c.open {
				t.Errorf("verdict %q, convicted on %q, open %t", m.Verdict, m.ConvictedOn(), m.Open())
			}
			var on []calendar.Day
			for _, r := range s.Milestones {
				if r.Code() == track.VerdictGiven {
					on = append(on, r.On)
				}
			}
			if c.reached == "" && len(on) > 0 || c.reached != "" && (len(on) != 1 || on[0].String() != c.reached) {
				t.Errorf("VERDICT was reached on %v, want %q", on, c.reached)
			}
		})
	}
}

// TestMilestoneVerdict proves that the milestone VERDICT gives the verdict of the
// one defendant there is, or of the matter where none are listed.
func TestMilestoneVerdict(t *testing.T) {
	one := tracktest.After(t, append(inCourt()[:3], verdict(legal.Conviction, "", "2026-05-01"))...)
	if d := one.Matters[0].Defendants[0]; d.Verdict != legal.Conviction || d.VerdictOn != tracktest.Day("2026-05-01") {
		t.Errorf("the defendant: %+v", d)
	}
	none := tracktest.After(t, append(inCourt()[:2], verdict(legal.Acquittal, "", "2026-05-01"))...)
	if m := none.Matters[0]; m.Verdict != legal.Acquittal || m.Open() || m.Convicted != nil {
		t.Errorf("the matter: %+v", m)
	}
}

// TestCompensation proves that amounts that were ordered replace each other, that
// payments add up, and that the milestone is reached once, also after closing.
func TestCompensation(t *testing.T) {
	usd := func(n int) *money.Money { return &money.Money{Amount: n, Currency: "USD"} }
	s := tracktest.After(t, append(inCourt(), compensated(usd(100000), nil, "2026-05-01"), shut("m1", legal.Settled, "2026-05-02"),
		compensated(usd(90000), usd(30000), "2026-06-01"), compensated(nil, usd(60000), "2026-07-01"))...)
	m := s.Matters[0]
	if m.CompensationOrdered.Amount != 90000 || len(m.Payments) != 2 || m.Payments[0].PaidOn != tracktest.Day("2026-06-01") ||
		m.Payments[1].Amount.Amount != 60000 || m.LastOn != tracktest.Day("2026-07-01") {
		t.Errorf("matter: %+v", m)
	}
	if r, _ := s.Milestones.Find(0, track.Compensation); r.On != tracktest.Day("2026-05-01") {
		t.Errorf("COMPENSATION on %s", r.On)
	}
}

// TestClosing proves what the closing of a matter makes of the track, and that a
// closed matter waits for no court.
func TestClosing(t *testing.T) {
	for ending, want := range map[legal.Ending]track.State{
		legal.Withdrawn: track.Ended, legal.Dismissed: track.Ended, legal.Settled: track.Completed, legal.Concluded: track.Completed,
	} {
		s := tracktest.After(t, opened("m1", legal.Civil, "", "2026-03-01"), represented("m1", "L", "2026-03-02"), shut("m1", ending, "2026-04-01"))
		if got := s.Progress(); got != want || s.Matters[0].ClosedOn != tracktest.Day("2026-04-01") || len(s.NotInCourt()) != 0 {
			t.Errorf("%s: %s, waiting %v", ending, got, s.NotInCourt())
		}
	}
	tracktest.Walk(t, []stop{
		{opened("m1", legal.Criminal, "", "2026-03-01"), track.InProgress},
		{reach(track.ReferredToCourt, "", "2026-04-01"), track.InProgress},
		{defendant("m1", "A", "2026-04-01"), track.InProgress}, {defendant("m1", "B", "2026-04-01"), track.InProgress},
		{judged(on("A", legal.Acquittal), "2026-05-01"), track.InProgress}, {judged(on("B", legal.Acquittal), "2026-05-02"), track.Completed},
		{opened("m2", legal.Civil, "", "2026-05-03"), track.InProgress}, {shut("m2", legal.Withdrawn, "2026-05-04"), track.Ended},
	})
}

// TestFull proves that a case has at most 50 matters.
func TestFull(t *testing.T) {
	s := new(state)
	for range track.Most {
		if err := opened("m", legal.Criminal, "", "2026-03-01")(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := opened("m", legal.Criminal, "", "2026-03-01")(s); !fault.Is(err, fault.Invalid) || len(s.Matters) != track.Most {
		t.Errorf("%d matters: %v", len(s.Matters), err)
	}
}

// TestCloneOfMatters proves that a change of a copy leaves the state as it was,
// down to the parts of a matter.
func TestCloneOfMatters(t *testing.T) {
	s := tracktest.After(t, append(inCourt(), represented("m1", "L", "2026-04-03"), judged(on("A", legal.Acquittal), "2026-05-10"))...)
	before, _ := json.Marshal(s)
	for _, change := range []step{
		represented("m1", "M", "2026-05-11"), defendant("m1", "C", "2026-05-11"), judged(on("B", legal.Conviction), "2026-05-01"),
		compensated(nil, &money.Money{Amount: 1, Currency: "USD"}, "2026-05-11"), shut("m1", legal.Concluded, "2026-05-12"),
		described("m1", legal.Description{Subject: legal.Rape}),
	} {
		c := s.Clone()
		if err := change(&c); err != nil {
			t.Fatal(err)
		}
		if now, _ := json.Marshal(s); string(now) != string(before) {
			t.Fatalf("the state became %s", now)
		}
	}
}
