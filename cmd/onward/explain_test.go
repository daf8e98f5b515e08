package main

import (
	"errors"
	"fmt"
	"testing"

	"github.com/alecthomas/kong"

	"onward/services/fault"
)

// TestExplain proves that an operator reads each cause once, whatever has been
// wrapped around it, and each field by the command's flag.
func TestExplain(t *testing.T) {
	command := &kong.Node{Flags: []*kong.Flag{{Value: &kong.Value{Name: "as-of"}}}}
	disk := fault.Wrap(fault.Unavailable, errors.New("no room"), "the disk failed")
	for want, err := range map[string]error{
		"--as-of: is late":                       fault.Input("asOf", "is late"),
		"--as-of: is late\nonward: beds: is odd": fault.Inputs(fault.Field{Path: "asOf", Message: "is late"}, fault.Field{Path: "beds", Message: "is odd"}),
		"life 7: step 2: risk: is not known":     fmt.Errorf("life 7: step 2: %w", fault.Input("risk", "is not known")),
		"the disk failed: no room":               disk,
		"start: load: the disk failed: no room":  fmt.Errorf("start: %w", fault.Wrap(fault.Internal, disk, "load")),
		"listen: refused":                        errors.New("listen: refused"),
	} {
		if got := explain(err, command); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
