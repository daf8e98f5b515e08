package vault

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"onward/services/fault"
)

// Key is the open data key of one subject.
type Key struct {
	subject string
	aead    tink.AEAD
	marks   []byte // the secret of the marks
}

// Seal seals bytes for a place of the subject. They open only there.
func (k *Key) Seal(place string, clear []byte) ([]byte, error) {
	sealed, err := k.aead.Encrypt(clear, k.bound(place))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "seal %s", place)
	}
	return sealed, nil
}

// Open opens what was sealed for a place of the subject. It returns Invalid where
// that is not what was sealed there.
func (k *Key) Open(place string, sealed []byte) ([]byte, error) {
	clear, err := k.aead.Decrypt(sealed, k.bound(place))
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s: what is there was not sealed there", place)
	}
	return clear, nil
}

// bound is the associated data of a place. No subject and no place has a zero byte.
func (k *Key) bound(place string) []byte { return []byte(k.subject + "\x00" + place) }

// markLength is how many bytes of a mark are kept: two texts of one case that differ
// have the same mark once in 2^48.
const markLength = 6

// Mark returns a short text by which two texts of the subject can be compared, and
// nothing else be told. Marks of different subjects have nothing in common.
func (k *Key) Mark(normal string) string {
	h := hmac.New(sha256.New, k.marks)
	h.Write([]byte(normal))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:markLength])
}

// marksPlace is where the secret of the marks is sealed.
const marksPlace = "marks"

// newKey makes the data key of a subject and wraps it.
func (m *Master) newKey(subject string) (*Key, record, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, record{}, fault.Wrap(fault.Internal, err, "make a data key")
	}
	k, err := keyOf(subject, handle)
	if err != nil {
		return nil, record{}, err
	}
	k.marks = make([]byte, 32)
	_, _ = rand.Read(k.marks) // crypto/rand never returns an error
	r, err := m.wrap(subject, handle)
	if err != nil {
		return nil, record{}, err
	}
	r.Marks, err = k.Seal(marksPlace, k.marks)
	return k, r, err
}

// wrap wraps a data key by the newest master key.
func (m *Master) wrap(subject string, handle *keyset.Handle) (record, error) {
	var wrapped bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&wrapped), m.aead, []byte(subject)); err != nil {
		return record{}, fault.Wrap(fault.Unavailable, err, "wrap the key of %s", subject)
	}
	return record{Keyset: wrapped.Bytes(), Master: m.version}, nil
}

// handle returns the data key of a record.
func (m *Master) handle(subject string, r record) (*keyset.Handle, error) {
	open := func(by *Master) (*keyset.Handle, error) {
		return keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(r.Keyset)), by.aead, []byte(subject))
	}
	handle, err := open(m)
	if err != nil && m.before != nil {
		handle, err = open(m.before)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err,
			"the key of %s cannot be opened: it was wrapped by the master key %s, and the one that is set is %s", subject, r.Master, m.version)
	}
	return handle, nil
}

// unwrap opens the data key of a record.
func (m *Master) unwrap(subject string, r record) (*Key, error) {
	handle, err := m.handle(subject, r)
	if err != nil {
		return nil, err
	}
	k, err := keyOf(subject, handle)
	if err != nil {
		return nil, err
	}
	k.marks, err = k.Open(marksPlace, r.Marks)
	return k, err
}

func keyOf(subject string, handle *keyset.Handle) (*Key, error) {
	a, err := aead.New(handle)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "open the key of %s", subject)
	}
	return &Key{subject: subject, aead: a}, nil
}
