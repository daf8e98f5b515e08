package proto

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"onward/services/calendar"
	"onward/services/store"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

func lines(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		e := store.Entry{Version: i + 1, Kind: "employment.followed_up", On: calendar.Date(2026, 3, 1+i), At: time.Date(2026, 3, 1+i, 8, 30, 11, 123e6, time.UTC),
			By: "wrk_01JXYZ6N2K8T", Organisation: "org_hope", Key: fmt.Sprintf("req-%08d", i), Data: json.RawMessage(`{"placement":"plc_01J","still":true,"wage":{"amount":21000,"currency":"USD"}}`)}
		x, _ := json.Marshal(e)
		b.Write(x)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func BenchmarkStd(b *testing.B) {
	h := lines(10)
	b.SetBytes(int64(len(h)))
	for b.Loop() {
		var es []store.Entry
		for l := range bytes.Lines(h) {
			var e store.Entry
			if err := json.Unmarshal(l, &e); err != nil {
				b.Fatal(err)
			}
			es = append(es, e)
		}
	}
	b.ReportAllocs()
}
func BenchmarkStdDecoder(b *testing.B) {
	h := lines(10)
	b.SetBytes(int64(len(h)))
	for b.Loop() {
		var es []store.Entry
		d := json.NewDecoder(bytes.NewReader(h))
		for range 10 {
			var e store.Entry
			if err := d.Decode(&e); err != nil {
				b.Fatal(err)
			}
			es = append(es, e)
		}
	}
	b.ReportAllocs()
}
func BenchmarkV2(b *testing.B) {
	h := lines(10)
	b.SetBytes(int64(len(h)))
	for b.Loop() {
		var es []store.Entry
		for l := range bytes.Lines(h) {
			var e store.Entry
			if err := jsonv2.Unmarshal(l, &e); err != nil {
				b.Fatal(err)
			}
			es = append(es, e)
		}
	}
	b.ReportAllocs()
}
func BenchmarkV2Loose(b *testing.B) {
	h := lines(10)
	o := jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	b.SetBytes(int64(len(h)))
	for b.Loop() {
		es := make([]store.Entry, 10)
		d := jsontext.NewDecoder(bytes.NewBuffer(h), o)
		for i := range 10 {
			if err := jsonv2.UnmarshalDecode(d, &es[i], o); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportAllocs()
}

type entry struct {
	Version      int            `json:"v"`
	Kind         string         `json:"kind"`
	On           string         `json:"on,omitzero"`
	At           string         `json:"at"`
	By           string         `json:"by,omitempty"`
	Organisation string         `json:"org,omitempty"`
	Key          string         `json:"key,omitempty"`
	Data         jsontext.Value `json:"data,omitempty"`
}

func BenchmarkV2Plain(b *testing.B) {
	h := lines(10)
	o := jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	b.SetBytes(int64(len(h)))
	for b.Loop() {
		es := make([]entry, 10)
		d := jsontext.NewDecoder(bytes.NewBuffer(h), o)
		for i := range 10 {
			if err := jsonv2.UnmarshalDecode(d, &es[i], o); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportAllocs()
}

func BenchmarkToken(b *testing.B) {
	h := lines(10)
	o := jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	b.SetBytes(int64(len(h)))
	for b.Loop() {
		es := make([]store.Entry, 10)
		d := jsontext.NewDecoder(bytes.NewBuffer(h), o)
		for i := range 10 {
			e := &es[i]
			d.ReadToken()
			for d.PeekKind() == '"' {
				n, err := d.ReadValue()
				if err != nil {
					b.Fatal(err)
				}
				switch string(n) {
				case `"data"`:
					v, _ := d.ReadValue()
					e.Data = json.RawMessage(bytes.Clone(v))
				case `"v"`:
					t, _ := d.ReadToken()
					x, _ := t.Int()
					e.Version = int(x)
				case `"kind"`:
					t, _ := d.ReadToken()
					e.Kind = t.String()
				case `"by"`:
					t, _ := d.ReadToken()
					e.By = t.String()
				case `"org"`:
					t, _ := d.ReadToken()
					e.Organisation = t.String()
				case `"key"`:
					t, _ := d.ReadToken()
					e.Key = t.String()
				case `"on"`:
					t, _ := d.ReadValue()
					e.On.UnmarshalText(t[1 : len(t)-1])
				case `"at"`:
					t, _ := d.ReadValue()
					e.At.UnmarshalText(t[1 : len(t)-1])
				}
			}
			d.ReadToken()
		}
		if es[9].Version != 10 {
			b.Fatal(es[9])
		}
	}
	b.ReportAllocs()
}

func BenchmarkValidOnly(b *testing.B) {
	h := lines(10)
	b.SetBytes(int64(len(h)))
	for b.Loop() {
		for l := range bytes.Lines(h) {
			if !json.Valid(l) {
				b.Fatal()
			}
		}
	}
}
func BenchmarkTimes(b *testing.B) {
	at := []byte("2026-03-01T08:30:11.123Z")
	on := []byte("2026-03-01")
	for b.Loop() {
		for range 10 {
			var t time.Time
			t.UnmarshalText(at)
			var d calendar.Day
			d.UnmarshalText(on)
		}
	}
}
