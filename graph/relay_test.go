package graph_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/id"
)

// lists are the lists of every kind of node.
var lists = []string{
	"cases(first: 100) { nodes { id flags { id } } }", "organisations(first: 100) { nodes { id } }", "sites(first: 100) { nodes { id } }",
	"workers(first: 100) { nodes { id } }", "employers(first: 100) { nodes { id } }", "teams(first: 100) { nodes { id } }",
	"schools(first: 100) { nodes { id } }", "networks(first: 100) { nodes { id } }", "activities(first: 100) { nodes { id } }",
	"releases(first: 100) { nodes { id } }", "targets(first: 100) { nodes { id } }", "partnerKeys(first: 100) { nodes { id } }", "documents(first: 100) { nodes { id } }",
}

// identifiersIn adds all identifiers that an answer holds.
func identifiersIn(answer any, all map[string]bool) {
	switch v := answer.(type) {
	case []any:
		for _, e := range v {
			identifiersIn(e, all)
		}
	case map[string]any:
		if own, ok := v["id"].(string); ok {
			all[own] = true
		}
		for _, e := range v {
			identifiersIn(e, all)
		}
	}
}

// answered sends a query and returns its data.
func (w *world) answered(as, query string, variables any) (data map[string]any, body string) {
	w.t.Helper()
	given, err := json.Marshal(variables)
	w.must(err)
	_, raw := w.post(as, query, given)
	var answer struct{ Data map[string]any }
	w.must(json.Unmarshal(raw, &answer))
	return answer.Data, string(raw)
}

// TestNodesAreWhatListsShow proves that an identifier finds for each role what the
// lists show to it and nothing else, one by one as well as together, and that what is
// another's reads, to the byte, like what is absent.
func TestNodesAreWhatListsShow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.holdReleases()
	listed, all := map[string]map[string]bool{}, map[string]bool{}
	roles := []string{"OTHER_SUPERVISOR", "OTHER_STAFF"}
	for _, role := range access.Roles {
		roles = append(roles, string(role))
	}
	for _, role := range roles {
		listed[role] = map[string]bool{}
		for _, list := range lists {
			data, _ := w.answered(role, "{ "+list+" }", nil)
			identifiersIn(data, listed[role])
		}
		maps.Copy(all, listed[role])
	}
	kinds := map[string]bool{}
	ids := append(slices.Sorted(maps.Keys(all)), "case_NONE", "worker_NONE", "placement_NONE.1", "nothing", "")
	for _, role := range roles {
		_, absent := w.answered(role, `{ node(id: "case_NONE") { __typename } }`, nil)
		for batch := range slices.Chunk(ids, 50) {
			data, body := w.answered(role, `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`, map[string]any{"ids": batch})
			if strings.Contains(body, "errors") {
				t.Fatalf("%s: %s", role, body)
			}
			for i, found := range data["nodes"].([]any) {
				wanted := listed[role][batch[i]]
				if node, is := found.(map[string]any); is != wanted || is && node["id"] != batch[i] {
					t.Errorf("%s asks nodes for %s: %v, listed %v", role, batch[i], found, wanted)
				} else if is {
					kinds[node["__typename"].(string)] = true
				}
				_, body := w.answered(role, `query ($id: ID!) { node(id: $id) { __typename } }`, map[string]any{"id": batch[i]})
				if strings.Contains(body, "errors") == wanted || !wanted && body != absent {
					t.Errorf("%s asks node for %s, listed %v: %s", role, batch[i], wanted, body)
				}
			}
		}
	}
	for _, d := range loadSchema(t).PossibleTypes["Node"] {
		if !kinds[d.Name] {
			t.Errorf("no role has found a %s", d.Name)
		}
	}
}

// TestNodesAreFew proves that nodes takes 50 identifiers and not one more, and answers
// each as often as it was asked for.
func TestNodesAreFew(t *testing.T) {
	w := newWorld(t)
	query := `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`
	data, body := w.answered("AUDITOR", query, map[string]any{"ids": []string{}})
	if got, is := data["nodes"].([]any); !is || len(got) != 0 {
		t.Errorf("none: %s", body)
	}
	data, body = w.answered("SUPERVISOR", query, map[string]any{"ids": slices.Repeat([]string{"org_LOTUS"}, 50)})
	if got := strings.Count(body, "org_LOTUS"); got != 50 || len(data["nodes"].([]any)) != 50 {
		t.Errorf("50 times the same: %s", body)
	}
	_, body = w.answered("SUPERVISOR", query, map[string]any{"ids": slices.Repeat([]string{"org_LOTUS"}, 51)})
	if !strings.Contains(body, `"INVALID"`) || !strings.Contains(body, `"path":"ids"`) || strings.Contains(body, "LOTUS") {
		t.Errorf("51: %s", body)
	}
}

