package vaulttest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Transit is a key service as the transit engine of HashiCorp Vault and OpenBao is one,
// over TLS: it encrypts and decrypts by keys that have versions, for one token.
type Transit struct {
	server *httptest.Server
	ca     string

	mu     sync.Mutex
	keys   map[string][]cipher.AEAD // by name, the versions
	calls  int
	status int // with which it answers all; 0 where it works
}

// transitToken is the token that it accepts.
const transitToken = "transit-token-of-the-tests"

// NewTransit starts a key service with keys of these names.
func NewTransit(t testing.TB, names ...string) *Transit {
	t.Helper()
	s := &Transit{keys: map[string][]cipher.AEAD{}, ca: filepath.Join(t.TempDir(), "ca.pem")}
	for _, name := range names {
		s.Renew(t, name)
	}
	s.server = httptest.NewTLSServer(s)
	t.Cleanup(s.server.Close)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.server.Certificate().Raw})
	if err := os.WriteFile(s.ca, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// Address is the address of a key.
func (s *Transit) Address(name string) string {
	return "hcvault://" + strings.TrimPrefix(s.server.URL, "https://") + "/transit/keys/" + name
}

// Settings are the variables by which its client finds its way.
func (s *Transit) Settings() map[string]string {
	return map[string]string{"VAULT_TOKEN": transitToken, "VAULT_CACERT": s.ca}
}

// Set sets them for the test.
func (s *Transit) Set(t testing.TB) {
	t.Helper()
	for name, value := range s.Settings() {
		t.Setenv(name, value)
	}
}

// Renew adds a version to a key, by which it wraps from then on.
func (s *Transit) Renew(t testing.TB, name string) {
	t.Helper()
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // crypto/rand never returns an error
	block, err := aes.NewCipher(secret)
	if err != nil {
		t.Fatal(err)
	}
	version, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[name] = append(s.keys[name], version)
}

// Retire has a key open nothing that an older version than its newest has wrapped.
func (s *Transit) Retire(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range len(s.keys[name]) - 1 {
		s.keys[name][i] = nil
	}
}

// Answer has the service answer everything with a status, or work again where it is 0.
func (s *Transit) Answer(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

// Stop ends the service.
func (s *Transit) Stop() { s.server.Close() }

// Calls returns how often it was asked.
func (s *Transit) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// ServeHTTP answers as /v1/transit/encrypt/NAME and /v1/transit/decrypt/NAME do.
func (s *Transit) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	what, name, _ := strings.Cut(strings.TrimPrefix(req.URL.Path, "/v1/transit/"), "/")
	versions := s.keys[name]
	var asked struct {
		Plaintext, Ciphertext string
		Bound                 []byte `json:"associated_data"`
	}
	status, said := http.StatusOK, map[string]string{}
	switch err := json.NewDecoder(req.Body).Decode(&asked); {
	case s.status != 0:
		status = s.status
	case req.Header.Get("X-Vault-Token") != transitToken:
		status = http.StatusForbidden
	case len(versions) == 0:
		status = http.StatusNotFound
	case err != nil:
		status = http.StatusBadRequest
	case what == "encrypt":
		said["ciphertext"] = encrypt(versions, asked.Plaintext, asked.Bound)
	case what == "decrypt":
		clear, ok := decrypt(versions, asked.Ciphertext, asked.Bound)
		if !ok {
			status = http.StatusBadRequest
		}
		said["plaintext"] = clear
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if status == http.StatusOK {
		_ = json.NewEncoder(w).Encode(map[string]any{"data": said})
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []string{http.StatusText(status)}})
}

// encrypt and decrypt keep the plaintext as it is sent: in base64.
func encrypt(versions []cipher.AEAD, clear string, bound []byte) string {
	nonce := make([]byte, 12)
	_, _ = rand.Read(nonce)
	sealed := versions[len(versions)-1].Seal(nonce, nonce, []byte(clear), bound)
	return "vault:v" + strconv.Itoa(len(versions)) + ":" + base64.StdEncoding.EncodeToString(sealed)
}

func decrypt(versions []cipher.AEAD, sealed string, bound []byte) (string, bool) {
	parts := strings.Split(sealed, ":")
	if len(parts) != 3 {
		return "", false
	}
	version, err := strconv.Atoi(strings.TrimPrefix(parts[1], "v"))
	if err != nil || version < 1 || version > len(versions) || versions[version-1] == nil {
		return "", false
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) < 12 {
		return "", false
	}
	clear, err := versions[version-1].Open(nil, raw[:12], raw[12:], bound)
	return string(clear), err == nil
}
