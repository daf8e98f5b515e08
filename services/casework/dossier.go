package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"onward/services/access"
	"onward/services/audit"
	"onward/services/casefile"
	"onward/services/directory"
	"onward/services/dossier"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/instrument"
	"onward/services/locale"
	"onward/services/people"
	"onward/services/sealed"
	"onward/services/store"
	"onward/services/vault"
)

// Gather gathers all that is held about the survivor of a case, for herself: who she
// is, what happened and what the case has come to, with every text opened. Those who
// work for her are named with their role. It returns NotFound where there is no such
// case.
func Gather(ctx context.Context, s store.Store, keys *vault.Vault, d *directory.Snapshot, i *instrument.Snapshot, caseID id.Case, now time.Time) (*dossier.Dossier, error) {
	doc, err := s.Get(ctx, store.Cases, string(caseID))
	if fault.Is(err, fault.NotFound) {
		return nil, access.Absent()
	}
	if err != nil {
		return nil, err
	}
	entries, err := Entries(doc)
	if err != nil {
		return nil, err
	}
	c, err := casefile.Fold(caseID, entries)
	if err != nil {
		return nil, err
	}
	g := gatherer{&View{vault: keys, histories: map[id.Case][]casefile.Entry{caseID: entries}}, d, c, entries}
	made := &dossier.Dossier{Case: string(caseID), Code: c.Code, MadeAt: now.UTC(), ErasedOn: c.ErasedOn, Instruments: i.List()}
	if err := g.identity(ctx, people.New(s, keys), made); err != nil {
		return nil, err
	}
	if made.State, err = g.opened(ctx, c); err != nil {
		return nil, err
	}
	for _, e := range entries {
		data, err := g.opened(ctx, e.Data)
		if err != nil {
			return nil, err
		}
		made.Entries = append(made.Entries, dossier.Entry{Version: e.Version, On: e.On, At: e.At, By: g.worker(e.By), Kind: e.Kind(), Summary: e.Summary(), Data: data})
	}
	return made, nil
}

// CaseExport is a copy of all that is held of a case.
type CaseExport struct {
	Case    *casefile.Case
	Purpose audit.ExportPurpose
	MadeAt  time.Time
	held    dossier.Dossier
}

// ExportCase returns a copy of all that is held of a case, for who may hand it out and
// reads every class of fields on it, so that nothing has to be left out.
func (s *Service) ExportCase(ctx context.Context, v *View, caseID id.Case, purpose audit.ExportPurpose) (*CaseExport, error) {
	c, err := v.Case(caseID)
	if err != nil {
		return nil, err
	}
	if err := v.Actor.Permit(access.ExportCase, c, v.Today); err != nil {
		return nil, err
	}
	if !v.readsAll(access.Classes, c) {
		return nil, fault.New(fault.Forbidden, "you may not read everything that is held of this case")
	}
	held, err := Gather(ctx, s.live.store, s.vault, v.Directory, v.Library, c.ID, v.At)
	if err != nil {
		return nil, err
	}
	return &CaseExport{c, purpose, held.MadeAt, *held}, nil
}

// Page writes the copy for people, in a language.
func (e *CaseExport) Page(l locale.Locale) (*string, error) {
	var page strings.Builder
	err := dossier.HTML(&page, e.held, l)
	return new(page.String()), err
}

// JSON writes the copy for machines.
func (e *CaseExport) JSON() (string, error) {
	var text strings.Builder
	err := dossier.JSON(&text, e.held)
	return text.String(), err
}

// gatherer opens and names what is held in one case.
type gatherer struct {
	view      *View
	directory *directory.Snapshot
	of        *casefile.Case
	entries   []casefile.Entry
}

// identity gathers who she is, and who has recorded it.
func (g gatherer) identity(ctx context.Context, book *people.Book, into *dossier.Dossier) error {
	p, err := book.Get(ctx, g.of.ID)
	if err != nil {
		return err
	}
	if p.Version > 0 {
		into.Identity = &p.Identity
	}
	changes, err := book.Changes(ctx, g.of.ID)
	for _, c := range changes {
		into.Recorded = append(into.Recorded, dossier.Recording{At: c.At, By: g.worker(c.By), Fields: c.Recorded, Cleared: c.Cleared})
	}
	return err
}

// worker names who has recorded something.
func (g gatherer) worker(w id.Worker) string {
	known, ok := g.directory.Workers[w]
	if !ok {
		return string(w)
	}
	return known.Name + " (" + string(known.Role) + ")"
}

// opened writes a value as JSON with its texts opened, and names in the place of
// identifiers. A text stays as it was written, whatever it looks like.
func (g gatherer) opened(ctx context.Context, value any) (json.RawMessage, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "encode what is held of %s", g.of.ID)
	}
	var plain any
	if err := json.Unmarshal(encoded, &plain); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "decode what is held of %s", g.of.ID)
	}
	plain, err = eachString(plain, func(text string) (any, error) {
		clear, err := g.view.Open(ctx, g.of.ID, sealed.Text(text))
		if clear == nil || err != nil {
			return nil, err
		}
		if _, written := sealed.Text(text).Ref(); written {
			return *clear, nil
		}
		return g.name(text), nil
	})
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(plain)
	return text, err
}

// name returns the name of what an identifier in the case means. Of another
// organisation's workers and employers it names those alone that have to do with the
// case.
func (g gatherer) name(text string) string {
	switch {
	case strings.HasPrefix(text, id.WorkerPrefix):
		w := id.Worker(text)
		if g.directory.Workers[w].Organisation == g.of.Organisation || slices.ContainsFunc(g.entries, func(e casefile.Entry) bool { return e.By == w }) {
			return g.worker(w)
		}
	case strings.HasPrefix(text, id.OrganisationPrefix):
		return cmp.Or(g.directory.Organisations[id.Organisation(text)].Name, text)
	case strings.HasPrefix(text, id.SitePrefix):
		return cmp.Or(g.directory.Sites[id.Site(text)].Name, text)
	case strings.HasPrefix(text, id.EmployerPrefix):
		e := g.directory.Employers[id.Employer(text)]
		if e.Organisation == g.of.Organisation || slices.ContainsFunc(g.entries, func(by casefile.Entry) bool { return by.Organisation == e.Organisation }) {
			return cmp.Or(e.Name, text)
		}
	}
	return text
}
