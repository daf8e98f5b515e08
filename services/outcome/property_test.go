package outcome_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/delivery"
	"onward/services/demography"
	"onward/services/employment"
	"onward/services/id"
	"onward/services/legal"
	"onward/services/outcome"
	"onward/services/scholarship"
	"onward/services/sealed"
	"onward/services/shelter"
	"onward/services/stall"
	"onward/services/track"
)

// step draws an entry, which may or may not fit the case.
func step(random *rand.Rand, c *casefile.Case) casefile.Data {
	site := pick(random, []id.Site{shelterHouse, careerCentre, farOffice})
	matter, defendant := "", ""
	if len(c.Legal().Matters) > 0 {
		m := pick(random, c.Legal().Matters)
		matter = m.ID()
		if len(m.Defendants) > 0 {
			defendant = pick(random, m.Defendants).ID
		}
	}
	if going := next(c); len(going) > 0 && random.IntN(2) == 0 {
		return pick(random, going)
	}
	return pick(random, []casefile.Data{
		delivered(casework, site), delivered(reunification, ""), delivered(casework, ""),
		shelter.Admitted{SiteID: site}, shelter.Left{Destination: shelter.Family},
		career.Registered{SiteID: site}, reached(track.SkillsAssessed), reached(track.JobReady),
		reached(track.Applied), award(scholarship.Women), award(scholarship.GirlsSecondary), award(scholarship.OtherClass),
		reached(track.Offered), started(""), started(employment.SurvivorReported),
		legalStep(track.Represented, "", ""), legalStep(track.Represented, matter, ""), legalStep(track.ReferredToCourt, matter, ""),
		legalStep(track.VerdictGiven, matter, legal.Conviction), legalStep(track.VerdictGiven, matter, legal.Acquittal),
		legal.DefendantAdded{MatterID: matter, Label: c.Legal().NextLabel(matter), Role: legal.Recruiter},
		legal.VerdictGiven{MatterID: matter, DefendantID: defendant, Verdict: legal.Conviction},
		legal.VerdictGiven{MatterID: matter, DefendantID: defendant, Verdict: legal.Acquittal},
		returned(), followUp(track.Month6, true, &yes), followUp(track.Month6, true, &no),
		consented(casefile.Given, 0), consented(casefile.Given, day("2026-05-20")), consented(casefile.Withdrawn, 0),
		casefile.Revised{Population: casefile.VictimConfirmed}, casefile.Revised{Risk: casefile.High}, casefile.Revised{Sex: demography.Female, BirthYear: new(2009)},
		casefile.Assigned{OwnerID: "worker_1"}, casefile.Assigned{OwnerID: "worker_2"}, casefile.Released{OwnerID: "worker_1"},
		raised(stall.NoContact, "2026-01-01"), raised(stall.NeverAssessed, "2026-03-10"), index(40), index(55), shared(), unshared(), wholePlan, closedFor(),
		agreed("match_1"), agreed("match_2"), declined("match_1"), declined("match_2"),
	})
}

// chance returns a source of draws that are each as likely as any other: rapid's own
// numbers are mostly small, and long histories would be rare. A failure shrinks by
// its seed alone.
func chance(t *rapid.T) *rand.Rand {
	return rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), rapid.Uint64().Draw(t, "and more")))
}

// pick draws one of several.
func pick[T any](random *rand.Rand, from []T) T { return from[random.IntN(len(from))] }

// next returns the entries that would go on with what a case has begun: they are
// rarely drawn else.
func next(c *casefile.Case) (all []casefile.Data) {
	for _, f := range c.Flags {
		all = append(all, casefile.FlagResolution{FlagID: f.ID, Automatic: true})
	}
	for _, r := range c.Referrals() {
		all = append(all, casefile.ReferralAnswered{ReferralID: r.ID, Accepted: true}, casefile.ReferralCompleted{ReferralID: r.ID})
	}
	for _, a := range c.Approvals {
		all = append(all, casefile.Approved{ApprovalID: a.ID()})
	}
	if c.Plan != nil {
		all = append(all, casefile.Requested{Of: casefile.PlanApproval})
	}
	if len(c.Consents) > 0 {
		all = append(all, referral("org_z"))
	}
	if len(c.Scholarship().Scholarships) > 0 {
		term := fmt.Sprint(c.Version)
		all = append(all, scholarship.Enrolment{}, scholarship.TermCheck{Term: sealed.Text(term), Attendance: scholarship.Regular},
			scholarship.TermCheck{Term: sealed.Text(term), Attendance: scholarship.NotEnrolled})
	}
	if len(c.Employment().Placements) > 0 {
		all = append(all, employment.Ended{Reason: employment.LaidOff}, started(""))
	}
	if len(c.Shelter().Stays) > 0 {
		all = append(all, shelter.Left{Destination: shelter.OtherShelter}, shelter.Left{Destination: shelter.Family}, shelter.Admitted{SiteID: shelterHouse})
	}
	if c.Status == casefile.Closed {
		return []casefile.Data{reopened()}
	}
	return all
}

// someDay draws a day for the next entry of a history: mostly one soon after the
// last, else any.
func someDay(random *rand.Rand, h *history) string {
	first := day("2025-11-15")
	if random.IntN(4) == 0 {
		return (first + calendar.Day(random.IntN(500))).String()
	}
	return (max(first, h.entries[len(h.entries)-1].On) + calendar.Day(random.IntN(40))).String()
}

// someCases draws cases with histories that hold, some of them merged into one
// another or into one that is not there, and some of which agree to the same match.
func someCases(t *rapid.T) []*casefile.Case {
	random := chance(t)
	n := random.IntN(7)
	cases := make([]*casefile.Case, n)
	for i := range cases {
		h := openAt(pick(random, []id.Organisation{orgA, orgB, orgX}), id.Case(fmt.Sprintf("case_%d", i)))
		h.entries[0].On = pick(random, []calendar.Day{day("2020-01-01"), day("2026-01-10")})
		h.entries[1].On = h.entries[0].On
		if random.IntN(3) > 0 {
			h.add("2020-01-02", consented(casefile.Given, 0))
		}
		for range random.IntN(30) {
			sofar, err := casefile.Fold(h.caseID, h.entries)
			if err != nil {
				t.Fatal(err)
			}
			h.add(someDay(random, h), step(random, sofar))
			if sofar.Apply(h.entries[len(h.entries)-1]) != nil {
				h.entries = h.entries[:len(h.entries)-1]
			}
		}
		if random.IntN(3) == 0 {
			into := id.Case("case_gone")
			if i > 0 {
				into = id.Case(fmt.Sprintf("case_%d", random.IntN(i)))
			}
			h.add("2027-12-31", merged(into))
		} else if random.IntN(2) == 0 {
			h.add("2027-12-30", shared()).add("2027-12-31", agreed(pick(random, []id.Match{"match_3", "match_4"})))
		}
		c, err := casefile.Fold(h.caseID, h.entries)
		if err != nil {
			t.Fatal(err)
		}
		cases[i] = c
	}
	return cases
}

func someQuery(t *rapid.T) outcome.Query {
	random := chance(t)
	from := day("2025-12-20") + calendar.Day(random.IntN(300))
	q := outcome.Query{
		Period:       calendar.Period{From: from, To: from + calendar.Day(random.IntN(400))},
		GroupBy:      rapid.Permutation(outcome.Dimensions).Draw(t, "dimensions")[:rapid.IntRange(0, outcome.MaxDimensions).Draw(t, "by")],
		Organisation: rapid.SampledFrom([]id.Organisation{"", "", orgA, orgB}).Draw(t, "only"),
		Between:      &outcome.Between{From: track.Admitted, To: track.ReturnedToCommunity},
	}
	if rapid.Bool().Draw(t, "some") {
		q.Indicators = rapid.SliceOfN(rapid.SampledFrom(codes()), 1, 4).Draw(t, "indicators")
	}
	return q
}

func codes() []outcome.Code {
	var out []outcome.Code
	for _, i := range outcome.Registry {
		if i.Code != outcome.Networks {
			out = append(out, i.Code)
		}
	}
	return out
}

