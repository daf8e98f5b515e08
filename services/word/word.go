// Package word keeps the words of short lists in a byte. A register holds millions of
// them, and a word as text takes sixteen bytes.
package word

import (
	"fmt"
	"slices"
)

// Of is a kind of word that knows the list of its words.
type Of[T any] interface {
	~string
	// Words returns all words of the kind, 255 at most. The order says nothing
	// outside of the process.
	Words() []T
}

// Place is a word as its place in the list of its kind, counted from 1; 0 is no word.
// In JSON it is the word.
type Place[T Of[T]] uint8

// At returns the place of a word; 0 for "", and for what is no word of the list.
func At[T Of[T]](w T) Place[T] {
	if w == "" {
		return 0
	}
	return Place[T](slices.Index(w.Words(), w) + 1)
}

// Word returns the word, or "".
func (p Place[T]) Word() T {
	var none T
	if p == 0 {
		return none
	}
	return none.Words()[p-1]
}

// String returns the word, so that it is printed as it is written.
func (p Place[T]) String() string { return string(p.Word()) }

// MarshalText writes the word.
func (p Place[T]) MarshalText() ([]byte, error) { return []byte(p.Word()), nil }

// UnmarshalText reads a word of the list, or none.
func (p *Place[T]) UnmarshalText(text []byte) error {
	if *p = At(T(text)); *p == 0 && len(text) > 0 {
		return fmt.Errorf("%.20q is not one of %v", text, T("").Words())
	}
	return nil
}
