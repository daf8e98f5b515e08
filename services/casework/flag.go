package casework

import (
	"context"

	"onward/services/calendar"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/locale"
	"onward/services/stall"
)

// FlagResolution is how a flag came to be resolved, to be shown.
type FlagResolution struct {
	On        calendar.Day
	Cause     *casefile.Cause // nil where it was not kept
	Automatic bool

	of Flag
}

// Resolution returns how the flag came to be resolved, or nil while it is live.
func (f *Flag) Resolution() *FlagResolution {
	if f.Live() {
		return nil
	}
	r := &FlagResolution{On: f.ResolvedOn, Automatic: !f.Dismissed, of: *f}
	if cause := stall.CauseOf(f.Flag); cause != "" {
		r.Cause = &cause
	}
	return r
}

// Text says the cause in a sentence.
func (r *FlagResolution) Text(l locale.Locale) string { return stall.EndingText(r.of.Flag, l) }

// ResolvedBy returns the entry that ended what a flag is about, or the one that
// resolved it by hand; nil where a scan found that it does not apply, and as
// EntryOf says.
func (v *View) ResolvedBy(ctx context.Context, r *FlagResolution) (*casefile.Entry, error) {
	if r.Automatic {
		return v.EntryOf(ctx, r.of.Case, int(r.of.EndedBy))
	}
	history, err := v.History(ctx, r.of.Case)
	if err != nil {
		return nil, err
	}
	for i := len(history) - 1; i >= 0; i-- {
		if by, ok := history[i].Data.(casefile.FlagResolution); ok && by.FlagID == r.of.ID {
			return v.EntryOf(ctx, r.of.Case, history[i].Version)
		}
	}
	return nil, fault.New(fault.Internal, "no entry of case %s resolves %s", r.of.Case.ID, r.of.ID)
}
