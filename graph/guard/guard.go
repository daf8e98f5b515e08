// Package guard refuses documents that would cost too much: before they are
// validated, since validation itself can be made costly, and by numbers alone, since
// a document of 900 bytes can say a million fields. A fragment is counted once,
// however often it is spread, and the sums stop at a bound instead of overflowing.
//
// It knows no request, so that whoever registers a document can ask for its cost.
package guard

import (
	"errors"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"onward/services/fault"
)

// The limits of a document. Each holds for every operation and every fragment, with
// what it spreads written out, whether it is used or not: the validator reads them all.
const (
	MaxTokens     = 500  // read by the parser, comments too; it bounds how deep the parser goes
	MaxOperations = 10   // [J]
	MaxFragments  = 30   // [J]
	MaxDepth      = 10   // fields inside one another
	MaxRootFields = 10   // of an operation
	MaxAliases    = 15   // fields that are given another name
	MaxDirectives = 30   // [J]
	MaxAtOne      = 3    // directives of one field, fragment or operation [J]
	MaxFields     = 1000 // of all operations and fragments together [J]
	MaxSameName   = 10   // fields that answer under one name in one place, which are compared in pairs [J]
	MaxNesting    = 10   // lists and objects inside one another, in a value or a type [J]
	MaxName       = 100  // bytes of a name, which the answer repeats for every item, and of a number [J]
	MaxCost       = 5000 // of the operation that runs
)

// Parse reads a document of at most MaxTokens.
func Parse(document string) (*ast.QueryDocument, error) {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: document}, MaxTokens)
	if err == nil {
		return doc, nil
	}
	var g *gqlerror.Error
	if errors.As(err, &g) && len(g.Locations) > 0 {
		return nil, err // the parser says where it stopped
	}
	return nil, tooMuch("tokens in the document", MaxTokens)
}

// tooMuch returns the refusal of what is beyond a limit.
func tooMuch(what string, limit int) error {
	return fault.New(fault.TooCostly, "too many %s: at most %d are allowed", what, limit)
}
