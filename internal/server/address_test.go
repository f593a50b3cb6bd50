package server_test

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/server"
)

func TestAddressBehindProxies(t *testing.T) {
	for name, tt := range map[string]struct{ forwarded, want string }{
		"Plain":          {"192.0.2.7", "192.0.2.7"},
		"WithPort":       {"192.0.2.7:51234", "192.0.2.7"},
		"V6":             {"2001:db8::7", "2001:db8::7"},
		"V6InBrackets":   {"[2001:db8::7]", "2001:db8::7"},
		"V6WithPort":     {"[2001:db8::7]:443", "2001:db8::7"},
		"MappedWithPort": {"[::ffff:192.0.2.7]:443", "192.0.2.7"},
		"LastUntrusted":  {"192.0.2.1, 192.0.2.7:1, 10.1.1.1:2", "192.0.2.7"},
		"Nonsense":       {"192.0.2.1, unknown", "127.0.0.1"},
		"None":           {"", "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			var got netip.Addr
			i := start(t, server.Config{
				TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")},
				Authenticate: func(ctx context.Context, _ string) (context.Context, error) {
					got = identity.Address(ctx)
					return ctx, nil
				},
			})
			h := header{"Content-Type": "application/json"}
			if tt.forwarded != "" {
				h["X-Forwarded-For"] = tt.forwarded
			}
			send(t, http.MethodPost, i.url("/graphql"), h, strings.NewReader(`{"query":"{ hello }"}`))
			if got.String() != tt.want {
				t.Errorf("the address is %s, want %s", got, tt.want)
			}
		})
	}
}

func TestHealthHasTheVersion(t *testing.T) {
	i := start(t, server.Config{Version: "v1.2.3", Revision: "abc"})
	if got := send(t, http.MethodGet, i.url("/healthz"), nil, nil).body; strings.TrimSpace(got) != `{"revision":"abc","status":"ok","version":"v1.2.3"}` {
		t.Errorf("/healthz is %s", got)
	}
}
