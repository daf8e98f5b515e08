package disclosure_test

import (
	"testing"
	"time"

	"onward/services/outcome/disclosure"
)

func monthOf(n int) time.Month { return time.Month(n) }

// release protects cells and makes a release of them.
func release(t testing.TB, number int, cells []disclosure.Cell, earlier []disclosure.Release) disclosure.Release {
	t.Helper()
	decisions, err := disclosure.Protect(cells, disclosure.Threshold, earlier)
	if err != nil {
		t.Fatal(err)
	}
	return disclosure.Release{Number: number, Cells: decisions}
}
