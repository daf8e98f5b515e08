package cohort_test

import (
	"slices"
	"testing"

	"onward/services/calendar"
	"onward/services/employment"
	"onward/services/id"
	"onward/services/outcome/cohort"
	"onward/services/scholarship"
	"onward/services/track"
)

// spell is a spell by the day on which it began and on which it ended or was last
// known of, counted as the histories are.
type spell struct {
	from, to int
	ended    bool
}

func subject(t testing.TB, code string) cohort.Subject {
	t.Helper()
	i := slices.IndexFunc(cohort.Subjects, func(s cohort.Subject) bool { return s.Code == code })
	if i < 0 {
		t.Fatalf("no subject %s", code)
	}
	return cohort.Subjects[i]
}

// wantSpells proves that a person has these spells until a day.
func wantSpells(t *testing.T, code string, p cohort.Person, until int, want []spell) {
	t.Helper()
	var got []spell
	for _, s := range subject(t, code).Spells(p, began+calendar.Day(until)) {
		from := int(s.At.On - began)
		got = append(got, spell{from, from + s.Days, s.Ended})
	}
	if !slices.Equal(got, want) {
		t.Errorf("spells %v, want %v", got, want)
	}
}

func TestSpellsOfWork(t *testing.T) {
	const contract = employment.Contract
	one := func() *history { return open("case_1", orgA) }
	for name, test := range map[string]struct {
		person cohort.Person
		until  int
		want   []spell
	}{
		"none":                    {one().alone(t), 500, nil},
		"without evidence":        {one().on(10, started("")).alone(t), 500, nil},
		"lost":                    {one().on(10, started(contract)).on(40, separated(employment.LaidOff)).alone(t), 500, []spell{{10, 40, true}}},
		"lost, by hearsay":        {one().on(10, started(contract)).on(80, separated(employment.Resigned)).on(90, contact()).alone(t), 500, []spell{{10, 80, true}}},
		"open, seen at the start": {one().on(10, started(contract)).alone(t), 500, []spell{{10, 10, false}}},
		"open, last contact":      {one().on(10, started(contract)).on(70, contact()).alone(t), 500, []spell{{10, 70, false}}},
		"open, checked":           {one().on(10, started(contract)).on(100, checked(employment.Day90, true)).alone(t), 500, []spell{{10, 100, false}}},
		"found gone":              {one().on(10, started(contract)).on(100, checked(employment.Day90, false)).alone(t), 500, []spell{{10, 100, true}}},
		"found gone, and since when": {one().on(10, started(contract)).on(100, checked(employment.Day90, false)).on(60, separated(employment.Dismissed)).alone(t),
			500, []spell{{10, 60, true}}},
		"a gap of 35 days": {one().on(10, started(contract)).on(40, separated(employment.LaidOff)).on(76, started(contract)).on(90, contact()).alone(t),
			500, []spell{{10, 90, false}}},
		"a gap of 36 days": {one().on(10, started(contract)).on(40, separated(employment.LaidOff)).on(77, started(contract)).on(90, contact()).alone(t),
			500, []spell{{10, 40, true}, {77, 90, false}}},
		"another job meanwhile": {one().on(10, started(contract)).on(12, started("")).
			on(40, employment.Ended{PlacementID: id.Within("placement_", "case_1", 3), Reason: employment.LaidOff}).on(200, contact()).alone(t), 500, []spell{{10, 200, false}}},
		"a short job within a long one": {one().on(10, started(contract)).on(12, started(contract)).
			on(40, employment.Ended{PlacementID: id.Within("placement_", "case_1", 4), Reason: employment.LaidOff}).on(200, separated(employment.LaidOff)).
			on(210, started(contract)).on(220, contact()).alone(t), 500, []spell{{10, 220, false}}},
		"evidence with the second": {one().on(10, started("")).on(40, separated(employment.LaidOff)).on(50, started(contract)).
			on(90, separated(employment.LaidOff)).alone(t), 500, []spell{{50, 90, true}}},
		"to a better job":   {one().on(10, started(contract)).on(40, separated(employment.BetterJob)).alone(t), 500, []spell{{10, 40, false}}},
		"to school":         {one().on(10, started(contract)).on(40, separated(employment.ReturnedToSchool)).alone(t), 500, []spell{{10, 40, false}}},
		"started too late":  {one().on(10, started(contract)).alone(t), 9, nil},
		"reversed":          {one().on(10, started(contract)).reverse(11).alone(t), 500, nil},
		"a reversed ending": {one().on(10, started(contract)).on(40, separated(employment.LaidOff)).reverse(41).on(50, contact()).alone(t), 500, []spell{{10, 50, false}}},
		// Nobody is followed beyond 36 days before the day of the count: a loss would not show.
		"a loss that shows today":      {one().on(10, started(contract)).on(40, separated(employment.LaidOff)).alone(t), 76, []spell{{10, 40, true}}},
		"a loss that may be made good": {one().on(10, started(contract)).on(40, separated(employment.LaidOff)).alone(t), 75, []spell{{10, 39, false}}},
		"a loss after the count":       {one().on(10, started(contract)).on(40, separated(employment.LaidOff)).on(60, contact()).alone(t), 30, []spell{{10, 10, false}}},
		"at work to the count":         {one().on(10, started(contract)).on(490, contact()).alone(t), 500, []spell{{10, 464, false}}},
		"one job in two merged cases": {merged(t, open("case_0", orgB).on(12, started(contract)).on(40, separated(employment.LaidOff)),
			one().on(10, started(contract)).on(60, separated(employment.LaidOff))), 500, []spell{{10, 60, true}}},
		"a job after a transfer": {merged(t, open("case_0", orgB).on(10, started(contract)).on(40, separated(employment.LaidOff)),
			one().on(50, started(contract)).on(90, contact())), 500, []spell{{10, 90, false}}},
	} {
		t.Run(name, func(t *testing.T) { wantSpells(t, "JOB_RETENTION", test.person, test.until, test.want) })
	}
}