// counts returns the codes of the indicators that say how many.
func counts() []outcome.Code {
	return slices.DeleteFunc(codes(), func(code outcome.Code) bool {
		i, _ := outcome.Find(code)
		return i.Measure != outcome.Count
	})
}

func TestOrderOfCasesDoesNotShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cases, q := someCases(t), someQuery(t)
		a, errA := outcome.Compute(slices.Values(cases), outcome.Programme{Places: places}, q)
		b, errB := outcome.Compute(slices.Values(rapid.Permutation(cases).Draw(t, "order")), outcome.Programme{Places: places}, q)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if !slices.Equal(lines(a), lines(b)) || a.Digest != b.Digest {
			t.Fatalf("%v %s\n%v %s", lines(a), a.Digest, lines(b), b.Digest)
		}
	})
}

func TestQuartersAddUpForThings(t *testing.T) {
	quarters := []calendar.Period{
		firstQuarter, period("2026-04-01", "2026-06-30"), period("2026-07-01", "2026-09-30"), period("2026-10-01", "2026-12-31"),
	}
	rapid.Check(t, func(t *rapid.T) {
		cases := someCases(t)
		values := func(p calendar.Period) map[outcome.Code]outcome.Row {
			r, err := outcome.Compute(slices.Values(cases), outcome.Programme{Places: places}, outcome.Query{Period: p})
			if err != nil {
				t.Fatal(err)
			}
			m := map[outcome.Code]outcome.Row{}
			for _, row := range r.Rows {
				m[row.Code] = row
			}
			return m
		}
		year := values(period("2026-01-01", "2026-12-31"))
		sum, leftOut, highest := map[outcome.Code]int{}, map[outcome.Code]int{}, map[outcome.Code]int{}
		for _, quarter := range quarters {
			for code, row := range values(quarter) {
				sum[code] += row.Value
				leftOut[code] += row.ExcludedNoConsent
				highest[code] = max(highest[code], row.Value)
			}
		}
		for code, row := range year {
			if code == outcome.ConvictedOfReferred { // the year sees verdicts that its quarters do not see yet
				if row.Value < sum[code] {
					t.Errorf("%s: the year has %d, its quarters %d", code, row.Value, sum[code])
				}
				continue
			}
			switch row.Indicator().Unit {
			case outcome.Award, outcome.LegalMatter:
				if row.Value != sum[code] || row.ExcludedNoConsent != leftOut[code] {
					t.Errorf("%s: the year has %d and %d, its quarters %d and %d", code, row.Value, row.ExcludedNoConsent, sum[code], leftOut[code])
				}
			case outcome.Person:
				if row.Value < highest[code] || row.Value > sum[code] && code != outcome.Sustained {
					t.Errorf("%s: the year has %d, its quarters %d in all and %d at most", code, row.Value, sum[code], highest[code])
				}
			}
		}
	})
}

