package page_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"onward/services/fault"
	"onward/services/page"
)

func itself(s string) string { return s }

// letters returns n items, each its own key.
func letters(n int) []string {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf("item-%03d", i)
	}
	return items
}

func cut(t rapid.TB, items []string, a page.Args) *page.Connection[string] {
	t.Helper()
	c, err := page.Of(items, itself, a)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// refused checks that an error is about one field of the input.
func refused(t testing.TB, err error, path string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != path {
		t.Errorf("got %v, want an INVALID fault about %s", err, path)
	}
}

// TestWalk proves that pages forward, and pages backward, each show every item
// once and in order, and say truly whether there is more.
func TestWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := letters(rapid.IntRange(0, 60).Draw(t, "items"))
		size := rapid.IntRange(1, 25).Draw(t, "size")
		var forward, backward []string
		for a := (page.Args{First: &size}); ; {
			c := cut(t, items, a)
			if before := len(forward) > 0; c.PageInfo.HasPreviousPage != before || c.TotalCount != len(items) {
				t.Fatalf("after %d of %d: %+v", len(forward), len(items), c.PageInfo)
			}
			forward = append(forward, c.Nodes()...)
			if c.PageInfo.HasNextPage != (len(forward) < len(items)) {
				t.Fatalf("after %d of %d: %+v", len(forward), len(items), c.PageInfo)
			}
			if !c.PageInfo.HasNextPage {
				break
			}
			a.After = c.PageInfo.EndCursor
		}
		for a := (page.Args{Last: &size}); ; {
			c := cut(t, items, a)
			if c.PageInfo.HasNextPage != (len(backward) > 0) {
				t.Fatalf("before the last %d of %d: %+v", len(backward), len(items), c.PageInfo)
			}
			backward = append(slices.Clone(c.Nodes()), backward...)
			if !c.PageInfo.HasPreviousPage {
				break
			}
			a.Before = c.PageInfo.StartCursor
		}
		if !slices.Equal(forward, items) || !slices.Equal(backward, items) {
			t.Fatalf("forward %v, backward %v, want %v", forward, backward, items)
		}
	})
}

// TestBounds proves that a page has a default size, never more than the largest,
// and that a refusal names the argument that is wrong.
func TestBounds(t *testing.T) {
	items := letters(page.MaxSize + 20)
	if got := len(cut(t, items, page.Args{}).Edges); got != page.DefaultSize {
		t.Errorf("without arguments %d items, want %d", got, page.DefaultSize)
	}
	for _, n := range []int{1, page.MaxSize} {
		if got := len(cut(t, items, page.Args{First: &n}).Edges); got != n {
			t.Errorf("first %d gives %d items", n, got)
		}
		if got := cut(t, items, page.Args{Last: &n}).Nodes(); len(got) != n || got[n-1] != items[len(items)-1] {
			t.Errorf("last %d gives %d items", n, len(got))
		}
	}
	for _, n := range []int{0, -1, page.MaxSize + 1, 1 << 40} {
		_, err := page.Of(items, itself, page.Args{First: &n})
		refused(t, err, "first")
		_, err = page.Of(items, itself, page.Args{Last: &n})
		refused(t, err, "last")
	}
	one := 1
	_, err := page.Of(items, itself, page.Args{First: &one, Last: &one})
	refused(t, err, "last")
}

// TestBeforeAlone proves that before, without a size, shows the items nearest to
// the cursor, and that after and before together show what lies between.
func TestBeforeAlone(t *testing.T) {
	items, all := letters(50), 50
	edges := cut(t, items, page.Args{First: &all}).Edges
	if got := cut(t, items, page.Args{Before: &edges[40].Cursor}).Nodes(); !slices.Equal(got, items[20:40]) {
		t.Errorf("before item 40: %v", got)
	}
	if got := cut(t, items, page.Args{After: &edges[10].Cursor, Before: &edges[14].Cursor}).Nodes(); !slices.Equal(got, items[11:14]) {
		t.Errorf("between items 10 and 14: %v", got)
	}
	crossed := cut(t, items, page.Args{After: &edges[14].Cursor, Before: &edges[10].Cursor})
	if len(crossed.Edges) != 0 || crossed.PageInfo.StartCursor != nil || crossed.PageInfo.EndCursor != nil {
		t.Errorf("between crossed cursors: %v", crossed.Nodes())
	}
}

// TestForeignCursor proves that a cursor of another list, a forged one and one
// of a form to come are refused, naming the argument, never taken for a place.
func TestForeignCursor(t *testing.T) {
	items := letters(5)
	other := cut(t, []string{"case_1", "case_2"}, page.Args{}).PageInfo.StartCursor
	raw := func(s string) *string { c := base64.RawURLEncoding.EncodeToString([]byte(s)); return &c }
	empty, noise := "", "%%%"
	for _, cursor := range []*string{other, raw("item-001"), raw("2:item-001"), raw("1:"), &empty, &noise, &items[1]} {
		_, err := page.Of(items, itself, page.Args{After: cursor})
		refused(t, err, "after")
		_, err = page.Of(items, itself, page.Args{Before: cursor})
		refused(t, err, "before")
	}
	if got := cut(t, items, page.Args{After: raw("1:item-001")}).Nodes(); !slices.Equal(got, items[2:]) {
		t.Errorf("after a cursor of this list: %v", got)
	}
}

// TestSorted proves that a cursor of a sorted list stays good when its item has
// left the list: the walk goes on with the next.
func TestSorted(t *testing.T) {
	two, items := 2, letters(6)
	first, err := page.Sorted(items, itself, page.Args{First: &two})
	if err != nil {
		t.Fatal(err)
	}
	after := first.PageInfo.EndCursor
	left := slices.DeleteFunc(slices.Clone(items), func(s string) bool { return s == items[1] })
	for name, list := range map[string][]string{"there": items, "gone": left} {
		next, err := page.Sorted(list, itself, page.Args{First: &two, After: after})
		if err != nil || !slices.Equal(next.Nodes(), items[2:4]) {
			t.Errorf("%s: %v %v", name, next, err)
		}
		back, err := page.Sorted(list, itself, page.Args{Last: &two, Before: next.PageInfo.StartCursor})
		if want := list[:len(list)-4]; err != nil || !slices.Equal(back.Nodes(), want[max(0, len(want)-2):]) {
			t.Errorf("%s, backward: %v %v", name, back.Nodes(), err)
		}
	}
}

// TestInserts proves that a list that grows between two pages neither repeats
// nor skips an item that was there all the time.
func TestInserts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := letters(rapid.IntRange(1, 30).Draw(t, "items"))
		old, size := slices.Clone(items), rapid.IntRange(1, 7).Draw(t, "size")
		var seen []string
		for n, a := 0, (page.Args{First: &size}); ; n++ {
			c := cut(t, items, a)
			for _, s := range c.Nodes() {
				if slices.Contains(old, s) {
					seen = append(seen, s)
				}
			}
			if !c.PageInfo.HasNextPage {
				break
			}
			a.After = c.PageInfo.EndCursor
			if n < 20 {
				items = slices.Insert(items, rapid.IntRange(0, len(items)).Draw(t, "place"), fmt.Sprintf("new-%d", n))
			}
		}
		if !slices.Equal(seen, old) {
			t.Fatalf("saw %v, want %v", seen, old)
		}
	})
}
