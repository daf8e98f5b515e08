package vault

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"onward/services/fault"
)

// Master wraps the data keys. In the store it is never, or wrapped by a key service.
type Master struct {
	aead    tink.AEAD
	version string  // which key wraps: the identifier of the newest
	before  *Master // has wrapped before, and only opens; nil where there is none
	keeper  *keeper // nil where the store does not keep it
}

// After has a master key open what another one has wrapped before it, until a rotation
// has wrapped all by the new one.
func (m *Master) After(before *Master) *Master {
	both := *m
	both.before = before
	return &both
}

// NewMasterText makes a master key and returns its text, which is secret.
func NewMasterText() (string, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "make a master key")
	}
	return textOf(handle)
}

// NextMasterText returns the text of a master key with a fresh key added: that wraps
// from now on, and what the older ones have wrapped can still be opened.
func NextMasterText(text string) (string, error) {
	handle, err := readHandle(text)
	if err != nil {
		return "", err
	}
	if handle, err = withNext(handle); err != nil {
		return "", err
	}
	return textOf(handle)
}

// withNext returns a master key with a fresh key added, which wraps.
func withNext(handle *keyset.Handle) (*keyset.Handle, error) {
	manager := keyset.NewManagerFromHandle(handle)
	added, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err == nil {
		err = manager.SetPrimary(added)
	}
	if err == nil {
		handle, err = manager.Handle()
	}
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "add a master key")
	}
	return handle, nil
}

// ReadMaster reads a master key from its text. The error says nothing of the text.
func ReadMaster(text string) (*Master, error) {
	handle, err := readHandle(text)
	if err != nil {
		return nil, err
	}
	return masterOf(handle)
}

func masterOf(handle *keyset.Handle) (*Master, error) {
	a, err := aead.New(handle)
	if err != nil {
		return nil, notMaster()
	}
	primary, err := handle.Primary()
	if err != nil {
		return nil, notMaster()
	}
	return &Master{aead: a, version: strconv.FormatUint(uint64(primary.KeyID()), 10)}, nil
}

// Version names the key that wraps.
func (m *Master) Version() string { return m.version }

func readHandle(text string) (*keyset.Handle, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(strings.NewReader(text)))
	if err != nil {
		return nil, notMaster()
	}
	return handle, nil
}

func notMaster() error {
	return fault.New(fault.Invalid, "the master key is not one that onward master-key has made")
}

func textOf(handle *keyset.Handle) (string, error) {
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return "", fault.Wrap(fault.Internal, err, "write a master key")
	}
	return strings.TrimSpace(text.String()), nil
}
