// Package vaulttest gives tests a vault.
package vaulttest

import (
	"sync"
	"testing"

	"onward/services/store"
	"onward/services/vault"
)

// Shared is the one master key of a test's process, so that all its vaults open what
// the others have sealed.
var Shared = sync.OnceValues(func() (*vault.Master, error) {
	text, err := shared()
	if err != nil {
		return nil, err
	}
	return vault.ReadMaster(text)
})

var shared = sync.OnceValues(vault.NewMasterText)

// Text returns the master key of the tests as it is set for a program.
func Text(t testing.TB) string {
	t.Helper()
	text, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Master returns the master key of the tests.
func Master(t testing.TB) *vault.Master {
	t.Helper()
	m, err := Shared()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// New returns a vault over a store, without a list of erasures.
func New(t testing.TB, s store.Store) *vault.Vault {
	t.Helper()
	return vault.New(s, Master(t), nil)
}
