package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"onward/services/casework"
	"onward/services/dossier"
	"onward/services/id"
	"onward/services/instrument"
	"onward/services/locale"
	"onward/services/vault/vaulttest"
)

// told sends a query as a role and returns the answer on one line.
func (w *world) told(as, query string) string {
	w.t.Helper()
	_, body := w.post(as, w.fill(query), json.RawMessage("{}"))
	return strings.TrimSpace(w.named(string(body)))
}

func (w *world) wantAnswer(as, query, want string) {
	w.t.Helper()
	if got := w.told(as, query); got != want {
		w.t.Errorf("%s as %s\ngot  %s\nwant %s", query, as, got, want)
	}
}

const (
	nobodyFound = `{"data":{"searchPeople":{"cases":[]}}}`
	searchDara  = `{ searchPeople(input: {name: "sok dara"}) { cases { id } } }`
	activeFound = `{"data":{"searchPeople":{"cases":[{"id":"{{case.active}}"}]}}}`
)

// TestProtectedIsNotFound proves that a protected case is in no search of who is not
// named, whatever it is searched by, and that another organisation is not told of it.
func TestProtectedIsNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	elsewhere := `{ case(id: "{{case.foreign}}") { knownElsewhere { by } } }`
	w.wantAnswer("SUPERVISOR", searchDara, activeFound)
	w.wantAnswer("OTHER_SUPERVISOR", elsewhere, `{"data":{"case":{"knownElsewhere":[{"by":["NAME_AND_BIRTH_YEAR","NUMBER"]}]}}}`)
	w.told("SUPERVISOR", `mutation { protectCase(input: {requestId: "p", caseId: "{{case.active}}", workerIds: ["worker_SUPERVISOR"], reason: "A threat"}) { entry { id } } }`)
	for _, by := range []string{`name: "sok dara"`, `phone: "012345678"`, `number: "010123456"`} {
		search := `{ searchPeople(input: {` + by + `}) { cases { id } } }`
		w.wantAnswer("ORG_ADMIN", search, nobodyFound)
		w.wantAnswer("SUPERVISOR", search, activeFound)
	}
	w.wantAnswer("OTHER_SUPERVISOR", elsewhere, `{"data":{"case":{"knownElsewhere":[]}}}`)
}

// TestGlassShowsNoAddress proves that who has broken the glass reads and finds who she
// is, and how to reach her, and not where she is; until the hour is over.
func TestGlassShowsNoAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	who := `{ case(id: "{{case.active}}") { identity { nameKhmer { given } contacts { value } addresses { village } } } }`
	hidden := `{"data":{"case":{"identity":null}}}`
	w.wantAnswer("CAREER_ADVISOR", who, hidden)
	w.wantAnswer("CAREER_ADVISOR", searchDara, nobodyFound)
	w.told("CAREER_ADVISOR", `mutation { breakGlass(input: {requestId: "g", caseId: "{{case.active}}", reason: "She has fainted"}) { entry { id } } }`)
	w.wantAnswer("CAREER_ADVISOR", who, `{"data":{"case":{"identity":{"nameKhmer":{"given":"ដារ៉ា"},"contacts":[{"value":"+85512345678"},{"value":"dara.invented"}],"addresses":null}}}}`)
	w.wantAnswer("CAREER_ADVISOR", searchDara, activeFound)
	w.now = w.now.Add(time.Hour + time.Second)
	w.wantAnswer("CAREER_ADVISOR", who, hidden)
	w.wantAnswer("CAREER_ADVISOR", searchDara, nobodyFound)
}

