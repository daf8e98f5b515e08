package graph_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/reintegration"
	"onward/services/shelter"
)

// report is what a client reads of impact.
type report struct {
	Rows   []figure
	Totals []total
}

type figure struct {
	Indicator         struct{ Code string }
	Group             []struct{ Value string }
	Suppressed        bool
	Value, Base       *int
	Percent, Mean     *float64
	Days              *struct{ Median float64 }
	ExcludedNoConsent *int
	EntriesDigest     *string
}

type total struct {
	Indicator          struct{ Code, Unit string }
	Value, SumOfGroups *int
	Additive           bool
	Note, Km           *string
}

// impact asks for figures as a role.
func (w *world) impact(role, input string) report {
	w.t.Helper()
	var got struct{ Impact report }
	w.ask(role, `{ impact(input: {`+input+`}) { rows { indicator { code } group { value } suppressed value base percent mean days { median } excludedNoConsent entriesDigest }
		totals { indicator { code unit } value sumOfGroups additive note km: note(locale: KM) } } }`, &got)
	return got.Impact
}

// ask sends a query that must not fail, and reads the answer.
func (w *world) ask(role, query string, into any) {
	w.t.Helper()
	_, body := w.post(role, query, nil)
	got := struct {
		Data   any
		Errors json.RawMessage
	}{Data: into}
	if err := json.Unmarshal(body, &got); err != nil || got.Errors != nil {
		w.t.Fatalf("%s as %s: %s", query, role, body)
	}
}

// TestGroupsAreNamedInBothLanguages proves that groups have names for people, those of
// provinces, sexes and what is not known in English and in Khmer, and the names of
// organisations as they are.
func TestGroupsAreNamedInBothLanguages(t *testing.T) {
	var got struct {
		Impact struct {
			Rows []struct {
				Group []struct{ Dimension, Value, En, Km string }
			}
		}
	}
	newWorld(t).ask("SUPERVISOR", `{ impact(input: {from: "2025-01-01", to: "2026-12-31", organisation: "org_LOTUS", indicators: [ASSISTED], groupBy: [PROVINCE, SEX, ORGANISATION]}) {
		rows { group { dimension value en: label km: label(locale: KM) } } } }`, &got)
	want := map[string][2]string{
		"KH-12": {"Phnom Penh", "ភ្នំពេញ"}, "KH-8": {"Kandal", "កណ្ដាល"}, "FEMALE": {"Female", "ស្រី"}, "UNKNOWN": {"Not known", "មិនដឹង"}, "org_LOTUS": {"Lotus House", "Lotus House"},
	}
	seen := 0
	for _, r := range got.Impact.Rows {
		for _, g := range r.Group {
			if names, ok := want[g.Value]; !ok || names != [2]string{g.En, g.Km} {
				t.Errorf("%s %s is called %q and %q, want %q", g.Dimension, g.Value, g.En, g.Km, names)
			}
			seen++
		}
	}
	if seen == 0 {
		t.Error("there is no group")
	}
}

// of returns the figure of an indicator without groups.
func (r report) of(code string) figure {
	i := slices.IndexFunc(r.Rows, func(f figure) bool { return f.Indicator.Code == code })
	return r.Rows[i]
}

// TestGroupsSayWhetherTheyAddUp proves that figures by quarter and organisation
// stand beside those of the whole, and that they say in both languages where they
// do not add up to it: where a person is counted in several quarters.
func TestGroupsSayWhetherTheyAddUp(t *testing.T) {
	w := newWorld(t)
	const years = `from: "2025-01-01", to: "2026-12-31", organisation: "org_LOTUS"`
	whole := w.impact("SUPERVISOR", years)
	grouped := w.impact("SUPERVISOR", years+`, groupBy: [QUARTER, ORGANISATION]`)
	sums := map[string]int{}
	for _, r := range grouped.Rows {
		sums[r.Indicator.Code] += *r.Value
	}
	apart := 0
	for _, g := range grouped.Totals {
		code := g.Indicator.Code
		if *g.SumOfGroups != sums[code] || *g.Value != *whole.of(code).Value {
			t.Errorf("%s: whole %d and sum %d, counted %d and %d", code, *g.Value, *g.SumOfGroups, *whole.of(code).Value, sums[code])
		}
		if said := g.Note != nil && g.Km != nil; g.Additive != (sums[code] == *g.Value) || said == g.Additive {
			t.Errorf("%s: %d of %d, additive %v, said %v", code, sums[code], *g.Value, g.Additive, said)
		}
		if !g.Additive {
			apart++
		}
		if g.Indicator.Unit == "PERSON" && !g.Additive && !strings.Contains(*g.Note, "distinct persons") {
			t.Errorf("%s: %s", code, *g.Note)
		}
		if (g.Indicator.Unit == "AWARD" || g.Indicator.Unit == "LEGAL_MATTER") && !g.Additive {
			t.Errorf("%s, of which each has one day, does not add up", code)
		}
	}
	if apart == 0 || apart == len(grouped.Totals) {
		t.Errorf("%d of %d figures do not add up", apart, len(grouped.Totals))
	}
}

// helped writes cases of the second organisation: each is admitted, served and
// closed, some days before the world's last ones.
func helped(n, before int) func(*author) {
	return func(a *author) {
		a.actor = riverStaff
		for i := range n {
			a.active(fmt.Sprint("helped", i), before+60)
			a.note(a.s.AdmitToShelter(a.ctx, a.actor, casework.AdmitToShelterInput{Request: a.on(before + 38), Admitted: shelter.Admitted{SiteID: "site_RIVER"}}))
			a.note(a.s.RecordService(a.ctx, a.actor, casework.RecordServiceInput{Request: a.on(before + 30), Delivered: delivery.Delivered{Service: "counselling_trauma"}}))
			a.note(a.s.LeaveShelter(a.ctx, a.actor, casework.LeaveShelterInput{Request: a.on(before + 25), Left: shelter.Left{Destination: shelter.Family}}))
			a.note(a.s.CloseCase(a.ctx, riverSupervisor, casework.CloseCaseInput{Request: a.on(before + 20), Ended: casefile.Ended{Reason: casefile.NoLongerNeeds}}))
		}
	}
}

// measured are a count, a share, a distribution and a mean of what helped writes,
// and how many of them the second organisation of the world has beside.
var measured = map[string]int{"ASSISTED": 0, "OPEN_TO_CLOSE_DAYS": 0, "SERVICES_PER_CASE": 0, "PLAN_WITHIN_30_DAYS": 0}

const bothYears = `from: "2025-01-01", to: "2026-12-31"`

// The last quarter that has ended in the world, and when it ended: the whole
// programme is counted as it was known then.
const (
	lastQuarter = `from: "2025-10-01", to: "2025-12-31"`
	asOfItsEnd  = `, asKnownAt: "2025-12-31T17:00:00Z"`
)

// TestOthersSmallFiguresAreNotTold proves that the whole less the own is never a
// figure of one to ten people of others: with ten of them every measure of the
// figure is withheld, with eleven or none it is exact.
func TestOthersSmallFiguresAreNotTold(t *testing.T) {
	for _, n := range []int{0, 10, 11} {
		w := newWorld(t, helped(n, 100))
		whole, own := w.impact("SUPERVISOR", lastQuarter), w.impact("SUPERVISOR", lastQuarter+asOfItsEnd+`, organisation: "org_LOTUS"`)
		others := w.impact("OTHER_SUPERVISOR", lastQuarter+asOfItsEnd+`, organisation: "org_RIVER"`)
		for code, more := range measured {
			all, theirs := whole.of(code), others.of(code)
			counted, ours := *theirs.Value, *own.of(code).Value
			if theirs.Base != nil {
				counted, ours = *theirs.Base, *own.of(code).Base
			}
			if counted != n+more {
				t.Fatalf("%s: %d of the others, not %d", code, counted, n+more)
			}
			withheld := 0 < counted && counted <= 10
			if all.Suppressed != withheld {
				t.Errorf("%s with %d others: suppressed %v", code, counted, all.Suppressed)
			}
			if withheld {
				if all.Value != nil || all.Base != nil || all.Percent != nil || all.Mean != nil || all.Days != nil || all.ExcludedNoConsent != nil || all.EntriesDigest != nil {
					t.Errorf("%s is suppressed and says %+v", code, all)
				}
				continue
			}
			shown := all.Value
			if all.Base != nil {
				shown = all.Base
			}
			if *shown != counted+ours || all.EntriesDigest == nil {
				t.Errorf("%s is %d of %d and %d", code, *shown, counted, ours)
			}
		}
		for _, g := range whole.Totals {
			if hidden := whole.of(g.Indicator.Code).Suppressed; hidden != (g.Value == nil) || hidden != (g.SumOfGroups == nil) {
				t.Errorf("the total of %s with %d others: %v", g.Indicator.Code, n, g.Value)
			}
		}
	}
}

// TestExactOnlyAtHome proves who sees what of figures that no release has
// published: the own organisation's exactly, the whole by quarters that have ended and
// as known when they ended, and no more.
func TestExactOnlyAtHome(t *testing.T) {
	w := newWorld(t)
	for _, asked := range []struct{ role, input, want string }{
		{"SHELTER_STAFF", `from: "2025-01-02", to: "2025-11-30", groupBy: [SITE, AGE_BAND, MONTH]`, ""},
		{"SHELTER_STAFF", `from: "2025-01-01", to: "2025-12-31", organisation: "org_RIVER"`, "FORBIDDEN"},
		{"SUPERVISOR", `from: "2025-01-02", to: "2025-11-30", organisation: "org_LOTUS", groupBy: SEX`, ""},
		{"SUPERVISOR", `from: "2025-01-01", to: "2025-12-31"`, ""},
		{"SUPERVISOR", `from: "2025-01-01", to: "2025-11-30"`, "INVALID"},
		{"SUPERVISOR", `from: "2025-01-01", to: "2026-03-31"`, "INVALID"},
		{"SUPERVISOR", `from: "2026-01-01", to: "2026-03-31"`, "INVALID"},
		{"SUPERVISOR", `from: "2025-01-01", to: "2025-12-31", asKnownAt: "2026-02-01T00:00:00Z"`, "INVALID"},
		{"SUPERVISOR", `from: "2025-01-01", to: "2025-12-31", asKnownAt: "2026-02-01T00:00:00Z", organisation: "org_LOTUS"`, ""},
		{"SUPERVISOR", `from: "2025-01-02", to: "2025-12-31"`, "INVALID"},
		{"SUPERVISOR", `from: "2025-01-01", to: "2025-12-31", groupBy: YEAR`, "INVALID"},
		{"ORG_ADMIN", `from: "2025-01-01", to: "2025-12-31", organisation: "org_RIVER"`, "INVALID"},
		{"COORDINATOR", `from: "2025-01-01", to: "2025-12-31"`, "INVALID"},
		{"COORDINATOR", `from: "2025-01-01", to: "2025-12-31", organisation: "org_LOTUS"`, "INVALID"},
		{"PARTNER_APP", `from: "2025-01-01", to: "2025-12-31"`, "INVALID"},
		{"AUDITOR", `from: "2025-01-01", to: "2025-12-31"`, "FORBIDDEN"},
	} {
		_, body := w.post(asked.role, `{ impact(input: {`+asked.input+`}) { digest } }`, nil)
		var got struct {
			Errors []struct{ Extensions struct{ Code string } }
		}
		w.must(json.Unmarshal(body, &got))
		code := ""
		if len(got.Errors) > 0 {
			code = got.Errors[0].Extensions.Code
		}
		if code != asked.want {
			t.Errorf("%s asks for %s: %s", asked.role, asked.input, body)
		}
	}
}

// TestProgrammeIsKnownByQuarters proves that the figures of the whole programme stay
// as they were known when the last quarter ended, whatever is told late, and go on when
// the next one has ended.
func TestProgrammeIsKnownByQuarters(t *testing.T) {
	h := quarterEnded(t)
	assisted := func() int {
		h.t.Helper()
		r := h.impact("SUPERVISOR", `from: "2026-01-01", to: "2026-03-31"`).of("ASSISTED")
		if r.Value == nil {
			t.Fatalf("%+v", r)
		}
		return *r.Value
	}
	first := assisted()
	h.serve(45, firstOf(0)+9)
	if late := assisted(); late != first {
		t.Errorf("%d, and %d after a late entry", first, late)
	}
	h.at(calendar.Date(2026, 7, 1) + 1)
	if next := assisted(); next != first+1 {
		t.Errorf("%d when the next quarter has ended, want one more than %d", next, first)
	}
}

// TestUnknownOrganisation proves that an organisation which there is not is named, to
// those who may not count for it.
func TestUnknownOrganisation(t *testing.T) {
	w := newWorld(t)
	for _, role := range []string{"COORDINATOR", "SUPERVISOR", "PARTNER_APP"} {
		_, body := w.post(role, `{ impact(input: {from: "2025-01-01", to: "2025-12-31", organisation: "org_NOWHERE"}) { digest } }`, nil)
		if !strings.Contains(string(body), `"path":"organisation","message":"there is no such organisation"`) {
			t.Errorf("%s: %s", role, body)
		}
	}
}

// TestRollUpsWithholdOthers proves that the kept reports tell the figures about
// people of the reader's own organisation alone, and are no publication.
func TestRollUpsWithholdOthers(t *testing.T) {
	w := newWorld(t, helped(11, 0))
	w.rollUp("once")
	var got struct{ RollUps struct{ Nodes []report } }
	w.ask("SUPERVISOR", `{ rollUps { nodes { rows { indicator { code } group { value } suppressed value base excludedNoConsent entriesDigest } } } }`, &got)
	seen := map[bool]int{}
	for _, kept := range got.RollUps.Nodes {
		for _, r := range kept.Rows {
			people := r.Indicator.Code != "NETWORKS" && r.Indicator.Code != "YOUTH_CLUBS" && r.Indicator.Code != "CASELOAD_PER_WORKER" &&
				(!strings.HasPrefix(r.Indicator.Code, "ACTIVITY_") || r.Indicator.Code == "ACTIVITY_RESCUED")
			if theirs := people && r.Group[0].Value != string(lotus); theirs != r.Suppressed || theirs != (r.Value == nil) || theirs != (r.EntriesDigest == nil) {
				t.Errorf("%+v", r)
			}
			seen[r.Suppressed]++
		}
	}
	if seen[true] == 0 || seen[false] == 0 {
		t.Errorf("withheld and shown: %v", seen)
	}
	if _, body := w.post("COORDINATOR", `{ rollUps { totalCount } }`, nil); !strings.Contains(string(body), "FORBIDDEN") {
		t.Errorf("a coordinator reads what is not published: %s", body)
	}
}

// TestContributionsMakeTheFigure proves that what opens a figure makes it: as many
// as it counts have consent, and of a share as many fulfil, page by page.
func TestContributionsMakeTheFigure(t *testing.T) {
	w := newWorld(t)
	own := w.impact("ORG_ADMIN", bothYears+`, organisation: "org_LOTUS"`)
	for _, code := range []string{"PLAN_WITHIN_30_DAYS", "SCHOLARSHIPS_WOMEN", "OPEN_TO_CLOSE_DAYS", "REINTEGRATED", "STALL_RATE"} {
		counted, fulfilled, after := 0, 0, ""
		for more := true; more; {
			var got struct {
				Contributions struct {
					TotalCount, Hidden int
					Nodes              []struct {
						CaseID             string
						Entries            []string
						Consented, Fulfils bool
					}
					PageInfo struct {
						HasNextPage bool
						EndCursor   string
					}
				}
			}
			w.ask("ORG_ADMIN", `{ contributions(input: {`+bothYears+`, indicator: `+code+`}, first: 2`+after+`) {
				totalCount hidden nodes { caseId entries consented fulfils } pageInfo { hasNextPage endCursor } } }`, &got)
			for _, c := range got.Contributions.Nodes {
				counted++
				if c.Fulfils {
					fulfilled++
				}
				var found struct{ Case *struct{ ID string } }
				if w.ask("ORG_ADMIN", `{ case(id: "`+c.CaseID+`") { id } }`, &found); found.Case == nil || !c.Consented {
					t.Errorf("%s: %+v", code, c)
				}
			}
			after = `, after: "` + got.Contributions.PageInfo.EndCursor + `"`
			if more = got.Contributions.PageInfo.HasNextPage; !more && (counted != got.Contributions.TotalCount || got.Contributions.Hidden != 0) {
				t.Errorf("%s: %d of %d came, %d are hidden", code, counted, got.Contributions.TotalCount, got.Contributions.Hidden)
			}
		}
		row := own.of(code)
		want := row.Value
		if row.Base != nil {
			want = row.Base
		}
		if counted != *want || counted == 0 || row.Base != nil && fulfilled != *row.Value {
			t.Errorf("%s: %d counted and %d fulfil, the row says %+v", code, counted, fulfilled, row)
		}
	}
}

// backAndForth writes women of the first organisation who went home in two spans
// of a hundred days, one after the other, some of whom came back to a shelter soon.
func backAndForth(now, before int) func(*author) {
	return func(a *author) {
		a.actor = lotusSupervisor
		for i := range now + before {
			home, stays := 90, i%2 == 0
			if i >= now {
				home, stays = 190, true
			}
			a.active(fmt.Sprint("home", i), 195)
			a.note(a.s.RecordReturn(a.ctx, a.actor, casework.RecordReturnInput{Request: a.on(home), Returned: reintegration.Returned{LivingWith: reintegration.Parents}}))
			if !stays {
				a.note(a.s.AdmitToShelter(a.ctx, a.actor, casework.AdmitToShelterInput{Request: a.on(home - 20), Admitted: shelter.Admitted{SiteID: "site_SHELTER"}}))
				a.note(a.s.LeaveShelter(a.ctx, a.actor, casework.LeaveShelterInput{Request: a.on(home - 25), Left: shelter.Left{Destination: shelter.Family}}))
			}
			a.note(a.s.RecordService(a.ctx, a.actor, casework.RecordServiceInput{Request: a.on(1), Delivered: delivery.Delivered{Service: "counselling_trauma"}}))
		}
	}
}

// cohortGroup is a cohort, as a client reads it.
type cohortGroup struct {
	Group              []struct{ Value string }
	Persons            int
	Points             []struct{ Day, AtRisk, Ended int }
	ComparedWithBefore *struct {
		P      float64
		Behind bool
	}
}

// stays asks how long women stay in the community, as the two spans have it.
func (w *world) stays(role, more string) []cohortGroup {
	w.t.Helper()
	var got struct {
		Survival struct{ Groups []cohortGroup }
	}
	w.ask(role, fmt.Sprintf(`{ survival(input: {subject: COMMUNITY_STAY, from: "%s", to: "%s"%s}) { groups { group { value } persons points { day atRisk ended } comparedWithBefore { p behind } } } }`,
		day(-119), day(-20), more), &got)
	return got.Survival.Groups
}

// TestCohortsAreCompared proves that a cohort is compared with the one of the
// equally long time before only where both have eleven persons, and falls behind
// it where more came back to a shelter. One of the earlier ones is the world's.
func TestCohortsAreCompared(t *testing.T) {
	few := newWorld(t, backAndForth(12, 9)).stays("SHELTER_STAFF", "")
	if len(few) != 1 || few[0].Persons != 12 || few[0].ComparedWithBefore != nil {
		t.Errorf("ten before: %+v", few)
	}
	w := newWorld(t, backAndForth(12, 10))
	enough := w.stays("SHELTER_STAFF", "")
	if c := enough[0].ComparedWithBefore; c == nil || !c.Behind || c.P >= 0.05 || c.P <= 0 {
		t.Errorf("eleven before: %+v", c)
	}
	if p := enough[0].Points; len(p) == 0 || p[0].Day != 20 || p[0].AtRisk != 12 || p[0].Ended != 6 {
		t.Errorf("the curve: %+v", p)
	}
	if other := w.stays("OTHER_STAFF", ""); len(other) != 1 || other[0].Persons != 0 {
		t.Errorf("another organisation follows them: %+v", other)
	}
}

// TestCohortsByEveryDimension proves that a cohort is grouped by any dimension, so
// that everybody is in a group.
func TestCohortsByEveryDimension(t *testing.T) {
	w := newWorld(t, backAndForth(4, 0))
	want := map[string]string{"ORGANISATION": "org_LOTUS", "SITE": "UNKNOWN", "PROVINCE": "KH-12", "POPULATION": "VICTIM_CONFIRMED", "SEX": "UNKNOWN",
		"AGE_BAND": "UNKNOWN", "RISK": "MEDIUM", "TRACK": "REINTEGRATION", "CLASS": "NOT_APPLICABLE", "MONTH": "2025-12", "QUARTER": "2025-Q4",
		"YEAR": "2025", "FISCAL_YEAR": "FY2026"}
	for _, by := range loadSchema(t).Types["ImpactDimension"].EnumValues {
		groups := w.stays("SUPERVISOR", `, organisation: "org_LOTUS", by: `+by.Name)
		if len(groups) != 1 || groups[0].Persons != 4 || groups[0].Group[0].Value != want[by.Name] {
			t.Errorf("by %s: %+v", by.Name, groups)
		}
	}
}

