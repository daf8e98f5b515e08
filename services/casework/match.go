package casework

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/identity"
	"onward/services/stall"
)

// Duplicate says that another organisation may know the same person, and by what. Until
// both have agreed it tells neither the organisation nor anything of its case but that
// it asks.
type Duplicate struct {
	MatchID      id.Match
	By           []identity.Sign // none where the two are alike no longer
	Answer       casefile.MatchAnswer
	AnsweredOn   calendar.Day
	AskedOn      calendar.Day            // the day on which the other one agreed, while it does
	Organisation *directory.Organisation // the other one, once both agree
}

// KnownElsewhere lists for those who answer for a case where another organisation may
// know the same person, those first that were asked about or answered. Protected cases
// are not among them: nobody but those named knows of these.
func (v *View) KnownElsewhere(ctx context.Context, c *casefile.Case) ([]Duplicate, error) {
	if !v.Actor.May(access.SeeDuplicates, c, v.Today) {
		return nil, nil
	}
	if !c.ErasedOn.IsZero() {
		return []Duplicate{}, nil
	}
	found, err := v.duplicates(ctx, c)
	if err != nil {
		return nil, err
	}
	return found[:min(len(found), mostDuplicates)], nil
}

// mostDuplicates is how many others are told at most [J].
const mostDuplicates = 20

// duplicates lists all of them. A match to which either of the two has agreed stays one
// when an identity changes: what was agreed is about the pair.
func (v *View) duplicates(ctx context.Context, c *casefile.Case) ([]Duplicate, error) {
	p, err := v.people.Get(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	alike, err := v.people.Alike(ctx, p)
	if err != nil {
		return nil, err
	}
	found := []Duplicate{}
	for caseID, signs := range alike {
		other, ok := v.Cases.Case(caseID)
		if !ok || !matchable(c, other) {
			continue
		}
		match, err := v.people.Match(ctx, c.ID, caseID)
		if err != nil {
			return nil, err
		}
		slices.Sort(signs)
		found = append(found, Duplicate{MatchID: match, By: signs})
	}
	if c.Matching() != nil {
		for _, m := range c.Matching().Matches {
			listed := slices.ContainsFunc(found, func(d Duplicate) bool { return d.MatchID == m.ID })
			if !listed && m.Answer == casefile.MatchIsAgreed {
				found = append(found, Duplicate{MatchID: m.ID, By: []identity.Sign{}})
			}
		}
	}
	for i := range found {
		v.answered(&found[i], c)
	}
	slices.SortFunc(found, func(a, b Duplicate) int {
		return cmp.Or(cmp.Compare(b.latest(), a.latest()), slices.Compare(a.By, b.By), strings.Compare(string(a.MatchID), string(b.MatchID)))
	})
	return found, nil
}

// matchable reports whether a case may be of the person of another organisation's, as
// far as who may know of it is concerned. One that continues the other is known to be.
func matchable(c, other *casefile.Case) bool {
	return other.Organisation != c.Organisation && other.ID != c.ContinuedBy() && other.ID != c.Continues() &&
		other.Status != casefile.Merged && !other.Protected() && other.ErasedOn.IsZero()
}

// latest is the day on which anybody has answered last; zero where nobody has.
func (d Duplicate) latest() calendar.Day { return max(d.AnsweredOn, d.AskedOn) }

// answered fills in what both sides have answered. That the other one has declined
// reads as that it has not answered.
func (v *View) answered(d *Duplicate, c *casefile.Case) {
	mine, _ := c.Match(d.MatchID)
	d.Answer, d.AnsweredOn = mine.Answer, mine.On
	for other := range v.Cases.AgreeingTo(d.MatchID) {
		if !matchable(c, other) {
			continue
		}
		theirs, agrees := agreement(other, d.MatchID, v.Today)
		if !agrees {
			continue
		}
		d.AskedOn = theirs.On
		if _, both := agreement(c, d.MatchID, v.Today); both {
			org := v.Directory.Organisations[other.Organisation]
			d.Organisation = &org
		}
	}
}

// agreement returns what a case has answered to a match to which it agrees on a day.
func agreement(c *casefile.Case, match id.Match, today calendar.Day) (casefile.Match, bool) {
	for m := range c.AgreedOn(today) {
		if m.ID == match {
			return m, true
		}
	}
	return casefile.Match{}, false
}

// asked returns the matches that wait for an answer of those who answer for cases of
// the actor's organisation, as work. It looks at what others have agreed to, of which
// there is little, and opens no identity.
func (v *View) asked(ctx context.Context) (items []WorkItem, err error) {
	if v.people == nil || !v.Actor.Role.Steers() {
		return nil, nil
	}
	for other := range v.Cases.Agreeing() {
		if other.Organisation == v.Actor.Organisation {
			continue
		}
		for _, caseID := range v.people.Sharing(other.ID) {
			c, ok := v.Cases.Case(caseID)
			if !ok || !v.Actor.May(access.AnswerMatch, c, v.Today) || c.Status == casefile.Merged || c.Protected() || !matchable(c, other) {
				continue
			}
			match, err := v.people.Match(ctx, c.ID, other.ID)
			if err != nil {
				return nil, err
			}
			theirs, agrees := agreement(other, match, v.Today)
			if mine, _ := c.Match(match); agrees && (mine.Answer == "" || mine.Answer == casefile.MatchHasLapsed) {
				d := stall.Asked(c, v.thresholds(c), match, theirs.On)
				items = append(items, WorkItem{Case: c, Deadline: d, Overdue: d.Overdue(v.Today)})
			}
		}
	}
	return items, nil
}

// AgreeMatchInput agrees that a case of another organisation is of the same person.
type AgreeMatchInput struct {
	Request
	casefile.MatchAgreed
}

// AgreeMatch agrees, for one's own organisation, that a case of another one is of the
// same person. It needs her consent to share. Once both agree, each learns which
// organisation the other is, and all figures count one person.
func (s *Service) AgreeMatch(ctx context.Context, actor access.Actor, in AgreeMatchInput) (*Change, error) {
	return s.record(ctx, actor, access.AnswerMatch, in.Request, in.MatchAgreed, s.noticed(actor, in.MatchID))
}

// DeclineMatchInput declines a match.
type DeclineMatchInput struct {
	Request
	casefile.MatchDeclined
}

// DeclineMatch says that a case of another organisation is not of the same person, or
// that one's own agrees no longer. The other one is not told which.
func (s *Service) DeclineMatch(ctx context.Context, actor access.Actor, in DeclineMatchInput) (*Change, error) {
	return s.record(ctx, actor, access.AnswerMatch, in.Request, in.MatchDeclined, s.noticed(actor, in.MatchID))
}

// noticed refuses a match of which the case has no notice.
func (s *Service) noticed(actor access.Actor, match id.Match) reference {
	return func(ctx context.Context, c *casefile.Case) error {
		if s.live == nil {
			return fault.New(fault.Internal, "drafts have no matches")
		}
		found, err := s.View(actor, s.live.register.Snapshot()).duplicates(ctx, c)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(found, func(d Duplicate) bool { return d.MatchID == match }) {
			return fault.Input("matchId", "there is no such match on this case")
		}
		return nil
	}
}
