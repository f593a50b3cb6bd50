package command_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/command"
)

// refuses runs a command whose settings are wrong, and compares its messages
// line by line. It must not create anything in the data directory.
func refuses(t *testing.T, args []string, want ...string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	status, out, complaints := run(t, append(args, "--data-dir", dir)...)
	if status != 2 || out != "" {
		t.Errorf("status %d, said %q; want 2 and nothing", status, out)
	}
	got := lines(complaints)
	if len(got) != len(want) {
		t.Fatalf("wrote\n%s\nwant %d lines", complaints, len(want))
	}
	for i := range want {
		if !strings.HasPrefix(got[i], "scrumkb: "+want[i]) {
			t.Errorf("complains %q, want %q", got[i], want[i])
		}
	}
	for _, raw := range []string{"slog", "strconv", "kong", "parse ", "expected", "secret", "goroutine", "topology"} {
		if strings.Contains(complaints, raw) {
			t.Errorf("%q tells %q", complaints, raw)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the data directory was created")
	}
}

func TestServeRefusesSettings(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key.pem")
	write(t, key, "This is no key.")
	open := filepath.Join(t.TempDir(), "open.pem")
	write(t, open, "This is no key.")
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	const login = "https://login.example.org"
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"PortAlone":             {[]string{"--listen", "8080"}, `--listen: "8080" is only a port; write 127.0.0.1:8080, or :8080`},
		"URL":                   {[]string{"--listen", "http://localhost:8080"}, `--listen: "http://localhost:8080" is a URL; write an address such as`},
		"HostAlone":             {[]string{"--listen", "localhost"}, `--listen: "localhost" is not an address such as`},
		"PortTooLarge":          {[]string{"--listen", ":80800"}, `--listen: ":80800" has no port between 0 and 65535`},
		"NoHostName":            {[]string{"--listen", "a host:80"}, `--listen: "a host:80" is not an address`},
		"ListenIsEmpty":         {[]string{"--listen"}, "--listen: needs a value"},
		"AnotherFlag":           {[]string{"--listen", "--production"}, "--listen: needs a value"},
		"Level":                 {[]string{"--log-level", "loud"}, `--log-level: "loud" is not one of debug, info, warn and error`},
		"Format":                {[]string{"--log-format", "xml"}, `--log-format: "xml" is not one of auto, text and json`},
		"CacheNegative":         {[]string{"--response-cache", "-1"}, `--response-cache: "-1" is not a whole number of MiB between 0 and 65535`},
		"CacheWithUnit":         {[]string{"--response-cache=16MiB"}, `--response-cache: "16MiB" is not a whole number`},
		"DelayNegative":         {[]string{"--drain-delay", "-5s"}, `--drain-delay: "-5s" is negative`},
		"DelayWithoutUnit":      {[]string{"--drain-delay", "30"}, `--drain-delay: "30" lacks a unit: 30s, 30m, 30h or 30d`},
		"DelayInWords":          {[]string{"--drain-delay", "soon"}, `--drain-delay: "soon" is not a duration such as 90s, 30m, 8h or 7d`},
		"DelayTooLong":          {[]string{"--drain-delay", "999999d"}, `--drain-delay: "999999d" is too long`},
		"Switch":                {[]string{"--guests=maybe"}, `--guests: "maybe" is neither true nor false`},
		"OriginHasAPath":        {[]string{"--cors-origin", "https://app.example.org,https://b.example.org/"}, `--cors-origin: "https://b.example.org/" is not a web origin`},
		"ProxyIsAnAddress":      {[]string{"--trusted-proxy", "10.0.0.1"}, `--trusted-proxy: "10.0.0.1" is an address; write 10.0.0.1/32 for that address only`},
		"ProxyIsNotANetwork":    {[]string{"--trusted-proxy", "proxy"}, `--trusted-proxy: "proxy" is not a network such as 10.0.0.0/8`},
		"PublicURL":             {[]string{"--public-url", "learn.example.org"}, `--public-url: "learn.example.org" is not an address such as https://learn.example.org`},
		"KeyIsMissing":          {[]string{"--token-key", key + "x"}, "--token-key: there is no token key at " + key + "x"},
		"KeyIsInvalid":          {[]string{"--credential-key", key}, "--credential-key: the credential key " + key + " cannot be used: it must hold one PEM block"},
		"KeyIsReadableByOthers": {[]string{"--token-key", open}, "--token-key: the token key " + open + " is open to others"},
		"RoleIsUnknown":         {[]string{"--oidc-issuer", login, "--oidc-audience", "app", "--oidc-role", "coach=owner"}, `--oidc-role: "coach=owner": "owner" is not one of learner, trainer and admin`},
		"RoleWithoutValue":      {[]string{"--oidc-issuer", login, "--oidc-audience", "app", "--oidc-role", "coach"}, `--oidc-role: "coach" does not have the form VALUE=ROLE, such as coach=trainer`},
		"OIDCWithoutAudience":   {[]string{"--oidc-issuer", login}, "--oidc-issuer: the OpenID Connect issuer needs an audience"},
		"OIDCWithoutIssuer":     {[]string{"--oidc-audience", "app"}, "--oidc-audience, --oidc-roles-claim and --oidc-role need an --oidc-issuer"},
		"OIDCIssuerIsOwn":       {[]string{"--token-issuer", login, "--oidc-issuer", login, "--oidc-audience", "app"}, "--oidc-issuer and --token-issuer must differ; both are \"https://login.example.org\""},
		"MongoDBWithoutScheme":  {[]string{"--mongodb-uri", "localhost"}, "--mongodb-uri: the MongoDB URI does not begin with mongodb:// or mongodb+srv://"},
		"MongoDBOption":         {[]string{"--mongodb-uri", "mongodb://a:secret@localhost/?maxPoolSize=many"}, `--mongodb-uri: the MongoDB URI has an invalid value for the option "maxPoolSize"`},
		"MongoDBUnescaped":      {[]string{"--mongodb-uri", "mongodb://a:secret/b@localhost/"}, "--mongodb-uri: the MongoDB URI has a user name or password with characters"},
		"ClockInProduction":     {[]string{"--production", "--clock-offset", "-2d"}, "--clock-offset cannot be combined with --production"},
	} {
		t.Run(name, func(t *testing.T) { refuses(t, append([]string{"serve"}, tt.args...), tt.want) })
	}
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	t.Setenv("SCRUMKB_LOG_LEVEL", "loud")
	t.Setenv("SCRUMKB_SEED", "perhaps")
	t.Setenv("SCRUMKB_TRUSTED_PROXIES", "a,10.0.0.0/8,b")
	refuses(t, []string{"serve", "--listen", "8080", "--drain-delay", "-5s", "--oidc-audience", "app"},
		`SCRUMKB_LOG_LEVEL: "loud" is not one of`,
		`--listen: "8080" is only a port`,
		`SCRUMKB_SEED: "perhaps" is neither true nor false`,
		`SCRUMKB_TRUSTED_PROXIES: "a" is not a network`,
		`"b" is not a network`,
		`--drain-delay: "-5s" is negative`,
		"--oidc-audience, --oidc-roles-claim and --oidc-role need an --oidc-issuer",
	)
}

