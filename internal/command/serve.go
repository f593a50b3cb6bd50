package command

import (
	"context"
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/plan"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/server"
	"github.com/scrumkb/scrumkb/internal/server/certificates"
	"github.com/scrumkb/scrumkb/internal/server/graphiql"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/xapi"
	"github.com/scrumkb/scrumkb/resolvers"
	"github.com/scrumkb/scrumkb/seed"
)

type serveCommand struct {
	databaseSettings
	logSettings
	callerSettings
	certificateSettings

	Listen         endpoint                       `env:"SCRUMKB_LISTEN" default:"127.0.0.1:8080" placeholder:"ADDRESS" help:"Address to listen on (default ${default}); port 0 takes a free one."`
	Production     toggle                         `env:"SCRUMKB_PRODUCTION" help:"Run for the public: no GraphiQL, no introspection, no suggestions, JSON logs."`
	Introspection  toggle                         `env:"SCRUMKB_INTROSPECTION" negatable:"" help:"Let clients read the schema, and suggest names in errors (default: yes, no with --production)."`
	SeedContent    toggle                         `name:"seed" env:"SCRUMKB_SEED" default:"true" negatable:"" help:"Apply the built-in content at start (default yes)."`
	CORSOrigins    webOrigins                     `name:"cors-origin" env:"SCRUMKB_CORS_ORIGINS" placeholder:"ORIGIN" help:"Web origins whose pages may call the API, such as https://app.example.org or http://localhost:*; separate several with commas. Without it only the server's own pages may."`
	DraftStatus    toggle                         `name:"draft-status" env:"SCRUMKB_DRAFT_STATUS" help:"Answer with the status codes of the newest GraphQL-over-HTTP draft, such as 422 for an invalid document."`
	ResponseCache  mebibytes                      `name:"response-cache" env:"SCRUMKB_RESPONSE_CACHE" default:"16" placeholder:"MIB" help:"Memory for answers about public content, in MiB (default ${default}); 0 disables the cache."`
	TrustedProxies networks                       `name:"trusted-proxy" env:"SCRUMKB_TRUSTED_PROXIES" placeholder:"CIDR" help:"Networks of the proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8; separate several with commas."`
	ClockOffset    setting[time.Duration, offset] `name:"clock-offset" env:"SCRUMKB_CLOCK_OFFSET" placeholder:"DURATION" help:"Shift the server's clock, for example by 14d or -2h, to try what happens then; not with --production."`
	DrainDelay     span                           `name:"drain-delay" env:"SCRUMKB_DRAIN_DELAY" default:"0s" help:"How long to report not ready before closing the listener, for load balancers to notice (default ${default})."`
}

// contentPoll is how often a server checks for a new edition of the content,
// which another process may have published.
const contentPoll = time.Second

// applyRounds limits how often a start applies the program's own content again
// because somebody else has published a change of the same item meanwhile.
const applyRounds = 3

func (c *serveCommand) Run(ctx context.Context, streams Streams) (err error) {
	log, flush := c.logger(streams.Err, c.Production.value)
	defer flush()

	listener, err := c.listen(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeOnce(listener)) }()

	engine, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()

	library, repository, err := c.publish(ctx, engine, log)
	if err != nil {
		return err
	}

	issuer, err := c.certificateIssuer(c.DataDir.value, listener.Addr())
	if err != nil {
		return err
	}
	parts, err := c.assemble(ctx, engine, library, repository, issuer)
	if err != nil {
		return err
	}
	served, err := c.server(parts, engine, log)
	if err != nil {
		return err
	}

	var tasks sync.WaitGroup
	defer tasks.Wait()
	working, stop := context.WithCancel(ctx)
	defer stop()
	tasks.Go(func() {
		every(contentPoll, func(ticks <-chan time.Time) { library.Follow(working, repository, ticks, log) })
	})
	tasks.Go(func() {
		every(sweepEvery, func(ticks <-chan time.Time) { sweep(working, parts.records.Attempts, ticks, log) })
	})
	tasks.Go(func() {
		every(sweepEvery, func(ticks <-chan time.Time) { parts.records.Tracker.Run(working, ticks, log) })
	})
	tasks.Go(func() {
		every(sweepEvery, func(ticks <-chan time.Time) { parts.records.OwnData.Run(working, ticks, log) })
	})

	if err := c.announce(streams, listener.Addr()); err != nil {
		return err
	}
	tasks.Go(settle)
	return served.Serve(ctx, listener)
}

