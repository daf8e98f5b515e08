package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/audit"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/track"
)

// pair is a world in which two organisations know the same woman, as two cases, and she
// consents on both to sharing.
type pair struct {
	*world
	requests int
}

const (
	hers   = "active"  // at the first organisation
	theirs = "foreign" // at the second
)

func newPair(t *testing.T, more ...func(*author)) *pair {
	p := &pair{world: newWorld(t, more...)}
	p.share("SUPERVISOR", hers, "GIVEN")
	p.share("OTHER_SUPERVISOR", theirs, "GIVEN")
	return p
}

// nameMatch says which match golden files call match: the first one of a case.
func (w *world) nameMatch(caseID id.Case) {
	snapshot := w.register.Snapshot()
	c, _ := snapshot.Case(caseID)
	known, err := w.casework.View(lotusSupervisor, snapshot).KnownElsewhere(context.Background(), c)
	w.must(err)
	w.names["match"] = string(known[0].MatchID)
}

// holdMatch has her consent to share on both cases, and the second organisation ask.
func (w *world) holdMatch() {
	ctx := context.Background()
	for _, of := range []struct {
		by   access.Actor
		name string
	}{{lotusSupervisor, hers}, {riverSupervisor, theirs}} {
		_, err := w.casework.RecordConsent(ctx, of.by, casework.RecordConsentInput{Request: casework.Request{RequestID: "share", CaseID: id.Case(w.names["case."+of.name])},
			ConsentRecorded: casefile.ConsentRecorded{Purpose: casefile.ForShare, Decision: casefile.Given}})
		w.must(err)
	}
	_, err := w.casework.AgreeMatch(ctx, riverSupervisor, casework.AgreeMatchInput{Request: casework.Request{RequestID: "agree", CaseID: id.Case(w.names["case."+theirs])},
		MatchAgreed: casefile.MatchAgreed{MatchID: id.Match(w.names["match"])}})
	w.must(err)
}

// do sends a mutation of a case, which succeeds.
func (p *pair) do(as, mutation, name, input string) {
	p.t.Helper()
	p.requests++
	p.moveTo(p.clock().Add(time.Second))
	query := fmt.Sprintf(`mutation { %s(input: {requestId: "request-%d", caseId: "{{case.%s}}", %s}) { entry { id } } }`, mutation, p.requests, name, input)
	if got := p.told(as, query); strings.Contains(got, "errors") {
		p.t.Fatalf("%s as %s: %s", query, as, got)
	}
}

// share records what she decides on sharing.
func (p *pair) share(as, name, decision string) {
	p.t.Helper()
	p.do(as, "recordConsent", name, "purpose: SHARE, decision: "+decision)
}

func (p *pair) agree(as, name string) {
	p.t.Helper()
	p.do(as, "agreeMatch", name, `matchId: "{{match}}"`)
}
func (p *pair) decline(as, name string) {
	p.t.Helper()
	p.do(as, "declineMatch", name, `matchId: "{{match}}"`)
}

// wantKnown compares what a case says of others: by what, what was answered here, since
// when the other asks, and which organisation it is.
func (p *pair) wantKnown(when, as, name string, want ...string) {
	p.t.Helper()
	var got struct {
		Data struct {
			Case struct {
				KnownElsewhere []struct {
					MatchID         string
					By              []string
					Answer, AskedOn string
					Organisation    struct{ Name string }
				}
			}
		}
	}
	text := p.told(as, `{ case(id: "{{case.`+name+`}}") { knownElsewhere { matchId by answer askedOn organisation { name } } } }`)
	p.must(json.Unmarshal([]byte(text), &got))
	var known []string
	for _, k := range got.Data.Case.KnownElsewhere {
		known = append(known, fmt.Sprintf("%s %d %s %s %s", k.MatchID, len(k.By), k.Answer, k.AskedOn, k.Organisation.Name))
	}
	if !slices.Equal(known, want) {
		p.t.Errorf("%s, %s is told %q, want %q", when, as, known, want)
	}
}

