package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/limit"
	"github.com/scrumkb/scrumkb/internal/metric"
	"github.com/scrumkb/scrumkb/internal/server/document"
)

// Config configures a Server. Only Schema is required; the default of every
// other field is noted on it.
type Config struct {
	Schema graphql.ExecutableSchema
	Logger *slog.Logger // nil discards; wrap its handler with LogHandler to share the request ids

	// Plan returns a middleware for the resolvers of a valid document, size
	// bytes long, that is likely to be repeated. The middleware may answer in
	// place of the executor, with the same result. Nil means none.
	Plan func(document *ast.QueryDocument, size int) graphql.FieldMiddleware

	// Ready returns nil when requests can be answered. A fault.Error's message
	// is the reason that /readyz shows; other errors are only logged. It has
	// two seconds. Nil means always ready.
	Ready func(context.Context) error

	// Degraded names the parts that do not work as they should while requests
	// can be answered all the same; /readyz lists them. Nil means none.
	Degraded func() []string

	// Authenticate returns ctx with the caller in it. token is the bearer token
	// of the Authorization header or of a WebSocket's connection_init payload,
	// empty if there is none. A fault.Unavailable means that the token cannot
	// be checked now; any other error refuses the caller as UNAUTHENTICATED.
	// Nil means that all callers are anonymous.
	Authenticate func(ctx context.Context, token string) (context.Context, error)

	// Admit fails when the caller in ctx may no longer act, for a reason that
	// their token does not show. It is asked before an operation that depends on
	// its caller, before a mutation is acknowledged, and before a subscription
	// sends something: what was acknowledged came before the refusal. Nil admits
	// everybody whom Authenticate does. acts says whether the operation is a
	// mutation.
	Admit func(ctx context.Context, acts bool) error

	// Now is the clock that decides whether tokens have expired;
	// --clock-offset may shift it. Nil means time.Now.
	Now func() time.Time

	// Pin returns ctx bound to the current edition of the public content, and
	// that edition's number, which increases with each edition, or 0 if there
	// is none. A context that is already bound stays bound. Under it, the
	// schema's public fields depend on the edition alone. Nil means that
	// content never changes while a request runs, and that no answer is cached.
	Pin func(ctx context.Context) (context.Context, int)

	// Query returns the context for a query that is not answered from the
	// cache. Nil means the request's context.
	Query func(ctx context.Context) context.Context

	// Cache limits the memory for answers to public queries, in bytes: 0 means
	// 16 MiB, a negative number no cache.
	Cache int64

	// TrustedProxies lists the networks whose X-Forwarded-For is trusted.
	TrustedProxies []netip.Prefix

	// Routes are further handlers by their http.ServeMux pattern, such as
	// "/reports/{name}". They share the API's limits, access log and default
	// headers: a handler replaces headers that do not suit its answer, and
	// refuses methods itself. Their callers are not authenticated.
	Routes map[string]http.Handler

	// Version and Revision identify the program in /healthz. Empty ones are
	// omitted.
	Version, Revision string

	GraphiQL      http.Handler // served at /graphiql; nil means off
	Introspection bool         // whether callers may read the schema
	Suggestions   bool         // whether validation errors may suggest names

	// Draft answers with the status codes of the newest GraphQL-over-HTTP
	// draft: 422 for invalid documents, 294 for partial answers, and the same
	// codes for application/json. The default is the codes that current clients
	// expect.
	Draft bool

	// CORSOrigins lists the web origins, besides the server's own, whose pages
	// may call the API and open sockets: "https://app.example.org",
	// "http://localhost:*" for any port, or "*" for every origin. Empty means
	// only the server's own, which is enough for GraphiQL.
	CORSOrigins []string

	Metrics *metric.Registry // nil counts for nobody

	Limits         Limits
	RequestTimeout time.Duration // for queries and mutations: 25 s
	KeepAlive      time.Duration // between heartbeats on a stream: 15 s; a socket that is silent for two of them is closed
	InitTimeout    time.Duration // for a socket's connection_init: 5 s
	StallTimeout   time.Duration // for a client to take a byte of what is sent to it: 15 s
	StreamTimeout  time.Duration // for one message of a stream: 1 min
	DrainDelay     time.Duration // from /readyz turning 503 until the listener closes: 0
	DrainGrace     time.Duration // for requests in flight when the listener closes: 10 s
}

// Limits limit a single request and, further down, all that goes on at the same
// time. The default of each field is noted on it.
type Limits struct {
	Body          int64 // bytes of a POST body or a socket message: 1 MiB
	URL           int   // bytes of the request target: 8 KiB
	Header        int   // bytes of all headers: 32 KiB; net/http allows 4 KiB on top
	Subscriptions int   // concurrent operations on one socket: 100

	Answer int64 // bytes of an answer, and of each message of a stream: 4 MiB

	Document document.Limits

	Memory      int64        // bytes for all answers that are made or sent: 128 MiB; half of it for one network
	Connections limit.Bounds // 4,096 and 1,024 for one network; a proxy counts as no network
	Streams     limit.Bounds // sockets and event streams: 1,500; 400 for one network, 50 for one caller
	Running     limit.Bounds // subscriptions, and whatever runs on sockets: 2,000, 500 and 100
	Operations  limit.Bounds // queries and mutations being answered: 128, 64 and 16
	Bodies      limit.Bounds // request bodies being read: 512 and 128

	// Busy is how long a request waits when the process has nothing left for it,
	// so that those who are not to blame are answered within a second: 750 ms.
	// Patience is how long it waits for others of its network or caller, such as
	// a class behind one address that begins a quiz together: 5 s.
	Busy, Patience time.Duration
}

func (c Config) withDefaults() Config {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Query == nil {
		c.Query = func(ctx context.Context) context.Context { return ctx }
	}
	if c.Admit == nil {
		c.Admit = func(context.Context, bool) error { return nil }
	}
	if c.Pin == nil {
		c.Pin = func(ctx context.Context) (context.Context, int) { return ctx, 0 }
	}
	orDefault(&c.Limits.Body, 1<<20)
	orDefault(&c.Limits.URL, 8<<10)
	orDefault(&c.Limits.Header, 32<<10)
	orDefault(&c.Limits.Subscriptions, 100)
	orDefault(&c.Limits.Answer, 4<<20)
	orDefault(&c.Limits.Memory, 128<<20)
	orDefault(&c.Limits.Connections, limit.Bounds{Process: 4096, Network: 1024})
	orDefault(&c.Limits.Streams, limit.Bounds{Process: 1500, Network: 400, Caller: 50})
	orDefault(&c.Limits.Running, limit.Bounds{Process: 2000, Network: 500, Caller: 100})
	orDefault(&c.Limits.Operations, limit.Bounds{Process: 128, Network: 64, Caller: 16})
	orDefault(&c.Limits.Bodies, limit.Bounds{Process: 512, Network: 128})
	orDefault(&c.Limits.Busy, 750*time.Millisecond)
	orDefault(&c.Limits.Patience, 5*time.Second)
	orDefault(&c.Cache, 16<<20)
	orDefault(&c.RequestTimeout, 25*time.Second)
	orDefault(&c.KeepAlive, 15*time.Second)
	orDefault(&c.InitTimeout, 5*time.Second)
	orDefault(&c.StallTimeout, 15*time.Second)
	orDefault(&c.StreamTimeout, time.Minute)
	orDefault(&c.DrainGrace, 10*time.Second)
	return c
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
