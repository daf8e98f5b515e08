package career

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"onward/services/fault"
	"onward/services/locale"
	"onward/services/track"
)

// Item is one line of the job-readiness checklist.
type Item struct {
	Code     string      `json:"code"`
	Required bool        `json:"required"` // JOB_READY waits for it
	Label    locale.Text `json:"label"`
}

// Checklist is one version of the job-readiness checklist. What is on it and
// what is required is data, in readiness.json [J]. A version that was once in
// use stays there as it was: histories rest on it.
type Checklist struct {
	Version int    `json:"version"` // counts from 1
	Items   []Item `json:"items"`   // at most track.Most
}

//go:embed readiness.json
var readinessJSON []byte

// Checklists lists all versions, the oldest first.
var Checklists = func() []Checklist {
	var all []Checklist
	if err := json.Unmarshal(readinessJSON, &all); err != nil {
		panic("readiness.json: " + err.Error()) // embedded: cannot happen in a built binary that passed its tests
	}
	return all
}()

// Current returns the version that new answers are given on.
func Current() Checklist { return Checklists[len(Checklists)-1] }

// FindChecklist returns one version of the checklist, or the current one where
// none is asked for. A version that there is not is Invalid, about version.
func FindChecklist(version *int) (*Checklist, error) {
	if version == nil {
		c := Current()
		return &c, nil
	}
	if *version < 1 || *version > len(Checklists) {
		return nil, fault.Input("version", "there are versions 1 to %d", len(Checklists))
	}
	return &Checklists[*version-1], nil
}

// item returns the line with the code.
func (c Checklist) item(code string) (Item, bool) {
	i := slices.IndexFunc(c.Items, func(i Item) bool { return i.Code == code })
	if i < 0 {
		return Item{}, false
	}
	return c.Items[i], true
}

// Answer says of one item whether it is done.
type Answer struct {
	Code string `json:"code" validate:"required,max=80"`
	Done bool   `json:"done"`
}

// ReadinessUpdated is the entry for new answers on the checklist. Items that it
// leaves out stay as they were.
type ReadinessUpdated struct {
	Version int      `json:"version"` // of the checklist; casework gives the current one
	Items   []Answer `json:"items" validate:"required,min=1,max=50,unique=Code,dive"`
	track.Remark
}

// Kind names the entry.
func (ReadinessUpdated) Kind() string { return "career.readinessUpdated" }

// Summary describes the entry in a sentence.
func (r ReadinessUpdated) Summary() string {
	return fmt.Sprintf("Job-readiness checklist: answers on %d of its items", len(r.Items))
}

// Readiness is the checklist of one spell as it was last answered.
type Readiness struct {
	Version int      `json:"version"`
	Answers []Answer `json:"answers"` // only of items that were asked
}

// Line is one item of the checklist with its answer; Done is nil where nobody
// has asked yet.
type Line struct {
	Item Item
	Done *bool
}

// Lines returns every item of the checklist with its answer.
func (r *Readiness) Lines() []Line {
	items := Checklists[r.Version-1].Items
	lines := make([]Line, len(items))
	for i, item := range items {
		lines[i].Item = item
		if at := r.find(item.Code); at >= 0 {
			lines[i].Done = &r.Answers[at].Done
		}
	}
	return lines
}

func (r *Readiness) find(code string) int {
	return slices.IndexFunc(r.Answers, func(a Answer) bool { return a.Code == code })
}

// answer puts an answer in the place of an earlier one.
func (r *Readiness) answer(a Answer) {
	if i := r.find(a.Code); i >= 0 {
		r.Answers[i] = a
		return
	}
	r.Answers = append(r.Answers, a)
}

// Open returns the codes of the required items that are not done.
func (r *Readiness) Open() []string {
	var open []string
	for _, l := range r.Lines() {
		if l.Item.Required && (l.Done == nil || !*l.Done) {
			open = append(open, l.Item.Code)
		}
	}
	return open
}

// UpdateReadiness records answers on the checklist of the last spell. An answer
// on a newer version than before takes the answers of the items that it kept
// along.
func (s *State) UpdateReadiness(u ReadinessUpdated, at track.Stamp) error {
	spell, err := s.spell("caseId", at)
	if err != nil {
		return err
	}
	if u.Version < 1 || u.Version > len(Checklists) {
		return fault.New(fault.Internal, "the readiness checklist has no version %d", u.Version)
	}
	list, next := Checklists[u.Version-1], Readiness{Version: u.Version}
	if before := s.Registrations[spell].Readiness; before != nil {
		for _, a := range before.Answers {
			if _, kept := list.item(a.Code); kept {
				next.Answers = append(next.Answers, a)
			}
		}
	}
	for i, a := range u.Items {
		item, ok := list.item(a.Code)
		if !ok {
			return fault.Input(fmt.Sprintf("items[%d].code", i), "is not on the checklist; the query readinessChecklist lists its items")
		}
		next.answer(Answer{Code: item.Code, Done: a.Done}) // shares the list's own text
	}
	s.Registrations[spell].Readiness = &next
	return nil
}