// An empty setting counts as unset, as in compose files with undefined
// variables.
func TestEmptySettingsAreUnset(t *testing.T) {
	for _, name := range []string{
		"SCRUMKB_LISTEN", "SCRUMKB_GUESTS", "SCRUMKB_LOG_LEVEL", "SCRUMKB_LOG_FORMAT", "SCRUMKB_SEED", "SCRUMKB_PRODUCTION", "SCRUMKB_INTROSPECTION",
		"SCRUMKB_DRAIN_DELAY", "SCRUMKB_RESPONSE_CACHE", "SCRUMKB_TRUSTED_PROXIES", "SCRUMKB_CORS_ORIGINS", "SCRUMKB_TOKEN_KEY", "SCRUMKB_OIDC_ROLES",
		"SCRUMKB_OIDC_ISSUER", "SCRUMKB_OIDC_AUDIENCE", "SCRUMKB_PUBLIC_URL", "MONGODB_URI", "SCRUMKB_TOKEN_ISSUER", "SCRUMKB_CLOCK_OFFSET",
	} {
		t.Setenv(name, "")
	}
	// Only this setting is wrong.
	refuses(t, []string{"serve", "--log-level", "loud", "--drain-delay", ""}, `--log-level: "loud" is not one of`)
	t.Chdir(t.TempDir())
	t.Setenv("SCRUMKB_DATA_DIR", "")
	t.Setenv("SCRUMKB_SEED_NAME", "")
	if status, _, complaints := run(t, "seed", "apply"); status != 0 {
		t.Fatal(complaints)
	}
	if _, err := os.Stat("scrumkb-data"); err != nil {
		t.Errorf("the default directory is not used: %v", err)
	}
}

func TestDurations(t *testing.T) {
	for _, given := range []string{"90s", "30m", "8h", "7d", "1d12h", "1h30m", "366d"} {
		dir := t.TempDir()
		if status, _, complaints := run(t, "token", "--subject", "a", "--accept-new-keys", "--data-dir", dir, "--ttl", given); status != 0 {
			t.Errorf("%s: %s", given, complaints)
		}
	}
	for given, want := range map[string]string{"30": "lacks a unit", "1w": "is not a duration", "367d": "the lifetime of a token must be", "500ms": "the lifetime of a token must be", "-1h": "is negative", "1d-2h": "is not a duration"} {
		refuses(t, []string{"token", "--subject", "a", "--ttl", given}, "--ttl: ")
		if _, _, complaints := run(t, "token", "--subject", "a", "--ttl", given); !strings.Contains(complaints, want) {
			t.Errorf("%s: %q, want %q", given, complaints, want)
		}
	}
}

func TestRebuildWithoutLearners(t *testing.T) {
	for name, seeded := range map[string]bool{"Empty": false, "Seeded": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if seeded {
				if status, _, complaints := run(t, "seed", "apply", "--data-dir", dir); status != 0 {
					t.Fatal(complaints)
				}
			}
			status, out, complaints := run(t, "rebuild", "--data-dir", dir)
			if status != 0 || complaints != "" || !strings.HasPrefix(out, "Recomputed the progress of 0 learners in ") {
				t.Errorf("status %d, %q, %q", status, out, complaints)
			}
		})
	}
}

func TestInterruptedStartExits(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	status := command.Run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "--data-dir", t.TempDir()}, command.Streams{Out: &stdout, Err: &stderr})
	if status != 1 || stderr.String() != "scrumkb: interrupted\n" {
		t.Errorf("status %d, %q", status, stderr.String())
	}
}

func TestServeWithoutContentExplainsWhatToDo(t *testing.T) {
	s := serve(t, t.TempDir(), "--no-seed")
	if _, log := s.stop(t); !strings.Contains(log, "run scrumkb seed apply with the same database, or start without --no-seed") {
		t.Errorf("log:\n%s", log)
	}
}
