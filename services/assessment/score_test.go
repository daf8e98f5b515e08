package assessment_test

import (
	"errors"
	"math/rand"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"onward/services/assessment"
	"onward/services/fault"
)

// index is the shipped reintegration index.
func index(t testing.TB) *assessment.Instrument {
	t.Helper()
	for _, i := range assessment.Shipped {
		if i.Code == "ris-28" {
			return i
		}
	}
	t.Fatal("ris-28 is not shipped")
	return nil
}

// TestShipped proves what comes with the program: one instrument for each
// purpose, and an index of 28 items in three dimensions of equal weights.
func TestShipped(t *testing.T) {
	purposes := map[assessment.Purpose]int{}
	for _, i := range assessment.Shipped {
		purposes[i.Purpose] = len(i.Items)
	}
	for purpose, size := range map[assessment.Purpose]int{assessment.ReintegrationIndex: 28, assessment.RiskScreening: 11, assessment.Needs: 12, assessment.Skills: 11} {
		if purposes[purpose] != size {
			t.Errorf("%s: %d items, want %d", purpose, purposes[purpose], size)
		}
	}
	i := index(t)
	for _, item := range i.Items {
		if item.Weight != 1 {
			t.Errorf("%s weighs %v", item.Code, item.Weight)
		}
	}
	if len(i.Dimensions) != 3 || i.LeastCoverage() != 80 {
		t.Errorf("%d dimensions, coverage %d", len(i.Dimensions), i.LeastCoverage())
	}
}

// small has two dimensions: A with items of weight 3 and 1, B with one of 1.
const small = `{"code": "small", "version": 2, "purpose": "OTHER", "name": {"en": "Small", "km": "តូច"}, "minCoverage": 0.6,
"dimensions": [{"code": "A", "label": {"en": "A", "km": "ក"}}, {"code": "B", "label": {"en": "B", "km": "ខ"}}],
"items": [
{"code": "a1", "dimension": "A", "label": {"en": "1", "km": "១"}, "weight": 3, "options": [
 {"code": "NO", "value": 0, "label": {"en": "No", "km": "ទេ"}}, {"code": "HALF", "value": 0.5, "label": {"en": "Half", "km": "ពាក់កណ្តាល"}}, {"code": "YES", "value": 1, "label": {"en": "Yes", "km": "បាទ/ចាស"}}]},
{"code": "a2", "dimension": "A", "label": {"en": "2", "km": "២"}, "weight": 1, "notApplicableAllowed": true, "options": [
 {"code": "NO", "value": 0, "label": {"en": "No", "km": "ទេ"}}, {"code": "YES", "value": 1, "label": {"en": "Yes", "km": "បាទ/ចាស"}}]},
{"code": "b1", "dimension": "B", "label": {"en": "3", "km": "៣"}, "weight": 1, "notApplicableAllowed": true, "options": [
 {"code": "NO", "value": 0, "label": {"en": "No", "km": "ទេ"}}, {"code": "YES", "value": 1, "label": {"en": "Yes", "km": "បាទ/ចាស"}}]}],
"bands": [{"code": "LOW", "from": 0, "label": {"en": "Low", "km": "ទាប"}}, {"code": "HIGH", "from": 0.5, "label": {"en": "High", "km": "ខ្ពស់"}}]}`

