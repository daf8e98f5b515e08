package release

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"onward/services/fault"
)

// The kinds of entries of the index.
const (
	publishedKind = "release.published"
	withdrawnKind = "release.withdrawn"
	succeededKind = "release.key-succeeded"
)

// succession says that one key signs after another. Both have signed that, so that
// whoever trusts one of them can trust the other.
type succession struct {
	After int    `json:"after"` // the number of the last release of the old key
	Old   string `json:"old"`   // public
	New   string `json:"new"`   // public
	Note  string `json:"note"`  // the signed note
}

// statement is what both keys sign.
func (s succession) statement() string {
	return fmt.Sprintf("Onward releases after %d are signed by\n%s\nand no longer by\n%s\n", s.After, s.New, s.Old)
}

// signed reports whether both keys have signed.
func (s succession) signed() bool {
	before, err := note.NewVerifier(s.Old)
	if err != nil {
		return false
	}
	next, err := note.NewVerifier(s.New)
	if err != nil {
		return false
	}
	n, err := note.Open([]byte(s.Note), note.VerifierList(before, next))
	return err == nil && n.Text == s.statement() && len(n.Sigs) == 2
}

// Succeed records that a new key signs what is published from now on. It returns
// Invalid where the old key is not the one that signs, or the new one has signed
// before.
func (b *Book) Succeed(ctx context.Context, a Author, before, next *Key) error {
	for {
		doc, x, err := b.index(ctx)
		if err != nil {
			return err
		}
		signers := x.signers()
		switch {
		case signers.first == "":
			return fault.Input("replaces", "nothing is published yet, so there is no key to replace")
		case signers.of(x.last()+1) != before.public:
			return fault.Input("replaces", "is not the key that signs releases, which is %s", signers.of(x.last()+1))
		case signers.has(next.public):
			return fault.Input("file", "is a key that has signed before")
		}
		made := succession{After: x.last(), Old: before.public, New: next.public}
		text, err := note.Sign(&note.Note{Text: made.statement()}, before.signer, next.signer)
		if err != nil {
			return fault.Wrap(fault.Internal, err, "sign the change of keys")
		}
		made.Note = string(text)
		x.Keys = append(slices.Clip(x.Keys), made)
		changed, err := a.written(doc, succeededKind, x, made)
		if err != nil {
			return err
		}
		if err := b.put(ctx, doc, changed); !fault.Is(err, fault.Conflict) {
			return err
		}
	}
}

// Signers says which key was to sign which release: the one of the first release,
// until another one succeeded it.
type Signers struct {
	first string
	then  []succession
}

// Signers returns them as the book has recorded them.
func (b *Book) Signers(ctx context.Context) (Signers, error) {
	_, x, err := b.index(ctx)
	return x.signers(), err
}

func (x index) signers() Signers {
	for _, d := range x.Decided {
		if d.Seal != nil {
			return Signers{d.Seal.Signer, x.Keys}
		}
	}
	return Signers{}
}

// of returns the public key that is to sign the release of a number; "" where none
// is told.
func (s Signers) of(number int) string {
	key := s.first
	for _, k := range s.then {
		if k.After < number {
			key = k.New
		}
	}
	return key
}

func (s Signers) has(public string) bool {
	return s.first == public || slices.ContainsFunc(s.then, func(k succession) bool { return k.New == public })
}

// Verify reports what is wrong with a published release: with its content or its
// seal, as Verify of the package does; that another key has signed it than the one
// whose turn it was; or that the trusted key is none of those that sign here.
func (s Signers) Verify(r Release, trusted string) error {
	trusted = strings.TrimSpace(trusted)
	if trusted != "" && !s.has(trusted) {
		return Verify(r.Content, *r.Seal, trusted)
	}
	key := s.first
	for _, k := range s.then {
		if k.Old != key || !k.signed() {
			return fault.New(fault.Invalid, "release %d: the change of keys after release %d is not signed by both keys", r.Number, k.After)
		}
		key = k.New
	}
	if is, should := r.Seal.Signer, s.of(r.Number); is != should {
		return fault.New(fault.Invalid, "release %d: it names the signer %s, and the key of that time is %s; no change of keys was recorded", r.Number, is, should)
	}
	return Verify(r.Content, *r.Seal, s.of(r.Number))
}

// Retold reports whether what the book has decided is what its history says.
func (b *Book) Retold(ctx context.Context) (bool, error) {
	doc, x, err := b.index(ctx)
	if err != nil {
		return false, err
	}
	var again index
	for _, e := range doc.History {
		switch e.Kind {
		case publishedKind, withdrawnKind:
			again.Decided, err = told(again.Decided, e.Data)
		case succeededKind:
			again.Keys, err = told(again.Keys, e.Data)
		}
		if err != nil {
			return false, nil
		}
	}
	is, err := json.Marshal(x)
	if err != nil {
		return false, err
	}
	should, err := json.Marshal(again)
	return bytes.Equal(is, should), err
}

// told adds what an entry says.
func told[T any](all []T, data json.RawMessage) ([]T, error) {
	var one T
	err := json.Unmarshal(data, &one)
	return append(all, one), err
}
