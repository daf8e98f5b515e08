// Package graph is the GraphQL edge: it authenticates, limits and parses a
// request, gives it one view of the register, and hands each field to the
// service that answers it. It decides nothing about cases.
package graph

import (
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
	"onward/graph/guard"
	"onward/services/fault"
	"onward/services/id"
)

// The limits of a request.
const (
	maxBody     = 64 << 10        // bytes
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
}

// Handler returns the whole HTTP surface: POST /graphql, the web socket of
// subscriptions at the same place, sign-ins by POST below /auth, GET /healthz, GET /readyz and a page at / that
// says where one is.
func Handler(r *Resolver, o Options) http.Handler {
	mux := http.NewServeMux()
	protection := http.NewCrossOriginProtection()
	graphQL := r.graphQL(o)
	mux.Handle("POST /graphql", r.authenticated(o, legible(graphQL)))
	mux.Handle("GET /graphql", r.upgraded(o.Log, protection, graphQL))
	mux.HandleFunc("/graphql", onlyPost)
	r.signIns(mux, o.Log)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", r.ready)
	mux.HandleFunc("GET /{$}", home)
	protection.SetDenyHandler(http.HandlerFunc(otherSite))
	return located(o.TrustedProxies, protection.Handler(mux))
}

// graphQL returns the handler of parsed and authenticated requests.
func (r *Resolver) graphQL(o Options) http.Handler {
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: r})
	srv := handler.New(schema)
	subscriptions := newSubscriptions(r, o)
	srv.AddTransport(socket{subscriptions})
	srv.AddTransport(eventStream{subscriptions})
	srv.AddTransport(transport.POST{})
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
	srv.Use(limits{schema.Schema(), documents})
	srv.Use(eachItsTransport{})
	srv.Use(exactVariables{schema.Schema()})
	srv.AroundResponses(fewRefusals)
	srv.AroundResponses(eachEvent)
	srv.AroundResponses(withCost)
	srv.AroundResponses(recorded(r.Audit, present(o.Log)))
	srv.AroundFields(policyHook(schema.Schema()))
	return srv
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
			next.ServeHTTP(w, req)
			return
		}
		ctx, cancel := context.WithTimeout(req.Context(), maxTime)
		defer cancel()
		ctx = withRequest(ctx, &request{id: id.New(""), view: r.Casework.View(actor, r.Register.Snapshot()), log: o.Log, from: clientAddress(req).String()})
		began := time.Now()
		next.ServeHTTP(w, req.WithContext(ctx))
		o.Log.DebugContext(ctx, "request", "request", requestIDOf(ctx), "actor", string(actor.Worker), "took", time.Since(began))
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

// ready says whether the process can answer. It can from the moment that the
// register is loaded, which is before it listens.
func (r *Resolver) ready(w http.ResponseWriter, _ *http.Request) {
	_, _ = w.Write([]byte("ready\n"))
}

//go:embed home.html
var homePage []byte

func home(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	_, _ = w.Write(homePage)
}