// now is the server's clock.
func (c *serveCommand) now() time.Time { return time.Now().Add(c.ClockOffset.value) }

// parts are the components of the API.
type parts struct {
	library       *catalog.Library
	records       *records.Records
	authenticator *identity.Authenticator
	guests        *identity.GuestSessions
	proxies       []netip.Prefix
	issuer        *credential.Issuer // of certificates
}

// check returns what is wrong with the settings as a whole and with the files
// that they name, before anything is created or written.
func (c *serveCommand) check() []error {
	found := c.dataSettings.check()
	if len(found) == 0 {
		if c.TokenKey.text == "" {
			found = append(found, checkStored(c.DataDir.value, identity.TokenKey)...)
		}
		if c.CredentialKey.text == "" {
			found = append(found, checkStored(c.DataDir.value, identity.CredentialKey)...)
		}
	}
	if c.Production.value && c.ClockOffset.value != 0 {
		found = append(found, errors.New("--clock-offset cannot be combined with --production"))
	}
	return append(found, c.outsideSettings.check(c.Issuer.value)...)
}

func (c *serveCommand) assemble(ctx context.Context, engine store.Engine, library *catalog.Library, repository *archive.Repository, issuer *credential.Issuer) (parts, error) {
	p := parts{library: library, proxies: c.TrustedProxies.value, issuer: issuer}
	versions, err := archive.NewVersions(library, repository)
	if err != nil {
		return p, err
	}
	names, err := c.names()
	if err != nil {
		return p, err
	}
	if p.records, err = openRecords(ctx, engine, versions, outside{names: names, issuer: issuer, now: c.now}); err != nil {
		return p, err
	}
	key, err := c.key(c.DataDir.value)
	if err != nil {
		return p, err
	}
	own, err := c.issuer(key, c.now)
	if err != nil {
		return p, err
	}
	trusted, err := c.outside(c.Issuer.value, c.now)
	if err != nil {
		return p, err
	}
	p.authenticator = &identity.Authenticator{Own: own, Outside: trusted}
	p.guests, err = c.guests(own, c.now)
	return p, err
}

// outside holds the clock, the issuer and the names used in credentials and
// statements.
type outside struct {
	names  xapi.Names
	issuer *credential.Issuer // nil if no credentials are needed
	now    func() time.Time
}

// openRecords opens learners' records.
func openRecords(ctx context.Context, engine store.Engine, versions *archive.Versions, o outside) (*records.Records, error) {
	return records.Open(ctx, engine, records.Config{
		Library: versions, Now: o.now, NewSeed: rand.Uint64, Names: o.names, Issuer: o.issuer,
		NewID: func() string { return uuid.Must(uuid.NewV7()).String() }, Random: cryptorand.Reader,
	})
}

const (
	sweepEvery = 10 * time.Second // nobody waits for it: every read shows an attempt's current state
	sweepBatch = 200
)

// sweep stores state changes that time has caused in attempts.
func sweep(ctx context.Context, attempts *quiz.Attempts, ticks <-chan time.Time, log *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		if _, err := attempts.Sweep(ctx, sweepBatch); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "sweeping attempts failed", "err", err)
		}
	}
}

func every(interval time.Duration, do func(ticks <-chan time.Time)) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	do(ticker.C)
}

func (c *serveCommand) listen(ctx context.Context) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen.value)
	var unknown *net.DNSError
	switch {
	case err == nil:
		return listener, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program; choose another address with --listen", c.Listen.value)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("--listen: %s is not an address of this machine", c.Listen.value)
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		return nil, fmt.Errorf("--listen: you may not listen on %s; ports below 1024 are for root", c.Listen.value)
	case errors.As(err, &unknown):
		return nil, fmt.Errorf("--listen: the host of %s cannot be resolved", c.Listen.value)
	default:
		return nil, fmt.Errorf("--listen: cannot listen on %s: %w", c.Listen.value, err)
	}
}

// publish applies the built-in content if requested, and loads what is
// published.
func (c *serveCommand) publish(ctx context.Context, engine store.Engine, log *slog.Logger) (*catalog.Library, *archive.Repository, error) {
	repository, err := archive.Open(ctx, engine, c.now)
	if err != nil {
		return nil, nil, err
	}
	if err := repository.TakeOver(ctx); err != nil {
		return nil, nil, err
	}
	if c.SeedContent.value {
		if err := applyEmbedded(ctx, repository, log); err != nil {
			return nil, nil, err
		}
	}
	library := &catalog.Library{}
	if err := library.Refresh(ctx, repository); err != nil {
		// Content that cannot be served keeps the server unready, not down:
		// whoever mends it wants to see why.
		if errors.Is(err, catalog.ErrUnpublished) {
			err = errors.New("the database is empty: run scrumkb seed apply with the same database, or start without --no-seed")
		}
		log.ErrorContext(ctx, "no content is being served", "err", err)
	}
	return library, repository, nil
}

