package graph

import (
	"context"
	"onward/graph/generated"
	"onward/services/directory"
	"onward/services/page"
)

func (r *documentResolver) Flaw(ctx context.Context, obj *directory.Document) (*string, error) {
	return FlawOf(*obj), nil
}

func (r *mutationResolver) RegisterDocument(ctx context.Context, input directory.RegisterDocumentInput) (*directory.DocumentPayload, error) {
	return r.Directory.RegisterDocument(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input, InspectDocument)
}

func (r *mutationResolver) RetireDocument(ctx context.Context, input directory.RetireDocumentInput) (*directory.DocumentPayload, error) {
	return r.Directory.RetireDocument(ctx, viewOf(ctx).Actor, viewOf(ctx).At, input)
}

func (r *queryResolver) Documents(ctx context.Context, first *int, after *string) (*page.Connection[directory.Document], error) {
	return viewOf(ctx).ListDocuments(page.Args{First: first, After: after})
}

func (r *Resolver) Document() generated.DocumentResolver { return &documentResolver{r} }

type documentResolver struct{ *Resolver }
