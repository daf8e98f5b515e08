package register

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

// Filter says which cases; all given parts must hold.
type Filter struct {
	Status       []casefile.Status
	Phase        []casefile.Phase
	Population   []casefile.Population
	Risk         []casefile.Risk
	Organisation []id.Organisation
	Site         []id.Site
	Owner        []id.Worker
	Reached      []track.Code // every one of them
	NotReached   []track.Code // none of them
	Track        []track.Kind
	TrackState   []track.State // of one track of Track, or of any
	Flagged      *bool
	Rule         []casefile.RuleCode
	Severity     []casefile.Severity // of one live flag that has the rule too
	DueBefore    calendar.Day
	OpenedFrom   calendar.Day
	OpenedTo     calendar.Day
}

// validate refuses a filter that contradicts itself.
func (f Filter) validate() error {
	if !f.OpenedTo.IsZero() && f.OpenedTo < f.OpenedFrom {
		return fault.Input("filter.openedTo", "is before openedFrom")
	}
	return nil
}

// protected is the facet of the cases of which only some may know.
const protected = "protected"

// hiding is the facet of the cases of which not everybody who sees them may know all
// that is due.
const hiding = "hiding"

func hides(c *casefile.Case) bool { return c.OpenlyDueOn != c.NextDueOn }

// Protected returns the cases of which only some may know.
func (s *Snapshot) Protected() iter.Seq[*casefile.Case] { return s.each(s.facet(protected)) }

// facet is a value by which a case can be found, and of what kind it is.
type facet struct{ kind, value string }

func (f facet) name() string { return f.kind + f.value }

func (f facet) order(g facet) int {
	return cmp.Or(cmp.Compare(f.kind, g.kind), cmp.Compare(f.value, g.value))
}

// facetsOf lists the facets of a case, in order.
func facetsOf(all []facet, c *casefile.Case) []facet {
	eachFacet(c, func(f facet) { all = append(all, f) })
	slices.SortFunc(all, facet.order)
	return slices.Compact(all)
}

// eachFacet calls fn with the facets of a case, in no order and some of them twice.
func eachFacet(c *casefile.Case, fn func(facet)) {
	is := func(name string) { fn(facet{kind: name}) }
	add := func(kind, value string) {
		if value != "" {
			fn(facet{kind, value})
		}
	}
	add("status:", string(c.Status))
	add("phase:", string(c.Phase()))
	add("population:", string(c.Population()))
	add("risk:", string(c.Risk()))
	add("organisation:", string(c.Organisation))
	add("site:", string(c.Site))
	add("owner:", string(c.Owner))
	add("staying:", string(c.StayingAt()))
	for _, k := range track.Kinds {
		is(trackFacet[k][c.TrackState(k)])
		for _, m := range c.Milestones(k) {
			add("reached:", string(m.Code()))
		}
	}
	for _, f := range c.Flags {
		if f.Live() {
			class := string(f.Class())
			add("flagged:", class)
			add("flag:", class+":"+string(f.Rule)+":"+string(f.Severity))
		}
	}
	if c.Protected() {
		is(protected)
	}
	if hides(c) {
		is(hiding)
	}
	for m := range c.Agreed() {
		is(agreeing)
		add(agreeing, string(m.ID))
	}
	for _, r := range c.Referrals() {
		is("refers")
		add("refers:", string(r.To))
	}
	for i, k := range c.Consents {
		if k.Decision() == casefile.Given && !k.Expired && c.Status != casefile.Merged && c.IsLastConsent(i) {
			add("consent:", string(k.Purpose()))
			if !k.ExpiresOn.IsZero() {
				add("expires:", string(k.Purpose()))
			}
		}
	}
}

// trackFacet holds the facets of the tracks and their states.
var trackFacet = func() map[track.Kind]map[track.State]string {
	all := map[track.Kind]map[track.State]string{}
	for _, k := range track.Kinds {
		all[k] = map[track.State]string{}
		for _, st := range track.States {
			all[k][st] = "track:" + string(k) + ":" + string(st)
		}
	}
	return all
}()

