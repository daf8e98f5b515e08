package graph

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/signin"
)

// The limits of subscriptions.
const (
	maxSubscriptions = 10               // of one worker at once, in this process
	maxSockets       = 10               // of one worker at once, in this process
	maxUnknown       = 64               // sockets at once of which nobody has said yet whose they are [J]
	initTime         = 5 * time.Second  // for connection_init
	recheckTime      = time.Second      // how often one without events is authorised again [J]
	aliveTime        = 20 * time.Second // how often a peer is told, or asked, that it is still there [J]
	writeTime        = 10 * time.Second // for one message to a peer that does not read [J]
)

// subscriptions is what both transports of subscriptions share.
type subscriptions struct {
	*Resolver
	log      *slog.Logger
	rates    *rates
	stopping <-chan struct{}
	recheck  time.Duration
	initTime time.Duration
	live     seats
	sockets  seats
	unknown  chan struct{} // holds one for each socket that is not opened yet
}

func newSubscriptions(r *Resolver, o Options, rates *rates) *subscriptions {
	return &subscriptions{
		Resolver: r, log: o.Log, rates: rates, stopping: o.Stopping,
		recheck: cmp.Or(o.Recheck, recheckTime), initTime: cmp.Or(o.InitTime, initTime),
		live: seats{most: maxSubscriptions, taken: map[id.Worker]int{}}, sockets: seats{most: maxSockets, taken: map[id.Worker]int{}},
		unknown: make(chan struct{}, maxUnknown),
	}
}

// live is a subscription of a request. Its events are drawn, one at a time, by the
// goroutine that sends them: it has none of its own, and holds no event that was
// authorised long before it is sent.
type live struct {
	tick  <-chan time.Time
	view  func() (*casework.View, error) // the subscriber as of now, or why it must end
	field *graphql.FieldContext          // where it stands in the document
	next  func(context.Context) (event any, view *casework.View, err error)
	end   func()
}

// streamed hands a subscription to the executor. What the executor reads from the
// channel is put there by eachEvent, just before.
func streamed[T any](ctx context.Context, s *casework.Subscription[T], err error) (<-chan *T, error) {
	if err != nil {
		return nil, err
	}
	events := make(chan *T, 1)
	l := liveOf(ctx)
	l.field, l.end = graphql.GetFieldContext(ctx), s.End
	l.next = func(ctx context.Context) (any, *casework.View, error) {
		event, view, err := s.Next(ctx, l.tick, l.view)
		if err != nil {
			return nil, nil, err
		}
		events <- event
		return event, view, nil
	}
	return events, nil
}

// eachEvent draws the next event of a subscription and has its fields resolved
// with the view that has authorised it, in the time that a query has.
//
// The executor resolves the fields of an event in the context that it is handed
// here, and that has lost the field of the subscription: it is put back, since
// masking finds the case of a field above it, and errors their path.
func eachEvent(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	l := liveOf(ctx)
	if l == nil || l.next == nil {
		return next(ctx) // of a query, or a refusal
	}
	event, view, err := l.next(ctx)
	switch {
	case errors.Is(err, casework.ErrEnded):
		return nil
	case err != nil:
		l.next = ended
		graphql.AddError(ctx, err)
		return &graphql.Response{Errors: graphql.GetErrors(ctx)}
	}
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	ctx = withRequest(ctx, &request{id: requestIDOf(ctx), view: view, log: logOf(ctx), address: requestOf(ctx).address})
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: l.field.Object, Field: l.field.Field, Args: l.field.Args, Result: event})
	if c, ok := event.(*casefile.Case); ok {
		noteOpening(ctx, fieldGuard{class: access.Case, name: l.field.Object + "." + l.field.Field.Name}, c)
	}
	answer := next(ctx)
	if answer != nil && answer.Data == nil {
		l.next = ended // it could not be recorded, or has no answer
	}
	return answer
}

// ended is what comes after the last event.
func ended(context.Context) (any, *casework.View, error) { return nil, nil, casework.ErrEnded }

// operation is one subscription under way.
type operation struct {
	ctx     context.Context
	exec    graphql.GraphExecutor
	recover graphql.RecoverFunc
	answers graphql.ResponseHandler
	end     func() // frees what it holds; it can be called again
}

