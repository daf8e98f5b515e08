package id

import "strconv"

// PartKind is what kind of part of a case an identifier names.
type PartKind uint8

// The kinds of which a register holds many.
const (
	ApprovalPart PartKind = iota + 1
	PlanPart
	StayPart
	ScholarshipPart
	PlacementPart
	MatterPart
)

// prefixes are the prefixes of the kinds.
var prefixes = [...]string{
	ApprovalPart: "approval_", PlanPart: "plan_", StayPart: "stay_", ScholarshipPart: "scholarship_",
	PlacementPart: "placement_", MatterPart: "matter_",
}

// Part is the identifier of a part of a case, as Within names it. It is made when
// somebody asks for it: a register holds millions of them, and it shares the bytes of
// the case's identifier.
type Part struct {
	of      Case // or the whole identifier, where kind is 0
	version int32
	number  int16 // of the parts that one entry has made; 0 where it made one
	kind    PartKind
}

// PartOf returns the identifier of the part that an entry of a case made.
func PartOf[N int | int32](kind PartKind, c Case, version N) Part {
	return Part{of: c, version: int32(version), kind: kind}
}

// Numbered returns the identifier of one of several parts that the entry made, which
// are counted from 1.
func (p Part) Numbered(n int) Part {
	p.number = int16(n)
	return p
}

// Named returns an identifier that is there as text.
func Named(text string) Part { return Part{of: Case(text)} }

// IsZero reports whether it names nothing.
func (p Part) IsZero() bool { return p == Part{} }

// String returns the identifier.
func (p Part) String() string {
	if p.kind == 0 {
		return string(p.of)
	}
	text := Within(prefixes[p.kind], p.of, p.version)
	if p.number > 0 {
		text += "." + strconv.Itoa(int(p.number))
	}
	return text
}

// MarshalText writes the identifier.
func (p Part) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads an identifier.
func (p *Part) UnmarshalText(text []byte) error {
	*p = Named(string(text))
	return nil
}