// refacet moves a case from the facets that it had to those that it has. Only
// facets that change are copied.
func (s *Snapshot) refacet(old, c *casefile.Case, ord uint32) {
	var room [2][48]facet // more than is usual
	had := room[0][:0]
	if old != nil {
		had = facetsOf(had, old)
	}
	has := facetsOf(room[1][:0], c)
	if slices.Equal(had, has) {
		return
	}
	for _, f := range had {
		if _, stays := slices.BinarySearchFunc(has, f, facet.order); !stays {
			s.changeFacet(f.name(), func(b *roaring.Bitmap) { b.Remove(ord) })
		}
	}
	for _, f := range has {
		if _, stays := slices.BinarySearchFunc(had, f, facet.order); !stays {
			s.changeFacet(f.name(), func(b *roaring.Bitmap) { b.Add(ord) })
		}
	}
}

// changeFacet changes a facet of the writer's own, and has readers of the next snapshot
// see it. The two share what is alike of them, and the writer copies before it changes.
func (s *Snapshot) changeFacet(name string, change func(*roaring.Bitmap)) {
	own := s.own[name]
	if own == nil {
		own = roaring.New()
		own.SetCopyOnWrite(true)
		s.own[name] = own
	}
	change(own)
	b := own.Clone()
	b.SetCopyOnWrite(false) // so that readers who copy it leave it as it is
	s.facets.Set(name, b)
}

// facet returns the cases with a facet. The caller must not change it.
func (s *Snapshot) facet(name string) *roaring.Bitmap {
	if b, ok := s.facets.Get(name); ok {
		return b
	}
	return roaring.New()
}

// anyOf returns the cases with one of the values of a kind of facet.
func anyOf[T ~string](s *Snapshot, kind string, values []T) *roaring.Bitmap {
	sets := make([]*roaring.Bitmap, len(values))
	for i, v := range values {
		sets[i] = s.facet(kind + string(v))
	}
	if len(sets) == 1 {
		return sets[0]
	}
	return roaring.FastOr(sets...)
}

// match returns the cases of a scope that a filter leaves.
func (s *Snapshot) match(scope access.Scope, today calendar.Day, f Filter) *roaring.Bitmap {
	m := &matching{s: s, scope: scope, left: s.facet("organisation:" + string(scope.Organisation)).Clone()}
	if scope.Consent != "" {
		m.and(s.consented(scope.Consent, today))
	}
	if scope.Purpose != "" {
		m.and(s.consented(scope.Purpose, today))
	}
	if scope.Shared {
		for c := range s.ReferredTo(scope.Organisation) {
			if scope.Includes(c, today) {
				ord, _ := s.ordOf(c.ID)
				m.left.Add(ord)
			}
		}
	}
	for c := range s.Protected() {
		if !scope.Includes(c, today) {
			ord, _ := s.ordOf(c.ID)
			m.left.Remove(ord)
		}
	}
	given(m, "status:", f.Status)
	given(m, "phase:", f.Phase)
	given(m, "population:", f.Population)
	given(m, "risk:", f.Risk)
	given(m, "organisation:", f.Organisation)
	given(m, "site:", f.Site)
	given(m, "owner:", f.Owner)
	for _, code := range f.Reached {
		m.and(m.reached(code))
	}
	for _, code := range f.NotReached {
		m.left.AndNot(m.reached(code))
	}
	m.tracks(f.Track, f.TrackState)
	m.flags(f)
	m.ranges(f)
	return m.left
}

// matching narrows a set of cases down.
type matching struct {
	s     *Snapshot
	scope access.Scope
	left  *roaring.Bitmap
}

// at returns the cases of a set that tells something of a class, as far as the
// scope lets a query look at it.
func (m *matching) at(class casefile.Class, set *roaring.Bitmap) *roaring.Bitmap {
	switch {
	case class == casefile.ClassCase:
		return set
	case class == casefile.ClassLegal && m.scope.Legal, class == casefile.ClassIdentity && m.scope.Birthdays:
		return roaring.And(set, m.s.facet("organisation:"+string(m.scope.Organisation)))
	}
	return roaring.New()
}

