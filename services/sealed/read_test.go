package sealed_test

import (
	"reflect"
	"testing"

	"onward/services/sealed"
)

// TestReader proves that plain data are read with references to their texts, wherever in
// the data these stand, and that one Reader keeps them apart by version and mark.
func TestReader(t *testing.T) {
	const data = `{"code":"c","term":"⟦m.x","lines":["⟦.x","⟦.y"],"goals":[{"title":"⟦n.x"},{"title":""}],"one":{"title":"⟦.x"},"said":"⟦.x"}`
	var r sealed.Reader
	for version := 1; version < 3; version++ {
		ref := func(field, mark string) sealed.Text { return sealed.Refer(version, field, mark) }
		want := outer{Code: "c", Term: ref("term", "m"), Lines: []sealed.Text{ref("lines[0]", ""), ref("lines[1]", "")},
			Goals: []inner{{ref("goals[0].title", "n")}, {}}, One: &inner{ref("one.title", "")}, Remark: Remark{ref("said", "")}}
		var got outer
		if !r.Read(version, []byte(data), &got) || !reflect.DeepEqual(got, want) {
			t.Errorf("version %d:\n got %+v\nwant %+v", version, got, want)
		}
	}
	var code, clear outer
	if !r.Read(1, []byte(`{"term":"2026-27/1","lines":[]}`), &code) || code.Term != "2026-27/1" || code.Lines == nil {
		t.Errorf("the code of a term: %+v", code)
	}
	if r.Read(1, []byte(`{"term":"spring"}`), &clear) {
		t.Errorf("a text in clear is read: %+v", clear)
	}
}

// own has a way of its own to be read.
type own string

func (*own) UnmarshalJSON([]byte) error { return nil }

// TestReaderLeaves proves that a field of a type that is read in a way of its own, or by
// other rules, is left to those who know them, and that other fields are read.
func TestReaderLeaves(t *testing.T) {
	var r sealed.Reader
	v := struct {
		Own   own            `json:"own"`
		Share float64        `json:"share"`
		Any   any            `json:"any"`
		Few   map[string]int `json:"few"`
		Small int8           `json:"small"`
	}{}
	for data, want := range map[string]bool{`{"own":"a"}`: false, `{"share":1}`: false, `{"any":1}`: false, `{"few":{}}`: false, `{"small":128}`: false, `{"small":-128}`: true} {
		if got := r.Read(1, []byte(data), &v); got != want {
			t.Errorf("%s is read: %t", data, got)
		}
	}
	for _, v := range []any{&struct {
		Code string `json:"code,string"`
	}{}, &struct {
		Code string `json:"-"`
	}{}, &struct{ Code string }{}, &struct {
		*inner
	}{}} {
		if r.Read(1, []byte(`{}`), v) {
			t.Errorf("%T is read", v)
		}
	}
}
