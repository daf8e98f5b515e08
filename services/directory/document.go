package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
)

// The limits of registered documents.
const (
	longestDocument = 32 << 10 // bytes; it has to arrive within the body of a request [J]
	mostDocuments   = 1000     // of one organisation that are in use at once [J]
)

// Document is a GraphQL document that an organisation trusts. Its partners'
// applications send no others, and neither do those of its workers who are not let
// query ad hoc. It gives no right: who sends it sees what her role lets her see.
type Document struct {
	ID           id.Document     `json:"id"`
	Organisation id.Organisation `json:"organisation"`
	SHA256       string          `json:"sha256"` // of the text, in hex
	Text         string          `json:"text"`
	Inspection
	RegisteredAt time.Time `json:"registeredAt"`
	RetiredAt    time.Time `json:"retiredAt,omitzero"` // zero while it is in use
	Versioned
}

// Inspection is what a document asks for, as the edge finds it.
type Inspection struct {
	Name    string           `json:"name"` // of its one operation
	Kind    OperationKind    `json:"kind"`
	Cost    int              `json:"cost"`    // with the largest pages that its variables can ask for
	Classes []casefile.Class `json:"classes"` // of the fields that it selects, sorted
}

// OperationKind is what a document does.
type OperationKind string

// The kinds of operation.
const (
	QueryOperation        OperationKind = "QUERY"
	MutationOperation     OperationKind = "MUTATION"
	SubscriptionOperation OperationKind = "SUBSCRIPTION"
)

func (d Document) key() string            { return string(d.ID) }
func (d Document) owner() id.Organisation { return d.Organisation }

// InUse reports whether the document can be sent.
func (d Document) InUse() bool { return d.RetiredAt.IsZero() }

// DocumentID returns by what name the document is sent: sha256: and the digest of
// its text in hex.
func (d Document) DocumentID() string { return "sha256:" + d.SHA256 }

func documents(s *Snapshot) map[id.Document]Document { return s.documents }

// DigestOf returns the SHA-256 of a text, in hex: of a document, or of a token as it is
// stored. A token has 256 random bits, so that a plain hash is as good as a slow one.
func DigestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// documentOf returns the identifier of an organisation's document with a digest.
func documentOf(org id.Organisation, digest string) id.Document {
	return id.Document(id.Derive(id.DocumentPrefix, string(org), digest))
}

// RegisterDocumentInput registers a document of the actor's organisation.
type RegisterDocumentInput struct {
	RequestID string
	Text      string
}

// DocumentPayload is the answer to changes of a document.
type DocumentPayload struct{ Document Document }

// RegisterDocument registers a document that inspect finds nothing wrong with, and
// puts one that was retired into use again.
func (d *Directory) RegisterDocument(ctx context.Context, actor access.Actor, at time.Time, in RegisterDocumentInput, inspect func(text string) (Inspection, error)) (*DocumentPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	if err := CheckDocument(in.Text); err != nil {
		return nil, err
	}
	found, err := inspect(in.Text)
	if err != nil {
		return nil, err
	}
	digest := DigestOf(in.Text)
	blank := Document{ID: documentOf(actor.Organisation, digest), Organisation: actor.Organisation, SHA256: digest, Text: in.Text, RegisteredAt: at.UTC()}
	now, _, err := settle(ctx, d, adding(actor, at, "document.registered", in.RequestID), blank, documents, func(_ *Snapshot, doc *Document) error {
		doc.Inspection, doc.RetiredAt = found, time.Time{}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &DocumentPayload{now}, nil
}

// CheckDocument refuses a text that is too long to be registered, or empty.
func CheckDocument(text string) error {
	if n := len(text); n == 0 || n > longestDocument {
		return fault.Input("text", "must have 1 to %d bytes", longestDocument)
	}
	return nil
}

// RetireDocumentInput ends the use of a document.
type RetireDocumentInput struct {
	Request
	DocumentID id.Document
}

// RetireDocument ends the use of a document of the actor's organisation, from the
// next request on.
func (d *Directory) RetireDocument(ctx context.Context, actor access.Actor, at time.Time, in RetireDocumentInput) (*DocumentPayload, error) {
	if err := permit(actor, access.ManageDirectory, in.RequestID); err != nil {
		return nil, err
	}
	doc, err := edit(ctx, d, updating(actor, at, "document.retired", in.Request), in.DocumentID, documents, func(_ *Snapshot, doc *Document) error {
		if doc.InUse() {
			doc.RetiredAt = at.UTC()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &DocumentPayload{doc}, nil
}

// checkDocument refuses a document that is one too many.
func (s *Snapshot) checkDocument(doc Document) error {
	others := 0
	for _, other := range s.documents {
		if other.Organisation == doc.Organisation && other.ID != doc.ID && other.InUse() {
			others++
		}
	}
	if doc.InUse() && others >= mostDocuments {
		return fault.Input("text", "%d documents are in use already; retire one first", mostDocuments)
	}
	return nil
}

// FindDocument returns a document by its identifier, and whether there is one.
func (s *Snapshot) FindDocument(documentID id.Document) (Document, bool) {
	d, known := s.documents[documentID]
	return d, known
}

// TrustedDocument returns the document of an organisation with a digest, where it is
// in use.
func (s *Snapshot) TrustedDocument(org id.Organisation, digest string) (Document, bool) {
	doc, ok := s.documents[documentOf(org, digest)]
	return doc, ok && doc.InUse()
}

// ListDocuments returns the documents of an organisation, by the names of their
// operations.
func (s *Snapshot) ListDocuments(org id.Organisation) []Document {
	return byName(s.documents,
		func(d Document) bool { return d.Organisation == org },
		func(d Document) string { return d.Name })
}