func TestSpellsAtSchool(t *testing.T) {
	enrolled := func() *history { return open("case_1", orgA).on(5, award()).on(10, scholarship.Enrolment{}) }
	for name, test := range map[string]struct {
		person cohort.Person
		until  int
		want   []spell
	}{
		"awarded only":            {open("case_1", orgA).on(5, award()).alone(t), 900, nil},
		"withdrawn from an award": {open("case_1", orgA).on(5, award()).on(20, endedWith(scholarship.Withdrawn)).alone(t), 900, nil},
		"dropped out":             {enrolled().on(200, endedWith(scholarship.DroppedOut)).alone(t), 900, []spell{{10, 200, true}}},
		"withdrawn":               {enrolled().on(200, endedWith(scholarship.Withdrawn)).alone(t), 900, []spell{{10, 200, true}}},
		"expelled":                {enrolled().on(200, endedWith(scholarship.Expelled)).alone(t), 900, []spell{{10, 200, true}}},
		"graduated":               {enrolled().on(200, endedWith(scholarship.Graduated)).alone(t), 900, []spell{{10, 200, false}}},
		"suspended":               {enrolled().on(200, endedWith(scholarship.Suspended)).on(300, contact()).alone(t), 900, []spell{{10, 200, false}}},
		"suspension lifted": {enrolled().on(200, endedWith(scholarship.Suspended)).on(230, scholarship.Resumption{}).on(240, scholarship.Enrolment{}).
			on(300, endedWith(scholarship.DroppedOut)).alone(t), 900, []spell{{10, 300, true}}},
		"at school":              {enrolled().on(100, term("1", scholarship.Regular)).alone(t), 900, []spell{{10, 100, false}}},
		"at school to the count": {enrolled().on(100, contact()).alone(t), 60, []spell{{10, 60, false}}},
		"found not enrolled": {enrolled().on(100, term("1", scholarship.Regular)).on(200, term("2", scholarship.NotEnrolled)).on(300, contact()).alone(t),
			900, []spell{{10, 200, false}}},
		"found not enrolled after the count": {enrolled().on(100, term("1", scholarship.Regular)).on(200, term("2", scholarship.NotEnrolled)).on(300, contact()).alone(t),
			150, []spell{{10, 150, false}}},
		"back after that": {enrolled().on(200, term("2", scholarship.NotEnrolled)).on(250, scholarship.Enrolment{}).on(300, contact()).alone(t),
			900, []spell{{10, 300, false}}},
		"seen at school after that": {enrolled().on(200, term("2", scholarship.NotEnrolled)).on(260, term("3", scholarship.Irregular)).alone(t),
			900, []spell{{10, 260, false}}},
		"enrolled after the count":    {enrolled().alone(t), 9, nil},
		"dropped out after the count": {enrolled().on(200, endedWith(scholarship.DroppedOut)).on(210, contact()).alone(t), 199, []spell{{10, 199, false}}},
		"at school under another": {merged(t, open("case_0", orgB).on(100, award()).on(110, scholarship.Enrolment{}).on(150, contact()),
			enrolled().on(120, endedWith(scholarship.Withdrawn))), 900, []spell{{110, 150, false}, {10, 120, false}}},
		"at school under another later": {merged(t, open("case_0", orgB).on(100, award()).on(130, scholarship.Enrolment{}).on(150, contact()),
			enrolled().on(120, endedWith(scholarship.Withdrawn))), 900, []spell{{130, 150, false}, {10, 120, true}}},
	} {
		t.Run(name, func(t *testing.T) { wantSpells(t, "SCHOOLING", test.person, test.until, test.want) })
	}
}

