package track

import "onward/services/sealed"

// Remark is the free text that most entries may carry. It may name people and
// places, so it is read only by those who may read NOTES, and never leaves the
// history for the register.
type Remark struct {
	Note sealed.Text `json:"note,omitempty" validate:"max=2000"`
}

// Text returns the free text.
func (r Remark) Texts() []sealed.Text { return []sealed.Text{r.Note} }
