package casework

import (
	"context"
	"slices"

	"onward/services/access"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/page"
)

// TargetFilter says which targets; all given parts must hold.
type TargetFilter struct {
	directory.TargetFilter
	Programme *bool // only the programme's, or only the own organisation's
}

// ListTargets returns a page of the targets that the actor may read: those of the
// actor's organisation, and the programme's for whoever may read its figures.
func (v *View) ListTargets(filter *TargetFilter, args page.Args) (*directory.TargetConnection, error) {
	f := given(filter)
	of, err := targetOwners(v.Actor, f.Programme)
	if err != nil {
		return nil, err
	}
	if f.From != nil && f.To != nil && *f.To < *f.From {
		return nil, fault.Input("filter.to", "is before the first day")
	}
	known := slices.DeleteFunc(v.Directory.ListTargets(of, f.TargetFilter), orphaned)
	return page.Of(known, directory.Target.ID, args)
}

// orphaned reports whether a target is of an indicator that there is no more. It is
// kept, and shown to nobody.
func orphaned(t directory.Target) bool {
	_, known := outcome.Find(outcome.Code(t.Indicator))
	return !known
}

// OrphanedTargets names the targets of indicators that there are no more.
func OrphanedTargets(d *directory.Snapshot) []string {
	owners := []id.Organisation{""}
	for org := range d.Organisations {
		owners = append(owners, org)
	}
	var all []string
	for _, t := range d.ListTargets(owners, directory.TargetFilter{}) {
		if orphaned(t) {
			all = append(all, t.ID())
		}
	}
	return all
}

// SetTarget sets or takes away the target of an indicator, as the directory does. It
// refuses what no share can be.
func (s *Service) SetTarget(ctx context.Context, v *View, in directory.SetTargetInput) (*directory.TargetPayload, error) {
	if err := checkTarget(in); err != nil {
		return nil, err
	}
	return s.directory.SetTarget(ctx, v.Actor, v.At, in)
}

// checkTarget refuses a target of an indicator that there is not, and numbers of a
// share that are no percentages.
func checkTarget(in directory.SetTargetInput) error {
	i, known := outcome.Find(outcome.Code(in.Indicator))
	switch {
	case !known:
		return fault.Input("indicator", "is not the code of an indicator")
	case i.Measure != outcome.Share:
		return nil
	case beyond(in.Baseline):
		return fault.Input("baseline", "must be between 0 and 100, in percent")
	case beyond(in.Target):
		return fault.Input("target", "must be between 0 and 100, in percent")
	}
	return nil
}

func beyond(percent *float64) bool { return percent != nil && !(0 <= *percent && *percent <= 100) }

// targetOwners returns whose targets the actor reads, of those asked for.
func targetOwners(actor access.Actor, programme *bool) ([]id.Organisation, error) {
	own, whole := actor.PermitProgramme(access.ReadOwnImpact), actor.PermitProgramme(access.ReadProgrammeImpact)
	switch {
	case programme != nil && *programme:
		return []id.Organisation{""}, whole
	case programme != nil || whole != nil:
		return []id.Organisation{actor.Organisation}, own
	case own != nil:
		return []id.Organisation{""}, nil
	}
	return []id.Organisation{"", actor.Organisation}, nil
}

// TargetIndicator returns what a target is of.
func (v *View) TargetIndicator(t directory.Target) (*outcome.Indicator, error) {
	i, ok := outcome.Find(outcome.Code(t.Indicator))
	if !ok {
		return nil, fault.New(fault.Internal, "there is no indicator %s any more", t.Indicator)
	}
	return &i, nil
}