// reached returns the cases that have reached a milestone.
func (m *matching) reached(code track.Code) *roaring.Bitmap {
	class := casefile.ClassCase
	if code.Track() == track.Legal {
		class = casefile.ClassLegal
	}
	return m.at(class, m.s.facet("reached:"+string(code)))
}

func (m *matching) and(b *roaring.Bitmap) { m.left.And(b) }

func given[T ~string](m *matching, kind string, values []T) {
	if len(values) > 0 {
		m.and(anyOf(m.s, kind, values))
	}
}

func (m *matching) tracks(kinds []track.Kind, states []track.State) {
	if len(kinds) == 0 && len(states) == 0 {
		return
	}
	if len(kinds) == 0 {
		kinds = track.Kinds
	}
	if len(states) == 0 {
		states = track.States[1:] // all but NOT_STARTED
	}
	var sets []*roaring.Bitmap
	for _, k := range kinds {
		class := casefile.ClassCase
		if k == track.Legal {
			class = casefile.ClassLegal
		}
		for _, st := range states {
			sets = append(sets, m.at(class, m.s.facet(trackFacet[k][st])))
		}
	}
	m.and(roaring.FastOr(sets...))
}

func (m *matching) flags(f Filter) {
	if f.Flagged != nil {
		flagged := roaring.FastOr(m.each(func(class string) *roaring.Bitmap { return m.s.facet("flagged:" + class) })...)
		if *f.Flagged {
			m.and(flagged)
		} else {
			m.left.AndNot(flagged)
		}
	}
	if len(f.Rule) == 0 && len(f.Severity) == 0 {
		return
	}
	severities := f.Severity
	if len(severities) == 0 {
		severities = casefile.Severities
	}
	m.and(roaring.FastOr(m.each(func(class string) *roaring.Bitmap { return m.s.flagsOf(class, f.Rule, severities) })...))
}

// each returns a set for each class that flags can be of.
func (m *matching) each(of func(class string) *roaring.Bitmap) (sets []*roaring.Bitmap) {
	for _, class := range flagClasses {
		sets = append(sets, m.at(class, of(string(class))))
	}
	return sets
}

// flagClasses are the classes that flags can be of.
var flagClasses = []casefile.Class{casefile.ClassCase, casefile.ClassLegal, casefile.ClassIdentity}

// flagsOf returns the cases with a flag of a class, of one of the rules, or of any,
// and of one of the severities.
func (s *Snapshot) flagsOf(class string, rules []casefile.RuleCode, severities []casefile.Severity) *roaring.Bitmap {
	var sets []*roaring.Bitmap
	family := "flag:" + class + ":"
	s.facets.Ascend(family, func(name string, b *roaring.Bitmap) bool {
		rest, is := strings.CutPrefix(name, family)
		if !is {
			return false
		}
		rule, severity, _ := strings.Cut(rest, ":")
		if slices.Contains(severities, casefile.Severity(severity)) && (len(rules) == 0 || slices.Contains(rules, casefile.RuleCode(rule))) {
			sets = append(sets, b)
		}
		return true
	})
	return roaring.FastOr(sets...)
}

// ranges narrows by days, which it reads from the columns.
func (m *matching) ranges(f Filter) {
	if f.DueBefore.IsZero() && f.OpenedFrom.IsZero() && f.OpenedTo.IsZero() {
		return
	}
	if f.OpenedTo.IsZero() {
		f.OpenedTo = math.MaxInt32
	}
	home := m.scope.AllDue(m.scope.Organisation)
	set := m.s.within(f, home)
	if home && m.scope.Shared && f.DueBefore != 0 {
		own := m.s.facet("organisation:" + string(m.scope.Organisation))
		set = roaring.Or(roaring.And(set, own), roaring.AndNot(m.s.within(f, false), own))
	}
	m.and(set)
}