// TestSearchesAreBounded proves that who searches too often is told to wait, that
// others are not, and that refused input costs nothing.
func TestSearchesAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 30 {
		if got := w.told("SUPERVISOR", `{ searchPeople(input: {name: "--"}) { more } }`); !strings.Contains(got, "INVALID") {
			t.Fatal(got)
		}
	}
	bounded := 0
	for range 25 {
		if strings.Contains(w.told("SUPERVISOR", searchDara), `"code":"UNAVAILABLE"`) {
			bounded++
		}
	}
	if bounded != 5 {
		t.Errorf("%d of 25 searches at once are refused, want 5", bounded)
	}
	w.wantAnswer("ORG_ADMIN", searchDara, activeFound)
	w.now = w.now.Add(6 * time.Second)
	w.wantAnswer("SUPERVISOR", searchDara, activeFound)
	if got := w.told("SUPERVISOR", searchDara); !strings.Contains(got, "UNAVAILABLE") {
		t.Errorf("a second search after six seconds: %s", got)
	}
}

// TestRecordIdentityAgain proves that a request which is sent again answers as it did
// the first time, and changes nothing.
func TestRecordIdentityAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	record := func(requestID, alias string) string {
		return w.told("SUPERVISOR", fmt.Sprintf(`mutation { recordIdentity(input: {requestId: %q, caseId: "{{case.active}}", aliases: [%q]}) { identity { version aliases } } }`, requestID, alias))
	}
	first := record("one", "Leakena")
	if want := `{"data":{"recordIdentity":{"identity":{"version":2,"aliases":["Leakena"]}}}}`; first != want {
		t.Fatalf("got %s", first)
	}
	record("two", "Sreymom")
	if again := record("one", "Leakena"); again != first {
		t.Errorf("sent again, it answers %s and not %s", again, first)
	}
	w.wantAnswer("SUPERVISOR", `{ case(id: "{{case.active}}") { identity { version aliases } } }`, `{"data":{"case":{"identity":{"version":3,"aliases":["Sreymom"]}}}}`)
}

// TestErasedIsNobody proves that of an erased case nobody reads or finds who it was,
// nor another organisation that it knew her, and that nothing is recorded there again.
func TestErasedIsNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, m := range []string{
		`closeCase(input: {requestId: "c", caseId: "{{case.active}}", reason: NO_LONGER_NEEDS})`,
		`eraseCase(input: {requestId: "e", caseId: "{{case.active}}", reason: HER_WISH})`,
	} {
		if got := w.told("ORG_ADMIN", `mutation { `+m+` { case { id } } }`); strings.Contains(got, "errors") {
			t.Fatal(got)
		}
	}
	w.wantAnswer("SUPERVISOR", `{ case(id: "{{case.active}}") { identity { version } knownElsewhere { by } } }`, `{"data":{"case":{"identity":null,"knownElsewhere":[]}}}`)
	w.wantAnswer("SUPERVISOR", searchDara, nobodyFound)
	w.wantAnswer("OTHER_SUPERVISOR", `{ case(id: "{{case.foreign}}") { knownElsewhere { by } } }`, `{"data":{"case":{"knownElsewhere":[]}}}`)
	got := w.told("SUPERVISOR", `mutation { recordIdentity(input: {requestId: "r", caseId: "{{case.active}}", sex: FEMALE}) { identity { version } } }`)
	if !strings.Contains(got, "the case is erased") {
		t.Errorf("recording on an erased case answers %s", got)
	}
}

