package graph_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// refusedByRule are documents that break the rules of the language, by the rule, with
// the secret wherever a client can write something.
var refusedByRule = map[string][]string{
	"FieldsOnCorrectType":       {`{ Sreymom }`, `{ viewer { Sreymom { id } } }`},
	"FragmentsOnCompositeTypes": {`{ viewer { ... on Date { Sreymom } } }`, `{ ...Sreymom } fragment Sreymom on Date { id }`},
	"KnownArgumentNames":        {`{ viewer(Sreymom: "Sreymom") { role } }`, `{ viewer @skip(if: true, Sreymom: 1) { role } }`},
	"KnownDirectives":           {`{ viewer @Sreymom { role } }`, `query Sreymom @skip(if: true) { viewer { role } }`},
	"KnownFragmentNames":        {`{ ...Sreymom }`},
	"KnownTypeNames":            {`{ ... on Sreymom { id } }`, `query ($Sreymom: Sreymom) { viewer { role } }`, `{ ...f } fragment f on Sreymom { id }`},
	"LoneAnonymousOperation":    {`{ viewer { role } } query Sreymom { viewer { role } }`},
	"MaxIntrospectionDepth":     {`{ Sreymom: __schema { types { fields { type { fields { type { fields { name } } } } } } } }`},
	"NoUndefinedVariables":      {`{ node(id: $Sreymom) { id } }`, `query Sreymom { node(id: $Sreymom) { id } }`},
	"NoUnusedFragments":         {`{ viewer { role } } fragment Sreymom on Query { viewer { role } }`},
	"NoUnusedVariables":         {`query ($Sreymom: Int) { viewer { role } }`, `query Sreymom($Sreymom: Int) { viewer { role } }`},
	"OverlappingFieldsCanBeMerged": {`{ Sreymom: viewer { role } Sreymom: node(id: "x") { id } }`,
		`{ viewer { Sreymom: worker { id } } ...Sreymom } fragment Sreymom on Query { viewer { Sreymom: organisation { id } } }`},
	"PossibleFragmentSpreads":     {`{ viewer { ... on Case { Sreymom: id } } }`, `{ viewer { ...Sreymom } } fragment Sreymom on Case { id }`},
	"ProvidedRequiredArguments":   {`{ Sreymom: node { id } }`, `{ Sreymom: viewer @skip { role } }`},
	"ScalarLeafs":                 {`{ Sreymom: viewer }`, `{ viewer { Sreymom: role { Sreymom } } }`},
	"SingleFieldSubscriptions":    {`subscription Sreymom { flagRaised { id } caseChanged(id: "Sreymom") { id } }`, `subscription Sreymom { Sreymom: __typename }`},
	"UniqueArgumentNames":         {`{ node(id: "Sreymom", id: "Sreymom") { id } }`},
	"UniqueDirectivesPerLocation": {`{ viewer @Sreymom @Sreymom { role } }`},
	"UniqueFragmentNames":         {`{ ...Sreymom } fragment Sreymom on Query { viewer { role } } fragment Sreymom on Query { viewer { role } }`},
	"UniqueInputFieldNames":       {`{ cases(filter: {Sreymom: 1, Sreymom: 2}) { totalCount } }`},
	"UniqueOperationNames":        {`query Sreymom { viewer { role } } query Sreymom { viewer { role } }`},
	"UniqueVariableNames":         {`query ($Sreymom: ID!, $Sreymom: ID!) { node(id: $Sreymom) { id } }`},
	"ValuesOfCorrectType": {
		`{ cases(first: "Sreymom") { totalCount } }`, `{ cases(first: Sreymom) { totalCount } }`, `{ cases(first: {Sreymom: 1}) { totalCount } }`,
		`{ cases(first: 7777777777777777777777) { totalCount } }`, `{ cases(first: 7.77777) { totalCount } }`,
		`{ cases(after: Sreymom) { totalCount } }`, `{ cases(after: 7777777) { totalCount } }`, `{ cases(after: ["Sreymom"]) { totalCount } }`,
		`{ cases(filter: {flagged: "Sreymom"}) { totalCount } }`, `{ cases(filter: {flagged: Sreymom}) { totalCount } }`,
		`{ cases(filter: {status: Sreymom}) { totalCount } }`, `{ cases(filter: {status: "Sreymom"}) { totalCount } }`, `{ cases(filter: {status: ["a", Sreymom]}) { totalCount } }`,
		`{ cases(filter: {status: {Sreymom: 1}}) { totalCount } }`, `{ cases(filter: {status: 7777777}) { totalCount } }`,
		`{ cases(filter: {Sreymom: "Sreymom"}) { totalCount } }`, `{ cases(filter: "Sreymom") { totalCount } }`, `{ cases(filter: [Sreymom]) { totalCount } }`,
		`{ node(id: Sreymom) { id } }`, `{ node(id: 7.77777) { id } }`, `{ node(id: null) { Sreymom: id } }`,
		`{ cases(orderBy: {direction: Sreymom}) { totalCount } }`, `mutation Sreymom { openCase(input: {note: "Sreymom", Sreymom: 1}) { case { id } } }`,
		`query ($Sreymom: Int = "Sreymom") { cases(first: $Sreymom) { totalCount } }`,
		`mutation { openCase(input: {requestId: "$Sreymom: Int = "Sreymom: 1}) { case { id } } }`,
		`mutation { openCase(input: {requestId: """Sreymom: """Sreymom: 1}) { case { id } } }`,
	},
	"VariablesAreInputTypes":     {`query ($Sreymom: Case) { viewer { role } }`},
	"VariablesInAllowedPosition": {`query ($Sreymom: Boolean) { node(id: $Sreymom) { id } }`},
}

