package main

import (
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"onward/services/fault"
	"onward/services/reminder"
	"onward/services/signin"
)

// Config is what every command takes.
type Config struct {
	Data      string `help:"The data directory of the local store." env:"ONWARD_DATA" default:"./onward-data" type:"path"`
	LogFormat string `help:"How to write the log." env:"ONWARD_LOG_FORMAT" enum:"text,json" default:"text"`
	LogLevel  string `help:"What to log." env:"ONWARD_LOG_LEVEL" enum:"debug,info,warn,error" default:"info"`

	AllowUnsafeMongo bool `help:"Accept a MongoDB that can lose acknowledged changes: a standalone, or a set that depends on an arbiter." env:"ONWARD_ALLOW_UNSAFE_MONGO"`
}

// mongoURI returns the address of MongoDB, or "" for the local file. It may hold
// a password, so it is no flag.
func mongoURI() string { return os.Getenv("MONGODB_URI") }

// webhook returns where messages go that a prefix such as ONWARD_WEBHOOK names, or nil
// where the variable of it and _URL is not set. Its secret is in that of _SECRET, or in
// the file that _SECRET_FILE names. The address may hold a password, so neither is a
// flag.
func webhook(prefix string) (*reminder.Webhook, error) {
	address := os.Getenv(prefix + "_URL")
	if address == "" {
		return nil, nil
	}
	key, err := secret(prefix + "_SECRET")
	if err != nil {
		return nil, err
	}
	if key == "" {
		return nil, fault.New(fault.Invalid, "%s_URL is set, and neither %s_SECRET nor %s_SECRET_FILE is", prefix, prefix, prefix)
	}
	return reminder.NewWebhook(address, key)
}

// secret returns what an environment variable holds, or the file that the variable of
// the same name and _FILE names; "" where neither is set.
func secret(name string) (string, error) {
	text := os.Getenv(name)
	if file := os.Getenv(name + "_FILE"); text == "" && file != "" {
		read, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("%s_FILE: %w", name, err)
		}
		text = string(read)
	}
	return strings.TrimSpace(text), nil
}

// provider returns the OpenID Connect provider at ONWARD_OIDC_ISSUER whose tokens
// for ONWARD_OIDC_AUDIENCE open the door, or nil where there is none.
func provider() (*signin.Provider, error) {
	issuer := os.Getenv("ONWARD_OIDC_ISSUER")
	if issuer == "" {
		return nil, nil
	}
	return signin.NewProvider(issuer, os.Getenv("ONWARD_OIDC_AUDIENCE"), time.Now)
}

// trustedProxies returns the proxies whose word about the client's address is
// believed: those in ONWARD_TRUSTED_PROXIES, with commas between them.
func trustedProxies() ([]netip.Prefix, error) {
	var trusted []netip.Prefix
	for _, text := range strings.FieldsFunc(os.Getenv("ONWARD_TRUSTED_PROXIES"), func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fault.Input("ONWARD_TRUSTED_PROXIES", "%.60q is no prefix such as 10.0.0.0/8", text)
		}
		trusted = append(trusted, p.Masked())
	}
	return trusted, nil
}

// Logger returns the log, which goes to standard error.
func (c *Config) Logger() *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // kong has checked it
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}

// cgroupLimit is where a container says how much memory it may take.
const cgroupLimit = "/sys/fs/cgroup/memory.max"

// By how many percent the heap grows before it is collected [J]. While the cases are loaded,
// most of what is made is thrown away, and what stays is marked again by each collection; the
// heap is then smaller all the same than it may become afterwards.
const (
	heapPercent = 400
	loadPercent = 800
)

// collectAfter sets by how many percent the heap grows before it is collected.
func collectAfter(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// tuneMemory lets the heap grow before it is collected, which halves what a
// request costs, and still collects in time: more often where nine tenths [J] of what
// the container allows are in use. The usual environment variables of Go take
// precedence.
func tuneMemory() {
	collectAfter(heapPercent)
	if limit, ok := allowed(cgroupLimit); ok && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit / 10 * 9)
	}
}

// allowed reads how many bytes a control group allows; ok is false where it sets no
// limit, or there is none.
func allowed(file string) (bytes int64, ok bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	bytes, err = strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return bytes, err == nil && bytes > 0
}
