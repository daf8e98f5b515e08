package graph

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"onward/services/fault"
)

// legible passes on only requests that want an answer which there is, and whose body
// is one GraphQL request in JSON.
func legible(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r, ok := requestOf(req.Context()), false
		if r.media, ok = answerType(req); !ok && !streams(req) {
			refuse(w, http.StatusNotAcceptable, fault.Input("Accept", "must take %s or %s, or %s alone for a subscription", responseType, contentType, eventsType))
			return
		}
		text, ok := readBody(w, req)
		if !ok {
			return
		}
		var err error
		if r.asked, err = askedOf(text); err != nil {
			refuse(w, http.StatusBadRequest, fault.Input("body", "must be one JSON object with the text query, or the text documentId, and, where it has them, the text operationName and the objects variables and extensions, without anything nested deeper than %d times", maxNesting))
			return
		}
		next.ServeHTTP(w, req)
	})
}

// readBody reads a body of JSON, or refuses the request: what it must be does not
// depend on what is in it, and no more of it is read than a request needs. How long it
// may take is the server's to say.
func readBody(w http.ResponseWriter, req *http.Request) (text []byte, ok bool) {
	if !isJSON(req.Header) {
		refuse(w, http.StatusUnsupportedMediaType, fault.Input("Content-Type", "must be %s, in UTF-8", contentType))
		return nil, false
	}
	if coding := strings.Join(req.Header.Values("Content-Encoding"), ","); coding != "" && !strings.EqualFold(coding, "identity") {
		w.Header().Set("Accept-Encoding", "identity")
		refuse(w, http.StatusUnsupportedMediaType, fault.Input("Content-Encoding", "must be absent: send the body uncompressed"))
		return nil, false
	}
	tooLarge := (*http.MaxBytesError)(nil)
	var err error
	if req.ContentLength > maxBody {
		err = &http.MaxBytesError{Limit: maxBody}
	} else {
		text, err = io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
	}
	switch {
	case err == nil:
		return text, true
	case errors.As(err, &tooLarge):
		refuse(w, http.StatusRequestEntityTooLarge, fault.Input("body", "is larger than %d KiB", maxBody>>10))
	case errors.Is(err, os.ErrDeadlineExceeded):
		refuse(w, http.StatusRequestTimeout, fault.New(fault.Unavailable, "the body did not arrive in time"))
	default:
		refuse(w, http.StatusBadRequest, fault.Input("body", "did not arrive whole"))
	}
	return nil, false
}

// isJSON reports whether a body is said to be JSON, once and in UTF-8.
func isJSON(h http.Header) bool {
	said := h.Values("Content-Type")
	if len(said) != 1 {
		return false
	}
	media, parameters, err := mime.ParseMediaType(said[0])
	return err == nil && media == contentType && inUTF8(parameters)
}

// askedOf reads a request. The names in it are exact, none comes twice, and what has
// no meaning here is passed over. Numbers keep the form in which they came.
func askedOf(text []byte) (asked, error) {
	var form struct {
		Query         *string        `json:"query"`
		DocumentID    *string        `json:"documentId"`
		OperationName string         `json:"operationName"`
		Variables     jsontext.Value `json:"variables"`
		Extensions    jsontext.Value `json:"extensions"`
	}
	if nests(text, maxNesting) {
		return asked{}, errors.New("nested too deep")
	}
	if err := json.Unmarshal(text, &form); err != nil {
		return asked{}, err
	}
	if (form.Query == nil) == (form.DocumentID == nil) || !isObject(form.Variables) || !isObject(form.Extensions) {
		return asked{}, errors.New("no request")
	}
	a := asked{&graphql.RawParams{OperationName: form.OperationName}, form.DocumentID}
	if form.Query != nil {
		a.params.Query = *form.Query
	}
	if form.Variables == nil {
		return a, nil
	}
	d := stdjson.NewDecoder(bytes.NewReader(form.Variables))
	d.UseNumber()
	return a, d.Decode(&a.params.Variables)
}

// isObject reports whether a part of a request is an object, null or not there.
func isObject(v jsontext.Value) bool { return v == nil || v.Kind() == '{' || v.Kind() == 'n' }

// maxNesting is how many lists and objects of a body stand inside one another at most;
// readers of JSON take more time for each that is open. The deepest input needs 7. [J]
const maxNesting = 20

// nests reports whether more lists and objects of a JSON text than that stand inside
// one another.
func nests(text []byte, most int) bool {
	depth, quoted, escaped := 0, false, false
	for _, c := range text {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '[' || c == '{':
			if depth++; depth > most {
				return true
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return false
}
