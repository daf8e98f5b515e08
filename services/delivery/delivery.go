// Package delivery records services given to a survivor, by the service taxonomy
// that Cambodian case-management systems share.
package delivery

import (
	"slices"

	"onward/services/id"
	"onward/services/track"
	"onward/services/word"
)

// Delivered is the entry for one service given.
type Delivered struct {
	Service string  `json:"service" validate:"required,max=80"` // a code of the taxonomy
	SiteID  id.Site `json:"siteId,omitempty"`
	// SessionID is of the group session in which it was given, if it was.
	SessionID string `json:"sessionId,omitempty" validate:"max=64"`
	track.Remark
}

// Kind names the entry.
func (Delivered) Kind() string { return "service.delivered" }

// Summary describes the entry in a sentence.
func (Delivered) Summary() string { return "Service delivered" }

// Delivery is one service given.
type Delivery struct {
	Given word.Place[Code] `json:"service"` // read through Service
	track.Stamp
}

// Service returns the code of the service.
func (d Delivery) Service() string { return string(d.Given.Word()) }

// State is all deliveries, in the order in which they were recorded.
type State []Delivery

// Clone returns a copy that shares nothing that Deliver changes.
func (s State) Clone() State { return slices.Clone(s) }

// Deliver records a service given.
func (s *State) Deliver(d Delivered, at track.Stamp) error {
	if err := Known(d.Service); err != nil {
		return err
	}
	*s = append(*s, Delivery{Given: word.At(Code(d.Service)), Stamp: at})
	return nil
}
