package track

// Remark is the free text that most entries may carry. It may name people and
// places, so it is read only by those who may read NOTES, and never leaves the
// history for the register.
type Remark struct {
	Note string `json:"note,omitempty" validate:"max=2000"`
}

// Text returns the free text.
func (r Remark) Text() string { return r.Note }
