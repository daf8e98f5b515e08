package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"time"

	"onward/cmd/onward/bench"
	"onward/cmd/onward/demo"
	"onward/graph"
	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/id"
	"onward/services/outcome"
	"onward/services/page"
)

// The requests that are measured. All are of a supervisor.
const (
	benchCases = `query($first: Int) { cases(first: $first) { totalCount pageInfo { hasNextPage endCursor } nodes {
		id code status phase risk openedOn tracks { kind state milestones { code on } } } } }`
	benchCase = `query($id: ID!) { case(id: $id) { id code version status phase population risk openedOn closedOn heldUntil nextDueOn lastContactOn sex birthYear
		organisation { id name } site { id name } owner { id name } closings { on reason requestedBy { name } approvedBy { name } }
		tracks { kind state nextDueOn milestones { code on recordedAt spell entry { id kind on summary by { name } } } }
		plan { version state updatedOn author { name } goals { id track achieveBy actions { id dueOn doneOn owner { name } } } }
		placements { id employer { name } occupation type startedOn monthlyWage { amount currency } checks { point on employed } endedOn }
		stays { id site { name } admittedOn leftOn } scholarships { id class level awardedOn enrolledOn }
		consents { purpose decision on } flags { id rule state severity since dueOn explanation { text thresholdDays } }
		history(first: 100) { totalCount nodes { id version kind on recordedAt by { id name } summary note } }
		access { relations actions classes } } }`
	benchWork = `{ worklist(first: 20) { totalCount counts { kind overdue soon } nodes { id kind rule severity dueOn overdue case { id code status }
		flag { id state } explanation { text thresholdDays nextActions { label mutation input dueBy } } } } }`
	benchImpact = `query($i: ImpactInput!) { impact(input: $i) { rows { indicator { code } group { dimension value } value percent suppressed } } }`
	benchChange = `mutation($i: LogPlacementInput!) { logPlacement(input: $i) { case { id version status } entry { id kind } } }`
)

// benchLines is what is measured, over a house with cases.
type benchLines struct {
	house  *house
	actor  access.Actor
	view   *casework.View
	client bench.Client // of ours
	still  bench.Client // which answers by constants
	rows   []bench.Row
}

func newBenchLines(ctx context.Context, h *house) (*benchLines, error) {
	tokens, err := issueDemoTokens(ctx, h.directory)
	if err != nil {
		return nil, err
	}
	l := &benchLines{house: h}
	for _, a := range demo.Accounts() {
		if a.Name == string(access.Supervisor) {
			l.actor = access.Actor{Worker: a.Worker, Role: access.Supervisor, Organisation: h.directory.Snapshot().Workers[a.Worker].Organisation}
		}
	}
	l.view = h.casework.View(l.actor, h.register.Snapshot())
	edge := graph.Options{Log: h.log, WorkerRate: math.MaxInt32, Points: math.MaxInt32} // what one worker may ask is not measured
	l.client = bench.Client{Handler: graph.Handler(h.resolver(), edge), Token: tokens[string(access.Supervisor)]}
	c, whole, err := l.constants(ctx)
	if err != nil {
		return nil, err
	}
	l.still = bench.Client{Handler: c.Handler()}
	period := map[string]any{"from": c.Impact.From, "to": c.Impact.To, "groupBy": benchGroups, "organisation": l.actor.Organisation}
	for _, r := range []struct {
		name, query string
		variables   map[string]any
		asked       float64
	}{
		{"`cases(first: 20)` with tracks and milestones", benchCases, map[string]any{"first": 20}, pageShare},
		{"`case(id)` with everything nested", benchCase, map[string]any{"id": whole}, 0},
		{"`worklist(first: 20)`", benchWork, nil, 0},
		{"`impact` of the organisation by quarter", benchImpact, map[string]any{"i": period}, 0},
	} {
		if err := l.query(r.name, r.query, r.variables, r.asked); err != nil {
			return nil, fmt.Errorf("%s: %w", r.name, err)
		}
	}
	l.changes(ctx)
	return l, nil
}

var benchGroups = []outcome.Dimension{outcome.ByOrganisation, outcome.ByQuarter}

