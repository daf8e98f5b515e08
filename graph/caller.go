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
		Address:       clientAddress(req),
	}
}

// statuses are those of refusals that come before GraphQL.
var statuses = map[fault.Kind]int{
	fault.Invalid: http.StatusBadRequest, fault.Unauthenticated: http.StatusUnauthorized, fault.Forbidden: http.StatusForbidden,
	fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict, fault.Unavailable: http.StatusServiceUnavailable,
}

// turnedAway answers a caller who is not let in. The cause is for the log.
func turnedAway(w http.ResponseWriter, log *slog.Logger, err error) {
	var f *fault.Error
	if !errors.As(err, &f) || statuses[f.Kind] == 0 {
		log.Error("sign-in failed", "error", err)
		refuse(w, http.StatusInternalServerError, fault.Internal, "internal error")
		return
	}
	switch f.Kind {
	case fault.Unauthenticated:
		w.Header().Set("WWW-Authenticate", "Bearer")
	case fault.Unavailable:
		log.Warn("sign-in unavailable", "error", err)
		w.Header().Set("Retry-After", "5")
	}
	extensions := map[string]any{"code": f.Kind}
	if f.Kind == fault.Invalid {
		extensions["fields"] = f.Fields
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(statuses[f.Kind])
	_, _ = w.Write(encoded(&graphql.Response{Errors: gqlerror.List{{Message: f.Message, Extensions: extensions}}}))
}
