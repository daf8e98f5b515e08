package graph_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/Khan/genqlient/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"onward/graph/partnertest"
	"onward/services/access"
	"onward/services/calendar"
)

// refusalOf returns the code of a refusal as a typed client gets it, and its HTTP
// status.
func refusalOf(err error) (code string, status int) {
	var whole *graphql.HTTPError
	var list gqlerror.List
	status = http.StatusOK
	if errors.As(err, &whole) {
		list, status = whole.Response.Errors, whole.StatusCode
	} else if !errors.As(err, &list) {
		return "", 0
	}
	code, _ = list[0].Extensions["code"].(string)
	return code, status
}

// wantRefused compares how a typed client was refused.
func wantRefused(t testing.TB, what string, err error, code string, status int) {
	t.Helper()
	if gotCode, gotStatus := refusalOf(err); gotCode != code || gotStatus != status {
		t.Errorf("%s: %v, want %s and %d", what, err, code, status)
	}
}

// partner is a partner's application at work, and who lets it in.
type partner struct {
	*world
	ctx   context.Context
	admin graphql.Client
	app   graphql.Client
	key   string
	token string
}

// letIn registers the application's documents and gives it a key for two purposes, as
// the administrator.
func letIn(w *world) *partner {
	w.t.Helper()
	p := &partner{world: w, ctx: w.t.Context(), admin: partnertest.New(w.server.URL, w.tokens["ORG_ADMIN"], "")}
	issued, err := partnertest.IssueKey(p.ctx, p.admin, partnertest.IssuePartnerKeyInput{RequestId: "app", WorkerId: string(workerOf(access.PartnerApp)), ExpiresOn: day(60).String(),
		Purposes: []partnertest.ConsentPurpose{partnertest.ConsentPurposePartnerApp, partnertest.ConsentPurposeReporting}})
	w.must(err)
	for i, document := range []string{partnertest.WhoAmI_Operation, partnertest.Cases_Operation, partnertest.Again_Operation, partnertest.Prying_Operation,
		partnertest.Published_Operation, partnertest.Workers_Operation, partnertest.Close_Operation} {
		w.registerDocument(fmt.Sprint("document-", i), document)
	}
	p.key, p.token = issued.IssuePartnerKey.Key.Id, issued.IssuePartnerKey.Token
	p.app = p.asking(partnertest.ConsentPurposeReporting)
	return p
}

// asking returns the application as it asks for a purpose.
func (p *partner) asking(purpose partnertest.ConsentPurpose) graphql.Client {
	return partnertest.New(p.server.URL, p.token, purpose)
}

// decide records what she has decided about the application's reading for reports.
func (p *partner) decide(request, caseID string, decision partnertest.ConsentDecision) {
	p.t.Helper()
	_, err := partnertest.Decide(p.ctx, p.admin, partnertest.RecordConsentInput{RequestId: request, CaseId: caseID, Purpose: partnertest.ConsentPurposeReporting, Decision: decision})
	p.must(err)
}

// read pages through the cases, and does something after the first page.
func (p *partner) read(first int, between func(seen map[string]partnertest.Progress)) map[string]partnertest.Progress {
	p.t.Helper()
	seen := map[string]partnertest.Progress{}
	var after *string
	for {
		page, err := partnertest.Cases(p.ctx, p.app, first, after)
		p.must(err)
		for _, e := range page.Cases.Edges {
			if _, again := seen[e.Node.Id]; again {
				p.t.Errorf("%s was read twice", e.Node.Id)
			}
			seen[e.Node.Id] = e.Node.Progress
		}
		if !page.Cases.PageInfo.HasNextPage {
			if page.Cases.TotalCount != len(seen) {
				p.t.Errorf("%d of %d were read", len(seen), page.Cases.TotalCount)
			}
			return seen
		}
		if after == nil && between != nil {
			between(seen)
		}
		after = page.Cases.PageInfo.EndCursor
	}
}

// TestPartnerApplication plays a partner's application with a typed client, from the
// key that an administrator issues until it is revoked: it says what it asks for,
// pages through the cases whose survivors have consented, loses one who withdraws
// meanwhile, reads published figures, and is refused everything else.
func TestPartnerApplication(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.published("published", calendar.Date(2025, 10, 1), calendar.Date(2025, 12, 31))
	p := letIn(w)

	me, err := partnertest.WhoAmI(p.ctx, p.app)
	w.must(err)
	if me.Viewer.Role != partnertest.RolePartnerApp || me.Viewer.Organisation.Name != "Lotus House" || me.Viewer.Worker.Id != string(workerOf(access.PartnerApp)) {
		t.Errorf("%+v", me.Viewer)
	}
	_, err = partnertest.WhoAmI(p.ctx, p.asking(""))
	wantRefused(t, "no purpose of two", err, "INVALID", http.StatusBadRequest)
	_, err = partnertest.WhoAmI(p.ctx, p.asking(partnertest.ConsentPurposeResearch))
	wantRefused(t, "a purpose of other keys", err, "FORBIDDEN", http.StatusForbidden)

	p.readsCases()
	p.readsFigures()
	p.isRefused()

	_, err = partnertest.RevokeKey(p.ctx, p.admin, partnertest.RevokePartnerKeyInput{RequestId: "end", KeyId: p.key})
	w.must(err)
	_, err = partnertest.Cases(p.ctx, p.app, 1, nil)
	wantRefused(t, "revoked", err, "UNAUTHENTICATED", http.StatusUnauthorized)
}

