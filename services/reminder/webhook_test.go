package reminder_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"onward/jobs"
	"onward/services/calendar"
	"onward/services/fault"
	"onward/services/reminder"
)

// receiver is an address of an operator's. It answers with a status that tests
// set, or decide by what they are sent, and keeps what it has taken.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	decide func(body string) (status int)
	asked  int
	taken  []message
}

type message struct {
	id     string
	header http.Header
	body   []byte
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.answer(http.StatusNoContent)
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		decide := r.decide
		r.mu.Unlock()
		status := decide(string(body)) // it may take its time
		r.mu.Lock()
		defer r.mu.Unlock()
		r.asked++
		if status < 300 {
			r.taken = append(r.taken, message{req.Header.Get("webhook-id"), req.Header, body})
		}
		if status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "the answer of the receiver")
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answer(status int) {
	r.answerBy(func(string) int { return status })
}

func (r *receiver) answerBy(decide func(body string) (status int)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.decide, r.asked = decide, 0
}

func (r *receiver) ids() []string {
	var ids []string
	for _, m := range r.taken {
		ids = append(ids, m.id)
	}
	slices.Sort(ids)
	return ids
}

func (r *receiver) webhook(t *testing.T) *reminder.Webhook {
	t.Helper()
	w, err := reminder.NewWebhook(r.URL+"/hook?key=sesame", secret)
	if err != nil {
		t.Fatal(err)
	}
	w.Pause = 0
	return w
}

