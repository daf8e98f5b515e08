package casework

import (
	"context"
	"slices"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/outcome/disclosure"
	"onward/services/page"
	"onward/services/release"
	"onward/services/store"
)

// Release is a release as an actor may see it.
type Release struct{ release.Release }

// The answers to changes of releases, and the pages of them.
type (
	ReleasePayload    struct{ Release Release }
	ReleaseConnection = page.Connection[Release]
	ReleaseEdge       = page.Edge[Release]
)

// DraftReleaseInput says what to publish: whole calendar months that are over.
type DraftReleaseInput struct {
	RequestID string             `json:"requestId" validate:"required,max=128"`
	From      calendar.Day       `json:"from"`
	To        calendar.Day       `json:"to"`
	Note      string             `json:"note" validate:"max=500"`
	Withhold  []release.Withheld `json:"withhold" validate:"max=100"`
}

// ReleaseInput names a release that is to be changed.
type ReleaseInput struct {
	RequestID string     `json:"requestId" validate:"required,max=128"`
	ReleaseID id.Release `json:"releaseId" validate:"required,max=64"`
}

// longestRelease is how many months a release can have [J].
const longestRelease = 120

// check refuses a period that is not one of whole months that are over.
func (in DraftReleaseInput) check(today calendar.Day) error {
	fields := broken(&in)
	refuse := func(path, message string) { fields = append(fields, fault.Field{Path: path, Message: message}) }
	switch {
	case in.From.IsZero() || in.From < earliest || calendar.MonthOf(in.From).From != in.From:
		refuse("from", "must be the first day of a month")
	case in.To < in.From || calendar.MonthOf(in.To).To != in.To:
		refuse("to", "must be the last day of a month, and not before from")
	case in.To >= today:
		refuse("to", "is not over; today is "+today.String())
	case in.From.AddMonths(longestRelease) <= in.To:
		refuse("to", "is more than ten years after from")
	}
	if len(fields) > 0 {
		return fault.Inputs(fields...)
	}
	return nil
}

// author returns who changes a release, and when.
func (s *Service) author(actor access.Actor, requestID string) release.Author {
	a := release.Author{Worker: actor.Worker, Organisation: actor.Organisation, At: s.now().UTC().Truncate(time.Millisecond), RequestID: id.RequestKey(actor.Worker, requestID)}
	if actor.Role == access.System {
		a.Job = actor.Name
	}
	return a
}

// permitRelease refuses whoever may not do something to releases, and a request
// that is not whole.
func (s *Service) permitRelease(actor access.Actor, action access.Action, in any) error {
	if err := actor.PermitProgramme(action); err != nil {
		return err
	}
	if fields := broken(in); len(fields) > 0 {
		return fault.Inputs(fields...)
	}
	if s.releases == nil {
		return fault.New(fault.Internal, "no releases are kept here")
	}
	return nil
}

