// Package graph is the GraphQL edge: it authenticates, limits and parses a
// request, gives it one view of the register, and hands each field to the
// service that answers it. It decides nothing about cases.
package graph

import (
	"context"
	_ "embed"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
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
}

// Handler returns the whole HTTP surface: POST /graphql, GET /healthz, GET
// /readyz and a page at / that says where one is.
func Handler(r *Resolver, o Options) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /graphql", r.authenticated(o.Log, legible(r.graphQL(o))))
	mux.HandleFunc("/graphql", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, http.StatusMethodNotAllowed, fault.Invalid, "send requests by POST")
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", r.ready)
	mux.HandleFunc("GET /{$}", home)
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusForbidden, fault.Forbidden, "requests from another site's page are refused")
	}))
	return protection.Handler(mux)
}

// graphQL returns the handler of parsed and authenticated requests.
func (r *Resolver) graphQL(o Options) http.Handler {
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: r})
	srv := handler.New(schema)
	srv.AddTransport(transport.POST{})
	srv.SetQueryCache(lru.New[*ast.QueryDocument](cachedDocs))
	srv.SetParserTokenLimit(maxTokens)
	srv.SetDisableSuggestion(true)
	srv.SetValidationRulesFn(validationRules)
	srv.SetErrorPresenter(present(o.Log))
	srv.SetRecoverFunc(func(ctx context.Context, _ any) error {
		// The value of a panic may hold data, so only the place is logged.
		o.Log.ErrorContext(ctx, "panic", "request", requestIDOf(ctx), "stack", string(debug.Stack()))
		return fault.New(fault.Internal, "panic")
	})
	if o.Introspection {
		srv.Use(extension.Introspection{})
	}
	srv.Use(exactEnums{schema.Schema()})
	srv.AroundFields(policyHook(schema.Schema()))
	return srv
}

// authenticated lets only live tokens through, before anything is parsed, and
// gives the request its view.
func (r *Resolver) authenticated(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		actor, err := r.Directory.Snapshot().Authenticate(bearer(req))
		if err != nil {
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, http.StatusUnauthorized, fault.Unauthenticated, "a live bearer token is needed")
			return
		}
		ctx, cancel := context.WithTimeout(req.Context(), maxTime)
		defer cancel()
		ctx = withRequest(ctx, &request{id: id.New(""), view: r.Casework.View(actor, r.Register.Snapshot()), log: log})
		began := time.Now()
		next.ServeHTTP(w, req.WithContext(ctx))
		log.DebugContext(ctx, "request", "request", requestIDOf(ctx), "actor", string(actor.Worker), "took", time.Since(began))
	})
}

// bearer returns the token of a request, or "".
func bearer(req *http.Request) string {
	scheme, token, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimLeft(token, " ")
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

var _ graphql.OperationContextMutator = exactEnums{}
