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
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			refuse(w, http.StatusRequestEntityTooLarge, fault.Invalid, "the body is larger than 64 KiB")
		case err != nil:
			refuse(w, http.StatusBadRequest, fault.Invalid, "the body did not arrive whole")
		case !isRequest(body):
			refuse(w, http.StatusBadRequest, fault.Invalid, "the body must be one JSON object with the text query and, where it has them, the text operationName and the object variables")
		default:
			req.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(w, req)
		}
	})
}

// isRequest reports whether a body has the form of a GraphQL request.
func isRequest(body []byte) bool {
	var form struct {
		Query         *string                   `json:"query"`
		OperationName *string                   `json:"operationName"`
		Variables     map[string]jsontext.Value `json:"variables"`
		Extensions    map[string]jsontext.Value `json:"extensions"`
	}
	return json.Unmarshal(body, &form) == nil && form.Query != nil
}
