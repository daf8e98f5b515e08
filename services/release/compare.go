package release

import (
	"bytes"
	"encoding/json"
	"fmt"

	"onward/services/directory"
	"onward/services/outcome"
)

// Defined reports whether a report was counted by the definitions of the content.
func (c Content) Defined(r outcome.Report) bool {
	if len(c.Definitions) != len(r.Counted) {
		return false
	}
	for i, d := range r.Counted {
		if c.Definitions[i].Code != d.Code || c.Definitions[i].Version != d.Version {
			return false
		}
	}
	return true
}

// Compare holds a release against its figures, counted again, and names what
// differs: the figures as a whole, and every row that says something else than they
// do, whether or not the release withholds it.
func (r Release) Compare(f Figures) ([]string, error) {
	var out []string
	digest, err := f.Digest()
	if err != nil {
		return nil, err
	}
	if digest != r.Content.Figures {
		out = append(out, "the figures, counted again, are others")
	}
	tables, ok := r.again(f)
	if !ok || len(tables) != len(r.Content.Tables) {
		return append(out, "its tables have other rows"), nil
	}
	for i, t := range tables {
		for k, row := range t.Rows {
			was := r.Content.Tables[i].Rows[k]
			row.Labels, row.Baseline, row.Target = was.Labels, was.Baseline, was.Target // what the directory says is no figure
			got, err := json.Marshal(row)
			if err != nil {
				return nil, err
			}
			want, err := json.Marshal(was)
			if err != nil {
				return nil, err
			}
			if !bytes.Equal(got, want) {
				out = append(out, fmt.Sprintf("%s of %v says something else, counted again", was.Code, was.Group))
			}
		}
	}
	return out, nil
}

// again writes the tables of a release again from figures, and withholds what the
// release has withheld. It reports false where they have other rows.
func (r Release) again(f Figures) ([]Table, bool) {
	b := builder{spec: Spec{Period: r.Period(), Threshold: r.Content.Threshold}, words: Words{&directory.Snapshot{}}, index: map[place]int{}}
	for _, report := range f.Reports {
		b.count(report)
	}
	if len(b.cells) != len(r.Cells) {
		return nil, false
	}
	b.made = make(Cells, len(b.cells))
	for n, c := range b.cells {
		if c.Series != r.Cells[n].Series || !same(c.Group, r.Cells[n].Group) {
			return nil, false
		}
		b.made[n].Cell, b.made[n].Reason = c, r.Cells[n].Reason
	}
	var out []Table
	for i, by := range Groupings(r.Period()) {
		t := b.table(i, by, f.Reports[i])
		if i >= len(r.Content.Tables) || len(t.Rows) != len(r.Content.Tables[i].Rows) {
			return nil, false
		}
		out = append(out, t)
	}
	return out, true
}
