// Package mongostore is the store.Engine for MongoDB 7 or later. It is the only
// package that imports the MongoDB client, and it needs only what every server
// supports: no transactions, no change streams, no update pipelines.
package mongostore

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"github.com/scrumkb/scrumkb/internal/fault"
)

const (
	// DefaultDatabase is used when the URI names none.
	DefaultDatabase = "scrumkb"

	// DefaultTimeout limits calls whose context has no earlier deadline,
	// including the search for a server.
	DefaultTimeout = 5 * time.Second
)

// Options configure the connection.
type Options struct {
	URI     string        // mongodb://… or mongodb+srv://…; its path names the database
	Timeout time.Duration // limit for each call; 0 means DefaultTimeout

	// Monitor is notified of each command that the client sends, for
	// measurements. Commands contain learners' answers and must not be logged.
	Monitor *event.CommandMonitor
}

// Engine is a store.Engine on one database.
type Engine struct {
	client   *mongo.Client
	database *mongo.Database
	timeout  time.Duration
}

// Open connects, and fails with an UNAVAILABLE if no server answers within the
// timeout. Its errors never quote the URI, which may contain a password.
func Open(ctx context.Context, o Options) (*Engine, error) {
	timeout := o.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	if err := CheckURI(o.URI); err != nil {
		return nil, fmt.Errorf("the MongoDB URI %w", err)
	}
	name, err := databaseOf(o.URI)
	if err != nil {
		return nil, err
	}
	client := clientOptions(o.URI, timeout).SetMonitor(o.Monitor)
	connected, err := mongo.Connect(client)
	if err != nil { // ApplyURI resolves the name of a mongodb+srv URI
		return nil, unusable(client.Hosts, fault.Unreachable(err))
	}
	e := &Engine{client: connected, database: connected.Database(name), timeout: timeout}
	err = e.Ping(ctx)
	if err == nil {
		err = e.checkVersion(ctx)
	}
	switch {
	case err == nil:
		return e, nil
	case ctx.Err() != nil:
		return nil, errors.Join(ctx.Err(), e.Close())
	default:
		return nil, errors.Join(unusable(client.Hosts, err), e.Close())
	}
}

// unusable is a one-line message for the operator. The client's own errors are
// long, and contain addresses and users.
func unusable(hosts []string, err error) error {
	reason, known := Reason(err)
	if !known {
		reason = reasonOf(err)
	}
	return fault.New(fault.Unavailable, "MongoDB at %s cannot be used: %s", strings.Join(hosts, ","), reason)
}

func reasonOf(err error) string {
	if f, ours := errors.AsType[*fault.Error](err); ours && f.Cause == nil {
		return f.Message
	}
	return "it does not respond like MongoDB"
}

// clientOptions lets the URI decide everything but what acknowledged means:
// journalled on a majority, and read from where it was written.
func clientOptions(uri string, timeout time.Duration) *options.ClientOptions {
	journal := true
	return options.Client().
		SetAppName("scrumkb").
		SetServerSelectionTimeout(timeout).
		SetConnectTimeout(timeout).
		ApplyURI(uri).
		SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journal}).
		SetReadPreference(readpref.Primary()).
		SetRetryWrites(true)
}

// databaseOf extracts the name by hand, because net/url cannot parse a list of
// hosts.
func databaseOf(uri string) (string, error) {
	_, rest, _ := strings.Cut(uri, "://")
	_, path, _ := strings.Cut(rest, "/")
	escaped, _, _ := strings.Cut(path, "?")
	name, err := url.PathUnescape(escaped)
	if err != nil {
		return "", errors.New("the MongoDB URI cannot be used: the database name has invalid escapes")
	}
	if name == "" {
		return DefaultDatabase, nil
	}
	return name, nil
}

// Ping implements store.Engine.
func (e *Engine) Ping(ctx context.Context) error {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	return failure(caller, e.client.Ping(ctx, readpref.Primary()))
}

// Close implements store.Engine.
func (e *Engine) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), e.timeout)
	defer cancel()
	err := e.client.Disconnect(ctx)
	if err != nil && !errors.Is(err, mongo.ErrClientDisconnected) {
		return fmt.Errorf("closing the connections to MongoDB: %w", err)
	}
	return nil
}