// TestEvent holds the form of an event to the letter.
func TestEvent(t *testing.T) {
	o, r := newOffice(t), newReceiver(t)
	o.run(r.webhook(t), today())
	i := slices.IndexFunc(r.taken, func(m message) bool { return strings.Contains(string(m.body), "worker_NEIGHBOUR") })
	if i < 0 {
		t.Fatal("no event")
	}
	want := `{"type":"digest.created","timestamp":"2026-03-02T05:00:00Z","data":{"id":"` + r.taken[i].id +
		`","workerId":"worker_NEIGHBOUR","organisationId":"org_2","on":"2026-03-02","counts":[{"kind":"REFERRAL","overdue":0,"soon":1}]}}`
	if got := string(r.taken[i].body); got != want || r.taken[i].header.Get("Content-Type") != "application/json" {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestReceiverIsDown proves that an event that nobody takes waits in its document,
// is tried a few times only, and is delivered by the next run, once.
func TestReceiverIsDown(t *testing.T) {
	o, r := newOffice(t), newReceiver(t)
	r.answer(http.StatusServiceUnavailable)
	if got := o.run(r.webhook(t), today()); got["digests"] != 3 || got["sent"] != 0 || got["unsent"] != 3 || r.asked != 9 {
		t.Fatalf("while it is down: %v, asked %d times", got, r.asked)
	}
	for _, doc := range o.stored() {
		if !strings.Contains(doc, `"unsent":true`) {
			t.Errorf("a digest does not wait: %s", doc)
		}
	}
	if got := o.run(r.webhook(t), today()); got["digests"] != 0 || got["unsent"] != 3 {
		t.Errorf("again while it is down: %v", got)
	}
	r.answer(http.StatusOK)
	if got := o.run(r.webhook(t), today()+1); got["digests"] != 3 || got["sent"] != 6 || got["unsent"] != 0 {
		t.Errorf("when it is up: %v", got)
	}
	if got := o.run(r.webhook(t), today()+1); got["sent"] != 0 {
		t.Errorf("afterwards: %v", got)
	}
	if ids := r.ids(); len(ids) != 6 || len(slices.Compact(ids)) != 6 {
		t.Errorf("taken: %v", ids)
	}
	for _, doc := range o.stored() {
		if strings.Contains(doc, "unsent") || !strings.Contains(doc, "sentAt") {
			t.Errorf("a digest still waits: %s", doc)
		}
	}
	for _, word := range []string{"MfKQ9r8", "sesame", r.Listener.Addr().String(), "the answer of the receiver"} {
		if strings.Contains(o.log.String(), word) {
			t.Errorf("%q is in the log: %s", word, o.log.String())
		}
	}
	if !strings.Contains(o.log.String(), "status 503") {
		t.Errorf("the log does not say why: %s", o.log.String())
	}
}

// TestReceiverCannotBeReached proves that an error of the network is logged
// without the address.
func TestReceiverCannotBeReached(t *testing.T) {
	o, r := newOffice(t), newReceiver(t)
	w := r.webhook(t)
	r.Close()
	if got := o.run(w, today()); got["unsent"] != 3 {
		t.Errorf("%v", got)
	}
	if log := o.log.String(); !strings.Contains(log, "does not answer") || strings.Contains(log, r.Listener.Addr().String()) || strings.Contains(log, "sesame") {
		t.Errorf("the log: %s", log)
	}
}

// TestRefusedIsNotRepeated proves that an answer which another attempt cannot
// change is taken as it is, in this run and for good, that a redirect is not
// followed, that an event which is refused keeps none of the others from going out,
// and that its document says that it was refused, and the log once.
func TestRefusedIsNotRepeated(t *testing.T) {
	for _, status := range []int{http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusFound} {
		o, r := newOffice(t), newReceiver(t)
		r.answer(status)
		if got := o.make(r.webhook(t), today()); got != (reminder.Made{Digests: 3, Refused: 3}) || r.asked != 3 {
			t.Errorf("status %d: %+v, asked %d times", status, got, r.asked)
		}
		for _, doc := range o.stored() {
			if strings.Contains(doc, "unsent") || strings.Contains(doc, "sentAt") || !strings.Contains(doc, `"refusedAt":"2026-03-02T05:00:00Z"`) || !strings.Contains(doc, "digest.refused") {
				t.Errorf("status %d: a digest is not marked: %s", status, doc)
			}
		}
		r.answer(http.StatusOK)
		if got := o.make(r.webhook(t), today()); got != (reminder.Made{}) || r.asked != 0 {
			t.Errorf("status %d, the next run: %+v, asked %d times", status, got, r.asked)
		}
		log := o.log.String()
		if said := fmt.Sprint("refuses the event with status ", status); strings.Count(log, said) != 3 {
			t.Errorf("status %d: the log does not say %q of each once: %s", status, said, log)
		}
		for _, word := range []string{"MfKQ9r8", "sesame", r.Listener.Addr().String(), "the answer of the receiver"} {
			if strings.Contains(log, word) {
				t.Errorf("%q is in the log: %s", word, log)
			}
		}
	}
}

// TestAskedToWait proves that an event waits where the receiver is busy or slow.
func TestAskedToWait(t *testing.T) {
	for _, status := range []int{http.StatusRequestTimeout, http.StatusTooManyRequests} {
		o, r := newOffice(t), newReceiver(t)
		r.answer(status)
		if got := o.make(r.webhook(t), today()); got != (reminder.Made{Digests: 3, Unsent: 3}) {
			t.Errorf("status %d: %+v", status, got)
		}
	}
}

// TestNewestFirst proves that events which nobody takes keep none that are newer
// from going out.
func TestNewestFirst(t *testing.T) {
	o, r := newOffice(t), newReceiver(t)
	r.answer(http.StatusServiceUnavailable)
	o.make(r.webhook(t), today())
	o.make(r.webhook(t), today()+1)
	r.answerBy(func(body string) int {
		if strings.Contains(body, `"on":"`+(today()+2).String()+`"`) {
			return http.StatusOK
		}
		return http.StatusServiceUnavailable
	})
	if got := o.make(r.webhook(t), today()+2); got != (reminder.Made{Digests: 3, Sent: 3, Unsent: 6}) {
		t.Errorf("%+v", got)
	}
}

// TestOldEventIsNotSent proves that an event is sent until seven days after its day
// and no longer, also that of a digest which is made late.
func TestOldEventIsNotSent(t *testing.T) {
	for age, want := range map[int]int{7: 6, 8: 3} {
		o, r := newOffice(t), newReceiver(t)
		r.answer(http.StatusServiceUnavailable)
		o.make(r.webhook(t), today())
		r.answer(http.StatusOK)
		o.now = noon.AddDate(0, 0, age)
		if got := o.make(r.webhook(t), today()+calendar.Day(age)); got != (reminder.Made{Digests: 3, Sent: want}) || len(r.taken) != want {
			t.Errorf("%d days later: %+v, %d events", age, got, len(r.taken))
		}
	}
	for age, want := range map[calendar.Day]reminder.Made{7: {Digests: 3, Sent: 3}, 8: {Digests: 3}} {
		o, r := newOffice(t), newReceiver(t)
		if got := o.make(r.webhook(t), today()-age); got != want || len(r.taken) != want.Sent {
			t.Errorf("of %d days ago: %+v, %d events", age, got, len(r.taken))
		}
	}
}

// TestStopped proves that a run which is stopped while it sends says so, blames the
// receiver for nothing, and leaves to the next run what it did not send.
func TestStopped(t *testing.T) {
	o, r := newOffice(t), newReceiver(t)
	ctx, stop := context.WithCancel(t.Context())
	r.answerBy(func(string) int {
		stop()
		return http.StatusServiceUnavailable
	})
	if _, err := jobs.FollowUpReminders(o.digests(r.webhook(t)), o.register).Work(ctx, today()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("stopped: %v, want UNAVAILABLE", err)
	}
	if o.log.Len() != 0 {
		t.Errorf("the log: %s", o.log.String())
	}
	r.answer(http.StatusOK)
	if got := o.make(r.webhook(t), today()); got != (reminder.Made{Sent: 3}) {
		t.Errorf("the next run: %+v", got)
	}
}

// TestWithoutWebhook proves that without an address digests are kept and wait for
// nothing, also once there is one.
func TestWithoutWebhook(t *testing.T) {
	o, r := newOffice(t), newReceiver(t)
	if got := o.run(nil, today()); got["digests"] != 3 || got["sent"]+got["unsent"] != 0 {
		t.Errorf("without: %v", got)
	}
	if got := o.run(r.webhook(t), today()); got["digests"]+got["sent"]+got["unsent"] != 0 || r.asked != 0 {
		t.Errorf("with: %v, asked %d times", got, r.asked)
	}
}

// TestNewWebhook proves which addresses and secrets are taken, and that a refusal
// repeats neither.
func TestNewWebhook(t *testing.T) {
	for _, x := range []struct {
		address, secret string
		ok              bool
	}{
		{"https://example.org/hook", secret, true},
		{"https://example.org/hook", strings.TrimPrefix(secret, "whsec_"), true},
		{"http://127.0.0.1:9000/hook", secret, true},
		{"http://[::1]/hook", secret, true},
		{"http://localhost/hook", secret, true},
		{"http://example.org/hook", secret, false},
		{"http://localhost.example.org/hook", secret, false},
		{"http://10.0.0.1/hook", secret, false},
		{"ftp://example.org/hook", secret, false},
		{"example.org/hook", secret, false},
		{"https:///hook", secret, false},
		{"https://exa mple.org/%zz", secret, false},
		{"https://example.org/hook", "", false},
		{"https://example.org/hook", "whsec_c2hvcnQ=", false},
		{"https://example.org/hook", "whsec_not base64 at all, but long enough to be one", false},
	} {
		_, err := reminder.NewWebhook(x.address, x.secret)
		if (err == nil) != x.ok {
			t.Errorf("%s: %v", x.address, err)
		}
		if err != nil && (strings.Contains(err.Error(), "mple.org") || x.secret != "" && strings.Contains(err.Error(), strings.TrimPrefix(x.secret, "whsec_"))) {
			t.Errorf("the refusal repeats what it refuses: %v", err)
		}
	}
}
