package graph

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/signin"
)

// The codes with which a socket is closed, beside those of the web socket itself.
// https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
const (
	closeIllegible    websocket.StatusCode = 4400
	closeUnauthorized websocket.StatusCode = 4401
	closeForbidden    websocket.StatusCode = 4403
	closeSubprotocol  websocket.StatusCode = 4406
	closeInitTimeout  websocket.StatusCode = 4408
	closeDoubleID     websocket.StatusCode = 4409
	closeDoubleInit   websocket.StatusCode = 4429
)

const (
	subprotocol = "graphql-transport-ws"
	maxIDLength = 128 // of an operation; it is sent with each event
)

// socket is the transport of subscriptions over graphql-transport-ws.
//
// The library has one, too. It writes without a deadline, holding a lock that its
// closing needs; leaves connections open whose first payload is no object; lets an
// identifier be used twice; and answers refusals past the presenter of errors.
type socket struct{ *subscriptions }

// Supports reports whether a request asks for a web socket.
func (socket) Supports(req *http.Request) bool { return upgrades(req) }

// upgrades reports whether a request asks for a web socket.
func upgrades(req *http.Request) bool {
	return req.Method == http.MethodGet && hasItem(req.Header, "Connection", "upgrade") && hasItem(req.Header, "Upgrade", "websocket")
}

// hasItem reports whether a header that is a list has an item.
func hasItem(h http.Header, name, item string) bool {
	return slices.ContainsFunc(strings.Split(strings.Join(h.Values(name), ","), ","), func(s string) bool {
		return strings.EqualFold(strings.TrimSpace(s), item)
	})
}

// Do serves a socket until it is closed.
func (s socket) Do(w http.ResponseWriter, req *http.Request, exec graphql.GraphExecutor) {
	select {
	case s.unknown <- struct{}{}:
	default:
		w.Header().Set("Retry-After", "5")
		refuse(w, http.StatusServiceUnavailable, fault.New(fault.Unavailable, "too many connections are being opened; try again"))
		return
	}
	known := sync.OnceFunc(func() { <-s.unknown })
	defer known()
	ws, err := websocket.Accept(w, req, &websocket.AcceptOptions{
		Subprotocols:       []string{subprotocol},
		InsecureSkipVerify: true, // the handler has refused other sites by the rule that holds for POST
	})
	if err != nil {
		return // it has been answered
	}
	defer func() { _ = ws.CloseNow() }()
	ws.SetReadLimit(maxBody)
	ctx, cancel := context.WithCancel(req.Context())
	c := &connection{subscriptions: s.subscriptions, sent: w, ws: ws, ctx: ctx, exec: exec, caller: callerOf(req), running: map[string]*operation{}}
	free, ok := c.open()
	known()
	if !ok {
		cancel()
		return
	}
	defer free()
	var group sync.WaitGroup
	group.Go(c.attend)
	c.read(&group)
	cancel()
	group.Wait()
}

// connection is one socket. Its context ends with it.
type connection struct {
	*subscriptions
	sent   http.ResponseWriter // of the upgrade
	ws     *websocket.Conn
	ctx    context.Context
	exec   graphql.GraphExecutor
	caller signin.Caller
	worker id.Worker // once it is open

	mu      sync.Mutex // held while a message of an operation is written
	running map[string]*operation
}

// message is one of the protocol's, in either direction.
type message struct {
	ID      string         `json:"id,omitzero"`
	Type    string         `json:"type"`
	Payload jsontext.Value `json:"payload,omitzero"`
}

