package directory

import (
	"context"
	"encoding/json"
	"time"

	"onward/services/access"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// SignInOf names a person as an OpenID Connect provider does: by the issuer, and
// the subject that the issuer gives to nobody else.
func SignInOf(issuer, subject string) string { return issuer + "|" + subject }

// LinkSignInInput says who a worker is to an OpenID Connect provider. Without an
// issuer and a subject it ends the link.
type LinkSignInInput struct {
	Request
	WorkerID id.Worker
	Issuer   *string
	Subject  *string
}

// LinkSignIn links a worker of the actor's organisation to a person at a provider,
// from the next request on. One person is one worker.
func (d *Directory) LinkSignIn(ctx context.Context, actor access.Actor, at time.Time, in LinkSignInInput) (*WorkerPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	w, err := edit(ctx, d, updating(actor, at, "worker.linked", in.Request), in.WorkerID, workers, func(s *Snapshot, w *Worker) error {
		issuer, subject := text(in.Issuer), text(in.Subject)
		switch {
		case issuer == "" && subject == "":
			w.SignIn = ""
			return nil
		case issuer == "" || len(issuer) > 500:
			return fault.Input("issuer", "must have 1 to 500 characters")
		case subject == "" || len(subject) > 255:
			return fault.Input("subject", "must have 1 to 255 characters")
		}
		w.SignIn = SignInOf(issuer, subject)
		_, claimed := s.claims[claimOf(w.SignIn)]
		if other, taken := s.signIns[w.SignIn]; !claimed && taken && other != w.ID {
			return errLinked
		}
		return d.claim(ctx, w.SignIn, w.ID)
	})
	if err != nil {
		return nil, err
	}
	if w.SignIn != "" {
		if err := d.confirm(ctx, w.SignIn, w.ID); err != nil {
			return nil, err
		}
	}
	return &WorkerPayload{w}, nil
}

var errLinked = fault.Input("subject", "is linked to another worker")

// claim is a document of its own for each person at a provider: it says which worker she
// is, so that two processes that link her at the same time meet in its version.
type claim struct {
	Worker id.Worker `json:"worker"`
}

const claimPrefix = "signin_"

// claimOf names the claim of a person.
func claimOf(signIn string) string { return claimPrefix + DigestOf(signIn) }

// claim takes a person for a worker, or refuses one whom another worker is. Who has
// claimed her and is not linked, since a process died or the link was ended, gives way.
func (d *Directory) claim(ctx context.Context, signIn string, worker id.Worker) error {
	state, err := json.Marshal(claim{worker})
	if err != nil {
		return fault.Wrap(fault.Internal, err, "encode a claim")
	}
	doc, err := d.newest(ctx, claimOf(signIn))
	switch holder := d.Snapshot().claims[claimOf(signIn)]; {
	case fault.Is(err, fault.NotFound):
		err = d.insert(ctx, store.Document{ID: claimOf(signIn), Version: 1, State: state})
	case err != nil || holder == worker:
		return err
	default:
		if _, err := d.newest(ctx, string(holder)); err != nil {
			return err
		}
		if d.Snapshot().Workers[holder].SignIn == signIn {
			return errLinked
		}
		if err = d.store.Append(ctx, store.Directory, store.Change{ID: doc.ID, From: doc.Version, To: doc.Version + 1, State: state}); err == nil {
			_, err = d.newest(ctx, doc.ID)
		}
	}
	if fault.Is(err, fault.Conflict) {
		return errRaced
	}
	return err
}

// confirm says that who has claimed a person is linked. Another process that has not seen
// the link yet, and is about to take her over, then finds another version of the claim.
func (d *Directory) confirm(ctx context.Context, signIn string, worker id.Worker) error {
	for {
		doc, err := d.newest(ctx, claimOf(signIn))
		if fault.Is(err, fault.NotFound) { // linked before there were claims
			return nil
		}
		if err != nil {
			return err
		}
		if d.Snapshot().claims[doc.ID] != worker {
			return fault.New(fault.Conflict, "another worker was linked to the same person at the same time; read it again")
		}
		err = d.store.Append(ctx, store.Directory, store.Change{ID: doc.ID, From: doc.Version, To: doc.Version + 1, State: doc.State})
		if !fault.Is(err, fault.Conflict) {
			return err
		}
	}
}

// addClaim reads who a person is.
func (s *Snapshot) addClaim(doc store.Document) error {
	c, err := read[claim](doc)
	s.claims[doc.ID] = c.Worker
	return err
}

// NoteInvitation notes that an actor invites a worker of the own organisation to a
// local account, once for each request: an invitation is shown once.
func (d *Directory) NoteInvitation(ctx context.Context, actor access.Actor, at time.Time, r Request, worker id.Worker) (Worker, error) {
	if err := permit(actor, access.ManageDirectory, r.RequestID); err != nil {
		return Worker{}, err
	}
	a := updating(actor, at, "worker.invited", r)
	a.once = true
	return edit(ctx, d, a, worker, workers, func(_ *Snapshot, w *Worker) error {
		if !w.Active() {
			return fault.Input("workerId", "%s can no longer sign in", w.Name)
		}
		return nil
	})
}

// Linked returns as whom a person at a provider acts now, with a token that was issued
// at an instant.
func (s *Snapshot) Linked(issuer, subject string, issued time.Time) (access.Actor, bool) {
	signIn := SignInOf(issuer, subject)
	worker, claimed := s.claims[claimOf(signIn)]
	if !claimed { // linked before there were claims
		worker = s.signIns[signIn]
	}
	w := s.Workers[worker]
	if w.SignIn != signIn || issued.Before(w.TokensFrom) {
		return access.Actor{}, false
	}
	return s.Actor(w.ID, w.TokenSeries)
}

// addWorker reads a worker, and who she is to a provider.
func (s *Snapshot) addWorker(doc store.Document) error {
	key := id.Worker(doc.ID)
	if was := s.Workers[key].SignIn; s.signIns[was] == key {
		delete(s.signIns, was)
	}
	if err := put(doc, s.Workers); err != nil {
		return err
	}
	if is := s.Workers[key].SignIn; is != "" {
		s.signIns[is] = key
	}
	return nil
}