// needless are rules whose errors nobody sees: the schema has all kinds of operations,
// and the guard has refused cycles.
var needless = map[string]bool{"KnownRootType": true, "NoFragmentCycles": true}

// TestEachRuleSpeaksPlainly proves that a document which breaks a rule of the language is
// refused in words of its own for each rule, which hold nothing of the document but
// the name of a variable that is wrong.
func TestEachRuleSpeaksPlainly(t *testing.T) {
	w := newWorld(t)
	schema := loadSchema(t)
	for rule := range rules.NewDefaultRules().GetInner() {
		if refusedByRule[rule] == nil && !needless[rule] && !strings.HasSuffix(rule, "WithoutSuggestions") {
			t.Errorf("no document breaks %s", rule)
		}
	}
	for rule, documents := range refusedByRule {
		for _, document := range documents {
			doc, err := parser.ParseQuery(&ast.Source{Input: document})
			w.must(err)
			broken := false
			for _, e := range validator.ValidateWithRules(schema, doc, nil) {
				broken = broken || e.Rule == rule
			}
			if !broken {
				t.Errorf("%s does not break %s", document, rule)
			}
			w.refusesInSilence(t, document, ``)
		}
	}
}

// refusesInSilence proves that a request is refused and that nothing of it is told.
func (w *world) refusesInSilence(t *testing.T, document, variables string, operation ...string) {
	t.Helper()
	_, reply := w.attack(w.server.Config.Handler, hostileDocument("", document, variables, operation...))
	told := strings.ReplaceAll(reply, `"path":"Sreymom"`, "") // of a variable or the alias that failed
	told = strings.ReplaceAll(told, `"message":"Sreymom: `, "")
	for _, planted := range []string{secret, "777777", "Did you mean", "is not valid here"} {
		if strings.Contains(told, planted) {
			t.Errorf("%s with %s: it says %s: %s", document, variables, planted, reply)
		}
	}
	if !refusedWithCode(reply) {
		t.Errorf("%s with %s: %s", document, variables, reply)
	}
}

