package graph_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"onward/graph"
	"onward/services/access"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/id"
)

// asked is what a partner's application sends beside its query.
type asked struct{ key, purpose, forwarded string }

// sendAs sends a query as a partner's application.
func (w *world) sendAs(a asked, query string) (status int, body string) {
	w.t.Helper()
	w.trust(query)
	text, err := json.Marshal(map[string]string{"query": query})
	w.must(err)
	req, err := http.NewRequest(http.MethodPost, w.server.URL+"/graphql", strings.NewReader(string(text)))
	w.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+a.key)
	for name, value := range map[string]string{"Onward-Purpose": a.purpose, "X-Forwarded-For": a.forwarded} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	resp, err := http.DefaultClient.Do(req)
	w.must(err)
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	w.must(err)
	return resp.StatusCode, string(answer)
}

// wantAsked asks who the key's application is and compares the status and, of a
// refusal, the code.
func (w *world) wantAsked(what string, a asked, want int, code string) {
	w.t.Helper()
	status, body := w.sendAs(a, `{ viewer { worker { id } } }`)
	if status != want || code == "" && !strings.Contains(body, `"worker_PARTNER_APP"`) || code != "" && !strings.Contains(body, `"code":"`+code+`"`) {
		w.t.Errorf("%s: %d %s, want %d %s", what, status, body, want, code)
	}
}

// newKey issues a key of the application for purposes, from addresses.
func (w *world) newKey(request string, purposes []casefile.Purpose, addresses ...string) *directory.IssuedKey {
	w.t.Helper()
	k, err := w.dir.IssuePartnerKey(w.t.Context(), orgAdmin, noon, directory.IssuePartnerKeyInput{RequestID: request, WorkerID: workerOf(access.PartnerApp),
		Purposes: purposes, ExpiresOn: day(30), Addresses: addresses})
	w.must(err)
	return k
}

// revoke ends the key that the world begins with, so that there is room for others.
func (w *world) revoke(request, keyID string) {
	w.t.Helper()
	if body := w.administer("revokePartnerKey", "key { revokedAt }", fmt.Sprintf(`{"requestId": %q, "keyId": %q}`, request, keyID)); !strings.Contains(string(body), `"revokedAt":"2026`) {
		w.t.Fatalf("%s", body)
	}
}

