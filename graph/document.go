package graph

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"

	"onward/graph/guard"
	"onward/services/access"
	"onward/services/casework"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/page"
)

// trusted puts the registered document in the place of its documentId, and refuses
// what is not registered to those who may not query ad hoc.
type trusted struct{}

// ExtensionName names the extension.
func (trusted) ExtensionName() string { return "TrustedDocuments" }

// Validate has nothing to check.
func (trusted) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters settles which document runs.
func (trusted) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	graphql.GetOperationContext(ctx).RawQuery = params.Query // for the log, where it is refused
	text, err := documentOf(viewOf(ctx), requestOf(ctx).asked)
	params.Query = text
	return refused(err)
}

// documentOf returns the document that a request asks for: NotFound where it names none
// that is registered, Forbidden where it has another one than the viewer may send.
func documentOf(v *casework.View, what asked) (string, error) {
	if name := what.documentID; name != nil {
		digest := strings.TrimPrefix(*name, "sha256:")
		doc, ok := v.Directory.TrustedDocument(v.Actor.Organisation, digest)
		if !ok || doc.DocumentID() != *name {
			return "", fault.New(fault.NotFound, "no document is registered under this documentId")
		}
		return doc.Text, nil
	}
	query := what.params.Query
	if v.Actor.PermitProgramme(access.QueryAdHoc) == nil {
		return query, nil
	}
	if _, ok := v.Directory.TrustedDocument(v.Actor.Organisation, directory.DigestOf(query)); !ok {
		return query, fault.New(fault.Forbidden, "this account sends registered documents only: see registerDocument")
	}
	return query, nil
}

// InspectDocument returns what a document asks for. It refuses one that no request
// could send, not with the smallest pages either.
func InspectDocument(text string) (directory.Inspection, error) {
	var found directory.Inspection
	schema := Schema()
	doc, err := guard.Parse(text)
	if err != nil {
		errcode.Set(err, errcode.ParseFailed)
		return found, unfit(err)
	}
	if err := guard.Measure(doc); err != nil {
		return found, unfit(err)
	}
	if errs := validator.ValidateWithRules(schema, doc, validationRules()); len(errs) > 0 {
		return found, unfit(errs[0])
	}
	if len(doc.Operations) != 1 || doc.Operations[0].Name == "" {
		return found, fault.Input("text", "must have exactly one operation, and that a name")
	}
	op := doc.Operations[0]
	if _, err := guard.CostOf(schema, doc, op.Name, pages(op, 1)); err != nil {
		return found, unfit(err)
	}
	most, _ := guard.CostOf(schema, doc, op.Name, pages(op, page.MaxSize)) // which may be more than a request may cost
	return directory.Inspection{
		Name: op.Name, Kind: directory.OperationKind(strings.ToUpper(string(op.Operation))),
		Cost: most.Requested, Classes: classesOf(doc),
	}, nil
}

// FlawOf returns what is wrong with a document that was registered under another schema
// and cannot be sent under this one; nil where nothing is, or it is retired.
func FlawOf(doc directory.Document) *string {
	var f *fault.Error
	if _, err := InspectDocument(doc.Text); !doc.InUse() || !errors.As(err, &f) {
		return nil
	}
	return &f.Fields[0].Message // as unfit says it
}

// unfit refuses a document for the first that is wrong with it.
func unfit(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return fault.Input("text", "%s", f.Message)
	}
	g := gqlerror.WrapIfUnwrapped(err)
	if len(g.Locations) == 0 {
		return fault.Input("text", "%s", inPlainWords(g))
	}
	return fault.Input("text", "line %d, column %d: %s", g.Locations[0].Line, g.Locations[0].Column, inPlainWords(g))
}

// pages returns variables of an operation where every number that may be the size of a
// page is that size, and every list of identifiers has as many.
func pages(op *ast.OperationDefinition, size int) map[string]any {
	sizes := map[string]any{}
	for _, v := range op.VariableDefinitions {
		switch {
		case v.Type.NamedType == "Int":
			sizes[v.Variable] = size
		case v.Type.Elem != nil && v.Type.Elem.NamedType == "ID":
			sizes[v.Variable] = make([]any, size)
		}
	}
	return sizes
}

// classesOf returns the classes of all fields that a valid document selects, sorted.
func classesOf(doc *ast.QueryDocument) []access.Class {
	seen := map[access.Class]bool{}
	for _, op := range doc.Operations {
		addClasses(seen, op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		addClasses(seen, f.SelectionSet)
	}
	return slices.Sorted(maps.Keys(seen))
}

func addClasses(seen map[access.Class]bool, set ast.SelectionSet) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.InlineFragment:
			addClasses(seen, s.SelectionSet)
		case *ast.Field:
			if d := s.Definition.Directives.ForName("class"); d != nil {
				seen[access.Class(d.Arguments.ForName("is").Value.Raw)] = true
			}
			addClasses(seen, s.SelectionSet)
		}
	}
}

var _ graphql.OperationParameterMutator = trusted{}
