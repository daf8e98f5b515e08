package release

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"onward/services/fault"
	"onward/services/locale"
	"onward/services/seal"
)

// Key signs releases.
type Key = seal.Key

// ReadKey reads a key from its private text. The error says nothing of the text.
func ReadKey(private string) (*Key, error) {
	return seal.ReadKey(private, "releases", "onward release-key")
}

// Statement is what is signed of a release.
func Statement(number int, digest string, publishedAt time.Time, publisher locale.Text) string {
	return fmt.Sprintf("Onward release %d\nSHA-256 %s\npublished %s\nby %s · %s\n", number, digest, publishedAt.UTC().Format(time.RFC3339Nano), publisher.EN, publisher.KM)
}

// sealed seals a content.
func sealed(c Content, k *Key, at time.Time, publisher locale.Text) (Seal, error) {
	digest, err := c.Digest()
	if err != nil {
		return Seal{}, err
	}
	line, err := k.Sign(Statement(c.Number, digest, at, publisher))
	if err != nil {
		return Seal{}, err
	}
	return Seal{Digest: digest, Signature: line, Signer: k.Public(), PublishedAt: at, Publisher: publisher}, nil
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
	if err := seal.Check(Statement(c.Number, s.Digest, s.PublishedAt, s.Publisher), s.Signature, trusted); err != nil {
		return fault.Wrap(fault.Invalid, err, "release %d: its seal does not hold", c.Number)
	}
	return nil
}
