package shelter_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"onward/services/id"
	"onward/services/shelter"
	"onward/services/track"
	"onward/services/track/tracktest"
)

func moved(site id.Site, at string) step {
	return func(s *state) error { return s.Move(shelter.Moved{SiteID: site}, tracktest.On(at)) }
}

func away(at, expected string) step {
	return func(s *state) error {
		b := shelter.AbsenceBegan{Reason: shelter.FamilyVisit}
		if expected != "" {
			b.ExpectedReturnOn = tracktest.Day(expected)
		}
		return s.BeginAbsence(b, tracktest.On(at))
	}
}

func back(at string) step {
	return func(s *state) error { return s.EndAbsence(tracktest.On(at)) }
}

// TestMoveOrder proves that she moves within an open stay only, to another site,
// and that neither a move nor what follows lies before what came before.
func TestMoveOrder(t *testing.T) {
	in, move := admit("2026-03-01"), moved("site_2", "2026-03-10")
	tracktest.Refusals(t, []refusal{
		{"without a stay", nil, move, "caseId", "no open stay to move"},
		{"after leaving", []step{in, leave("2026-03-05")}, move, "caseId", "no open stay to move"},
		{"to the same site", []step{in}, moved("site_1", "2026-03-10"), "siteId", "at this site already"},
		{"before the admission", []step{in}, moved("site_2", "2026-02-28"), "on", "the admission"},
		{"before the last move", []step{in, move}, moved("site_3", "2026-03-09"), "on", "the last move"},
		{"leaving before the last move", []step{in, move}, leave("2026-03-09"), "on", "the last move"},
	})
}

// TestAbsenceOrder proves that she is away within an open stay only, from one
// absence at a time, and that she cannot leave before the last one.
func TestAbsenceOrder(t *testing.T) {
	in, gone := admit("2026-03-01"), away("2026-03-10", "2026-03-12")
	tracktest.Refusals(t, []refusal{
		{"without a stay", nil, gone, "caseId", "no open stay to be away from"},
		{"after leaving", []step{in, leave("2026-03-05")}, gone, "caseId", "no open stay to be away from"},
		{"before the admission", []step{in}, away("2026-02-28", ""), "on", "the admission"},
		{"twice at once", []step{in, gone}, away("2026-03-11", ""), "caseId", "away since 2026-03-10"},
		{"before the last return", []step{in, gone, back("2026-03-13")}, away("2026-03-12", ""), "on", "the end of the last absence"},
		{"expected before it began", []step{in}, away("2026-03-10", "2026-03-09"), "expectedReturnOn", "the beginning of the absence"},
		{"back without a stay", nil, back("2026-03-10"), "caseId", "no open stay to come back to"},
		{"back without an absence", []step{in}, back("2026-03-10"), "caseId", "not away"},
		{"back twice", []step{in, gone, back("2026-03-13")}, back("2026-03-14"), "caseId", "not away"},
		{"back before it began", []step{in, gone}, back("2026-03-09"), "on", "the beginning of the absence"},
		{"leaving before the absence", []step{in, gone}, leave("2026-03-09"), "on", "the beginning of the last absence"},
		{"leaving before the return", []step{in, gone, back("2026-03-13")}, leave("2026-03-12"), "on", "the end of the last absence"},
	})
}