// TestHerOwnExport proves that a survivor is given all that is held about her, with
// every text opened, and nothing of another; and that of an erased case no text is
// left.
func TestHerOwnExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, m := range []string{
		`recordService(input: {requestId: "s1", caseId: "{{case.active}}", service: "counselling_trauma", note: "She sleeps <better> now"})`,
		`recordService(input: {requestId: "s2", caseId: "{{case.drafted}}", service: "counselling_trauma", note: "Of another woman"})`,
	} {
		if got := w.told("ORG_ADMIN", `mutation { `+m+` { case { id } } }`); strings.Contains(got, "errors") {
			t.Fatal(got)
		}
	}
	en, km, machine := w.export("active")
	for _, want := range []string{"Sok", "ដារ៉ា", "Mealea", "2004-05-17", "010 123 456", "85512345678", "Village (invented)", "She sleeps", "Lotus ORG_ADMIN (", "Lotus House"} {
		for _, text := range []string{en, km, machine} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
	}
	for _, text := range []string{en, km, machine} {
		for _, other := range []string{"Bopha", "another woman", w.names["case.drafted"], "⟦", "<better>"} {
			if strings.Contains(text, other) && !(text == machine && other == "<better>") {
				t.Errorf("%q is in\n%s", other, text)
			}
		}
	}
	if !strings.Contains(en, "Who you are") || !strings.Contains(km, "អត្តសញ្ញាណរបស់អ្នក") || strings.Contains(km, "Who you are") || !json.Valid([]byte(machine)) {
		t.Errorf("the headings or the JSON are not as they should be:\n%s\n%s\n%s", en, km, machine)
	}
	if left := regexp.MustCompile(`<dt>[^<]*[A-Za-z][^<]*</dt>`).FindAllString(km, -1); len(left) > 0 || !strings.Contains(km, "Lotus ORG_ADMIN (អ្នករដ្ឋបាលនៃអង្គការ)") ||
		!strings.Contains(en, "<dt>service</dt><dd>Trauma counselling") || !strings.Contains(machine, `"service": "counselling_trauma"`) {
		t.Errorf("the words of a language are not on its page: %q\n%s\n%s\n%s", left, km, en, machine)
	}
	w.told("ORG_ADMIN", `mutation { closeCase(input: {requestId: "c", caseId: "{{case.active}}", reason: NO_LONGER_NEEDS}) { case { id } } }`)
	w.told("ORG_ADMIN", `mutation { eraseCase(input: {requestId: "e", caseId: "{{case.active}}", reason: HER_WISH}) { case { id } } }`)
	en, km, machine = w.export("active")
	for _, text := range []string{en, km, machine} {
		for _, gone := range []string{"Dara", "ដារ៉ា", "She sleeps", "+855"} {
			if strings.Contains(text, gone) {
				t.Errorf("erased, %q is in\n%s", gone, text)
			}
		}
		if !strings.Contains(text, "2026-03-02") {
			t.Errorf("the day of the erasure is not in\n%s", text)
		}
	}
}

// TestExportLeavesTextsAsWritten proves that what somebody wrote stands in an export as
// it was written where it looks like an identifier, so that nobody learns by it whom
// another organisation has; and that what the case refers to is named.
func TestExportLeavesTextsAsWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, note := range []string{"worker_OTHER_STAFF", "employer_RIVER", "site_RIVER", "org_RIVER", "worker_SUPERVISOR"} {
		m := fmt.Sprintf(`mutation { recordService(input: {requestId: "as-written-%d", caseId: "{{case.active}}", service: "counselling_trauma", note: %q}) { case { id } } }`, i, note)
		if got := w.told("ORG_ADMIN", m); strings.Contains(got, "errors") {
			t.Fatal(got)
		}
	}
	_, _, machine := w.export("active")
	for _, want := range []string{`"note": "worker_OTHER_STAFF"`, `"note": "employer_RIVER"`, `"note": "site_RIVER"`, `"note": "org_RIVER"`, `"note": "worker_SUPERVISOR"`, "Lotus House"} {
		if !strings.Contains(machine, want) {
			t.Errorf("%s is not in\n%s", want, machine)
		}
	}
	for _, foreign := range []string{"River staff", "River mill"} {
		if strings.Contains(machine, foreign) {
			t.Errorf("%q is in\n%s", foreign, machine)
		}
	}
}

// export returns all that is held about the survivor of a case, in each form.
func (w *world) export(name string) (en, km, machine string) {
	w.t.Helper()
	held, err := casework.Gather(context.Background(), w.store, vaulttest.New(w.t, w.store), w.dir.Snapshot(), instrument.Shipped().Snapshot(), id.Case(w.names["case."+name]), w.now)
	w.must(err)
	var forms [3]strings.Builder
	w.must(dossier.HTML(&forms[0], *held, locale.EN))
	w.must(dossier.HTML(&forms[1], *held, locale.KM))
	w.must(dossier.JSON(&forms[2], *held))
	return forms[0].String(), forms[1].String(), forms[2].String()
}
