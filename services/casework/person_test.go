package casework_test

import (
	"fmt"
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/demography"
	"onward/services/fault"
	"onward/services/identity"
)

// TestIdentityFitsCase proves that an identity which contradicts what the case says of sex
// and birth is refused by its field, that what may be told from memory is not, and that
// a case which says nothing takes everything.
func TestIdentityFitsCase(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	year := func(n int) *int { return &n }
	says := map[string]casefile.Opened{
		"nothing": {}, "unknown sex": {Sex: demography.UnknownSex}, "a woman": {Sex: demography.Female}, "born in 2000": {BirthYear: year(2000)},
		"18 in 2027": {AdultOn: calendar.Date(2027, 6, 1)}, // born in 2009
	}
	born := func(year int, p identity.Precision) identity.Identity {
		return identity.Identity{Birth: &identity.Birth{On: calendar.Date(year, 7, 3), Precision: p}}
	}
	man, unsaid := identity.Identity{Sex: demography.Male}, identity.Identity{Sex: demography.UnknownSex}
	for n, test := range []struct {
		says string
		is   identity.Identity
		path string
	}{
		{"nothing", man, ""}, {"nothing", born(1950, identity.ToDay), ""}, {"unknown sex", man, ""},
		{"a woman", man, "sex"}, {"a woman", unsaid, ""}, {"a woman", identity.Identity{Sex: demography.Female}, ""}, {"a woman", born(1990, identity.ToYear), ""},
		{"born in 2000", born(2000, identity.ToYear), ""}, {"born in 2000", born(2001, identity.ToDay), ""}, {"born in 2000", born(1999, identity.ToMonth), ""},
		{"born in 2000", born(2002, identity.ToYear), "birth.on"}, {"born in 2000", born(1998, identity.ToDay), "birth.on"}, {"born in 2000", man, ""},
		{"18 in 2027", born(2009, identity.ToDay), ""}, {"18 in 2027", born(2010, identity.ToDay), ""}, {"18 in 2027", born(2007, identity.ToDay), "birth.on"},
	} {
		opened := says[test.says]
		opened.Population, opened.OwnerID, opened.Consents = casefile.AtRisk, supervisor.Worker, []casefile.Purpose{casefile.ForServices}
		c, err := r.casework.OpenCase(t.Context(), supervisor, casework.OpenCaseInput{RequestID: fmt.Sprint("open-", n), Opened: opened})
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.casework.RecordIdentity(t.Context(), supervisor, casework.RecordIdentityInput{RequestID: fmt.Sprint("identity-", n), CaseID: c.Case.ID, Identity: test.is})
		switch {
		case test.path == "" && err != nil:
			t.Errorf("%s, %+v: %v", test.says, test.is, err)
		case test.path != "":
			wantField(t, fmt.Sprintf("%s, %+v", test.says, test.is), err, test.path)
		}
	}
}

// TestRecordingAsksAsSearchesDo proves that who records names and numbers is bounded as
// who searches, since it is told whether another organisation knows them; and that the
// same request again, and what asks nothing, waits for nobody.
func TestRecordingAsksAsSearchesDo(t *testing.T) {
	r := newReplica(t, openStore(t), false)
	opened := casefile.Opened{Population: casefile.AtRisk, OwnerID: supervisor.Worker, Consents: []casefile.Purpose{casefile.ForServices}}
	c, err := r.casework.OpenCase(t.Context(), supervisor, casework.OpenCaseInput{RequestID: "open", Opened: opened})
	if err != nil {
		t.Fatal(err)
	}
	numbers := func(from, many int) (is identity.Identity) {
		for n := range many {
			is.Numbers = append(is.Numbers, identity.Number{Kind: identity.NationalID, Number: fmt.Sprint(10_000_000 + from + n)})
		}
		return is
	}
	for _, step := range []struct {
		request string
		is      identity.Identity
		want    fault.Kind
	}{
		{"ten numbers", numbers(0, 10), ""},
		{"eight more", numbers(10, 8), ""},
		{"a name", identity.Identity{Name: &identity.Name{Given: "Dara (invented)"}}, ""},
		{"other names at once", identity.Identity{Aliases: []string{"Mealea", "Leakena"}}, ""}, // begun at the nineteenth
		{"one number more", numbers(20, 1), fault.Unavailable},
		{"a birth", identity.Identity{Birth: &identity.Birth{On: calendar.Date(2000, 1, 1), Precision: identity.ToYear}}, fault.Unavailable},
		{"ten numbers", numbers(0, 10), ""}, // again
		{"what asks nothing", identity.Identity{Sex: demography.Female}, ""},
	} {
		var got fault.Kind
		if _, err := r.casework.RecordIdentity(t.Context(), supervisor, casework.RecordIdentityInput{RequestID: step.request, CaseID: c.Case.ID, Identity: step.is}); err != nil {
			got = fault.KindOf(err)
		}
		if got != step.want {
			t.Errorf("%s: %q, want %q", step.request, got, step.want)
		}
	}
	if got := r.searchAt(t.Context(), supervisor, now); got != fault.Unavailable {
		t.Errorf("a search after it: %q", got)
	}
}
