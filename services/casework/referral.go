package casework

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/demography"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/page"
	"onward/services/register"
	"onward/services/sealed"
)

// SendReferralInput asks another organisation for a service.
type SendReferralInput struct {
	Request
	casefile.ReferralSent
}

// SendReferral asks another organisation for a service. It needs consent for
// SHARE in force. Once it is accepted, the other organisation reads of the case
// what the referral shares, until it is done or revoked, or she withdraws.
func (s *Service) SendReferral(ctx context.Context, actor access.Actor, in SendReferralInput) (*Change, error) {
	in.Referral = casefile.ReferralOf
	return s.record(ctx, actor, access.SendReferral, in.Request, in.ReferralSent,
		s.otherOrganisation(in.OrganisationID), shareable(in.Shares), knownService(in.Service))
}

// TransferCaseInput offers a case to another organisation.
type TransferCaseInput struct {
	Request
	casefile.ReferralSent
}

// TransferCase offers a case to another organisation. It needs consent for SHARE
// in force, and an approval: where the actor's own word does not suffice, the
// change asks for it. The case moves only when the other organisation accepts.
func (s *Service) TransferCase(ctx context.Context, actor access.Actor, in TransferCaseInput) (*Change, error) {
	in.Referral, in.Need = casefile.TransferOf, cmp.Or(in.Need, "Transfer of the case")
	if err := check(s.Today(), "on", &in.Request, in.ReferralSent); err != nil {
		return nil, err
	}
	return s.intend(ctx, actor, in.Request, s.orAsk(actor, access.MoveCase, in.ReferralSent,
		casefile.Requested{Of: casefile.TransferApproval, Transfer: &in.ReferralSent}, s.otherOrganisation(in.OrganisationID)))
}

// AnswerReferralInput accepts or rejects what another organisation has sent.
type AnswerReferralInput struct {
	Request
	casefile.ReferralAnswered
}

// ReferralChange is what a change made of a referral or a transfer. Case is the
// case that the actor can read from then on: the one referred, or the one that an
// accepted transfer opened; nil where there is none.
type ReferralChange struct {
	Referral Referral
	Case     *casefile.Case
	Entry    casefile.Entry
}

// AnswerReferral accepts or rejects a referral or a transfer. Accepting a
// transfer ends the case where it was and opens one here, in INTAKE, that
// continues it.
func (s *Service) AnswerReferral(ctx context.Context, actor access.Actor, in AnswerReferralInput) (*ReferralChange, error) {
	return s.onReferral(ctx, actor, access.AnswerReferral, in.Request, in.ReferralID, in.ReferralAnswered, s.ownWorker(actor, "ownerId", in.OwnerID))
}

// CompleteReferralInput says that what a referral asked for is done.
type CompleteReferralInput struct {
	Request
	casefile.ReferralCompleted
}

// CompleteReferral ends an accepted referral: what it asked for is done. The
// organisation that accepted it completes it, and reads the case no longer.
func (s *Service) CompleteReferral(ctx context.Context, actor access.Actor, in CompleteReferralInput) (*ReferralChange, error) {
	return s.onReferral(ctx, actor, access.CompleteReferral, in.Request, in.ReferralID, in.ReferralCompleted)
}

// onReferral records what the receiver of a referral does with it.
func (s *Service) onReferral(ctx context.Context, actor access.Actor, action access.Action, r Request, referralID string, data casefile.Data, references ...reference) (*ReferralChange, error) {
	if err := check(s.Today(), "on", &r, data); err != nil {
		return nil, err
	}
	toActor := func(_ context.Context, c *casefile.Case) error {
		if found, ok := c.Referral(referralID); ok && found.To != actor.Organisation {
			return fault.Input("referralId", "there is no such referral on this case")
		}
		return nil
	}
	i := plain(action, data, append(references, toActor)...)
	i.unseen = true
	change, err := s.intend(ctx, actor, r, i)
	if err != nil {
		return nil, err
	}
	c := change.Case
	found, _ := c.Referral(referralID)
	done := &ReferralChange{Referral: Referral{c, found}, Entry: change.Entry}
	if c.ContinuedBy() != "" {
		done.Case, _, err = s.continueCase(ctx, c)
	} else {
		done.Case, err = stillSeen(ctx, s.desk, actor, c, s.Today())
	}
	return done, err
}

// stillSeen returns a case as it was at some moment where the actor sees it as it
// is now, or nil: an answer that is given again shows nothing that is not shared
// any more.
func stillSeen(ctx context.Context, d desk, actor access.Actor, then *casefile.Case, today calendar.Day) (*casefile.Case, error) {
	if !actor.Sees(then, today) {
		return nil, nil
	}
	now, err := d.find(ctx, then.ID)
	if err != nil || !actor.Sees(now, today) {
		return nil, err
	}
	return then, nil
}

// RevokeReferralInput ends a referral or takes a transfer back.
type RevokeReferralInput struct {
	Request
	casefile.ReferralWithdrawn
}

