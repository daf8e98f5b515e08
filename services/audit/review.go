package audit

import (
	_ "embed"
	"encoding/json"
	"slices"
	"time"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/id"
)

// limits are what is unusual [J]: nobody has measured yet how much workers read on a
// usual day, so these are set high enough that who tells of one sees little noise.
type limits struct {
	Days         int                 `json:"days"`         // that are looked back on
	CasesADay    map[access.Role]int `json:"casesADay"`    // of others, that a worker reads; by role, and of every other role
	SearchesADay int                 `json:"searchesADay"` // for persons
	SameSearches int                 `json:"sameSearches"` // for the same, in the days that are looked back on
	ExportsADay  int                 `json:"exportsADay"`  // of cases

	LeavingDays    int `json:"leavingDays"`    // before a worker leaves
	LeavingCases   int `json:"leavingCases"`   // that she read in those days, her own too
	LeavingExports int `json:"leavingExports"` // that she made in those days
}

//go:embed review.json
var reviewFile []byte

var unusual = func() (l limits) {
	if err := json.Unmarshal(reviewFile, &l); err != nil {
		panic(err)
	}
	return l
}()

// Reason says what is unusual in what a worker read.
type Reason string

// The reasons.
const (
	OutsideCaseload Reason = "OUTSIDE_CASELOAD" // many cases in a day of which she was not the owner
	ManySearches    Reason = "MANY_SEARCHES"    // for persons, in a day
	SameSearch      Reason = "SAME_SEARCH"      // many for the same person, who was not her own alone
	ManyExports     Reason = "MANY_EXPORTS"     // of cases, in a day
	BeforeLeaving   Reason = "BEFORE_LEAVING"   // many cases, or an export, in the days before she left or leaves
)

// Reasons lists them.
var Reasons = []Reason{OutsideCaseload, ManySearches, SameSearch, ManyExports, BeforeLeaving}

// Finding is what a worker read, where that is unusual. It names no case.
type Finding struct {
	Reason       Reason
	Worker       id.Worker
	Organisation id.Organisation
	From, To     calendar.Day // the first and the last day of it
	Days         int          // on how many days
	Cases        int          // how many different ones on these days; of searches and exports 0
	Searches     int
	Exports      int
}

// Since returns from when on Review needs the records for a day.
func Since(asOf calendar.Day) time.Time {
	return (asOf - calendar.Day(unusual.Days+unusual.LeavingDays)).Start()
}

// Review finds what is unusual in the records of the last days, today among them. Of who
// has left on one of these days, or leaves soon, last says on which.
func Review(records []Record, last map[id.Worker]calendar.Day, asOf calendar.Day) []Finding {
	since := asOf - calendar.Day(unusual.Days) + 1
	readers := map[id.Worker]*reader{}
	for _, r := range records {
		if r.Worker == "" {
			continue // the operator, who reads the store itself
		}
		who := readers[r.Worker]
		if who == nil {
			who = &reader{role: r.Role, days: map[calendar.Day]*reading{}}
			readers[r.Worker] = who
		}
		who.organisation, who.role = r.Organisation, r.Role
		who.on(calendar.DayOf(r.At)).add(r)
	}
	var found []Finding
	for worker, who := range readers {
		outside, searches, exports := who.over(since, asOf, unusual.perDay(who.role))
		found = append(found, outside.of(OutsideCaseload, worker, who)...)
		found = append(found, searches.of(ManySearches, worker, who)...)
		found = append(found, who.repeated(since, asOf).of(SameSearch, worker, who)...)
		found = append(found, exports.of(ManyExports, worker, who)...)
		if day, leaves := last[worker]; leaves && since <= day && day < asOf+calendar.Day(unusual.LeavingDays) {
			found = append(found, who.before(day).of(BeforeLeaving, worker, who)...)
		}
	}
	return found
}

