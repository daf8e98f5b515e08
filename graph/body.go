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
			refuse(w, http.StatusBadRequest, fault.Invalid, "the body must be one JSON object with the text query, or the text documentId, and, where it has them, the text operationName and the object variables")
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