// asks returns the items of the worklist of a role that ask for an answer to a match,
// each as its case and the input of what can be done.
func (p *pair) asks(as string) (items []string, inputs map[string]string) {
	p.t.Helper()
	var got struct {
		Data struct {
			Worklist struct {
				Nodes []struct {
					Case        struct{ ID string }
					DueOn       string
					Explanation struct {
						Text        string
						NextActions []struct{ Mutation, Input string }
					}
				}
			}
		}
	}
	p.must(json.Unmarshal([]byte(p.told(as, `{ worklist(filter: {kind: [MATCH]}) { nodes { case { id } dueOn explanation { text nextActions { mutation input } } } } }`)), &got))
	inputs = map[string]string{}
	for _, n := range got.Data.Worklist.Nodes {
		items = append(items, n.Case.ID+" "+n.DueOn+" "+n.Explanation.Text)
		for _, a := range n.Explanation.NextActions {
			inputs[a.Mutation] = a.Input
		}
	}
	return items, inputs
}

// persons returns how many distinct persons the first organisation is told the whole
// programme has assisted in the first quarter of the year, as that was known when the
// last quarter had ended. What the second did is large enough to be told.
func (p *pair) persons() int {
	p.t.Helper()
	text := p.told("SUPERVISOR", `{ impact(input: {from: "2026-01-01", to: "2026-03-31", indicators: [ASSISTED]}) { rows { value } } }`)
	_, after, _ := strings.Cut(text, `"value":`)
	n, err := strconv.Atoi(strings.Trim(after, `}]`))
	if err != nil {
		p.t.Fatal(text)
	}
	return n
}

// TestMatchBecomesOnePerson walks from the notice through the agreement of both to one
// distinct person in the figures, and back when one of them agrees no longer, over HTTP
// as those who answer for the cases.
func TestMatchBecomesOnePerson(t *testing.T) {
	t.Parallel()
	p := newPair(t, func(a *author) {
		for n := range 12 {
			a.active(fmt.Sprint("river", n), 40)
			a.reach(30, casefile.MilestoneRecorded{Code: track.FamilyCommunityAssessed})
		}
	})
	for as, name := range map[string]string{"SUPERVISOR": hers, "OTHER_SUPERVISOR": theirs} {
		p.do(as, "recordService", name, `service: "counselling_trauma"`)
		p.wantKnown("noticed", as, name, "{{match}} 2   ")
	}
	if items, _ := p.asks("OTHER_SUPERVISOR"); len(items) != 0 {
		t.Errorf("before anybody has asked, there is to do: %s", items)
	}

	p.agree("SUPERVISOR", hers)
	p.wantKnown("asked", "SUPERVISOR", hers, "{{match}} 2 AGREED  ")
	p.wantKnown("asked", "OTHER_SUPERVISOR", theirs, "{{match}} 2  2026-03-02 ")
	for _, as := range []string{"SUPERVISOR", "ORG_ADMIN", "SHELTER_STAFF", "OTHER_STAFF"} {
		if items, _ := p.asks(as); len(items) != 0 {
			t.Errorf("%s is to answer %s", as, items)
		}
	}
	items, inputs := p.asks("OTHER_SUPERVISOR")
	if want := "{{case.foreign}} 2026-03-09 Someone else who may know this person has asked on 2026-03-02 to agree that she is the same; the answer is due within 7 days, by 2026-03-09."; !slices.Equal(items, []string{want}) {
		t.Errorf("to do is %s", items)
	}
	before := p.kept("asked")
	own := `{ impact(input: {from: "2025-01-01", to: "2026-12-31", organisation: "org_LOTUS"}) { digest rows { value } } }`
	ours := p.told("SUPERVISOR", own)

	_, body := p.post("OTHER_SUPERVISOR", `mutation ($input: AgreeMatchInput!) { agreeMatch(input: $input) { entry { kind } } }`, json.RawMessage(`{"input": `+p.fill(inputs["agreeMatch"])+`}`))
	if strings.Contains(string(body), "errors") {
		t.Fatalf("the next action as it stands: %s", body)
	}
	p.wantKnown("agreed", "SUPERVISOR", hers, "{{match}} 2 AGREED 2026-03-02 River Centre")
	p.wantKnown("agreed", "OTHER_SUPERVISOR", theirs, "{{match}} 2 AGREED 2026-03-02 Lotus House")
	for as, other := range map[string]string{"SUPERVISOR": theirs, "OTHER_SUPERVISOR": hers} {
		if got := p.told(as, `{ case(id: "{{case.`+other+`}}") { id } }`); !strings.Contains(got, "NOT_FOUND") {
			t.Errorf("%s reads the other case: %s", as, got)
		}
	}
	together := p.kept("agreed")
	if got := p.told("SUPERVISOR", own); got != ours {
		t.Errorf("the figures of the organisation tell of the other case: %s, before %s", got, ours)
	}
	p.moveTo(noon.AddDate(0, 1, 0))
	linked := p.persons()

	p.decline("OTHER_SUPERVISOR", theirs)
	if again := p.kept("declined"); together+1 != again || before != again {
		t.Errorf("the roll-up has %d persons before, %d while both agree, and %d after", before, together, again)
	}
	p.wantKnown("declined", "SUPERVISOR", hers, "{{match}} 2 AGREED  ")
	p.wantKnown("declined", "OTHER_SUPERVISOR", theirs, "{{match}} 2 DECLINED 2026-03-02 ")
	if items, _ := p.asks("OTHER_SUPERVISOR"); len(items) != 0 {
		t.Errorf("after the answer, there is to do: %s", items)
	}
	if got := p.persons(); got != linked {
		t.Errorf("%d persons, and %d within the same quarter: the figure tells of a day", linked, got)
	}
	p.moveTo(noon.AddDate(0, 4, 0))
	if apart := p.persons(); apart != linked+1 {
		t.Errorf("%d persons while both agree, %d after one declined", linked, apart)
	}
}

