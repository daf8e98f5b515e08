package graph

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"onward/services/casework"
)

// request is what the edge knows of one request. It travels in the context only
// from the handler to the resolvers, which pass its parts on as parameters. Each
// event of a subscription has one of its own, with the view that authorised it.
type request struct {
	id      string
	log     *slog.Logger
	address netip.Addr     // the client's; the zero Addr where the connection has none
	view    *casework.View // once it is known who asks
	asked   asked          // once it is read
	sent    *sent          // the answer
	media   string         // in which the answer is wanted
	wait    time.Duration  // until its worker may spend its cost, where that is too much now
	looks   looks          // of which the record is committed before the answer leaves
	live    *live          // of the request of a subscription

	refusals int // how many errors of its document were presented
}

// asked is what a request asks for.
type asked struct {
	params     *graphql.RawParams
	documentID *string // the name of a registered document; nil where params have one of their own
}

type requestKey struct{}

func withRequest(ctx context.Context, r *request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// requestOf returns what is known of the request.
func requestOf(ctx context.Context) *request { return ctx.Value(requestKey{}).(*request) }

// viewOf returns what the actor of the request sees.
func viewOf(ctx context.Context) *casework.View { return requestOf(ctx).view }

// logOf returns where the edge says what clients may not see.
func logOf(ctx context.Context) *slog.Logger { return requestOf(ctx).log }

// liveOf returns the subscription of a request, or nil where it can only have one
// answer.
func liveOf(ctx context.Context) *live {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r.live
	}
	return nil
}

func requestIDOf(ctx context.Context) string {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r.id
	}
	return "none"
}