func (l limits) perDay(r access.Role) int {
	if n, ok := l.CasesADay[r]; ok {
		return n
	}
	return l.CasesADay[""]
}

// reader is what a worker read, by day.
type reader struct {
	organisation id.Organisation
	role         access.Role
	days         map[calendar.Day]*reading
}

// reading is what somebody read in a day.
type reading struct {
	cases    map[id.Case]bool // whether it was her own
	searches int
	sought   map[string]int // how often the same, by its digest
	exports  int
}

func (r *reader) on(day calendar.Day) *reading {
	if r.days[day] == nil {
		r.days[day] = &reading{cases: map[id.Case]bool{}, sought: map[string]int{}}
	}
	return r.days[day]
}

func (d *reading) add(r Record) {
	for _, l := range r.Looks {
		switch l.Kind {
		case Search:
			d.searches++
			if !l.Own && l.Sought != "" {
				d.sought[l.Sought]++
			}
		case Read:
			d.read(l)
		case Export:
			d.exports += len(l.Cases)
			d.read(l)
		}
	}
}

func (d *reading) read(l Look) {
	for _, c := range l.Cases {
		d.cases[c] = d.cases[c] || l.Own
	}
}

// others returns the cases that were not her own.
func (d *reading) others() (all []id.Case) {
	for c, own := range d.cases {
		if !own {
			all = append(all, c)
		}
	}
	return all
}

// sum adds up days.
type sum struct {
	days     []calendar.Day
	cases    map[id.Case]bool
	searches int
	exports  int
}

// over adds up the days of a period on which she read more cases of others than the
// limit, and those on which she searched or exported more than is usual.
func (r *reader) over(from, to calendar.Day, limit int) (outside, searches, exports sum) {
	outside.cases = map[id.Case]bool{}
	for day, d := range r.days {
		if day < from || day > to {
			continue
		}
		if others := d.others(); len(others) > limit {
			outside.days = append(outside.days, day)
			for _, c := range others {
				outside.cases[c] = true
			}
		}
		if d.searches > unusual.SearchesADay {
			searches.days = append(searches.days, day)
			searches.searches += d.searches
		}
		if d.exports > unusual.ExportsADay {
			exports.days = append(exports.days, day)
			exports.exports += d.exports
		}
	}
	return outside, searches, exports
}

// repeated adds up the searches of a period for what she searched for more often than is
// usual.
func (r *reader) repeated(from, to calendar.Day) (s sum) {
	times := map[string]int{}
	for day, d := range r.days {
		if from <= day && day <= to {
			for sought, n := range d.sought {
				times[sought] += n
			}
		}
	}
	for day, d := range r.days {
		before := s.searches
		for sought, n := range d.sought {
			if from <= day && day <= to && times[sought] > unusual.SameSearches {
				s.searches += n
			}
		}
		if s.searches > before {
			s.days = append(s.days, day)
		}
	}
	return s
}

// before adds up the days before a worker leaves, where she read many cases or exported
// one on them.
func (r *reader) before(day calendar.Day) sum {
	s := sum{cases: map[id.Case]bool{}}
	for on, d := range r.days {
		if on > day-calendar.Day(unusual.LeavingDays) && on <= day && len(d.cases) > 0 {
			s.days = append(s.days, on)
			s.exports += d.exports
			for c := range d.cases {
				s.cases[c] = true
			}
		}
	}
	if len(s.cases) <= unusual.LeavingCases && s.exports <= unusual.LeavingExports {
		return sum{}
	}
	return s
}

// of returns what was found, if there is something.
func (s sum) of(reason Reason, w id.Worker, r *reader) []Finding {
	if len(s.days) == 0 {
		return nil
	}
	return []Finding{{Reason: reason, Worker: w, Organisation: r.organisation, From: slices.Min(s.days), To: slices.Max(s.days),
		Days: len(s.days), Cases: len(s.cases), Searches: s.searches, Exports: s.exports}}
}
