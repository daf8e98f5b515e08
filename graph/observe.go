package graph

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/lexer"

	"onward/graph/guard"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/telemetry"
)

// What is slow [J]: most pages take 1 to 20 ms.
const (
	slowField   = 100 * time.Millisecond
	slowRequest = time.Second
)

// notes gathers what the operator is told of one HTTP request: never a value, nor a
// word of the client's. A web socket has many operations, of which the last is told.
type notes struct {
	mu        sync.Mutex
	operation *graphql.OperationContext // nil where there was none
	codes     []fault.Kind              // each once
	actor     id.Worker                 // empty where nobody is known
}

type notesKey struct{}

// notesOf returns the notes of a request.
func notesOf(ctx context.Context) *notes {
	n, ok := ctx.Value(notesKey{}).(*notes)
	if !ok {
		return &notes{} // nobody reads them: the resolvers are called from elsewhere
	}
	return n
}

// of notes whose request it is.
func (n *notes) of(actor id.Worker) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.actor = actor
}

// answered notes what was done and what was said of it.
func (n *notes) answered(op *graphql.OperationContext, said []fault.Kind) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.operation = op
	for _, code := range said {
		if !slices.Contains(n.codes, code) {
			n.codes = append(n.codes, code)
		}
	}
}

// observed tells the operator of each request: figures, a span and a line of the log,
// which is of level info where the request was refused, has failed or was slow, and
// else of debug. Those who ask whether the process is there are not counted. It looks
// the place up for the mux, whose patterns name no parts of a path, and serves it behind
// the protection.
func observed(o Options, mux *http.ServeMux, protected func(http.Handler) http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		place, pattern := mux.Handler(req)
		next, route := protected(place), routeOf(pattern)
		if route == "/healthz" || route == "/readyz" {
			next.ServeHTTP(w, req)
			return
		}
		n, began := &notes{}, time.Now()
		ctx, done := o.Telemetry.Request(context.WithValue(req.Context(), notesKey{}, n), route)
		whole := false
		defer func() {
			sent := requestOf(ctx).sent
			status := sent.status
			if !whole { // it has panicked, and is answered outside
				status = http.StatusInternalServerError
			}
			a := telemetry.Answer{Route: route, Outcome: n.outcome(o.Telemetry, status, sent.refused), Took: time.Since(began), Streamed: isStream(w, status)}
			done(a)
			n.log(ctx, o.Log, a)
		}()
		next.ServeHTTP(w, req.WithContext(ctx))
		whole = true
	})
}

// isStream reports whether an answer was a web socket or a stream of events.
func isStream(w http.ResponseWriter, status int) bool {
	return status == http.StatusSwitchingProtocols || strings.HasPrefix(w.Header().Get("Content-Type"), eventsType)
}

// routeOf returns the place that a pattern of the mux stands for, and other where it
// has none.
func routeOf(pattern string) string {
	if _, path, ok := strings.Cut(pattern, " "); ok {
		pattern = path
	}
	switch pattern {
	case "":
		return "other"
	case "/{$}":
		return "/"
	}
	return pattern
}

// outcome returns the worst that was said, and counts a refusal that came before
// GraphQL: what refused is its code.
func (n *notes) outcome(r *telemetry.Recorder, status int, refused fault.Kind) telemetry.Outcome {
	n.mu.Lock()
	defer n.mu.Unlock()
	if refused == "" && len(n.codes) == 0 && status >= http.StatusBadRequest {
		refused = unsaid(status)
	}
	if refused != "" {
		n.codes = append(n.codes, refused)
		r.Errors([]fault.Kind{refused})
	}
	if status == http.StatusTooManyRequests {
		return telemetry.Limited
	}
	return telemetry.OutcomeOf(n.codes)
}

// unsaid returns the code of a refusal that has none: of the mux, or of the library of
// web sockets.
func unsaid(status int) fault.Kind {
	switch {
	case status >= http.StatusInternalServerError:
		return fault.Internal
	case status == http.StatusNotFound:
		return fault.NotFound
	}
	return fault.Invalid
}

