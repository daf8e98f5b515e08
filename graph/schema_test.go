package graph_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"onward/graph/compat"
	"onward/services/access"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/demography"
	"onward/services/employment"
	"onward/services/outcome"
	"onward/services/outcome/cohort"
	"onward/services/plan"
	"onward/services/track"
	"onward/services/word"
)

// loadSchema reads the schema as a client would get it.
func loadSchema(t testing.TB) *ast.Schema {
	t.Helper()
	files, err := filepath.Glob("../schema/*.graphqls")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema: %v", err)
	}
	var sources []*ast.Source
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: f, Input: string(text)})
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// ours reports whether a definition is the project's, not the language's.
func ours(d *ast.Definition) bool { return !d.BuiltIn && !strings.HasPrefix(d.Name, "__") }

// TestEveryFieldHasAClass proves that the policy knows what every field tells,
// and that a field which may be masked can be null.
func TestEveryFieldHasAClass(t *testing.T) {
	for _, d := range loadSchema(t).Types {
		if !ours(d) || d.Kind != ast.Object && d.Kind != ast.Interface {
			continue
		}
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			c := f.Directives.ForName("class")
			if c == nil {
				t.Errorf("%s.%s has no @class", d.Name, f.Name)
				continue
			}
			switch class := access.Class(c.Arguments.ForName("is").Value.Raw); class {
			case access.Public, access.Case, access.Outcome:
				// whoever sees a case reads these, or the parent is masked
			default:
				if f.Type.NonNull && access.Class(classOf(d)) != class {
					t.Errorf("%s.%s is %s and cannot be null, so it cannot be masked", d.Name, f.Name, class)
				}
			}
		}
	}
}

// TestInterfacesMaskAsTheirObjects proves that a field cannot be read by way of an
// interface where its object masks it: the policy looks at the field that was asked
// for.
func TestInterfacesMaskAsTheirObjects(t *testing.T) {
	schema := loadSchema(t)
	masked := func(f *ast.FieldDefinition) access.Class {
		class := access.Class(f.Directives.ForName("class").Arguments.ForName("is").Value.Raw)
		if class == access.Public || class == access.Case {
			return ""
		}
		return class
	}
	looked := 0
	for _, d := range schema.Types {
		for _, i := range d.Interfaces {
			for _, f := range schema.Types[i].Fields {
				looked++
				if own := d.Fields.ForName(f.Name); masked(own) != masked(f) {
					t.Errorf("%s.%s is %s, and %s.%s %s", i, f.Name, masked(f), d.Name, f.Name, masked(own))
				}
			}
		}
	}
	if looked == 0 {
		t.Error("no interface has a field")
	}
}

// classOf returns the class that all fields of a type share, if they do: such a
// type is masked as a whole, where it is referred to.
func classOf(d *ast.Definition) string {
	shared := ""
	for _, f := range d.Fields {
		c := f.Directives.ForName("class")
		if c == nil || shared != "" && c.Arguments.ForName("is").Value.Raw != shared {
			return ""
		}
		shared = c.Arguments.ForName("is").Value.Raw
	}
	return shared
}

// TestEverythingIsDescribed proves that the schema explains itself.
func TestEverythingIsDescribed(t *testing.T) {
	schema := loadSchema(t)
	for _, d := range schema.Types {
		if !ours(d) {
			continue
		}
		if d.Description == "" {
			t.Errorf("%s has no description", d.Name)
		}
		for _, v := range d.EnumValues {
			if v.Description == "" {
				t.Errorf("%s.%s has no description", d.Name, v.Name)
			}
		}
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			if f.Description == "" {
				t.Errorf("%s.%s has no description", d.Name, f.Name)
			}
			for _, a := range f.Arguments {
				if a.Description == "" {
					t.Errorf("%s.%s(%s) has no description", d.Name, f.Name, a.Name)
				}
			}
		}
	}
}

// unpaged are the lists that can exceed 50 and are no connections, because the
// names that partner apps call fix them, or because a report is one whole.
var unpaged = map[string]bool{"Track.milestones": true, "Case.flags": true, "ImpactReport.rows": true, "RollUp.rows": true,
	"FunnelReport.groups": true, "SurvivalReport.groups": true, "SurvivalGroup.points": true,
	"ReleaseTable.rows": true, "AccessRecord.fields": true, "Restatement.rows": true}

// TestLongListsAreConnections proves that every list says how long it can be, and
// that what can exceed 50 comes in pages.
func TestLongListsAreConnections(t *testing.T) {
	for _, d := range loadSchema(t).Types {
		if !ours(d) || d.Kind != ast.Object || strings.HasSuffix(d.Name, "Connection") {
			continue
		}
		for _, f := range d.Fields {
			name, bound := d.Name+"."+f.Name, f.Directives.ForName("atMost")
			switch {
			case strings.HasPrefix(f.Name, "__") || f.Type.Elem == nil || unpaged[name]:
			case bound == nil:
				t.Errorf("%s does not say how long it can be (@atMost)", name)
			default:
				if n, err := strconv.Atoi(bound.Arguments.ForName("n").Value.Raw); err != nil || n > 50 {
					t.Errorf("%s can have %s items and is no connection", name, bound.Arguments.ForName("n").Value.Raw)
				}
			}
		}
	}
}

