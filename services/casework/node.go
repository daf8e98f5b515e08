package casework

import (
	"context"
	"slices"
	"strings"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
)

// Node is a thing that its identifier alone finds: the identifier says the kind.
type Node interface{ IsNode() }

// mostNodes is how many things are looked up at once: what is more is a list, and
// comes in pages.
const mostNodes = 50

// Node returns a thing by its identifier. NotFound reads the same whether it is
// absent or not the actor's to read.
func (s *Service) Node(ctx context.Context, v *View, nodeID string) (Node, error) {
	found, err := s.Nodes(ctx, v, []string{nodeID})
	if err != nil {
		return nil, err
	}
	if found[0] == nil {
		return nil, access.Absent()
	}
	return found[0], nil
}

// Nodes returns things by their identifiers, in that order: nil for what is absent
// or not the actor's to read. It shows what the lists of each kind show, and reads
// the store once where a release is asked for, and otherwise not at all. More than
// 50 identifiers are Invalid.
func (s *Service) Nodes(ctx context.Context, v *View, ids []string) ([]Node, error) {
	if len(ids) > mostNodes {
		return nil, fault.Input("ids", "must be %d identifiers at most", mostNodes)
	}
	var releases []Release
	if slices.ContainsFunc(ids, isRelease) && v.Actor.PermitProgramme(access.ReadReleases) == nil {
		var err error
		if releases, err = s.shownReleases(ctx, v.Actor); err != nil {
			return nil, err
		}
	}
	found := make([]Node, len(ids))
	for i, nodeID := range ids {
		if isRelease(nodeID) {
			found[i] = releaseIn(releases, nodeID)
		} else {
			found[i] = v.node(nodeID)
		}
	}
	return found, nil
}

func isRelease(nodeID string) bool { return strings.HasPrefix(nodeID, id.ReleasePrefix) }

func releaseIn(all []Release, nodeID string) Node {
	i := slices.IndexFunc(all, func(r Release) bool { return string(r.ID) == nodeID })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// node returns what the snapshots of the view hold under an identifier, or nil.
func (v *View) node(nodeID string) Node {
	d, own := v.Directory, v.Actor.Organisation
	switch kind, _, _ := strings.Cut(nodeID, "_"); kind + "_" {
	case id.CasePrefix:
		return foundOrNil(v.Case(id.Case(nodeID)))
	case id.FlagPrefix:
		return foundOrNil(v.flag(nodeID))
	case id.ActivityPrefix:
		return foundOrNil(v.Activity(nodeID))
	case id.OrganisationPrefix:
		return listable(v, d.Organisations, nodeID, func(directory.Organisation) bool { return true })
	case id.SitePrefix:
		return listable(v, d.Sites, nodeID, func(directory.Site) bool { return true })
	case id.WorkerPrefix:
		return listable(v, d.Workers, nodeID, func(w directory.Worker) bool { return w.Organisation == own })
	case id.EmployerPrefix:
		return listable(v, d.Employers, nodeID, func(e directory.Employer) bool { return e.Organisation == own })
	case id.TeamPrefix:
		return listable(v, d.Teams, nodeID, func(t directory.Team) bool { return t.Organisation == own })
	case id.SchoolPrefix:
		return listable(v, d.Schools, nodeID, func(s directory.School) bool { return s.Organisation == own })
	case id.NetworkPrefix:
		return listable(v, d.Networks, nodeID, func(n directory.Network) bool { return n.Organisation == own })
	case id.KeyPrefix:
		return foundOrNil(v.partnerKey(id.Key(nodeID)))
	case id.DocumentPrefix:
		return foundOrNil(v.document(id.Document(nodeID)))
	case id.TargetPrefix:
		return foundOrNil(v.target(nodeID))
	}
	return nil
}

// foundOrNil returns what was found, or a nil that is one: a nil pointer would be a node.
func foundOrNil[T Node](found T, err error) Node {
	if err != nil {
		return nil
	}
	return found
}

// listable returns a thing that a list of the directory shows to the actor, or nil.
func listable[K ~string, T Node](v *View, m map[K]T, nodeID string, shown func(T) bool) Node {
	thing, known := m[K(nodeID)]
	if !known || !shown(thing) || v.Actor.PermitProgramme(access.ReadDirectory) != nil {
		return nil
	}
	return thing
}

// flag returns a flag of a case that the actor sees, or NotFound.
func (v *View) flag(flagID string) (*Flag, error) {
	c, err := v.Case(id.CaseOf(flagID))
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(c.Flags, func(f casefile.Flag) bool { return f.ID == flagID })
	if i < 0 || !v.shows(c, c.Flags[i]) {
		return nil, access.Absent()
	}
	return &Flag{c, c.Flags[i]}, nil
}

// partnerKey returns a key of the actor's organisation, for those who list them.
func (v *View) partnerKey(keyID id.Key) (*directory.PartnerKey, error) {
	if err := v.Actor.PermitProgramme(access.ManageDirectory); err != nil {
		return nil, err
	}
	k, known := v.Directory.FindPartnerKey(keyID)
	if !known || k.Organisation != v.Actor.Organisation {
		return nil, access.Absent()
	}
	return &k, nil
}

// document returns a registered document of the actor's organisation, for those who
// list them.
func (v *View) document(documentID id.Document) (*directory.Document, error) {
	if err := v.Actor.PermitProgramme(access.ManageDirectory); err != nil {
		return nil, err
	}
	d, known := v.Directory.FindDocument(documentID)
	if !known || d.Organisation != v.Actor.Organisation {
		return nil, access.Absent()
	}
	return &d, nil
}

// target returns a target that the actor's list of them shows.
func (v *View) target(targetID string) (*directory.Target, error) {
	of, err := targetOwners(v.Actor, nil)
	if err != nil {
		return nil, err
	}
	t, known := v.Directory.FindTarget(targetID)
	if !known || orphaned(t) || !slices.Contains(of, t.Organisation) {
		return nil, access.Absent()
	}
	return &t, nil
}

// IsNode marks the release as a node of the schema.
func (Release) IsNode() {}

// IsNode marks the flag as a node of the schema.
func (Flag) IsNode() {}
