package id_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"onward/services/id"
)

// shape is a prefix and 128 bits in Crockford's base 32, which has no I, L, O
// or U.
var shape = regexp.MustCompile(`^case_[0-9A-HJKMNP-TV-Z]{26}$`)

// TestNew proves that fresh identifiers have the readable shape and never meet.
func TestNew(t *testing.T) {
	seen := map[string]bool{}
	for range 10_000 {
		v := id.New(id.CasePrefix)
		if !shape.MatchString(v) {
			t.Fatalf("%s has another shape", v)
		}
		if seen[v] {
			t.Fatalf("%s came twice", v)
		}
		seen[v] = true
	}
}

// TestDerive proves that the same parts give the same identifier and other parts
// another one, wherever the parts divide.
func TestDerive(t *testing.T) {
	part := rapid.StringMatching(`[a1:]{0,3}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SliceOfN(part, 0, 3).Draw(t, "a"), rapid.SliceOfN(part, 0, 3).Draw(t, "b")
		x, y := id.Derive(id.CasePrefix, a...), id.Derive(id.CasePrefix, b...)
		if !shape.MatchString(x) || (x == y) != slices.Equal(a, b) {
			t.Fatalf("%q gives %s, %q gives %s", a, x, b, y)
		}
	})
}

// TestDeriveStays proves that a newer program derives what an older one did: a
// request that is sent again after an upgrade must meet what it made before.
func TestDeriveStays(t *testing.T) {
	if got, want := id.Derive(id.CasePrefix, "worker_1", "request-1"), "case_WZSZJN4ZJZXD27VAT83RJV2WFC"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestParts proves how the identifier of a part of a case is made, and that two
// parts or two cases never share one.
func TestParts(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{id.Within(id.EntryPrefix, "case_0F4Z", 7), "entry_0F4Z.7"},
		{id.Within("stay_", "case_0F4Z", 12), "stay_0F4Z.12"},
		{id.Within("stay_", "case_0F4Z1", 2), "stay_0F4Z1.2"},
		{id.Suffix(id.Worker("worker_9K")), "9K"},
		{id.Suffix("flag_9K.NO_OWNER"), "9K.NO_OWNER"},
		{id.Suffix("no kind"), ""},
		{string(id.CaseOf("stay_0F4Z.12")), "case_0F4Z"},
		{string(id.CaseOf(id.Within("stay_", "case_0F4Z1", 2))), "case_0F4Z1"},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}

// TestIntern proves that interned values are equal to what they were and share
// their bytes, so that a million cases hold one copy of a name.
func TestIntern(t *testing.T) {
	a, b := id.Site(strings.Clone("site_1")), id.Site(strings.Clone("site_1"))
	x, y := id.Intern(a), id.Intern(b)
	if x != a || x != y || unsafe.StringData(string(x)) != unsafe.StringData(string(y)) {
		t.Errorf("%s and %s do not share their bytes", x, y)
	}
	if unsafe.StringData(string(a)) == unsafe.StringData(string(b)) {
		t.Error("the two values shared their bytes before: this test shows nothing")
	}
	if got := id.Intern(id.Site("")); got != "" {
		t.Errorf("no value became %q", got)
	}
}

// TestPart proves that the identifier of a part is the one that Within makes, whatever
// the case is called, and that it is written and read as text.
func TestPart(t *testing.T) {
	kinds := map[id.PartKind]string{
		id.ApprovalPart: "approval_", id.PlanPart: "plan_", id.StayPart: "stay_",
		id.ScholarshipPart: "scholarship_", id.PlacementPart: "placement_", id.MatterPart: "matter_",
	}
	rapid.Check(t, func(t *rapid.T) {
		c := id.Case(rapid.SampledFrom([]string{id.New(id.CasePrefix), "case_1", "case_A_twin"}).Draw(t, "case"))
		kind := rapid.SampledFrom(slices.Collect(maps.Keys(kinds))).Draw(t, "kind")
		version, n := rapid.IntRange(1, 1<<20).Draw(t, "version"), rapid.IntRange(0, 1020).Draw(t, "number")
		want := id.Within(kinds[kind], c, version)
		if n > 0 {
			want += "." + strconv.Itoa(n)
		}
		part := id.PartOf(kind, c, version).Numbered(n)
		text, err := json.Marshal(part)
		if part.String() != want || err != nil || string(text) != `"`+want+`"` {
			t.Fatalf("%v: %s, written %s, want %s", err, part, text, want)
		}
		var back id.Part
		if err := json.Unmarshal(text, &back); err != nil || back.String() != want {
			t.Fatalf("%v: read back as %s, want %s", err, back, want)
		}
	})
	if unset := (id.Part{}); unset.String() != "" {
		t.Errorf("no identifier is %q", unset)
	}
}