// TestPartnerKeys proves that a key opens the door for its purposes alone, which a
// request names where there are several; that it ends when it is revoked, after its
// last day, with its application, and when the application becomes anything else;
// and that what is no key is told from none.
func TestPartnerKeys(t *testing.T) {
	w := newWorld(t)
	several := w.tokens["PARTNER_KEY"]
	w.wantAsked("one purpose", asked{key: several, purpose: "REPORTING"}, http.StatusOK, "")
	w.wantAsked("another purpose", asked{key: several, purpose: "PARTNER_APP"}, http.StatusOK, "")
	w.wantAsked("no purpose of several", asked{key: several}, http.StatusBadRequest, "INVALID")
	w.wantAsked("a purpose that no machine has", asked{key: several, purpose: "SERVICES"}, http.StatusBadRequest, "INVALID")
	w.wantAsked("a purpose that is none", asked{key: several, purpose: `"x`}, http.StatusBadRequest, "INVALID")
	w.wantAsked("a purpose of other keys", asked{key: several, purpose: "RESEARCH"}, http.StatusForbidden, "FORBIDDEN")
	w.wantAsked("a standing token has one purpose", asked{key: w.tokens["PARTNER_APP"]}, http.StatusOK, "")
	w.wantAsked("and no other", asked{key: w.tokens["PARTNER_APP"], purpose: "RESEARCH"}, http.StatusForbidden, "FORBIDDEN")

	one := w.newKey("one", []casefile.Purpose{casefile.ForResearch})
	w.wantAsked("the only purpose, not named", asked{key: one.Token}, http.StatusOK, "")
	prefix, _, _ := strings.Cut(one.Token, "_")
	_, secret, _ := strings.Cut(several, ".")
	for what, wrong := range map[string]string{
		"nothing": "", "the prefix": prefix + "_", "the identifier": prefix + "_" + strings.TrimPrefix(string(one.Key.ID), "key_"),
		"cut short": one.Token[:len(one.Token)-1], "longer": one.Token + "A", "in capitals": strings.ToUpper(one.Token), "its hash": one.Key.Hash,
		"another key's secret": prefix + "_" + strings.TrimPrefix(string(one.Key.ID), "key_") + "." + secret,
	} {
		w.wantAsked(what, asked{key: wrong}, http.StatusUnauthorized, "UNAUTHENTICATED")
	}

	w.revoke("r", string(one.Key.ID))
	w.wantAsked("revoked", asked{key: one.Token}, http.StatusUnauthorized, "UNAUTHENTICATED")
	rotated := w.administer("rotatePartnerKey", "token key { purposes expiresOn }", w.fill(`{"requestId": "rotate", "keyId": "{{key}}", "expiresOn": "2026-03-20"}`))
	var next struct {
		Data struct {
			RotatePartnerKey struct {
				Token string
				Key   struct{ Purposes []string }
			}
		}
	}
	w.must(json.Unmarshal(rotated, &next))
	second := next.Data.RotatePartnerKey.Token
	w.wantAsked("the next one", asked{key: second, purpose: "REPORTING"}, http.StatusOK, "")
	w.wantAsked("the one before, still", asked{key: several, purpose: "REPORTING"}, http.StatusOK, "")
	for _, operation := range []string{
		"rotatePartnerKey", "issuePartnerKey",
	} {
		input := map[string]string{
			"rotatePartnerKey": `{"requestId": "third", "keyId": "{{key}}", "expiresOn": "2026-03-20"}`,
			"issuePartnerKey":  `{"requestId": "third", "workerId": "worker_PARTNER_APP", "expiresOn": "2026-03-20", "purposes": [RESEARCH]}`,
		}[operation]
		if body := w.administer(operation, "token", strings.ReplaceAll(w.fill(input), "[RESEARCH]", `["RESEARCH"]`)); !strings.Contains(string(body), "INVALID") {
			t.Errorf("a third key: %s", body)
		}
	}
	if again := w.administer("rotatePartnerKey", "token", w.fill(`{"requestId": "rotate", "keyId": "{{key}}", "expiresOn": "2026-03-20"}`)); !strings.Contains(string(again), "CONFLICT") || strings.Contains(string(again), "onwardkey_") {
		t.Errorf("the same request: %s", again)
	}

	w.now = noon.AddDate(0, 0, 18)
	w.wantAsked("on its last day", asked{key: second, purpose: "REPORTING"}, http.StatusOK, "")
	w.now = noon.AddDate(0, 0, 19)
	w.wantAsked("after its last day", asked{key: second, purpose: "REPORTING"}, http.StatusUnauthorized, "UNAUTHENTICATED")
	w.wantAsked("the other one, still", asked{key: several, purpose: "REPORTING"}, http.StatusOK, "")
	w.administer("updateWorker", "worker { role }", `{"requestId": "role", "workerId": "worker_PARTNER_APP", "role": "SUPERVISOR"}`)
	w.wantAsked("of somebody who is no application", asked{key: several, purpose: "REPORTING"}, http.StatusUnauthorized, "UNAUTHENTICATED")
	w.administer("updateWorker", "worker { role }", `{"requestId": "back", "workerId": "worker_PARTNER_APP", "role": "PARTNER_APP"}`)
	w.wantAsked("an application again", asked{key: several, purpose: "REPORTING"}, http.StatusOK, "")
	w.must(w.dir.Disable(t.Context(), workerOf(access.PartnerApp), w.now))
	w.wantAsked("its application ended", asked{key: several, purpose: "REPORTING"}, http.StatusUnauthorized, "UNAUTHENTICATED")
}

// TestRevokedTokensTakeKeysAlong proves that revokeTokens ends the keys, and that
// there is room for new ones then.
func TestRevokedTokensTakeKeysAlong(t *testing.T) {
	w := newWorld(t)
	second := w.newKey("two", []casefile.Purpose{casefile.ForPartnerApp})
	w.administer("revokeTokens", "worker { id }", `{"requestId": "all", "workerId": "worker_PARTNER_APP"}`)
	w.wantAsked("revoked with all", asked{key: second.Token}, http.StatusUnauthorized, "UNAUTHENTICATED")
	w.wantAsked("new", asked{key: w.newKey("three", []casefile.Purpose{casefile.ForPartnerApp}).Token}, http.StatusOK, "")
}

