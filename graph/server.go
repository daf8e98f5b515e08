// Package graph is the GraphQL edge: it authenticates, limits and parses a
// request, gives it one view of the register, and hands each field to the
// service that answers it. It decides nothing about cases.
package graph

import (
	"cmp"
	"context"
	_ "embed"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"onward/graph/generated"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/telemetry"
)

// The limits of a request.
const (
	maxBody     = 64 << 10        // bytes
	maxTokens   = 500             // of a document
	maxTime     = 5 * time.Second // reaches the store
	cachedDocs  = 1000            // parsed documents kept
	contentType = "application/json"
)

// Options says how the edge behaves.
type Options struct {
	Introspection bool // for development: lets anyone with a token read the schema
	Log           *slog.Logger
	Stopping      <-chan struct{} // closed when the process stops: subscriptions end then
	Recheck       time.Duration   // how often a subscription without events is authorised again; 1 s when zero
	InitTime      time.Duration   // how long a web socket waits for connection_init; 5 s when zero

	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed

	Telemetry *telemetry.Recorder  // what the operator sees of requests; nobody does when nil
	SlowField time.Duration        // of longer fields the time is taken in; 100 ms when zero, of none when negative
	Age       func() time.Duration // of the register, which makes the process unready; not asked when nil
}

// Handler returns the whole HTTP surface: POST /graphql, the web socket of
// subscriptions at the same place, sign-ins by POST below /auth, GET /healthz, GET /readyz and a page at / that
// says where one is.
func Handler(r *Resolver, o Options) http.Handler {
	if o.Telemetry == nil {
		o.Telemetry = telemetry.New(nil)
	}
	mux := http.NewServeMux()
	protection := http.NewCrossOriginProtection()
	graphQL := r.graphQL(o)
	mux.Handle("POST /graphql", r.authenticated(o, legible(graphQL)))
	mux.Handle("GET /graphql", r.upgraded(o.Log, protection, graphQL))
	mux.HandleFunc("/graphql", onlyPost)
	r.signIns(mux, o.Log)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", ready(o))
	mux.HandleFunc("GET /{$}", home)
	protection.SetDenyHandler(http.HandlerFunc(otherSite))
	return observed(o, mux, located(o.TrustedProxies, protection.Handler(mux)))
}

// graphQL returns the handler of parsed and authenticated requests.
func (r *Resolver) graphQL(o Options) http.Handler {
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: r})
	srv := handler.New(schema)
	subscriptions := newSubscriptions(r, o)
	srv.AddTransport(socket{subscriptions})
	srv.AddTransport(eventStream{subscriptions})
	srv.AddTransport(transport.POST{})
	srv.SetQueryCache(lru.New[*ast.QueryDocument](cachedDocs))
	srv.SetParserTokenLimit(maxTokens)
	srv.SetDisableSuggestion(true)
	srv.SetValidationRulesFn(validationRules)
	srv.SetErrorPresenter(present(o.Log))
	srv.SetRecoverFunc(recovered(o.Log))
	if o.Introspection {
		srv.Use(extension.Introspection{})
	}
	srv.Use(eachItsTransport{})
	srv.Use(exactEnums{schema.Schema()})
	srv.AroundResponses(noted(o.Telemetry))
	srv.AroundResponses(eachEvent)
	srv.AroundResponses(recorded(r.Audit, present(o.Log)))
	srv.AroundFields(fieldHook(schema.Schema(), o))
	return srv
}

// fieldHook is what is done around each field.
func fieldHook(schema *ast.Schema, o Options) graphql.FieldMiddleware {
	if o.SlowField < 0 {
		return policyHook(schema)
	}
	return slowFields(o.Telemetry, cmp.Or(o.SlowField, slowField), policyHook(schema))
}

// recovered logs a panic and returns what is answered for it. Its value may hold
// data, so only the place is logged.
func recovered(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, _ any) error {
		log.ErrorContext(ctx, "panic", "request", requestIDOf(ctx), "stack", string(debug.Stack()))
		return fault.New(fault.Internal, "panic")
	}
}

// authenticated lets only live tokens through, before anything is parsed, and
// gives the request its view and its deadline. A subscription has neither: each of
// its events does.
func (r *Resolver) authenticated(o Options, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		actor, err := r.SignIn.Authenticate(req.Context(), callerOf(req))
		if err != nil {
			turnedAway(w, o.Log, err)
			return
		}
		if streams(req) {
			notesOf(req.Context()).streams()
			next.ServeHTTP(w, req)
			return
		}
		ctx, cancel := context.WithTimeout(req.Context(), maxTime)
		defer cancel()
		ctx = withRequest(ctx, &request{id: id.New(""), view: r.Casework.View(actor, r.Register.Snapshot()), log: o.Log, from: clientAddress(req).String()})
		notesOf(ctx).asked(requestIDOf(ctx), actor)
		next.ServeHTTP(w, req.WithContext(ctx))
	})
}

// upgraded lets only web sockets of our own pages, and of no page, through. A
// token in their header is checked here; without one it comes in connection_init.
func (r *Resolver) upgraded(log *slog.Logger, protection *http.CrossOriginProtection, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !upgrades(req) {
			onlyPost(w, req)
			return
		}
		asPost := req.Clone(req.Context())
		asPost.Method = http.MethodPost // which the protection checks, as it does not GET
		if protection.Check(asPost) != nil {
			otherSite(w, req)
			return
		}
		if caller := callerOf(req); caller.Named() {
			if _, err := r.SignIn.Authenticate(req.Context(), caller); err != nil {
				turnedAway(w, log, err)
				return
			}
		}
		notesOf(req.Context()).streams()
		next.ServeHTTP(w, req)
	})
}

func onlyPost(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Allow", http.MethodPost)
	refuse(w, http.StatusMethodNotAllowed, fault.Invalid, "send requests by POST")
}

func otherSite(w http.ResponseWriter, _ *http.Request) {
	refuse(w, http.StatusForbidden, fault.Forbidden, "requests from another site's page are refused")
}

// refuse answers a request that never reached GraphQL, in GraphQL's form.
func refuse(w http.ResponseWriter, status int, kind fault.Kind, message string) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{"errors":[{"message":"` + message + `","extensions":{"code":"` + string(kind) + `"}}],"data":null}`))
}

// staleTime is how long the register may be behind the store before the process asks
// to be passed over [J]: twice what a change of the primary takes.
const staleTime = 30 * time.Second

// ready says whether the process can answer: it can from the moment that the register
// is loaded, which is before it listens, until it stops, and while it takes in what
// others change. One that does not would answer with what was.
func ready(o Options) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		stale := o.Age != nil && o.Age() > staleTime
		select {
		case <-o.Stopping:
			http.Error(w, "stopping", http.StatusServiceUnavailable)
			return
		default:
		}
		if stale {
			http.Error(w, "the register is behind the store", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ready\n"))
	}
}

//go:embed home.html
var homePage []byte

func home(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	_, _ = w.Write(homePage)
}

var _ graphql.OperationContextMutator = exactEnums{}
