package graph

import (
	"errors"
	"log/slog"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/signin"
)

// callerOf returns what a request says of who is asking.
func callerOf(req *http.Request) signin.Caller {
	return signin.Caller{
		Authorization: req.Header.Get("Authorization"),
		Purpose:       casefile.Purpose(req.Header.Get("Onward-Purpose")),
		Address:       requestOf(req.Context()).address,
	}
}

// statuses are those of refusals that come before anything is executed.
var statuses = map[fault.Kind]int{
	fault.Invalid: http.StatusBadRequest, fault.Unauthenticated: http.StatusUnauthorized, fault.Forbidden: http.StatusForbidden,
	fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict, fault.Unavailable: http.StatusServiceUnavailable,
	fault.TooCostly: http.StatusBadRequest, fault.Internal: http.StatusInternalServerError,
}

// turnedAway answers a caller who is not let in. The cause is for the log.
func turnedAway(w http.ResponseWriter, log *slog.Logger, err error) {
	var f *fault.Error
	if !errors.As(err, &f) {
		f = fault.New(fault.Internal, "internal error")
	}
	if f.Wait > 0 {
		mustWait(w, f)
		return
	}
	switch f.Kind {
	case fault.Internal:
		log.Error("sign-in failed", "request", requestIDOn(w), "error", err)
		f = fault.New(fault.Internal, "internal error; the log has it under request %s", requestIDOn(w))
	case fault.Unauthenticated:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case fault.Unavailable:
		log.Warn("sign-in unavailable", "request", requestIDOn(w), "error", err)
		w.Header().Set("Retry-After", "5")
	}
	refuse(w, statuses[f.Kind], f)
}

// refuse answers a request of which nothing is executed, in GraphQL's form.
func refuse(w http.ResponseWriter, status int, f *fault.Error) {
	refuses(w, f.Kind)
	extensions := map[string]any{"code": f.Kind}
	switch f.Kind {
	case fault.Invalid:
		extensions["fields"] = f.Fields
	case fault.Internal, fault.Unavailable:
		extensions["request"] = requestIDOn(w)
	}
	w.Header().Set("Content-Type", contentType+"; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body(&graphql.Response{Errors: gqlerror.List{{Message: f.Message, Extensions: extensions}}}))
}
