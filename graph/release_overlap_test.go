package graph_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"onward/services/calendar"
	"onward/services/outcome/disclosure"
	"onward/services/release"
)

// answered is a release as GraphQL tells it, or why not.
type answered struct {
	Release struct {
		ID, Status   string
		Number       *int
		Findings     []string
		FindingCount int
	}
	Code   string
	Fields []struct{ Path, Message string }
}

// changeRelease does something to releases as a role, over HTTP.
func (w *world) changeRelease(role, mutation string, input map[string]any) answered {
	w.t.Helper()
	variables, err := json.Marshal(map[string]any{"input": input})
	w.must(err)
	_, body := w.post(role, fmt.Sprintf(`mutation($input: %s%sInput!) { %s(input: $input) { release { id status number findings findingCount } } }`,
		strings.ToUpper(mutation[:1]), mutation[1:], mutation), variables)
	var got struct {
		Data   map[string]*answered
		Errors []struct {
			Message    string
			Extensions struct {
				Code   string
				Fields []struct{ Path, Message string }
			}
		}
	}
	w.must(json.Unmarshal(body, &got))
	if len(got.Errors) > 0 {
		return answered{Code: got.Errors[0].Extensions.Code, Fields: got.Errors[0].Extensions.Fields}
	}
	return *got.Data[mutation]
}

// asked drafts and checks a release of some months as the coordinator, over HTTP, and
// returns its identifier.
func (w *world) asked(name string, from, to calendar.Day) answered {
	w.t.Helper()
	got := w.changeRelease("COORDINATOR", "draftRelease", map[string]any{"requestId": name, "from": from, "to": to})
	if got.Code != "" {
		w.t.Fatalf("%s: %+v", name, got)
	}
	return w.checkedAgain(name, got.Release.ID)
}

func (w *world) checkedAgain(request, release string) answered {
	w.t.Helper()
	got := w.changeRelease("COORDINATOR", "checkRelease", map[string]any{"requestId": request + "-check", "releaseId": release})
	if got.Code != "" {
		w.t.Fatalf("%s: %+v", request, got)
	}
	return got
}

// issued publishes a release as the administrator, over HTTP.
func (w *world) issued(release string) answered {
	w.t.Helper()
	return w.changeRelease("ORG_ADMIN", "publishRelease", map[string]any{"requestId": "publish-" + release, "releaseId": release})
}

// TestOverlappingReleases proves, over HTTP, that months, their quarter and a window
// that rolls on by a month can be published one after the other, each drafted after
// the one before; and that a draft of another length by a month, made before those, is
// refused: a month of few people lies between it and what is published. The cells are
// named, and no number of people. Drafted again after them, it is published with those
// cells withheld.
func TestOverlappingReleases(t *testing.T) {
	h := &history{world: newWorld(t)}
	h.at(firstOf(0))
	h.open(60)
	for m, few := range []bool{false, false, false, true} { // in the last month three people are served who were not before
		first, last := 0, 45
		if few {
			first, last = 45, 48
		}
		for n := first; n < last; n++ {
			h.at(firstOf(m) + 10)
			h.serve(n, firstOf(m)+8)
		}
	}
	h.at(firstOf(4) + 2)
	long := h.asked("four-months", firstOf(0), firstOf(4)-1)
	window := h.asked("window-early", firstOf(1), firstOf(4)-1)
	for name, r := range map[string]answered{"four months": long, "window": window} {
		if r.Release.Status != "CHECKED" || r.Release.FindingCount != 0 {
			t.Fatalf("%s: alone it is %+v", name, r)
		}
	}
	published := 0
	for m := range 3 {
		h.wantIssued(h.asked(fmt.Sprint("month-", m), firstOf(m), firstOf(m+1)-1), &published)
	}
	h.wantIssued(h.asked("quarter", firstOf(0), firstOf(3)-1), &published)

	h.wantRefused(long.Release.ID, firstOf(0), firstOf(4)-1)
	h.wantIssued(h.asked("window-late", firstOf(1), firstOf(4)-1), &published)
	if got := h.issued(window.Release.ID); got.Code != "INVALID" || len(got.Fields) == 0 {
		t.Errorf("the window of before is published beside the one of after: %+v", got)
	}
	h.wantIssued(h.asked("four-months-late", firstOf(0), firstOf(4)-1), &published)
	h.wantNothingTold(published)
}

// wantIssued proves that a draft is published under the next number, by another person
// than the one who drafted it.
func (h *history) wantIssued(draft answered, published *int) {
	h.t.Helper()
	if got := h.changeRelease("COORDINATOR", "publishRelease", map[string]any{"requestId": "own-" + draft.Release.ID, "releaseId": draft.Release.ID}); got.Code != "FORBIDDEN" {
		h.t.Errorf("the coordinator publishes an own draft: %+v", got)
	}
	*published++
	got := h.issued(draft.Release.ID)
	if got.Code != "" || got.Release.Status != "PUBLISHED" || *got.Release.Number != *published {
		h.t.Fatalf("release %d: %+v", *published, got)
	}
}

var numberOfPeople = regexp.MustCompile(`\b(3|45|48)\b`)

// wantRefused proves that a draft is refused with its cells named, by a field of the
// input and in the findings of the next check, and that it stays a draft.
func (h *history) wantRefused(draft string, from, to calendar.Day) {
	h.t.Helper()
	got := h.issued(draft)
	cell := fmt.Sprintf("ASSISTED from %s to %s: ", from, to)
	if got.Code != "INVALID" || !slices.ContainsFunc(got.Fields, func(f struct{ Path, Message string }) bool {
		return f.Path == "releaseId" && strings.HasPrefix(f.Message, cell)
	}) {
		h.t.Errorf("no %q in %+v", cell, got)
	}
	for _, f := range got.Fields {
		if numberOfPeople.MatchString(f.Message) {
			h.t.Errorf("it tells a number: %s", f.Message)
		}
	}
	again := h.checkedAgain("again-"+draft, draft)
	if again.Release.Status != "DRAFT" || again.Release.FindingCount < len(again.Release.Findings) ||
		!slices.ContainsFunc(again.Release.Findings, func(f string) bool { return strings.HasPrefix(f, cell) }) {
		h.t.Errorf("checked again: %+v", again)
	}
}

// wantNothingTold proves that all that is published together tells nothing of few
// people, that some of it is withheld, and that it verifies.
func (h *history) wantNothingTold(published int) {
	h.t.Helper()
	var all []disclosure.Release
	releases, err := release.NewBook(h.store).Published(h.t.Context())
	h.must(err)
	for _, r := range releases {
		all = append(all, disclosure.Release{Number: r.Number, Cells: r.Cells})
	}
	if found := disclosure.Audit(all, disclosure.Threshold); len(found) > 0 {
		h.t.Errorf("of %d releases: %v", len(all), found)
	}
	last, _ := releases[len(releases)-1].Content.Table(nil)
	i := slices.IndexFunc(last.Rows, func(r release.Row) bool { return r.Code == "ASSISTED" })
	if !last.Rows[i].Suppressed {
		h.t.Errorf("the four months say %d beside the quarter", *last.Rows[i].Value)
	}
	h.wantReleasesVerified(published)
}
