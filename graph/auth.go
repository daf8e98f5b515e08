package graph

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	strict "github.com/go-json-experiment/json"

	"onward/services/fault"
	"onward/services/signin"
)

// signIns adds what people sign in with to local accounts: POST of one JSON object,
// within the limits of a query. Each is charged to the address that it comes from,
// before anything else is done: a password costs a core for a while.
func (r *Resolver) signIns(mux *http.ServeMux, log *slog.Logger, rates *rates) {
	door, at := r.SignIn, doorway{log: log, rates: rates, gate: newGate(runtime.GOMAXPROCS(0), signInsWaiting, signInWait)}
	mux.Handle("POST /auth/password", answering(at, func(ctx context.Context, c signin.Caller, in signin.PasswordInput) (any, error) {
		return door.SignIn(ctx, c, in)
	}))
	mux.Handle("POST /auth/enrol", answering(at, func(ctx context.Context, _ signin.Caller, in signin.EnrolInput) (any, error) {
		return door.Enrol(ctx, in)
	}))
	mux.Handle("POST /auth/passkey/begin", answering(at, func(ctx context.Context, _ signin.Caller, _ struct{}) (any, error) { return door.BeginPasskey(ctx) }))
	mux.Handle("POST /auth/passkey/finish", answering(at, func(ctx context.Context, _ signin.Caller, in signin.FinishInput) (any, error) {
		return door.FinishPasskey(ctx, in)
	}))
	mux.Handle("POST /auth/register-passkey/begin", answering(at, func(ctx context.Context, c signin.Caller, in signin.RegisterInput) (any, error) {
		return door.BeginRegistration(ctx, c, in)
	}))
	mux.Handle("POST /auth/register-passkey/finish", answering(at, func(ctx context.Context, c signin.Caller, in signin.FinishInput) (any, error) {
		return door.FinishRegistration(ctx, c, in)
	}))
	mux.Handle("POST /auth/refresh", answering(at, func(ctx context.Context, _ signin.Caller, in refreshInput) (any, error) {
		return door.Refresh(ctx, in.RefreshToken)
	}))
	mux.Handle("POST /auth/sign-out", answering(at, func(ctx context.Context, _ signin.Caller, in refreshInput) (any, error) {
		return struct{}{}, door.SignOut(ctx, in.RefreshToken)
	}))
}

// refreshInput names a session by the token that refreshes it.
type refreshInput struct {
	RefreshToken string `json:"refreshToken"`
}

// How many sign-ins wait for their turn, and how long [J]: those of a house that begins
// its day.
const (
	signInsWaiting = 64
	signInWait     = 2 * time.Second
)

// doorway is what all sign-ins share.
type doorway struct {
	log   *slog.Logger
	rates *rates
	gate  *gate
}

// answering answers a request by what do makes of its body. A field that is not known
// is refused, so that a name that is written wrongly is not passed over.
func answering[In any](at doorway, do func(context.Context, signin.Caller, In) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !at.rates.ofStranger(w, req) {
			return
		}
		ctx, cancel := context.WithTimeout(req.Context(), maxTime)
		defer cancel()
		w.Header().Set("Cache-Control", "no-store")
		text, ok := readBody(w, req)
		if !ok {
			return
		}
		var in In
		if strict.Unmarshal(text, &in, strict.RejectUnknownMembers(true)) != nil {
			refuse(w, http.StatusBadRequest, fault.Input("body", "must be one JSON object with the fields of this request"))
			return
		}
		leave, ok := at.gate.enter(ctx, "")
		if !ok {
			tooBusy(w)
			return
		}
		defer leave()
		answer, err := do(ctx, callerOf(req), in)
		if err != nil {
			turnedAway(w, at.log, err)
			return
		}
		w.Header().Set("Content-Type", contentType+"; charset=utf-8")
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		_ = e.Encode(answer)
	})
}
