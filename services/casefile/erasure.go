package casefile

import "onward/services/fault"

var erasureKinds = []kind{always((*Case).erase)}

// ErasureReason is why what was written of a survivor is erased.
type ErasureReason string

// The reasons.
const (
	HerWish         ErasureReason = "HER_WISH"          // she has asked for it
	RetentionEnded  ErasureReason = "RETENTION_ENDED"   // it was kept as long as it may be
	RecordedInError ErasureReason = "RECORDED_IN_ERROR" // it should never have been written
)

// Erased is the entry that says that what was written of her is erased: the texts can
// be read no more. That there was a case, its codes and its days stay, and count.
type Erased struct {
	Reason ErasureReason `json:"reason" validate:"required"`
}

// Kind names the entry.
func (Erased) Kind() string { return "case.erased" }

// Summary describes the entry in a sentence.
func (e Erased) Summary() string { return "What was written of her was erased: " + string(e.Reason) }

// erase marks a case that has ended as erased: it is its last entry.
func (c *Case) erase(_ Erased, e Entry) error {
	if c.Status.Open() {
		return fault.Input("caseId", "the case is %s; only a case that has ended is erased", c.Status)
	}
	c.ErasedOn = e.On
	return nil
}
