package reminder

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"golang.org/x/sync/errgroup"

	"onward/services/calendar"
	"onward/services/casework"
	"onward/services/fault"
	"onward/services/id"
	"onward/services/store"
)

// How events are sent [J].
const (
	attempts    = 3                // of one event in one run
	attemptTime = 10 * time.Second // of one attempt
	senders     = 4                // events under way at once
	giveUpAfter = 3                // events in a row that nobody takes: the others then wait for the next run
	sentDays    = 7                // after its day; what there was to do before is no news
	minSecret   = 24               // bytes, by Standard Webhooks
	maxSecret   = 64
	drained     = 4 << 10 // bytes of an answer that are read, so that its connection serves again
)

// Webhook is an address of the operator's to which events are POSTed as JSON,
// signed by the Standard Webhooks scheme. Its address and secret never stand in an
// error.
type Webhook struct {
	// Pause is the time between the first two attempts; each further one is twice
	// as long. It is a second unless it is changed before the webhook is used.
	Pause time.Duration

	address string
	key     *standardwebhooks.Webhook
	client  *http.Client
}

// NewWebhook returns the webhook of an address and a secret. The address is https,
// or http on this machine alone; the secret is base64 of 24 to 64 bytes, behind
// whsec_ or not.
func NewWebhook(address, secret string) (*Webhook, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, fault.New(fault.Invalid, "the address of the webhook is not a URL")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, fault.New(fault.Invalid, "the address of the webhook must be https, or http on this machine")
	}
	key, err := keyOf(secret)
	if err != nil {
		return nil, err
	}
	return &Webhook{Pause: time.Second, address: address, key: key, client: &http.Client{
		Timeout:       attemptTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// event is what an address is told of a new digest: who has how much to do. It
// names no case.
type event struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      eventData `json:"data"`
}

type eventData struct {
	ID             string               `json:"id"`
	WorkerID       id.Worker            `json:"workerId"`
	OrganisationID id.Organisation      `json:"organisationId"`
	On             calendar.Day         `json:"on"`
	Counts         []casework.WorkCount `json:"counts"`
}

// eventOf returns the event of a digest. It is the same at every attempt.
func eventOf(d Digest) event {
	return event{Type: "digest.created", Timestamp: d.MadeAt, Data: eventData{
		ID: d.ID, WorkerID: d.Worker, OrganisationID: d.Organisation, On: d.On, Counts: d.Counts,
	}}
}

// sends reports whether the event of a digest of a day is still sent.
func (k *Digests) sends(on calendar.Day) bool { return on >= calendar.DayOf(k.now())-sentDays }

// delivery counts what came of events: how many were delivered, were refused for
// good, and wait for the next run; and how many in a row nobody took. One that
// another process has seen to meanwhile is that process's to count.
type delivery struct{ sent, refused, unsent, failed atomic.Int32 }

// deliver sends the events of digests, the newest first: where many wait and the
// receiver fails again, the oldest are those that stay behind.
func (k *Digests) deliver(ctx context.Context, waiting []pending) *delivery {
	slices.SortFunc(waiting, func(a, b pending) int {
		return cmp.Or(cmp.Compare(b.on, a.on), cmp.Compare(a.id, b.id))
	})
	var all delivery
	var group errgroup.Group
	group.SetLimit(senders)
	for _, w := range waiting {
		group.Go(func() error {
			if all.failed.Load() >= giveUpAfter || ctx.Err() != nil {
				all.unsent.Add(1)
				return nil
			}
			err := k.sendOne(ctx, w.id)
			all.note(err)
			k.tell(ctx, w.id, err)
			return nil
		})
	}
	_ = group.Wait() // what failed is counted and told
	return &all
}

// note counts what came of one event.
func (d *delivery) note(err error) {
	switch {
	case err == nil:
		d.sent.Add(1)
	case fault.Is(err, fault.Invalid):
		d.refused.Add(1)
	case fault.Is(err, fault.Conflict):
	default:
		d.unsent.Add(1)
		d.failed.Add(1)
		return
	}
	d.failed.Store(0)
}

// tell logs why an event was not delivered. A run that stops is no fault of the
// receiver's.
func (k *Digests) tell(ctx context.Context, digestID string, err error) {
	switch {
	case err == nil || fault.Is(err, fault.Conflict):
	case fault.Is(err, fault.Invalid):
		k.log.WarnContext(ctx, "digest event refused, it is not sent again", "digest", digestID, "error", err)
	case ctx.Err() == nil:
		k.log.WarnContext(ctx, "digest event not delivered", "digest", digestID, "error", err)
	}
}

// sendOne sends the event of a digest and marks it as sent. It returns Invalid
// where the receiver refuses it for good, which is marked too, and Conflict where
// another process has seen to it meanwhile. After any other fault it still waits.
func (k *Digests) sendOne(ctx context.Context, digestID string) error {
	doc, err := k.store.Get(ctx, store.Digests, digestID)
	if err != nil {
		return err
	}
	d, err := read(doc)
	if err != nil {
		return err
	}
	if !d.Unsent {
		return fault.New(fault.Conflict, "the event was seen to meanwhile")
	}
	body, err := json.Marshal(eventOf(d))
	if err != nil {
		return fault.Wrap(fault.Internal, err, "encode event")
	}
	switch refusal := k.webhook.Send(ctx, d.ID, body, k.now); {
	case refusal == nil:
		d.SentAt = k.instant()
		return k.settle(ctx, doc.Version, d, "digest.sent", d.SentAt)
	case fault.Is(refusal, fault.Invalid):
		d.RefusedAt = k.instant()
		return cmp.Or(k.settle(ctx, doc.Version, d, "digest.refused", d.RefusedAt), refusal)
	default:
		return refusal
	}
}

// settle writes that the event of a digest waits no longer, with the entry that
// says why. It returns Conflict where another process has written that first.
func (k *Digests) settle(ctx context.Context, version int, d Digest, entry string, at time.Time) error {
	d.Unsent = false
	next, err := d.document(version+1, entry, at)
	if err != nil {
		return err
	}
	return k.store.Append(ctx, store.Digests, store.Change{ID: d.ID, From: version, To: next.Version, State: next.State, Entries: next.History})
}

// Send makes some attempts to deliver a message. It returns Unavailable where
// another attempt may help, and Invalid where the receiver refuses the message for
// good: with a redirect, or a status from 400 to 499 but 408 and 429.
func (w *Webhook) Send(ctx context.Context, messageID string, body []byte, now func() time.Time) error {
	pause := w.Pause
	for attempt := 1; ; attempt++ {
		err := w.attempt(ctx, messageID, body, now())
		if !fault.Is(err, fault.Unavailable) || attempt == attempts {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
			pause *= 2
		}
	}
}

// attempt sends a message once. Errors of the network are not passed on: they
// name the address.
func (w *Webhook) attempt(ctx context.Context, messageID string, body []byte, at time.Time) error {
	req, err := w.request(ctx, messageID, body, at)
	if err != nil {
		return fault.New(fault.Internal, "no signed request can be made for the webhook")
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return fault.New(fault.Unavailable, "the webhook's receiver does not answer")
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.CopyN(io.Discard, resp.Body, drained)
	switch code := resp.StatusCode; {
	case code >= 200 && code < 300:
		return nil
	case code >= 500 || code == http.StatusTooManyRequests || code == http.StatusRequestTimeout:
		return fault.New(fault.Unavailable, "the webhook's receiver answers with status %d", code)
	default: // a redirect too: it is not followed
		return fault.New(fault.Invalid, "the webhook's receiver refuses the event with status %d", code)
	}
}

// request returns a message as a request, signed at an instant.
func (w *Webhook) request(ctx context.Context, messageID string, body []byte, at time.Time) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	signature, err := w.key.Sign(messageID, at, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "onward")
	req.Header.Set(standardwebhooks.HeaderWebhookID, messageID)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return req, nil
}

// keyOf reads a secret. What it says of a wrong one holds none of it.
func keyOf(secret string) (*standardwebhooks.Webhook, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(raw) < minSecret || len(raw) > maxSecret {
		return nil, fault.New(fault.Invalid, "the secret of the webhook must be base64 of %d to %d bytes", minSecret, maxSecret)
	}
	return standardwebhooks.NewWebhookRaw(raw)
}
