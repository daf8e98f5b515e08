package graph

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// addressOf returns from where a request came: the peer's address, or where that is
// a trusted proxy's the last one in X-Forwarded-For that is not; the zero Addr where
// the connection has none. It walks from the peer towards the client, as far as each
// on the way is trusted to have said from where it was asked. What stands beyond,
// anybody may have written.
func addressOf(req *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(req.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	at := plain(peer.Addr())
	said := strings.Split(strings.Join(req.Header.Values("X-Forwarded-For"), ","), ",")
	for _, before := range slices.Backward(said) {
		next, err := netip.ParseAddr(strings.TrimSpace(before))
		if err != nil || !slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(at) }) {
			break
		}
		at = plain(next)
	}
	return at
}

// plain returns an address without a zone, and an IPv4 address in its own form, so
// that prefixes hold for it.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }
