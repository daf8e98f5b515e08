package legal

import (
	"cmp"
	"slices"

	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

// Open begins a matter; newID identifies it. A matter of the same kind with the
// same reference is the same matter, whatever form tells of it.
func (s *State) Open(o Opened, newID id.Part, at track.Stamp) error {
	switch {
	case o.Type == "":
		return fault.Input("kind", "is needed")
	case o.Subject == "":
		return fault.Input("subject", "is needed")
	}
	if err := s.once(o.Description, -1); err != nil {
		return err
	}
	if err := s.begin(Matter{Part: newID, Description: o.intern(), BeganOn: at.On, LastOn: at.On}); err != nil {
		return err
	}
	if o.RepresentedBy != nil {
		s.represent(len(s.Matters)-1, *o.RepresentedBy, at)
	}
	return nil
}

// Describe says what a matter is, or corrects it.
func (s *State) Describe(d Described) error {
	i, err := s.find(d.MatterID)
	if err != nil {
		return err
	}
	if d.Description == (Description{}) {
		return fault.Input("kind", "say at least one of kind, subject, reference and province")
	}
	m := &s.Matters[i]
	next := Description{
		Type: cmp.Or(d.Type, m.Type), Subject: cmp.Or(d.Subject, m.Subject),
		Reference: cmp.Or(d.Reference, m.Reference), Province: cmp.Or(d.Province, m.Province),
	}
	if m.Convicted != nil && !next.Type.convicts() {
		return fault.Input("kind", "a %s matter does not end in a conviction, as this one did on %s", next.Type, m.Convicted.On)
	}
	if err := s.once(next, i); err != nil {
		return err
	}
	m.Description = next.intern()
	return nil
}

// convicts reports whether a matter of the kind can end in a conviction. One of
// which no kind was stated can.
func (k Kind) convicts() bool { return k == Criminal || k == "" }

// once refuses the kind and reference of another matter than the one at index i.
func (s *State) once(d Description, i int) error {
	if d.Reference != "" && d.Reference.Blank() {
		return fault.Input("reference", "needs a letter or a digit")
	}
	for n, m := range s.Matters {
		if n != i && d.Reference != "" && m.Type == d.Type && m.Reference.Same(d.Reference) {
			return fault.Input("reference", "%s, which began on %s, has this reference; one matter is counted once however many forms are sent",
				m.ID(), m.BeganOn)
		}
	}
	return nil
}

// Represent gives a matter a representative from a day on, in the place of the
// former one. The first one makes it REPRESENTED.
func (s *State) Represent(r Represented, at track.Stamp) error {
	i, err := s.find(r.MatterID)
	if err != nil {
		return err
	}
	m := &s.Matters[i]
	if err := cmp.Or(m.goesOn("matterId"), s.notBeforeIt(i, at.On), track.Full("matterId", len(m.Representations), "representations in a matter")); err != nil {
		return err
	}
	if n := len(m.Representations); n > 0 {
		former := &m.Representations[n-1]
		if err := track.NotBefore("on", at.On, former.From, "the beginning of the representation before it"); err != nil {
			return err
		}
		former.To = at.On
	}
	s.represent(i, r.Representative, at)
	return nil
}

func (s *State) represent(i int, r Representative, at track.Stamp) {
	m := &s.Matters[i]
	r.WorkerID = id.Intern(r.WorkerID)
	m.Representations = append(m.Representations, Representation{Representative: r, From: at.On})
	s.take(i, at.On)
	if _, represented := s.Milestones.Find(i, track.Represented); !represented {
		s.Milestones.Add(track.Represented, i, at)
	}
}

// Compensate records compensation that was ordered or paid. The first such
// record reaches COMPENSATION.
func (s *State) Compensate(c Compensated, at track.Stamp) error {
	i, err := s.find(c.MatterID)
	if err != nil {
		return err
	}
	m := &s.Matters[i]
	if err := cmp.Or(s.notBeforeIt(i, at.On), track.Full("matterId", len(m.Payments), "payments in a matter")); err != nil {
		return err
	}
	if c.Ordered != nil {
		m.CompensationOrdered = c.Ordered
	}
	if c.Paid != nil {
		m.Payments = append(m.Payments, Payment{PaidOn: at.On, Amount: *c.Paid})
	}
	s.take(i, at.On)
	if _, reached := s.Milestones.Find(i, track.Compensation); !reached {
		s.Milestones.Add(track.Compensation, i, at)
	}
	return nil
}

// Close ends a matter. Compensation may still be paid afterwards.
func (s *State) Close(c Closed, at track.Stamp) error {
	i, err := s.find(c.MatterID)
	if err != nil {
		return err
	}
	m := &s.Matters[i]
	if err := cmp.Or(m.goesOn("matterId"), track.NotBefore("on", at.On, m.LastOn, "the latest step of the matter")); err != nil {
		return err
	}
	m.ClosedOn, m.Ending = at.On, id.Intern(c.Ending)
	return nil
}

// NextLabel returns the label of the next defendant of a matter: the letter
// after the last one in use, or "" where there is no such matter.
func (s *State) NextLabel(matterID string) string {
	i, err := s.find(matterID)
	if err != nil {
		return ""
	}
	next := "A"
	for _, d := range s.Matters[i].Defendants {
		next = max(next, string(d.Label[0]+1))
	}
	return next
}

// AddDefendant adds one against whom a matter is; newID identifies the defendant.
func (s *State) AddDefendant(d DefendantAdded, newID string, at track.Stamp) error {
	i, err := s.find(d.MatterID)
	if err != nil {
		return err
	}
	m := &s.Matters[i]
	if err := cmp.Or(m.goesOn("matterId"), s.notBeforeIt(i, at.On)); err != nil {
		return err
	}
	if len(d.Label) != 1 || d.Label < "A" || d.Label > "Z" || slices.ContainsFunc(m.Defendants, func(o Defendant) bool { return o.Label == d.Label }) {
		return fault.Input("matterId", "a matter has at most %d defendants, A to Z", MostDefendants)
	}
	m.Defendants = append(m.Defendants, Defendant{ID: newID, Label: id.Intern(d.Label), Role: id.Intern(d.Role)})
	return nil
}

// GiveVerdict records the verdict on a defendant.
func (s *State) GiveVerdict(v VerdictGiven, at track.Stamp) error {
	i, err := s.find(v.MatterID)
	if err != nil {
		return err
	}
	m := &s.Matters[i]
	n, err := m.defendant(v.DefendantID)
	if err != nil {
		return err
	}
	if err := cmp.Or(m.goesOn("matterId"), s.inCourt("matterId", track.VerdictGiven, i, at.On), v.check(m.Type, at)); err != nil {
		return err
	}
	d := &m.Defendants[n]
	d.SentenceMonths, d.CompensationOrdered, d.AppealUntil = v.SentenceMonths, v.CompensationOrdered, v.AppealUntil
	s.give(i, n, v.Verdict, at)
	return nil
}

// defendant returns the index of the defendant that a verdict means: the named
// one, or the only one who waits for it.
func (m *Matter) defendant(defendantID string) (int, error) {
	found := -1
	for n, d := range m.Defendants {
		switch {
		case defendantID == d.ID && d.waiting():
			return n, nil
		case defendantID == d.ID:
			return 0, fault.Input("defendantId", "the verdict on defendant %s was given on %s; reverse that entry to correct it", d.Label, d.VerdictOn)
		case defendantID == "" && d.waiting() && found >= 0:
			return 0, fault.Input("defendantId", "several defendants wait for a verdict; say which one")
		case defendantID == "" && d.waiting():
			found = n
		}
	}
	switch {
	case found >= 0:
		return found, nil
	case defendantID != "":
		return 0, fault.Input("defendantId", "there is no such defendant in this matter")
	}
	return 0, fault.Input("defendantId", "no defendant waits for a verdict; add the defendant with addDefendant first")
}

// check refuses what does not go together in a verdict.
func (v VerdictGiven) check(kind Kind, at track.Stamp) error {
	switch {
	case v.Verdict == Conviction && !kind.convicts():
		return fault.Input("verdict", "a %s matter does not end in a conviction", kind)
	case v.SentenceMonths != nil && v.Verdict != Conviction:
		return fault.Input("sentenceMonths", "goes only with the verdict CONVICTION")
	case !v.AppealUntil.IsZero():
		return track.NotBefore("appealUntil", v.AppealUntil, at.On, "the verdict")
	}
	return nil
}

// giveOnly records a verdict that names no defendant: on the only one who waits
// for it, or on the matter where none are listed.
func (s *State) giveOnly(i int, v Verdict, at track.Stamp) error {
	m := &s.Matters[i]
	if v == Conviction && !m.Type.convicts() {
		return fault.Input("verdict", "a %s matter does not end in a conviction", m.Type)
	}
	if len(m.Defendants) == 0 {
		s.give(i, -1, v, at)
		return nil
	}
	n, err := m.defendant("")
	if err != nil {
		return fault.Input("verdict", "several defendants wait for a verdict; record each with recordVerdict")
	}
	s.give(i, n, v, at)
	return nil
}

// give makes a verdict that of a matter, and of its defendant where n is not
// negative. The matter reaches VERDICT with the first verdict, by its day, and is
// a conviction from the day of the first conviction on.
func (s *State) give(i, n int, v Verdict, at track.Stamp) {
	m := &s.Matters[i]
	v = id.Intern(v)
	if n >= 0 {
		m.Defendants[n].Verdict, m.Defendants[n].VerdictOn = v, at.On
	}
	if v == Conviction && (m.Convicted == nil || at.On < m.Convicted.On) {
		m.Convicted = &at
	}
	if m.Verdict == "" || v == Conviction {
		m.Verdict = v
	}
	s.take(i, at.On)
	reached := slices.IndexFunc(s.Milestones, func(r track.Milestone) bool { return int(r.Spell) == i && r.Code() == track.VerdictGiven })
	switch {
	case reached < 0:
		s.Milestones.Add(track.VerdictGiven, i, at)
	case at.On < s.Milestones[reached].On:
		s.Milestones[reached].Stamp = at
	}
}