// TestEveryMutationCarriesARequestID proves that every change can be retried,
// and that a change of a case can expect a version.
func TestEveryMutationCarriesARequestID(t *testing.T) {
	schema := loadSchema(t)
	for _, f := range schema.Mutation.Fields {
		input := schema.Types[f.Arguments.ForName("input").Type.Name()]
		if r := input.Fields.ForName("requestId"); r == nil || r.Type.String() != "ID!" {
			t.Errorf("%s has no requestId", input.Name)
		}
		if input.Fields.ForName("caseId") != nil && input.Fields.ForName("expectedVersion") == nil {
			t.Errorf("%s changes a case and expects no version", input.Name)
		}
	}
}

// TestDeprecationsKeepThePolicy proves that whatever is deprecated says what follows
// it and how long it stays, and that nothing is that requests have to give.
func TestDeprecationsKeepThePolicy(t *testing.T) {
	for _, broken := range compat.Deprecations(loadSchema(t)) {
		t.Error(broken)
	}
}

// TestNoModelIsGenerated proves that every type of the schema is bound to a type
// of the domain, so that nothing is copied between structs.
func TestNoModelIsGenerated(t *testing.T) {
	if _, err := os.Stat("generated/models_gen.go"); err == nil {
		t.Error("generated/models_gen.go exists: bind its types in gqlgen.yml")
	}
}

// TestEnumsMatch proves that the schema, the policy and the registries name the same things.
func TestEnumsMatch(t *testing.T) {
	schema := loadSchema(t)
	for _, r := range access.Roles {
		if schema.Types["Role"].EnumValues.ForName(string(r)) == nil {
			t.Errorf("the schema has no role %s", r)
		}
		actor := access.Actor{Role: r}
		for _, a := range actor.ProgrammeActions() {
			if schema.Types["Action"].EnumValues.ForName(string(a)) == nil {
				t.Errorf("the schema has no action %s", a)
			}
		}
	}
	for _, i := range outcome.Registry {
		if schema.Types["IndicatorCode"].EnumValues.ForName(string(i.Code)) == nil || schema.Types["IndicatorUnit"].EnumValues.ForName(string(i.Unit)) == nil {
			t.Errorf("the schema has no indicator %s in %s", i.Code, i.Unit)
		}
	}
	for _, d := range outcome.Dimensions {
		if schema.Types["ImpactDimension"].EnumValues.ForName(string(d)) == nil {
			t.Errorf("the schema has no dimension %s", d)
		}
	}
	for _, f := range cohort.Funnels {
		if schema.Types["FunnelName"].EnumValues.ForName(f.Code) == nil {
			t.Errorf("the schema has no funnel %s", f.Code)
		}
	}
	for _, s := range cohort.Subjects {
		if schema.Types["SurvivalSubject"].EnumValues.ForName(s.Code) == nil {
			t.Errorf("the schema has no curve of %s", s.Code)
		}
	}
	for _, c := range access.Classes {
		if schema.Types["FieldClass"].EnumValues.ForName(string(c)) == nil {
			t.Errorf("the schema has no class %s", c)
		}
	}
}

// TestWordsAreThoseOfTheSchema proves that the lists by which words are kept in a byte
// hold every word of the schema: one that is missing would be lost without a word.
func TestWordsAreThoseOfTheSchema(t *testing.T) {
	schema := loadSchema(t)
	for enum, words := range map[string][]string{
		"CaseStatus": all[casefile.Status](), "CasePhase": all[casefile.Phase](), "Population": all[casefile.Population](), "Risk": all[casefile.Risk](),
		"Sex": all[demography.Sex](), "ConsentPurpose": all[casefile.Purpose](), "ConsentDecision": all[casefile.Decision](),
		"ClosureReason": all[casefile.ClosureReason](), "ApprovalKind": all[casefile.ApprovalKind](), "ApprovalState": all[casefile.ApprovalState](),
		"TrackKind": all[track.Kind](), "MilestoneCode": all[track.Code](), "PlanState": all[plan.State](), "GoalProgress": all[plan.Progress](),
		"EmploymentType": all[employment.Type](), "EvidenceKind": all[employment.Evidence](), "SeparationReason": all[employment.Reason](),
	} {
		var want []string
		for _, v := range schema.Types[enum].EnumValues {
			want = append(want, v.Name)
		}
		slices.Sort(want)
		slices.Sort(words)
		if !slices.Equal(words, want) {
			t.Errorf("%s: the words are %v, in the schema %v", enum, words, want)
		}
	}
	if n := len(all[delivery.Code]()); n != len(delivery.Taxonomy) || n > math.MaxUint8 {
		t.Errorf("%d codes of %d services; a byte holds %d", n, len(delivery.Taxonomy), math.MaxUint8)
	}
}

func all[T word.Of[T]]() []string {
	var words []string
	for _, w := range T("").Words() {
		words = append(words, string(w))
	}
	return words
}