// finishing is the context of a request without its end: disclosure control beside much
// that was published, and folding very many histories, can take longer than a request
// may. What is found is kept all the same, or no request would ever get further than the
// one before.
func finishing(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// DraftRelease counts the figures of a period as they are known now, takes out what
// disclosure control withholds after all that was published, and keeps the draft. It
// returns Forbidden, and Invalid for a period that cannot be published.
func (s *Service) DraftRelease(ctx context.Context, actor access.Actor, in DraftReleaseInput) (*ReleasePayload, error) {
	if err := s.permitRelease(actor, access.DraftRelease, &in); err != nil {
		return nil, err
	}
	if err := in.check(s.Today()); err != nil {
		return nil, err
	}
	ctx = finishing(ctx)
	a := s.author(actor, in.RequestID)
	if r, err := s.releases.Find(ctx, release.DraftID(a)); !fault.Is(err, fault.NotFound) {
		return &ReleasePayload{Release{r}}, err
	}
	figures, words, err := countRelease(ctx, s.live.store, s.directory, calendar.Period{From: in.From, To: in.To}, a.At)
	if err != nil {
		return nil, err
	}
	r, err := s.writeDraft(ctx, a, release.Draft{From: in.From, To: in.To, Note: in.Note, Withhold: in.Withhold}, figures, words)
	if err != nil {
		return nil, err
	}
	return &ReleasePayload{Release{r}}, nil
}

// writeDraft keeps a draft of figures as they were counted at its author's instant,
// without what disclosure control withholds after all that was published.
func (s *Service) writeDraft(ctx context.Context, a release.Author, d release.Draft, figures release.Figures, words release.Words) (release.Release, error) {
	earlier, err := s.releases.Published(ctx)
	if err != nil {
		return release.Release{}, err
	}
	d.ID, d.KnownAt, d.Tables, d.After = release.DraftID(a), a.At, figures.Tables(), len(earlier)
	spec := release.Spec{Period: d.Period(), KnownAt: a.At, Threshold: disclosure.Threshold, Withhold: d.Withhold}
	if d.Content, d.Cells, err = release.Build(spec, figures, words, earlier); err != nil {
		return release.Release{}, err
	}
	return s.releases.Add(ctx, a, d)
}

// countRelease counts what a release of a period shows, from nothing and as it was
// known at an instant. It returns with it what groups were called then.
func countRelease(ctx context.Context, s store.Store, d *directory.Directory, period calendar.Period, at time.Time) (release.Figures, release.Words, error) {
	then, err := pastOf(ctx, s, d, at)
	if err != nil {
		return release.Figures{}, release.Words{}, err
	}
	all := slices.Values(then.cases)
	q := outcome.Query{Period: period, AsOf: calendar.DayOf(at)}
	reports, err := outcome.Tables(all, Beside(then.directory, then.activities), q, release.Groupings(period))
	if err != nil {
		return release.Figures{}, release.Words{}, err
	}
	cohorts := release.Follow(outcome.Persons(all), period, calendar.DayOf(at))
	return release.Figures{Reports: reports, Cohorts: cohorts}, release.Words{Directory: then.directory}, nil
}

// CheckRelease counts a draft again, from nothing, and looks at it after all that
// was published since. A draft without a finding is CHECKED. It returns Conflict
// where the figures are others: somebody has recorded something meanwhile as of
// before the draft.
func (s *Service) CheckRelease(ctx context.Context, actor access.Actor, in ReleaseInput) (*ReleasePayload, error) {
	if err := s.permitRelease(actor, access.DraftRelease, &in); err != nil {
		return nil, err
	}
	ctx = finishing(ctx)
	r, err := s.releases.Find(ctx, in.ReleaseID)
	if err != nil {
		return nil, err
	}
	if err := s.recount(ctx, r); err != nil {
		return nil, err
	}
	r, err = s.releases.Check(ctx, s.author(actor, in.RequestID), in.ReleaseID)
	if err != nil {
		return nil, err
	}
	return &ReleasePayload{Release{r}}, nil
}

// recount refuses a release whose figures are others when they are counted again.
func (s *Service) recount(ctx context.Context, r release.Release) error {
	figures, _, err := countRelease(ctx, s.live.store, s.directory, r.Period(), r.KnownAt)
	if err != nil {
		return err
	}
	digest, err := figures.Digest()
	if err != nil {
		return err
	}
	if digest != r.Content.Figures {
		return fault.New(fault.Conflict, "counted again, the figures are others than those of the draft; withdraw it and draft a new one")
	}
	return nil
}

// publishers are what those who publish are called in the seal.
var publishers = map[access.Role]locale.Text{
	access.Coordinator: {EN: "Coordinator", KM: "អ្នកសម្របសម្រួល"},
	access.OrgAdmin:    {EN: "Administrator of an organisation", KM: "អ្នកគ្រប់គ្រងអង្គការ"},
}

// PublishRelease publishes a checked draft of somebody else under the next number,
// signed. It returns Forbidden for one's own draft, and Invalid that names the cells
// where something forbids it.
func (s *Service) PublishRelease(ctx context.Context, actor access.Actor, in ReleaseInput) (*ReleasePayload, error) {
	if err := s.permitRelease(actor, access.PublishRelease, &in); err != nil {
		return nil, err
	}
	r, err := s.releases.Publish(finishing(ctx), s.author(actor, in.RequestID), in.ReleaseID, s.key, publishers[actor.Role])
	if err != nil {
		return nil, err
	}
	return &ReleasePayload{Release{r}}, nil
}

// WithdrawRelease takes a draft back; what is published stays. It returns Conflict
// for that.
func (s *Service) WithdrawRelease(ctx context.Context, actor access.Actor, in ReleaseInput) (*ReleasePayload, error) {
	if err := s.permitRelease(actor, access.DraftRelease, &in); err != nil {
		return nil, err
	}
	r, err := s.releases.Withdraw(ctx, s.author(actor, in.RequestID), in.ReleaseID)
	if err != nil {
		return nil, err
	}
	return &ReleasePayload{Release{r}}, nil
}

// ListReleases returns a page of the releases, the newest first; before them, for
// those who draft, everything that is not published.
func (s *Service) ListReleases(ctx context.Context, actor access.Actor, args page.Args) (*ReleaseConnection, error) {
	seen, err := s.shownReleases(ctx, actor)
	if err != nil {
		return nil, err
	}
	return page.Of(seen, func(r Release) string { return string(r.ID) }, args)
}

// shownReleases returns all releases that the actor may see.
func (s *Service) shownReleases(ctx context.Context, actor access.Actor) ([]Release, error) {
	if err := s.permitRelease(actor, access.ReadReleases, &struct{}{}); err != nil {
		return nil, err
	}
	all, err := s.releases.List(ctx)
	if err != nil {
		return nil, err
	}
	if actor.PermitProgramme(access.DraftRelease) != nil {
		all = slices.DeleteFunc(all, func(r release.Release) bool { return r.Status != release.Published })
	}
	seen := make([]Release, len(all))
	for i, r := range all {
		seen[i] = Release{r}
	}
	return seen, nil
}

// Release returns a published release by its number, or NotFound.
func (s *Service) Release(ctx context.Context, actor access.Actor, number int) (*Release, error) {
	if err := s.permitRelease(actor, access.ReadReleases, &struct{}{}); err != nil {
		return nil, err
	}
	r, err := s.releases.Numbered(ctx, number)
	if err != nil {
		return nil, err
	}
	return &Release{r}, nil
}

// PublishedNumber returns the number, or nil of what is not published.
func (r Release) PublishedNumber() *int {
	if r.Number == 0 {
		return nil
	}
	return &r.Number
}

// DraftedByJob is the job that drafted it, or nil where somebody did.
func (r Release) DraftedByJob() *string {
	if r.Job == "" {
		return nil
	}
	return &r.Job
}

// mostFindings is how many findings of a draft are listed.
const mostFindings = 50

// Findings names the first of the cells that forbid publishing, as the last check
// found them.
func (r Release) Findings() []string {
	if r.Check == nil {
		return []string{}
	}
	return append([]string{}, r.Check.Findings[:min(mostFindings, len(r.Check.Findings))]...)
}

// FindingCount is how many there are.
func (r Release) FindingCount() int {
	if r.Check == nil {
		return 0
	}
	return len(r.Check.Findings)
}

// Tables returns the tables, or only that of a grouping; it returns Invalid where
// the release has none of that grouping.
func (r Release) Tables(by []outcome.Dimension) ([]release.Table, error) {
	if by == nil {
		return r.Content.Tables, nil
	}
	t, ok := r.Content.Table(by)
	if !ok {
		return nil, fault.Input("groupBy", "this release has no table by these dimensions")
	}
	return []release.Table{t}, nil
}

// Definitions returns what the figures mean.
func (r Release) Definitions() []release.Definition { return r.Content.Definitions }

// Funnels returns the funnels.
func (r Release) Funnels() []release.Funnel { return r.Content.Funnels }

// Curves returns the curves.
func (r Release) Curves() []release.Curve { return r.Content.Curves }

// Threshold is the smallest count of people that is shown, 0 apart.
func (r Release) Threshold() int { return r.Content.Threshold }

// VerifyReleases counts every published release again as everything was known then,
// and looks at numbers and seals, which are held against the keys that were to sign
// and, where one is given, a trusted public key. A release that was counted by
// definitions of before is not counted again; its seal is looked at all the same.
func (v *Verification) VerifyReleases(ctx context.Context, s store.Store, d *directory.Directory, trusted string) error {
	book := release.NewBook(s)
	all, err := book.Published(ctx)
	if err != nil {
		return err
	}
	signers, err := book.Signers(ctx)
	if err != nil {
		return err
	}
	retold, err := book.Retold(ctx)
	if err != nil {
		return err
	}
	if !retold {
		v.differ("releases: the stored state differs from the history")
	}
	v.Releases = len(all)
	for i, r := range all {
		if r.Number != i+1 {
			v.differ("release %d comes after %d others", r.Number, i)
		}
		if err := signers.Verify(r, trusted); err != nil {
			v.differ("%s: %v", r.ID, err)
		}
		if err := v.recountRelease(ctx, s, d, r); err != nil {
			return err
		}
	}
	return nil
}

func (v *Verification) recountRelease(ctx context.Context, s store.Store, d *directory.Directory, r release.Release) error {
	figures, _, err := countRelease(ctx, s, d, r.Period(), r.KnownAt)
	if err != nil {
		return err
	}
	if !r.Content.Defined(figures.Reports[0]) {
		v.Outdated++
		return nil
	}
	for _, report := range figures.Reports {
		v.Figures += len(report.Rows)
	}
	differences, err := r.Compare(figures)
	if err != nil {
		return err
	}
	for _, difference := range differences {
		v.differ("release %d: %s", r.Number, difference)
	}
	return nil
}