// TestNextActionsOfAMatch proves that what is offered on a match is accepted as it
// stands: first to ask her, then to agree, or to decline.
func TestNextActionsOfAMatch(t *testing.T) {
	t.Parallel()
	for _, steps := range [][]string{{"recordConsent", "agreeMatch"}, {"declineMatch"}} {
		p := &pair{world: newWorld(t)}
		p.share("OTHER_SUPERVISOR", theirs, "GIVEN")
		p.agree("OTHER_SUPERVISOR", theirs)
		for i, mutation := range steps {
			items, inputs := p.asks("ORG_ADMIN")
			if len(items) != 1 || (inputs["agreeMatch"] == "") != (i == 0) || inputs[mutation] == "" {
				t.Fatalf("%s, of which is offered %v", items, inputs)
			}
			p.accepted(t, "ORG_ADMIN", mutation, json.RawMessage(p.fill(inputs[mutation])), "entry { kind }")
		}
		if items, _ := p.asks("ORG_ADMIN"); len(items) != 0 {
			t.Errorf("after %s there is to do: %s", steps, items)
		}
	}
}

// kept runs the roll-up, which counts what has changed since the last run, holds it
// against a count from nothing, and returns the persons who were assisted.
func (p *pair) kept(when string) int {
	p.t.Helper()
	got := p.told("ORG_ADMIN", `mutation { runJob(input: {requestId: "`+when+`", name: "roll-up", asOf: "2026-03-02"}) { run { outcome } } }`)
	if !strings.Contains(got, "DONE") {
		p.t.Fatal(got)
	}
	ctx := context.Background()
	kept, err := outcome.NewRollUps(p.store).List(ctx)
	p.must(err)
	v, err := casework.Verify(ctx, p.store, p.dir, kept)
	p.must(err)
	if len(v.Differences) > 0 {
		p.t.Errorf("%s, a count from nothing differs: %s", when, v.Differences)
	}
	r, err := outcome.Compute(p.register.Snapshot().All(), outcome.Programme{}, outcome.Query{Period: kept[0].Quarter(), Indicators: []outcome.Code{outcome.Assisted}})
	p.must(err)
	return r.Rows[0].Value
}

