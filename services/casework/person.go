package casework

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/demography"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/identity"
	"onward/services/people"
)

// RecordIdentityInput says who a survivor is. The fields that are given take the place
// of what was recorded before, those that Clear names are taken away, and the others
// stay.
type RecordIdentityInput struct {
	RequestID       string  `json:"requestId" validate:"required,max=128"`
	CaseID          id.Case `json:"caseId" validate:"required,max=64"`
	ExpectedVersion *int    `json:"expectedVersion"` // of the identity
	identity.Identity
	Clear []identity.Field `json:"clear" validate:"max=9,unique"`
}

// IdentityChange is what a recording made of an identity.
type IdentityChange struct {
	Case     *casefile.Case
	Identity *people.Person
	Asked    bool // it has asked all organisations whether they know her, for the access log
}

// RecordIdentity records who a survivor is. It is kept beside the case, not in it: each
// field is sealed under the key of the case. It returns Unavailable to who asks by it
// too often whether another organisation knows somebody.
func (s *Service) RecordIdentity(ctx context.Context, actor access.Actor, in RecordIdentityInput) (*IdentityChange, error) {
	if err := s.checkIdentity(&in); err != nil {
		return nil, err
	}
	c, err := s.desk.find(ctx, in.CaseID)
	if err != nil {
		return nil, err
	}
	key := id.RequestKey(actor.Worker, in.RequestID)
	if actor.Sees(c, s.Today()) {
		p, seen, err := s.people.Seen(ctx, c.ID, actor.Worker, key)
		if seen || err != nil {
			return &IdentityChange{Case: c, Identity: &p}, err
		}
	}
	if err := actor.Permit(access.RecordIdentity, c, s.Today()); err != nil {
		return nil, err
	}
	if wrong := contradictions(c, in.Identity); len(wrong) > 0 {
		return nil, fault.Inputs(wrong...)
	}
	asks := in.asks()
	if asks > 0 {
		if err := s.admitSearch(ctx, actor.Worker, s.now(), asks); err != nil {
			return nil, err
		}
	}
	p, err := s.people.Record(ctx, people.Recording{
		Case: c.ID, Organisation: c.Organisation, By: actor.Worker, For: actor.Organisation, At: s.now().UTC().Truncate(time.Millisecond),
		Key: key, ExpectedVersion: in.ExpectedVersion, Identity: in.Identity, Clear: in.Clear,
	})
	if err != nil {
		return nil, s.goneOrMoved(ctx, c, err)
	}
	return &IdentityChange{Case: c, Identity: &p, Asked: asks > 0}, nil
}

// asks returns about how many things a recording asks whether another organisation
// knows them.
func (in *RecordIdentityInput) asks() int {
	n := len(in.Numbers) + len(in.Aliases)
	for _, given := range []bool{in.Name != nil, in.NameKhmer != nil} {
		if given {
			n++
		}
	}
	if n == 0 && in.Birth != nil {
		return 1
	}
	return n
}

// contradictions returns what of an identity cannot be true of whom the case says that she
// is. A year apart is let pass, as within the case itself. Who may record an identity
// reads both, so that the refusal tells nothing new.
func contradictions(c *casefile.Case, in identity.Identity) (wrong []fault.Field) {
	refuse := func(path, is, should string) {
		wrong = append(wrong, fault.Field{Path: path, Message: fmt.Sprintf("is %s, and the case says %s; where the case is wrong, correct it first by reviseCase", is, should)})
	}
	if sex := c.Sex(); sex != "" && sex != demography.UnknownSex && in.Sex != "" && in.Sex != demography.UnknownSex && in.Sex != sex {
		refuse("sex", string(in.Sex), string(sex))
	}
	if in.Birth == nil {
		return wrong
	}
	born, year := in.Birth.On.Time().Year(), c.BirthYear()
	if year != 0 && !within(born, year) {
		refuse("birth.on", fmt.Sprint(born), fmt.Sprint(year))
	} else if !c.AdultOn.IsZero() && !within(born, demography.BornInYear(c.AdultOn)) {
		refuse("birth.on", fmt.Sprint(born), fmt.Sprintf("that she turns %d on %s", demography.AdultYears, c.AdultOn))
	}
	return wrong
}

// within reports whether two years are at most one apart.
func within(a, b int) bool { return a-b <= 1 && b-a <= 1 }

// goneOrMoved turns a conflict into the refusal of a change where the case is erased.
func (s *Service) goneOrMoved(ctx context.Context, c *casefile.Case, err error) error {
	if _, erased := s.vault.ForOpening(ctx, string(c.ID)); fault.Is(erased, fault.Conflict) {
		return goneFor(erased)
	}
	return err
}

// checkIdentity refuses what is broken, by its path in the input, and leaves the
// identity as it is recorded.
func (s *Service) checkIdentity(in *RecordIdentityInput) error {
	fields := broken(in)
	checked, wrong := identity.Checked(in.Identity, s.Today())
	fields = append(fields, wrong...)
	for i, a := range in.Addresses {
		fields = append(fields, misplaced(fmt.Sprintf("addresses[%d].", i), a)...)
	}
	for _, f := range in.Clear {
		if in.Has(f) {
			fields = append(fields, fault.Field{Path: "clear", Message: string(f) + " is given, and cannot be taken away at the same time"})
		}
	}
	if len(in.Given())+len(in.Clear) == 0 && len(fields) == 0 {
		fields = append(fields, fault.Field{Path: "input", Message: "nothing is given that could be recorded"})
	}
	if len(fields) > 0 {
		return fault.Inputs(fields...)
	}
	in.Identity = checked
	return nil
}

