package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"onward/services/fault"
	"onward/services/seal"
	"onward/services/store"
)

// Head is how long a log is, and the root of its tree.
type Head struct {
	Log  string
	Size int64
	Root tlog.Hash
}

// Checkpoint is what logs held at an instant. Whoever keeps one can tell later
// whether they still do.
type Checkpoint struct {
	At    time.Time
	All   bool // it has all the logs that there were; else the one of a process that stopped
	Heads []Head
	line  string // that signs it
}

const (
	checkpointTitle = "Onward access log"
	allLogs         = "all logs"
	oneLog          = "one log"
)

// text is what is signed.
func (c Checkpoint) text() string {
	var b strings.Builder
	scope := oneLog
	if c.All {
		scope = allLogs
	}
	fmt.Fprintf(&b, "%s\n%s\n%s\n", checkpointTitle, c.At.UTC().Format(time.RFC3339Nano), scope)
	for _, h := range c.Heads {
		fmt.Fprintf(&b, "%s %d %s\n", h.Log, h.Size, h.Root)
	}
	return b.String()
}

// Signed returns the checkpoint as a signed note.
func (c Checkpoint) Signed(k *seal.Key) (string, error) {
	line, err := k.Sign(c.text())
	if err != nil {
		return "", err
	}
	return c.text() + "\n" + line + "\n", nil
}

// Check refuses a checkpoint that a public key has not signed.
func (c Checkpoint) Check(public string) error {
	if err := seal.Check(c.text(), c.line, public); err != nil {
		return fault.Wrap(fault.Invalid, err, "the checkpoint of %s does not hold", c.At.Format(time.RFC3339))
	}
	return nil
}

// Checkpoints reads signed checkpoints, one behind the other as the file has them. It
// does not check who has signed.
func Checkpoints(file []byte) ([]Checkpoint, error) {
	var all []Checkpoint
	notes := strings.Split(string(file), checkpointTitle+"\n")
	for n, text := range notes[1:] {
		c, err := checkpointOf(text)
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "checkpoint %d of the file cannot be read", n+1)
		}
		all = append(all, c)
	}
	if strings.TrimSpace(notes[0]) != "" {
		return nil, fault.New(fault.Invalid, "the file of checkpoints does not begin with one")
	}
	return all, nil
}

// checkpointOf reads a checkpoint behind its title.
func checkpointOf(note string) (c Checkpoint, err error) {
	text, line, signed := strings.Cut(note, "\n\n")
	lines := strings.Split(text, "\n")
	if !signed || len(lines) < 2 || lines[1] != allLogs && lines[1] != oneLog {
		return c, errors.New("it is not whole")
	}
	c.line, c.All = strings.TrimSpace(line), lines[1] == allLogs
	if c.At, err = time.Parse(time.RFC3339Nano, lines[0]); err != nil {
		return c, err
	}
	for _, l := range lines[2:] {
		h, err := headOf(l)
		if err != nil {
			return c, err
		}
		c.Heads = append(c.Heads, h)
	}
	return c, nil
}

func headOf(line string) (h Head, err error) {
	parts := strings.Split(line, " ")
	if len(parts) != 3 {
		return h, errors.New("a line of it is not a log with its size and root")
	}
	h.Log = parts[0]
	if h.Size, err = strconv.ParseInt(parts[1], 10, 64); err != nil {
		return h, err
	}
	h.Root, err = tlog.ParseHash(parts[2])
	return h, err
}

// Keeper makes checkpoints and puts them where whoever writes to the store cannot
// change them.
type Keeper struct {
	Key  *seal.Key                                                      // nil where none are made
	File string                                                         // to which they are appended; none where empty
	Post func(ctx context.Context, messageID string, body []byte) error // nil where they are sent nowhere

	// How long records of the process's own log stay without a checkpoint, and how many
	// of them; none is made between those of Keep where both are 0.
	Every   time.Duration
	Records int64

	store   store.Store
	now     func() time.Time
	covered int64     // how many records of the process's own log the last one of Follow has
	at      time.Time // when that was made

	last atomic.Pointer[time.Time] // when a checkpoint was made last
}

// Last returns when this keeper last made a checkpoint, or the zero time.
func (k *Keeper) Last() time.Time {
	if at := k.last.Load(); at != nil {
		return *at
	}
	return time.Time{}
}

