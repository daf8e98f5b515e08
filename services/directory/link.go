package directory

import (
	"context"
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
		if other, taken := s.signIns[w.SignIn]; taken && other != w.ID {
			return fault.Input("subject", "is linked to another worker")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &WorkerPayload{w}, nil
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
	w := s.Workers[s.signIns[SignInOf(issuer, subject)]]
	if issued.Before(w.TokensFrom) {
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