// query adds a request that both sides answer. It refuses constants whose answer is of
// another length: they would not have the shape of ours.
func (l *benchLines) query(name, query string, variables map[string]any, asked float64) error {
	body, err := bench.Body(query, variables)
	if err != nil {
		return err
	}
	ours, err := l.client.Ask(body)
	if err != nil {
		return err
	}
	other, err := l.still.Ask(body)
	if err != nil {
		return fmt.Errorf("constants: %w", err)
	}
	if d := ours - other; d*4 > ours || -d*4 > ours {
		return fmt.Errorf("ours answers with %d bytes, constants with %d", ours, other)
	}
	side := func(c bench.Client) bench.Side {
		return bench.Side{Do: func(int) error {
			_, err := c.Ask(body)
			return err
		}}
	}
	l.rows = append(l.rows, bench.Row{Name: name, Ours: side(l.client), Other: side(l.still), Beside: "constants", Asked: asked})
	return nil
}

// constants asks the services once for all that the requests show.
func (l *benchLines) constants(ctx context.Context) (*bench.Constants, id.Case, error) {
	v, first := l.view, 100
	d := v.Directory
	c := &bench.Constants{Tracks: map[*casefile.Case][]casefile.Track{}, Notes: map[int]*string{}}
	c.Whole = richest(v)
	var err error
	if c.Cases, err = v.ListCases(nil, nil, page.Args{}); err != nil {
		return nil, "", err
	}
	if c.Worklist, err = v.Worklist(ctx, nil, page.Args{}); err != nil {
		return nil, "", err
	}
	to := calendar.QuarterOf(v.Today).From - 1
	if c.Impact, err = l.house.casework.Impact(ctx, v, casework.ImpactInput{From: (to + 1).AddMonths(-24), To: to, GroupBy: benchGroups, Organisation: l.actor.Organisation}); err != nil {
		return nil, "", err
	}
	if c.History, err = v.ListHistory(ctx, c.Whole, page.Args{First: &first}); err != nil {
		return nil, "", err
	}
	for _, e := range c.History.Edges {
		if c.Notes[e.Node.Version], err = v.Note(ctx, &e.Node); err != nil {
			return nil, "", err
		}
	}
	for _, shown := range append(c.Cases.Nodes(), c.Whole) {
		c.Tracks[shown] = v.Tracks(shown)
	}
	c.Organisation, c.Site, c.Worker = v.Organisation(c.Whole.Organisation), v.Site(c.Whole.Site), v.Worker(c.Whole.Owner)
	c.Flags, c.Access = v.Flags(c.Whole, nil), v.Access(c.Whole)
	for _, e := range d.Employers {
		c.Employer = &e
		break
	}
	c.Explained = v.ExplainWork(&c.Worklist.Edges[0].Node)
	c.Reason = c.Explained.Text("EN")
	return c, c.Whole.ID, nil
}

// richest returns the case of the view with the most tracks that have milestones, of
// these the one with the longest history.
func richest(v *casework.View) *casefile.Case {
	var best *casefile.Case
	richness := func(c *casefile.Case) int {
		n := 0
		for _, t := range c.Tracks() {
			if len(t.Milestones()) > 0 {
				n++
			}
		}
		return n
	}
	for c := range v.Cases.Of(v.Actor.Organisation) {
		if best == nil || cmp.Or(cmp.Compare(richness(c), richness(best)), cmp.Compare(c.Version, best.Version)) > 0 {
			best = c
		}
	}
	return best
}

// impact prints what all indicators by organisation and quarter take of one core.
func (l *benchLines) impact(w io.Writer) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	q := outcome.Query{Period: calendar.Period{From: calendar.Date(2003, 1, 1), To: l.view.Today}, GroupBy: benchGroups}
	var times []time.Duration
	for range 5 {
		began := time.Now()
		if _, err := outcome.Compute(l.view.Cases.All(), casework.Beside(l.view.Directory, nil), q); err != nil {
			return err
		}
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	took := times[len(times)/2].Seconds() * 100_000 / float64(l.view.Cases.Len())
	fmt.Fprintf(w, "| all indicators by organisation and quarter, of 100,000 cases, on one core | < %.0f s | %s s |\n", impactTime.Seconds(), bench.AtMost(took, impactTime.Seconds(), "%.2f"))
	return nil
}