// begin begins the subscription that a request asks for, within the limits of the
// caller's worker. A refusal is its only answer.
func (s *subscriptions) begin(ctx context.Context, requestID string, exec graphql.GraphExecutor, caller signin.Caller, what asked) *operation {
	o := s.operation(ctx, requestID, exec, caller)
	ctx, req, cancel := o.ctx, requestOf(o.ctx), o.end
	req.asked = what
	actor, err := s.SignIn.Authenticate(ctx, caller)
	if err != nil {
		return o.refuse(err)
	}
	free, ok := s.live.take(actor.Worker)
	if !ok {
		return o.refuse(fault.New(fault.Unavailable, "at most %d subscriptions of one user at once; end another one first", maxSubscriptions))
	}
	ticker := time.NewTicker(s.recheck)
	req.view = s.Casework.View(actor, s.Register.Snapshot())
	req.live = &live{tick: ticker.C, view: s.renewal(ctx, caller, actor, what), end: func() {}}
	began := time.Now()
	o.end = sync.OnceFunc(func() {
		cancel()
		ticker.Stop()
		req.live.end()
		free()
		s.log.DebugContext(ctx, "subscription ended", "request", req.id, "actor", string(actor.Worker), "took", time.Since(began), "open", s.Register.Feeds())
	})
	return o.dispatch(what.params)
}

// operation returns one that is not begun.
func (s *subscriptions) operation(ctx context.Context, requestID string, exec graphql.GraphExecutor, caller signin.Caller) *operation {
	ctx, cancel := context.WithCancel(graphql.StartOperationTrace(ctx))
	req := &request{id: requestID, log: s.log, address: caller.Address}
	return &operation{ctx: withRequest(ctx, req), exec: exec, recover: recovered(s.log), end: cancel}
}

// dispatch has the executor begin the operation.
func (o *operation) dispatch(params *graphql.RawParams) *operation {
	defer func() {
		if p := recover(); p != nil {
			o.refuse(o.recover(o.ctx, p))
		}
	}()
	oc, refusals := o.exec.CreateOperationContext(o.ctx, params)
	o.ctx = graphql.WithOperationContext(o.ctx, oc)
	if refusals != nil {
		o.answers = graphql.OneShot(o.exec.DispatchError(o.ctx, refusals))
		return o
	}
	o.answers, o.ctx = o.exec.DispatchOperation(o.ctx, oc)
	return o
}

// refuse makes an error the only answer of an operation from now on.
func (o *operation) refuse(err error) *operation {
	o.ctx = withRequest(o.ctx, &request{id: requestIDOf(o.ctx), log: logOf(o.ctx)})
	o.answers = graphql.OneShot(o.exec.DispatchError(o.ctx, gqlerror.List{{Err: err, Message: err.Error()}}))
	return o
}

// next waits for the next answer, and returns nil when there is none any more. An
// answer without data is an error that ends the operation. A panic ends this
// operation, and no other one.
func (o *operation) next() (answer *graphql.Response) {
	defer func() {
		if p := recover(); p != nil {
			answer = o.refuse(o.recover(o.ctx, p)).answers(o.ctx)
		}
	}()
	return o.answers(o.ctx)
}

// renewal returns what a subscriber sees at the moment that it is called. It is an
// error where the token has ended, where the worker's role or organisation is another
// one than it was, so that the client may subscribe again as what she is now, and where
// she may not send the document any more.
func (s *subscriptions) renewal(ctx context.Context, caller signin.Caller, was access.Actor, what asked) func() (*casework.View, error) {
	return func() (*casework.View, error) {
		is, err := s.SignIn.Authenticate(ctx, caller)
		if err != nil {
			return nil, err
		}
		if is.Role != was.Role || is.Organisation != was.Organisation {
			return nil, fault.New(fault.Forbidden, "your role is another one now; subscribe again")
		}
		view := s.Casework.View(is, s.Register.Snapshot())
		if _, err := documentOf(view, what); err != nil {
			return nil, err
		}
		return view, nil
	}
}

// seats counts what each worker has under way.
type seats struct {
	most  int
	mu    sync.Mutex
	taken map[id.Worker]int
}

// take takes a seat of a worker, unless all are taken. Free it once.
func (s *seats) take(w id.Worker) (free func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken[w] == s.most {
		return nil, false
	}
	s.taken[w]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.taken[w]--; s.taken[w] == 0 {
			delete(s.taken, w)
		}
	}, true
}

// eachItsTransport refuses a subscription where one answer is expected, and
// anything else where many are: the limits and the deadline of a query hold for
// POST alone. It refuses, too, a subscription whose only field is left out by a
// directive.
type eachItsTransport struct{}

// ExtensionName names the extension.
func (eachItsTransport) ExtensionName() string { return "EachItsTransport" }

// Validate has nothing to check.
func (eachItsTransport) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext checks an operation.
func (eachItsTransport) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	many, subscription := liveOf(ctx) != nil, op.Operation.Operation == ast.Subscription
	switch {
	case subscription && !many:
		return refused(fault.Input("query", "subscribe over graphql-transport-ws, or by POST where only text/event-stream is accepted"))
	case many && !subscription:
		return refused(fault.Input("query", "only subscriptions are served here; send queries and mutations by POST and accept application/json"))
	case many && len(graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Subscription"})) != 1:
		return refused(fault.Input("query", "a subscription must select its field"))
	}
	return nil
}

var _ graphql.OperationContextMutator = eachItsTransport{}
