package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"onward/services/calendar"
)

// TestInstant proves that an instant is the moment that it was made of, down to
// the millisecond, in UTC, also when it was written and read.
func TestInstant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(-1e12, 1e14).Draw(t, "ms")
		moment := time.UnixMilli(ms).Add(time.Duration(rapid.IntRange(0, 999_999).Draw(t, "ns"))).In(calendar.Zone)
		i := calendar.InstantOf(moment)
		if want := moment.Truncate(time.Millisecond); !i.Time().Equal(want) || i.Time().Location() != time.UTC {
			t.Fatalf("%s became %s", moment, i.Time())
		}
		text, err := json.Marshal(i)
		if err != nil {
			t.Fatal(err)
		}
		var again calendar.Instant
		if err := json.Unmarshal(text, &again); err != nil || again != i {
			t.Fatalf("%s was read as %d: %v", text, again, err)
		}
	})
	var i calendar.Instant
	if err := json.Unmarshal([]byte(`"yesterday"`), &i); err == nil {
		t.Error("a text that is no moment was read")
	}
}