func applyEmbedded(ctx context.Context, repository *archive.Repository, log *slog.Logger) error {
	loaded, err := seed.Load(seed.Embedded(), nil)
	if err != nil {
		return fmt.Errorf("loading the program's own content: %w", err)
	}
	applied, err := applyProgram(ctx, repository, loaded)
	if mistakes, ok := errors.AsType[seed.Mistakes](err); ok {
		// The operators' content conflicts with this version's. The database
		// keeps its content, which is served.
		log.ErrorContext(ctx, "the program's own content was not applied: it conflicts with the content in the database", "err", mistakes)
		return nil
	}
	if err != nil {
		return fmt.Errorf("applying the program's own content: %w", err)
	}
	log.InfoContext(ctx, "content applied", "revision", applied.Revision.Number, "writes", applied.Plan.Writes())
	return nil
}

// applyProgram retires what earlier versions of the program brought and this one
// lacks, unless people's content needs it.
func applyProgram(ctx context.Context, repository *archive.Repository, loaded *seed.Loaded) (applied seed.Applied, err error) {
	prune := true
	for range applyRounds {
		applied, err = seed.Apply(ctx, repository, loaded, seed.Options{Prune: prune})
		_, mistaken := errors.AsType[seed.Mistakes](err)
		switch {
		case mistaken && prune:
			prune = false
		case fault.CodeOf(err) != fault.Conflict:
			return applied, err
		}
	}
	return applied, err
}

func (c *serveCommand) server(p parts, engine store.Engine, log *slog.Logger) (*server.Server, error) {
	open := !c.Production.value
	if c.Introspection.given {
		open = c.Introspection.value
	}
	routes, err := certificates.Routes(p.records.Certificates, p.issuer, log)
	if err != nil {
		return nil, err
	}
	root := &resolvers.Root{Library: p.library, Records: p.records, Guests: p.guests, Build: built().server()}
	config := server.Config{
		Routes: routes,
		Schema: resolvers.Schema(root),
		Plan:   plan.New(graph.Plans(root)).Document,
		Logger: log,
		Ready: func(ctx context.Context) error {
			if err := engine.Ping(ctx); err != nil {
				return &fault.Error{Code: fault.Unavailable, Message: "the database cannot be reached", Cause: err}
			}
			if err := p.library.Ready(); err != nil {
				return &fault.Error{Code: fault.Unavailable, Message: "no content can be served", Cause: err}
			}
			return nil
		},
		Degraded: func() []string {
			if p.library.Problem() != nil {
				return []string{"content"}
			}
			return nil
		},
		Pin:            p.library.Pin,
		Query:          progress.Once,
		Cache:          c.ResponseCache.value,
		Authenticate:   p.authenticator.Authenticate,
		Now:            c.now,
		TrustedProxies: p.proxies,
		Introspection:  open,
		Suggestions:    open,
		Draft:          c.DraftStatus.value,
		CORSOrigins:    c.CORSOrigins.value,
		DrainDelay:     c.DrainDelay.value,
		Version:        built().version,
		Revision:       built().revision,
	}
	if c.ResponseCache.value == 0 {
		config.Cache = -1
	}
	if !c.Production.value {
		config.GraphiQL = graphiql.Handler("/graphql")
	}
	return server.New(config), nil
}

// announce prints where to find the API, on one line.
func (c *serveCommand) announce(streams Streams, address net.Addr) error {
	base := "http://" + reachable(address)
	line := "scrumkb serves GraphQL at " + base + "/graphql"
	if !c.Production.value {
		line += " and GraphiQL at " + base + "/graphiql"
	}
	_, err := fmt.Fprintln(streams.Out, line)
	return err
}

// reachable returns the address as seen from this machine, replacing wildcard
// addresses.
func reachable(address net.Addr) string {
	if tcp, ok := address.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("localhost", strconv.Itoa(tcp.Port))
	}
	return address.String()
}

// closeOnce closes a listener that a server may already have closed.
func closeOnce(listener net.Listener) error {
	if err := listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}
