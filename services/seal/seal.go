// Package seal signs texts with Ed25519, as signed notes of golang.org/x/mod/sumdb/note,
// and checks them.
package seal

import (
	"crypto/ed25519"
	"encoding/base64"
	"io"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"onward/services/fault"
)

// Key signs texts.
type Key struct {
	signer note.Signer
	public string
}

// NewKey makes a key with a name, such as that of the programme's domain. It returns
// the private text, which is secret, and the public one.
func NewKey(random io.Reader, name string) (private, public string, err error) {
	private, public, err = note.GenerateKey(random, name)
	if err == nil {
		_, err = note.NewVerifier(public) // refuses a name with spaces or a plus
	}
	if err != nil {
		return "", "", fault.Input("name", "must be a name without spaces and without +")
	}
	return private, public, nil
}

// ReadKey reads a key from its private text. What it is for, and the command that
// makes such keys, stand in the error, which says nothing of the text.
func ReadKey(private, use, maker string) (*Key, error) {
	private = strings.TrimSpace(private)
	signer, err := note.NewSigner(private)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the key for %s is not one that %s has made", use, maker)
	}
	// NewSigner has read the text, so its fifth part is the algorithm and the seed.
	secret, err := base64.StdEncoding.DecodeString(strings.SplitN(private, "+", 5)[4])
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "read the key for %s", use)
	}
	key := ed25519.NewKeyFromSeed(secret[1:]).Public().(ed25519.PublicKey)
	public, err := note.NewEd25519VerifierKey(signer.Name(), key)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "read the key for %s", use)
	}
	return &Key{signer, public}, nil
}

// Public returns the public text of the key: its name, hash and key.
func (k *Key) Public() string { return k.public }

// Sign returns the line that signs a text. The text ends with a line break.
func (k *Key) Sign(text string) (line string, err error) {
	signed, err := note.Sign(&note.Note{Text: text}, k.signer)
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "sign")
	}
	return strings.TrimSpace(strings.TrimPrefix(string(signed), text)), nil
}

// Cosign returns a text with the lines of all keys, which sign it in turn.
func Cosign(text string, keys ...*Key) (string, error) {
	signers := make([]note.Signer, len(keys))
	for i, k := range keys {
		signers[i] = k.signer
	}
	signed, err := note.Sign(&note.Note{Text: text}, signers...)
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "sign")
	}
	return string(signed), nil
}

// Check refuses a line that does not sign the text by a public key.
func Check(text, line, public string) error {
	verifier, err := note.NewVerifier(strings.TrimSpace(public))
	if err != nil {
		return fault.New(fault.Invalid, "the key to check it with is not a public key")
	}
	if _, err := note.Open([]byte(text+"\n"+line+"\n"), note.VerifierList(verifier)); err != nil {
		return fault.New(fault.Invalid, "the signature is not of the key %s", verifier.Name())
	}
	return nil
}
