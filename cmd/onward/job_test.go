package main_test

import (
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// upToDate is the line of a job in the list whose last run did everything and that
// is not behind.
var upToDate = regexp.MustCompile(`(?m)^(\S+) +\d+ \d+ \* \* \* +\d{4}-\d\d-\d\d \d\d:\d\d +\d{4}-\d\d-\d\d \d\d:\d\d +DONE +0$`)

// allUpToDate reports whether a list says so of every job, of which there are three
// at least.
func allUpToDate(list string) bool {
	n := len(upToDate.FindAllString(list, -1))
	return n >= 3 && n == strings.Count(list, "\n")-1 // but for the head
}

// TestJobsOfAServer proves that a serving process runs every job by itself, that the
// list shows it beside that process, on either store, and that a stop is clean.
func TestJobsOfAServer(t *testing.T) {
	for name, newPlace := range map[string]func(testing.TB) place{
		"SQLite":  local,
		"MongoDB": mongo,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			mustRun(t, p, "organisation", "add", "--code", "LOT", "--name", "Lotus House", "--province", "KH-12")
			s := start(t, p, "serve")
			var out string
			for deadline := time.Now().Add(time.Minute); !allUpToDate(out); time.Sleep(50 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("the jobs are not up to date:\n%s", out)
				}
				out = mustRun(t, p, "job", "list")
			}
			if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if <-s.done; s.err != nil {
				t.Errorf("it does not stop cleanly: %v", s.err)
			}
			if after := mustRun(t, p, "job", "list"); !allUpToDate(after) {
				t.Errorf("after the stop:\n%s", after)
			}
		})
	}
}
