package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"onward/graph"
	"onward/services/calendar"
	"onward/services/directory"
	"onward/services/id"
)

type documentCmd struct {
	Register documentRegisterCmd `cmd:"" help:"Register documents that partners' applications may send, and workers who are not let query ad hoc."`
	List     documentListCmd     `cmd:"" help:"List the registered documents."`
	Retire   documentRetireCmd   `cmd:"" help:"End the use of a document."`
}

type documentRegisterCmd struct {
	Organisation string   `required:"" help:"The organisation's code."`
	DryRun       bool     `help:"Say what would be registered, and register nothing."`
	File         []string `arg:"" type:"existingfile" help:"GraphQL documents, each with one operation."`
}

// Run registers the documents, all or none, and prints what each asks for.
func (r *documentRegisterCmd) Run(ctx context.Context, c *Config) error {
	texts := make([]string, len(r.File))
	for i, name := range r.File {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := inspect(string(text)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		texts[i] = string(text)
	}
	open := openStore
	if r.DryRun {
		open = readStore
	}
	return withDirectory(open, ctx, c, func(d *directory.Directory) error {
		org, err := organisationByCode(d, r.Organisation)
		if err != nil {
			return err
		}
		t := documentTable()
		for _, text := range texts {
			doc, err := r.document(ctx, d, org.ID, text)
			if err != nil {
				return err
			}
			printDocument(t, org.Code, doc)
		}
		return t.Flush()
	})
}

// inspect refuses what could not be registered, before anything is.
func inspect(text string) error {
	if err := directory.CheckDocument(text); err != nil {
		return err
	}
	_, err := graph.InspectDocument(text)
	return err
}

// document registers a document, or says as what it would be.
func (r *documentRegisterCmd) document(ctx context.Context, d *directory.Directory, org id.Organisation, text string) (directory.Document, error) {
	if r.DryRun {
		found, err := graph.InspectDocument(text)
		return directory.Document{SHA256: directory.DigestOf(text), Inspection: found}, err
	}
	done, err := d.RegisterDocument(ctx, operatorOf(org), time.Now(), directory.RegisterDocumentInput{RequestID: id.New(""), Text: text}, graph.InspectDocument)
	if err != nil {
		return directory.Document{}, err
	}
	return done.Document, nil
}

type documentListCmd struct{}

// Run lists the documents of all organisations.
func (documentListCmd) Run(ctx context.Context, c *Config) error {
	return withDirectory(readStore, ctx, c, func(d *directory.Directory) error {
		t := documentTable()
		for _, o := range d.Snapshot().ListOrganisations(directory.OrganisationFilter{}) {
			for _, doc := range d.Snapshot().ListDocuments(o.ID) {
				printDocument(t, o.Code, doc)
			}
		}
		return t.Flush()
	})
}

// tellOfFlaws tells of the documents that were registered under another schema and cannot
// be sent under this one: their applications meet nothing but refusals.
func (h *house) tellOfFlaws() {
	s := h.directory.Snapshot()
	for _, o := range s.ListOrganisations(directory.OrganisationFilter{}) {
		for _, doc := range s.ListDocuments(o.ID) {
			if flaw := graph.FlawOf(doc); flaw != nil {
				h.log.Warn("a registered document cannot be sent any more", "document", doc.ID, "organisation", o.Code, "flaw", *flaw)
			}
		}
	}
}

func documentTable() *tabwriter.Writer {
	t := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "ORGANISATION\tNAME\tKIND\tCOST\tCLASSES\tSTATE\tDOCUMENT ID")
	return t
}

func printDocument(t *tabwriter.Writer, code string, doc directory.Document) {
	state := "in use"
	switch {
	case doc.Version == 0:
		state = "not registered"
	case !doc.InUse():
		state = "retired " + calendar.DayOf(doc.RetiredAt).String()
	default:
		if flaw := graph.FlawOf(doc); flaw != nil {
			state = "broken: " + *flaw
		}
	}
	_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\t%s\t%s\n", code, doc.Name, doc.Kind, doc.Cost, joined(doc.Classes), state, doc.DocumentID())
}

type documentRetireCmd struct {
	Organisation string `required:"" help:"The organisation's code."`
	Document     string `arg:"" help:"The document, by its DOCUMENT ID, as document list shows it."`
}

// Run ends the use of the document.
func (r *documentRetireCmd) Run(ctx context.Context, c *Config) error {
	return withDirectory(openStore, ctx, c, func(d *directory.Directory) error {
		org, err := organisationByCode(d, r.Organisation)
		if err != nil {
			return err
		}
		for _, doc := range d.Snapshot().ListDocuments(org.ID) {
			if doc.DocumentID() != r.Document {
				continue
			}
			in := directory.RetireDocumentInput{Request: directory.Request{RequestID: id.New("")}, DocumentID: doc.ID}
			if _, err := d.RetireDocument(ctx, operatorOf(org.ID), time.Now(), in); err != nil {
				return err
			}
			fmt.Println("retired " + r.Document)
			return nil
		}
		return fmt.Errorf("%s has no document %s; see: onward document list", r.Organisation, r.Document)
	})
}