// partsOfOthers have identifiers and lists, and are no nodes: a referral is found in
// its case, a digest in the digests of its reader, and a piece of work is what the
// moment makes of something else.
var partsOfOthers = []string{"Referral", "Digest", "WorkItem"}

// TestNodesAreWhatHasAList proves that what has an identifier and a list of its own
// can be found by its identifier.
func TestNodesAreWhatHasAList(t *testing.T) {
	schema := loadSchema(t)
	for _, f := range schema.Query.Fields {
		name, isList := strings.CutSuffix(f.Type.Name(), "Connection")
		if d := schema.Types[name]; !isList || d.Fields.ForName("id") == nil || slices.Contains(partsOfOthers, name) {
			continue
		} else if !slices.Contains(d.Interfaces, "Node") {
			t.Errorf("%s has an identifier and the list %s, and is no Node", name, f.Name)
		}
	}
}

// TestConnectionsAreRelays proves that every connection has the shape of the relay
// cursor connections specification, that every one can be paged forward, and those of
// the contract backward.
func TestConnectionsAreRelays(t *testing.T) {
	schema := loadSchema(t)
	typed := func(d *ast.Definition, field, want string) {
		if f := d.Fields.ForName(field); f == nil || f.Type.String() != want {
			t.Errorf("%s.%s is not there, or not a %s", d.Name, field, want)
		}
	}
	info := schema.Types["PageInfo"]
	for field, of := range map[string]string{"hasNextPage": "Boolean!", "hasPreviousPage": "Boolean!", "startCursor": "String", "endCursor": "String"} {
		typed(info, field, of)
	}
	if len(info.Fields) != 4 {
		t.Errorf("PageInfo has %d fields", len(info.Fields))
	}
	connections := 0
	for name, d := range schema.Types {
		if item, is := strings.CutSuffix(name, "Connection"); is {
			connections++
			typed(d, "edges", "["+item+"Edge!]!")
			typed(d, "nodes", "["+item+"!]!")
			typed(d, "pageInfo", "PageInfo!")
			typed(d, "totalCount", "Int!")
			typed(schema.Types[item+"Edge"], "cursor", "String!")
			typed(schema.Types[item+"Edge"], "node", item+"!")
		}
		for _, f := range d.Fields {
			paged := strings.HasSuffix(f.Type.Name(), "Connection")
			for argument, of := range map[string]string{"first": "Int", "after": "String", "last": "Int", "before": "String"} {
				a := f.Arguments.ForName(argument)
				switch {
				case a == nil && paged && (argument == "first" || argument == "after"):
					t.Errorf("%s.%s has no %s", name, f.Name, argument)
				case a != nil && (!paged || a.Type.String() != of):
					t.Errorf("%s.%s(%s) is no argument of a page, or no %s", name, f.Name, argument, of)
				}
			}
			if (f.Arguments.ForName("last") == nil) != (f.Arguments.ForName("before") == nil) {
				t.Errorf("%s.%s goes backward by half", name, f.Name)
			}
		}
	}
	for _, f := range []*ast.FieldDefinition{schema.Query.Fields.ForName("cases"), schema.Types["Case"].Fields.ForName("history")} {
		if f.Arguments.ForName("before") == nil {
			t.Errorf("%s does not go backward", f.Name)
		}
	}
	if connections < 20 {
		t.Errorf("%d connections", connections)
	}
}

// pager reads a list page by page: what it has seen, in order.
type pager struct {
	w          *world
	list       string // the field with its arguments but those of the page, without the last bracket
	forward    bool
	seen       []string
	cursor     string
	more       bool
	totalCount int
}

