package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/delivery"
	"onward/services/id"
	"onward/services/reintegration"
	"onward/services/shelter"
)

// december is the month in which the women of these tests went home.
var december = calendar.MonthOf(calendar.Date(2025, 12, 1))

// wentHome writes women of an organisation who went home in December. Every other
// one came back to a shelter twenty days later.
func wentHome(actor access.Actor, site id.Site, n int) func(*author) {
	return func(a *author) {
		a.actor = actor
		for i := range n {
			a.active(fmt.Sprint("home", site, i), 195)
			a.note(a.s.RecordReturn(a.ctx, a.actor, casework.RecordReturnInput{Request: a.on(90), Returned: reintegration.Returned{LivingWith: reintegration.Parents}}))
			if i%2 == 1 {
				a.note(a.s.AdmitToShelter(a.ctx, a.actor, casework.AdmitToShelterInput{Request: a.on(70), Admitted: shelter.Admitted{SiteID: site}}))
				a.note(a.s.LeaveShelter(a.ctx, a.actor, casework.LeaveShelterInput{Request: a.on(65), Left: shelter.Left{Destination: shelter.Family}}))
			}
			a.note(a.s.RecordService(a.ctx, a.actor, casework.RecordServiceInput{Request: a.on(1), Delivered: delivery.Delivered{Service: "counselling_trauma"}}))
		}
	}
}

// late writes cases into the world while it is open, as they are told a day later.
func (w *world) late(write func(*author)) {
	w.now = w.now.AddDate(0, 0, 1)
	write(&author{w: w, ctx: context.Background(), s: w.casework})
}

// step is a step of a funnel, as a client reads it: of a query or of a release.
type step struct {
	Code, Label string
	Suppressed  bool
	Count       *int
}

// followed is what is told of the women who went home in December.
type followed struct {
	Funnel struct {
		From, To, AsKnownAt string
		Release             *int
		Groups              []struct {
			Group             []struct{ Value string }
			Steps             []step
			ExcludedNoConsent *int
		}
	}
	Survival struct {
		From, To, AsKnownAt string
		Release             *int
		Groups              []struct {
			Group                              []struct{ Value string }
			Suppressed                         bool
			Persons, Median, ExcludedNoConsent *int
			Points                             []struct {
				Day, AtRisk, Ended     int
				Survival, Lower, Upper float64
			}
			ComparedWithBefore *struct{ P float64 }
		}
	}
}

// follow asks for the two cohorts of December: who came to a shelter, and who went
// home.
func (w *world) follow(role, more string) followed {
	w.t.Helper()
	var got followed
	w.ask(role, fmt.Sprintf(`{
		funnel(input: {name: REINTEGRATION, from: "%[1]s", to: "%[2]s"%[3]s}) { from to asKnownAt release
			groups { group { value } steps { code label suppressed count } excludedNoConsent } }
		survival(input: {subject: COMMUNITY_STAY, from: "%[1]s", to: "%[2]s"%[3]s}) { from to asKnownAt release
			groups { group { value } suppressed persons median points { day atRisk ended survival lower upper } excludedNoConsent comparedWithBefore { p } } }
	}`, december.From, december.To, more), &got)
	return got
}

// counts returns how many took each step of the funnel; -1 where it is withheld.
func (f followed) counts() []int {
	var all []int
	for _, s := range f.Funnel.Groups[0].Steps {
		if s.Count == nil {
			all = append(all, -1)
			continue
		}
		all = append(all, *s.Count)
	}
	return all
}

