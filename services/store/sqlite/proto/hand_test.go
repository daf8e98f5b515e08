package proto

import (
	"bytes"
	"encoding/json"
	"strconv"
	"testing"

	"onward/services/store"
)

type cur struct {
	b  []byte
	ok bool
}

func (c *cur) field(name string) bool {
	if len(c.b) > len(name) && string(c.b[:len(name)]) == name {
		c.b = c.b[len(name):]
		return true
	}
	return false
}
func (c *cur) text() []byte {
	i := bytes.IndexByte(c.b, '"')
	if i < 0 || bytes.IndexByte(c.b[:i], '\\') >= 0 {
		c.ok = false
		return nil
	}
	t := c.b[:i]
	c.b = c.b[i+1:]
	return t
}

func hand(l []byte, e *store.Entry) bool {
	c := cur{l, true}
	if !c.field(`{"v":`) {
		return false
	}
	i := bytes.IndexByte(c.b, ',')
	if i < 0 {
		return false
	}
	v, err := strconv.Atoi(string(c.b[:i]))
	if err != nil {
		return false
	}
	e.Version = v
	c.b = c.b[i:]
	if !c.field(`,"kind":"`) {
		return false
	}
	e.Kind = string(c.text())
	if c.field(`,"on":"`) {
		if e.On.UnmarshalText(c.text()) != nil {
			return false
		}
	}
	if !c.field(`,"at":"`) {
		return false
	}
	if e.At.UnmarshalText(c.text()) != nil {
		return false
	}
	if c.field(`,"by":"`) {
		e.By = string(c.text())
	}
	if c.field(`,"org":"`) {
		e.Organisation = string(c.text())
	}
	if c.field(`,"key":"`) {
		e.Key = string(c.text())
	}
	if c.field(`,"data":`) {
		e.Data = json.RawMessage(c.b[: len(c.b)-1 : len(c.b)-1])
		return c.ok
	}
	return c.ok && len(c.b) == 1
}

func BenchmarkHand(b *testing.B) {
	h := lines(10)
	b.SetBytes(int64(len(h)))
	for b.Loop() {
		es := make([]store.Entry, 0, 10)
		hc := bytes.Clone(h)
		for l := range bytes.Lines(hc) {
			es = append(es, store.Entry{})
			if !hand(l[:len(l)-1], &es[len(es)-1]) {
				b.Fatal(string(l))
			}
		}
	}
	b.ReportAllocs()
}
