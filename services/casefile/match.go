package casefile

import (
	"cmp"
	"iter"
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

var matchKinds = []kind{always((*Case).agreeMatch), always((*Case).declineMatch)}

// MatchAgreed is the entry by which the organisation of a case agrees that a case
// elsewhere is of the same person. It is written on the own case alone; the match is a
// name of the pair that tells neither case.
type MatchAgreed struct {
	MatchID id.Match `json:"matchId" validate:"required,max=64"`
}

// MatchDeclined is the entry by which it declines a match, or agrees no longer.
type MatchDeclined struct {
	MatchID id.Match `json:"matchId" validate:"required,max=64"`
}

// Kind names the entry.
func (MatchAgreed) Kind() string { return "match.agreed" }

// Kind names the entry.
func (MatchDeclined) Kind() string { return "match.declined" }

// Summary describes the entry in a sentence.
func (MatchAgreed) Summary() string {
	return "Agreed that a case of another organisation is of the same person"
}

// Summary describes the entry in a sentence.
func (MatchDeclined) Summary() string {
	return "Declined that a case of another organisation is of the same person"
}

// MatchAnswer is what a case has answered to a match.
type MatchAnswer string

// The answers.
const (
	MatchIsAgreed   MatchAnswer = "AGREED"
	MatchIsDeclined MatchAnswer = "DECLINED"
	MatchHasLapsed  MatchAnswer = "LAPSED" // it was agreed, and her consent to share was not in force all the time since
)

// Match is a match with what the case has answered.
type Match struct {
	ID     id.Match     `json:"id"`
	Answer MatchAnswer  `json:"answer"`
	On     calendar.Day `json:"on"` // the day of the answer
}

// Matching is what few cases have: the matches to which they have answered. It is
// never changed, as clones share it.
type Matching struct {
	Matches []Match `json:"matches"`
}

// Match returns what the case has answered to a match.
func (c *Case) Match(matchID id.Match) (Match, bool) {
	if c.Matching() == nil {
		return Match{}, false
	}
	i := slices.IndexFunc(c.Matching().Matches, func(m Match) bool { return m.ID == matchID })
	if i < 0 {
		return Match{}, false
	}
	return c.Matching().Matches[i], true
}

// Agreed yields the matches to which the case agrees, as its history says. One that is
// MERGED, protected or erased agrees to none: she decides on the case that survives, and
// nobody outside may learn of the others.
func (c *Case) Agreed() iter.Seq[Match] {
	return func(yield func(Match) bool) {
		if c.Matching() == nil || c.Status == Merged || c.Protected() || !c.ErasedOn.IsZero() {
			return
		}
		for _, m := range c.Matching().Matches {
			if m.Answer == MatchIsAgreed && !yield(m) {
				return
			}
		}
	}
}

// AgreedOn yields the matches to which the case agrees on a day: her consent may have
// run out before anybody has noted it.
func (c *Case) AgreedOn(today calendar.Day) iter.Seq[Match] {
	if !c.Consented(ForShare, today) {
		return func(func(Match) bool) {}
	}
	return c.Agreed()
}

// SharesWithAll reports whether consent for SHARE that names no organisation was in
// force on a day, and ever since. To agree to a match needs it: which organisation it
// is cannot be said before both have agreed.
func (c *Case) SharesWithAll(since calendar.Day) bool {
	first := c.consentFor(ForShare, since)
	if first < 0 || !c.Consents[first].holds(since) {
		return false
	}
	until := calendar.LastDay
	for _, k := range c.Consents[first:] {
		if k.Purpose() != ForShare {
			continue
		}
		if k.Decision() != Given || k.Expired || len(k.Organisations()) > 0 || until < k.On-1 {
			return false
		}
		until = cmp.Or(k.ExpiresOn, calendar.LastDay)
	}
	return true
}

func (c *Case) agreeMatch(a MatchAgreed, e Entry) error {
	switch m, _ := c.Match(a.MatchID); {
	case c.Status == "":
		return c.underWay()
	case c.Status == Merged:
		return fault.Input("caseId", "the case is MERGED; agree on the case that survives")
	case c.Protected():
		return fault.Input("caseId", "the case is protected: nobody outside may learn of it")
	case m.Answer == MatchIsAgreed:
		return fault.Input("matchId", "this was agreed on %s", m.On)
	case !c.SharesWithAll(e.On):
		return fault.Input("caseId", "consent for SHARE that names no organisation is needed, since it cannot be said yet which one it is, and is not in force since %s; record it with recordConsent", e.On)
	}
	return c.answerMatch(Match{id.Intern(a.MatchID), MatchIsAgreed, e.On})
}

func (c *Case) declineMatch(d MatchDeclined, e Entry) error {
	if m, _ := c.Match(d.MatchID); m.Answer == MatchIsDeclined {
		return fault.Input("matchId", "this was declined on %s", m.On)
	}
	return c.answerMatch(Match{id.Intern(d.MatchID), MatchIsDeclined, e.On})
}

// answerMatch puts an answer in the place of the one before.
func (c *Case) answerMatch(answer Match) error {
	var all []Match
	if c.Matching() != nil {
		all = slices.Clone(c.Matching().Matches)
	}
	if i := slices.IndexFunc(all, func(m Match) bool { return m.ID == answer.ID }); i >= 0 {
		all[i] = answer
	} else if err := track.Full("matchId", len(all), "answers to matches"); err != nil {
		return err
	} else {
		all = append(all, answer)
	}
	write(&c.Ties).Matching = &Matching{all}
	return nil
}

// unmatch ends what was agreed with a consent that is in force no longer. A new consent
// does not bring it back: she is asked again.
func (c *Case) unmatch() {
	if c.Matching() == nil {
		return
	}
	all := slices.Clone(c.Matching().Matches)
	for i := range all {
		if m := &all[i]; m.Answer == MatchIsAgreed && !c.SharesWithAll(m.On) {
			m.Answer = MatchHasLapsed
		}
	}
	write(&c.Ties).Matching = &Matching{all}
}
