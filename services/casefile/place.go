package casefile

import (
	"fmt"
	"slices"

	"onward/services/demography"
)

// place is a word as its place in the list of its kind, counted from 1; 0 is no
// word. A register holds millions of them, and a word takes sixteen bytes.
type place[T word] uint8

type word interface {
	Status | Population | Risk | demography.Sex
}

// listOf returns the words of a kind.
func listOf[T word]() []T {
	var list any
	switch any(T("")).(type) {
	case Status:
		list = &Statuses
	case Population:
		list = &Populations
	case Risk:
		list = &Risks
	case demography.Sex:
		list = &demography.Sexes
	}
	return *list.(*[]T)
}

// placeOf returns the place of a word, or 0.
func placeOf[T word](w T) place[T] { return place[T](slices.Index(listOf[T](), w) + 1) }

// word returns the word, or "".
func (p place[T]) word() T {
	if p == 0 {
		return ""
	}
	return listOf[T]()[p-1]
}

// MarshalText writes the word.
func (p place[T]) MarshalText() ([]byte, error) { return []byte(p.word()), nil }

// UnmarshalText reads a word of the list.
func (p *place[T]) UnmarshalText(text []byte) error {
	if *p = placeOf(T(text)); *p == 0 {
		return fmt.Errorf("%.20q is not one of %v", text, listOf[T]())
	}
	return nil
}
