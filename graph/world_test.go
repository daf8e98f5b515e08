package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"onward/graph"
	"onward/jobs"
	"onward/services/access"
	"onward/services/activity"
	"onward/services/audit"
	"onward/services/calendar"
	"onward/services/career"
	"onward/services/casefile"
	"onward/services/casework"
	"onward/services/demography"
	"onward/services/directory"
	"onward/services/employment"
	"onward/services/id"
	"onward/services/identity"
	"onward/services/legal"
	"onward/services/outcome"
	"onward/services/plan"
	"onward/services/register"
	"onward/services/reintegration"
	"onward/services/release"
	"onward/services/reminder"
	"onward/services/scholarship"
	"onward/services/shelter"
	"onward/services/signin"
	"onward/services/store/sqlite"
	"onward/services/track"
	"onward/services/vault/vaulttest"
)

// world is a small programme behind a real server on a real store: two
// organisations, a worker for every role, and cases in telling states. Time
// stands at noon, so that every answer is the same in every run.
type world struct {
	t        testing.TB
	server   *httptest.Server
	data     string // the directory of the store
	store    *sqlite.Store
	dir      *directory.Directory
	register *register.Register
	casework *casework.Service
	digests  *reminder.Digests
	audit    *audit.Log
	trail    *audit.Trail
	tokens   map[string]string // by role; OTHER_SUPERVISOR and OTHER_STAFF are of the second organisation
	trusts   map[string]bool   // documents that both organisations have registered
	names    map[string]string // what golden files call the identifiers of this world
	now      time.Time
	moving   sync.Mutex // of the clock
}

// noon is when every test happens.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, calendar.Zone)

const (
	lotus = id.Organisation("org_LOTUS")
	river = id.Organisation("org_RIVER")
)

// newWorld makes the world. What else is written before it opens goes with it.
func newWorld(t testing.TB, more ...func(*author)) *world {
	t.Helper()
	data := t.TempDir()
	s, err := sqlite.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w := &world{t: t, data: data, store: s, tokens: map[string]string{}, trusts: map[string]bool{}, names: map[string]string{}, now: noon}
	ctx := context.Background()
	if w.dir, _, err = directory.Open(ctx, s); err != nil {
		t.Fatal(err)
	}
	w.settle(ctx)
	w.openCases(ctx, more...)
	w.register = register.New()
	ledger, _, err := activity.Open(ctx, s)
	w.must(err)
	w.casework = casework.New(s, vaulttest.New(t, s), w.register, w.dir, w.clock, casework.WithActivities(ledger), casework.WithReleases(release.NewBook(s), testKey(t)))
	if _, err := w.casework.Load(ctx); err != nil {
		t.Fatal(err)
	}
	w.recordActivities(ctx)
	w.recordIdentities(ctx)
	w.nameMatch(id.Case(w.names["case.active"]))
	w.setTargets(ctx)
	w.issueKey(ctx)
	w.registerDocuments(ctx)
	w.holdFlagged(ctx)
	w.digests = reminder.New(s, w.casework, w.dir, w.clock, nil, quiet)
	_, err = w.digests.Make(ctx, w.register.Snapshot(), day(0))
	w.must(err)
	w.openLog(ctx)
	w.server = httptest.NewServer(graph.Handler(w.resolver(), withIntrospection))
	t.Cleanup(w.server.Close)
	return w
}