// TestAgreesWithCountingByHand counts what is no share and no measure again,
// without regard for time or memory, straight from the definitions.
func TestAgreesWithCountingByHand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cases, q := someCases(t), someQuery(t)
		r, err := outcome.Compute(slices.Values(cases), outcome.Programme{Places: places}, q)
		if err != nil {
			t.Fatal(err)
		}
		r.Rows = slices.DeleteFunc(r.Rows, func(row outcome.Row) bool { return row.Indicator().Measure != outcome.Count })
		got := lines(r)
		slices.Sort(got)
		if want := byHand(cases, q); !slices.Equal(got, want) {
			t.Fatalf("%+v: rows\n%s\nwant\n%s", q, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// happening is a milestone, a delivery or a first conviction, for the count by
// hand.
type happening struct {
	track.Stamp
	convicts bool
	kind     track.Kind
	code     track.Code
	spell    int
	service  string
}

func byHand(cases []*casefile.Case, q outcome.Query) []string {
	byID := map[id.Case]*casefile.Case{}
	for _, c := range cases {
		byID[c.ID] = c
	}
	units, withConsent := map[string]map[string]bool{}, map[string]map[string]bool{}
	for _, code := range counts() {
		if len(q.GroupBy) == 0 && (len(q.Indicators) == 0 || slices.Contains(q.Indicators, code)) {
			units[string(code)] = map[string]bool{}
		}
	}
	for _, c := range cases {
		survivor, person := c, personByHand(c.ID, cases)
		for survivor.MergedInto() != "" && byID[survivor.MergedInto()] != nil {
			survivor = byID[survivor.MergedInto()]
		}
		for _, h := range happenings(c) {
			if h.On < q.Period.From || h.On > q.Period.To || q.Organisation != "" && h.Organisation != q.Organisation {
				continue
			}
			for _, code := range counts() {
				if len(q.Indicators) > 0 && !slices.Contains(q.Indicators, code) || !countsByHand(code, c, h, q.Period.To) {
					continue
				}
				unit := string(person)
				if i, _ := outcome.Find(code); i.Unit != outcome.Person {
					unit = fmt.Sprint(c.ID, h.kind, h.spell)
				}
				cell := strings.Join(append([]string{string(code)}, groupByHand(h, c, survivor, q)...), " ")
				put(units, cell, unit)
				if survivor.Consented(casefile.ForReporting, h.On) {
					put(withConsent, cell, unit)
				}
			}
		}
	}
	var out []string
	for cell := range units {
		out = append(out, fmt.Sprintf("%s %d %d", cell, len(withConsent[cell]), len(units[cell])-len(withConsent[cell])))
	}
	if len(q.GroupBy) == 0 && len(q.Indicators) == 0 {
		out = append(out, "NETWORKS 0 0")
	}
	slices.Sort(out)
	return out
}

// matchedByHand gives everybody whom a match joins with others the same name, by
// looking at each two cases again and again.
func matchedByHand(cases []*casefile.Case) map[id.Case]id.Case {
	name := map[id.Case]id.Case{}
	for range cases {
		for _, a := range cases {
			for _, b := range cases {
				if a != b && agreeByHand(a, b) {
					x, y := mergedByHand(a.ID, cases), mergedByHand(b.ID, cases)
					joined := min(cmp.Or(name[x], x), cmp.Or(name[y], y))
					name[x], name[y] = joined, joined
				}
			}
		}
	}
	return name
}

// agreeByHand reports whether two cases agree to the same match.
func agreeByHand(a, b *casefile.Case) bool {
	if a.Status == casefile.Merged || b.Status == casefile.Merged || a.Matching() == nil || b.Matching() == nil {
		return false
	}
	for _, m := range a.Matching().Matches {
		if n, ok := b.Match(m.ID); ok && m.Answer == casefile.MatchIsAgreed && n.Answer == casefile.MatchIsAgreed {
			return true
		}
	}
	return false
}

func put(sets map[string]map[string]bool, set, member string) {
	if sets[set] == nil {
		sets[set] = map[string]bool{}
	}
	sets[set][member] = true
}

func happenings(c *casefile.Case) []happening {
	var out []happening
	for _, tr := range c.Tracks() {
		for _, m := range tr.Milestones() {
			out = append(out, happening{Stamp: m.Stamp, kind: tr.Kind, code: m.Code(), spell: int(m.Spell)})
		}
	}
	for _, d := range c.Services {
		out = append(out, happening{Stamp: d.Stamp, service: d.Service()})
	}
	for i, m := range c.Legal().Matters {
		if m.Convicted != nil {
			out = append(out, happening{Stamp: *m.Convicted, convicts: true, kind: track.Legal, spell: i})
		}
	}
	return out
}

func countsByHand(code outcome.Code, c *casefile.Case, h happening, until calendar.Day) bool {
	centre := h.Site == careerCentre
	if h.convicts {
		return code == outcome.Convictions
	}
	switch code {
	case outcome.Assisted:
		return true
	case outcome.ReintegrationSupport:
		s, ok := delivery.Find(h.service)
		return ok && s.Group == delivery.Reintegration
	case outcome.Reintegrated:
		return h.code == track.ReturnedToCommunity
	case outcome.Sustained:
		return h.code == track.ReturnedToCommunity && c.Reintegration.SustainedBy(h.spell, until)
	case outcome.ScholarshipsWomen, outcome.ScholarsWomen:
		return h.code == track.Awarded && c.Scholarship().Scholarships[h.spell].Class == scholarship.Women
	case outcome.ScholarshipsGirls, outcome.ScholarsGirls:
		return h.code == track.Awarded && c.Scholarship().Scholarships[h.spell].Class == scholarship.GirlsSecondary
	case outcome.Employed:
		return h.code == track.Started && c.Employment().Placements[h.spell].Evidence() != ""
	case outcome.CareerCentreServed:
		return centre && (h.kind == track.Career || h.service != "")
	case outcome.JobOffered:
		return h.code == track.Offered
	case outcome.LegalRepresented:
		return h.code == track.Represented
	case outcome.CourtReferred:
		return h.code == track.ReferredToCourt
	case outcome.ConvictedOfReferred:
		return h.code == track.ReferredToCourt && convictedByHand(c.Legal().Matters[h.spell], until)
	}
	return false
}

// convictedByHand reports whether a verdict of a matter was a conviction by a day,
// as its defendants or, where none are listed, the matter itself tell.
func convictedByHand(m legal.Matter, until calendar.Day) bool {
	for _, d := range m.Defendants {
		if d.Verdict == legal.Conviction && d.VerdictOn <= until {
			return true
		}
	}
	return m.Verdict == legal.Conviction && m.ConvictedOn() <= until
}

func groupByHand(h happening, c, survivor *casefile.Case, q outcome.Query) []string {
	var out []string
	she := survivor.ProfileOn(h.On)
	for _, d := range q.GroupBy {
		v := ""
		switch d {
		case outcome.ByOrganisation:
			v = string(h.Organisation)
		case outcome.ByProvince:
			if v = places.SiteProvince[h.Site]; v == "" {
				v = places.OrganisationProvince[h.Organisation]
			}
		case outcome.BySite:
			v = string(h.Site)
		case outcome.ByMonth, outcome.ByQuarter, outcome.ByYear, outcome.ByFiscalYear:
			v = timeByHand(d, h.On)
		case outcome.ByPopulation:
			v = string(she.Population)
		case outcome.ByRisk:
			v = string(she.Risk)
		case outcome.BySex:
			v = string(she.Sex)
		case outcome.ByAgeBand:
			v = string(she.Age)
		case outcome.ByTrack:
			if v = string(h.kind); h.service != "" {
				v = outcome.NotApplicable
			}
		case outcome.ByClass:
			v = outcome.NotApplicable
			if h.kind == track.Scholarship {
				v = string(c.Scholarship().Scholarships[h.spell].Class)
			}
		}
		if v == "" {
			v = outcome.Unknown
		}
		out = append(out, v)
	}
	return out
}

// timeByHand names the span of time of a day; a fiscal year begins in October.
func timeByHand(d outcome.Dimension, on calendar.Day) string {
	year, month := on.Time().Year(), int(on.Time().Month())
	switch {
	case d == outcome.ByMonth:
		return fmt.Sprintf("%d-%02d", year, month)
	case d == outcome.ByQuarter:
		return fmt.Sprintf("%d-Q%d", year, (month+2)/3)
	case d == outcome.ByYear:
		return fmt.Sprint(year)
	case month >= 10:
		year++
	}
	return fmt.Sprintf("FY%d", year)
}

// TestLongPeriod finds the quarter of every day of three centuries.
func TestLongPeriod(t *testing.T) {
	h := open("case_1", casefile.ForReporting)
	long := period("1900-01-01", "2200-12-31")
	var want []string
	for on := long.From; on <= long.To; on = on.AddMonths(3) {
		h.add(on.String(), delivered(casework, "")).add((on.AddMonths(3) - 1).String(), delivered(casework, ""))
		want = append(want, "ASSISTED "+on.Quarter()+" 1 0")
	}
	q := outcome.Query{Period: long, GroupBy: []outcome.Dimension{outcome.ByQuarter}, Indicators: []outcome.Code{outcome.Assisted}}
	wantRows(t, compute(t, fold(t, h), q), want...)
}
