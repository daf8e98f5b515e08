package graph

import (
	"cmp"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"

	"onward/services/fault"
	"onward/services/id"
)

// requestHeader says in every answer under which identifier the log speaks of the
// request.
const requestHeader = "Onward-Request"

// begun begins every request: it gets an identifier, and the address from which it
// comes. A panic that nobody has caught is answered as a defect of ours.
func begun(log *slog.Logger, trusted []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r := &request{id: id.New(""), log: log, address: addressOf(req, trusted)}
		w.Header().Set(requestHeader, r.id)
		out := &sent{ResponseWriter: w}
		r.sent = out
		defer out.recover(r)
		next.ServeHTTP(out, req.WithContext(withRequest(req.Context(), r)))
	})
}

// requestIDOn returns the identifier of the request that is being answered.
func requestIDOn(w http.ResponseWriter) string { return w.Header().Get(requestHeader) }

// sent knows whether the answer has begun to leave, and with which status.
type sent struct {
	http.ResponseWriter
	status  int        // 0 until it has
	refused fault.Kind // with which it was refused before GraphQL; empty where it was not
}

// WriteHeader implements http.ResponseWriter.
func (a *sent) WriteHeader(status int) {
	a.status = cmp.Or(a.status, status)
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *sent) Write(text []byte) (int, error) {
	a.status = cmp.Or(a.status, http.StatusOK)
	return a.ResponseWriter.Write(text)
}

// refuses notes with which code a request is refused before GraphQL, for the operator.
func refuses(w http.ResponseWriter, kind fault.Kind) {
	if a, ok := w.(*sent); ok { // as begun hands it to all
		a.refused = kind
	}
}

// Unwrap lets http.ResponseController, and web sockets, reach the connection.
func (a *sent) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// recover answers a panic; where the answer has begun it cuts it off. The value of the
// panic may hold data, so only the place is logged.
func (a *sent) recover(r *request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	r.log.Error("panic", "request", r.id, "stack", string(debug.Stack()))
	if a.status != 0 {
		panic(http.ErrAbortHandler)
	}
	refuse(a, http.StatusInternalServerError, fault.New(fault.Internal, "internal error; the log has it under request %s", r.id))
}
