package bench

import (
	"context"

	"onward/graph"
	"onward/graph/generated"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/employment"
	"onward/services/locale"
	"onward/services/page"
	"onward/services/plan"
	"onward/services/register"
	"onward/services/shelter"
	"onward/services/stall"
)

// Constants are the values of an answer that are there already.
type Constants struct {
	Cases    *casework.CaseConnection
	Whole    *casefile.Case
	Worklist *casework.WorkItemConnection
	Impact   *casework.ImpactReport

	Organisation *directory.Organisation
	Site         *directory.Site
	Worker       *directory.Worker
	Employer     *directory.Employer
	Tracks       map[*casefile.Case][]casefile.Track
	Flags        []casework.Flag
	History      *casework.EntryConnection
	Notes        map[int]*string // by the version of the entry
	Access       *casework.CaseAccess
	Explained    *casework.Explanation
	Reason       string // that it says
	Due          *calendar.Day
}

// root answers the schema by constants: nobody is asked who they are, nothing is
// looked up, masked, opened or recorded. What it does not answer, the embedded
// resolver would, which has nothing: it must not be asked for it.
type root struct {
	*graph.Resolver
	c *Constants
}

func (r *root) Query() generated.QueryResolver         { return &query{r.Resolver.Query(), r.c} }
func (r *root) Case() generated.CaseResolver           { return &caseOf{r.Resolver.Case(), r.c} }
func (r *root) Closing() generated.ClosingResolver     { return &closing{r.c} }
func (r *root) Entry() generated.EntryResolver         { return &entry{r.c} }
func (r *root) Milestone() generated.MilestoneResolver { return &milestone{r.c} }
func (r *root) Track() generated.TrackResolver         { return &track{r.c} }
func (r *root) Placement() generated.PlacementResolver {
	return &placement{r.Resolver.Placement(), r.c}
}
func (r *root) ShelterStay() generated.ShelterStayResolver { return &stay{r.c} }
func (r *root) Plan() generated.PlanResolver               { return &planOf{r.c} }
func (r *root) PlanAction() generated.PlanActionResolver   { return &planAction{r.c} }
func (r *root) Flag() generated.FlagResolver               { return &flag{r.c} }
func (r *root) Explanation() generated.ExplanationResolver { return &explanation{r.c} }
func (r *root) WorkItem() generated.WorkItemResolver       { return &workItem{r.c} }
func (r *root) NextAction() generated.NextActionResolver   { return &nextAction{r.c} }

type (
	query struct {
		generated.QueryResolver
		c *Constants
	}
	caseOf struct {
		generated.CaseResolver
		c *Constants
	}
	placement struct {
		generated.PlacementResolver
		c *Constants
	}
	closing     struct{ c *Constants }
	entry       struct{ c *Constants }
	milestone   struct{ c *Constants }
	track       struct{ c *Constants }
	stay        struct{ c *Constants }
	planOf      struct{ c *Constants }
	planAction  struct{ c *Constants }
	flag        struct{ c *Constants }
	explanation struct{ c *Constants }
	workItem    struct{ c *Constants }
	nextAction  struct{ c *Constants }
)

func (r *query) Case(context.Context, *string, *string) (*casefile.Case, error) {
	return r.c.Whole, nil
}

func (r *query) Cases(context.Context, *register.Filter, *register.Order, *int, *string, *int, *string) (*page.Connection[*casefile.Case], error) {
	return r.c.Cases, nil
}

func (r *query) Worklist(context.Context, *casework.WorkFilter, *int, *string) (*casework.WorkItemConnection, error) {
	return r.c.Worklist, nil
}

func (r *query) Impact(context.Context, casework.ImpactInput) (*casework.ImpactReport, error) {
	return r.c.Impact, nil
}

func (r *caseOf) Organisation(context.Context, *casefile.Case) (*directory.Organisation, error) {
	return r.c.Organisation, nil
}

func (r *caseOf) Site(context.Context, *casefile.Case) (*directory.Site, error) { return r.c.Site, nil }

func (r *caseOf) Owner(context.Context, *casefile.Case) (*directory.Worker, error) {
	return r.c.Worker, nil
}

func (r *caseOf) NextDueOn(_ context.Context, c *casefile.Case) (*calendar.Day, error) {
	return new(c.OpenedOn), nil
}

func (r *caseOf) Tracks(_ context.Context, c *casefile.Case) ([]casefile.Track, error) {
	return r.c.Tracks[c], nil
}

func (r *caseOf) Flags(context.Context, *casefile.Case, []casefile.FlagState) ([]casework.Flag, error) {
	return r.c.Flags, nil
}

func (r *caseOf) History(context.Context, *casefile.Case, *int, *string, *int, *string) (*page.Connection[casefile.Entry], error) {
	return r.c.History, nil
}

func (r *caseOf) Access(context.Context, *casefile.Case) (*casework.CaseAccess, error) {
	return r.c.Access, nil
}

func (r *closing) RequestedBy(context.Context, *casefile.Closing) (*directory.Worker, error) {
	return r.c.Worker, nil
}

func (r *closing) ApprovedBy(context.Context, *casefile.Closing) (*directory.Worker, error) {
	return r.c.Worker, nil
}

func (r *entry) By(context.Context, *casefile.Entry) (*directory.Worker, error) {
	return r.c.Worker, nil
}

func (r *entry) ReversedBy(context.Context, *casefile.Entry) (*casefile.Entry, error) {
	return nil, nil
}

func (r *entry) Note(_ context.Context, e *casefile.Entry) (*string, error) {
	return r.c.Notes[e.Version], nil
}

func (r *milestone) Entry(_ context.Context, m *casefile.Milestone) (*casefile.Entry, error) {
	return &r.c.History.Edges[int(m.Milestone.Entry)-1].Node, nil
}

func (r *track) NextDueOn(context.Context, *casefile.Track) (*calendar.Day, error) {
	return r.c.Due, nil
}

func (r *placement) Employer(context.Context, *employment.Placement) (*directory.Employer, error) {
	return r.c.Employer, nil
}

func (r *stay) Site(context.Context, *shelter.Stay) (*directory.Site, error) { return r.c.Site, nil }

func (r *stay) OverCapacityReason(context.Context, *shelter.Stay) (*string, error) { return nil, nil }

func (r *planOf) Author(context.Context, *plan.Plan) (*directory.Worker, error) {
	return r.c.Worker, nil
}

func (r *planAction) Owner(context.Context, *plan.Action) (*directory.Worker, error) {
	return r.c.Worker, nil
}

func (r *flag) Explanation(context.Context, *casework.Flag) (*casework.Explanation, error) {
	return r.c.Explained, nil
}

func (r *workItem) Explanation(context.Context, *casework.WorkItem) (*casework.Explanation, error) {
	return r.c.Explained, nil
}

func (r *explanation) Text(context.Context, *casework.Explanation, *locale.Locale) (string, error) {
	return r.c.Reason, nil
}

func (r *nextAction) Label(context.Context, *stall.NextAction, *locale.Locale) (string, error) {
	return r.c.Reason, nil
}

func (r *nextAction) Input(context.Context, *stall.NextAction) (string, error) {
	return r.c.Reason, nil
}
