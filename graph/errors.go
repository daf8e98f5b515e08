package graph

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onward/services/fault"
)

// present turns any error into what a client may see: a message that is safe to
// show, the path, and in the extensions one of the codes of the fault package.
// An Internal error says a request id and nothing else; the log has the rest.
func present(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		var f *fault.Error
		var g *gqlerror.Error
		if errors.As(err, &f) {
			return presentFault(ctx, log, f, err)
		}
		if errors.As(err, &g) && (g.Extensions["code"] == errcode.ValidationFailed || g.Extensions["code"] == errcode.ParseFailed) {
			return presentRefusal(ctx, g)
		}
		if strings.HasSuffix(err.Error(), introspectionOff) {
			return presentFault(ctx, log, fault.New(fault.Forbidden, "introspection is off here"), err)
		}
		return presentFault(ctx, log, fault.Wrap(fault.Internal, err, "unexpected error"), err)
	}
}

// introspectionOff is how the generated code refuses introspection; it has no
// code of its own.
const introspectionOff = "introspection disabled"

func presentFault(ctx context.Context, log *slog.Logger, f *fault.Error, err error) *gqlerror.Error {
	at := graphql.GetPath(ctx)
	var g *gqlerror.Error
	if errors.As(err, &g) && len(g.Path) > len(at) {
		at = g.Path // an argument, deeper than the field that is being resolved
	}
	shown := refusal(ctx, log, f, err, at)
	out := &gqlerror.Error{Message: shown.Message, Path: at, Extensions: map[string]any{"code": shown.Kind}}
	switch shown.Kind {
	case fault.Invalid:
		out.Extensions["fields"] = shown.Fields
		out.Path = graphql.GetPath(ctx)
	case fault.Internal, fault.Unavailable:
		out.Extensions["request"] = requestIDOf(ctx)
	}
	return out
}

// refusal returns what a client may see of a fault: its kind, a message and, of
// an Invalid one, the fields. at is where the fault came up, for one that names
// no field. The log gets what the client may not see.
func refusal(ctx context.Context, log *slog.Logger, f *fault.Error, err error, at ast.Path) *fault.Error {
	switch f.Kind {
	case fault.Invalid:
		if len(f.Fields) == 0 {
			return fault.Input(inputPath(at), "%s", f.Message)
		}
	case fault.Internal:
		requestID := requestIDOf(ctx)
		log.ErrorContext(ctx, "request failed", "request", requestID, "error", err)
		return fault.New(fault.Internal, "internal error; the log has it under request %s", requestID)
	case fault.Unavailable:
		if f.Err != nil { // else it is the client who asks too much
			log.WarnContext(ctx, "unavailable", "request", requestIDOf(ctx), "error", err)
		}
	}
	return &fault.Error{Kind: f.Kind, Message: f.Message, Fields: f.Fields}
}

// refusalOf returns what a client may see of the error of one part of a change,
// which does not end the whole; nil for none. It is what the error of a whole
// change would say.
func refusalOf(ctx context.Context, err error) *fault.Error {
	if err == nil {
		return nil
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		f = fault.Wrap(fault.Internal, err, "unexpected error")
	}
	return refusal(ctx, logOf(ctx), f, err, graphql.GetPath(ctx))
}

// inputPath writes the part of an error's path that lies inside an input.
func inputPath(p ast.Path) string {
	var parts []string
	for _, e := range p {
		switch e := e.(type) {
		case ast.PathName:
			parts = append(parts, string(e))
		case ast.PathIndex:
			if n := len(parts); n > 0 {
				parts[n-1] += "[" + strconv.Itoa(int(e)) + "]"
			}
		}
	}
	// variable.input.type, or logPlacement.input.type
	for i, name := range parts {
		if name == "input" || i > 0 && parts[i-1] == "variable" {
			if i+1 < len(parts) {
				return strings.Join(parts[i+1:], ".")
			}
			return name
		}
	}
	if n := len(parts); n > 0 {
		return parts[n-1]
	}
	return ""
}