// open waits for connection_init, answers it, and takes a seat of the worker. It
// closes the socket where that does not come in time or names no live token. Every
// token that is not live reads the same.
func (c *connection) open() (free func(), ok bool) {
	if c.ws.Subprotocol() != subprotocol {
		c.close(closeSubprotocol, "ask for the subprotocol "+subprotocol)
		return nil, false
	}
	opened := make(chan struct{})
	attended := sync.OnceFunc(func() { close(opened) })
	defer attended()
	go func() { // the peer may take its time to close, too
		select {
		case <-opened:
			return
		case <-c.stopping:
		}
		select {
		case <-opened: // meanwhile
		default:
			_ = c.ws.CloseNow()
		}
	}()
	late := time.AfterFunc(c.initTime, func() { c.close(closeInitTimeout, "connection_init did not come in time") })
	defer late.Stop()
	m, ok := c.receive()
	if !ok {
		return nil, false
	}
	if m.Type != "connection_init" {
		c.close(closeUnauthorized, "send connection_init first")
		return nil, false
	}
	var payload struct {
		Authorization string
		Purpose       casefile.Purpose
	}
	if m.Payload != nil {
		if err := json.Unmarshal(m.Payload, &payload); err != nil {
			c.close(closeIllegible, "the payload of connection_init must be an object")
			return nil, false
		}
	}
	if c.worker, ok = c.admit(payload.Authorization, payload.Purpose); !ok {
		return nil, false
	}
	if free, ok = c.sockets.take(c.worker); !ok {
		c.shut(fault.New(fault.Unavailable, "too many connections of one user at once"))
		return nil, false
	}
	attended() // from here on a stop is told to the peer, who may have the acknowledgement before this returns
	if !late.Stop() || c.send(message{Type: "connection_ack"}) != nil {
		free()
		return nil, false
	}
	return free, true
}

// admit returns whose socket it is, and closes it where that is nobody who is let in.
// A token in the header of the upgrade has been charged for there.
func (c *connection) admit(authorization string, purpose casefile.Purpose) (worker id.Worker, ok bool) {
	charged := c.caller.Named()
	if !charged {
		c.caller.Authorization, c.caller.Purpose = authorization, purpose
	}
	actor, err := c.SignIn.Authenticate(c.ctx, c.caller)
	if err != nil {
		if f := c.rates.spendStranger(c.caller.Address); f != nil {
			c.shut(f)
			return "", false
		}
		refuses(c.sent, fault.KindOf(err))
		c.turnAway(err)
		return "", false
	}
	notesOf(c.ctx).of(actor.Worker)
	if charged {
		return actor.Worker, true
	}
	if f := c.rates.spend(actor.Worker); f != nil {
		c.shut(f)
		return "", false
	}
	return actor.Worker, true
}

// shut closes a socket that is not open yet, and may be another time.
func (c *connection) shut(f *fault.Error) {
	refuses(c.sent, f.Kind)
	c.close(websocket.StatusTryAgainLater, f.Message)
}

// attend closes the socket when its token has ended, its peer does not answer, or
// the server stops.
func (c *connection) attend() {
	check, ping := time.NewTicker(c.recheck), time.NewTicker(aliveTime)
	defer check.Stop()
	defer ping.Stop()
	for {
		select {
		case <-c.ctx.Done():
			return
		case <-c.stopping:
			c.close(websocket.StatusGoingAway, "the server stops")
			return
		case <-check.C:
			if _, err := c.SignIn.Authenticate(c.ctx, c.caller); err != nil {
				c.turnAway(err)
				return
			}
		case <-ping.C:
			ctx, cancel := context.WithTimeout(c.ctx, writeTime)
			err := c.ws.Ping(ctx)
			cancel()
			if err != nil {
				_ = c.ws.CloseNow()
				return
			}
		}
	}
}

// read carries out what the peer asks for, in its order, until the socket is
// closed. A subscription is in place before the next message is read: a pong says
// so.
func (c *connection) read(group *sync.WaitGroup) {
	for {
		m, ok := c.receive()
		if !ok {
			return
		}
		switch m.Type {
		case "ping":
			_ = c.send(message{Type: "pong", Payload: m.Payload})
		case "pong":
		case "subscribe":
			if !c.subscribe(m, group) {
				return
			}
		case "complete":
			c.forget(m.ID)
		case "connection_init":
			c.close(closeDoubleInit, "connection_init came twice")
			return
		default:
			c.close(closeIllegible, "unknown type of message")
			return
		}
	}
}

