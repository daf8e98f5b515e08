package render_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/release"
	"onward/services/release/render"
)

var update = flag.Bool("update", false, "write the files of this run into testdata")

// small is the example with fewer figures, for files that people read.
func small() release.Content {
	c := example()
	c.Definitions = c.Definitions[:2]
	for i, t := range c.Tables {
		t.Rows = slices.DeleteFunc(slices.Clone(t.Rows), func(r release.Row) bool {
			return r.Code != people.Code && r.Code != kept.Code || len(t.GroupBy) == 1 && t.GroupBy[0] == "PROVINCE" && len(r.Group[0].Value) > len("KH-1") && r.Group[0].Value != "UNKNOWN"
		})
		c.Tables[i] = t
	}
	c.Curves[0].Points = c.Curves[0].Points[:4]
	return c
}

// files are the forms of a release that are text.
var files = map[string]func(*bytes.Buffer, release.Content) error{
	"release.json":    func(b *bytes.Buffer, c release.Content) error { return render.JSON(b, c, seal) },
	"release.csv":     func(b *bytes.Buffer, c release.Content) error { return render.CSV(b, c) },
	"release.en.html": func(b *bytes.Buffer, c release.Content) error { return render.HTML(b, c, seal, locale.EN) },
	"release.km.html": func(b *bytes.Buffer, c release.Content) error { return render.HTML(b, c, seal, locale.KM) },
}

// TestGolden compares the text forms of a small release with the files in
// testdata, to the letter.
func TestGolden(t *testing.T) {
	for name, write := range files {
		var got bytes.Buffer
		if err := write(&got, small()); err != nil {
			t.Fatal(err)
		}
		path := "testdata/" + name
		if *update {
			if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestSameBytes proves that a release is written the same each time, so that
// copies can be compared.
func TestSameBytes(t *testing.T) {
	forms := map[string]func(*bytes.Buffer, release.Content) error{
		"release.xlsx": func(b *bytes.Buffer, c release.Content) error { return render.XLSX(b, c, seal) },
	}
	for name, write := range files {
		forms[name] = write
	}
	for name, write := range forms {
		var first, second bytes.Buffer
		if err := write(&first, example()); err != nil {
			t.Fatal(err)
		}
		if err := write(&second, example()); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s differs from itself", name)
		}
	}
}

// TestRefusesWhatMustNotBeWritten proves that no form writes a byte of a content
// that would give away what is withheld or that nobody could read.
func TestRefusesWhatMustNotBeWritten(t *testing.T) {
	for name, spoil := range map[string]func(*release.Content){
		"a withheld row with a value":     func(c *release.Content) { c.Tables[3].Rows[2].Value = ptr(9) },
		"a withheld row with a mean":      func(c *release.Content) { c.Tables[3].Rows[2].Mean = ptr(0.5) },
		"a withheld row with exclusions":  func(c *release.Content) { c.Tables[3].Rows[2].ExcludedNoConsent = ptr(1) },
		"a withheld row with a baseline":  func(c *release.Content) { c.Tables[3].Rows[2].Baseline = ptr(9.0) },
		"a withheld row with a digest":    func(c *release.Content) { c.Tables[3].Rows[2].Digest = "5f" },
		"a withheld step with a count":    func(c *release.Content) { c.Funnels[0].Steps[4].Count = ptr(9) },
		"a row without a definition":      func(c *release.Content) { c.Definitions = c.Definitions[1:] },
		"a row in another table's groups": func(c *release.Content) { c.Tables[0].GroupBy = []outcome.Dimension{"QUARTER"} },
		"a row without labels":            func(c *release.Content) { c.Tables[1].Rows[0].Labels = nil },
	} {
		c := example()
		if !c.Tables[3].Rows[2].Suppressed {
			t.Fatal("the example's row is not withheld")
		}
		spoil(&c)
		forms := map[string]func(*bytes.Buffer, release.Content) error{
			"xlsx": func(b *bytes.Buffer, c release.Content) error { return render.XLSX(b, c, seal) },
		}
		for form, write := range files {
			forms[form] = write
		}
		for form, write := range forms {
			var out bytes.Buffer
			if err := write(&out, c); err == nil || out.Len() > 0 {
				t.Errorf("%s as %s: error %v after %d bytes", name, form, err, out.Len())
			}
		}
	}
}

// TestJSONIsTheContent proves that nothing is lost on the way to JSON and back.
func TestJSONIsTheContent(t *testing.T) {
	var out bytes.Buffer
	if err := render.JSON(&out, example(), seal); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Content release.Content `json:"content"`
		Seal    release.Seal    `json:"seal"`
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(example(), got.Content); diff != "" {
		t.Errorf("content (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(seal, got.Seal); diff != "" {
		t.Errorf("seal (-want +got):\n%s", diff)
	}
}

// records reads a CSV as a list of lines by column.
func records(t interface{ Fatal(...any) }, data []byte) []map[string]string {
	lines, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for _, l := range lines[1:] {
		r := map[string]string{}
		for i, head := range lines[0] {
			r[head] = l[i]
		}
		all = append(all, r)
	}
	return all
}

// TestCSVIsSafe proves that lines end as RFC 4180 wants, that each has the same
// columns, and that no text begins a formula.
func TestCSVIsSafe(t *testing.T) {
	c := example()
	for i, text := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "a \"quoted\", long\nname"} {
		c.Tables[3].Rows[i].Labels = []locale.Text{both(text)}
	}
	var out bytes.Buffer
	if err := render.CSV(&out, c); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(out.Bytes(), []byte("\r\n")) || bytes.HasPrefix(out.Bytes(), []byte("\xef\xbb\xbf")) {
		t.Error("the file does not end in CRLF, or begins with a mark")
	}
	lines := records(t, out.Bytes())
	for _, l := range lines {
		for head, text := range l {
			if _, err := strconv.ParseFloat(text, 64); err != nil && text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
				t.Errorf("%s is %q", head, text)
			}
		}
	}
	if !slices.ContainsFunc(lines, func(l map[string]string) bool { return l["organisation_label"] == "'=1+1" }) {
		t.Error("the label =1+1 is lost")
	}
	if !slices.ContainsFunc(lines, func(l map[string]string) bool { return l["organisation_label"] == "a \"quoted\", long\nname" }) {
		t.Error("the quoted label is lost")
	}
}

// TestWorkbook opens a workbook again: its sheets, headers that stay in sight,
// numbers that are numbers, texts that are not calculated.
func TestWorkbook(t *testing.T) {
	b := workbook(t, example())
	want := []string{"About", "1 total", "2 quarter", "3 province", "4 organisation", "5 organisation, quarter", "Funnels", "Curves", "Definitions"}
	if diff := cmp.Diff(want, b.GetSheetList()); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
	if b.GetActiveSheetIndex() != 0 {
		t.Error("the workbook does not open at About")
	}
	for _, sheet := range want {
		panes, err := b.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: panes %+v, %v", sheet, panes, err)
		}
	}
	for _, c := range []struct{ sheet, cell, want string }{
		{"About", "B2", "7"}, {"About", "B6", "2026-10-14T17:00:00Z"}, {"About", "B7", "11"}, {"About", "B10", seal.Digest}, {"About", "B11", seal.Signature},
		{"4 organisation", "F3", "=HYPERLINK(\"x\") Centre for Women who Begin Again in the North-Western Provinces"},
		{"4 organisation", "G3", "412"}, {"4 organisation", "G4", "withheld"}, {"4 organisation", "H4", ""},
		{"Funnels", "F2", "1240"}, {"Funnels", "F6", "withheld"}, {"Curves", "D2", "14"}, {"Definitions", "A3", "PLAN_IN_TIME"}, {"Definitions", "B3", "2"},
	} {
		if got, err := b.GetCellValue(c.sheet, c.cell, excelize.Options{RawCellValue: true}); err != nil || got != c.want {
			t.Errorf("%s!%s is %q, %v; want %q", c.sheet, c.cell, got, err, c.want)
		}
	}
	if formula, _ := b.GetCellFormula("4 organisation", "F3"); formula != "" {
		t.Errorf("a label is the formula %s", formula)
	}
	if kind, _ := b.GetCellType("4 organisation", "G3"); kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
		t.Errorf("a number is of type %v", kind)
	}
	if width, _ := b.GetColWidth("Definitions", "G"); width < 50 {
		t.Errorf("the definitions have %v characters of room", width)
	}
}

