package signin_test

import (
	"encoding/json"
	"net/netip"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"onward/services/access"
	"onward/services/directory"
	"onward/services/fault"
	"onward/services/signin"
	"onward/services/store"
	"onward/services/store/sqlite"
)

var (
	noon  = time.Date(2026, 3, 2, 5, 0, 0, 0, time.UTC)
	admin = access.Actor{Worker: "worker_ADMIN", Name: "Dara", Role: access.OrgAdmin, Organisation: "org_LOTUS"}
	here  = signin.Caller{Address: netip.MustParseAddr("192.0.2.1")}
)

// house is a directory with a worker, and a door.
type house struct {
	t     *testing.T
	dir   string
	store *sqlite.Store
	door  *signin.Door
	now   time.Time
}

func newHouse(t *testing.T) *house {
	h := &house{t: t, dir: t.TempDir(), now: noon}
	var err error
	h.store, err = sqlite.Open(h.dir)
	h.must(err)
	t.Cleanup(func() { _ = h.store.Close() })
	d, _, err := directory.Open(t.Context(), h.store)
	h.must(err)
	h.must(d.Add(t.Context(),
		directory.Organisation{ID: "org_LOTUS", Code: "LOT", Name: "Lotus House", Province: "KH-12"},
		directory.Worker{ID: "worker_SOK", Organisation: "org_LOTUS", Name: "Sok", Role: access.CareerAdvisor}))
	h.door = signin.New(d, h.store, func() time.Time { return h.now })
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// code returns what an authenticator app shows next.
func (h *house) code(secret string) string {
	h.t.Helper()
	h.now = h.now.Add(time.Minute)
	code, err := totp.GenerateCode(secret, h.now)
	h.must(err)
	return code
}

// enrol sets up the worker's account and returns the secret of the app.
func (h *house) enrol(password string) (secret string) {
	h.t.Helper()
	ctx := h.t.Context()
	invited, err := h.door.Invite(ctx, admin, h.now, signin.InviteWorkerInput{Request: directory.Request{RequestID: "1"}, WorkerID: "worker_SOK", Name: "sok"})
	h.must(err)
	app, err := h.door.Enrol(ctx, signin.EnrolInput{Invitation: invited.Token, Password: password})
	h.must(err)
	_, err = h.door.Enrol(ctx, signin.EnrolInput{Invitation: invited.Token, Password: password, Code: h.code(app.Authenticator.Secret)})
	h.must(err)
	return app.Authenticator.Secret
}

// cost returns at what cost the worker's password is stored.
func (h *house) cost() (memory, passes int) {
	h.t.Helper()
	doc, err := h.store.Get(h.t.Context(), store.Accounts, "local_SOK")
	h.must(err)
	var a struct {
		Password struct{ Cost struct{ Memory, Passes int } }
	}
	h.must(json.Unmarshal(doc.State, &a))
	return a.Password.Cost.Memory, a.Password.Cost.Passes
}

// TestPasswordIsStoredAnew proves that a password which was stored at another cost is
// stored at the present one when it is next used, that a refused sign-in changes
// nothing, and that password and codes go on.
func TestPasswordIsStoredAnew(t *testing.T) {
	h := newHouse(t)
	undo := signin.Cheapen()
	secret := h.enrol("five words of an old song")
	undo()
	if memory, passes := h.cost(); memory != 64 || passes != 1 {
		t.Fatalf("stored at %d KiB, %d passes", memory, passes)
	}
	_, err := h.door.SignIn(t.Context(), here, signin.PasswordInput{Name: "sok", Password: "five words of an old song", Code: "000000"})
	if memory, _ := h.cost(); !fault.Is(err, fault.Unauthenticated) || memory != 64 {
		t.Errorf("refused: %v, %d KiB", err, memory)
	}
	for range 2 {
		_, err := h.door.SignIn(t.Context(), here, signin.PasswordInput{Name: "sok", Password: "five words of an old song", Code: h.code(secret)})
		h.must(err)
		if memory, passes := h.cost(); memory != 19*1024 || passes != 2 {
			t.Errorf("stored at %d KiB, %d passes; OWASP asks for 19 MiB and 2", memory, passes)
		}
	}
}

// TestPasswordInAnyKeyboardsForm proves that a password which is written in another
// form of Unicode is the same one.
func TestPasswordInAnyKeyboardsForm(t *testing.T) {
	defer signin.Cheapen()()
	h := newHouse(t)
	secret := h.enrol("un caf\u00e9 tr\u00e8s noir")
	_, err := h.door.SignIn(t.Context(), here, signin.PasswordInput{Name: "sok", Password: "un cafe\u0301 tre\u0300s noir", Code: h.code(secret)})
	h.must(err)
}

// TestProvidersAddress proves that a provider is reached in a way on which nobody can
// pass for it, and that an audience is named.
func TestProvidersAddress(t *testing.T) {
	for address, good := range map[string]bool{
		"https://id.example": true, "https://id.example/realms/one": true, "http://localhost:8081": true, "http://127.0.0.1:8081": true, "http://[::1]:1": true,
		"http://id.example": false, "ftp://id.example": false, "id.example": false, "https://": false, "http://localhost.evil.example": false, ":": false,
	} {
		_, err := signin.NewProvider(address, "onward", time.Now)
		if good && err != nil || !good && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := signin.NewProvider("https://id.example", "", time.Now); !fault.Is(err, fault.Invalid) {
		t.Errorf("without an audience: %v", err)
	}
}

// TestOrigin proves that passkeys are taken for an origin alone.
func TestOrigin(t *testing.T) {
	for origin, good := range map[string]bool{
		"https://onward.example": true, "http://localhost:8080": true,
		"http://onward.example": false, "https://onward.example/": false, "https://onward.example/app": false, "onward.example": false, "": false,
	} {
		_, err := signin.WithOrigin(origin)
		if good && err != nil || !good && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", origin, err)
		}
	}
}