// TestSegments proves that a stay that moves stays one, with a part for each site
// and the reason of a full site with the part that it began.
func TestSegments(t *testing.T) {
	full := func(site id.Site, entry int, on string) step {
		return func(s *state) error {
			at := tracktest.On(on)
			at.Entry = int32(entry)
			return s.Move(shelter.Moved{SiteID: site, OverCapacityReason: "cold night"}, at)
		}
	}
	s := tracktest.After(t, admit("2026-03-01"), full("site_2", 7, "2026-03-10"), moved("site_1", "2026-03-20"), leave("2026-04-01"))
	if len(s.Stays) != 1 || len(s.Milestones) != 2 {
		t.Fatalf("%d stays, milestones %v", len(s.Stays), s.Milestones)
	}
	stay := s.Stays[0]
	var got []string
	for _, p := range stay.Segments() {
		got = append(got, fmt.Sprint(p.StayID, " ", p.Site, " ", p.From, " ", p.To, " ", p.OverCapacity))
	}
	want := []string{"stay_2026-03-01 site_1 2026-03-01 2026-03-10 0", "stay_2026-03-01 site_2 2026-03-10 2026-03-20 7", "stay_2026-03-01 site_1 2026-03-20 2026-04-01 0"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("segments\n%v\nwant\n%v", got, want)
	}
	for day, want := range map[string]id.Site{"2026-03-01": "site_1", "2026-03-09": "site_1", "2026-03-10": "site_2", "2026-03-19": "site_2", "2026-03-20": "site_1", "2026-04-01": "site_1"} {
		if got := stay.SiteOn(tracktest.Day(day)); got != want {
			t.Errorf("on %s she was at %s, want %s", day, got, want)
		}
	}
}

// TestFullStays proves that a stay has at most 50 sites and 50 absences, and a
// case at most 50 stays.
func TestFullStays(t *testing.T) {
	s := tracktest.After(t, admit("2026-03-01"))
	for n := range track.Most + 1 {
		err := moved(id.Site(fmt.Sprint("site_", 2+n%2)), "2026-03-01")(s)
		if want := n < track.Most-1; (err == nil) != want {
			t.Errorf("move %d: %v", n+1, err)
		}
		err = away("2026-03-01", "")(s)
		if want := n < track.Most; (err == nil) != want {
			t.Errorf("absence %d: %v", n+1, err)
		}
		_ = back("2026-03-01")(s)
	}
	if n := len(s.Stays[0].Segments()); n != track.Most {
		t.Errorf("%d segments", n)
	}
	for n := 1; n <= track.Most; n++ {
		if err := leave("2026-03-01")(s); err != nil {
			t.Fatal(err)
		}
		if err := admit("2026-03-01")(s); (err == nil) != (n < track.Most) {
			t.Errorf("stay %d: %v", n+1, err)
		}
	}
}

// TestLeavingEndsAnAbsence proves that she who leaves while away did not come
// back, that the absence ends with the stay, and that the destination is kept.
func TestLeavingEndsAnAbsence(t *testing.T) {
	yes := true
	out := func(s *state) error {
		return s.Leave(shelter.Left{Destination: shelter.Family, DestinationConfirmed: &yes}, tracktest.On("2026-04-01"))
	}
	s := tracktest.After(t, admit("2026-03-01"), away("2026-03-10", ""), back("2026-03-11"), away("2026-03-20", "2026-03-21"), out)
	stay := s.Stays[0]
	first, second := stay.Absences()[0], stay.Absences()[1]
	if first.EndedOn != tracktest.Day("2026-03-11") || !first.Returned || second.EndedOn != tracktest.Day("2026-04-01") || second.Returned {
		t.Errorf("absences: %+v", stay.Absences())
	}
	if stay.DestinationConfirmed == nil || !*stay.DestinationConfirmed {
		t.Error("the destination is not confirmed")
	}
	if got := (shelter.Stay{}).Absences(); got == nil {
		t.Error("no absences read as unknown")
	}
}

// TestCloneOfStays proves that a change of a copy leaves the state as it was,
// down to the parts of a stay.
func TestCloneOfStays(t *testing.T) {
	s := tracktest.After(t, admit("2026-03-01"), moved("site_2", "2026-03-02"), away("2026-03-10", ""))
	s.Stays[0].Moves = append(make([]shelter.Move, 0, 8), s.Stays[0].Moves...)
	before, _ := json.Marshal(s)
	for _, change := range []step{moved("site_3", "2026-03-12"), back("2026-03-12"), leave("2026-03-12")} {
		c := s.Clone()
		if err := change(&c); err != nil {
			t.Fatal(err)
		}
		if now, _ := json.Marshal(s); string(now) != string(before) {
			t.Fatalf("the state became %s", now)
		}
	}
}
