package signin_test

import (
	"context"
	"strings"
	"testing"

	"onward/services/fault"
	"onward/services/signin"
	"onward/services/store"
)

// reading counts what is read.
type reading struct {
	store.Store
	read int
}

func (r *reading) Get(ctx context.Context, c store.Collection, id string) (store.Document, error) {
	r.read++
	return r.Store.Get(ctx, c, id)
}

// TestForgedTokensAreNotLookedUp proves that an access token which no process has made
// is refused without a look into the store, also where it names a session that there
// is, and that one which another process has made is known.
func TestForgedTokensAreNotLookedUp(t *testing.T) {
	defer signin.Cheapen()()
	h := newHouse(t)
	code := h.enrol(song)
	tokens, err := h.door.SignIn(t.Context(), here, signin.PasswordInput{Name: "sok", Password: song, Code: h.code(code)})
	h.must(err)
	count := &reading{Store: h.store}
	door := h.process(count)
	ask := func(token string) error {
		_, err := door.Authenticate(t.Context(), signin.Caller{Authorization: "Bearer " + token})
		return err
	}
	h.must(ask(tokens.Access))
	count.read = 0
	parts := strings.Split(tokens.Access, ".")
	forged := []string{"onwardaccess_", "onwardaccess_.", "onwardaccess_x", "onwardaccess_x.y.z", parts[0], parts[0] + "." + parts[1], parts[0] + ".x." + parts[2],
		strings.Replace(parts[0], "_", "_0", 1) + "." + parts[1] + "." + parts[2], tokens.Access + "A", tokens.Access + ".", tokens.Access + "." + parts[2]}
	for _, token := range forged {
		if err := ask(token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s: %v", token, err)
		}
	}
	if count.read > 0 {
		t.Errorf("the store is asked %d times for %d tokens", count.read, len(forged))
	}
	h.must(ask(tokens.Access))
}
