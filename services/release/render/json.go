package render

import (
	"encoding/json"
	"io"

	"onward/services/release"
)

// file is a release as JSON. Who wants to check the digest reads the content from
// here.
type file struct {
	Content release.Content `json:"content"`
	Seal    release.Seal    `json:"seal"`
}

// JSON writes a release as one object with the members content and seal, in
// UTF-8. Numbers are unrounded.
func JSON(w io.Writer, c release.Content, s release.Seal) error {
	if err := check(c); err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(file{Content: c, Seal: s})
}
