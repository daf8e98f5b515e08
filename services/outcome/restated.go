package outcome

import (
	"slices"
)

// Definition names a version of an indicator's definition.
type Definition struct {
	Code    Code `json:"code"`
	Version int  `json:"version"`
}

// firstDefinitions are those by which reports were kept before they said so.
var firstDefinitions = []Definition{
	{Assisted, 1}, {ReintegrationSupport, 1}, {Reintegrated, 1}, {Sustained, 1}, {ScholarshipsWomen, 1}, {ScholarshipsGirls, 1},
	{Employed, 1}, {CareerCentreServed, 1}, {LegalRepresented, 1}, {CourtReferred, 1}, {Convictions, 1}, {Networks, 1},
}

// definitions returns the definitions of indicators.
func definitions(of []Indicator) []Definition {
	all := make([]Definition, len(of))
	for i, indicator := range of {
		all[i] = Definition{indicator.Code, indicator.Version}
	}
	return all
}

// Confirms reports whether a report that counts the same again says the same.
// Where an indicator has been added or defined anew since the report was kept,
// the digests cannot be equal, and the rows of the others are compared.
func (r RollUp) Confirms(again Report) bool {
	kept := r.Counted
	if kept == nil {
		kept = firstDefinitions
	}
	if slices.Equal(kept, again.Counted) {
		return r.Digest == again.Digest
	}
	stands := func(row Row) bool {
		i := slices.IndexFunc(kept, func(d Definition) bool { return d.Code == row.Code })
		return i >= 0 && slices.Contains(again.Counted, kept[i])
	}
	return slices.EqualFunc(only(r.Rows, stands), only(again.Rows, stands), Row.equal)
}

func only(rows []Row, keep func(Row) bool) []Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return !keep(r) })
}

func (r Row) equal(o Row) bool {
	return r.Code == o.Code && slices.Equal(r.Group, o.Group) && r.Value == o.Value && r.ExcludedNoConsent == o.ExcludedNoConsent &&
		r.Base == o.Base && slices.Equal(r.measures(), o.measures())
}

// measures returns what the row says beside its counts.
func (r Row) measures() []float64 {
	var all []float64
	if r.Days != nil {
		all = append(all, r.Days.Lower, r.Days.Median, r.Days.Upper)
	}
	if r.Mean != nil {
		all = append(all, *r.Mean)
	}
	return all
}
