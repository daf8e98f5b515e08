package register

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"onward/services/access"
	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/page"
)

// OrderField is what cases can be ordered by.
type OrderField string

// The orders. Cases without the day come last in both directions.
const (
	OpenedOn      OrderField = "OPENED_ON"
	NextDueOn     OrderField = "NEXT_DUE_ON"
	LastContactOn OrderField = "LAST_CONTACT_ON"
	Code          OrderField = "CODE"
)

// Direction is which way a list runs.
type Direction string

// The directions.
const (
	Ascending  Direction = "ASC"
	Descending Direction = "DESC"
)

// Order is the order of a list. The zero Order is the newest cases first.
type Order struct {
	Field     OrderField
	Direction Direction
}

// Query asks for one page of the cases of a scope.
type Query struct {
	Scope  access.Scope
	Today  calendar.Day
	Filter Filter
	Order  Order
	page.Args
}

// Page returns one page, with the number of all cases that the filter leaves.
// Cursors hold a place in the order, not a case, so they stay valid when cases
// come, go or change. It returns an Invalid fault that names the argument.
func (s *Snapshot) Page(q Query) (*page.Connection[*casefile.Case], error) {
	size, backward, err := q.Size()
	if err != nil {
		return nil, err
	}
	if err := q.Filter.validate(); err != nil {
		return nil, err
	}
	q.Order.Field, q.Order.Direction = cmp.Or(q.Order.Field, OpenedOn), cmp.Or(q.Order.Direction, Descending)
	matches := s.match(q.Scope, q.Today, q.Filter)
	if q.Order.Field == Code {
		byCode := list[string]{s: s, tree: s.code, matches: matches, key: func(ord uint32) string { return s.at(ord).Code }}
		return cut(s, q, size, backward, parseText, byCode)
	}
	day := func(t *tree[calendar.Day], of func(*block) *days, matches *roaring.Bitmap) list[calendar.Day] {
		return list[calendar.Day]{s: s, tree: t, matches: matches, key: func(ord uint32) calendar.Day { return of(s.blocks[ord/blockSize])[ord%blockSize] }}
	}
	var lists []list[calendar.Day]
	switch q.Order.Field {
	case NextDueOn:
		all, open := s.parted(q.Scope, matches)
		lists = []list[calendar.Day]{day(s.due, func(b *block) *days { return b.due }, all), day(s.open, func(b *block) *days { return b.open }, open)}
	case LastContactOn:
		lists = []list[calendar.Day]{day(s.contact, func(b *block) *days { return b.contact }, matches)}
	default:
		lists = []list[calendar.Day]{day(s.opened, func(b *block) *days { return b.opened }, matches)}
	}
	return cut(s, q, size, backward, parseDay, lists...)
}

// parted parts cases into those of which a scope may look at all that is due, or all that
// is due may be known, and those of which it may look at what everybody may know.
func (s *Snapshot) parted(scope access.Scope, matches *roaring.Bitmap) (all, open *roaring.Bitmap) {
	open = roaring.And(matches, s.facet(hiding))
	if scope.AllDue(scope.Organisation) {
		open.AndNot(s.facet("organisation:" + string(scope.Organisation)))
	}
	return roaring.AndNot(matches, open), open
}

// patience is how many cases a page may walk past before it turns to sorting
// what the filter leaves.
const patience = 4096

// cut makes a page of what some lists have together, in one order.
func cut[K cmp.Ordered](s *Snapshot, q Query, size int, backward bool, parse func(string) (K, error), lists ...list[K]) (*page.Connection[*casefile.Case], error) {
	after, err := place(q.Order.Field, "after", q.After, parse)
	if err != nil {
		return nil, err
	}
	before, err := place(q.Order.Field, "before", q.Before, parse)
	if err != nil {
		return nil, err
	}
	from, until := after, before
	if backward {
		from, until = before, after
	}
	var found []item[K]
	total := 0
	for _, l := range lists {
		if n := int(l.matches.GetCardinality()); n > 0 {
			total += n
			l.direction = q.Order.Direction
			found = merge(found, l.take(backward, from, until, size+1), func(a, b item[K]) int { return l.compare(a, b, backward) })
		}
	}
	more := len(found) > size
	found = found[:min(len(found), size)]
	if backward {
		slices.Reverse(found)
	}
	edges := make([]page.Edge[*casefile.Case], len(found))
	for i, f := range found {
		edges[i] = page.Edge[*casefile.Case]{Cursor: cursor(q.Order.Field, f), Node: s.at(f.ord)}
	}
	if backward {
		return page.New(edges, more || after != nil, before != nil, total), nil
	}
	return page.New(edges, after != nil, more || before != nil, total), nil
}

