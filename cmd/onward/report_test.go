package main_test

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"onward/services/calendar"
	"onward/services/id"
	"onward/services/locale"
	"onward/services/outcome"
	"onward/services/release"
)

// figures is a content with each measure, a figure that is withheld beside each, and
// one that is zero.
func figures() release.Content {
	both := func(s string) locale.Text { return locale.Text{EN: s, KM: s} }
	whole, measured := func(n int) *int { return &n }, func(v float64) *float64 { return &v }
	c := release.Content{From: calendar.Date(2026, 1, 1), To: calendar.Date(2026, 3, 31), KnownAt: time.Date(2026, 4, 2, 5, 0, 0, 0, time.UTC), Threshold: 11, Figures: "5f2d",
		Tables: []release.Table{{GroupBy: []outcome.Dimension{}}, {GroupBy: []outcome.Dimension{outcome.BySex, outcome.ByAgeBand}}}}
	for _, d := range []struct {
		code    outcome.Code
		measure string
		row     release.Row
	}{
		{outcome.Assisted, "COUNT", release.Row{Value: whole(1481), ExcludedNoConsent: whole(0), Baseline: measured(900), Target: measured(1500.5), Digest: "9c1a"}},
		{outcome.PlanWithin30, "SHARE", release.Row{Value: whole(40), Base: whole(60), Percent: measured(66.66666666666667), ExcludedNoConsent: whole(12), Digest: "=1+1"}},
		{outcome.OpenToClose, "DISTRIBUTION", release.Row{Value: whole(31), Lower: measured(90.25), Median: measured(140.5), Upper: measured(1200), Digest: "00"}},
		{outcome.IndexChange, "MEAN", release.Row{Value: whole(19), Mean: measured(-0.125), Digest: "77"}},
		{outcome.Employed, "COUNT", release.Row{Value: whole(0), ExcludedNoConsent: whole(0), Digest: "88"}},
	} {
		c.Definitions = append(c.Definitions, release.Definition{Code: d.code, Version: 2, Unit: outcome.Person, Measure: d.measure, Label: both(string(d.code)), Definition: both("What it counts.")})
		d.row.Code, d.row.Group, d.row.Labels = d.code, []outcome.GroupValue{}, []locale.Text{}
		c.Tables[0].Rows = append(c.Tables[0].Rows, d.row)
		d.row.Group = []outcome.GroupValue{{Dimension: outcome.BySex, Value: "F"}, {Dimension: outcome.ByAgeBand, Value: "AGE_18_24"}}
		d.row.Labels = []locale.Text{both("Female"), both("18 to 24")}
		withheld := release.Row{Code: d.code, Suppressed: true, Labels: []locale.Text{both("Male"), both("=SUM(A1)")},
			Group: []outcome.GroupValue{{Dimension: outcome.BySex, Value: "M"}, {Dimension: outcome.ByAgeBand, Value: "AGE_18_24"}}}
		c.Tables[1].Rows = append(c.Tables[1].Rows, d.row, withheld)
	}
	c.Funnels = []release.Funnel{{Name: "WORK", Label: both("To work"), Steps: []release.Step{{Code: "STARTED", Label: both("Started"), Count: whole(31)}, {Code: "KEPT", Label: both("Kept"), Suppressed: true}}}}
	c.Curves = []release.Curve{{Name: "JOB", Label: both("At work"), Since: both("the first day"), Points: []release.Point{{Day: 7, Survival: 0.75, Lower: 0.5, Upper: 0.9, AtRisk: 24, Ended: 11, Gone: 12}}}}
	return c
}

// newKey makes a key by the program and returns its file and its public text.
func newKey(t *testing.T, p place, name string, more ...string) (file, public string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "release.key")
	lines := strings.Split(strings.TrimSpace(mustRun(t, p, append([]string{"release-key", "--name", name, "--file", file}, more...)...)), "\n")
	return file, lines[len(lines)-1]
}

