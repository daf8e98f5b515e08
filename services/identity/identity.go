// Package identity is who a survivor is: her names, birth day, sex, nationality,
// numbers, contacts and addresses, how they are checked, and how they are written to
// be found again. It is pure: services/casework keeps identities, sealed.
package identity

import (
	"reflect"

	"onward/services/calendar"
	"onward/services/demography"
)

// Field is a part of an identity that is recorded, and replaced, as a whole.
type Field string

// The fields.
const (
	NameField        Field = "NAME"
	KhmerNameField   Field = "NAME_KHMER"
	AliasesField     Field = "ALIASES"
	BirthField       Field = "BIRTH"
	SexField         Field = "SEX"
	NationalityField Field = "NATIONALITY"
	NumbersField     Field = "NUMBERS"
	ContactsField    Field = "CONTACTS"
	AddressesField   Field = "ADDRESSES"
)

// Fields lists them, as they are read.
var Fields = []Field{NameField, KhmerNameField, AliasesField, BirthField, SexField, NationalityField, NumbersField, ContactsField, AddressesField}

// Identity is who somebody is, as far as it was recorded.
type Identity struct {
	Name        *Name          `json:"name,omitempty"`        // in Latin letters
	NameKhmer   *Name          `json:"nameKhmer,omitempty"`   // in Khmer letters
	Aliases     []string       `json:"aliases,omitempty"`     // other names, in any letters
	Birth       *Birth         `json:"birth,omitempty"`       // when she was born
	Sex         demography.Sex `json:"sex,omitempty"`         // as she says
	Nationality string         `json:"nationality,omitempty"` // ISO 3166-1 alpha-2
	Numbers     []Number       `json:"numbers,omitempty"`     // of papers
	Contacts    []Contact      `json:"contacts,omitempty"`    // how to reach her
	Addresses   []Address      `json:"addresses,omitempty"`   // where she is, or comes from
}

// Name is a name in its two parts, of which one may be unknown. In Cambodia the
// family name is written first.
type Name struct {
	Family string `json:"family,omitempty"`
	Given  string `json:"given,omitempty"`
}

// Precision says how much of a birth day is known.
type Precision string

// The precisions.
const (
	ToDay   Precision = "DAY"
	ToMonth Precision = "MONTH"
	ToYear  Precision = "YEAR"
)

// Birth is when somebody was born: a day, or the first day of the month or year of
// which alone one knows.
type Birth struct {
	On        calendar.Day `json:"on"`
	Precision Precision    `json:"precision"`
}

// NumberKind is of which papers a number is.
type NumberKind string

// The kinds of papers.
const (
	NationalID       NumberKind = "NATIONAL_ID"
	Passport         NumberKind = "PASSPORT"
	BirthCertificate NumberKind = "BIRTH_CERTIFICATE"
	FamilyBook       NumberKind = "FAMILY_BOOK"
	ResidentBook     NumberKind = "RESIDENT_BOOK"
	EquityCard       NumberKind = "EQUITY_CARD" // of IDPoor
	OtherPaper       NumberKind = "OTHER"
)

// Number is a number of somebody's papers.
type Number struct {
	Kind   NumberKind `json:"kind"`
	Number string     `json:"number"`
}

// ContactKind is a way to reach somebody.
type ContactKind string

// The kinds of contact.
const (
	Phone        ContactKind = "PHONE"
	Email        ContactKind = "EMAIL"
	Messenger    ContactKind = "MESSENGER"
	OtherContact ContactKind = "OTHER"
)

// Contact is a way to reach her. Value of a PHONE is a number in E.164. Whether and
// when she may be contacted says the safe-contact rule of her case.
type Contact struct {
	Kind  ContactKind `json:"kind"`
	Value string      `json:"value"`
	Whose string      `json:"whose,omitempty"` // whose it is, where it is not hers
}

// AddressKind is what an address is to somebody.
type AddressKind string

// The kinds of address.
const (
	Current AddressKind = "CURRENT"
	Home    AddressKind = "HOME"   // of her family
	Origin  AddressKind = "ORIGIN" // where she was born or grew up
)

// Address is a place, down to the village. Without a province it is abroad.
type Address struct {
	Kind     AddressKind `json:"kind"`
	Province string      `json:"province,omitempty"` // ISO 3166-2:KH
	District string      `json:"district,omitempty"` // official code PPDD
	Commune  string      `json:"commune,omitempty"`  // official code PPDDCC
	Village  string      `json:"village,omitempty"`  // as people call it, or the place abroad
}

// Part returns a pointer to a field of the identity, to be read or set as a whole.
func (i *Identity) Part(f Field) any {
	switch f {
	case NameField:
		return &i.Name
	case KhmerNameField:
		return &i.NameKhmer
	case AliasesField:
		return &i.Aliases
	case BirthField:
		return &i.Birth
	case SexField:
		return &i.Sex
	case NationalityField:
		return &i.Nationality
	case NumbersField:
		return &i.Numbers
	case ContactsField:
		return &i.Contacts
	}
	return &i.Addresses
}

// Has reports whether anything is recorded in a field.
func (i *Identity) Has(f Field) bool {
	v := reflect.ValueOf(i.Part(f)).Elem()
	return !v.IsZero() && (v.Kind() != reflect.Slice || v.Len() > 0)
}

// Given lists the fields in which something is recorded.
func (i *Identity) Given() []Field {
	var given []Field
	for _, f := range Fields {
		if i.Has(f) {
			given = append(given, f)
		}
	}
	return given
}

// Set makes a field what it is in another identity.
func (i *Identity) Set(f Field, from *Identity) {
	reflect.ValueOf(i.Part(f)).Elem().Set(reflect.ValueOf(from.Part(f)).Elem())
}
