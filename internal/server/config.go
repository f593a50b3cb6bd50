package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/scrumkb/scrumkb/internal/server/document"
)

// Config says what a Server serves. Only Schema is required; every other
// field's zero value stands for the default named beside it.
type Config struct {
	Schema graphql.ExecutableSchema
	Logger *slog.Logger // nil discards; wrap its handler with LogHandler to share the request ids

	// Plan returns a middleware for the resolvers of a document that is valid,
	// size bytes long, and asked for again as a rule. It may answer for the
	// executor what it would answer, only faster. Nil means that it does not.
	Plan func(document *ast.QueryDocument, size int) graphql.FieldMiddleware

	// Ready returns nil when requests can be answered. A fault.Error's message
	// becomes the reason that /readyz tells operators; other errors are only
	// logged. It has two seconds. Nil means always ready.
	Ready func(context.Context) error

	// Authenticate returns ctx with the caller in it. token is the bearer token
	// of the Authorization header, or of a WebSocket's connection_init payload;
	// it is empty when there is none. A fault.Unavailable says that nobody can
	// tell now who calls; any other error refuses the caller as UNAUTHENTICATED.
	// Nil means that everybody is anonymous.
	Authenticate func(ctx context.Context, token string) (context.Context, error)

	// Pin returns ctx bound to the edition of the public content that is current,
	// and a number that is larger for each edition than for those before it, or
	// 0 when there is none. A context that is bound already stays so. What the
	// schema's public fields answer under it depends on the edition alone. Nil
	// means that content never changes under a running request, and that no
	// answer is cached.
	Pin func(ctx context.Context) (context.Context, int)

	// Query returns the context under which a query that is not answered from the
	// cache runs. Nil means the request's own.
	Query func(ctx context.Context) context.Context

	// Cache bounds the memory for answers to public queries, in bytes: 0 stands
	// for 16 MiB, and a negative number for none.
	Cache int64

	// TrustedProxies lists the networks whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix

	// Routes are further handlers by the pattern of http.ServeMux at which they
	// are served, such as "/reports/{name}". They stand within the same limits
	// and the same log as the API, and find its headers set: a handler replaces
	// those that do not suit what it answers, and refuses methods itself. Callers
	// are not authenticated there.
	Routes map[string]http.Handler

	// Version and Revision say which program it is, for /healthz. They are left
	// out where they are empty.
	Version, Revision string

	GraphiQL      http.Handler // served at /graphiql; nil means off
	Introspection bool         // whether callers may read the schema
	Suggestions   bool         // whether validation errors may name what the caller could have meant

	// Draft answers with the status codes of the newest GraphQL-over-HTTP
	// draft: 422 for documents that are not valid, 294 for partial answers, and
	// the same codes for application/json. The default is the codes that
	// clients in the field expect.
	Draft bool

	// CORSOrigins lists the web origins, besides the server's own, whose pages
	// may call the API and open sockets: "https://app.example.org", or
	// "http://localhost:*" for any port, or "*" for every origin. Empty means
	// the server's own only, which is all that GraphiQL needs.
	CORSOrigins []string

	Limits         Limits
	RequestTimeout time.Duration // for queries and mutations: 25 s
	KeepAlive      time.Duration // between signs of life on a stream: 15 s; a socket silent for two of them is dead
	InitTimeout    time.Duration // for a socket's connection_init: 5 s
	WriteTimeout   time.Duration // for one write to a stream, so that a stalled consumer is dropped: 10 s
	DrainDelay     time.Duration // from /readyz turning 503 until the listener closes: 0
	DrainGrace     time.Duration // for requests in flight when the listener closes: 10 s
}

// Limits bound what one request may be like. Zero fields stand for the
// defaults named beside them.
type Limits struct {
	Body          int64 // bytes of a POST body or of a socket's message: 1 MiB
	URL           int   // bytes of the request target: 8 KiB
	Header        int   // bytes of all headers: 32 KiB; net/http allows 4 KiB on top
	Subscriptions int   // operations running on one socket: 100

	Document document.Limits
}

func (c Config) withDefaults() Config {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Query == nil {
		c.Query = func(ctx context.Context) context.Context { return ctx }
	}
	if c.Pin == nil {
		c.Pin = func(ctx context.Context) (context.Context, int) { return ctx, 0 }
	}
	orDefault(&c.Limits.Body, 1<<20)
	orDefault(&c.Limits.URL, 8<<10)
	orDefault(&c.Limits.Header, 32<<10)
	orDefault(&c.Limits.Subscriptions, 100)
	orDefault(&c.Cache, 16<<20)
	orDefault(&c.RequestTimeout, 25*time.Second)
	orDefault(&c.KeepAlive, 15*time.Second)
	orDefault(&c.InitTimeout, 5*time.Second)
	orDefault(&c.WriteTimeout, 10*time.Second)
	orDefault(&c.DrainGrace, 10*time.Second)
	return c
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
