package assessment

import (
	"slices"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/track"
)

// Recorded is the entry for one assessment: the answers, and the score as it was
// computed when it was recorded.
type Recorded struct {
	Instrument        string   `json:"instrument" validate:"required,max=40"`
	InstrumentVersion int      `json:"instrumentVersion"`
	Purpose           Purpose  `json:"purpose"`
	Answers           []Answer `json:"answers" validate:"min=1,max=50,dive"`
	Score
	track.Remark
}

// Kind names the entry.
func (Recorded) Kind() string { return "assessment.recorded" }

// Summary describes the entry in a sentence.
func (Recorded) Summary() string { return "Assessment recorded" }

// Assessment is one assessment of a case, without its answers, which stay in the
// history.
type Assessment struct {
	Entry      int          `json:"entry"` // version of the case with its entry
	Instrument string       `json:"instrument"`
	Version    int          `json:"version"` // of the instrument
	Purpose    Purpose      `json:"purpose"`
	On         calendar.Day `json:"on"`
	Score
}

// State is all assessments of a case, in the order in which they were recorded.
type State []Assessment

// Clone returns a copy that shares nothing that Record changes.
func (s State) Clone() State { return slices.Clone(s) }

// Record adds an assessment with the score that its entry holds. A reintegration
// index is taken once in a calendar quarter at most, as programmes report it by
// the quarter.
func (s *State) Record(r Recorded, at track.Stamp) error {
	if err := track.Full("caseId", len(*s), "assessments"); err != nil {
		return err
	}
	if r.Purpose == ReintegrationIndex {
		for _, a := range *s {
			if a.Purpose == ReintegrationIndex && a.On.Quarter() == at.On.Quarter() {
				return fault.Input("on", "the index of %s was taken on %s already; to correct it, reverse that entry first", at.On.Quarter(), a.On)
			}
		}
	}
	*s = append(*s, Assessment{
		Entry: int(at.Entry), Instrument: id.Intern(r.Instrument), Version: r.InstrumentVersion,
		Purpose: id.Intern(r.Purpose), On: at.On, Score: r.Score.interned(),
	})
	return nil
}

// interned returns the score with its codes shared among all cases.
func (s Score) interned() Score {
	s.Dimensions = slices.Clone(s.Dimensions)
	for i := range s.Dimensions {
		s.Dimensions[i].Dimension = id.Intern(s.Dimensions[i].Dimension)
	}
	s.Band = id.Intern(s.Band)
	return s
}

// Baseline returns the first assessment with the instrument, by the day, whatever
// its version: a new version must stay comparable, or take a new code [J].
func (s State) Baseline(instrument string) (Assessment, bool) {
	var first Assessment
	for _, a := range s {
		if a.Instrument == instrument && (first.Entry == 0 || a.On < first.On) {
			first = a
		}
	}
	return first, first.Entry != 0
}

// Of returns the score of a dimension, if it has one.
func (s Score) Of(dimension string) (int, bool) {
	for _, d := range s.Dimensions {
		if d.Dimension == dimension {
			return d.Score, true
		}
	}
	return 0, false
}

// Equal reports whether two scores are the same in every part.
func (s Score) Equal(t Score) bool {
	return s.Coverage == t.Coverage && s.Composite == t.Composite && s.Band == t.Band && slices.Equal(s.Dimensions, t.Dimensions)
}
