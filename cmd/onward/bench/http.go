package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"onward/graph"
	"onward/graph/generated"
)

// Handler answers by constants as gqlgen alone does it: POST, and documents that are
// parsed once.
func (c *Constants) Handler() http.Handler {
	s := handler.New(generated.NewExecutableSchema(generated.Config{Resolvers: &root{&graph.Resolver{}, c}}))
	s.AddTransport(transport.POST{})
	s.SetQueryCache(lru.New[*ast.QueryDocument](1000))
	return s
}

// Client asks a handler in this process. No connection is made, so that what is
// measured is what the handler does.
type Client struct {
	Handler http.Handler
	Token   string
}

// Body returns a request as it is sent.
func Body(query string, variables map[string]any) ([]byte, error) {
	return json.Marshal(map[string]any{"query": query, "variables": variables})
}

// Ask sends a request and returns how many bytes the answer has. It fails where the
// answer has errors.
func (c Client) Ask(body []byte) (size int, err error) {
	w := answer{header: http.Header{}}
	c.Handler.ServeHTTP(&w, &http.Request{
		Method: http.MethodPost, URL: &url.URL{Path: "/graphql"}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Host: "localhost",
		Header:        http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + c.Token}},
		Body:          &sent{*bytes.NewReader(body)},
		ContentLength: int64(len(body)), RemoteAddr: "127.0.0.1:1",
	})
	if w.status > http.StatusOK || w.failed {
		return 0, fmt.Errorf("answered by %d: %.300s", w.status, w.begin)
	}
	return w.size, nil
}

type sent struct{ bytes.Reader }

func (*sent) Close() error { return nil }

// answer counts what is written, and keeps how it begins.
type answer struct {
	header http.Header
	status int
	size   int
	begin  []byte
	failed bool
}

func (a *answer) Header() http.Header    { return a.header }
func (a *answer) WriteHeader(status int) { a.status = status }

func (a *answer) Write(b []byte) (int, error) {
	if a.size == 0 && bytes.HasPrefix(b, []byte(`{"errors"`)) {
		a.failed, a.begin = true, bytes.Clone(b)
	}
	a.size += len(b)
	return len(b), nil
}