// within returns the cases whose days are in the ranges; of what is due, all counts, or
// what everybody may know of.
func (s *Snapshot) within(f Filter, all bool) *roaring.Bitmap {
	words := make([]uint64, len(s.blocks)*blockSize/64)
	for i := range words {
		words[i] = math.MaxUint64
	}
	for n, b := range s.blocks {
		here := words[n*blockSize/64:]
		if f.OpenedFrom != 0 || f.OpenedTo != math.MaxInt32 {
			keep(here, b.opened, f.OpenedFrom, f.OpenedTo)
		}
		switch {
		case f.DueBefore != 0 && all:
			keep(here, b.due, 1, f.DueBefore-1)
		case f.DueBefore != 0:
			keep(here, b.open, 1, f.DueBefore-1)
		}
	}
	return roaring.FromDense(words, false)
}

// keep clears the bits of the cases of a block whose day is not in a range. It is the one
// loop over all cases, so it touches nothing but a column, and does not branch: days are
// in no order, which a processor cannot foresee.
func keep(words []uint64, column *days, from, to calendar.Day) {
	for w := range blockSize / 64 {
		var out uint64
		for i, day := range column[w*64 : w*64+64] {
			outside := (int64(day) - int64(from)) | (int64(to) - int64(day)) // negative where it is
			out |= uint64(outside>>63) & (1 << i)
		}
		words[w] &^= out
	}
}

// consented returns the cases that a consent in force on a day shares.
func (s *Snapshot) consented(p casefile.Purpose, today calendar.Day) *roaring.Bitmap {
	b := s.facet("consent:" + string(p)).Clone()
	for _, ord := range s.facet("expires:" + string(p)).ToArray() {
		if !s.at(ord).Shared(p, today) {
			b.Remove(ord)
		}
	}
	return b
}

// Flagged returns the cases with a live flag.
func (s *Snapshot) Flagged() iter.Seq[*casefile.Case] {
	var sets []*roaring.Bitmap
	for _, class := range flagClasses {
		sets = append(sets, s.facet("flagged:"+string(class)))
	}
	return s.each(roaring.FastOr(sets...))
}

// OwnedBy returns the cases that a worker owns, whether they are open or not.
func (s *Snapshot) OwnedBy(w id.Worker) iter.Seq[*casefile.Case] {
	return s.each(s.facet("owner:" + string(w)))
}

// Expiring returns the cases with a consent that has a last day, and is not on
// record to have run out.
func (s *Snapshot) Expiring() iter.Seq[*casefile.Case] {
	return s.each(anyOf(s, "expires:", casefile.Purposes))
}

// agreeing is the facet of the cases that agree to a match; with its identifier, of
// those that agree to that one.
const agreeing = "agrees:"

// Agreeing returns the cases that agree to some match.
func (s *Snapshot) Agreeing() iter.Seq[*casefile.Case] { return s.each(s.facet(agreeing)) }

// AgreeingTo returns the cases that agree to a match: two at most.
func (s *Snapshot) AgreeingTo(m id.Match) iter.Seq[*casefile.Case] {
	return s.each(s.facet(agreeing + string(m)))
}

// ReferredTo returns the cases with a referral or a transfer to an organisation,
// whether it is open or has ended.
func (s *Snapshot) ReferredTo(org id.Organisation) iter.Seq[*casefile.Case] {
	return s.each(s.facet("refers:" + string(org)))
}

// Transferred returns the cases that other organisations have taken on.
func (s *Snapshot) Transferred() iter.Seq[*casefile.Case] {
	return s.each(s.facet("status:" + string(casefile.Transferred)))
}

// Refers reports whether there is a referral or a transfer to an organisation.
func (s *Snapshot) Refers(org id.Organisation) bool {
	return !s.facet("refers:" + string(org)).IsEmpty()
}

// ReferredBy returns the cases of an organisation with a referral or a transfer.
func (s *Snapshot) ReferredBy(org id.Organisation) iter.Seq[*casefile.Case] {
	return s.each(roaring.And(s.facet("organisation:"+string(org)), s.facet("refers")))
}

func (s *Snapshot) each(b *roaring.Bitmap) iter.Seq[*casefile.Case] {
	return func(yield func(*casefile.Case) bool) {
		for it := b.Iterator(); it.HasNext(); {
			if !yield(s.at(it.Next())) {
				return
			}
		}
	}
}
