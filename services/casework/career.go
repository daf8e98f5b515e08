package casework

import (
	"context"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/page"
)

// RegisterAtCareerCentreInput begins a spell at a career centre.
type RegisterAtCareerCentreInput struct {
	Request
	career.Registered
}

// RegisterAtCareerCentre records a registration.
func (s *Service) RegisterAtCareerCentre(ctx context.Context, actor access.Actor, in RegisterAtCareerCentreInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordCareer, in.Request, in.Registered, s.ownSite(actor, "siteId", in.SiteID, directory.CareerCentre))
}

// RecordCareerSessionInput records a session at a career centre.
type RecordCareerSessionInput struct {
	Request
	career.SessionHeld
}

// RecordCareerSession records a session at a career centre.
func (s *Service) RecordCareerSession(ctx context.Context, actor access.Actor, in RecordCareerSessionInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordCareer, in.Request, in.SessionHeld, s.ownSite(actor, "siteId", in.SiteID, directory.CareerCentre))
}

// UpdateReadinessInput gives answers on the job-readiness checklist.
type UpdateReadinessInput struct {
	Request
	career.ReadinessUpdated
}

// UpdateReadiness records answers on the current version of the checklist.
func (s *Service) UpdateReadiness(ctx context.Context, actor access.Actor, in UpdateReadinessInput) (*Change, error) {
	in.Version = career.Current().Version
	return s.record(ctx, actor, access.RecordCareer, in.Request, in.ReadinessUpdated)
}

// StartTrainingInput begins a training.
type StartTrainingInput struct {
	Request
	StartedOn calendar.Day `json:"startedOn"`
	career.TrainingBegun
}

// StartTraining records that she began a training.
func (s *Service) StartTraining(ctx context.Context, actor access.Actor, in StartTrainingInput) (*Change, error) {
	in.On = in.StartedOn
	return s.recordOn(ctx, actor, access.RecordCareer, in.Request, "startedOn", in.TrainingBegun, s.provider(in.ProviderID))
}

// CompleteTrainingInput ends a training.
type CompleteTrainingInput struct {
	Request
	career.TrainingEnded
}

// CompleteTraining records how a training ended.
func (s *Service) CompleteTraining(ctx context.Context, actor access.Actor, in CompleteTrainingInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordCareer, in.Request, in.TrainingEnded, s.issued(in.Certificate))
}

// IntroduceToEmployerInput records an introduction to an employer.
type IntroduceToEmployerInput struct {
	Request
	career.Introduced
}

// IntroduceToEmployer records an introduction to an employer.
func (s *Service) IntroduceToEmployer(ctx context.Context, actor access.Actor, in IntroduceToEmployerInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordCareer, in.Request, in.Introduced, s.ownEmployer(actor, in.EmployerID))
}

// RecordIntroductionResultInput records what came of an introduction.
type RecordIntroductionResultInput struct {
	Request
	career.IntroductionAnswered
}

// RecordIntroductionResult records what came of an introduction.
func (s *Service) RecordIntroductionResult(ctx context.Context, actor access.Actor, in RecordIntroductionResultInput) (*Change, error) {
	return s.record(ctx, actor, access.RecordCareer, in.Request, in.IntroductionAnswered)
}

// issued refuses a certificate of the future.
func (s *Service) issued(c *career.Certificate) reference {
	return func(context.Context, *casefile.Case) error {
		if today := s.Today(); c != nil && c.IssuedOn > today {
			return fault.Input("certificate.issuedOn", "%s is in the future; today is %s", c.IssuedOn, today)
		}
		return nil
	}
}

// CareerSession is one session at a career centre, as the history has it.
type CareerSession struct {
	Entry casefile.Entry
	career.SessionHeld
}

// On returns the day of the session.
func (s CareerSession) On() calendar.Day { return s.Entry.On }

// The pages of sessions.
type (
	CareerSessionConnection = page.Connection[CareerSession]
	CareerSessionEdge       = page.Edge[CareerSession]
)

// ListCareerSessions returns a page of the sessions at a career centre that were
// not taken back, in the order of recording.
func (v *View) ListCareerSessions(ctx context.Context, c *casefile.Case, args page.Args) (*CareerSessionConnection, error) {
	entries, err := v.History(ctx, c)
	if err != nil {
		return nil, err
	}
	var sessions []CareerSession
	for _, e := range entries {
		if held, ok := e.Data.(career.SessionHeld); ok && e.ReversedBy == 0 {
			sessions = append(sessions, CareerSession{Entry: e, SessionHeld: held})
		}
	}
	return page.Of(sessions, func(s CareerSession) string { return s.Entry.ID() }, args)
}