// RevokeReferral ends a referral, or takes back a transfer that waits for its
// answer. The other organisation reads the case no longer.
func (s *Service) RevokeReferral(ctx context.Context, actor access.Actor, in RevokeReferralInput) (*Change, error) {
	return s.record(ctx, actor, access.SendReferral, in.Request, in.ReferralWithdrawn)
}

// otherOrganisation refuses an organisation that is not in the directory.
func (s *Service) otherOrganisation(org id.Organisation) reference {
	return func(context.Context, *casefile.Case) error {
		if _, ok := s.directory.Snapshot().Organisations[org]; !ok {
			return fault.Input("organisationId", "there is no such organisation")
		}
		return nil
	}
}

func shareable(classes []access.Class) reference {
	return func(context.Context, *casefile.Case) error {
		for i, class := range classes {
			if !access.Shareable(class) {
				return fault.Input(fmt.Sprintf("shares[%d]", i), "%s cannot be shared", class)
			}
		}
		return nil
	}
}

func knownService(code string) reference {
	return func(context.Context, *casefile.Case) error {
		if _, ok := delivery.Find(code); code != "" && !ok {
			return fault.Input("service", "is not a code of the service taxonomy; the query serviceTaxonomy lists them")
		}
		return nil
	}
}

// continueCase opens the case that continues a transferred one, unless it is
// there. The acceptance on the old case decides; this follows from it, and may be
// done again by a retry or by the next scan, so that no case is lost between the
// two. It takes over who the survivor is to the programme, and what she has
// decided about reporting; all else is asked again by the new organisation. It
// returns the entries that it has written besides.
func (s *Service) continueCase(ctx context.Context, from *casefile.Case) (*casefile.Case, []casefile.Entry, error) {
	if c, err := s.desk.find(ctx, from.ContinuedBy()); err == nil {
		return c, nil, nil
	}
	history, err := s.desk.history(ctx, from.ID)
	if err != nil {
		return nil, nil, err
	}
	accepted, err := acceptance(history, from.ContinuedBy())
	if err != nil {
		return nil, nil, err
	}
	answer := accepted.Data.(casefile.ReferralAnswered)
	d := s.directory.Snapshot()
	opened := casefile.Opened{
		Code: codeOf(d.Organisations[from.TransferredTo()].Code, from.ContinuedBy()), Population: from.Population(), Risk: from.Risk(),
		Sex: from.Sex(), OwnerID: answer.OwnerID, ReferredBy: sealed.Text(d.Organisations[from.Organisation].Name), FromCaseID: from.ID,
	}
	opened.AdultOn, opened.BirthYear = ageToCarryOver(from, accepted.On)
	if from.Consented(casefile.ForReporting, accepted.On) {
		opened.Consents = []casefile.Purpose{casefile.ForReporting}
	}
	entries := make([]casefile.Entry, 2)
	for i, data := range []casefile.Data{opened, casefile.Accepted{}} {
		entries[i], err = s.seal(ctx, casefile.Entry{
			CaseID: from.ContinuedBy(), Version: i + 1, On: accepted.On, At: accepted.At, By: accepted.By,
			Organisation: from.TransferredTo(), Key: accepted.Key, Data: data,
		})
		if err != nil {
			return nil, nil, err
		}
	}
	c, err := casefile.Fold(from.ContinuedBy(), entries)
	if err != nil {
		return nil, nil, err
	}
	switch err := s.desk.create(ctx, c, entries); {
	case fault.Is(err, fault.Conflict):
		entries = nil // another process has written them
	case err != nil:
		return nil, nil, err
	}
	c, err = s.desk.find(ctx, c.ID)
	return c, entries, err
}

// ageToCarryOver returns what is known of the age of whom a case is about, as far
// as it could be said on a day. Of a woman whose birthday alone is known, the year
// remains.
func ageToCarryOver(from *casefile.Case, on calendar.Day) (adultOn calendar.Day, birthYear *int) {
	if from.AdultOn > on {
		adultOn = from.AdultOn
	}
	year := from.BirthYear()
	if year == 0 && adultOn.IsZero() && !from.AdultOn.IsZero() {
		year = demography.BornInYear(from.AdultOn)
	}
	if year != 0 && year <= on.Time().Year() {
		birthYear = &year
	}
	return adultOn, birthYear
}

// acceptance returns the entry that accepted the transfer which a case
// continues.
func acceptance(history []casefile.Entry, continuation id.Case) (casefile.Entry, error) {
	for _, e := range slices.Backward(history) {
		if a, ok := e.Data.(casefile.ReferralAnswered); ok && a.Accepted && casefile.Continuation(a.ReferralID) == continuation {
			return e, nil
		}
	}
	return casefile.Entry{}, fault.New(fault.Internal, "no entry accepts the transfer that opens %s", continuation)
}

