// Package audit keeps who looked at what of which case, and who wrote it: every
// answer that tells something of a person leaves only once its record is in the
// store. Records say fields by their names and never hold a value.
//
// Every process keeps a log of its own in the collection access_log. The records of a
// log are the leaves of a Merkle tree (golang.org/x/mod/sumdb/tlog), so that a signed
// checkpoint of its root finds any later change.
package audit

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"onward/services/access"
	"onward/services/casefile"
	"onward/services/fault"
	"onward/services/id"
)

// Kind is what somebody did.
type Kind string

// The kinds.
const (
	Read   Kind = "READ"
	Write  Kind = "WRITE"
	Search Kind = "SEARCH" // for a person by a name, a number or a contact
	Audit  Kind = "AUDIT"  // read this record of looks
	Export Kind = "EXPORT" // made a copy of all that is held of a case
)

// Kinds lists them.
var Kinds = []Kind{Read, Write, Search, Audit, Export}

// ExportPurpose says for what somebody takes all that is held of a case.
type ExportPurpose string

// The purposes of exports [J].
const (
	ForSurvivor ExportPurpose = "SURVIVOR" // she has asked for what is held about her
	ForCare     ExportPurpose = "CARE"     // she is handed over to somebody who is not in Onward
	ForCourt    ExportPurpose = "COURT"    // a court or an authority demands it
)

// ExportPurposes lists them.
var ExportPurposes = []ExportPurpose{ForSurvivor, ForCare, ForCourt}

// Exported returns the look of who takes all that is held of a case: it has everything.
func Exported(c id.Case, own bool, field string, purpose ExportPurpose) Look {
	return Look{Kind: Export, Cases: []id.Case{c}, Own: own, Classes: slices.Sorted(slices.Values(Personal)), Fields: []string{field}, ExportedFor: purpose}
}

// Personal are the classes whose reading is recorded. That a case exists, and where
// it stands, is what a list of cases shows; outcomes tell of work and school.
var Personal = []access.Class{access.Identity, access.Contact, access.Location, access.Trafficking, access.Health, access.Legal, access.Notes}

// Record is one request, or one event of a subscription.
type Record struct {
	At           time.Time        `json:"at"`
	Request      string           `json:"request,omitempty"` // its identifier, which logs and errors name
	Worker       id.Worker        `json:"worker,omitempty"`  // empty for the operator at the command line
	Role         access.Role      `json:"role,omitempty"`
	Organisation id.Organisation  `json:"organisation,omitempty"`
	Purpose      casefile.Purpose `json:"purpose,omitempty"` // the code for which the client said it asks
	From         string           `json:"from,omitempty"`    // the client's address; empty at the command line
	Roots        []string         `json:"roots"`             // the fields of the schema where the request began, such as Query.cases
	Looks        []Look           `json:"looks"`
}

// Look is what a request did with some cases, the same with each. What a search was for
// stands in it as a keyed digest alone, by which equal searches can be counted.
type Look struct {
	Kind    Kind             `json:"kind"`
	Cases   []id.Case        `json:"cases"`
	Own     bool             `json:"own"` // they were the reader's own: she was their owner
	Classes []casefile.Class `json:"classes"`
	Fields  []string         `json:"fields"`           // of the schema, such as Case.birthYear
	Sought  string           `json:"sought,omitempty"` // of a search: the digest of what it was for

	ExportedFor ExportPurpose `json:"exportedFor,omitempty"` // of an export
}

// Sight is one field of one case that a request reads, or a change that it makes.
type Sight struct {
	Kind  Kind
	Case  id.Case
	Own   bool
	Class access.Class
	Field string

	Sought      string
	ExportedFor ExportPurpose
}

// Looks puts sights together: first by case, then the cases of which the same was
// seen. The order is the same for the same sights.
func Looks(sights []Sight) []Look {
	type key struct {
		kind   Kind
		of     id.Case
		own    bool
		sought string
		aim    ExportPurpose
	}
	byCase := map[key][]Sight{}
	for _, s := range sights {
		k := key{s.Kind, s.Case, s.Own, s.Sought, s.ExportedFor}
		byCase[k] = append(byCase[k], s)
	}
	var looks []Look
	alike := map[string]int{}
	order := func(a, b key) int {
		return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.kind, b.kind), cmp.Compare(a.sought, b.sought), cmp.Compare(a.aim, b.aim))
	}
	for _, k := range slices.SortedFunc(maps.Keys(byCase), order) {
		look := Look{Kind: k.kind, Own: k.own, Sought: k.sought, ExportedFor: k.aim, Classes: distinct(byCase[k], func(s Sight) access.Class { return s.Class }),
			Fields: distinct(byCase[k], func(s Sight) string { return s.Field })}
		as, _ := json.Marshal(look) // which holds texts alone
		n, seen := alike[string(as)]
		if !seen {
			n = len(looks)
			alike[string(as)] = n
			looks = append(looks, look)
		}
		if k.of != "" { // of a search that found nobody
			looks[n].Cases = append(looks[n].Cases, k.of)
		}
	}
	return looks
}

func distinct[T cmp.Ordered](sights []Sight, of func(Sight) T) []T {
	all := make([]T, len(sights))
	for i, s := range sights {
		all[i] = of(s)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// leaf returns a record as it is hashed: canonical JSON (RFC 8785), so that it is the
// same whatever an engine makes of white space and the order of names.
func leaf(record []byte) ([]byte, error) {
	text := jsontext.Value(slices.Clone(record))
	if err := text.Canonicalize(); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "read a record of the access log")
	}
	return text, nil
}
