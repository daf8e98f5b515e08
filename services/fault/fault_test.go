package fault_test

import (
	"errors"
	"testing"

	"onward/services/fault"
)

// TestErrorSaysEverythingOnce proves that the description for logs has the kind,
// the message, every field and the cause, and none of them twice.
func TestErrorSaysEverythingOnce(t *testing.T) {
	code, name := fault.Field{Path: "code", Message: "is taken"}, fault.Field{Path: "name", Message: "is blank"}
	for want, err := range map[string]error{
		"not_found: not found":                          fault.New(fault.NotFound, "not found"),
		"invalid: code: is taken":                       fault.Input("code", "is %s", "taken"),
		"invalid: code: is taken; name: is blank":       fault.Inputs(code, name),
		"invalid: look; code: is taken; name: is blank": &fault.Error{Kind: fault.Invalid, Message: "look", Fields: []fault.Field{code, name}},
		"unavailable: the disk is full: no room":        fault.Wrap(fault.Unavailable, errors.New("no room"), "the disk is %s", "full"),
	} {
		if got := err.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
