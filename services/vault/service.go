package vault

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/vault/api"
	"github.com/tink-crypto/tink-go-hcvault/v2/integration/hcvault"
	"github.com/tink-crypto/tink-go/v2/core/registry"

	"onward/services/fault"
)

// service is a key in a key service. It wraps and opens there, and never leaves it.
type service struct {
	address string
	aead    interface {
		Encrypt(clear, bound []byte) ([]byte, error)
		Decrypt(wrapped, bound []byte) ([]byte, error)
	}
}

// How long a key service may take to answer, and how often it is asked again [J]: it is
// asked at the start and at a rotation only.
const (
	serviceTime    = 10 * time.Second
	serviceRetries = 1
	servicePause   = 300 * time.Millisecond
)

// serviceAt returns the key at an address such as
// hcvault://vault.example:8200/transit/keys/onward: a key of the transit engine of
// HashiCorp Vault or OpenBao, which must be of a kind that takes associated data
// (aes256-gcm96, chacha20-poly1305). It returns Invalid where the address is none.
func serviceAt(address string) (*service, error) {
	scheme, _, _ := strings.Cut(address, "://")
	if scheme != "hcvault" {
		return nil, fault.New(fault.Invalid, "this program knows no key service for %.20q; it knows hcvault://HOST/transit/keys/NAME", scheme+"://")
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, badAddress()
	}
	client, err := transit(u)
	if err != nil {
		return nil, err
	}
	a, err := client.GetAEAD(address)
	if err != nil {
		return nil, badAddress()
	}
	return &service{address, a}, nil
}

// badAddress does not repeat the address: who puts a token in it shall not find that in
// a log.
func badAddress() error {
	return fault.New(fault.Invalid, "the address of the key service must be hcvault://HOST/transit/keys/NAME, with no user, query or fragment")
}

// transit returns the client of a Vault. It is asked over TLS, which the variables of
// its own client set: VAULT_CACERT, VAULT_CLIENT_CERT, VAULT_CLIENT_KEY,
// VAULT_NAMESPACE. What to skip of TLS is not skipped, and another address than the
// key's is not heeded.
func transit(u *url.URL) (registry.KMSClient, error) {
	if os.Getenv(api.EnvVaultSkipVerify) != "" {
		return nil, fault.New(fault.Invalid, "%s is set: name the authority of the key service by %s instead", api.EnvVaultSkipVerify, api.EnvVaultCACert)
	}
	config := api.DefaultConfig()
	if config.Error != nil {
		return nil, fault.Wrap(fault.Invalid, config.Error, "the settings of the key service")
	}
	config.Address, config.AgentAddress = "https://"+u.Host, ""
	config.Timeout, config.MaxRetries, config.MinRetryWait, config.MaxRetryWait = serviceTime, serviceRetries, servicePause, 2*servicePause
	client, err := api.NewClient(config)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the settings of the key service")
	}
	token, err := tokenOfService()
	if err != nil {
		return nil, err
	}
	client.SetToken(token)
	return hcvault.NewClientWithAEADOptions("hcvault://", client.Logical())
}

// tokenOfService returns the token in VAULT_TOKEN, or in the file that VAULT_TOKEN_FILE names.
func tokenOfService() (string, error) {
	token := os.Getenv(api.EnvVaultToken)
	if file := os.Getenv(api.EnvVaultToken + "_FILE"); token == "" && file != "" {
		read, err := os.ReadFile(file)
		if err != nil {
			return "", fault.Wrap(fault.Invalid, err, "%s_FILE", api.EnvVaultToken)
		}
		token = string(read)
	}
	if token = strings.TrimSpace(token); token == "" {
		return "", fault.New(fault.Invalid, "the key service wants a token: set %s_FILE to a file with it, or %[1]s", api.EnvVaultToken)
	}
	return token, nil
}

// keptPlace is what a wrapped master key is bound to.
var keptPlace = []byte("onward master key")

func (s *service) wrap(clear []byte) ([]byte, error) {
	wrapped, err := s.aead.Encrypt(clear, keptPlace)
	return wrapped, s.refusal(err, "wrap")
}

func (s *service) open(wrapped []byte) ([]byte, error) {
	clear, err := s.aead.Decrypt(wrapped, keptPlace)
	if err == nil && len(clear) == 0 {
		err = errors.New("the answer is empty")
	}
	return clear, s.refusal(err, "open")
}

// refusal says in plain words why a key service did not do what it was asked for. It is
// Unavailable where trying again may help.
func (s *service) refusal(err error, what string) error {
	if err == nil {
		return nil
	}
	var answer *api.ResponseError
	if !errors.As(err, &answer) {
		return fault.Wrap(fault.Unavailable, err, "the key service does not answer at %s", s.address)
	}
	switch status := answer.StatusCode; {
	case status == http.StatusForbidden:
		return fault.New(fault.Invalid, "the key service refuses the token, or the token may not use the key %s", s.address)
	case status == http.StatusNotFound:
		return fault.New(fault.Invalid, "the key service has no such key as %s", s.address)
	case status == http.StatusTooManyRequests || status >= 500:
		return fault.New(fault.Unavailable, "the key service cannot %s now (status %d) by %s: it is sealed, busy or not well", what, status, s.address)
	}
	return fault.New(fault.Invalid, "the key %s does not %s the master key (status %d): another one has wrapped it, or it is of a kind that takes no associated data",
		s.address, what, answer.StatusCode)
}
