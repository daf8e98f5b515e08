package access_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"onward/services/access"
	"onward/services/locale"
)

// TestPolicyInWords holds the table in words, in both languages, against the file
// by which a change of it is reviewed. Run with -update to write the file.
func TestPolicyInWords(t *testing.T) {
	golden(t, "testdata/policy.words.txt", access.Explain(locale.EN, everyRole, nil)+"\n"+access.Explain(locale.KM, everyRole, nil))
}

// TestEveryWordIsThere proves that each role, relation, class and action has its
// words in both languages, each its own, and that no words are left over.
func TestEveryWordIsThere(t *testing.T) {
	if declared := constants[access.Relation](t, "Relation"); !slices.Equal(access.Relations, declared) {
		t.Errorf("the list of relations is %v, declared are %v", access.Relations, declared)
	}
	want := map[string]bool{"reads": true, "may": true, "nothing": true, "denied": true}
	for _, sort := range []struct {
		name  string
		codes []string
	}{
		{"role", texts(everyRole)},
		{"relation", texts(access.Relations)},
		{"class", texts(access.Classes)},
		{"action", texts(constants[access.Action](t, "Action"))},
	} {
		for _, code := range sort.codes {
			want[sort.name+"."+code] = true
		}
	}
	for _, language := range []string{"en", "km"} {
		raw, err := os.ReadFile("messages/active." + language + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]string
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		said := map[string]string{}
		for id := range want {
			switch text := got[id]; {
			case strings.TrimSpace(text) == "":
				t.Errorf("%s: no words for %s", language, id)
			case said[text] != "":
				t.Errorf("%s: the same words for %s and %s", language, id, said[text])
			default:
				said[text] = id
			}
		}
		for id := range got {
			if !want[id] {
				t.Errorf("%s: words for %s, which is not in the table", language, id)
			}
		}
	}
}

// TestExplainNarrows proves that only what was asked for is explained, and that
// nothing is said to be nothing.
func TestExplainNarrows(t *testing.T) {
	got := access.Explain(locale.EN, []access.Role{access.Coordinator}, []access.Relation{access.Assigned})
	want := "Coordinator of the task force (COORDINATOR)\n  has nothing here\n\nWhat no line names is denied.\n"
	if got != want {
		t.Errorf("a coordinator on an own case: %q, want %q", got, want)
	}
	got = access.Explain(locale.EN, []access.Role{access.CareerAdvisor}, []access.Relation{access.Assigned})
	for _, line := range []string{"reads free text (NOTES)", "may close it (CLOSE_CASE)"} {
		if !strings.Contains(got, line) {
			t.Errorf("a career advisor on an own case: no %q in %q", line, got)
		}
	}
	if strings.Contains(got, "OPEN_CASE") || strings.Contains(got, "SHELTER_STAFF") {
		t.Errorf("more than was asked for: %q", got)
	}
}

func texts[T ~string](codes []T) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = string(c)
	}
	return out
}