// TestSilenceAndNoReadTheSame proves that whoever has asked gets the same answer to every
// question, to the letter, whether the other organisation has not answered, has
// declined, has agreed once and does no longer, or may not agree for want of consent.
func TestSilenceAndNoReadTheSame(t *testing.T) {
	t.Parallel()
	asked := append([]string{
		`{ case(id: "{{case.active}}") { version knownElsewhere { matchId by answer answeredOn askedOn organisation { name } } access { actions } } }`,
		`{ impact(input: {from: "2026-01-01", to: "2026-03-31"}) { digest rows { value suppressed excludedNoConsent } } }`,
		`{ contributions(input: {from: "2026-01-01", to: "2026-12-31", indicator: ASSISTED}) { totalCount hidden } }`,
		`mutation { agreeMatch(input: {requestId: "again", caseId: "{{case.active}}", matchId: "{{match}}"}) { entry { id } } }`,
		`mutation { agreeMatch(input: {requestId: "other", caseId: "{{case.active}}", matchId: "match_1"}) { entry { id } } }`,
		`{ worklist(filter: {kind: [MATCH]}) { totalCount counts { kind overdue } } }`,
	}, questions...)
	roles := []string{"SUPERVISOR", "ORG_ADMIN", "SHELTER_STAFF"}
	ask := func(other func(*pair)) (all []string) {
		p := newPair(t)
		other(p)
		for _, role := range roles {
			for _, q := range asked {
				all = append(all, p.told(role, q))
			}
		}
		return all
	}
	ways := map[string]func(*pair){
		"declined":        func(p *pair) { p.decline("OTHER_SUPERVISOR", theirs) },
		"agreed once":     func(p *pair) { p.agree("OTHER_SUPERVISOR", theirs); p.decline("OTHER_SUPERVISOR", theirs) },
		"without consent": func(p *pair) { p.share("OTHER_SUPERVISOR", theirs, "WITHDRAWN") },
		"lapsed":          func(p *pair) { p.agree("OTHER_SUPERVISOR", theirs); p.share("OTHER_SUPERVISOR", theirs, "WITHDRAWN") },
	}
	for _, first := range []bool{true, false} { // whether the first organisation has agreed
		begin := func(p *pair) {
			if first {
				p.agree("SUPERVISOR", hers)
			}
		}
		silent := ask(begin)
		for name, answer := range ways {
			for i, got := range ask(func(p *pair) { begin(p); answer(p) }) {
				if got != silent[i] {
					t.Errorf("%s: %s is answered\n%s\nwithout an answer\n%s", name, asked[i%len(asked)], got, silent[i])
				}
			}
		}
		agreed := ask(func(p *pair) { begin(p); p.agree("OTHER_SUPERVISOR", theirs) })
		if agreed[0] == silent[0] {
			t.Errorf("an agreement shows nowhere: %s", agreed[0])
		}
	}
}

