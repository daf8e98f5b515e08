package casework

import (
	"context"
	"fmt"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
)

// OpenCaseInput opens a case. Without a day it is opened today.
type OpenCaseInput struct {
	RequestID string       `json:"requestId" validate:"required,max=128"`
	OpenedOn  calendar.Day `json:"openedOn"`
	casefile.Opened
}

// OpenCase opens a case in the actor's organisation, as REFERRED. The case's
// identifier is derived from who asks and the requestId, so that the same
// request opens one case only, whichever process it meets.
func (s *Service) OpenCase(ctx context.Context, actor access.Actor, in OpenCaseInput) (*Change, error) {
	caseID := id.Case(id.Derive(id.CasePrefix, string(actor.Worker), in.RequestID))
	r := Request{RequestID: in.RequestID, CaseID: caseID, On: in.OpenedOn}
	if err := check(s.Today(), "openedOn", &r, in.Opened); err != nil {
		return nil, err
	}
	if err := actor.PermitProgramme(access.OpenCase); err != nil {
		return nil, err
	}
	if _, err := s.desk.find(ctx, caseID); err == nil {
		return s.openedBefore(ctx, actor, caseID, in)
	}
	for _, refers := range []reference{s.ownWorker(actor, "ownerId", in.OwnerID), s.ownSite(actor, "siteId", in.SiteID)} {
		if err := refers(ctx, nil); err != nil {
			return nil, err
		}
	}
	in.Code = s.caseCode(actor, caseID)
	e := casefile.Entry{
		CaseID: caseID, Version: 1, On: r.On, At: s.now().UTC().Truncate(time.Millisecond),
		By: actor.Worker, Organisation: actor.Organisation, Key: id.RequestKey(actor.Worker, in.RequestID), Data: in.Opened,
	}
	e, err := s.seal(ctx, e)
	if err != nil {
		return nil, err
	}
	c := &casefile.Case{ID: caseID}
	if err := c.Apply(e); err != nil {
		return nil, err
	}
	err = s.desk.create(ctx, c, []casefile.Entry{e})
	if fault.Is(err, fault.Conflict) { // the same request, in another process
		return s.openedBefore(ctx, actor, caseID, in)
	}
	if err != nil {
		return nil, err
	}
	return &Change{Case: c, Entry: e}, nil
}

// openedBefore answers a request that has opened its case already.
func (s *Service) openedBefore(ctx context.Context, actor access.Actor, caseID id.Case, in OpenCaseInput) (*Change, error) {
	change, made, err := s.replay(ctx, actor, caseID, in.RequestID, in.Opened.Kind())
	if err == nil && !made {
		return nil, fault.New(fault.Internal, "case %s was not opened by the request of its identifier", caseID)
	}
	return change, err
}

// caseCode returns the code of a case of the actor's organisation.
func (s *Service) caseCode(actor access.Actor, caseID id.Case) string {
	return codeOf(s.directory.Snapshot().Organisations[actor.Organisation].Code, caseID)
}

// codeOf makes the code by which people name a case: the organisation's code and
// 50 bits of the identifier, in two groups that can be read out.
func codeOf(organisation string, caseID id.Case) string {
	suffix := id.Suffix(caseID)
	return organisation + "-" + suffix[:5] + "-" + suffix[5:10]
}

// AcceptCaseInput takes a referral in.
type AcceptCaseInput struct {
	Request
	casefile.Accepted
}

// AcceptCase moves a case from REFERRED to INTAKE.
func (s *Service) AcceptCase(ctx context.Context, actor access.Actor, in AcceptCaseInput) (*Change, error) {
	return s.record(ctx, actor, access.DecideReferral, in.Request, in.Accepted, s.ownWorker(actor, "ownerId", in.OwnerID))
}

// DeclineCaseInput refuses a referral.
type DeclineCaseInput struct {
	Request
	casefile.Refusal
}

// DeclineCase moves a case from REFERRED to DECLINED.
func (s *Service) DeclineCase(ctx context.Context, actor access.Actor, in DeclineCaseInput) (*Change, error) {
	return s.record(ctx, actor, access.DecideReferral, in.Request, in.Refusal)
}

// RecordConsentInput records what she decided about one purpose.
type RecordConsentInput struct {
	Request
	casefile.ConsentRecorded
}

// RecordConsent records a decision. The last one on a purpose holds.
func (s *Service) RecordConsent(ctx context.Context, actor access.Actor, in RecordConsentInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordConsent, in.Request, in.ConsentRecorded, s.knownOrganisations(in.OrganisationIDs))
}

// knownOrganisations refuses organisations that are not in the directory.
func (s *Service) knownOrganisations(all []id.Organisation) reference {
	return func(context.Context, *casefile.Case) error {
		for i, org := range all {
			if _, ok := s.directory.Snapshot().Organisations[org]; !ok {
				return fault.Input(fmt.Sprintf("organisationIds[%d]", i), "there is no such organisation")
			}
		}
		return nil
	}
}

// ActivateCaseInput begins the plan.
type ActivateCaseInput struct {
	Request
	casefile.Activated
}

// ActivateCase moves a case from INTAKE to ACTIVE. It needs consent for
// SERVICES, an owner and a risk level.
func (s *Service) ActivateCase(ctx context.Context, actor access.Actor, in ActivateCaseInput) (*Change, error) {
	return s.record(ctx, actor, access.ManageCase, in.Request, in.Activated, s.ownWorker(actor, "ownerId", in.OwnerID))
}

// AssignCaseInput gives a case an owner, a site or both.
type AssignCaseInput struct {
	Request
	casefile.Assigned
}

// AssignCase assigns a case.
func (s *Service) AssignCase(ctx context.Context, actor access.Actor, in AssignCaseInput) (*Change, error) {
	return s.record(ctx, actor, access.AssignCase, in.Request, in.Assigned,
		s.ownWorker(actor, "ownerId", in.OwnerID), s.ownSite(actor, "siteId", in.SiteID))
}

// ReviseCaseInput changes what the screening found.
type ReviseCaseInput struct {
	Request
	casefile.Revised
}

// ReviseCase changes the population, the risk level, the phase or the day on which
// she turns 18.
func (s *Service) ReviseCase(ctx context.Context, actor access.Actor, in ReviseCaseInput) (*Change, error) {
	return s.record(ctx, actor, access.ManageCase, in.Request, in.Revised)
}