// publishFigures publishes a content in a local store by the key in a file.
func publishFigures(t *testing.T, p place, keyFile, request string) (release.Release, error) {
	t.Helper()
	s := p.open(t)
	defer func() { _ = s.Close() }()
	text, err := os.ReadFile(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	k, err := release.ReadKey(string(text))
	if err != nil {
		t.Fatal(err)
	}
	book, c := release.NewBook(s), figures()
	by := func(worker string) release.Author {
		return release.Author{Worker: id.Worker(worker), At: c.KnownAt, RequestID: request + worker}
	}
	draft := release.DraftID(by("worker_A"))
	if _, err = book.Add(t.Context(), by("worker_A"), release.Draft{ID: draft, From: c.From, To: c.To, KnownAt: c.KnownAt, Content: c}); err != nil {
		t.Fatal(err)
	}
	if _, err := book.Check(t.Context(), by("worker_C"), draft); err != nil {
		t.Fatal(err)
	}
	return book.Publish(t.Context(), by("worker_B"), draft, k, locale.Text{EN: "Coordinator", KM: "Coordinator"})
}

// reported is a store with release 1 of figures, and the public key of it.
func reported(t *testing.T) (p place, r release.Release, keyFile, public string) {
	t.Helper()
	p = local(t)
	keyFile, public = newKey(t, p, "ministry")
	r, err := publishFigures(t, p, keyFile, "first")
	if err != nil {
		t.Fatal(err)
	}
	return p, r, keyFile, public
}

var reportFiles = []string{"release-1.csv", "release-1.en.html", "release-1.json", "release-1.km.html", "release-1.xlsx"}

// in lists the files of a directory, hidden ones too; none where it is not there.
func in(t *testing.T, dir string) []string {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var names []string
	for _, f := range found {
		names = append(names, f.Name())
	}
	return names
}

// TestReport proves that a report is all its files, that it tells of each that is
// made, and that JSON, CSV and XLSX say, cell by cell, what was published; where a figure
// is withheld each says so and has no number.
func TestReport(t *testing.T) {
	t.Parallel()
	p, r, _, public := reported(t)
	out := filepath.Join(t.TempDir(), "new", "report")
	said := mustRun(t, p, "report", "--release", "1", "--out", out)
	for i, form := range []string{"json", "csv", "xlsx", "en.html", "km.html"} {
		if want := strconv.Itoa(i+1) + "/5 " + filepath.Join(out, "release-1."+form) + "\n"; !strings.Contains(said, want) {
			t.Errorf("no progress %q in %s", want, said)
		}
	}
	if !strings.Contains(said, public) || !strings.Contains(said, "--key") {
		t.Errorf("it does not say whose signature it believed: %s", said)
	}
	if got := in(t, out); !slices.Equal(got, reportFiles) {
		t.Errorf("the report is %v", got)
	}
	wantJSON(t, filepath.Join(out, "release-1.json"), r, public)
	wantCSV(t, filepath.Join(out, "release-1.csv"), r.Content)
	wantXLSX(t, filepath.Join(out, "release-1.xlsx"), r.Content)
	if said := mustRun(t, p, "report", "--release", "1", "--out", out, "--key", public); strings.Contains(said, "to be sure") {
		t.Errorf("with the key it is not sure: %s", said)
	}
}

// numbers are what a row says, in the order of the columns, as they are to be
// read; what is absent is empty.
func numbers(r release.Row) []string {
	whole := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	measured := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'f', -1, 64)
	}
	return []string{whole(r.Value), whole(r.Base), measured(r.Percent), measured(r.Lower), measured(r.Median), measured(r.Upper), measured(r.Mean),
		whole(r.ExcludedNoConsent), measured(r.Baseline), measured(r.Target)}
}

func wantJSON(t *testing.T, path string, r release.Release, public string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Content release.Content
		Seal    release.Seal
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if err := release.Verify(got.Content, got.Seal, public); err != nil || got.Seal != *r.Seal {
		t.Errorf("the file does not verify: %v, %+v", err, got.Seal)
	}
	if strings.Count(string(text), `"suppressed": true`) != len(r.Content.Tables[1].Rows)/2+1 {
		t.Error("the file does not mark what is withheld")
	}
}

func wantCSV(t *testing.T, path string, c release.Content) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	const first, width = 12, 10 // columns of groups end before the first number
	lines = lines[1:]
	for _, table := range c.Tables {
		for _, r := range table.Rows {
			line := lines[0]
			lines = lines[1:]
			if got := line[first : first+8]; line[4] != string(r.Code) || !slices.Equal(got, numbers(r)[:8]) {
				t.Errorf("CSV: %v for %s %v", line, r.Code, r.Group)
			}
			if got := line[first+9 : first+9+2]; line[first+8] != strconv.FormatBool(r.Suppressed) || !slices.Equal(got, numbers(r)[8:width]) {
				t.Errorf("CSV: %v for %s %v", line, r.Code, r.Group)
			}
			if r.Suppressed && (strings.Join(line[first:first+8], "") != "" || line[len(line)-1] != "") {
				t.Errorf("CSV tells a withheld figure: %v", line)
			}
		}
	}
	if len(lines) > 0 {
		t.Errorf("CSV has %d lines too many", len(lines))
	}
}

// sameCell reports whether a cell of a workbook says what it should: a number has 15
// digits there, as spreadsheets have.
func sameCell(got, want string) bool {
	is, err := strconv.ParseFloat(got, 64)
	should, none := strconv.ParseFloat(want, 64)
	if err != nil || none != nil {
		return got == want
	}
	return math.Abs(is-should) <= 1e-14*math.Abs(should)
}

