package signin_test

import (
	"encoding/json"
	"testing"

	"github.com/descope/virtualwebauthn"

	"onward/services/fault"
	"onward/services/signin"
	"onward/services/signin/signintest"
)

// TestPasskeysThatAreBegunAtOnce proves that an account has ten passkeys at most, also
// where more were begun before the first was there.
func TestPasskeysThatAreBegunAtOnce(t *testing.T) {
	defer signin.Cheapen()()
	h := newHouse(t)
	passkeys, err := signin.WithOrigin("https://onward.example")
	h.must(err)
	passkeys(h.door)
	secret := h.enrol(song)
	tokens, err := h.door.SignIn(t.Context(), here, signin.PasswordInput{Name: "sok", Password: song, Code: h.code(secret)})
	h.must(err)
	her := signin.Caller{Authorization: "Bearer " + tokens.Access}
	begun := make([]*signin.Ceremony, 11)
	for i := range begun {
		begun[i], err = h.door.BeginRegistration(t.Context(), her, signin.RegisterInput{})
		h.must(err)
	}
	site := virtualwebauthn.RelyingParty{ID: "onward.example", Name: "Onward", Origin: "https://onward.example"}
	for i, c := range begun {
		asked, err := json.Marshal(c.Options)
		h.must(err)
		options, err := virtualwebauthn.ParseAttestationOptions(string(asked))
		h.must(err)
		made := virtualwebauthn.CreateAttestationResponse(site, virtualwebauthn.NewAuthenticator(), signintest.NewPasskey(t), *options)
		_, err = h.door.FinishRegistration(t.Context(), her, signin.FinishInput{Ceremony: c.Ceremony, Credential: json.RawMessage(made)})
		if full := i == 10; full != fault.Is(err, fault.Invalid) || !full && err != nil {
			t.Errorf("passkey %d: %v", i+1, err)
		}
	}
}
