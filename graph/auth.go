package graph

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"

	strict "github.com/go-json-experiment/json"

	"onward/services/fault"
	"onward/services/signin"
)

// signIns adds what people sign in with to local accounts: POST of one JSON object,
// within the limits of a query.
func (r *Resolver) signIns(mux *http.ServeMux, log *slog.Logger) {
	door := r.SignIn
	mux.Handle("POST /auth/password", answering(log, func(ctx context.Context, c signin.Caller, in signin.PasswordInput) (any, error) {
		return door.SignIn(ctx, c, in)
	}))
	mux.Handle("POST /auth/enrol", answering(log, func(ctx context.Context, _ signin.Caller, in signin.EnrolInput) (any, error) {
		return door.Enrol(ctx, in)
	}))
	mux.Handle("POST /auth/passkey/begin", answering(log, func(ctx context.Context, _ signin.Caller, _ struct{}) (any, error) { return door.BeginPasskey(ctx) }))
	mux.Handle("POST /auth/passkey/finish", answering(log, func(ctx context.Context, _ signin.Caller, in signin.FinishInput) (any, error) {
		return door.FinishPasskey(ctx, in)
	}))
	mux.Handle("POST /auth/register-passkey/begin", answering(log, func(ctx context.Context, c signin.Caller, in signin.RegisterInput) (any, error) {
		return door.BeginRegistration(ctx, c, in)
	}))
	mux.Handle("POST /auth/register-passkey/finish", answering(log, func(ctx context.Context, c signin.Caller, in signin.FinishInput) (any, error) {
		return door.FinishRegistration(ctx, c, in)
	}))
	mux.Handle("POST /auth/refresh", answering(log, func(ctx context.Context, _ signin.Caller, in refreshInput) (any, error) {
		return door.Refresh(ctx, in.RefreshToken)
	}))
	mux.Handle("POST /auth/sign-out", answering(log, func(ctx context.Context, _ signin.Caller, in refreshInput) (any, error) {
		return struct{}{}, door.SignOut(ctx, in.RefreshToken)
	}))
}

// refreshInput names a session by the token that refreshes it.
type refreshInput struct {
	RefreshToken string `json:"refreshToken"`
}

// answering answers a request by what do makes of its body. A field that is not known
// is refused, so that a name that is written wrongly is not passed over.
func answering[In any](log *slog.Logger, do func(context.Context, signin.Caller, In) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		ctx, cancel := context.WithTimeout(req.Context(), maxTime)
		defer cancel()
		w.Header().Set("Cache-Control", "no-store")
		if media, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err != nil || media != contentType {
			refuse(w, http.StatusUnsupportedMediaType, fault.Invalid, "send the request as application/json")
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			refuse(w, http.StatusRequestEntityTooLarge, fault.Invalid, "the body is larger than 64 KiB")
			return
		}
		var in In
		if err != nil || strict.Unmarshal(body, &in, strict.RejectUnknownMembers(true)) != nil {
			refuse(w, http.StatusBadRequest, fault.Invalid, "the body must be one JSON object with the fields of this request")
			return
		}
		answer, err := do(ctx, callerOf(req), in)
		if err != nil {
			turnedAway(w, log, err)
			return
		}
		w.Header().Set("Content-Type", contentType)
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		_ = e.Encode(answer)
	})
}
