package graph_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"onward/graph"
)

// TestStrangersAreAnsweredAlike proves that whoever has no live token learns nothing
// by what is asked: every reply has the same status, headers and body, but for the
// date and the identifier of the request.
func TestStrangersAreAnsweredAlike(t *testing.T) {
	w := newWorld(t)
	var first string
	tried := 0
	for _, token := range []string{"", "Bearer ", "Bearer onward_0000", "Bearer onwardaccess_x", "Bearer onwardkey_x", "Bearer a.b.c", "Basic eDp5", "\x01"} {
		for _, media := range []string{"application/json", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""} {
			for _, accept := range []string{"application/json", "application/graphql-response+json", "text/event-stream", "text/html"} {
				for _, body := range []string{`{"query":"{ viewer { role } }"}`, `{"query":"{"}`, `{"query":"mutation { bogus }"}`, `[]`, ``, "\x00\xff", strings.Repeat("[", 60<<10), strings.Repeat(" ", 200<<10)} {
					for _, method := range []string{"POST", "PUT", "GET", "OPTIONS"} {
						if tried++; method != "POST" && tried%7 > 0 {
							continue
						}
						req, err := http.NewRequest(method, w.server.URL+"/graphql", strings.NewReader(body))
						w.must(err)
						for name, value := range map[string]string{"Authorization": token, "Content-Type": media, "Accept": accept} {
							if value != "" {
								req.Header[name] = []string{value}
							}
						}
						got := w.alike(req)
						if first == "" {
							first = got
						}
						if got != first || !strings.Contains(got, `"code":"UNAUTHENTICATED"`) {
							t.Fatalf("%s %q %q %q %.40q:\n%s\nthe first one:\n%s", method, token, media, accept, body, got, first)
						}
					}
				}
			}
		}
	}
}

// alike sends a request past the network, and writes what comes back without what
// differs between any two.
func (w *world) alike(req *http.Request) string {
	if req.Header.Get("Authorization") == "\x01" {
		req.Header.Set("Authorization", "Bearer \x01")
	}
	recorder := httptest.NewRecorder()
	w.server.Config.Handler.ServeHTTP(recorder, req)
	resp := recorder.Result()
	resp.Header.Del("Date")
	resp.Header.Del("Onward-Request")
	var out bytes.Buffer
	_, _ = fmt.Fprintln(&out, resp.StatusCode)
	_ = resp.Header.Write(&out)
	_, _ = io.Copy(&out, resp.Body)
	return out.String()
}

// spaces is a body of as many spaces, which takes no memory.
type spaces int

func (s *spaces) Read(p []byte) (int, error) {
	if *s <= 0 {
		return 0, io.EOF
	}
	n := min(len(p), int(*s))
	for i := range p[:n] {
		p[i] = ' '
	}
	*s -= spaces(n)
	return n, nil
}

// bomb is ten million spaces, compressed.
func bomb() []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	body := spaces(10 << 20)
	_, _ = io.Copy(z, &body)
	_ = z.Close()
	return out.Bytes()
}

