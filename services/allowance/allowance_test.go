package allowance_test

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"pgregory.net/rapid"

	"onward/services/allowance"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// TestSpend proves that an allowance is refused once it is spent, says how long to
// wait, is there then, and that nobody spends another's.
func TestSpend(t *testing.T) {
	a := allowance.New[string](10, time.Minute)
	if wait := a.Spend("sok", 10, noon); wait != 0 {
		t.Fatalf("the whole is refused: %v", wait)
	}
	wait := a.Spend("sok", 2, noon)
	if wait != 12*time.Second {
		t.Errorf("two of ten a minute come back in %v", wait)
	}
	if left, wholeAt := a.Left("sok", noon); left != 0 || !wholeAt.Equal(noon.Add(time.Minute)) {
		t.Errorf("%d is left, and the whole at %v", left, wholeAt)
	}
	if a.Spend("dara", 10, noon) != 0 {
		t.Error("another one's is spent")
	}
	if a.Spend("sok", 2, noon.Add(wait)) != 0 {
		t.Error("it is refused after the wait")
	}
	if a.Spend("sok", 11, noon.Add(time.Hour)) < time.Hour {
		t.Error("more than there ever is comes")
	}
}

// TestNoMoreThanAllowed proves that nobody gets more than the whole and what has come
// back since, however it is asked for.
func TestNoMoreThanAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.IntRange(1, 50).Draw(t, "whole")
		a := allowance.New[int](whole, time.Minute)
		at, got := noon, 0
		for range rapid.IntRange(1, 60).Draw(t, "times") {
			at = at.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "pause")) * time.Millisecond)
			n := rapid.IntRange(1, whole).Draw(t, "n")
			if a.Spend(1, n, at) == 0 {
				got += n
			}
		}
		if most := float64(whole) * (1 + at.Sub(noon).Minutes()); float64(got) > most+1e-6 {
			t.Fatalf("%d of at most %.3f", got, most)
		}
	})
}

// TestHoldersAreForgotten proves that a million holders take the memory of a few.
func TestHoldersAreForgotten(t *testing.T) {
	a := allowance.New[string](10, time.Minute)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for n := range 1_000_000 {
		a.Spend(fmt.Sprint(n), 1, noon)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 5<<20 {
		t.Errorf("they take %d bytes", grown)
	}
	runtime.KeepAlive(a)
}

// TestNetworkOf proves that an IPv4 address stands for itself, an IPv6 address for its
// network, and no address for nothing.
func TestNetworkOf(t *testing.T) {
	for address, want := range map[netip.Addr]string{
		netip.MustParseAddr("192.0.2.1"):       "192.0.2.1/32",
		netip.MustParseAddr("2001:db8:0:1::5"): "2001:db8:0:1::/64",
		{}:                                     netip.Prefix{}.String(),
	} {
		if got := allowance.NetworkOf(address).String(); got != want {
			t.Errorf("%v: %s, want %s", address, got, want)
		}
	}
}
