package access_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/id"
	"onward/services/word"
)

var update = flag.Bool("update", false, "write the table of this run into the golden files")

// today is the day of all tests.
var today = calendar.Date(2026, 3, 2)

// asked is the moment at which all tests ask.
const asked calendar.Instant = 1_772_400_000_000

// situation is how worker_1 of org_1 stands to a case: one column of the table.
type situation struct {
	name      string
	relations []access.Relation // that hold for an account, besides PROGRAMME
	of        *casefile.Case
}

// situations are the columns about a case. The last is another organisation's
// case at its most inviting.
var situations = []situation{
	{"own", []access.Relation{access.Organisation, access.Overseen}, caseOf("org_1", "worker_2", false)},
	{"assigned", []access.Relation{access.Organisation, access.Assigned}, caseOf("org_1", "worker_1", false)},
	{"consented", []access.Relation{access.Organisation, access.Overseen, access.Consented}, caseOf("org_1", "worker_2", true)},
	{"glass", []access.Relation{access.Organisation, access.Overseen, access.GlassBroken}, guarded(casefile.Guard{
		Glass: []casefile.Glass{{Worker: "worker_1", Until: asked + 1}}})},
	{"protected", nil, guarded(casefile.Guard{Workers: []id.Worker{"worker_2"}})},
	{"invited", []access.Relation{access.Invited}, referredCase(casefile.ReferralWaits)},
	{"shared", []access.Relation{access.Shared}, referredCase(casefile.ReferralAccepted)},
	{"foreign", nil, caseOf("org_2", "worker_1", true)},
}

func caseOf(org id.Organisation, owner id.Worker, consented bool) *casefile.Case {
	c := &casefile.Case{ID: "case_1", Status: casefile.Active, Organisation: org, Owner: owner}
	if consented {
		c.Consents = []casefile.Consent{{Asked: word.At(casefile.ForPartnerApp), Decided: word.At(casefile.Given), On: today - 10}}
	}
	return c
}

// guarded is a case of org_1 with a guard. A protected one is at its most inviting:
// worker_1 owns it, and there is consent for partner applications.
func guarded(g casefile.Guard) *casefile.Case {
	owner := id.Worker("worker_2")
	if len(g.Workers) > 0 {
		owner = "worker_1"
	}
	c := caseOf("org_1", owner, len(g.Workers) > 0)
	c.Ties = &casefile.Ties{Guard: &g}
	return c
}

// referredCase is another organisation's case that is referred to org_1, sharing
// everything that can be shared.
func referredCase(state casefile.ReferralState) *casefile.Case {
	c := caseOf("org_2", "worker_1", true)
	c.Consents = append(c.Consents, casefile.Consent{Asked: word.At(casefile.ForShare), Decided: word.At(casefile.Given), On: today - 10})
	r := casefile.Referral{ID: "referral_1.3", Type: casefile.ReferralOf, To: "org_1", State: state, SentOn: today - 5}
	for _, class := range access.Classes {
		if access.Shareable(class) {
			r.Shares = append(r.Shares, class)
		}
	}
	c.Ties = &casefile.Ties{Referrals: []casefile.Referral{r}}
	return c
}

// everyRole is every role that an account can have, and that of the jobs.
var everyRole = append(slices.Clone(access.Roles), access.System)

// as returns worker_1 of org_1 in a role, or a job.
func as(role access.Role) access.Actor {
	if role == access.System {
		return access.Job("stall-scan")
	}
	return access.Actor{Worker: "worker_1", Name: "Sok", Role: role, Organisation: "org_1", At: asked, QueriesAdHoc: true}
}

// TestPolicy holds the whole table, role by action and class by relation,
// against the golden file. Run with -update to write the file.
func TestPolicy(t *testing.T) { golden(t, "testdata/policy.txt", table(t)) }

// golden holds a text against a file, and names the first line that differs.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(raw), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(want) || line != want[i] {
			t.Fatalf("line %d of %s differs from the policy\nnow  %q\nfile %q", i+1, file, line, append(want, "")[min(i, len(want))])
		}
	}
	if n := strings.Count(got, "\n") + 1; n != len(want) {
		t.Errorf("%s has %d lines, the policy %d", file, len(want), n)
	}
}

const heading = `Who may do and read what: yes, or - for no.
  programme  where no case is meant
  own        on a case of the worker's organisation
  assigned   on a case of it that the worker owns
  consented  on a case of it with consent for PARTNER_APP in force
  glass      on a case of it of which the worker has broken the glass within the hour
  protected  on a case of it that the worker owns and that is protected from her
  invited    on another organisation's case, with a referral that waits for an answer
  shared     on another organisation's case, with a referral that was accepted
  foreign    on a case of another organisation
`

// table writes the policy as it is, for people.
func table(t *testing.T) string {
	var b strings.Builder
	b.WriteString(heading)
	line := func(name, programme string, on func(*casefile.Case) bool) {
		cells := fmt.Sprintf("  %-22s %-11s", name, programme)
		for _, s := range situations {
			cells += fmt.Sprintf("%-11s", mark(on(s.of)))
		}
		b.WriteString(strings.TrimRight(cells, " ") + "\n")
	}
	for _, role := range everyRole {
		actor := as(role)
		fmt.Fprintf(&b, "\n%-25sprogramme  own        assigned   consented  glass      protected  invited    shared     foreign\n", role)
		for _, action := range constants[access.Action](t, "Action") {
			line(string(action), mark(slices.Contains(actor.ProgrammeActions(), action)), func(c *casefile.Case) bool {
				return slices.Contains(actor.Actions(c, today), action)
			})
		}
		line("sees the case", "", func(c *casefile.Case) bool { return actor.Sees(c, today) })
		for _, class := range access.Classes {
			line("reads "+string(class), "", func(c *casefile.Case) bool {
				return actor.Sees(c, today) && actor.Reads(class, c, today)
			})
		}
	}
	return b.String()
}

func mark(yes bool) string {
	if yes {
		return "yes"
	}
	return "-"
}

// TestTableIsWhole proves that the lists that the table is written from hold
// every role, class and relation that the policy declares.
func TestTableIsWhole(t *testing.T) {
	if got := constants[access.Role](t, "Role"); !slices.Equal(got, everyRole) {
		t.Errorf("declared roles %v, tried %v", got, everyRole)
	}
	if got := constants[access.Class](t, "Class"); !slices.Equal(got, access.Classes) {
		t.Errorf("declared classes %v, listed %v", got, access.Classes)
	}
	tried := map[access.Relation]bool{}
	for _, role := range everyRole {
		for _, s := range situations {
			for _, relation := range as(role).Relations(s.of, today) {
				tried[relation] = true
			}
		}
	}
	for _, relation := range constants[access.Relation](t, "Relation") {
		if !tried[relation] {
			t.Errorf("no column of the table is about %s", relation)
		}
	}
}

// constants returns the values of a type that policy.go declares, in order.
func constants[T ~string](t *testing.T, typeName string) (values []T) {
	t.Helper()
	source, err := parser.ParseFile(token.NewFileSet(), "policy.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(source, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		named, ofType := spec.Type.(*ast.Ident)
		literal, written := spec.Values[0].(*ast.BasicLit)
		if ofType && written && named.Name == typeName {
			value, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, T(value))
		}
		return true
	})
	if len(values) == 0 {
		t.Fatalf("policy.go declares no %s", typeName)
	}
	return values
}
