// Package page cuts lists into relay connections: pages with opaque cursors that
// stay valid when the list grows.
package page

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"

	"onward/services/fault"
)

// The bounds of a page.
const (
	DefaultSize = 20
	MaxSize     = 100
)

// Args are the paging arguments of a field, as the schema names them.
type Args struct {
	First  *int
	After  *string
	Last   *int
	Before *string
}

// Info says where a page lies in its list.
type Info struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Edge is one item of a page with its cursor.
type Edge[T any] struct {
	Cursor string
	Node   T
}

// Connection is one page of a list, with the length of the whole list.
type Connection[T any] struct {
	Edges      []Edge[T]
	PageInfo   Info
	TotalCount int
}

// Nodes returns the items of the page.
func (c *Connection[T]) Nodes() []T {
	nodes := make([]T, len(c.Edges))
	for i, e := range c.Edges {
		nodes[i] = e.Node
	}
	return nodes
}

// New makes a connection of a page that was cut elsewhere.
func New[T any](edges []Edge[T], hasPrevious, hasNext bool, total int) *Connection[T] {
	c := &Connection[T]{Edges: edges, TotalCount: total, PageInfo: Info{HasNextPage: hasNext, HasPreviousPage: hasPrevious}}
	if n := len(edges); n > 0 {
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &edges[0].Cursor, &edges[n-1].Cursor
	}
	return c
}

// Size checks the paging arguments and returns the size of the page and whether
// it is counted from the end of the list.
func (a Args) Size() (size int, backward bool, err error) {
	switch {
	case a.First != nil && a.Last != nil:
		return 0, false, fault.Input("last", "give first or last, not both")
	case a.Last != nil:
		return *a.Last, true, bounded("last", *a.Last)
	case a.First != nil:
		return *a.First, false, bounded("first", *a.First)
	}
	return DefaultSize, a.Before != nil && a.After == nil, nil
}

func bounded(field string, n int) error {
	if n < 1 || n > MaxSize {
		return fault.Input(field, "must be between 1 and %d", MaxSize)
	}
	return nil
}

// Of cuts a page out of a whole list. key gives each item's place, unique in the
// list; a cursor holds it.
func Of[T any](items []T, key func(T) string, a Args) (*Connection[T], error) {
	return of(items, key, a, func(place string) (int, int, bool) {
		i := slices.IndexFunc(items, func(item T) bool { return key(item) == place })
		return i, i + 1, i >= 0
	})
}

// Sorted cuts a page out of a whole list that is sorted by its keys. Its cursors
// stay good when the item that they name has left the list.
func Sorted[T any](items []T, key func(T) string, a Args) (*Connection[T], error) {
	return of(items, key, a, func(place string) (int, int, bool) {
		i, found := slices.BinarySearchFunc(items, place, func(item T, place string) int { return cmp.Compare(key(item), place) })
		if found {
			return i, i + 1, true
		}
		return i, i, true
	})
}

// of cuts a page. find returns where the items before a place end, and where
// those after it begin.
func of[T any](items []T, key func(T) string, a Args, find func(place string) (before, after int, ok bool)) (*Connection[T], error) {
	size, backward, err := a.Size()
	if err != nil {
		return nil, err
	}
	from, to := 0, len(items)
	if a.After != nil {
		if _, from, err = locate("after", *a.After, find); err != nil {
			return nil, err
		}
	}
	if a.Before != nil {
		if to, _, err = locate("before", *a.Before, find); err != nil {
			return nil, err
		}
		to = max(to, from)
	}
	if backward {
		from = max(from, to-size)
	} else {
		to = min(to, from+size)
	}
	edges := make([]Edge[T], 0, to-from)
	for _, item := range items[from:to] {
		edges = append(edges, Edge[T]{Cursor: encode(key(item)), Node: item})
	}
	return New(edges, from > 0, to < len(items), len(items)), nil
}

func locate(field, cursor string, find func(place string) (before, after int, ok bool)) (int, int, error) {
	place, err := decode(cursor)
	if err != nil {
		return 0, 0, fault.Input(field, "is not a cursor of this list")
	}
	before, after, ok := find(place)
	if !ok {
		return 0, 0, fault.Input(field, "is not a cursor of this list any more; start again from its beginning")
	}
	return before, after, nil
}

// cursorVersion lets a later form of cursor be told from this one.
const cursorVersion = "1:"

func encode(key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorVersion + key))
}

func decode(cursor string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	key, ok := strings.CutPrefix(string(b), cursorVersion)
	if err != nil || !ok {
		return "", fault.New(fault.Invalid, "malformed cursor")
	}
	return key, nil
}
