package release

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"onward/services/fault"
	"onward/services/locale"
)

// Key signs releases with Ed25519, as a signed note of golang.org/x/mod/sumdb/note.
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

// ReadKey reads a key from its private text. The error says nothing of the text.
func ReadKey(private string) (*Key, error) {
	private = strings.TrimSpace(private)
	signer, err := note.NewSigner(private)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the key for releases is not one that onward release-key has made")
	}
	// NewSigner has read the text, so its fifth part is the algorithm and the seed.
	secret, err := base64.StdEncoding.DecodeString(strings.SplitN(private, "+", 5)[4])
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "read the key for releases")
	}
	key := ed25519.NewKeyFromSeed(secret[1:]).Public().(ed25519.PublicKey)
	public, err := note.NewEd25519VerifierKey(signer.Name(), key)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "read the key for releases")
	}
	return &Key{signer, public}, nil
}

// Public returns the public text of the key: its name, hash and key.
func (k *Key) Public() string { return k.public }

// Statement is what is signed of a release.
func Statement(number int, digest string, publishedAt time.Time, publisher locale.Text) string {
	return fmt.Sprintf("Onward release %d\nSHA-256 %s\npublished %s\nby %s · %s\n", number, digest, publishedAt.UTC().Format(time.RFC3339Nano), publisher.EN, publisher.KM)
}

// seal seals a content.
func (k *Key) seal(c Content, at time.Time, publisher locale.Text) (Seal, error) {
	digest, err := c.Digest()
	if err != nil {
		return Seal{}, err
	}
	text := Statement(c.Number, digest, at, publisher)
	signed, err := note.Sign(&note.Note{Text: text}, k.signer)
	if err != nil {
		return Seal{}, fault.Wrap(fault.Internal, err, "sign release %d", c.Number)
	}
	line := strings.TrimSpace(strings.TrimPrefix(string(signed), text))
	return Seal{Digest: digest, Signature: line, Signer: k.public, PublishedAt: at, Publisher: publisher}, nil
}

// Digest is the SHA-256, in hex, of the content as canonical JSON: that of RFC 8785,
// with the names in order, no white space and nothing escaped that need not be.
func (c Content) Digest() (string, error) {
	text, err := canonical(c)
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "encode release %d", c.Number)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// canonical writes a value as canonical JSON. Our names are ASCII, so that Go's
// order of them is that of the RFC.
func canonical(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var plain any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&plain); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(plain); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// Verify reports what is wrong with a release: its content is not the one that was
// sealed, or the seal is not of the trusted key. Without one, the key that the seal
// names is taken, which tells damage but not who signed.
func Verify(c Content, s Seal, trusted string) error {
	digest, err := c.Digest()
	if err != nil {
		return err
	}
	if digest != s.Digest {
		return fault.New(fault.Invalid, "release %d: the content is not the one that was published", c.Number)
	}
	if trusted == "" {
		trusted = s.Signer
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(trusted))
	if err != nil {
		return fault.New(fault.Invalid, "release %d: the key to check it with is not a public key", c.Number)
	}
	signed := Statement(c.Number, s.Digest, s.PublishedAt, s.Publisher) + "\n" + s.Signature + "\n"
	if _, err := note.Open([]byte(signed), note.VerifierList(verifier)); err != nil {
		return fault.New(fault.Invalid, "release %d: the signature is not of the key %s", c.Number, verifier.Name())
	}
	return nil
}