func wantXLSX(t *testing.T, path string, c release.Content) {
	t.Helper()
	b, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	sheets := b.GetSheetList()
	for i, table := range c.Tables {
		rows, err := b.GetRows(sheets[i+1], excelize.Options{RawCellValue: true})
		if err != nil || len(rows) != len(table.Rows)+1 {
			t.Fatalf("%s: %d rows, %v", sheets[i+1], len(rows), err)
		}
		for j, r := range table.Rows {
			got := append(rows[j+1], make([]string, 40)...)
			var groups []string
			for k, g := range r.Group {
				groups = append(groups, g.Value, r.Labels[k].EN)
			}
			from := 4 + len(groups)
			want := numbers(r)
			switch {
			case r.Suppressed:
				want[0] = "withheld"
			case r.ExcludedNoConsent == nil:
				want[7] = "withheld"
			}
			if got[0] != string(r.Code) || !slices.Equal(got[4:from], groups) || !slices.EqualFunc(got[from:from+10], want, sameCell) || got[from+11] != r.Digest {
				t.Errorf("%s: %q for %s %v, want %q", sheets[i+1], got[:from+12], r.Code, r.Group, want)
			}
			for k := range got[:from+12] {
				at, err := excelize.CoordinatesToCellName(k+1, j+2)
				if err != nil {
					t.Fatal(err)
				}
				if formula, err := b.GetCellFormula(sheets[i+1], at); err != nil || formula != "" {
					t.Errorf("%s: %s calculates %q, %v", sheets[i+1], at, formula, err)
				}
			}
		}
	}
	steps, err := b.GetRows("Funnels", excelize.Options{RawCellValue: true})
	if err != nil || steps[1][5] != "31" || steps[2][5] != "withheld" {
		t.Errorf("funnels: %v, %v", steps, err)
	}
	points, err := b.GetRows("Curves", excelize.Options{RawCellValue: true})
	if err != nil || !slices.Equal(points[1][3:], []string{"7", "0.75", "0.5", "0.9", "24"}) {
		t.Errorf("curves: %v, %v", points, err)
	}
}