func workbook(t interface{ Fatal(...any) }, c release.Content) *excelize.File {
	var out bytes.Buffer
	if err := render.XLSX(&out, c, seal); err != nil {
		t.Fatal(err)
	}
	b, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestLongNamesOfSheets proves that tables of many dimensions have sheets whose
// names a workbook takes, each its own.
func TestLongNamesOfSheets(t *testing.T) {
	c := release.Content{Threshold: 11, Definitions: all, Tables: []release.Table{
		{GroupBy: []outcome.Dimension{"ORGANISATION", "POPULATION", "FISCAL_YEAR"}}, {GroupBy: []outcome.Dimension{"ORGANISATION", "POPULATION", "QUARTER"}}}}
	for _, name := range workbook(t, c).GetSheetList() {
		if len([]rune(name)) > excelize.MaxSheetNameLength {
			t.Errorf("%s is too long", name)
		}
	}
	if n := len(workbook(t, c).GetSheetList()); n != 4 {
		t.Errorf("%d sheets", n)
	}
}

// TestDraft proves that what was not published says so.
func TestDraft(t *testing.T) {
	c := example()
	c.Number = 0
	for l, want := range map[locale.Locale]string{locale.EN: "Draft of a release", locale.KM: "សេចក្តីព្រាងនៃការផ្សព្វផ្សាយ"} {
		var out bytes.Buffer
		if err := render.HTML(&out, c, release.Seal{}, l); err != nil {
			t.Fatal(err)
		}
		if page := out.String(); !strings.Contains(page, "<h1>"+want+"</h1>") || strings.Contains(page, "SHA-256") {
			t.Errorf("%s: the page of a draft does not say so, or speaks of a digest", l)
		}
	}
	var out bytes.Buffer
	if err := render.XLSX(&out, c, release.Seal{}); err != nil {
		t.Fatal(err)
	}
	b, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	if state, _ := b.GetCellValue("About", "B3"); !strings.HasPrefix(state, "draft") {
		t.Errorf("the workbook of a draft says %q", state)
	}
}

// TestNothing proves that a release without a figure is written all the same.
func TestNothing(t *testing.T) {
	for name, write := range files {
		if err := write(&bytes.Buffer{}, release.Content{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := fmt.Sprint(workbook(t, release.Content{}).GetSheetList()); got != "[About Definitions]" {
		t.Errorf("sheets %s", got)
	}
}
