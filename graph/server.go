// Package graph is the GraphQL edge: it authenticates, limits and parses a
// request, gives it one view of the register, and hands each field to the
// service that answers it. It decides nothing about cases.
//
// A request comes through begun and observe, then auth and rates, accept and body, and
// the gate; post answers it, or eventstream and socket by subscriptions. Document and cost
// look at what it asks for; policy masks each field, and audit records what was told.
// Errors and refusals say what went wrong. The rest are resolvers, of one line each.
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
	"github.com/vektah/gqlparser/v2/ast"

	"onward/graph/generated"
	"onward/graph/guard"
	"onward/services/fault"
	"onward/services/telemetry"
)

// The limits of a request.
const (
	maxBody    = 64 << 10        // bytes
	maxTime    = 5 * time.Second // reaches the store
	cachedDocs = 1000            // parsed documents kept
)

// Options says how the edge behaves.
type Options struct {
	Introspection bool // for development: lets anyone with a token read the schema
	Log           *slog.Logger
	Stopping      <-chan struct{} // closed when the process stops: subscriptions end then
	Recheck       time.Duration   // how often a subscription without events is authorised again; 1 s when zero
	InitTime      time.Duration   // how long a web socket waits for connection_init; 5 s when zero

	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed

	InFlight     int              // requests that are answered at once; two for each core when zero
	WorkerRate   int              // requests a second of one worker; 50 when zero, and ten seconds of it at once
	StrangerRate int              // sign-ins, and requests of nobody known, a second from one address; 10 when zero, likewise
	Points       int              // of cost that one worker spends in a minute, and at once; 200,000 when zero
	Now          func() time.Time // for these; time.Now when nil

	Telemetry *telemetry.Recorder  // what the operator sees of requests; nobody does when nil
	SlowField time.Duration        // of longer fields the time is taken in; 100 ms when zero, of none when negative
	Age       func() time.Duration // of the register, which makes the process unready; not asked when nil
}

// Handler returns the whole HTTP surface: POST /graphql, the web socket of
// subscriptions at the same place, sign-ins by POST below /auth, GET /healthz, GET
// /readyz and a page at / that says where one is.
func Handler(r *Resolver, o Options) http.Handler {
	if o.Telemetry == nil {
		o.Telemetry = telemetry.New(nil)
	}
	mux := http.NewServeMux()
	protection := http.NewCrossOriginProtection()
	rates := newRates(o)
	graphQL := r.graphQL(o, rates)
	mux.Handle("POST /graphql", r.authenticated(o.Log, rates, legible(timed(graphQL))))
	other := r.authenticated(o.Log, rates, http.HandlerFunc(onlyPost))
	mux.Handle("GET /graphql", r.upgraded(o.Log, rates, protection, graphQL, other))
	mux.Handle("/graphql", other)
	r.signIns(mux, o.Log, rates)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", ready(o))
	mux.HandleFunc("GET /{$}", home)
	protection.SetDenyHandler(http.HandlerFunc(otherSite))
	return begun(o.Log, o.TrustedProxies, observed(o, mux, protection.Handler))
}

// graphQL returns the handler of parsed and authenticated requests.
func (r *Resolver) graphQL(o Options, rates *rates) http.Handler {
	srv := handler.New(generated.NewExecutableSchema(generated.Config{Resolvers: r, Schema: schema}))
	subscriptions := newSubscriptions(r, o, rates)
	srv.AddTransport(socket{subscriptions})
	srv.AddTransport(eventStream{subscriptions})
	srv.AddTransport(post{graphQLGate(o.InFlight)})
	documents := lru.New[*ast.QueryDocument](cachedDocs)
	srv.SetQueryCache(documents)
	srv.SetParserTokenLimit(guard.MaxTokens)
	srv.SetDisableSuggestion(true)
	srv.SetValidationRulesFn(validationRules)
	srv.SetErrorPresenter(present(o.Log))
	srv.SetRecoverFunc(recovered(o.Log))
	if o.Introspection {
		srv.Use(extension.Introspection{})
	}
	srv.Use(trusted{})
	srv.Use(limits{schema, documents, rates})
	srv.Use(eachItsTransport{})
	srv.Use(exactVariables{schema})
	srv.AroundResponses(noted(o.Telemetry))
	srv.AroundResponses(fewRefusals)
	srv.AroundResponses(eachEvent)
	srv.AroundResponses(rates.withCost)
	srv.AroundResponses(recorded(r.Audit, present(o.Log)))
	srv.AroundFields(fieldHook(schema, o))
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

// authenticated lets only live tokens through, before anything of the request is read,
// and no worker more often than the rates allow. To whoever has none, every request is
// answered alike.
func (r *Resolver) authenticated(log *slog.Logger, rates *rates, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		actor, err := r.SignIn.Authenticate(req.Context(), callerOf(req))
		if err != nil {
			if rates.ofStranger(w, req) {
				turnedAway(w, log, err)
			}
			return
		}
		notesOf(req.Context()).of(actor.Worker)
		if !rates.ofWorker(w, actor.Worker) {
			return
		}
		requestOf(req.Context()).view = r.Casework.View(actor, r.Register.Snapshot())
		next.ServeHTTP(w, req)
	})
}

// timed gives a request its deadline. A subscription has none: each of its events has.
func timed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if streams(req) {
			next.ServeHTTP(w, req)
			return
		}
		ctx, cancel := context.WithTimeout(req.Context(), maxTime)
		defer cancel()
		next.ServeHTTP(w, req.WithContext(ctx))
	})
}

// upgraded lets only web sockets of our own pages, and of no page, through. A
// token in their header is checked here; without one it comes in connection_init, and
// only then is a stranger known for one: until then those who are unknown have few seats.
func (r *Resolver) upgraded(log *slog.Logger, rates *rates, protection *http.CrossOriginProtection, sockets, other http.Handler) http.Handler {
	named := r.authenticated(log, rates, sockets)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !upgrades(req) {
			other.ServeHTTP(w, req)
			return
		}
		asPost := req.Clone(req.Context())
		asPost.Method = http.MethodPost // which the protection checks, as it does not GET
		switch {
		case protection.Check(asPost) != nil:
			otherSite(w, req)
		case callerOf(req).Named():
			named.ServeHTTP(w, req)
		default:
			sockets.ServeHTTP(w, req)
		}
	})
}

func onlyPost(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Allow", http.MethodPost)
	refuse(w, http.StatusMethodNotAllowed, fault.Input("method", "must be POST"))
}

func otherSite(w http.ResponseWriter, _ *http.Request) {
	refuse(w, http.StatusForbidden, fault.New(fault.Forbidden, "requests from another site's page are refused"))
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