func TestSpellsInTheCommunity(t *testing.T) {
	back := func() *history { return open("case_1", orgA).on(1, admitted()).on(10, left()).on(10, returned()) }
	for name, test := range map[string]struct {
		person cohort.Person
		until  int
		want   []spell
	}{
		"never returned":              {open("case_1", orgA).on(1, admitted()).alone(t), 900, nil},
		"returned after the count":    {back().alone(t), 9, nil},
		"not heard of since":          {back().alone(t), 900, []spell{{10, 10, false}}},
		"heard of":                    {back().on(90, contact()).alone(t), 900, []spell{{10, 90, false}}},
		"heard of after the count":    {back().on(90, contact()).alone(t), 50, []spell{{10, 50, false}}},
		"re-entered":                  {back().on(60, admitted()).alone(t), 900, []spell{{10, 60, true}}},
		"re-entered after the count":  {back().on(60, admitted()).alone(t), 59, []spell{{10, 59, false}}},
		"admitted and returned again": {back().on(60, admitted()).on(70, left()).on(70, returned()).on(80, contact()).alone(t), 900, []spell{{10, 60, true}, {70, 80, false}}},
		"admitted and back on the same day": {back().on(60, admitted()).on(60, left()).on(60, returned()).on(80, contact()).alone(t), 900,
			[]spell{{10, 60, true}, {60, 80, false}}},
		"a second return without an admission": {back().on(60, returned()).on(80, contact()).alone(t), 900, []spell{{10, 80, false}}},
		"re-entered elsewhere, merged since": {merged(t, open("case_0", orgB).on(60, admitted()), back().on(50, contact())), 900,
			[]spell{{10, 60, true}}},
		"heard of elsewhere":     {merged(t, open("case_0", orgB).on(150, contact()), back().on(50, contact())), 900, []spell{{10, 150, false}}},
		"the admission reversed": {back().on(60, admitted()).reverse(61).on(70, contact()).alone(t), 900, []spell{{10, 70, false}}},
		"tried without contact":  {back().on(90, contactless()).alone(t), 900, []spell{{10, 10, false}}},
	} {
		t.Run(name, func(t *testing.T) { wantSpells(t, "COMMUNITY_STAY", test.person, test.until, test.want) })
	}
}

// TestSpellsSayWhereTheyBegan proves that a spell carries the entry that began it,
// by which it can be grouped.
func TestSpellsSayWhereTheyBegan(t *testing.T) {
	p := merged(t, open("case_0", orgB).on(10, started(employment.Contract)), open("case_1", orgA).on(5, admitted()).on(20, left()).on(20, returned()))
	work := subject(t, "JOB_RETENTION").Spells(p, began+500)[0]
	if work.Of.ID != "case_0" || work.Survivor.ID != "case_1" || work.At.Organisation != orgB || int(work.At.Entry) != 3 {
		t.Errorf("work began at %+v of %s", work.At, work.Of.ID)
	}
	stay := subject(t, "COMMUNITY_STAY").Spells(p, began+500)[0]
	if stay.Of.ID != "case_1" || stay.At.Organisation != orgA || stay.Of.Milestones(track.Reintegration)[0].Entry != stay.At.Entry {
		t.Errorf("the stay began at %+v of %s", stay.At, stay.Of.ID)
	}
}