// TestKeysFromTheirAddresses proves that a key is good from its addresses alone, and
// that what a request says of its way is believed as far as trusted proxies say it.
func TestKeysFromTheirAddresses(t *testing.T) {
	w := newWorld(t)
	w.revoke("r", w.names["key"])
	key := w.newKey("partner", []casefile.Purpose{casefile.ForPartnerApp}, "192.0.2.0/24", "2001:db8::7").Token
	home := w.newKey("home", []casefile.Purpose{casefile.ForPartnerApp}, "127.0.0.1", "::1").Token
	w.wantAsked("from home", asked{key: home}, http.StatusOK, "")
	w.wantAsked("from home, whatever it says", asked{key: home, forwarded: "192.0.2.7"}, http.StatusOK, "")
	w.wantAsked("from elsewhere", asked{key: key}, http.StatusForbidden, "FORBIDDEN")
	w.wantAsked("from elsewhere, whatever it says", asked{key: key, forwarded: "192.0.2.7"}, http.StatusForbidden, "FORBIDDEN")

	proxies := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.1.0.0/16")}
	w.server = httptest.NewServer(graph.Handler(w.resolver(), graph.Options{Log: quiet, TrustedProxies: proxies}))
	t.Cleanup(w.server.Close)
	for way, status := range map[string]int{
		"192.0.2.7": http.StatusOK, "::ffff:192.0.2.7": http.StatusOK, "2001:db8::7": http.StatusOK, "198.51.100.1, 192.0.2.7, 10.1.2.3": http.StatusOK,
		"2001:db8::8": http.StatusForbidden, "192.0.2.7, 198.51.100.1": http.StatusForbidden, "192.0.2.7, 198.51.100.1, 10.1.2.3": http.StatusForbidden,
		"192.0.2.7, unknown": http.StatusForbidden, "": http.StatusForbidden,
	} {
		code := map[int]string{http.StatusForbidden: "FORBIDDEN"}[status]
		w.wantAsked("by way of "+way, asked{key: key, forwarded: way}, status, code)
	}
}

