package casework

import (
	"context"

	"onward/services/access"
	"onward/services/assessment"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/page"
	"onward/services/track"
)

// RecordAssessmentInput records the answers to an instrument. Without a version
// they are answers to the newest.
type RecordAssessmentInput struct {
	Request
	Instrument        string
	InstrumentVersion *int
	Answers           []assessment.Answer
	track.Remark
}

// RecordAssessment scores the answers and records both.
func (s *Service) RecordAssessment(ctx context.Context, actor access.Actor, in RecordAssessmentInput) (*Change, error) {
	today := s.Today()
	data := assessment.Recorded{Instrument: in.Instrument, Answers: in.Answers, Remark: in.Remark}
	if err := check(today, "on", &in.Request, data); err != nil {
		return nil, err
	}
	return s.change(ctx, actor, in.Request, plain(access.RecordAssessment, data), func(ctx context.Context, c *casefile.Case, e casefile.Entry) (*casefile.Case, []casefile.Entry, error) {
		scored, err := s.scored(data, in.InstrumentVersion)
		if err != nil {
			return nil, nil, err
		}
		e.Data = scored
		return s.appended(ctx, c, e)
	})
}

// scored completes an entry with what the library says of its answers.
func (s *Service) scored(r assessment.Recorded, version *int) (assessment.Recorded, error) {
	library := s.library.Snapshot()
	i, err := library.Find(r.Instrument, version)
	if err != nil {
		if _, unknown := library.Find(r.Instrument, nil); unknown != nil {
			return r, fault.Input("instrument", "there is no such instrument; the query instruments lists them")
		}
		return r, fault.Input("instrumentVersion", "%s has no version %d; the query instruments lists them", r.Instrument, *version)
	}
	if r.Score, err = i.Score(r.Answers); err != nil {
		return r, err
	}
	r.InstrumentVersion, r.Purpose = i.Version, i.Purpose
	return r, nil
}

// Assessment is one assessment of a case, beside the first one with the same
// instrument.
type Assessment struct {
	assessment.Assessment
	Case     *casefile.Case
	baseline assessment.Assessment
}

// Assessments returns the assessments of a case, in the order in which they were
// recorded.
func Assessments(c *casefile.Case) []Assessment {
	all := make([]Assessment, len(c.Assessments()))
	for n, a := range c.Assessments() {
		first, _ := c.Assessments().Baseline(a.Instrument)
		all[n] = Assessment{Assessment: a, Case: c, baseline: first}
	}
	return all
}

// ID returns the identifier of the assessment.
func (a Assessment) ID() string { return id.Within("assessment_", a.Case.ID, a.Entry) }

// IsBaseline reports whether it is the first with its instrument.
func (a Assessment) IsBaseline() bool { return a.Entry == a.baseline.Entry }

// ChangeFromBaseline returns by how much the composite has changed since the
// baseline, or nil for the baseline itself.
func (a Assessment) ChangeFromBaseline() *int {
	if a.IsBaseline() {
		return nil
	}
	change := a.Composite - a.baseline.Composite
	return &change
}

// DimensionScore is the score of one dimension, and by how much it has changed
// since the baseline: nil for the baseline itself, and where the baseline has no
// score of the dimension.
type DimensionScore struct {
	assessment.DimensionScore
	ChangeFromBaseline *int
	of                 Assessment
}

// DimensionScores returns the scores of the dimensions, in the order of the
// instrument.
func (a Assessment) DimensionScores() []DimensionScore {
	scores := make([]DimensionScore, len(a.Score.Dimensions))
	for n, d := range a.Score.Dimensions {
		scores[n] = DimensionScore{DimensionScore: d, of: a}
		if was, known := a.baseline.Of(d.Dimension); known && !a.IsBaseline() {
			change := d.Score - was
			scores[n].ChangeFromBaseline = &change
		}
	}
	return scores
}

// RecomputedScore is the score of the answers in the history, computed again.
type RecomputedScore struct {
	assessment.Score
	Agrees bool // with the score that was recorded, in every part
}

// Recompute scores the answers in the history of an assessment again, by the
// version of the instrument that they were given to. It returns nil where the
// library does not have that version.
func (v *View) Recompute(ctx context.Context, a *Assessment) (*RecomputedScore, error) {
	i := v.InstrumentOf(a)
	if i == nil {
		return nil, nil
	}
	e, err := v.Entry(ctx, a.Case, a.Entry)
	if err != nil {
		return nil, err
	}
	recorded, ok := e.Data.(assessment.Recorded)
	if !ok {
		return nil, fault.New(fault.Internal, "entry %s is no assessment", e.ID())
	}
	score, err := i.Score(recorded.Answers)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "recompute %s", e.ID())
	}
	return &RecomputedScore{Score: score, Agrees: score.Equal(a.Score)}, nil
}

// InstrumentOf returns the version of the instrument that an assessment was made
// with, or nil where the library does not have it.
func (v *View) InstrumentOf(a *Assessment) *assessment.Instrument {
	i, err := v.Library.Find(a.Instrument, &a.Version)
	if err != nil {
		return nil
	}
	return i
}

// DimensionLabel names the dimension of a score, or returns its code where the
// library does not have the instrument.
func (v *View) DimensionLabel(d *DimensionScore, l locale.Locale) string {
	if i := v.InstrumentOf(&d.of); i != nil {
		if dimension, known := i.DimensionOf(d.Dimension); known {
			return dimension.Label.In(l)
		}
	}
	return d.Dimension
}

// The pages of instruments.
type (
	InstrumentConnection = page.Connection[*assessment.Instrument]
	InstrumentEdge       = page.Edge[*assessment.Instrument]
)

// ListInstruments returns a page of the versions of all instruments, by code.
func (v *View) ListInstruments(args page.Args) (*InstrumentConnection, error) {
	return page.Of(v.Library.List(), (*assessment.Instrument).Key, args)
}
