package vault

import (
	"context"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"onward/services/fault"
	"onward/services/store"
)

// KeptID is where the store keeps a master key that a key service has wrapped, among
// the data keys: so it is in every backup of them.
const KeptID = "master"

// keeper is a master key that the store keeps, wrapped by a key service. It is opened
// once, at the start: so no data key costs a call.
type keeper struct {
	store  store.Store
	wraps  *service
	before *service // may have wrapped it, and only opens; nil where there is none
}

// KeepMaster returns the master key that a store keeps, wrapped by the key of a key
// service at an address. It makes one where there is none. Where another key service
// may have wrapped it before, its address is given too. It returns
// Unavailable where the service does not answer, and Invalid where it refuses.
func KeepMaster(ctx context.Context, s store.Store, address, before string) (*Master, error) {
	k, err := newKeeper(s, address, before)
	if err != nil {
		return nil, err
	}
	m, err := k.open(ctx)
	if fault.Is(err, fault.NotFound) {
		return k.make(ctx)
	}
	return m, err
}

// KeptMaster returns the master key that a store keeps, and NotFound where it keeps none.
func KeptMaster(ctx context.Context, s store.Store, address string) (*Master, error) {
	k, err := newKeeper(s, address, "")
	if err != nil {
		return nil, err
	}
	return k.open(ctx)
}

func newKeeper(s store.Store, address, before string) (*keeper, error) {
	k := &keeper{store: s}
	var err error
	if k.wraps, err = serviceAt(address); err != nil {
		return nil, err
	}
	if before != "" {
		k.before, err = serviceAt(before)
	}
	return k, err
}

// open opens the master key that the store keeps.
func (k *keeper) open(ctx context.Context) (*Master, error) {
	_, _, handle, err := k.read(ctx)
	if err != nil {
		return nil, err
	}
	m, err := masterOf(handle)
	if err == nil {
		m.keeper = k
	}
	return m, err
}

// read returns the master key as it is stored, and its clear form.
func (k *keeper) read(ctx context.Context) (store.Document, record, *keyset.Handle, error) {
	doc, err := k.store.Get(ctx, store.Keys, KeptID)
	if err != nil {
		return doc, record{}, nil, err
	}
	r, err := recordOf(doc)
	if err != nil {
		return doc, r, nil, err
	}
	text, err := k.wraps.open(r.Keyset)
	if fault.Is(err, fault.Invalid) && k.before != nil {
		text, err = k.before.open(r.Keyset)
	}
	if err != nil {
		return doc, r, nil, err
	}
	handle, err := readHandle(string(text))
	return doc, r, handle, err
}

// make makes a master key and stores it wrapped. Where another process was first, its
// key is the one.
func (k *keeper) make(ctx context.Context) (*Master, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "make a master key")
	}
	m, err := masterOf(handle)
	if err != nil {
		return nil, err
	}
	m.keeper = k
	doc, err := k.wrapped(handle, record{Master: m.version}, 1)
	if err != nil {
		return nil, err
	}
	err = k.store.Insert(ctx, store.Keys, doc)
	if fault.Is(err, fault.Conflict) {
		return k.open(ctx)
	}
	return m, err
}

// wrapped returns the document of a master key, wrapped by the newest key of the service.
// Its record keeps the name of the key that was the first: by it two stores of one
// programme are known.
func (k *keeper) wrapped(handle *keyset.Handle, r record, version int) (store.Document, error) {
	text, err := textOf(handle)
	if err != nil {
		return store.Document{}, err
	}
	if r.Keyset, err = k.wraps.wrap([]byte(text)); err != nil {
		return store.Document{}, err
	}
	return r.document(KeptID, version)
}

// renew wraps the master key again, changed as is said. It is read first: another
// process may have added a key.
func (k *keeper) renew(ctx context.Context, change func(*keyset.Handle) (*keyset.Handle, error)) error {
	doc, r, handle, err := k.read(ctx)
	if err != nil {
		return err
	}
	if handle, err = change(handle); err != nil {
		return err
	}
	next, err := k.wrapped(handle, r, doc.Version+1)
	if err != nil {
		return err
	}
	return k.store.Append(ctx, store.Keys, store.Change{ID: doc.ID, From: doc.Version, To: next.Version, State: next.State})
}

// Next adds a fresh key to the master key that the store keeps: it wraps once every
// process has begun anew. It returns Invalid for a master key that the store does not keep.
func (m *Master) Next(ctx context.Context) error {
	if m.keeper == nil {
		return fault.New(fault.Invalid, "the store does not keep this master key")
	}
	return m.keeper.renew(ctx, withNext)
}

// rewrap has the key service wrap the master key again, by the newest version of its
// key. A master key that the store does not keep is left alone.
func (m *Master) rewrap(ctx context.Context) error {
	if m.keeper == nil {
		return nil
	}
	err := m.keeper.renew(ctx, func(h *keyset.Handle) (*keyset.Handle, error) { return h, nil })
	if fault.Is(err, fault.Conflict) { // another process has done it
		return nil
	}
	return err
}