// NewKeeper returns a keeper of a store's logs. Its fields are set before it is used.
func NewKeeper(s store.Store, now func() time.Time) *Keeper {
	return &Keeper{store: s, now: now, at: now()}
}

// Keep verifies all logs against the checkpoints of the file and makes a new one. It
// signs nothing that contradicts them, and returns then an Internal fault that says
// the first place. Without a key it does nothing.
func (k *Keeper) Keep(ctx context.Context) (Verified, error) {
	if k.Key == nil {
		return Verified{}, nil
	}
	at := k.now()
	var earlier []Checkpoint
	if k.File != "" {
		var err error
		if earlier, err = ReadCheckpoints(k.File, k.Key.Public()); err != nil {
			return Verified{}, err
		}
	}
	v, err := Verify(ctx, k.store, earlier)
	if err != nil {
		return v, err
	}
	if len(v.Differences) > 0 {
		return v, fault.New(fault.Internal, "the access log was changed, so no checkpoint is made: %s", v.Differences[0])
	}
	return v, k.put(ctx, Checkpoint{At: at, All: true, Heads: v.Heads})
}

// followTick is how often Follow looks [J]: a log grows by some thousand records in it at most.
const followTick = 10 * time.Second

// Follow makes checkpoints of the process's own log when they are due, until the context
// ends. What keeps one from being made is told, and it is tried again.
func (k *Keeper) Follow(ctx context.Context, l *Log, tell func(error)) {
	ticks := time.NewTicker(min(followTick, max(k.Every, time.Second)))
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
			if _, err := k.KeepDue(ctx, l); err != nil && ctx.Err() == nil {
				tell(err)
			}
		}
	}
}

// KeepDue makes a checkpoint of the process's own log if one is due: there are as many
// records as may be without one, or there are some and the last one is as old as it may
// be. It reads nothing from the store: the log knows its tree.
func (k *Keeper) KeepDue(ctx context.Context, l *Log) (made bool, err error) {
	if k.Key == nil {
		return false, nil
	}
	h, at := l.Head(), k.now()
	fresh := h.Size - k.covered
	due := k.Records > 0 && fresh >= k.Records || k.Every > 0 && fresh > 0 && at.Sub(k.at) >= k.Every
	if !due {
		return false, nil
	}
	if err := k.put(ctx, Checkpoint{At: at, Heads: []Head{h}}); err != nil {
		return false, err
	}
	k.covered, k.at = h.Size, at
	return true, nil
}

// Close makes a checkpoint of the log of a process that stops.
func (k *Keeper) Close(ctx context.Context, l *Log) error {
	if h := l.Head(); k.Key != nil && h.Size > 0 {
		return k.put(ctx, Checkpoint{At: k.now(), Heads: []Head{h}})
	}
	return nil
}

// put signs a checkpoint and hands it out.
func (k *Keeper) put(ctx context.Context, c Checkpoint) error {
	c.At = c.At.UTC().Truncate(time.Millisecond)
	note, err := c.Signed(k.Key)
	if err != nil {
		return err
	}
	if k.File != "" {
		if err := appendFile(k.File, note+"\n"); err != nil {
			return fault.Wrap(fault.Unavailable, err, "write the checkpoint")
		}
	}
	if k.Post != nil {
		if err := k.post(ctx, c.At, note); err != nil {
			return err
		}
	}
	k.last.Store(&c.At)
	return nil
}

// event is how a checkpoint is sent.
type event struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      struct {
		Checkpoint string `json:"checkpoint"` // the signed note
	} `json:"data"`
}

// post sends a checkpoint.
func (k *Keeper) post(ctx context.Context, at time.Time, note string) error {
	e := event{Type: "audit.checkpoint", Timestamp: at}
	e.Data.Checkpoint = note
	body, err := json.Marshal(e)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "encode the checkpoint")
	}
	return k.Post(ctx, "checkpoint_"+at.Format("20060102T150405.000Z"), body)
}

// appendFile adds a text to a file, durably.
func appendFile(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// ReadCheckpoints reads the checkpoints of a file, each of which the public key must
// have signed; without one nobody is asked for. A file that is not there has none.
func ReadCheckpoints(path, public string) ([]Checkpoint, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "read the checkpoints")
	}
	all, err := Checkpoints(bytes.TrimSpace(text))
	if err != nil || public == "" {
		return all, err
	}
	for _, c := range all {
		if err := c.Check(public); err != nil {
			return nil, err
		}
	}
	return all, nil
}
