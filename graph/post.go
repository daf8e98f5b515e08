package graph

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onward/services/fault"
)

// post is the transport of queries and mutations, as the draft of GraphQL over HTTP
// has it: https://graphql.github.io/graphql-over-http/draft
//
// The library has one, too. It writes data to refusals, gives no status to what fails
// before execution but by codes of its own, and holds whatever a client that reads
// slowly holds.
type post struct{ gate *gate }

// Supports reports whether a request asks for one answer.
func (post) Supports(req *http.Request) bool { return req.Method == http.MethodPost }

// Do answers a request that is legible. It holds its place among those under way until
// the answer is there, and not while a client reads it.
func (p post) Do(w http.ResponseWriter, req *http.Request, exec graphql.GraphExecutor) {
	r := requestOf(req.Context())
	leave, ok := p.gate.enter(req.Context(), r.view.Actor.Worker)
	if !ok {
		tooBusy(w)
		return
	}
	defer leave() // after a panic
	answer := answerOf(req, r.asked.params, exec)
	leave()
	w.Header().Set("Content-Type", r.media+"; charset=utf-8")
	status := statusOf(answer, r.media)
	if r.wait > 0 {
		w.Header().Set("Retry-After", fmt.Sprint(seconds(r.wait)))
		status = http.StatusTooManyRequests
	}
	w.WriteHeader(status)
	_, _ = w.Write(body(answer))
}

// answerOf carries out a request.
func answerOf(req *http.Request, params *graphql.RawParams, exec graphql.GraphExecutor) *graphql.Response {
	ctx := req.Context()
	op, refusals := exec.CreateOperationContext(ctx, params)
	if refusals != nil {
		return exec.DispatchError(graphql.WithOperationContext(ctx, op), refusals)
	}
	responses, ctx := exec.DispatchOperation(ctx, op)
	if answer := responses(ctx); answer != nil {
		return answer
	}
	late := fault.New(fault.Unavailable, "time ran out; try again")
	return exec.DispatchError(ctx, gqlerror.List{{Err: late, Message: late.Message}})
}

// statusOf returns the status of an answer. What was executed is 200, whatever its
// fields say. What was not has no data: in the media type of GraphQL its status says
// why; in plain JSON, where a client could not tell it from that of a proxy, it is 200.
func statusOf(answer *graphql.Response, media string) int {
	if answer.Data != nil || media == contentType {
		return http.StatusOK
	}
	return statuses[codeOf(answer)]
}

// body writes an answer: without data where nothing was executed.
func body(answer *graphql.Response) []byte {
	if answer.Data != nil {
		return encoded(answer)
	}
	return encoded(struct {
		Errors     gqlerror.List  `json:"errors"`
		Extensions map[string]any `json:"extensions,omitempty"`
	}{answer.Errors, answer.Extensions})
}

// codeOf returns the code of the first error of an answer.
func codeOf(answer *graphql.Response) fault.Kind {
	if len(answer.Errors) == 0 {
		return ""
	}
	code, _ := answer.Errors[0].Extensions["code"].(fault.Kind)
	return code
}

// encoded writes an answer, or the errors of one. Both hold only what can be
// written.
func encoded(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}