// receive reads the next message, and closes the socket where that is none.
func (c *connection) receive() (message, bool) {
	kind, text, err := c.ws.Read(c.ctx)
	if err != nil {
		return message{}, false
	}
	var m message
	if kind != websocket.MessageText || json.Unmarshal(text, &m) != nil {
		c.close(closeIllegible, "a message must be one JSON object with a type")
		return message{}, false
	}
	return m, true
}

// subscribe begins an operation, and closes the socket where the message breaks
// the protocol.
func (c *connection) subscribe(m message, group *sync.WaitGroup) bool {
	what, err := askedOf(m.Payload)
	if err != nil || m.ID == "" || len(m.ID) > maxIDLength {
		c.close(closeIllegible, "subscribe needs an id and a payload with the text query")
		return false
	}
	c.mu.Lock()
	inUse := c.running[m.ID] != nil
	c.mu.Unlock()
	if inUse {
		c.close(closeDoubleID, "the id is in use")
		return false
	}
	o := c.ask(what)
	c.mu.Lock()
	c.running[m.ID] = o // which nobody else adds to
	c.mu.Unlock()
	group.Go(func() { c.relay(m.ID, o) })
	return true
}

// ask begins an operation. It is charged to the worker as a request is: on a socket
// that is open, one costs as much.
func (c *connection) ask(what asked) *operation {
	if err := c.rates.spend(c.worker); err != nil {
		return c.operation(c.ctx, id.New(""), c.exec, c.caller).refuse(err)
	}
	return c.begin(c.ctx, id.New(""), c.exec, c.caller, what)
}

// forget ends an operation, so that its identifier and its seat are free.
func (c *connection) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o := c.running[id]; o != nil {
		o.end()
		delete(c.running, id)
	}
}

// relay sends the answers of an operation until it ends.
func (c *connection) relay(id string, o *operation) {
	defer o.end()
	for {
		answer := o.next()
		switch {
		case answer == nil:
			c.last(id, o, message{ID: id, Type: "complete"})
			return
		case answer.Data == nil && codeOf(answer) == fault.Unauthenticated:
			o.end()
			c.close(closeUnauthorized, "a live bearer token is needed")
			return
		case answer.Data == nil:
			c.last(id, o, message{ID: id, Type: "error", Payload: encoded(answer.Errors)})
			return
		}
		c.mu.Lock()
		if c.running[id] == o {
			_ = c.send(message{ID: id, Type: "next", Payload: encoded(answer)})
		}
		c.mu.Unlock()
	}
}

// last sends the message that ends an operation, unless the peer has ended it.
// Whoever reads it finds the seat free.
func (c *connection) last(id string, o *operation, m message) {
	o.end()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running[id] == o {
		delete(c.running, id)
		_ = c.send(m)
	}
}

// send writes a message. A peer that does not take it in time is cut off.
func (c *connection) send(m message) error {
	text, err := json.Marshal(&m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.ctx, writeTime)
	defer cancel()
	return c.ws.Write(ctx, websocket.MessageText, text)
}

// close closes the socket, and waits a little for the peer to do so, too.
func (c *connection) close(code websocket.StatusCode, reason string) { _ = c.ws.Close(code, reason) }

// turnAway closes the socket of a caller who is not let in, or not any more.
func (c *connection) turnAway(err error) {
	switch fault.KindOf(err) {
	case fault.Unauthenticated:
		c.close(closeUnauthorized, "a live bearer token is needed")
	case fault.Invalid, fault.Forbidden:
		c.close(closeForbidden, "the key is not for this purpose, or not for use from here")
	default:
		c.log.Warn("sign-in unavailable", "request", requestIDOn(c.sent), "error", err)
		c.close(websocket.StatusTryAgainLater, "who you are cannot be known now; try again")
	}
}
