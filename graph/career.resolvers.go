package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/directory"
	"onward/services/locale"
	"onward/services/page"
)

func (r *careerSessionResolver) Site(ctx context.Context, obj *casework.CareerSession) (*directory.Site, error) {
	return viewOf(ctx).Site(obj.SiteID), nil
}

func (r *careerSessionResolver) Service(ctx context.Context, obj *casework.CareerSession) (*delivery.Service, error) {
	service, _ := delivery.Find(obj.Code())
	return &service, nil
}

func (r *careerSpellResolver) Site(ctx context.Context, obj *career.Registration) (*directory.Site, error) {
	return viewOf(ctx).Site(obj.Site), nil
}

func (r *caseResolver) CareerSessions(ctx context.Context, obj *casefile.Case, first *int, after *string, last *int, before *string) (*page.Connection[casework.CareerSession], error) {
	return viewOf(ctx).ListCareerSessions(ctx, obj, page.Args{First: first, After: after, Last: last, Before: before})
}

func (r *introductionResolver) Employer(ctx context.Context, obj *career.Introduction) (*directory.Employer, error) {
	return viewOf(ctx).Employer(obj.EmployerID), nil
}

func (r *mutationResolver) RegisterAtCareerCentre(ctx context.Context, input casework.RegisterAtCareerCentreInput) (*casework.Change, error) {
	return r.Casework.RegisterAtCareerCentre(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordCareerSession(ctx context.Context, input casework.RecordCareerSessionInput) (*casework.Change, error) {
	return r.Casework.RecordCareerSession(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) UpdateReadiness(ctx context.Context, input casework.UpdateReadinessInput) (*casework.Change, error) {
	return r.Casework.UpdateReadiness(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) StartTraining(ctx context.Context, input casework.StartTrainingInput) (*casework.Change, error) {
	return r.Casework.StartTraining(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) CompleteTraining(ctx context.Context, input casework.CompleteTrainingInput) (*casework.Change, error) {
	return r.Casework.CompleteTraining(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) IntroduceToEmployer(ctx context.Context, input casework.IntroduceToEmployerInput) (*casework.Change, error) {
	return r.Casework.IntroduceToEmployer(ctx, viewOf(ctx).Actor, input)
}

func (r *mutationResolver) RecordIntroductionResult(ctx context.Context, input casework.RecordIntroductionResultInput) (*casework.Change, error) {
	return r.Casework.RecordIntroductionResult(ctx, viewOf(ctx).Actor, input)
}

func (r *queryResolver) ReadinessChecklist(ctx context.Context, version *int) (*career.Checklist, error) {
	return career.FindChecklist(version)
}

func (r *readinessItemResolver) Label(ctx context.Context, obj *career.Item, locale *locale.Locale) (string, error) {
	return obj.Label.In(language(locale)), nil
}

func (r *trainingResolver) Provider(ctx context.Context, obj *career.Training) (*directory.Organisation, error) {
	return viewOf(ctx).Organisation(obj.ProviderID), nil
}

func (r *Resolver) CareerSession() generated.CareerSessionResolver { return &careerSessionResolver{r} }

func (r *Resolver) CareerSpell() generated.CareerSpellResolver { return &careerSpellResolver{r} }

func (r *Resolver) Introduction() generated.IntroductionResolver { return &introductionResolver{r} }

func (r *Resolver) ReadinessItem() generated.ReadinessItemResolver { return &readinessItemResolver{r} }

func (r *Resolver) Training() generated.TrainingResolver { return &trainingResolver{r} }

type (
	careerSessionResolver struct{ *Resolver }
	careerSpellResolver   struct{ *Resolver }
	introductionResolver  struct{ *Resolver }
	readinessItemResolver struct{ *Resolver }
	trainingResolver      struct{ *Resolver }
)
