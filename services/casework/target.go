package casework

import (
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
	return page.Of(v.Directory.ListTargets(of, f.TargetFilter), directory.Target.ID, args)
}

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