// merge puts two lists that are in an order into one.
func merge[T any](a, b []T, order func(a, b T) int) []T {
	if len(a) == 0 {
		return b
	}
	both := append(a, b...)
	slices.SortFunc(both, order)
	return both
}

// list is the cases that match, in an order.
type list[K cmp.Ordered] struct {
	s         *Snapshot
	tree      *tree[K]
	direction Direction
	matches   *roaring.Bitmap
	key       func(uint32) K
}

// take returns up to n cases of the list between two places. It walks the tree
// where matches are dense; where they are sparse it sorts the matches instead.
func (l *list[K]) take(backward bool, from, until *item[K], n int) []item[K] {
	found := make([]item[K], 0, n)
	steps := 0
	l.tree.walk(l.direction, backward, from, func(i item[K]) bool {
		if until != nil && l.compare(i, *until, backward) >= 0 {
			steps = 0 // the end was reached
			return false
		}
		if l.matches.Contains(i.ord) {
			found = append(found, i)
		}
		steps++
		return len(found) < n && steps < patience
	})
	if len(found) < n && steps >= patience {
		return l.sorted(backward, from, until, n)
	}
	return found
}

// sorted returns the first n matches between two places by keeping the best n
// of them at hand.
func (l *list[K]) sorted(backward bool, from, until *item[K], n int) []item[K] {
	best := make([]item[K], 0, 2*n)
	bound := until // no place from here on can be among the best
	settle := func() {
		slices.SortFunc(best, func(a, b item[K]) int { return l.compare(a, b, backward) })
		if best = best[:min(len(best), n)]; len(best) == n {
			bound = &best[n-1]
		}
	}
	for it := l.matches.Iterator(); it.HasNext(); {
		ord := it.Next()
		i := itemOf(l.key(ord), l.s.blocks[ord/blockSize].tie[ord%blockSize], ord)
		switch {
		case from != nil && l.compare(i, *from, backward) <= 0:
		case bound != nil && l.compare(i, *bound, backward) >= 0:
		default:
			if best = append(best, i); len(best) == 2*n {
				settle()
			}
		}
	}
	settle()
	return best
}

// compare orders two places as the list, or its reverse, has them. A place that
// a cursor names has no ordinal, so only key and tie count.
func (l *list[K]) compare(a, b item[K], backward bool) int {
	var unknown K
	order := cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.tie(), b.tie()))
	switch {
	case l.direction == Descending:
		order = -order
	case a.key == unknown && b.key != unknown:
		order = 1
	case a.key != unknown && b.key == unknown:
		order = -1
	}
	if backward {
		return -order
	}
	return order
}

// cursorVersion lets a later form of cursor be told from this one.
const cursorVersion = "1"

// cursor writes a place: version, order, tie and key.
func cursor[K cmp.Ordered](field OrderField, i item[K]) string {
	var key string
	switch k := any(i.key).(type) {
	case calendar.Day:
		key = strconv.Itoa(int(k))
	case string:
		key = k
	}
	return base64.RawURLEncoding.EncodeToString([]byte(cursorVersion + "|" + string(field) + "|" + strconv.FormatUint(i.tie(), 36) + "|" + key))
}

// place reads a cursor, which must be of the same order.
func place[K cmp.Ordered](field OrderField, argument string, c *string, parse func(string) (K, error)) (*item[K], error) {
	if c == nil {
		return nil, nil
	}
	refused := fault.Input(argument, "is not a cursor of this list")
	raw, err := base64.RawURLEncoding.DecodeString(*c)
	parts := strings.SplitN(string(raw), "|", 4)
	if err != nil || len(parts) != 4 || parts[0] != cursorVersion {
		return nil, refused
	}
	if parts[1] != string(field) {
		return nil, fault.Input(argument, "is a cursor of a list in another order")
	}
	tie, err := strconv.ParseUint(parts[2], 36, 64)
	if err != nil {
		return nil, refused
	}
	key, err := parse(parts[3])
	if err != nil {
		return nil, refused
	}
	from := itemOf(key, tie, 0)
	return &from, nil
}

func parseText(s string) (string, error) { return s, nil }

func parseDay(s string) (calendar.Day, error) {
	n, err := strconv.ParseInt(s, 10, 32)
	return calendar.Day(n), err
}
