package sqlite

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"onward/services/calendar"
	"onward/services/store"
)

func TestHistoryDecodes(t *testing.T) {
	at := time.Date(2026, 3, 9, 1, 30, 0, 0, time.UTC)
	tests := []struct {
		name, text string
		want       []store.Entry
	}{
		{"nothing", "", nil},
		{"any order, space and escapes", "{ \"at\":\"2026-03-09T01:30:00Z\" ,\"k\\u0069nd\":1,\"kind\":\"a\\u0062\", \"v\" : 3 }\n",
			[]store.Entry{{Version: 3, Kind: "ab", At: at}}},
		{"fields of a later program are passed over", "{\"v\":1,\"seal\":{\"by\":[1]},\"kind\":\"a\"}\n{\"v\":2,\"kind\":\"b\"}\n",
			[]store.Entry{{Version: 1, Kind: "a"}, {Version: 2, Kind: "b"}}},
		{"as it is written", "{\"v\":12,\"kind\":\"a\",\"on\":\"2026-03-09\",\"at\":\"2026-03-09T01:30:00Z\",\"by\":\"b\",\"org\":\"o\",\"key\":\"k\",\"data\":{\"x\":[{\"}\":\"{\"},{}]}}\n",
			[]store.Entry{{Version: 12, Kind: "a", On: calendar.Date(2026, 3, 9), At: at, By: "b", Organisation: "o", Key: "k", Data: json.RawMessage(`{"x":[{"}":"{"},{}]}`)}}},
		{"and with fields of a later program", "{\"v\":1,\"kind\":\"a\",\"at\":\"2026-03-09T01:30:00Z\",\"data\":{\"x\":1},\"seal\":{\"y\":2}}\n{\"v\":2,\"kind\":\"b\",\"at\":\"2026-03-09T01:30:00Z\",\"seal\":3,\"data\":{\"x\":1}}\n",
			[]store.Entry{{Version: 1, Kind: "a", At: at, Data: json.RawMessage(`{"x":1}`)}, {Version: 2, Kind: "b", At: at, Data: json.RawMessage(`{"x":1}`)}}},
		{"and with escapes", "{\"v\":1,\"kind\":\"a\",\"at\":\"2026-03-09T01:30:00Z\",\"by\":\"b\\n\",\"data\":{\"x\":\"\\\"}\"}}\n",
			[]store.Entry{{Version: 1, Kind: "a", At: at, By: "b\n", Data: json.RawMessage(`{"x":"\"}"}`)}}},
		{"data is cut out", "{\"v\":1,\"data\":{\"a\":[1,2]}}\n", []store.Entry{{Version: 1, Data: json.RawMessage(`{"a":[1,2]}`)}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var d decoder
			got, err := d.history([]byte(test.text))
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestDamagedHistoryIsRefused(t *testing.T) {
	for _, text := range []string{
		"x", "\n", "{}", "{}\n{", "{}\n}\n", "[]\n", "{\"v\":\"1\"}\n", "{\"v\":1.5}\n", "{\"kind\":1}\n", "{\"kind\":\"a}\n",
		"{\"on\":\"2026-02-30\"}\n", "{\"at\":\"yesterday\"}\n", "{\"at\":5}\n", "{\"data\":}\n", "{}\n{}",
	} {
		var d decoder
		if got, err := d.history([]byte(text)); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

// TestHistoryIsLines: whatever is in an entry, it takes one line.
func TestHistoryIsLines(t *testing.T) {
	entries := []store.Entry{
		{Version: 1, Kind: "a\nb", By: "c\rd", Data: json.RawMessage("{\n\t\"e\" : \"f\\ng\"\n}\n")},
		{Version: 2, Kind: "h"},
	}
	text, err := appendHistory(nil, entries)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n != 2 {
		t.Errorf("%d lines:\n%s", n, text)
	}
}

// FuzzHistory: what decodes can be written and decodes to the same again, and
// nothing makes the decoder panic.
func FuzzHistory(f *testing.F) {
	f.Add([]byte("{\"v\":1,\"kind\":\"a\",\"on\":\"2026-03-09\",\"at\":\"2026-03-09T01:30:00.25Z\",\"by\":\"b\",\"org\":\"o\",\"key\":\"k\",\"data\":{\"x\":[1,null,\"\\u0000\"]}}\n"))
	f.Add([]byte("{\"at\":\"2026-03-09T01:30:00.999999999+07:00\"}\n{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var d decoder
		first, err := d.history(text)
		if err != nil {
			return
		}
		written, err := appendHistory(nil, first)
		if err != nil {
			return // broken UTF-8 or doubled names, which are not written
		}
		again, err := d.history(written)
		if err != nil {
			t.Fatalf("%q was written as %q: %v", text, written, err)
		}
		rewritten, err := appendHistory(nil, again)
		if err != nil || string(rewritten) != string(written) {
			t.Errorf("%q was written as %q and then as %q (%v)", text, written, rewritten, err)
		}
	})
}