// FinishTransfers opens the cases of accepted transfers that a crash has kept
// from being opened. One that cannot be opened is counted, as in every sweep.
func (s *Service) FinishTransfers(ctx context.Context, cases *register.Snapshot) (Swept, error) {
	unfinished := func(yield func(*casefile.Case) bool) {
		for c := range cases.Transferred() {
			if _, there := cases.Case(c.ContinuedBy()); !there && c.ContinuedBy() != "" && !yield(c) {
				return
			}
		}
	}
	return visitEach(ctx, unfinished, func(c *casefile.Case) ([]casefile.Entry, error) {
		_, opened, err := s.continueCase(ctx, c)
		return opened, err
	})
}

// ReferralDirection is which way a referral went, as the viewer's organisation
// sees it.
type ReferralDirection string

// The directions.
const (
	Incoming ReferralDirection = "INCOMING"
	Outgoing ReferralDirection = "OUTGOING"
)

// ReferralFilter says which referrals; all given parts must hold.
type ReferralFilter struct {
	Direction *ReferralDirection
	State     []casefile.ReferralState
}

// Referral is a referral or a transfer, to be shown to either side.
type Referral struct {
	Of *casefile.Case // whose it is; the receiver may not see it
	casefile.Referral
}

// CaseID returns of which case it is.
func (r Referral) CaseID() string { return string(r.Of.ID) }

// Risk returns her level of risk.
func (r Referral) Risk() casefile.Risk { return r.Of.Risk() }

// Population returns whom the case is about.
func (r Referral) Population() casefile.Population { return r.Of.Population() }

// The page of referrals.
type (
	ReferralConnection = page.Connection[Referral]
	ReferralEdge       = page.Edge[Referral]
)

// ListReferrals returns a page of the referrals and transfers that the actor's
// organisation has sent or received, the newest first. Of those received, an
// actor sees what they may answer and what is shared with them.
func (v *View) ListReferrals(filter *ReferralFilter, args page.Args) (*ReferralConnection, error) {
	if v.Actor.Scope().Empty() || !v.Actor.Scope().Shared {
		return nil, fault.New(fault.Forbidden, "your role reads no referrals")
	}
	f := given(filter)
	var all []Referral
	if f.Direction == nil || *f.Direction == Outgoing {
		for c := range v.Cases.ReferredBy(v.Actor.Organisation) {
			if v.Actor.Sees(c, v.Today) {
				all = append(all, v.Referrals(c)...)
			}
		}
	}
	if f.Direction == nil || *f.Direction == Incoming {
		for c := range v.Cases.ReferredTo(v.Actor.Organisation) {
			all = append(all, v.received(c)...)
		}
	}
	all = slices.DeleteFunc(all, func(r Referral) bool { return len(f.State) > 0 && !slices.Contains(f.State, r.State) })
	slices.SortFunc(all, func(a, b Referral) int {
		return cmp.Or(cmp.Compare(b.SentOn, a.SentOn), cmp.Compare(a.ID, b.ID))
	})
	return page.Of(all, func(r Referral) string { return r.ID }, args)
}

// Referrals returns the referrals of a case of the actor's organisation, or those
// to it of another's.
func (v *View) Referrals(c *casefile.Case) []Referral {
	if c.Organisation != v.Actor.Organisation {
		return v.received(c)
	}
	all := make([]Referral, len(c.Referrals()))
	for i, r := range c.Referrals() {
		all[i] = Referral{c, r}
	}
	return all
}

// received returns what a case's organisation has sent to the actor's. What has
// ended, or what she no longer consents to share, is seen no longer.
func (v *View) received(c *casefile.Case) []Referral {
	all := []Referral{}
	sees, answers := v.Actor.Sees(c, v.Today), v.Actor.May(access.AnswerReferral, c, v.Today)
	for _, r := range c.Referrals() {
		if r.To == v.Actor.Organisation && (sees && r.State == casefile.ReferralAccepted || answers && r.State == casefile.ReferralWaits) {
			all = append(all, Referral{c, r})
		}
	}
	return all
}

// Need returns what the sender wrote for the receiver.
func (v *View) Need(ctx context.Context, r *Referral) (*string, error) {
	e, err := v.Entry(ctx, r.Of, r.Entry)
	if err != nil {
		return nil, err
	}
	switch d := e.Data.(type) {
	case casefile.ReferralSent:
		return v.Open(ctx, r.Of.ID, d.Need)
	case casefile.Approved: // the request holds what was sent
		return v.requestedNeed(ctx, r.Of, d.ApprovalID)
	}
	return nil, nil
}

func (v *View) requestedNeed(ctx context.Context, c *casefile.Case, approvalID string) (*string, error) {
	a, _ := c.Approval(approvalID)
	e, err := v.Entry(ctx, c, int(a.Entry))
	if err != nil {
		return nil, err
	}
	if r, ok := e.Data.(casefile.Requested); ok && r.Transfer != nil {
		return v.Open(ctx, c.ID, r.Transfer.Need)
	}
	return nil, nil
}

// ReferredCase returns the case of a referral where the actor may see it.
func (v *View) ReferredCase(ctx context.Context, r *Referral) (*casefile.Case, error) {
	return stillSeen(ctx, v.desk, v.Actor, r.Of, v.Today)
}