func parsed(t testing.TB, raw string) *assessment.Instrument {
	t.Helper()
	i, err := assessment.Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// answers reads "a1=YES a2=NO".
func answers(s string) []assessment.Answer {
	var all []assessment.Answer
	for pair := range strings.FieldsSeq(s) {
		item, option, _ := strings.Cut(pair, "=")
		all = append(all, assessment.Answer{Item: item, Option: option})
	}
	return all
}

// TestScore proves the weights within a dimension, the equal part of each
// dimension in the composite, what items that do not apply leave out, and the
// bands at their edges.
func TestScore(t *testing.T) {
	for _, c := range []struct {
		answers                   string
		coverage, composite, a, b int // -1: the dimension has no score
		band                      string
	}{
		{"a1=YES a2=YES b1=YES", 100, 100, 100, 100, "HIGH"},
		{"a1=NO a2=NO b1=NO", 100, 0, 0, 0, "LOW"},
		{"a1=YES a2=NO b1=NO", 100, 38, 75, 0, "LOW"},   // 37.5, halves upwards
		{"a1=HALF a2=YES b1=NO", 100, 32, 63, 0, "LOW"}, // 62.5 and 31.5
		{"a1=NO a2=NO b1=YES", 100, 50, 0, 100, "HIGH"}, // the edge of the band
		{"a1=YES b1=NO", 80, 50, 100, 0, "HIGH"},        // a2 is open
		{"a1=YES a2=NOT_APPLICABLE b1=NO", 100, 50, 100, 0, "HIGH"},
		{"a1=HALF a2=NO b1=NOT_APPLICABLE", 100, 38, 38, -1, "LOW"}, // 37.5 of one dimension alone
	} {
		got, err := parsed(t, small).Score(answers(c.answers))
		if err != nil {
			t.Errorf("%s: %v", c.answers, err)
			continue
		}
		var want []assessment.DimensionScore
		for _, d := range []assessment.DimensionScore{{Dimension: "A", Score: c.a}, {Dimension: "B", Score: c.b}} {
			if d.Score >= 0 {
				want = append(want, d)
			}
		}
		if w := (assessment.Score{Coverage: c.coverage, Composite: c.composite, Dimensions: want, Band: c.band}); !got.Equal(w) {
			t.Errorf("%s: got %+v, want %+v", c.answers, got, w)
		}
	}
}

// TestScoreRefuses proves which answers have no score, and that the field of each
// is named.
func TestScoreRefuses(t *testing.T) {
	for _, c := range []struct{ answers, path, says string }{
		{"a1=YES a3=YES", "answers[1].item", "not an item of small@2"},
		{"a1=YES a1=NO", "answers[1].item", "answered twice"},
		{"a1=MAYBE", "answers[0].option", "not an option of a1"},
		{"a1=NOT_APPLICABLE", "answers[0].option", "not an option of a1"},
		{"a2=YES b1=YES", "answers", "cover 40 %"},
		{"a1=YES a2=YES", "answers", "leave out all of B"},
	} {
		_, err := parsed(t, small).Score(answers(c.answers))
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Fields[0].Path != c.path || !strings.Contains(f.Fields[0].Message, c.says) {
			t.Errorf("%s: %v", c.answers, err)
		}
	}
	i := parsed(t, strings.ReplaceAll(small, `"weight": 3,`, `"weight": 3, "notApplicableAllowed": true,`))
	if _, err := i.Score(answers("a1=NOT_APPLICABLE a2=NOT_APPLICABLE b1=NOT_APPLICABLE")); !fault.Is(err, fault.Invalid) {
		t.Errorf("nothing applies: %v", err)
	}
}

// TestCoverageEdge proves that the index takes 23 of its 28 items and not 22,
// and that what does not apply is not missed.
func TestCoverageEdge(t *testing.T) {
	i := index(t)
	first := func(n int, last string) []assessment.Answer {
		var all []assessment.Answer
		for at, item := range i.Items {
			switch {
			case at < n:
				all = append(all, assessment.Answer{Item: item.Code, Option: item.Options[0].Code})
			case item.NotApplicableAllowed && last != "":
				all = append(all, assessment.Answer{Item: item.Code, Option: last})
			}
		}
		return all
	}
	if s, err := i.Score(first(23, "")); err != nil || s.Coverage != 82 {
		t.Errorf("23 of 28: %+v, %v", s, err)
	}
	if _, err := i.Score(first(22, "")); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "78 %") {
		t.Errorf("22 of 28: %v", err)
	}
	if s, err := i.Score(first(22, assessment.NotApplicable)); err != nil || s.Coverage != 81 {
		t.Errorf("22 of 27: %+v, %v", s, err)
	}
}

// TestScoreHolds proves, for answers of every kind, that a score lies between 0
// and 100, that the order of the answers changes nothing, and that a better
// answer never lowers it.
func TestScoreHolds(t *testing.T) {
	i := index(t)
	rapid.Check(t, func(t *rapid.T) {
		var given []assessment.Answer
		for _, item := range i.Items {
			option := item.Options[rapid.IntRange(0, len(item.Options)-1).Draw(t, item.Code)].Code
			if item.NotApplicableAllowed && rapid.Bool().Draw(t, "not "+item.Code) {
				option = assessment.NotApplicable
			}
			given = append(given, assessment.Answer{Item: item.Code, Option: option})
		}
		before, err := i.Score(given)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range append(before.Dimensions, assessment.DimensionScore{Score: before.Composite}, assessment.DimensionScore{Score: before.Coverage}) {
			if d.Score < 0 || d.Score > 100 {
				t.Fatalf("%+v", before)
			}
		}
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "order"))).Shuffle(len(given), func(a, b int) { given[a], given[b] = given[b], given[a] })
		if after, err := i.Score(given); err != nil || !after.Equal(before) {
			t.Fatalf("in another order: %+v, %v; was %+v", after, err, before)
		}
		for n, a := range given {
			for _, item := range i.Items {
				if best := item.Options[len(item.Options)-1]; item.Code == a.Item && a.Option != assessment.NotApplicable {
					if item.Options[0].Value == 1 {
						best = item.Options[0]
					}
					given[n].Option = best.Code
				}
			}
			after, err := i.Score(given)
			if err != nil || after.Composite < before.Composite {
				t.Fatalf("better on %s: %+v, %v; was %+v", a.Item, after, err, before)
			}
			before = after
		}
	})
}