// TestWhatEndsAMatch proves that a pair parts at once, for both sides and in the figures,
// when she withdraws her consent or it runs out, and when a case is protected, merged or
// erased; and that it parts for nothing else.
func TestWhatEndsAMatch(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		end  func(*pair)
		hers []string // what the first organisation is told then
	}{
		"consent withdrawn there": {func(p *pair) { p.share("OTHER_SUPERVISOR", theirs, "WITHDRAWN") }, []string{"{{match}} 2 AGREED  "}},
		"consent withdrawn here":  {func(p *pair) { p.share("SUPERVISOR", hers, "WITHDRAWN") }, []string{"{{match}} 2 LAPSED 2026-03-02 "}},
		"consent given anew":      {func(p *pair) { p.share("SUPERVISOR", hers, "WITHDRAWN"); p.share("SUPERVISOR", hers, "GIVEN") }, []string{"{{match}} 2 LAPSED 2026-03-02 "}},
		"declined here":           {func(p *pair) { p.decline("SUPERVISOR", hers) }, []string{"{{match}} 2 DECLINED 2026-03-02 "}},
		"declined, then agreed":   {func(p *pair) { p.decline("SUPERVISOR", hers); p.agree("SUPERVISOR", hers) }, []string{"{{match}} 2 AGREED 2026-03-02 River Centre"}},
		"protected there": {func(p *pair) {
			p.do("OTHER_SUPERVISOR", "protectCase", theirs, `workerIds: ["worker_OTHER_SUPERVISOR"], reason: "A threat"`)
		}, []string{"{{match}} 0 AGREED  "}},
		"protected here": {func(p *pair) {
			p.do("SUPERVISOR", "protectCase", hers, `workerIds: ["worker_SUPERVISOR"], reason: "A threat"`)
		}, []string{"{{match}} 2 AGREED 2026-03-02 "}},
		"merged here": {func(p *pair) {
			p.do("SUPERVISOR", "mergeCase", hers, `intoCaseId: "{{case.sheltered}}", reason: "Twice"`)
		}, []string{"{{match}} 2 AGREED 2026-03-02 "}},
		"consent run out here":   {func(p *pair) { p.runOut() }, []string{"{{match}} 2 LAPSED 2026-03-02 "}},
		"closed here":            {func(p *pair) { p.do("ORG_ADMIN", "closeCase", hers, `reason: NO_LONGER_NEEDS`) }, []string{"{{match}} 2 AGREED 2026-03-02 River Centre"}},
		"another identity there": {func(p *pair) { p.rename("OTHER_SUPERVISOR", theirs) }, []string{"{{match}} 0 AGREED 2026-03-02 River Centre"}},
		"erased here": {func(p *pair) {
			p.do("ORG_ADMIN", "closeCase", hers, `reason: NO_LONGER_NEEDS`)
			p.do("ORG_ADMIN", "eraseCase", hers, `reason: HER_WISH`)
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t)
			apart := p.people()
			p.agree("SUPERVISOR", hers)
			p.agree("OTHER_SUPERVISOR", theirs)
			test.end(p)
			p.wantKnown(name, "SUPERVISOR", hers, test.hers...)
			linked := strings.HasSuffix(strings.Join(test.hers, ""), "Centre")
			there := p.told("OTHER_SUPERVISOR", `{ case(id: "{{case.foreign}}") { knownElsewhere { organisation { id } } } }`)
			if strings.Contains(there, "org_LOTUS") != linked {
				t.Errorf("there: %s", there)
			}
			if name == "merged here" {
				apart--
			}
			persons := p.people()
			if linked && persons != apart-1 || !linked && persons != apart {
				t.Errorf("%d persons of %d", persons, apart)
			}
		})
	}
}

// people returns how many distinct persons there are.
func (p *pair) people() (n int) {
	for range outcome.Persons(p.register.Snapshot().All()) {
		n++
	}
	return n
}

// runOut lets her consent run out here: at once for who looks, and in the figures when
// that is noted.
func (p *pair) runOut() {
	p.t.Helper()
	joined := p.people()
	p.do("SUPERVISOR", "recordConsent", hers, `purpose: SHARE, decision: GIVEN, expiresOn: "2026-03-03"`)
	p.wantKnown("to run out", "SUPERVISOR", hers, "{{match}} 2 AGREED 2026-03-02 River Centre")
	p.moveTo(noon.AddDate(0, 0, 2))
	p.wantKnown("run out", "SUPERVISOR", hers, "{{match}} 2 AGREED 2026-03-02 ")
	p.wantKnown("run out", "OTHER_SUPERVISOR", theirs, "{{match}} 2 AGREED  ")
	if got := p.people(); got != joined {
		p.t.Errorf("%d persons before it is noted, want %d", got, joined)
	}
	p.told("SUPERVISOR", `mutation { runJob(input: {requestId: "expiry", name: "consent-expiry", asOf: "2026-03-04"}) { run { outcome } } }`)
}

