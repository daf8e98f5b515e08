// Package partnertest is a partner's application as its developers write one: a typed
// client, generated from the schema and the operations of operations.graphql. Tests
// play the application with it, and the administrator who lets it in.
package partnertest

import (
	"net/http"

	"github.com/Khan/genqlient/graphql"
)

// New returns a client of a server that speaks with a token, for a purpose where
// there is one.
func New(server, token string, purpose ConsentPurpose) graphql.Client {
	return graphql.NewClient(server+"/graphql", &http.Client{Transport: headers{token, purpose}})
}

// headers says with each request who asks and what for.
type headers struct {
	token   string
	purpose ConsentPurpose
}

// RoundTrip sends a request.
func (h headers) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+h.token)
	if h.purpose != "" {
		req.Header.Set("Onward-Purpose", string(h.purpose))
	}
	return http.DefaultTransport.RoundTrip(req)
}
