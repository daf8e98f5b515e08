package vault

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/core/registry"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"onward/services/fault"
)

// Master wraps the data keys. It is never in the store.
type Master struct {
	aead    tink.AEAD
	version string // which key wraps: the identifier of the newest, or the address of a key service
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
	manager := keyset.NewManagerFromHandle(handle)
	added, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err == nil {
		err = manager.SetPrimary(added)
	}
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "add a master key")
	}
	if handle, err = manager.Handle(); err != nil {
		return "", fault.Wrap(fault.Internal, err, "add a master key")
	}
	return textOf(handle)
}

// ReadMaster reads a master key from its text. The error says nothing of the text.
func ReadMaster(text string) (*Master, error) {
	handle, err := readHandle(text)
	if err != nil {
		return nil, err
	}
	a, err := aead.New(handle)
	if err != nil {
		return nil, notMaster()
	}
	primary, err := handle.Primary()
	if err != nil {
		return nil, notMaster()
	}
	return &Master{a, strconv.FormatUint(uint64(primary.KeyID()), 10)}, nil
}

// MasterAt returns the master key that a key service keeps, by its address. It returns
// Invalid where this program knows no such service.
func MasterAt(address string) (*Master, error) {
	client, err := registry.GetKMSClient(address)
	if err != nil {
		scheme, _, _ := strings.Cut(address, "://")
		return nil, fault.New(fault.Invalid, "this program knows no key service for %s://; set ONWARD_MASTER_KEY_FILE instead", scheme)
	}
	a, err := client.GetAEAD(address)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "the key service does not give the master key")
	}
	return &Master{a, address}, nil
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