// wantAsReleased proves that an answer says of its release what that says itself,
// and nothing that it does not say.
func (w *world) wantAsReleased(got followed) {
	w.t.Helper()
	var is struct {
		Release struct {
			From, To, KnownAt string
			Funnels           []struct {
				Name  string
				Steps []step
			}
			Curves []struct {
				Name   string
				Points []struct {
					Day, AtRisk, Ended, Gone int
					Survival, Lower, Upper   float64
				}
			}
		}
	}
	if got.Funnel.Release == nil || !reflect.DeepEqual(got.Funnel.Release, got.Survival.Release) {
		w.t.Fatalf("of the releases %v and %v", got.Funnel.Release, got.Survival.Release)
	}
	w.ask("COORDINATOR", fmt.Sprintf(`{ release(number: %d) { from to knownAt funnels { name steps { code label suppressed count } }
		curves { name points { day survival lower upper atRisk ended gone } } } }`, *got.Funnel.Release), &is)
	said := [3]string{is.Release.From, is.Release.To, is.Release.KnownAt}
	funnel, curve := got.Funnel.Groups[0], got.Survival.Groups[0]
	if said != [3]string{got.Funnel.From, got.Funnel.To, got.Funnel.AsKnownAt} || said != [3]string{got.Survival.From, got.Survival.To, got.Survival.AsKnownAt} {
		w.t.Errorf("of %v: %+v", said, got)
	}
	if len(funnel.Group)+len(curve.Group) > 0 || funnel.ExcludedNoConsent != nil || curve.ExcludedNoConsent != nil || curve.Median != nil || curve.ComparedWithBefore != nil {
		w.t.Errorf("it says what no release does: %+v, %+v", funnel, curve)
	}
	for _, f := range is.Release.Funnels {
		if f.Name == "REINTEGRATION" && !reflect.DeepEqual(f.Steps, funnel.Steps) {
			w.t.Errorf("the steps are %+v, and were published as %+v", funnel.Steps, f.Steps)
		}
	}
	for _, c := range is.Release.Curves {
		if c.Name != "COMMUNITY_STAY" {
			continue
		}
		if len(c.Points) != len(curve.Points) || curve.Suppressed != (len(c.Points) == 0) || curve.Suppressed != (curve.Persons == nil) {
			w.t.Fatalf("the curve is %+v, and was published as %+v", curve, c)
		}
		ended := 0
		for i, p := range c.Points {
			is := curve.Points[i]
			ended += is.Ended
			if is.Day != p.Day || is.Survival != p.Survival || is.Lower != p.Lower || is.Upper != p.Upper || ended != p.Ended || *curve.Persons != p.Ended+p.Gone+p.AtRisk {
				w.t.Errorf("point %+v of %d persons was published as %+v", is, *curve.Persons, p)
			}
			if i+1 < len(c.Points) && curve.Points[i+1].AtRisk != p.AtRisk {
				w.t.Errorf("%d at risk after day %d, and %d were published", curve.Points[i+1].AtRisk, p.Day, p.AtRisk)
			}
		}
	}
}

// TestCohortsAsPublished proves that those who see only what is published see the
// cohorts of the newest release of the period, or of the one that was the newest at
// an instant; and that the own organisation's are counted all the same.
func TestCohortsAsPublished(t *testing.T) {
	w := newWorld(t, wentHome(lotusSupervisor, "site_SHELTER", 24))
	w.published("first", december.From, december.To)
	between := w.now.Add(time.Hour).UTC().Format(time.RFC3339)
	w.late(wentHome(riverSupervisor, "site_RIVER", 24))
	w.published("second", december.From, december.To)

	for _, role := range []string{"COORDINATOR", "PARTNER_APP", "SUPERVISOR", "ORG_ADMIN", "OTHER_SUPERVISOR"} {
		newest, then := w.follow(role, ""), w.follow(role, `, asKnownAt: "`+between+`"`)
		w.wantAsReleased(newest)
		w.wantAsReleased(then)
		if *newest.Funnel.Release != 2 || *then.Funnel.Release != 1 {
			t.Errorf("%s sees the releases %d and %d", role, *newest.Funnel.Release, *then.Funnel.Release)
		}
		if got := newest.counts(); !reflect.DeepEqual(got, []int{24, 0, 0, 0, 0, 0}) {
			t.Errorf("%s sees the steps %v", role, got)
		}
		c := newest.Survival.Groups[0]
		if len(c.Points) != 2 || *c.Persons != 48 || c.Points[0].Day != 30 || c.Points[0].AtRisk != 48 || c.Points[0].Ended != 24 || c.Points[0].Survival != 0.5 ||
			c.Points[1].Day != 60 || c.Points[1].AtRisk != 24 || c.Points[1].Ended != 0 || c.Points[1].Survival != 0.5 {
			t.Errorf("%s sees the curve %+v", role, c)
		}
	}
	for role, more := range map[string]string{"SHELTER_STAFF": "", "SUPERVISOR": `, organisation: "org_LOTUS"`} {
		own := w.follow(role, more)
		if c := own.Survival.Groups[0]; own.Survival.Release != nil || own.Funnel.Release != nil || *c.Persons != 24 || c.Points[0].Day != 20 || c.Suppressed ||
			*own.Funnel.Groups[0].ExcludedNoConsent != 0 || own.counts()[0] != 12 {
			t.Errorf("%s sees of the own organisation %+v", role, own)
		}
	}
	var impact struct{ Impact struct{ Release *int } }
	w.ask("COORDINATOR", fmt.Sprintf(`{ impact(input: {from: "%s", to: "%s"}) { release } }`, december.From, december.To), &impact)
	if impact.Impact.Release == nil || *impact.Impact.Release != 2 {
		t.Errorf("the figures are of %v", impact.Impact.Release)
	}
}

// TestSmallCohortsAsPublished proves that a step and a curve of few say that they
// are withheld, to a supervisor too, who sees those of the own organisation exactly.
func TestSmallCohortsAsPublished(t *testing.T) {
	w := newWorld(t, wentHome(lotusSupervisor, "site_SHELTER", 18))
	w.published("few", december.From, december.To)
	for _, role := range []string{"COORDINATOR", "SUPERVISOR", "OTHER_SUPERVISOR"} {
		got := w.follow(role, "")
		w.wantAsReleased(got)
		if c := got.Survival.Groups[0]; !c.Suppressed || len(c.Points) > 0 || got.counts()[0] != -1 {
			t.Errorf("%s sees %+v", role, got)
		}
	}
	if own := w.follow("SUPERVISOR", `, organisation: "org_LOTUS"`); own.counts()[0] != 9 || *own.Survival.Groups[0].Persons != 18 {
		t.Errorf("of the own organisation: %+v", own)
	}
}