// unbounded are limits that no test reaches.
var (
	unbounded         = graph.Options{Log: quiet, InFlight: 1e3, WorkerRate: 1e6, StrangerRate: 1e6, Points: 1e9}
	withIntrospection = func() graph.Options { o := unbounded; o.Introspection = true; return o }()
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// debugLog writes everything that is ever logged.
func debugLog(to io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func (w *world) clock() time.Time {
	w.moving.Lock()
	defer w.moving.Unlock()
	return w.now
}

// moveTo moves the clock, also while somebody looks at it.
func (w *world) moveTo(t time.Time) {
	w.moving.Lock()
	defer w.moving.Unlock()
	w.now = t
}

// resolver is the world as the GraphQL edge needs it.
func (w *world) resolver() *graph.Resolver {
	rollUps := outcome.NewRollUps(w.store)
	runner := jobs.New(w.store, w.clock, "test", quiet,
		jobs.ConsentExpiry(w.casework, w.register), jobs.StallScan(w.casework, w.register), jobs.Escalation(w.casework, w.register),
		jobs.RollUp(w.casework, w.register, rollUps), jobs.FollowUpReminders(w.digests, w.register), jobs.RetentionOfLogs(w.store), jobs.AuditReview(w.casework))
	return &graph.Resolver{Casework: w.casework, Register: w.register, Directory: w.dir, RollUps: rollUps, Digests: w.digests, Jobs: runner, SignIn: w.door(), Audit: w.audit, Trail: w.trail}
}

// openLog opens the access log, in which some have looked at a case already.
func (w *world) openLog(ctx context.Context) {
	w.audit, w.trail = audit.NewLog(w.store, w.clock), audit.NewTrail(w.store)
	court := []id.Case{id.Case(w.names["case.court"])}
	w.must(w.audit.Commit(ctx, audit.Record{Worker: workerOf(access.LegalOfficer), Role: access.LegalOfficer, Organisation: lotus, From: "10.0.0.7",
		Roots: []string{"Query.cases"}, Looks: []audit.Look{{Kind: audit.Read, Cases: court, Classes: []access.Class{access.Legal}, Fields: []string{"Case.matters", "LegalMatter.kind"}}}}))
	w.must(w.audit.Commit(ctx, audit.Record{Looks: []audit.Look{{Kind: audit.Audit, Cases: court, Classes: []access.Class{access.Case}, Fields: []string{"Query.caseAccess"}}}}))
	since, err := w.trail.Load(ctx)
	w.must(err)
	following, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { _ = w.trail.Watch(following, since) })
	w.t.Cleanup(func() { stop(); group.Wait() })
}

// issueKey gives the partner's application a key for several purposes. Its
// identifier stands in golden files as key.
func (w *world) issueKey(ctx context.Context) {
	issued, err := w.dir.IssuePartnerKey(ctx, orgAdmin, noon.AddDate(0, 0, -5), directory.IssuePartnerKeyInput{RequestID: "key", WorkerID: workerOf(access.PartnerApp),
		Purposes: []casefile.Purpose{casefile.ForPartnerApp, casefile.ForReporting}, ExpiresOn: day(100)})
	w.must(err)
	w.names["key"] = string(issued.Key.ID)
	w.tokens["PARTNER_KEY"] = issued.Token
}

// registerDocuments registers a document of the first organisation. Its identifier
// stands in golden files as document.
func (w *world) registerDocuments(ctx context.Context) {
	registered, err := w.dir.RegisterDocument(ctx, orgAdmin, noon.AddDate(0, 0, -5), directory.RegisterDocumentInput{RequestID: "document", Text: "query Me { viewer { role } }"}, graph.InspectDocument)
	w.must(err)
	w.names["document"] = string(registered.Document.ID)
}

// door lets in those whom the world knows.
func (w *world) door() *signin.Door { return signin.New(w.dir, w.store, w.clock) }

// holdFlagged lets a scan find what has stalled on one case, and puts that case on
// hold.
func (w *world) holdFlagged(ctx context.Context) {
	held := id.Case(w.names["case.held"])
	w.must(w.casework.Sweep(ctx, access.Job("stall-scan"), held, day(0)))
	c, err := w.casework.HoldCase(ctx, orgAdmin, casework.HoldCaseInput{
		Request: casework.Request{RequestID: "hold", CaseID: held, On: day(-1)}, Held: casefile.Held{Until: day(20), Reason: "She visits her sister"}})
	w.must(err)
	w.names["held.flag"] = c.Case.Flags[0].ID
}

// settle writes the directory and issues a token for every role.
func (w *world) settle(ctx context.Context) {
	beds, one := 12, 1
	things := []directory.Thing{
		directory.Organisation{ID: lotus, Code: "LOT", Name: "Lotus House", Province: "KH-12"},
		directory.Organisation{ID: river, Code: "RIV", Name: "River Centre", Province: "KH-2"},
		directory.Site{ID: "site_SHELTER", Organisation: lotus, Name: "Lotus shelter", Kind: directory.ShelterSite, Province: "KH-12", Beds: &beds},
		directory.Site{ID: "site_SMALL", Organisation: lotus, Name: "Lotus small shelter", Kind: directory.ShelterSite, Province: "KH-8", Beds: &one},
		directory.Site{ID: "site_CAREER", Organisation: lotus, Name: "Lotus career centre", Kind: directory.CareerCentre, Province: "KH-8"},
		directory.Site{ID: "site_RIVER", Organisation: river, Name: "River shelter", Kind: directory.ShelterSite, Province: "KH-2", Beds: &beds},
		directory.Employer{ID: "employer_SILK", Organisation: lotus, Name: "Silk workshop (invented)"},
		directory.Network{ID: "network_ONE", Organisation: lotus, Name: "Network one", Province: "KH-8", ActiveFrom: calendar.Date(2025, 1, 1)},
		directory.Network{ID: "network_CLUB", Kind: directory.YouthClub, Organisation: lotus, Name: "Youth club one", Province: "KH-12", ActiveFrom: calendar.Date(2025, 6, 1)},
		directory.Team{ID: "team_ONE", Organisation: lotus, Name: "Team one"},
		directory.Team{ID: "team_EMPTY", Organisation: lotus, Name: "Team without members"},
		directory.School{ID: "school_ONE", Organisation: lotus, Name: "School one (invented)", Province: "KH-8"},
	}
	for _, role := range access.Roles {
		things = append(things, directory.Worker{ID: workerOf(role), Organisation: lotus, Name: "Lotus " + string(role), Role: role, Team: "team_ONE", QueriesAdHoc: access.MayQueryAdHoc(role)})
	}
	things = append(things,
		directory.Team{ID: "team_RIVER", Organisation: river, Name: "River team"},
		directory.Employer{ID: "employer_RIVER", Organisation: river, Name: "River mill (invented)"},
		directory.School{ID: "school_RIVER", Organisation: river, Name: "River school (invented)"},
		directory.Network{ID: "network_RIVER", Organisation: river, Name: "River network", Province: "KH-2", ActiveFrom: calendar.Date(2010, 1, 1), ActiveTo: calendar.Date(2010, 12, 31)})
	other := directory.Worker{ID: "worker_OTHER_SUPERVISOR", Organisation: river, Name: "River supervisor", Role: access.Supervisor, QueriesAdHoc: true}
	staff := directory.Worker{ID: "worker_OTHER_STAFF", Organisation: river, Name: "River staff", Role: access.ShelterStaff, QueriesAdHoc: true}
	w.must(w.dir.Add(ctx, append(things, other, staff)...))
	for _, role := range access.Roles {
		w.tokens[string(role)] = w.issue(ctx, workerOf(role))
	}
	w.tokens["OTHER_SUPERVISOR"], w.tokens["OTHER_STAFF"] = w.issue(ctx, other.ID), w.issue(ctx, staff.ID)
}

func workerOf(role access.Role) id.Worker { return id.Worker("worker_" + string(role)) }

func (w *world) issue(ctx context.Context, worker id.Worker) string {
	w.t.Helper()
	token, err := w.dir.Issue(ctx, worker, noon)
	w.must(err)
	return token
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// Who writes the cases of the world.
var (
	lotusSupervisor = access.Actor{Worker: workerOf(access.Supervisor), Role: access.Supervisor, Organisation: lotus}
	lotusStaff      = access.Actor{Worker: workerOf(access.ShelterStaff), Role: access.ShelterStaff, Organisation: lotus}
	orgAdmin        = access.Actor{Worker: workerOf(access.OrgAdmin), Role: access.OrgAdmin, Organisation: lotus}
	riverAdmin      = access.Actor{Worker: "worker_OTHER_ADMIN", Role: access.OrgAdmin, Organisation: river}
	riverSupervisor = access.Actor{Worker: "worker_OTHER_SUPERVISOR", Role: access.Supervisor, Organisation: river}
	riverStaff      = access.Actor{Worker: "worker_OTHER_STAFF", Role: access.ShelterStaff, Organisation: river}
)

// author writes cases through casework, on days of the past.
type author struct {
	w     *world
	ctx   context.Context
	s     *casework.Service
	now   time.Time
	actor access.Actor
	id    id.Case
	n     int
	name  string
}

// openCases writes the cases of the world. Their names stand in golden files as
// case.NAME, and those of their parts as NAME.part.
func (w *world) openCases(ctx context.Context, more ...func(*author)) {
	a := &author{w: w, ctx: ctx, now: noon}
	drafts, s := casework.NewDrafts(vaulttest.Master(w.t), w.dir, func() time.Time { return a.now })
	a.s = s
	a.actor = lotusSupervisor

	a.referred("referred", 3)
	a.intake("intake", 10)
	a.active("active", 60)
	a.active("sheltered", 100)
	a.note(s.AdmitToShelter(ctx, a.actor, casework.AdmitToShelterInput{Request: a.on(95), Admitted: shelter.Admitted{SiteID: "site_SHELTER"}}))
	a.note(s.UpdatePlan(ctx, a.actor, casework.UpdatePlanInput{Request: a.on(90), Updated: plan.Updated{Goals: []plan.GoalInput{
		{Title: "A safe place to live", Track: track.Shelter, Actions: []plan.ActionInput{{Title: "Visit the family", DueOn: day(-5)}}}}}}))
	a.active("awarded", 80)
	a.note(s.AwardScholarship(ctx, a.actor, casework.AwardScholarshipInput{Request: a.on(50), Award: scholarship.Award{
		Class: scholarship.Women, Level: scholarship.UpperSecondary, School: "School (invented)"}}))
	a.active("enrolled", 120)
	a.note(s.AwardScholarship(ctx, a.actor, casework.AwardScholarshipInput{Request: a.on(100), Award: scholarship.Award{
		Class: scholarship.GirlsSecondary, Level: scholarship.LowerSecondary, School: "School (invented)"}}))
	a.note(s.Enrol(ctx, a.actor, casework.EnrolInput{Request: a.on(90)}))
	a.active("ready", 150)
	a.note(s.RegisterAtCareerCentre(ctx, a.actor, casework.RegisterAtCareerCentreInput{Request: a.on(140), Registered: career.Registered{SiteID: "site_CAREER"}}))
	a.note(s.RecordMilestone(ctx, a.actor, casework.RecordMilestoneInput{Request: a.on(100), MilestoneRecorded: casefile.MilestoneRecorded{Code: track.JobReady}}))
	a.active("placed", 200)
	a.note(s.LogPlacement(ctx, a.actor, casework.LogPlacementInput{Request: a.on(0), StartedOn: day(-110), Started: employment.Started{
		EmployerID: "employer_SILK", Occupation: "weaver", Type: employment.FullTime, Evidence: employment.Contract}}))
	a.active("returned", 300)
	a.note(s.RecordReturn(ctx, a.actor, casework.RecordReturnInput{Request: a.on(130), Returned: reintegration.Returned{LivingWith: reintegration.Parents}}))
	a.active("closed", 250)
	a.note(s.CloseCase(ctx, orgAdmin, casework.CloseCaseInput{Request: a.on(200), Ended: casefile.Ended{Reason: casefile.NoLongerNeeds}}))
	a.active("held", 40) // with a flag, and on hold since yesterday
	a.active("away", 40) // in the only bed of the small shelter
	a.note(s.AdmitToShelter(ctx, a.actor, casework.AdmitToShelterInput{Request: a.on(30), Admitted: shelter.Admitted{SiteID: "site_SMALL"}}))
	a.note(s.RecordAbsence(ctx, a.actor, casework.RecordAbsenceInput{Request: a.on(4), AbsenceBegan: shelter.AbsenceBegan{
		Reason: shelter.FamilyVisit, ExpectedReturnOn: day(2)}}))
	a.active("court", 400)
	a.inCourt(s)
	a.approvals(s)
	a.referrals(s)

	// What the next entry of the ready case would begin.
	ready := id.Case(w.names["case.ready"])
	w.names["ready.training"], w.names["ready.introduction"] = id.Within("training_", ready, 7), id.Within("introduction_", ready, 7)

	a.actor = riverSupervisor
	a.active("foreign", 60)
	a.offered(s)
	for _, write := range more {
		write(a)
	}
	w.must(drafts.Store(ctx, w.store))
}

// inCourt brings a matter with two defendants before a court.
func (a *author) inCourt(s *casework.Service) {
	a.note(s.OpenMatter(a.ctx, a.actor, casework.OpenMatterInput{Request: a.on(390), Opened: legal.Opened{
		Description:   legal.Description{Type: legal.Criminal, Subject: legal.Trafficking, Reference: "PP 123/2025", Province: "KH-12"},
		RepresentedBy: &legal.Representative{Name: "Lawyer (invented)", Organisation: "Legal clinic (invented)"}}}))
	matter := a.w.names["court.matter"]
	a.note(s.RecordMilestone(a.ctx, a.actor, casework.RecordMilestoneInput{Request: a.on(300), MilestoneRecorded: casefile.MilestoneRecorded{Code: track.ReferredToCourt}}))
	for _, role := range []legal.Role{legal.Recruiter, legal.Exploiter} {
		a.note(s.AddDefendant(a.ctx, a.actor, casework.AddDefendantInput{Request: a.on(299), DefendantAdded: legal.DefendantAdded{MatterID: matter, Role: role}}))
	}
}

// approvals writes cases whose plans and closures wait for an answer, or have
// been approved. The staff of the shelter own those with a plan.
func (a *author) approvals(s *casework.Service) {
	a.actor = lotusStaff
	a.active("drafted", 6)
	a.plan(s, 3)
	a.active("submitted", 6)
	a.plan(s, 3)
	a.note(s.SubmitPlan(a.ctx, a.actor, casework.SubmitPlanInput{Request: a.on(2)}))
	a.active("planned", 12)
	a.note(s.RecordReturn(a.ctx, a.actor, casework.RecordReturnInput{Request: a.on(9), Returned: reintegration.Returned{LivingWith: reintegration.Parents}}))
	a.plan(s, 8)
	a.note(s.SubmitPlan(a.ctx, a.actor, casework.SubmitPlanInput{Request: a.on(7)}))
	a.note(s.ApproveRequest(a.ctx, lotusSupervisor, casework.ApproveRequestInput{Request: a.on(5), Approved: casefile.Approved{ApprovalID: a.w.names["planned.approval"]}}))
	a.actor = lotusSupervisor
	a.active("closing", 6)
	a.note(s.CloseCase(a.ctx, a.actor, casework.CloseCaseInput{Request: a.on(2), Ended: casefile.Ended{Reason: casefile.LostContact}}))
}

// plan writes a plan that lacks nothing for its submission.
func (a *author) plan(s *casework.Service, daysAgo int) {
	a.note(s.UpdatePlan(a.ctx, a.actor, casework.UpdatePlanInput{Request: a.on(daysAgo), Updated: plan.Updated{Goals: []plan.GoalInput{{
		Title: "A job", Track: track.Employment, AchieveBy: day(100), Measure: "Three months of wages",
		Actions: []plan.ActionInput{{Title: "Visit two workshops", DueOn: day(30)}}}}}}))
}

// referrals writes cases that can be shared with the second organisation: one
// that is not yet, one with a referral that waits, one whose referral was
// accepted.
func (a *author) referrals(s *casework.Service) {
	a.actor = lotusSupervisor
	for _, name := range []string{"shareable", "sent", "shared"} {
		a.active(name, 6)
		a.shareable(s)
		if name == "shareable" {
			continue
		}
		a.note(s.SendReferral(a.ctx, a.actor, casework.SendReferralInput{Request: a.on(3), ReferralSent: casefile.ReferralSent{
			OrganisationID: river, Service: "counselling_trauma", Need: "Trauma counselling near her family", Shares: []access.Class{access.Health}}}))
	}
	_, err := s.AnswerReferral(a.ctx, riverSupervisor, casework.AnswerReferralInput{Request: a.on(2), ReferralAnswered: casefile.ReferralAnswered{
		ReferralID: a.w.names["shared.referral"], Accepted: true}})
	a.w.must(err)
}

// offered writes a case that the second organisation offers to the first.
func (a *author) offered(s *casework.Service) {
	a.actor = riverStaff
	a.active("offered", 6)
	a.shareable(s)
	a.note(s.TransferCase(a.ctx, riverSupervisor, casework.TransferCaseInput{Request: a.on(2), ReferralSent: casefile.ReferralSent{
		OrganisationID: lotus, Need: "Her family has moved to Phnom Penh"}}))
	next := casefile.Continuation(a.w.names["offered.referral"])
	a.w.names["case.continued"] = string(next)
}

func (a *author) shareable(s *casework.Service) {
	a.note(s.RecordConsent(a.ctx, a.actor, casework.RecordConsentInput{Request: a.on(4), ConsentRecorded: casefile.ConsentRecorded{
		Purpose: casefile.ForShare, Decision: casefile.Given}}))
}

// day returns the day n days after the world's.
func day(n int) calendar.Day { return calendar.DayOf(noon) + calendar.Day(n) }

// on begins a request about something that happened some days ago, and sets the
// clock to that day.
func (a *author) on(daysAgo int) casework.Request {
	a.n++
	a.now = noon.AddDate(0, 0, -daysAgo)
	return casework.Request{RequestID: a.name + "-" + string(rune('a'+a.n)), CaseID: a.id, On: day(-daysAgo)}
}

func (a *author) note(c *casework.Change, err error) {
	a.w.t.Helper()
	a.w.must(err)
	a.w.names["case."+a.name] = string(c.Case.ID)
	a.w.names["code."+a.name] = c.Case.Code
	a.w.names[a.name+".entry"] = c.Entry.ID()
	a.w.names[a.name+".followUp"] = id.Within("followup_", c.Case.ID, c.Case.Version+1) // one that is scheduled next
	for _, p := range c.Case.Placements() {
		a.w.names[a.name+".placement"] = p.ID()
	}
	for _, stay := range c.Case.Stays() {
		a.w.names[a.name+".stay"] = stay.ID()
	}
	for _, m := range c.Case.Matters() {
		a.w.names[a.name+".matter"] = m.ID()
		for _, d := range m.Defendants {
			a.w.names[a.name+".defendant"+d.Label] = d.ID
		}
	}
	if c.Case.Plan != nil {
		a.w.names[a.name+".goal"], a.w.names[a.name+".action"] = c.Case.Plan.Goals[0].ID(), c.Case.Plan.Goals[0].Actions[0].ID()
	}
	for _, r := range c.Case.Approvals {
		a.w.names[a.name+".approval"] = r.ID()
	}
	for _, r := range c.Case.Referrals() {
		a.w.names[a.name+".referral"] = r.ID
	}
}

func (a *author) referred(name string, daysAgo int) {
	a.name, a.n, a.id = name, 0, ""
	r := a.on(daysAgo)
	c, err := a.s.OpenCase(a.ctx, a.actor, casework.OpenCaseInput{RequestID: r.RequestID, OpenedOn: r.On, Opened: casefile.Opened{
		Population: casefile.VictimConfirmed, OwnerID: a.actor.Worker, Consents: []casefile.Purpose{casefile.ForServices, casefile.ForReporting}}})
	a.note(c, err)
	a.id = c.Case.ID
	if name != "intake" {
		a.note(a.s.RecordConsent(a.ctx, a.actor, casework.RecordConsentInput{Request: a.on(daysAgo), ConsentRecorded: casefile.ConsentRecorded{
			Purpose: casefile.ForPartnerApp, Decision: casefile.Given}}))
	}
}

func (a *author) intake(name string, daysAgo int) {
	a.referred(name, daysAgo)
	a.note(a.s.AcceptCase(a.ctx, a.actor, casework.AcceptCaseInput{Request: a.on(daysAgo - 1)}))
}

func (a *author) active(name string, daysAgo int) {
	a.intake(name, daysAgo)
	a.note(a.s.ActivateCase(a.ctx, a.actor, casework.ActivateCaseInput{Request: a.on(daysAgo - 2), Activated: casefile.Activated{Risk: casefile.Medium}}))
}

// recordActivities writes the ledger of the world, some days ago. Their names
// stand in golden files as activity.NAME.
func (w *world) recordActivities(ctx context.Context) {
	defer func() { w.now = noon }()
	rescued := 12
	w.activity(ctx, lotus, "campaign", 40, activity.Facts{Kind: activity.AwarenessCampaign, Title: "Safe migration (invented)", From: day(-60), To: day(-41),
		Provinces: []string{"KH-8", "KH-12"}, Participants: []activity.Group{
			{Sex: demography.Female, AgeBand: demography.Age18To24, Count: 300}, {Sex: demography.UnknownSex, AgeBand: demography.UnknownAge, Count: 45}}})
	w.activity(ctx, lotus, "police", 30, activity.Facts{Kind: activity.PoliceTraining, Title: "Interviewing children (invented)", From: day(-33), To: day(-31),
		Provinces: []string{"KH-12"}, SiteID: "site_CAREER", Partner: "Police unit (invented)", Participants: []activity.Group{
			{Sex: demography.Male, AgeBand: demography.Age25To59, Count: 18}}})
	w.activity(ctx, lotus, "mistaken", 20, activity.Facts{Kind: activity.Course, Title: "Course recorded twice (invented)", From: day(-22), To: day(-21),
		Provinces: []string{"KH-12"}, Participants: []activity.Group{{Sex: demography.Female, AgeBand: demography.Age18To24, Count: 7}}})
	_, err := w.casework.WithdrawActivity(ctx, access.Actor{Worker: workerOf(access.Supervisor), Role: access.Supervisor, Organisation: lotus},
		casework.WithdrawActivityInput{ActivityRequest: casework.ActivityRequest{RequestID: "withdraw", ActivityID: id.Activity(w.names["activity.mistaken"])},
			Withdrawn: activity.Withdrawn{Reason: "It was recorded twice"}})
	w.must(err)
	w.activity(ctx, river, "foreign", 10, activity.Facts{Kind: activity.Rescue, Title: "Rescue (invented)", From: day(-12), To: day(-12),
		Provinces: []string{"KH-2"}, OutcomeCount: &rescued})
}

// recordIdentities says who some of the women are. One of them is known to the second
// organisation, too, under the number of her card and by her name.
func (w *world) recordIdentities(ctx context.Context) {
	defer func() { w.now = noon }()
	w.now = noon.AddDate(0, 0, -1)
	card := []identity.Number{{Kind: identity.NationalID, Number: "010 123 456"}}
	born := &identity.Birth{On: calendar.Date(2004, 5, 17), Precision: identity.ToDay}
	for _, known := range []struct {
		by   access.Actor
		name string
		who  identity.Identity
	}{
		{lotusSupervisor, "active", identity.Identity{
			Name: &identity.Name{Family: "Sok", Given: "Dara (invented)"}, NameKhmer: &identity.Name{Family: "សុខ", Given: "ដារ៉ា"}, Aliases: []string{"Mealea"},
			Birth: born, Sex: demography.Female, Nationality: "KH", Numbers: card,
			Contacts:  []identity.Contact{{Kind: identity.Phone, Value: "012 345 678"}, {Kind: identity.Messenger, Value: "dara.invented", Whose: "her aunt"}},
			Addresses: []identity.Address{{Kind: identity.Current, Province: "KH-8", District: "0801", Commune: "080101", Village: "Village (invented)"}}}},
		{lotusStaff, "drafted", identity.Identity{Name: &identity.Name{Family: "Sok", Given: "Bopha"}}},
		{riverSupervisor, "foreign", identity.Identity{Name: &identity.Name{Family: "Sok", Given: "Dara (invented)"}, Birth: &identity.Birth{On: calendar.Date(2004, 1, 1), Precision: identity.ToYear}, Numbers: card}},
	} {
		_, err := w.casework.RecordIdentity(ctx, known.by, casework.RecordIdentityInput{RequestID: "identity", CaseID: id.Case(w.names["case."+known.name]), Identity: known.who})
		w.must(err)
	}
}

// setTargets says what the programme and the first organisation want to reach,
// twenty days ago; one of the targets has been taken away since.
func (w *world) setTargets(ctx context.Context) {
	coordinator := access.Actor{Worker: workerOf(access.Coordinator), Role: access.Coordinator, Organisation: lotus}
	from, to, baseline, few, many := calendar.Date(2026, 1, 1), calendar.Date(2026, 12, 31), 2.0, 6.0, 300.0
	for _, set := range []struct {
		by        access.Actor
		indicator directory.Indicator
		baseline  *float64
		target    *float64
	}{
		{coordinator, "ASSISTED", nil, &many}, {orgAdmin, "REINTEGRATED", &baseline, &few},
		{orgAdmin, "NETWORKS", nil, &few}, {orgAdmin, "NETWORKS", nil, nil},
	} {
		request := directory.Request{RequestID: fmt.Sprint("target-", set.indicator, set.target != nil)}
		_, err := w.dir.SetTarget(ctx, set.by, noon.AddDate(0, 0, -20), directory.SetTargetInput{Request: request,
			Indicator: set.indicator, From: from, To: to, Baseline: set.baseline, Target: set.target, Reason: "The plan of the year"})
		w.must(err)
	}
}

// activity records an activity of an organisation, some days ago.
func (w *world) activity(ctx context.Context, org id.Organisation, name string, daysAgo int, facts activity.Facts) {
	w.t.Helper()
	w.now = noon.AddDate(0, 0, -daysAgo)
	actor := access.Actor{Worker: workerOf(access.Supervisor), Role: access.Supervisor, Organisation: org}
	if org == river {
		actor.Worker = "worker_OTHER_SUPERVISOR"
	}
	recorded, err := w.casework.RecordActivity(ctx, actor, casework.RecordActivityInput{RequestID: "activity-" + name, Facts: facts})
	w.must(err)
	w.names["activity."+name] = string(recorded.Activity.ID)
}

// post sends a GraphQL request as a role and returns the status and the body.
func (w *world) post(role, query string, variables json.RawMessage) (int, []byte) {
	w.t.Helper()
	if strings.HasSuffix(role, "APP") {
		w.trust(query)
	}
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	w.must(err)
	req, err := http.NewRequest(http.MethodPost, w.server.URL+"/graphql", bytes.NewReader(body))
	w.must(err)
	req.Header.Set("Content-Type", "application/json")
	if role != "" {
		req.Header.Set("Authorization", "Bearer "+w.tokens[role])
	}
	resp, err := http.DefaultClient.Do(req)
	w.must(err)
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	w.must(err)
	return resp.StatusCode, withoutCost(answer)
}

// trust registers a document with both organisations, whatever it says: it is what a
// partner's application gets for it that tests ask.
func (w *world) trust(document string) {
	if w.trusts[document] {
		return
	}
	w.trusts[document] = true
	unseen := func(string) (directory.Inspection, error) {
		return directory.Inspection{Name: "Asked", Kind: directory.QueryOperation, Classes: []access.Class{access.Public}}, nil
	}
	for _, admin := range []access.Actor{orgAdmin, riverAdmin} {
		_, err := w.dir.RegisterDocument(context.Background(), admin, noon, directory.RegisterDocumentInput{RequestID: fmt.Sprint("trust-", len(w.trusts)), Text: document}, unseen)
		w.must(err)
	}
}

// costOf is what every reply ends with. TestCost reads it; what other tests compare
// is the answer.
var costOf = regexp.MustCompile(`,"extensions":\{"cost":\{[^}]*\}\}\}$`)

func withoutCost(reply []byte) []byte { return costOf.ReplaceAll(reply, []byte("}")) }
