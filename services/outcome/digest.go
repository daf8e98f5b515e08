package outcome

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
	"math/bits"

	"onward/services/calendar"
)

// mark is 128 bits that stand for an entry, or for a set of entries as their
// sum. A sum does not depend on the order, and an entry that comes, goes or
// changes changes it but for a chance of 2^-128. It tells histories apart; it is
// no proof against somebody who can choose identifiers.
type mark struct{ hi, lo uint64 }

// identityOf returns the mark of a case or a network.
func identityOf[T ~string](v T) mark {
	h := sha256.Sum256([]byte(v))
	return mark{hi: binary.BigEndian.Uint64(h[:8]), lo: binary.BigEndian.Uint64(h[8:16])}
}

// entry returns the mark of an entry of the thing that m identifies. Whether she
// consented is part of it: a decision of hers changes what an entry counts for.
func (m mark) entry(version int, on calendar.Day, consented bool) mark {
	v := uint64(uint32(version))<<33 | uint64(uint32(on))<<1
	if consented {
		v |= 1
	}
	hi := mix(m.hi ^ v)
	return mark{hi: hi, lo: mix(m.lo ^ v ^ bits.RotateLeft64(hi, 32))}
}

// plus returns the sum of two marks, modulo 2^128.
func (m mark) plus(n mark) mark {
	lo, carry := bits.Add64(m.lo, n.lo, 0)
	hi, _ := bits.Add64(m.hi, n.hi, carry)
	return mark{hi: hi, lo: lo}
}

// minus takes a mark out of a sum.
func (m mark) minus(n mark) mark {
	lo, borrow := bits.Sub64(m.lo, n.lo, 0)
	hi, _ := bits.Sub64(m.hi, n.hi, borrow)
	return mark{hi: hi, lo: lo}
}

// hex writes the mark, as the digest of the entries behind a figure.
func (m mark) hex() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], m.hi)
	binary.BigEndian.PutUint64(b[8:], m.lo)
	return hex.EncodeToString(b[:])
}

// mix spreads every bit over all 64: the finaliser of SplitMix64 (Steele, Lea
// and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// digest is the SHA-256 of a report, written field by field. Every text has its
// length before it, so that no two reports are written alike.
type digest struct {
	hash hash.Hash
	line []byte
}

// newDigest begins the digest of a report with the question.
func newDigest(q Query, asked []Indicator) *digest {
	d := &digest{hash: sha256.New()}
	d.text("onward impact 1")
	d.number(int(q.Period.From))
	d.number(int(q.Period.To))
	d.text(string(q.Organisation))
	d.number(len(q.GroupBy))
	for _, dimension := range q.GroupBy {
		d.text(string(dimension))
	}
	d.number(len(asked))
	for _, i := range asked {
		d.text(string(i.Code))
		d.number(i.Version)
	}
	if q.Between != nil {
		d.text(string(q.Between.From))
		d.text(string(q.Between.To))
	}
	d.flush()
	return d
}

// row adds a row and the entries behind it.
func (d *digest) row(r Row, indicator *Indicator, entries mark) {
	d.text(string(r.Code))
	for _, g := range r.Group {
		d.text(g.Value)
	}
	d.number(r.Value)
	d.number(r.ExcludedNoConsent)
	if indicator.Measure != Count {
		d.measured(r)
	}
	d.line = binary.BigEndian.AppendUint64(d.line, entries.hi)
	d.line = binary.BigEndian.AppendUint64(d.line, entries.lo)
	d.flush()
}

// measured adds what a row says beside its count.
func (d *digest) measured(r Row) {
	d.number(r.Base)
	for _, v := range r.measures() {
		d.line = binary.BigEndian.AppendUint64(d.line, math.Float64bits(v))
	}
}

func (d *digest) text(s string) {
	d.number(len(s))
	d.line = append(d.line, s...)
}

func (d *digest) number(n int) { d.line = binary.AppendVarint(d.line, int64(n)) }

func (d *digest) flush() {
	_, _ = d.hash.Write(d.line) // a hash never returns an error
	d.line = d.line[:0]
}

func (d *digest) hex() string { return hex.EncodeToString(d.hash.Sum(nil)) }
