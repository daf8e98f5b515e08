package main_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"onward/services/store/sqlite"
	"onward/services/vault"
	"onward/services/vault/vaulttest"
)

// TestKeyService proves that the program serves by the master key of a key service, which
// it asks at the start and at a rotation only; that it says so where the service is down,
// two master keys are set or another one; and that a rotation leads back to a file.
func TestKeyService(t *testing.T) {
	transit := vaulttest.NewTransit(t, "onward")
	transit.Set(t)
	dir := t.TempDir()
	bare := place{"ONWARD_DATA=" + filepath.Join(dir, "data"), "MONGODB_URI=", "ONWARD_MASTER_KEY=", "ONWARD_MASTER_KEY_FILE="}
	for name, value := range transit.Settings() {
		bare = append(bare, name+"="+value)
	}
	with := func(more ...string) place { return append(bare[:len(bare):len(bare)], more...) }
	byService, byFile := with("ONWARD_MASTER_KEY_URI="+transit.Address("onward")), with(masterKeyIn(t, dir))
	for n := range 2 {
		start(t, byService, "serve").stop()
		if calls := transit.Calls(); calls != n+1 {
			t.Errorf("%d calls after start %d", calls, n+1)
		}
	}
	sealOne(t, filepath.Join(dir, "data"), transit.Address("onward"))
	for word, p := range map[string]place{
		"both set":         append(byFile, "ONWARD_MASTER_KEY_URI="+transit.Address("onward")),
		"cannot be opened": byFile,
	} {
		if out, err := run(t, p, "serve"); err == nil || !strings.Contains(out, word) {
			t.Errorf("not %s: %v, %s", word, err, out)
		}
	}
	mustRun(t, byService, "master-key", "next")
	again := append(byFile, "ONWARD_OLD_MASTER_KEY_URI="+transit.Address("onward"))
	for _, p := range []place{byService, again} {
		if out := mustRun(t, p, "master-key", "rotate"); !strings.Contains(out, "1 keys: 1 wrapped again") {
			t.Error(out)
		}
	}
	transit.Stop()
	if out, err := run(t, byService, "serve"); err == nil || !strings.Contains(out, "the key service does not answer") {
		t.Errorf("the key service is down: %v, %s", err, out)
	}
	start(t, byFile, "serve").stop()
}

// sealOne makes a data key in a local store, by the master key that it keeps.
func sealOne(t *testing.T, data, address string) {
	t.Helper()
	s, err := sqlite.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	m, err := vault.KeepMaster(t.Context(), s, address, "")
	if err == nil {
		_, err = vault.New(s, m, nil).ForSealing(t.Context(), "case_1")
	}
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
}
