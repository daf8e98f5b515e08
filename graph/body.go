package graph

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"onward/services/fault"
)

// legible passes on only requests whose body is one GraphQL request in JSON. The
// library puts a body that it cannot read into its error, and so into the log:
// it must never see one.
func legible(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if media, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err != nil || media != contentType {
			refuse(w, http.StatusUnsupportedMediaType, fault.Invalid, "send the request as application/json")
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			refuse(w, http.StatusRequestEntityTooLarge, fault.Invalid, "the body is larger than 64 KiB")
			return
		}
		if err != nil {
			refuse(w, http.StatusBadRequest, fault.Invalid, "the body did not arrive whole")
			return
		}
		if body, err = rewritten(body); err != nil {
			refuse(w, http.StatusBadRequest, fault.Invalid, "the body must be one JSON object with the text query, or the text documentId, and, where it has them, the text operationName and the object variables, without anything nested deeper than 20 times")
			return
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, req)
	})
}

// rewritten returns a request with what was understood of it and nothing else. The
// library reads more names than the language has, in any case of their letters,
// and would fail on one of them that was passed over here.
func rewritten(body []byte) ([]byte, error) {
	type rest struct {
		OperationName string                    `json:"operationName"`
		Variables     map[string]jsontext.Value `json:"variables"`
	}
	var form struct {
		Query      *string `json:"query"`
		DocumentID *string `json:"documentId"`
		rest
	}
	if nests(body, maxNesting) {
		return nil, errors.New("nested too deep")
	}
	if err := json.Unmarshal(body, &form); err != nil {
		return nil, err
	}
	var request struct {
		Query      string            `json:"query"`
		Extensions map[string]string `json:"extensions,omitzero"`
		rest
	}
	request.rest = form.rest
	switch {
	case (form.Query == nil) == (form.DocumentID == nil):
		return nil, errors.New("neither query nor documentId, or both")
	case form.Query != nil:
		request.Query = *form.Query
	default:
		request.Extensions = map[string]string{documentIDMember: *form.DocumentID}
	}
	return json.Marshal(&request)
}

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