// TestPartnersLoseSight proves over HTTP that a partner's application gets nothing of
// a survivor from the moment that her consent for it, or for the purpose of its
// query, is withdrawn, also between two pages, or has expired; and that one purpose
// does not show what another does.
func TestPartnersLoseSight(t *testing.T) {
	w := newWorld(t)
	w.revoke("r", w.names["key"])
	key := w.newKey("partner", []casefile.Purpose{casefile.ForPartnerApp, casefile.ForReporting, casefile.ForResearch}).Token
	type page struct {
		Data struct {
			Cases struct {
				TotalCount int
				Nodes      []struct{ ID string }
				PageInfo   struct {
					EndCursor   string
					HasNextPage bool
				}
			}
		}
	}
	look := func(purpose casefile.Purpose, first int, after string) (p page) {
		t.Helper()
		cursor := ""
		if after != "" {
			cursor = fmt.Sprintf(", after: %q", after)
		}
		status, body := w.sendAs(asked{key: key, purpose: string(purpose)}, fmt.Sprintf(`{ cases(first: %d%s) { totalCount nodes { id } pageInfo { endCursor hasNextPage } } }`, first, cursor))
		if status != http.StatusOK || json.Unmarshal([]byte(body), &p) != nil || strings.Contains(body, "errors") {
			t.Fatalf("%d %s", status, body)
		}
		return p
	}
	sees := func(purpose casefile.Purpose, caseID string) bool {
		t.Helper()
		listed := false
		for _, n := range look(purpose, 100, "").Data.Cases.Nodes {
			listed = listed || n.ID == caseID
		}
		_, body := w.sendAs(asked{key: key, purpose: string(purpose)}, fmt.Sprintf(`{ case(id: %q) { id code status } }`, caseID))
		if direct := !strings.Contains(body, "NOT_FOUND"); direct != listed || direct != strings.Contains(body, `"code":"LOT-`) {
			t.Errorf("%s of %s: listed %v, read %s", purpose, caseID, listed, body)
		}
		return listed
	}
	n := 0
	decide := func(caseID string, purpose casefile.Purpose, decision casefile.Decision, expires int) {
		t.Helper()
		n++
		in := casework.RecordConsentInput{Request: casework.Request{RequestID: fmt.Sprint("decision-", n), CaseID: id.Case(caseID)}}
		in.ConsentRecorded = casefile.ConsentRecorded{Purpose: purpose, Decision: decision}
		if expires != 0 {
			in.ExpiresOn = day(expires)
		}
		_, err := w.casework.RecordConsent(t.Context(), orgAdmin, in)
		w.must(err)
	}

	// By purpose: every case of the world has consent for reporting, and none for research.
	herCase := w.names["case.ready"]
	if !sees(casefile.ForPartnerApp, herCase) || !sees(casefile.ForReporting, herCase) || sees(casefile.ForResearch, herCase) {
		t.Fatal("the world's case is not seen for what she has consented to")
	}
	if look(casefile.ForResearch, 100, "").Data.Cases.TotalCount != 0 {
		t.Error("cases are seen for research without consent")
	}
	decide(herCase, casefile.ForResearch, casefile.Given, 3)
	if !sees(casefile.ForResearch, herCase) {
		t.Error("not seen with consent for research")
	}

	// Expired: on the day after the last one.
	w.now = noon.AddDate(0, 0, 4)
	if sees(casefile.ForResearch, herCase) || !sees(casefile.ForReporting, herCase) {
		t.Error("consent for research has expired, and only that")
	}
	w.now = noon.Add(time.Hour)

	// Withdrawn while paging: one page is read, the next one has lost her.
	all := look(casefile.ForReporting, 100, "").Data.Cases
	first := look(casefile.ForReporting, 2, "").Data.Cases
	next := all.Nodes[2].ID
	decide(next, casefile.ForReporting, casefile.Withdrawn, 0)
	for after := first.PageInfo.EndCursor; after != ""; {
		p := look(casefile.ForReporting, 2, after).Data.Cases
		if p.TotalCount != all.TotalCount-1 {
			t.Errorf("%d in all, want %d", p.TotalCount, all.TotalCount-1)
		}
		for _, node := range p.Nodes {
			if node.ID == next {
				t.Error("she is on a page after she has withdrawn")
			}
		}
		if after = p.PageInfo.EndCursor; !p.PageInfo.HasNextPage {
			break
		}
	}
	if sees(casefile.ForReporting, next) || !sees(casefile.ForPartnerApp, next) {
		t.Error("consent for reporting is withdrawn, and only that")
	}
	decide(next, casefile.ForPartnerApp, casefile.Withdrawn, 0)
	if sees(casefile.ForPartnerApp, next) {
		t.Error("seen by an application after she has withdrawn")
	}
	decide(next, casefile.ForReporting, casefile.Given, 0)
	if sees(casefile.ForReporting, next) {
		t.Error("consent for reporting shows her to an application that she has refused")
	}
}

// TestPurposeOfASocket proves that a partner's application names its purpose when it
// opens a web socket, in the header or in connection_init, and that a socket without a
// purpose of the key is closed as FORBIDDEN.
func TestPurposeOfASocket(t *testing.T) {
	w := newWorld(t)
	key := "Bearer " + w.tokens["PARTNER_KEY"]
	for init, code := range map[string]int{
		fmt.Sprintf(`{"Authorization": %q, "Purpose": "REPORTING"}`, key): 0,
		fmt.Sprintf(`{"Authorization": %q, "Purpose": "RESEARCH"}`, key):  4403,
		fmt.Sprintf(`{"Authorization": %q}`, key):                         4403,
	} {
		s := w.open()
		s.say(`{"type": "connection_init", "payload": ` + init + `}`)
		h, err := s.hear()
		if acknowledged := err == nil && h.Type == "connection_ack"; acknowledged != (code == 0) {
			t.Errorf("%s: %+v %v", init, h, err)
		}
		if code != 0 && int(websocket.CloseStatus(err)) != code {
			t.Errorf("%s: closed with %v, want %d", init, err, code)
		}
		s.leave()
	}
	for purpose, status := range map[string]int{"REPORTING": http.StatusSwitchingProtocols, "RESEARCH": http.StatusForbidden, "": http.StatusBadRequest} {
		ws, resp, err := w.dial(http.Header{"Authorization": {key}, "Onward-Purpose": {purpose}})
		if resp == nil || resp.StatusCode != status {
			t.Errorf("%s: %v %v, want %d", purpose, resp, err, status)
		}
		if err == nil {
			_ = ws.CloseNow()
		}
	}
}
