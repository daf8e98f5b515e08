package calendar

import "time"

// Instant is a moment of recording, in whole milliseconds since 1970; 0 is none.
// It takes a third of a time.Time, and the register holds a dozen for each case.
type Instant int64

// InstantOf returns the moment, without what is below a millisecond.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMilli()) }

// Time returns the moment in UTC.
func (i Instant) Time() time.Time { return time.UnixMilli(int64(i)).UTC() }

// MarshalText writes the moment by RFC 3339.
func (i Instant) MarshalText() ([]byte, error) { return i.Time().MarshalText() }

// UnmarshalText reads a moment written by RFC 3339.
func (i *Instant) UnmarshalText(text []byte) error {
	var t time.Time
	if err := t.UnmarshalText(text); err != nil {
		return err
	}
	*i = InstantOf(t)
	return nil
}