// readsCases pages through the cases while one survivor withdraws her consent.
func (p *partner) readsCases() {
	p.t.Helper()
	all := p.read(50, nil)
	for caseID, c := range all {
		given := map[partnertest.ConsentPurpose]bool{}
		for _, consent := range c.Consents {
			given[consent.Purpose] = consent.Decision == partnertest.ConsentDecisionGiven && !consent.Expired
		}
		if !given[partnertest.ConsentPurposePartnerApp] || !given[partnertest.ConsentPurposeReporting] || c.Code == "" || len(c.Tracks) != 6 {
			p.t.Errorf("%s is read: %+v", caseID, c)
		}
	}
	if _, without := all[p.names["case.intake"]]; len(all) < 10 || without {
		p.t.Fatalf("%d cases, one without consent among them: %v", len(all), without)
	}
	var gone string
	rest := p.read(2, func(seen map[string]partnertest.Progress) {
		unread := slices.DeleteFunc(slices.Sorted(maps.Keys(all)), func(caseID string) bool { _, read := seen[caseID]; return read })
		gone = unread[0]
		p.decide("withdrawn", gone, partnertest.ConsentDecisionWithdrawn)
	})
	if _, read := rest[gone]; read || len(rest) != len(all)-1 {
		p.t.Errorf("%d cases of %d, the one that is withdrawn among them: %v", len(rest), len(all), read)
	}
	p.findsAgain(all, gone)
	p.decide("given", gone, partnertest.ConsentDecisionGiven)
	if _, read := p.read(2, nil)[gone]; !read {
		p.t.Error("with consent again, it is not read")
	}
}

// findsAgain looks cases up by their identifiers: all are there but one.
func (p *partner) findsAgain(all map[string]partnertest.Progress, gone string) {
	p.t.Helper()
	ids := slices.Sorted(maps.Keys(all))
	again, err := partnertest.Again(p.ctx, p.app, ids)
	p.must(err)
	for i, node := range again.Nodes {
		if node == nil {
			if ids[i] != gone {
				p.t.Errorf("%s is not found again", ids[i])
			}
			continue
		}
		c, is := (*node).(*partnertest.AgainNodesCase)
		if !is || ids[i] == gone || c.Id != ids[i] || c.Code != all[ids[i]].Code {
			p.t.Errorf("%s: %+v", ids[i], node)
		}
	}
	_, err = partnertest.Prying(p.ctx, p.app, gone)
	wantRefused(p.t, "a case that is withdrawn", err, "NOT_FOUND", http.StatusOK)
}

// readsFigures reads what is published, and nothing that is not.
func (p *partner) readsFigures() {
	p.t.Helper()
	published, err := partnertest.Published(p.ctx, p.app, "2025-10-01", "2025-12-31")
	p.must(err)
	if r := published.Releases.Nodes; len(r) != 1 || r[0].Number == nil || *r[0].Number != 1 || published.Impact.Release == nil || *published.Impact.Release != 1 {
		p.t.Errorf("%+v, of release %v", r, published.Impact.Release)
	}
	shown := 0
	for _, row := range published.Impact.Rows {
		if (row.Value == nil) != row.Suppressed {
			p.t.Errorf("%+v", row)
		}
		if row.Value != nil {
			shown++
		}
	}
	if shown == 0 {
		p.t.Error("no figure is shown")
	}
	_, err = partnertest.Published(p.ctx, p.app, "2025-01-01", "2025-03-31")
	wantRefused(p.t, "figures of a period that no release has", err, "INVALID", http.StatusOK)
}

// isRefused tries what is not for applications.
func (p *partner) isRefused() {
	p.t.Helper()
	pried, err := partnertest.Prying(p.ctx, p.app, p.names["case.court"])
	p.must(err)
	if c := pried.Case; c == nil || c.Code == "" || c.Sex != nil || c.Identity != nil || c.SafeContact != nil || c.Site != nil || c.Matters != nil || c.Plan != nil {
		p.t.Errorf("it reads %+v", c)
	}
	_, err = partnertest.Prying(p.ctx, p.app, p.names["case.foreign"])
	wantRefused(p.t, "another organisation's case", err, "NOT_FOUND", http.StatusOK)
	_, err = partnertest.Workers(p.ctx, p.app)
	wantRefused(p.t, "workers", err, "FORBIDDEN", http.StatusOK)
	_, err = partnertest.Close(p.ctx, p.app, partnertest.CloseCaseInput{RequestId: "close", CaseId: p.names["case.court"], Reason: partnertest.ClosureReasonNoLongerNeeds})
	wantRefused(p.t, "a change", err, "FORBIDDEN", http.StatusOK)
}
