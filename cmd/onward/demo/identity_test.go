package demo_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"onward/cmd/onward/demo"
	"onward/services/access"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/id"
	"onward/services/people"
	"onward/services/register"
	"onward/services/store"
	"onward/services/vault/vaulttest"
)

// TestIdentities proves that the demo says of some 200 people who they are, that they are
// found by a name in Latin and in Khmer letters, that nobody's phone or paper is one that somebody
// could have, and that the first organisation hears of women whom others know, too: of
// some of them, both sides have an account.
func TestIdentities(t *testing.T) {
	today := todays[0]
	now := today.Start().Add(9 * time.Hour)
	if err := inStore(func(s store.Store) error {
		d, _, err := directory.Open(t.Context(), s)
		if err != nil {
			return err
		}
		if err := demo.Write(t.Context(), s, d, demo.Options{Today: today, Now: now, Master: vaulttest.Master(t)}); err != nil {
			return err
		}
		v, r := vaulttest.New(t, s), register.New()
		service := casework.New(s, v, r, d, func() time.Time { return now })
		if _, err := service.Load(t.Context()); err != nil {
			return err
		}
		supervisor := access.Actor{Role: access.Supervisor, Worker: accountOf("SUPERVISOR")}
		supervisor.Organisation = d.Snapshot().Workers[supervisor.Worker].Organisation
		view := service.View(supervisor, r.Snapshot())
		other := access.Actor{Role: access.Supervisor, Worker: accountOf("OTHER_SUPERVISOR")}
		other.Organisation = d.Snapshot().Workers[other.Worker].Organisation
		there := service.View(other, r.Snapshot())
		named, alike, sides := 0, 0, map[id.Match]int{}
		for c := range r.Snapshot().All() {
			p, err := people.New(s, v).Get(t.Context(), c.ID)
			if err != nil {
				return err
			}
			if p.Version == 0 {
				continue
			}
			named++
			for _, k := range p.Contacts {
				if !strings.HasPrefix(k.Value, "+85512000") {
					t.Errorf("a phone that somebody could have: %s", k.Value)
				}
			}
			for _, n := range p.Numbers {
				if !strings.HasPrefix(n.Number, "999") {
					t.Errorf("a paper that somebody could have: %s", n.Number)
				}
			}
			for _, side := range []*casework.View{view, there} {
				if c.Organisation != side.Actor.Organisation {
					continue
				}
				elsewhere, err := side.KnownElsewhere(t.Context(), c)
				if err != nil {
					return err
				}
				for _, k := range elsewhere {
					sides[k.MatchID]++
				}
				if side == view {
					alike += min(1, len(elsewhere))
				}
			}
			if c.Organisation != supervisor.Organisation {
				continue
			}
			if named%20 == 0 {
				wantFound(t, service, view, c.ID, p)
			}
		}
		if named < 180 || named > 240 || alike < 5 {
			t.Errorf("%d people have a name, %d of the first organisation are known elsewhere", named, alike)
		}
		both := 0
		for _, n := range sides {
			both += n / 2
		}
		if both < 3 {
			t.Errorf("%d matches can be answered on both sides by accounts of the demo", both)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// accountOf returns the worker of an account of the demo.
func accountOf(name string) id.Worker {
	all := demo.Accounts()
	return all[slices.IndexFunc(all, func(a demo.Account) bool { return a.Name == name })].Worker
}

// wantFound fails the test unless a person is found by her names in both letters.
func wantFound(t *testing.T, s *casework.Service, v *casework.View, caseID id.Case, p people.Person) {
	t.Helper()
	for _, name := range []string{strings.ToUpper(p.Name.Given) + " " + p.Name.Family, p.NameKhmer.Family + p.NameKhmer.Given} {
		found, err := s.SearchPeople(t.Context(), v, casework.SearchPeopleInput{Name: &name})
		if err != nil {
			t.Fatal(err)
		}
		hers := false
		for _, c := range found.Cases {
			hers = hers || c.ID == caseID
		}
		if !hers {
			t.Errorf("%s is not found by %s", caseID, name)
		}
	}
}