// misplaced returns what is wrong with the codes of an address.
func misplaced(at string, a identity.Address) []fault.Field {
	if _, ok := directory.Provinces[a.Province]; !ok && (a.Province != "" || a.District != "" || a.Commune != "") {
		return []fault.Field{{Path: at + "province", Message: "must be a province of Cambodia by ISO 3166-2:KH, such as KH-12"}}
	}
	var f *fault.Error
	if a.Province == "" || !errors.As(directory.CheckPlace(a.Province, a.District, a.Commune), &f) {
		return nil
	}
	wrong := slices.Clone(f.Fields)
	for i := range wrong {
		wrong[i].Path = at + wrong[i].Path
	}
	return wrong
}

// Identity returns who the survivor of a case is, or nil where nothing was recorded or
// it was erased. Who reads it through a broken glass alone does not read where she is.
func (v *View) Identity(ctx context.Context, c *casefile.Case) (*people.Person, error) {
	p, err := v.people.Get(ctx, c.ID)
	if err != nil || p.Version == 0 {
		return nil, err
	}
	if !v.Actor.ReadsUnbroken(access.Identity, c, v.Today) {
		p.Addresses = nil
	}
	return &p, nil
}

// SearchPeopleInput looks for somebody by exactly one of the fields.
type SearchPeopleInput struct {
	Name   *string `json:"name" validate:"omitempty,max=200"`
	Phone  *string `json:"phone" validate:"omitempty,max=50"`
	Number *string `json:"number" validate:"omitempty,max=50"`
}

// PeopleFound are the cases of those who answer a search.
type PeopleFound struct {
	Cases []*casefile.Case
	More  bool // than these

	Sought string // a digest of what was searched for, for the access log
}

// mostFound is how many cases a search answers with at most [J].
const mostFound = 20

// SearchPeople finds the cases of the actor's organisation whose survivor has a name, a
// phone or a number, those that were opened last first: of cases that the actor sees
// and of whose survivor the actor may read what is searched. It opens nothing, and
// returns Unavailable to who searches too often.
func (s *Service) SearchPeople(ctx context.Context, v *View, in SearchPeopleInput) (*PeopleFound, error) {
	if err := v.Actor.PermitProgramme(access.SearchPeople); err != nil {
		return nil, err
	}
	q, classes, err := in.query()
	if err != nil {
		return nil, err
	}
	if err := s.admitSearch(ctx, v.Actor.Worker, v.At, 1); err != nil {
		return nil, err
	}
	found, err := s.people.Find(ctx, v.Actor.Organisation, q)
	if err != nil {
		return nil, err
	}
	sought, err := s.people.Sought(ctx, v.Actor.Organisation, q)
	if err != nil {
		return nil, err
	}
	answer := &PeopleFound{Cases: []*casefile.Case{}, Sought: sought}
	for _, caseID := range found {
		c, err := v.Case(caseID)
		if err == nil && c.Organisation == v.Actor.Organisation && v.readsAll(classes, c) {
			answer.Cases = append(answer.Cases, c)
		}
	}
	slices.SortFunc(answer.Cases, func(a, b *casefile.Case) int {
		return cmp.Or(cmp.Compare(b.OpenedOn, a.OpenedOn), cmp.Compare(a.ID, b.ID))
	})
	if answer.More = len(answer.Cases) > mostFound; answer.More {
		answer.Cases = answer.Cases[:mostFound]
	}
	return answer, nil
}

func (v *View) readsAll(classes []access.Class, c *casefile.Case) bool {
	return !slices.ContainsFunc(classes, func(class access.Class) bool { return !v.Reads(class, c) })
}

// query returns what an input looks for, and the classes that it asks about.
func (in SearchPeopleInput) query() (q identity.Query, classes []access.Class, err error) {
	given := 0
	for _, text := range []*string{in.Name, in.Phone, in.Number} {
		if text != nil {
			given++
		}
	}
	fields := broken(&in)
	switch ok := false; {
	case given != 1:
		fields = append(fields, fault.Field{Path: "input", Message: "give exactly one of name, phone and number"})
	case len(fields) > 0:
	case in.Name != nil:
		if q, ok = identity.ByName(*in.Name); !ok {
			fields = append(fields, fault.Field{Path: "name", Message: "must have letters"})
		}
	case in.Phone != nil:
		if q, ok = identity.ByPhone(*in.Phone); !ok {
			fields = append(fields, fault.Field{Path: "phone", Message: "must be a phone number, such as 012 345 678 or +66 2 123 4567"})
		}
	default:
		if q, ok = identity.ByNumber(*in.Number); !ok {
			fields = append(fields, fault.Field{Path: "number", Message: "must have letters or digits"})
		}
	}
	if len(fields) > 0 {
		return q, nil, fault.Inputs(fields...)
	}
	if in.Phone != nil {
		return q, []access.Class{access.Identity, access.Contact}, nil
	}
	return q, []access.Class{access.Identity}, nil
}
