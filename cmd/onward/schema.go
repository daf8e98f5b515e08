package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"onward/graph"
	"onward/graph/compat"
	"onward/services/calendar"
)

type schemaCmd struct {
	Check string `help:"A released schema: say what this one changes for its clients instead, and exit 1 where something breaks, or is deprecated without saying what follows and when." placeholder:"FILE"`
}

// Run prints the schema, or what it changes since a released one.
func (s *schemaCmd) Run() error {
	if s.Check == "" {
		formatter.NewFormatter(os.Stdout, formatter.WithIndent("  ")).FormatSchema(graph.Schema())
		return nil
	}
	text, err := os.ReadFile(s.Check)
	if err != nil {
		return err
	}
	released, err := gqlparser.LoadSchema(&ast.Source{Name: s.Check, Input: string(text)})
	if err != nil {
		return fmt.Errorf("the released schema cannot be read: %w", err)
	}
	if malformed := compat.Deprecations(graph.Schema()); len(malformed) > 0 {
		return errors.New(strings.Join(malformed, "\n"))
	}
	return compared(os.Stdout, compat.Compare(released, graph.Schema(), calendar.DayOf(time.Now())))
}

// compared prints changes, those that break first, and fails where there are such.
func compared(w io.Writer, changes []compat.Change) error {
	breaking := 0
	for _, c := range changes {
		if c.Breaking {
			breaking++
			_, _ = fmt.Fprintln(w, "breaking:  "+c.String())
		}
	}
	for _, c := range changes {
		if !c.Breaking {
			_, _ = fmt.Fprintln(w, "dangerous: "+c.String())
		}
	}
	if breaking > 0 {
		return fmt.Errorf("%d changes break clients of the released schema", breaking)
	}
	return nil
}
