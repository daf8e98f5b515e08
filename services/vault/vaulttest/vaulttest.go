// Package vaulttest gives tests a vault.
package vaulttest

import (
	"testing"

	"onward/services/store"
	"onward/services/vault"
)

// Master returns a fresh master key.
func Master(t testing.TB) *vault.Master {
	t.Helper()
	text, err := vault.NewMasterText()
	if err != nil {
		t.Fatal(err)
	}
	m, err := vault.ReadMaster(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// New returns a vault over a store, under a fresh master key and without a list of
// erasures.
func New(t testing.TB, s store.Store) *vault.Vault { return vault.New(s, Master(t), nil) }
