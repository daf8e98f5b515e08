package casework

import (
	"context"
	"fmt"
	"slices"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/outcome"
	"onward/services/release"
)

// rollUpJob drafts the release of each quarter that has ended. Whoever may publish
// releases may publish it: nobody has drafted it.
var rollUpJob = access.Job("roll-up")

// quarterAuthor is the job, which does something to a draft of a quarter. What it
// does has the same name in each run, so that a run after a crash does not do it
// twice.
func (s *Service) quarterAuthor(quarter calendar.Period, format string, of ...any) release.Author {
	return s.author(rollUpJob, quarter.From.Quarter()+"/"+fmt.Sprintf(format, of...))
}

// draftQuarter keeps one draft of the release of a quarter that has ended, of what
// is known now: a run for an earlier day leaves it as it is. Tables that have changed
// replace the job's own draft that is not published; so do releases published since
// that forbid it. Once a release of the quarter is published, whoever drafted it, the
// job drafts none. The drafts of others are theirs.
func (s *Service) draftQuarter(ctx context.Context, p present, quarter calendar.Period, asOf calendar.Day, done *RolledUp) error {
	if s.releases == nil || asOf != s.Today() {
		return nil
	}
	mine, err := s.quarterDrafts(ctx, quarter)
	if err != nil {
		return err
	}
	published, err := s.releases.Published(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(published, func(r release.Release) bool { return r.Period() == quarter }) {
		return s.discard(ctx, quarter, mine)
	}
	reports, err := s.figures.tables(p, quarter, asOf, done)
	if err != nil || nothing(reports) {
		return err
	}
	if mine, err = s.checkLast(ctx, quarter, mine, len(published)); err != nil {
		return err
	}
	if outdated(mine, release.Figures{Reports: reports}.Tables(), len(published)) {
		if mine, err = s.redraft(ctx, quarter, mine, len(published), done); err != nil {
			return err
		}
	}
	last := len(mine) - 1
	if open(mine[last]) {
		done.Findings = len(mine[last].Check.Findings)
	}
	return s.discard(ctx, quarter, mine[:last])
}

// tables returns the tables of a release of a period as of a day, kept up to date
// from one run to the next.
func (f *figures) tables(p present, period calendar.Period, asOf calendar.Day, done *RolledUp) ([]outcome.Report, error) {
	running, err := done.bring(f.drafted[period], p, outcome.Query{Period: period, AsOf: asOf}, release.Groupings(period))
	if err != nil {
		return nil, err
	}
	f.drafted = map[calendar.Period]*outcome.Running{period: running}
	return running.Reports(), nil
}

// nothing reports whether nothing was counted: the programme had not begun.
func nothing(tables []outcome.Report) bool {
	return !slices.ContainsFunc(tables[0].Rows, func(r outcome.Row) bool { return r.Value != 0 || r.Base != 0 || r.ExcludedNoConsent != 0 })
}

func open(r release.Release) bool { return r.Status == release.Drafted || r.Status == release.Checked }

// outdated reports whether the next of some drafts is to be written: the figures are
// others than those of the last one, or what was published since forbids it. Of
// unchanged figures that somebody has withdrawn no other draft is made.
func outdated(mine []release.Release, tables string, published int) bool {
	if len(mine) == 0 {
		return true
	}
	last := mine[len(mine)-1]
	return last.Tables != tables || open(last) && last.After < published && len(last.Check.Findings) > 0
}

// quarterDrafts returns all drafts that the job has written of a quarter, in the
// order in which it did.
func (s *Service) quarterDrafts(ctx context.Context, quarter calendar.Period) (all []release.Release, err error) {
	for {
		r, err := s.releases.Find(ctx, release.DraftID(s.nextAuthor(quarter, all)))
		if fault.Is(err, fault.NotFound) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
}

// nextAuthor is the job, which writes the next draft of a quarter after some.
func (s *Service) nextAuthor(quarter calendar.Period, mine []release.Release) release.Author {
	return s.quarterAuthor(quarter, "draft/%d", len(mine)+1)
}

// redraft writes the next draft of a quarter and looks at it. It is counted from the
// store, since the register may not know yet what another process has just written;
// where the figures are those of the last draft after all, none is written.
func (s *Service) redraft(ctx context.Context, quarter calendar.Period, mine []release.Release, published int, done *RolledUp) ([]release.Release, error) {
	a := s.nextAuthor(quarter, mine)
	figures, words, err := countRelease(ctx, s.live.store, s.directory, quarter, a.At)
	if err != nil {
		return nil, err
	}
	if !outdated(mine, figures.Tables(), published) {
		return mine, nil
	}
	r, err := s.writeDraft(ctx, a, release.Draft{From: quarter.From, To: quarter.To}, figures, words)
	if err != nil {
		return nil, err
	}
	done.Drafted++
	return s.checkLast(ctx, quarter, append(mine, r), published)
}

// checkLast looks at the last of some drafts, where nobody has since the last release
// was published. What it finds stands on the draft, and is no failure of the job.
func (s *Service) checkLast(ctx context.Context, quarter calendar.Period, mine []release.Release, published int) ([]release.Release, error) {
	n := len(mine)
	if n == 0 || !open(mine[n-1]) || mine[n-1].Check != nil && mine[n-1].Check.After >= published {
		return mine, nil
	}
	r, err := s.releases.Check(ctx, s.quarterAuthor(quarter, "check/%d/%d", n, published), mine[n-1].ID)
	if err != nil && !fault.Is(err, fault.Conflict) { // somebody has just withdrawn or published it
		return nil, err
	}
	mine[n-1] = r
	return mine, nil
}

// discard takes back the drafts of the job that are open still, and finishes that
// where an earlier run has only begun.
func (s *Service) discard(ctx context.Context, quarter calendar.Period, mine []release.Release) error {
	for i, r := range mine {
		if !open(r) && (r.Status != release.Withdrawn || r.Emptied()) {
			continue
		}
		if err := s.releases.Discard(ctx, s.quarterAuthor(quarter, "discard/%d", i+1), r.ID); err != nil {
			return err
		}
	}
	return nil
}