// TestRefusedReport proves that what hinders a report is named by its flag or its
// file, and that then nothing of it is written and nothing that was there is lost.
func TestRefusedReport(t *testing.T) {
	t.Parallel()
	p, _, _, _ := reported(t)
	_, stranger := newKey(t, p, "stranger")
	write := func(path string) {
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	base := t.TempDir()
	write(filepath.Join(base, "file"))
	for name, c := range map[string]struct {
		prepare func(out string)
		out     string // in base
		args    []string
		says    []string
		left    []string
	}{
		"no such release":          {nil, "none", []string{"--release", "2"}, []string{"there is no release 2"}, nil},
		"no number of a release":   {nil, "zero", []string{"--release", "0"}, []string{"there is no release 0"}, nil},
		"another key":              {nil, "key", []string{"--release", "1", "--key", stranger}, []string{"the signature is not of the key stranger"}, nil},
		"no key":                   {nil, "nokey", []string{"--release", "1", "--key", "ministry"}, []string{"is not a public key"}, nil},
		"a file for the directory": {nil, "file/report", []string{"--release", "1"}, []string{"--out", "not a directory"}, nil},
		"a file that is other": {func(out string) { write(filepath.Join(out, "release-1.xlsx")) }, "other", []string{"--release", "1"},
			[]string{"--out", "release-1.xlsx", "is there already", "move it away"}, []string{"release-1.xlsx"}},
		"a directory for a file": {func(out string) {
			if err := os.Mkdir(filepath.Join(out, "release-1.km.html"), 0o700); err != nil {
				t.Fatal(err)
			}
		}, "dir", []string{"--release", "1"}, []string{"--out", "release-1.km.html", "is a directory"}, []string{"release-1.km.html"}},
	} {
		out := filepath.Join(base, c.out)
		if c.prepare != nil {
			if err := os.Mkdir(out, 0o700); err != nil {
				t.Fatal(err)
			}
			c.prepare(out)
		}
		said := failsSoon(t, p, append([]string{"report", "--out", out}, c.args...)...)
		for _, word := range c.says {
			if !strings.Contains(said, word) {
				t.Errorf("%s: no %q in %s", name, word, said)
			}
		}
		if !strings.Contains(c.out, "/") && !slices.Equal(in(t, out), c.left) {
			t.Errorf("%s: %v is left", name, in(t, out))
		}
	}
	if kept, err := os.ReadFile(filepath.Join(base, "other", "release-1.xlsx")); err != nil || string(kept) != "mine" {
		t.Errorf("the file that was there is %q, %v", kept, err)
	}
	if said := failsSoon(t, local(t), "report", "--release", "1", "--out", filepath.Join(base, "empty")); !strings.Contains(said, "onward: ") || in(t, filepath.Join(base, "empty")) != nil {
		t.Errorf("without a store: %s", said)
	}
}

// TestReportInAClosedDirectory proves that a directory in which nothing may be written
// is named.
func TestReportInAClosedDirectory(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	p, _, _, _ := reported(t)
	out := t.TempDir()
	if err := os.Chmod(out, 0o500); err != nil {
		t.Fatal(err)
	}
	if said := failsSoon(t, p, "report", "--release", "1", "--out", out); !strings.Contains(said, "--out") || !strings.Contains(said, "permission denied") {
		t.Errorf("said %s", said)
	}
}

// TestReleaseKey proves that a key is made once, for its owner alone, that only its
// public part is printed, and that a file which is there is never written over.
func TestReleaseKey(t *testing.T) {
	t.Parallel()
	p, dir := local(t), t.TempDir()
	file := filepath.Join(dir, "release.key")
	said := mustRun(t, p, "release-key", "--name", "ministry", "--file", file)
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the file is %v, %v", info, err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	k, err := release.ReadKey(string(text))
	if err != nil || !strings.Contains(said, "\n"+k.Public()+"\n") {
		t.Errorf("printed %s: %v", said, err)
	}
	secret := strings.SplitN(strings.TrimSpace(string(text)), "+", 5)[4]
	refused := failsSoon(t, p, "release-key", "--name", "ministry", "--file", file)
	if !strings.Contains(refused, "--file") || !strings.Contains(refused, "never written over") {
		t.Errorf("made twice: %s", refused)
	}
	again, err := os.ReadFile(file)
	if err != nil || string(again) != string(text) {
		t.Errorf("the key is another one now: %v", err)
	}
	for flag, args := range map[string][]string{
		"--name":     {"--name", "two words", "--file", filepath.Join(dir, "named.key")},
		"--file":     {"--name", "ministry", "--file", filepath.Join(file, "below.key")},
		"--replaces": {"--name", "ministry", "--file", filepath.Join(dir, "next.key"), "--replaces", filepath.Join(dir, "none.key")},
	} {
		if said := failsSoon(t, p, append([]string{"release-key"}, args...)...); !strings.Contains(said, flag) {
			t.Errorf("%s is not named: %s", flag, said)
		}
	}
	if got := in(t, dir); !slices.Equal(got, []string{"release.key"}) {
		t.Errorf("made were %v", got)
	}
	broken := append(slices.Clone(p), "ONWARD_RELEASE_KEY="+strings.TrimSpace(string(text))+"x")
	refusedKey := failsSoon(t, broken, "serve", "--listen", "127.0.0.1:0")
	if !strings.Contains(refusedKey, "key for releases") {
		t.Errorf("a broken key: %s", refusedKey)
	}
	for _, said := range []string{said, refused, refusedKey} {
		if strings.Contains(said, secret) {
			t.Errorf("the secret is printed: %s", said)
		}
	}
}

// TestReplacedKey proves that nothing is published by another key until it was made
// to replace the first; that releases of both are reported by either key; and that
// a key which may not be replaced leaves no file behind.
func TestReplacedKey(t *testing.T) {
	t.Parallel()
	p, _, first, firstPublic := reported(t)
	stranger, _ := newKey(t, p, "stranger")
	if _, err := publishFigures(t, p, stranger, "second"); err == nil || !strings.Contains(err.Error(), "--replaces") {
		t.Errorf("published by a stranger's key: %v", err)
	}
	dir := t.TempDir()
	said := failsSoon(t, p, "release-key", "--name", "next", "--file", filepath.Join(dir, "next.key"), "--replaces", stranger)
	if !strings.Contains(said, "--replaces: is not the key that signs releases") || in(t, dir) != nil {
		t.Errorf("%v after %s", in(t, dir), said)
	}
	next, nextPublic := newKey(t, p, "next", "--replaces", first)
	r, err := publishFigures(t, p, next, "second")
	if err != nil || r.Number != 2 {
		t.Fatalf("release %d by the next key: %v", r.Number, err)
	}
	for _, key := range []string{firstPublic, nextPublic} {
		for _, number := range []string{"1", "2"} {
			mustRun(t, p, "report", "--release", number, "--key", key, "--out", t.TempDir())
		}
	}
	if said := mustRun(t, p, "verify"); !strings.Contains(said, "releases 2 ") || !strings.Contains(said, " 0 differences") {
		t.Errorf("verify: %s", said)
	}
}