// TestHostileRequests proves that what is no request of ours is refused with a code, in
// GraphQL's form, and takes little memory. One who has a token sends them.
func TestHostileRequests(t *testing.T) {
	w := newWorld(t)
	const query, mutation = `{"query":"{ viewer { role } }"}`, `{"query":"mutation { openCase(input: {requestId: \"r\", population: AT_RISK, consents: [SERVICES]}) { case { id } } }"}`
	form := "--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n" + mutation + "\r\n--x\r\nContent-Disposition: form-data; name=\"map\"\r\n\r\n{}\r\n--x--\r\n"
	huge := func() io.Reader { s := spaces(50 << 20); return &s }
	for name, c := range map[string]struct {
		method  string
		query   string // of the address
		body    io.Reader
		length  int64 // that is said; as it is when 0, and not said when -1
		headers []string
		status  int
		code    string
	}{
		"50 MB":                         {body: huge(), length: 50 << 20, status: 413, code: "INVALID"},
		"50 MB, in chunks":              {body: huge(), length: -1, status: 413, code: "INVALID"},
		"a compressed bomb":             {body: bytes.NewReader(bomb()), headers: []string{"Content-Encoding", "gzip"}, status: 415, code: "INVALID"},
		"compressed twice":              {body: bytes.NewReader(bomb()), headers: []string{"Content-Encoding", "identity, gzip"}, status: 415, code: "INVALID"},
		"a bomb that says nothing":      {body: bytes.NewReader(bomb()), status: 400, code: "INVALID"},
		"20,000 brackets":               {body: strings.NewReader(strings.Repeat("[", 20000)), status: 400, code: "INVALID"},
		"20,000 brackets in variables":  {body: strings.NewReader(`{"query":"{ viewer { role } }","variables":{"a":` + strings.Repeat("[", 20000)), status: 400, code: "INVALID"},
		"20,000 objects in extensions":  {body: strings.NewReader(`{"query":"{ viewer { role } }","extensions":` + strings.Repeat(`{"a":`, 12000)), status: 400, code: "INVALID"},
		"a name twice":                  {body: strings.NewReader(`{"query":"{ viewer { role } }","query":"{ bogus }"}`), status: 400, code: "INVALID"},
		"letters that are none":         {body: strings.NewReader("{\"query\":\"{ viewer { role } \xff }\"}"), status: 400, code: "INVALID"},
		"two requests":                  {body: strings.NewReader(query + query), status: 400, code: "INVALID"},
		"a batch":                       {body: strings.NewReader(`[` + query + `,` + query + `]`), status: 400, code: "INVALID"},
		"a query in the address":        {method: "GET", query: "?query={viewer{role}}", body: http.NoBody, status: 405, code: "INVALID"},
		"a mutation in the address":     {method: "GET", query: "?query=mutation{x}", body: http.NoBody, status: 405, code: "INVALID"},
		"OPTIONS":                       {method: "OPTIONS", body: http.NoBody, status: 405, code: "INVALID"},
		"a form":                        {body: strings.NewReader("query=mutation{x}"), headers: []string{"Content-Type", "application/x-www-form-urlencoded"}, status: 415, code: "INVALID"},
		"a form of parts":               {body: strings.NewReader(form), headers: []string{"Content-Type", "multipart/form-data; boundary=x"}, status: 415, code: "INVALID"},
		"plain text":                    {body: strings.NewReader(mutation), headers: []string{"Content-Type", "text/plain"}, status: 415, code: "INVALID"},
		"other letters":                 {body: strings.NewReader(query), headers: []string{"Content-Type", "application/json; charset=utf-16"}, status: 415, code: "INVALID"},
		"no type":                       {body: strings.NewReader(query), headers: []string{"Content-Type", ""}, status: 415, code: "INVALID"},
		"another site, by Sec-Fetch":    {body: strings.NewReader(mutation), headers: []string{"Sec-Fetch-Site", "cross-site"}, status: 403, code: "FORBIDDEN"},
		"a sister of ours":              {body: strings.NewReader(mutation), headers: []string{"Sec-Fetch-Site", "same-site"}, status: 403, code: "FORBIDDEN"},
		"another site, by its origin":   {body: strings.NewReader(mutation), headers: []string{"Origin", "https://elsewhere.example"}, status: 403, code: "FORBIDDEN"},
		"a page without an origin":      {body: strings.NewReader(mutation), headers: []string{"Origin", "null"}, status: 403, code: "FORBIDDEN"},
		"a socket from another site":    {method: "GET", body: http.NoBody, headers: []string{"Origin", "https://elsewhere.example", "Connection", "Upgrade", "Upgrade", "websocket"}, status: 403, code: "FORBIDDEN"},
		"what nobody can write":         {body: strings.NewReader(query), headers: []string{"Accept", "image/png"}, status: 406, code: "INVALID"},
		"a length that is said too low": {body: strings.NewReader(query), length: 10, status: 400, code: "INVALID"},
	} {
		req, err := http.NewRequest(cmp.Or(c.method, "POST"), "http://x/graphql"+c.query, c.body)
		w.must(err)
		switch {
		case c.length < 0:
			req.ContentLength = -1
		case c.length > 0:
			req.ContentLength = c.length
			req.Body = io.NopCloser(io.LimitReader(c.body, c.length))
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+w.tokens["SUPERVISOR"])
		for i := 0; i < len(c.headers); i += 2 {
			req.Header.Set(c.headers[i], c.headers[i+1])
		}
		req.RequestURI = req.URL.RequestURI()
		recorder := httptest.NewRecorder()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		w.server.Config.Handler.ServeHTTP(recorder, req)
		runtime.ReadMemStats(&after)
		r := httpReply{recorder.Code, recorder.Header(), recorder.Body.String()}
		if !r.refused(c.status, c.code) {
			t.Errorf("%s: %+v", name, r)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 10<<20 {
			t.Errorf("%s takes %d bytes", name, took)
		}
	}
	if r := w.as("SUPERVISOR", `{ cases(first: 1, orderBy: {field: OPENED_ON, direction: DESC}) { nodes { openedOn } } }`, ""); strings.Contains(r.body, "2026-03-02") {
		t.Errorf("one of them has opened a case: %s", r.body)
	}
}

// wire sends bytes as they are and returns all that comes back until the server closes
// the connection.
func (w *world) wire(text string) string {
	w.t.Helper()
	conn, err := net.Dial("tcp", w.server.Listener.Addr().String())
	w.must(err)
	defer func() { _ = conn.Close() }()
	w.must(conn.SetDeadline(time.Now().Add(patience)))
	_, err = io.WriteString(conn, text)
	w.must(err)
	answer, err := io.ReadAll(conn)
	if len(answer) == 0 {
		w.must(err) // else the server has closed while more was on its way
	}
	return string(answer)
}

// TestSlowBody proves that a body that does not arrive in the time for reading is
// refused with a code, whatever was promised, and holds no place among the requests
// that are answered.
func TestSlowBody(t *testing.T) {
	w := newWorld(t)
	w.server = httptest.NewUnstartedServer(graph.Handler(w.resolver(), graph.Options{Log: quiet, InFlight: 1}))
	w.server.Config.ReadTimeout, w.server.Config.IdleTimeout = time.Second, time.Minute
	w.server.Start()
	defer w.server.Close()
	head := "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer " + w.tokens["SUPERVISOR"] + "\r\n"
	for name, text := range map[string]string{
		"a part":            "Content-Length: 100\r\n\r\n{",
		"nothing":           "Content-Length: 100\r\n\r\n",
		"a part of a chunk": "Transfer-Encoding: chunked\r\n\r\n64\r\n{",
	} {
		done := make(chan string, 1)
		go func() { done <- w.wire(head + text) }()
		if r := w.as("SUPERVISOR", `{ viewer { role } }`, ""); r.status != http.StatusOK {
			t.Errorf("%s: meanwhile another is answered %+v", name, r)
		}
		if answer := <-done; !strings.HasPrefix(answer, "HTTP/1.1 408 ") || !strings.Contains(answer, `"code":"UNAVAILABLE"`) || strings.Contains(answer, `"data"`) {
			t.Errorf("%s: %s", name, answer)
		}
	}
	if answer := w.wire("POST /graphql HTTP/1.1\r\nHost: x\r\nX-Slow: "); strings.Contains(answer, " 200 ") {
		t.Errorf("headers that do not arrive: %s", answer)
	}
}

// TestSmuggling proves that what two servers could read in two ways is read as one
// request or none: nothing behind it on the connection is ever answered.
func TestSmuggling(t *testing.T) {
	w := newWorld(t)
	const query = `{"query":"{ viewer { role } }"}`
	head := "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nAuthorization: Bearer " + w.tokens["SUPERVISOR"] + "\r\n"
	hidden := head + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(query), query)
	for name, text := range map[string]string{
		"two lengths":               fmt.Sprintf("Content-Length: 4\r\nContent-Length: %d\r\n\r\n%s", len(query), query),
		"a length with a sign":      "Content-Length: +31\r\n\r\n" + query,
		"two codings":               "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"an unknown coding":         "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		"a coding with a space":     "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
		"a length and a coding":     "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"a chunk of no size":        "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + query,
		"a chunk that overflows":    "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n" + query,
		"a header on two lines":     "X-A: b\r\n\tc: d\r\nContent-Length: 0\r\n\r\n",
		"a header with a line feed": "X-A: b\nContent-Length: 5\r\nContent-Length: 0\r\n\r\n",
		"two hosts":                 "Host: y\r\nContent-Length: 0\r\n\r\n",
	} {
		answer := w.wire(head + text + hidden)
		if n := strings.Count(answer, "HTTP/1.1 "); n != 1 || strings.Contains(answer, `"role"`) || !strings.HasPrefix(answer, "HTTP/1.1 4") && !strings.HasPrefix(answer, "HTTP/1.1 501") {
			t.Errorf("%s: %s", name, answer)
		}
	}
}
