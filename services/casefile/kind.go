package casefile

import (
	"maps"
	"slices"
	"sync"

	"github.com/go-json-experiment/json"

	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/sealed"
	"onward/services/track"
)

// kind is all that the case needs to know of one kind of entry: how it is read
// from the store, and how it changes the case. Each room of the case has a list
// of its kinds beside the functions that fold them.
type kind struct {
	name   string
	decode func([]byte, sealed.Visit) (Data, error)
	plain  func(*sealed.Reader, int, []byte) (Data, bool) // decode with references, where the data are plain
	texts  func(Data, sealed.Visit) (Data, error)
	apply  func(*Case, Entry) error
	step   bool // of the lifecycle: the days of steps keep their order
}

// kinds finds a kind by its name.
var kinds = table(
	lifecycleKinds, approvalKinds, referralKinds, consentKinds, correctionKinds, flagKinds, milestoneKinds,
	planKinds, shelterKinds, scholarshipKinds, careerKinds, employmentKinds, reintegrationKinds, contactKinds, deliveryKinds,
	legalKinds, assessmentKinds, protectionKinds, erasureKinds, matchKinds,
)

func table(rooms ...[]kind) map[string]kind {
	m := map[string]kind{}
	for _, room := range rooms {
		for _, k := range room {
			m[k.name] = k
		}
	}
	return m
}

// KindNames lists the kinds of entry, for the tests that try every one.
func KindNames() []string { return slices.Sorted(maps.Keys(kinds)) }

// always is a kind of entry that may be recorded whatever the status is; the
// function holds what rules there are.
func always[T Data](apply func(*Case, T, Entry) error) kind {
	var zero T
	pool := sync.Pool{New: func() any { return new(T) }} // what is decoded into is copied, as Data are values
	return kind{
		name: zero.Kind(),
		decode: func(data []byte, visit sealed.Visit) (Data, error) {
			if len(data) <= len("{}") {
				return zero, nil
			}
			v := pool.Get().(*T)
			defer func() {
				*v = zero
				pool.Put(v)
			}()
			if err := json.Unmarshal(data, v); err != nil {
				return zero, err
			}
			err := sealed.Each(v, visit)
			return *v, err
		},
		plain: func(r *sealed.Reader, version int, data []byte) (Data, bool) {
			v := pool.Get().(*T)
			defer func() {
				*v = zero
				pool.Put(v)
			}()
			if !r.Read(version, data, v) {
				return nil, false
			}
			return *v, true
		},
		texts: func(d Data, visit sealed.Visit) (Data, error) {
			v := d.(T)
			err := sealed.EachOfCopy(&v, visit)
			return v, err
		},
		apply: func(c *Case, e Entry) error { return apply(c, e.Data.(T), e) },
	}
}

// step is a kind of entry that moves the case itself. No step can lie before the
// one that was recorded before it; what the programmes record may have happened
// before the case was opened here.
func step[T Data](apply func(*Case, T, Entry) error) kind {
	k := always(apply)
	k.step = true
	return k
}

// work is a kind of entry that is recorded on a case under way.
func work[T Data](apply func(*Case, T, track.Stamp) error) kind {
	return always(func(c *Case, d T, e Entry) error {
		if err := c.underWay(); err != nil {
			return err
		}
		return apply(c, d, c.stamp(e))
	})
}

// met is work that counts as contact: whoever recorded it has met or heard her.
func met[T Data](apply func(*Case, T, track.Stamp) error) kind {
	return work(func(c *Case, d T, at track.Stamp) error {
		err := apply(c, d, at)
		if err == nil {
			c.contact(at.On)
		}
		return err
	})
}

// stamp returns when, where and by which entry something happened. The site is
// that of the case, unless the work knows a better one.
func (c *Case) stamp(e Entry) track.Stamp {
	return track.NewStamp(e.On, e.Version, calendar.InstantOf(e.At), track.Place{Organisation: c.Organisation, Site: c.Site})
}

func (c *Case) contact(on calendar.Day) { c.LastContactOn = max(c.LastContactOn, on) }

// Reader reads the data of entries, one after the other: it has memory for one. The zero
// value is ready. It is not safe for concurrent use.
type Reader struct {
	plain   sealed.Reader
	version int
	visit   sealed.Visit
}

// Decode reads the data of the entry of a version, as JSON, and puts references in the
// place of its sealed texts. A text in clear is an Internal fault: none is ever stored;
// so is a kind that this program does not know: a newer program wrote the history.
func (r *Reader) Decode(name string, version int, data []byte) (Data, error) {
	if k, known := kinds[name]; known {
		if d, ok := k.plain(&r.plain, version, data); ok {
			return d, nil
		}
	}
	if r.visit == nil {
		r.visit = r.refer
	}
	r.version = version
	return decode(name, data, r.visit)
}

// Referring puts references in the place of the sealed texts of data that an entry of a
// version holds: the data are then as a Reader reads them.
func Referring(d Data, version int) (Data, error) {
	r := Reader{version: version}
	return EachText(d, r.refer)
}

func (r *Reader) refer(field string, _ bool, t sealed.Text) (sealed.Text, error) {
	mark, _, ok := t.Sealed()
	if !ok {
		return "", fault.New(fault.Internal, "%s of entry %d is not sealed", field, r.version)
	}
	ref := sealed.Refer(r.version, field, mark)
	if mark == "" { // then many cases have the same
		ref = id.Intern(ref)
	}
	return ref, nil
}

func decode(name string, data []byte, visit sealed.Visit) (Data, error) {
	k, known := kinds[name]
	if !known {
		return nil, fault.New(fault.Internal, "unknown kind of entry %q", name)
	}
	d, err := k.decode(data, visit)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "decode entry %s", name)
	}
	return d, nil
}

// EachText returns the data with each text as visit gives it back. The data itself
// stays as it is.
func EachText(d Data, visit sealed.Visit) (Data, error) {
	k, known := kinds[d.Kind()]
	if !known {
		return nil, fault.New(fault.Internal, "unknown kind of entry %q", d.Kind())
	}
	return k.texts(d, visit)
}

// Refs returns references to the texts of an entry that was read from the store.
func (e Entry) Refs() ([]sealed.Ref, error) {
	var refs []sealed.Ref
	_, err := EachText(e.Data, func(field string, _ bool, t sealed.Text) (sealed.Text, error) {
		refs = append(refs, sealed.Ref{Version: e.Version, Field: field})
		return t, nil
	})
	return refs, err
}

// SealedText returns the sealed form of the text to which a reference refers, of an
// entry of that version that was read from the store; it is empty where there is none.
func (e Entry) SealedText(r sealed.Ref) (sealed.Text, error) {
	var found sealed.Text
	_, err := decode(e.Kind(), e.Stored, func(field string, _ bool, t sealed.Text) (sealed.Text, error) {
		if field == r.Field {
			found = t
		}
		return t, nil
	})
	return found, err
}