// TestNothingIsRepeated proves the same of what the parser, the variables, the scalars,
// the guard and the edge itself refuse.
func TestNothingIsRepeated(t *testing.T) {
	w := newWorld(t)
	for _, document := range []string{
		`Sreymom`, `{ viewer { role } Sreymom`, `{ viewer { role } } Sreymom`, `query Sreymom $`, `{ node(id: "Sreymom`, `{ node(id: """Sreymom`,
		`{ node(id: "\Sreymom") { id } }`, `{ node(id: "\uSreymom") { id } }`, `{ viewer ? Sreymom }`, `{ node(id: 0777777) { id } }`, `{ node(id: 777777Sreymom) { id } }`,
		`type Sreymom { id: ID }`, `{ ...on }`, `fragment on on Sreymom { id }`, `query ($v: Int = $Sreymom) { viewer { role } }`, `{ viewer { } Sreymom }`,
		`fragment Sreymom on Query { viewer { role } }`, `{ ...Sreymom } fragment Sreymom on Query { ...Sreymom }`,
		`{ node(id: "` + strings.Repeat(secret, 100) + `", x: ` + strings.Repeat("7", 200) + `) { id } }`,
		`{ cases(filter: {dueBefore: "Sreymom"}) { totalCount } }`, `{ cases(filter: {dueBefore: 7777777}) { totalCount } }`, `{ cases(filter: {dueBefore: {Sreymom: "Sreymom"}}) { totalCount } }`,
		`{ cases(after: "Sreymom") { totalCount } }`, `{ cases(first: 777777) { totalCount } }`, `{ cases(first: 77777777777) { totalCount } }`,
		`{ impact(input: {from: "2020-01-01", to: "2026-12-31", asKnownAt: "Sreymom"}) { digest } }`,
		`{ cases(filter: {organisation: [{Sreymom: 1}]}) { totalCount } }`,
	} {
		w.refusesInSilence(t, document, ``)
	}
	w.refusesInSilence(t, `query a { viewer { role } }`, ``, secret)
	for typed, values := range map[string][]string{
		"Int":    {`"Sreymom"`, `7777777`, `7777777777777777777777777`, `7.77777`, `{"Sreymom": 1}`, `["Sreymom"]`, `true`},
		"String": {`7777777`, `{"Sreymom": 1}`, `["Sreymom"]`, `"Sreymom"`},
		"CaseFilter": {`"Sreymom"`, `7777777`, `["Sreymom"]`, `{"Sreymom": "Sreymom"}`, `{"status": "Sreymom"}`, `{"status": [7777777]}`, `{"status": ["active"]}`, `{"status": {"Sreymom": 1}}`,
			`{"flagged": "Sreymom"}`, `{"dueBefore": "Sreymom"}`, `{"dueBefore": {"Sreymom": 1}}`, `{"organisation": [{"Sreymom": 1}]}`, `{"organisation": {"$Sreymom": null}}`, `{"__typename": "Sreymom", "Sreymom": 1}`},
		"CaseOrder!": {`{"field": "Sreymom"}`, `{"Sreymom": 1}`, `{"field": null}`, `{}`, `null`},
	} {
		argument := map[string]string{"Int": "first", "String": "after", "CaseFilter": "filter", "CaseOrder!": "orderBy"}[typed]
		for _, v := range values {
			w.refusesInSilence(t, `query ($Sreymom: `+typed+`) { cases(`+argument+`: $Sreymom) { totalCount } }`, `{"Sreymom": `+v+`}`)
		}
	}
}

// TestFewRefusals proves that no more is told of a document with many errors than one
// can read.
func TestFewRefusals(t *testing.T) {
	w := newWorld(t)
	_, reply := w.post("SUPERVISOR", `{ viewer {`+times(400, " f%d")+`} }`, nil)
	var r struct{ Errors []json.RawMessage }
	w.must(json.Unmarshal(reply, &r))
	if len(r.Errors) != 10 {
		t.Errorf("%d errors: %.300s", len(r.Errors), reply)
	}
}
