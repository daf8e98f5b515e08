package casework

import (
	"context"
	"iter"
	"slices"
	"time"

	"onward/services/access"
	"onward/services/activity"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/page"
)

// ImpactInput says which figures.
type ImpactInput struct {
	From, To     calendar.Day
	AsKnownAt    *time.Time
	GroupBy      []outcome.Dimension
	Indicators   []outcome.Code
	Organisation id.Organisation
}

// ImpactReport is the figures of a period.
type ImpactReport struct {
	From, To  calendar.Day
	AsKnownAt time.Time
	Digest    string
	Rows      []ImpactRow
}

// ImpactRow is one figure, or a place where one is withheld.
type ImpactRow struct {
	Indicator         outcome.Indicator
	Group             []outcome.GroupValue
	Value             *int
	Suppressed        bool
	ExcludedNoConsent *int
}

// smallCell is the largest figure of a group that is withheld from those outside
// the organisation; 0 is shown.
const smallCell = 10

// Impact returns the figures that the actor may see: exact ones of the actor's
// own organisation, and of the whole programme where no group is asked for.
// Groups of others are withheld where they are small.
func (s *Service) Impact(ctx context.Context, v *View, in ImpactInput) (*ImpactReport, error) {
	scope, exact, err := impactScope(v.Actor, in)
	if err != nil {
		return nil, err
	}
	at, cases, beside, err := s.known(ctx, v, in.AsKnownAt)
	if err != nil {
		return nil, err
	}
	report, err := outcome.Compute(cases, beside, outcome.Query{
		Period: calendar.Period{From: in.From, To: in.To}, GroupBy: in.GroupBy, Indicators: in.Indicators, Organisation: scope,
	})
	if err != nil {
		return nil, err
	}
	return &ImpactReport{From: in.From, To: in.To, AsKnownAt: at, Digest: report.Digest,
		Rows: shown(report.Rows, v.Actor, exact)}, nil
}

// impactScope returns whose figures are counted, and whether all of them may be
// shown exactly. Without an organisation in the input, those who may read the
// programme's figures get them, and others their own organisation's.
func impactScope(actor access.Actor, in ImpactInput) (scope id.Organisation, exact bool, err error) {
	own := actor.PermitProgramme(access.ReadOwnImpact)
	programme := actor.PermitProgramme(access.ReadProgrammeImpact)
	switch {
	case in.Organisation == "" && programme == nil:
		return "", len(in.GroupBy) == 0, nil
	case in.Organisation == "":
		return actor.Organisation, true, own
	case in.Organisation == actor.Organisation:
		return in.Organisation, true, own
	}
	return in.Organisation, false, programme
}

// shown turns rows into what the actor may see of them.
func shown(rows []outcome.Row, actor access.Actor, exact bool) []ImpactRow {
	out := make([]ImpactRow, len(rows))
	own := outcome.GroupValue{Dimension: outcome.ByOrganisation, Value: string(actor.Organisation)}
	for i, r := range rows {
		out[i] = ImpactRow{Indicator: r.Indicator(), Group: r.Group}
		withhold := !exact && !slices.Contains(r.Group, own)
		if out[i].Suppressed = withhold && small(r.Value); !out[i].Suppressed {
			out[i].Value = &r.Value
		}
		if !withhold || !small(r.ExcludedNoConsent) {
			out[i].ExcludedNoConsent = &r.ExcludedNoConsent
		}
	}
	return out
}

func small(n int) bool { return 0 < n && n <= smallCell }

// known returns the cases, and what is counted beside them, as they were known at
// an instant: the view's for now, and for an earlier one all histories folded up
// to it.
func (s *Service) known(ctx context.Context, v *View, at *time.Time) (time.Time, iter.Seq[*casefile.Case], outcome.Programme, error) {
	switch {
	case at == nil || at.Equal(v.At):
		return v.At, v.Cases.All(), Beside(v.Directory, v.Activities.Counting()), nil
	case at.After(v.At):
		return v.At, nil, outcome.Programme{}, fault.Input("asKnownAt", "is in the future")
	}
	cases, err := s.desk.knownAt(ctx, *at)
	if err != nil {
		return *at, nil, outcome.Programme{}, err
	}
	activities, err := s.activities.KnownAt(ctx, *at)
	if err != nil {
		return *at, nil, outcome.Programme{}, err
	}
	d, err := s.directory.KnownAt(ctx, *at)
	if err != nil {
		return *at, nil, outcome.Programme{}, err
	}
	return *at, slices.Values(cases), Beside(d, activities), nil
}

// RollUp is the kept report of one quarter, as the actor may see it.
type RollUp struct {
	outcome.RollUp
	Rows []ImpactRow
}

// The page of kept reports.
type (
	RollUpConnection = page.Connection[RollUp]
	RollUpEdge       = page.Edge[RollUp]
)

// Beside returns what the indicators count beside the cases, and where things
// are.
func Beside(d *directory.Snapshot, activities []activity.Activity) outcome.Programme {
	return outcome.Programme{Networks: networks(d), Activities: activities, Places: places(d)}
}

// networks lists the community networks and the youth clubs.
func networks(d *directory.Snapshot) []outcome.Network {
	out := make([]outcome.Network, 0, len(d.Networks))
	for _, n := range d.Networks {
		out = append(out, outcome.Network{ID: n.ID, YouthClub: n.Kind == directory.YouthClub, Organisation: n.Organisation, Province: n.Province,
			ActiveFrom: n.ActiveFrom, ActiveTo: n.ActiveTo})
	}
	return out
}

// places says where sites and organisations are.
func places(d *directory.Snapshot) outcome.Places {
	p := outcome.Places{
		SiteProvince:         make(map[id.Site]string, len(d.Sites)),
		OrganisationProvince: make(map[id.Organisation]string, len(d.Organisations)),
		CareerCentre:         map[id.Site]bool{},
	}
	for _, o := range d.Organisations {
		p.OrganisationProvince[o.ID] = o.Province
	}
	for _, s := range d.Sites {
		p.SiteProvince[s.ID] = s.Province
		if s.Kind == directory.CareerCentre {
			p.CareerCentre[s.ID] = true
		}
	}
	return p
}