// lastEntry returns the identifier of the last entry of a case.
func (p *pair) lastEntry(name string) string {
	c, _ := p.register.Snapshot().Case(id.Case(p.names["case."+name]))
	return id.Within(id.EntryPrefix, c.ID, c.Version)
}

// rename records another name and number, and no birth day.
func (p *pair) rename(as, name string) {
	p.t.Helper()
	got := p.told(as, `mutation { recordIdentity(input: {requestId: "rename", caseId: "{{case.`+name+`}}", name: {given: "Another (invented)"}, clear: [NUMBERS, BIRTH]}) { case { id } } }`)
	if strings.Contains(got, "errors") {
		p.t.Fatal(got)
	}
}

// TestCandidatesFollowIdentities proves that a notice goes and comes with what is
// recorded of who somebody is, and that nobody can agree without one.
func TestCandidatesFollowIdentities(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.rename("OTHER_SUPERVISOR", theirs)
	p.wantKnown("renamed", "SUPERVISOR", hers)
	got := p.told("SUPERVISOR", `mutation { agreeMatch(input: {requestId: "x", caseId: "{{case.active}}", matchId: "{{match}}"}) { entry { id } } }`)
	if !strings.Contains(got, "there is no such match") {
		t.Errorf("agreeing without a notice: %s", got)
	}
	again := p.told("OTHER_SUPERVISOR", `mutation { recordIdentity(input: {requestId: "again", caseId: "{{case.foreign}}", numbers: [{kind: NATIONAL_ID, number: "010-123-456"}]}) { case { id } } }`)
	p.wantKnown("recorded again "+again, "SUPERVISOR", hers, "{{match}} 1   ")
}

// TestMatchesAreAuditedAndKeptFromOthers proves that reading of a match is recorded as
// reading of who she is, and that whoever may not read that learns of none: not from
// the history either.
func TestMatchesAreAuditedAndKeptFromOthers(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.agree("SUPERVISOR", hers)
	p.wantKnown("read", "SUPERVISOR", hers, "{{match}} 2 AGREED  ")
	records := p.records()
	looks := records[len(records)-1].Looks
	if !slices.ContainsFunc(looks, func(l audit.Look) bool {
		return l.Kind == audit.Read && slices.Contains(l.Classes, access.Identity) && slices.Contains(l.Fields, "Case.knownElsewhere") && slices.Contains(l.Fields, "KnownElsewhere.organisation")
	}) {
		t.Errorf("recorded is %+v", looks)
	}
	reverse := `mutation { reverseEntry(input: {requestId: "r", caseId: "{{case.active}}", entryId: "` + p.lastEntry(hers) + `", reason: "slip"}) { case { id } } }`
	if got := p.told("SUPERVISOR", reverse); !strings.Contains(got, "answer it anew with agreeMatch or declineMatch") {
		t.Errorf("an answer to a match is taken back: %s", got)
	}
	history := `{ case(id: "{{case.active}}") { knownElsewhere { matchId } history(last: 1) { nodes { kind } } } }`
	for as, sees := range map[string]bool{"SUPERVISOR": true, "ORG_ADMIN": true, "SHELTER_STAFF": false, "LEGAL_OFFICER": false, "PARTNER_APP": false} {
		if got := p.told(as, history); strings.Contains(got, "match") != sees {
			t.Errorf("%s is told %s", as, got)
		}
	}
	en, km, machine := p.export(hers)
	for says, text := range map[string]string{"Agreement that another organisation knows the same person": en, "ការយល់ព្រមថា អង្គការផ្សេងស្គាល់មនុស្សតែមួយ": km,
		"Agreed that a case of another organisation is of the same person": machine} {
		if !strings.Contains(text, says) || strings.Contains(text, "River") {
			t.Errorf("her own export is\n%s", text)
		}
	}
}