// turn reads the next page of two.
func (p *pager) turn() {
	p.w.t.Helper()
	size, at, more := "first", "after", "hasNextPage"
	if !p.forward {
		size, at, more = "last", "before", "hasPreviousPage"
	}
	cursor := ""
	if p.cursor != "" {
		cursor = fmt.Sprintf(", %s: %q", at, p.cursor)
	}
	data, body := p.w.answered("ORG_ADMIN", fmt.Sprintf(`{ page: %s %s: 2%s) { totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`, p.list, size, cursor), nil)
	page, is := data["page"].(map[string]any)
	if !is {
		p.w.t.Fatal(body)
	}
	edges, info := page["edges"].([]any), page["pageInfo"].(map[string]any)
	var ids []string
	for _, e := range edges {
		ids = append(ids, e.(map[string]any)["node"].(map[string]any)["id"].(string))
	}
	if len(edges) > 0 && (edges[0].(map[string]any)["cursor"] != info["startCursor"] || edges[len(edges)-1].(map[string]any)["cursor"] != info["endCursor"]) {
		p.w.t.Errorf("the cursors of the page are not those of its ends: %s", body)
	}
	p.more, p.totalCount = info[more].(bool), int(page["totalCount"].(float64))
	if p.forward {
		p.seen = append(p.seen, ids...)
		p.cursor, _ = info["endCursor"].(string)
	} else {
		p.seen = append(ids, p.seen...)
		p.cursor, _ = info["startCursor"].(string)
	}
}

// TestCursorsHoldUnderInserts proves that a list that grows while it is paged, before
// and after the cursor, forward and backward, shows everything that was in it exactly
// once and in its order, and of what is new only what comes where it was not yet read.
func TestCursorsHoldUnderInserts(t *testing.T) {
	for name, test := range map[string]struct {
		list   string
		insert func(w *world, n int) (early, late string) // what stands before everything in the list, and after it
	}{
		"cases": {`cases(orderBy: {field: OPENED_ON, direction: ASC},`, func(w *world, n int) (string, string) {
			return w.openedOn(fmt.Sprint("early", n), day(-900-n)), w.openedOn(fmt.Sprint("late", n), day(0))
		}},
		"cases by due day, which new ones have not": {`cases(orderBy: {field: NEXT_DUE_ON, direction: ASC},`, func(w *world, n int) (string, string) {
			w.openedOn(fmt.Sprint("some", n), day(-n))
			return "", ""
		}},
		"workers": {`workers(`, func(w *world, n int) (string, string) {
			return w.addedWorker(fmt.Sprint("A", n)), w.addedWorker(fmt.Sprint("Z", n))
		}},
	} {
		for _, forward := range []bool{true, false} {
			if !forward && name == "workers" {
				continue // goes forward only
			}
			t.Run(fmt.Sprintf("%s, forward %v", name, forward), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				whole := &pager{w: w, list: test.list, forward: forward}
				for whole.turn(); whole.more; whole.turn() {
				}
				p := &pager{w: w, list: test.list, forward: forward}
				read, unread := map[string]bool{}, map[string]bool{}
				n := 0
				for p.turn(); p.more; p.turn() {
					if n++; n > 3 {
						continue
					}
					early, late := test.insert(w, n)
					if !forward {
						early, late = late, early
					}
					read[early], unread[late] = true, true
				}
				old := slices.DeleteFunc(slices.Clone(p.seen), func(s string) bool { return !slices.Contains(whole.seen, s) })
				if !slices.Equal(old, whole.seen) {
					t.Errorf("of what was there it read\n%v, want\n%v", old, whole.seen)
				}
				for _, s := range p.seen {
					if read[s] {
						t.Errorf("%s was put where it was read already, and is read", s)
					}
				}
				for s := range unread {
					if s != "" && !slices.Contains(p.seen, s) {
						t.Errorf("%s was put where it was not read yet, and is not read", s)
					}
				}
				if n < 3 || p.totalCount <= whole.totalCount {
					t.Errorf("%d pages, %d in all after %d", n, p.totalCount, whole.totalCount)
				}
			})
		}
	}
}

// openedOn opens a case on a day and returns its identifier.
func (w *world) openedOn(request string, on calendar.Day) string {
	w.t.Helper()
	c, err := w.casework.OpenCase(w.t.Context(), orgAdmin, casework.OpenCaseInput{RequestID: request, OpenedOn: on,
		Opened: casefile.Opened{Population: casefile.VictimConfirmed, Consents: []casefile.Purpose{casefile.ForServices}}})
	w.must(err)
	return string(c.Case.ID)
}

// addedWorker adds a worker of a name and returns her identifier.
func (w *world) addedWorker(name string) string {
	w.t.Helper()
	added := directory.Worker{ID: id.Worker("worker_" + name), Organisation: lotus, Name: name, Role: access.ShelterStaff}
	w.must(w.dir.Add(w.t.Context(), added))
	return string(added.ID)
}
