package directory

import (
	"onward/services/id"
	"onward/services/stall"
)

// defaults hold for an organisation that has set no thresholds.
var defaults = stall.Defaults()

// Thresholds returns the thresholds of the stall rules that hold for an
// organisation.
func (s *Snapshot) Thresholds(id.Organisation) *stall.Thresholds { return defaults }