// log writes the line of a request.
func (n *notes) log(ctx context.Context, log *slog.Logger, a telemetry.Answer) {
	level := slog.LevelDebug
	if a.Route != "other" && a.Outcome != telemetry.OK || a.Took > slowRequest && !a.Streamed {
		level = slog.LevelInfo // what asks for places that are not there is noise
	}
	if !log.Enabled(ctx, level) {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	about := []slog.Attr{slog.String("request", requestIDOf(ctx)), slog.String("route", a.Route), slog.String("outcome", string(a.Outcome)), slog.Duration("took", a.Took)}
	if n.actor != "" {
		about = append(about, slog.String("actor", string(n.actor)))
	}
	if op := operationOf(n.operation); op.Digest != "" {
		about = append(about, slog.String("operation", op.Kind), slog.Any("fields", op.Fields), slog.String("document", op.Digest))
		if cost, ok := n.operation.Stats.GetExtension(costExtension).(guard.Cost); ok {
			about = append(about, slog.Int("cost", cost.Requested))
		}
	}
	if len(n.codes) > 0 {
		about = append(about, slog.Any("codes", n.codes))
	}
	log.LogAttrs(ctx, level, "request", about...)
}

// noted notes what each GraphQL request asked for and what was said of it.
func noted(r *telemetry.Recorder) graphql.ResponseMiddleware {
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		done := func(telemetry.Operation, []fault.Kind) {}
		if liveOf(ctx) == nil { // a subscription only waits, most of the time
			ctx, done = r.Operate(ctx)
		}
		answer := next(ctx)
		said := codesOf(answer)
		r.Errors(said)
		var op *graphql.OperationContext
		if graphql.HasOperationContext(ctx) {
			op = graphql.GetOperationContext(ctx)
		}
		notesOf(ctx).answered(op, said)
		if telemetry.Traced(ctx) {
			done(operationOf(op), said)
		}
		return answer
	}
}

// codesOf returns the codes of an answer's errors.
func codesOf(answer *graphql.Response) []fault.Kind {
	if answer == nil {
		return nil
	}
	var all []fault.Kind
	for _, e := range answer.Errors {
		code, ok := e.Extensions["code"].(fault.Kind)
		if !ok {
			code = fault.Internal
		}
		all = append(all, code)
	}
	return all
}

// operationOf says what an operation is, by names of the schema alone: what could not
// be validated has only its digest.
func operationOf(op *graphql.OperationContext) telemetry.Operation {
	if op == nil || op.RawQuery == "" {
		return telemetry.Operation{}
	}
	o := telemetry.Operation{Digest: shapeOf(op.RawQuery)}
	if op.Operation != nil && op.Variables != nil {
		o.Kind, o.Fields = string(op.Operation.Operation), rootsOf(op)
	}
	return o
}

// shapeOf returns a digest of a document without the values, comments and layout in it:
// the same for two requests that differ in these alone. With the values in it, whoever
// reads the log could try names until the digest is the same.
func shapeOf(query string) string {
	h := sha256.New()
	for l := lexer.New(&ast.Source{Input: query}); ; {
		t, err := l.ReadToken()
		if err != nil || t.Kind == lexer.EOF {
			return hex.EncodeToString(h.Sum(nil)[:16])
		}
		switch t.Kind {
		case lexer.Comment:
		case lexer.Name:
			_, _ = h.Write([]byte(t.Value + " "))
		default:
			_, _ = h.Write([]byte(t.Kind.String() + " "))
		}
	}
}

// slowFields takes in the time of the fields that have a resolver of their own and take
// longer than the limit; the others read what is there. It costs every such field two
// looks at the clock.
func slowFields(r *telemetry.Recorder, limit time.Duration, next graphql.FieldMiddleware) graphql.FieldMiddleware {
	return func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		fc := graphql.GetFieldContext(ctx)
		if !fc.IsResolver {
			return next(ctx, resolve)
		}
		began := time.Now()
		result, err := next(ctx, resolve)
		if took := time.Since(began); took > limit {
			r.Slow(fc.Object+"."+fc.Field.Name, took)
		}
		return result, err
	}
}
