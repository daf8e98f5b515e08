package demo

import (
	"context"
	"embed"
	"io/fs"

	"onward/graph"
	"onward/services/access"
	"onward/services/directory"
)

// documents are what the partners' applications of the demo may send.
//
//go:embed documents/*.graphql
var documents embed.FS

// registerDocuments registers the documents with every organisation.
func registerDocuments(ctx context.Context, d *directory.Directory, o Options) error {
	names, err := fs.Glob(documents, "documents/*")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := documents.ReadFile(name)
		if err != nil {
			return err
		}
		for org := range d.Snapshot().Organisations {
			admin := access.Actor{Name: "demo", Role: access.OrgAdmin, Organisation: org}
			in := directory.RegisterDocumentInput{RequestID: name, Text: string(text)}
			if _, err := d.RegisterDocument(ctx, admin, o.Now, in, graph.InspectDocument); err != nil {
				return err
			}
		}
	}
	return nil
}