// TestCohortsNotPublished proves that whoever asks for a cohort that no release
// holds is told which field is in the way, and what there is; and whoever sees the
// figures of the own organisation, that they are to be had by its name.
func TestCohortsNotPublished(t *testing.T) {
	w := newWorld(t)
	as := "COORDINATOR"
	ask := func(what string) string {
		t.Helper()
		_, body := w.post(as, `{ `+what+` }`, nil)
		var got struct {
			Errors []struct {
				Extensions struct {
					Code   string
					Fields []struct{ Path, Message string }
				}
			}
		}
		w.must(json.Unmarshal(body, &got))
		if len(got.Errors) != 1 || got.Errors[0].Extensions.Code != "INVALID" || len(got.Errors[0].Extensions.Fields) != 1 {
			t.Fatalf("%s: %s", what, body)
		}
		field := got.Errors[0].Extensions.Fields[0]
		return field.Path + ": " + field.Message
	}
	questions := map[string]func(period, more string) string{
		"funnel": func(period, more string) string {
			return `funnel(input: {name: EMPLOYMENT, ` + period + more + `}) { release }`
		},
		"survival": func(period, more string) string {
			return `survival(input: {subject: SCHOOLING, ` + period + more + `}) { release }`
		},
	}
	const decembers, others = `from: "2025-12-01", to: "2025-12-31"`, `from: "2025-12-01", to: "2025-12-30"`
	for name, question := range questions {
		if got, want := ask(question(decembers, "")), "from: nothing has been published yet"; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	w.published("december", december.From, december.To)
	w.now = w.now.AddDate(0, 0, 1)
	w.published("again", december.From, december.To)
	for m := range 7 {
		w.published(fmt.Sprint("month", m), calendar.Date(2025, 1, 1).AddMonths(m), calendar.Date(2025, 2, 1).AddMonths(m)-1)
	}
	for name, question := range questions {
		for _, c := range []struct{ period, more, want string }{
			{others, "", "from: no release covers exactly this period; published are 2025-07-01 to 2025-07-31, 2025-06-01 to 2025-06-30," +
				" 2025-05-01 to 2025-05-31, 2025-04-01 to 2025-04-30, 2025-03-01 to 2025-03-31, 2025-02-01 to 2025-02-28, others: see releases"},
			{decembers, `, by: ORGANISATION`, "by: must be absent: cohorts are published without groups alone"},
			{decembers, `, organisation: "org_RIVER"`, "organisation: must be absent: cohorts are published of the whole programme alone"},
			{decembers, `, asKnownAt: "2026-01-01T00:00:00Z"`, "asKnownAt: is before the first release of this period, which is release 1, as known at 2026-03-02T05:00:00Z"},
			{decembers, `, asKnownAt: "2030-01-01T00:00:00Z"`, "asKnownAt: is in the future"},
			{`from: "2025-12-31", to: "2025-12-01"`, "", "to: is before the first day of the period"},
		} {
			if got := ask(question(c.period, c.more)); got != c.want {
				t.Errorf("%s of %s%s: %q, want %q", name, c.period, c.more, got, c.want)
			}
		}
	}
	for more, want := range map[string]string{
		`indicators: [ASSISTED, DAYS_BETWEEN], between: {from: ADMITTED, to: RETURNED_TO_COMMUNITY}`: "indicators: DAYS_BETWEEN is not published in release 2",
		`groupBy: [RISK]`: "groupBy: is not published; the tables of release 2 are by [], [ORGANISATION], [PROVINCE], [SITE, ORGANISATION, PROVINCE], ",
		`groupBy: [SEX], organisation: "org_RIVER"`: "groupBy: must be absent beside organisation",
		`asKnownAt: "2026-01-01T00:00:00Z"`:         "asKnownAt: is before the first release of this period",
		`asKnownAt: "2030-01-01T00:00:00Z"`:         "asKnownAt: is in the future",
	} {
		if got := ask(`impact(input: {` + decembers + `, ` + more + `}) { release }`); !strings.HasPrefix(got, want) {
			t.Errorf("impact of %s: %q, want %q", more, got, want)
		}
	}
	as = "SUPERVISOR"
	for _, question := range []string{questions["funnel"](others, ""), questions["survival"](decembers, `, by: SEX`), `impact(input: {` + decembers + `, groupBy: [RISK]}) { release }`} {
		if got := ask(question); !strings.HasSuffix(got, "; name the own organisation to see its figures, of any period and group") {
			t.Errorf("%s: %q", question, got)
		}
	}
}
