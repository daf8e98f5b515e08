package attention

import (
	"onward/services/calendar"
	"onward/services/id"
	"onward/services/store"
)

// ReadBeforeLeft is the reason of the reading that presses most: soon nobody can ask the
// reader any more. The others are those of the package audit, which finds it.
const ReadBeforeLeft Reason = "BEFORE_LEAVING"

// Reading is what a worker read of cases, where that is unusual. It names no case and
// holds no value of one.
type Reading struct {
	Worker   id.Worker    `json:"worker"`
	From     calendar.Day `json:"from"` // the first and the last day of it
	To       calendar.Day `json:"to"`
	Days     int          `json:"days"`
	Cases    int          `json:"cases"` // different ones
	Searches int          `json:"searches"`
	Exports  int          `json:"exports,omitempty"`
}

// NewReadings returns the lists of unusual reading of a store, which are apart from
// those of figures.
func NewReadings(s store.Store) *Lists { return &Lists{s, "reading_"} }
