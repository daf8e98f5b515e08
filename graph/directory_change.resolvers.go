package graph

import (
	"context"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/signin"
)

func (r *mutationResolver) AddSite(ctx context.Context, input directory.AddSiteInput) (*directory.SitePayload, error) {
	return r.Directory.AddSite(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) AddEmployer(ctx context.Context, input directory.AddEmployerInput) (*directory.EmployerPayload, error) {
	return r.Directory.AddEmployer(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) UpdateOrganisation(ctx context.Context, input directory.UpdateOrganisationInput) (*directory.OrganisationPayload, error) {
	return r.Directory.UpdateOrganisation(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) UpdateSite(ctx context.Context, input directory.UpdateSiteInput) (*directory.SitePayload, error) {
	return r.Directory.UpdateSite(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) EndSite(ctx context.Context, input directory.EndSiteInput) (*directory.SitePayload, error) {
	return r.Casework.EndSite(ctx, viewOf(ctx), input)
}

func (r *mutationResolver) AddTeam(ctx context.Context, input directory.AddTeamInput) (*directory.TeamPayload, error) {
	return r.Directory.AddTeam(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) UpdateTeam(ctx context.Context, input directory.UpdateTeamInput) (*directory.TeamPayload, error) {
	return r.Directory.UpdateTeam(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) EndTeam(ctx context.Context, input directory.EndTeamInput) (*directory.TeamPayload, error) {
	return r.Directory.EndTeam(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) AddWorker(ctx context.Context, input directory.AddWorkerInput) (*directory.WorkerPayload, error) {
	return r.Directory.AddWorker(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) UpdateWorker(ctx context.Context, input directory.UpdateWorkerInput) (*directory.WorkerPayload, error) {
	return r.Directory.UpdateWorker(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) EndWorker(ctx context.Context, input directory.EndWorkerInput) (*casework.EndWorkerPayload, error) {
	return r.Casework.EndWorker(ctx, viewOf(ctx), input)
}

func (r *mutationResolver) IssueToken(ctx context.Context, input directory.IssueTokenInput) (*directory.TokenPayload, error) {
	return r.Directory.IssueToken(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) LinkSignIn(ctx context.Context, input directory.LinkSignInInput) (*directory.WorkerPayload, error) {
	return r.Directory.LinkSignIn(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) InviteWorker(ctx context.Context, input signin.InviteWorkerInput) (*signin.Invitation, error) {
	return r.SignIn.Invite(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) RevokeTokens(ctx context.Context, input directory.RevokeTokensInput) (*directory.WorkerPayload, error) {
	return r.Directory.RevokeTokens(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) UpdateEmployer(ctx context.Context, input directory.UpdateEmployerInput) (*directory.EmployerPayload, error) {
	return r.Directory.UpdateEmployer(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) EndEmployer(ctx context.Context, input directory.EndEmployerInput) (*directory.EmployerPayload, error) {
	return r.Directory.EndEmployer(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) AddSchool(ctx context.Context, input directory.AddSchoolInput) (*directory.SchoolPayload, error) {
	return r.Directory.AddSchool(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) UpdateSchool(ctx context.Context, input directory.UpdateSchoolInput) (*directory.SchoolPayload, error) {
	return r.Directory.UpdateSchool(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) EndSchool(ctx context.Context, input directory.EndSchoolInput) (*directory.SchoolPayload, error) {
	return r.Directory.EndSchool(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) AddNetwork(ctx context.Context, input directory.AddNetworkInput) (*directory.NetworkPayload, error) {
	return r.Directory.AddNetwork(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) UpdateNetwork(ctx context.Context, input directory.UpdateNetworkInput) (*directory.NetworkPayload, error) {
	return r.Directory.UpdateNetwork(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *mutationResolver) EndNetwork(ctx context.Context, input directory.EndNetworkInput) (*directory.NetworkPayload, error) {
	return r.Directory.EndNetwork(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}