// TestCohortsByFiscalYear proves that a fiscal year begins in the month that is asked
// for, of curves and of funnels, and else in October; and that a month that there is
// not is refused by name.
func TestCohortsByFiscalYear(t *testing.T) {
	w := newWorld(t, backAndForth(4, 0))
	for start, want := range map[string]string{"": "FY2026", ", fiscalYearStart: 12": "FY2026", ", fiscalYearStart: 1": "FY2025"} {
		groups := w.stays("SUPERVISOR", `, organisation: "org_LOTUS", by: FISCAL_YEAR`+start)
		if len(groups) != 1 || groups[0].Group[0].Value != want {
			t.Errorf("a curve%s: %+v", start, groups)
		}
		_, body := w.post("SUPERVISOR", `{ funnel(input: {name: REINTEGRATION, from: "2025-01-01", to: "2025-12-31", organisation: "org_LOTUS", by: FISCAL_YEAR`+start+`}) { groups { group { value } } } }`, nil)
		if !strings.Contains(string(body), `"value":"`+want+`"`) {
			t.Errorf("a funnel%s: %s", start, body)
		}
	}
	for _, query := range []string{"survival(input: {subject: COMMUNITY_STAY", "funnel(input: {name: REINTEGRATION"} {
		for _, month := range []string{"0", "13", "-1"} {
			_, body := w.post("SUPERVISOR", `{ `+query+`, from: "2025-01-01", to: "2025-12-31", organisation: "org_LOTUS", by: FISCAL_YEAR, fiscalYearStart: `+month+`}) { from } }`, nil)
			if !strings.Contains(string(body), `"message":"is a month from 1 to 12","path":"fiscalYearStart"`) && !strings.Contains(string(body), `fiscalYearStart: is a month from 1 to 12`) {
				t.Errorf("%s, month %s: %s", query, month, body)
			}
		}
	}
}

// moved writes a woman who went home with the help of the second organisation, and
// whom the first one, to which she was transferred, has admitted to a shelter since.
func moved(a *author) {
	a.actor = riverStaff
	a.active("moved", 110)
	a.note(a.s.RecordReturn(a.ctx, a.actor, casework.RecordReturnInput{Request: a.on(100), Returned: reintegration.Returned{LivingWith: reintegration.Parents}}))
	a.shareable(a.s)
	a.note(a.s.TransferCase(a.ctx, riverSupervisor, casework.TransferCaseInput{Request: a.on(3), ReferralSent: casefile.ReferralSent{
		OrganisationID: lotus, Need: "Her family has moved to Phnom Penh"}}))
	transfer := a.w.names["moved.referral"]
	_, err := a.s.AnswerReferral(a.ctx, lotusSupervisor, casework.AnswerReferralInput{Request: a.on(2), ReferralAnswered: casefile.ReferralAnswered{
		ReferralID: transfer, Accepted: true, OwnerID: lotusStaff.Worker}})
	a.w.must(err)
	a.actor, a.id = lotusSupervisor, casefile.Continuation(transfer)
	for _, purpose := range []casefile.Purpose{casefile.ForServices, casefile.ForReporting} {
		a.note(a.s.RecordConsent(a.ctx, a.actor, casework.RecordConsentInput{Request: a.on(2), ConsentRecorded: casefile.ConsentRecorded{Purpose: purpose, Decision: casefile.Given}}))
	}
	a.note(a.s.ActivateCase(a.ctx, a.actor, casework.ActivateCaseInput{Request: a.on(2), Activated: casefile.Activated{Risk: casefile.High}}))
	a.note(a.s.AdmitToShelter(a.ctx, a.actor, casework.AdmitToShelterInput{Request: a.on(1), Admitted: shelter.Admitted{SiteID: "site_SHELTER"}}))
}

// TestCohortsEndWithTheCase proves that an organisation does not learn from its
// curves what became of her at the one to which she was transferred.
func TestCohortsEndWithTheCase(t *testing.T) {
	groups := newWorld(t, moved).stays("OTHER_SUPERVISOR", `, organisation: "org_RIVER"`)
	if len(groups) != 1 || groups[0].Persons != 1 || len(groups[0].Points) != 1 || groups[0].Points[0].Ended != 0 {
		t.Errorf("%+v", groups)
	}
}
