package ferrettest_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// proxy stands between the program and a database, and can be cut off.
type proxy struct {
	uri string // the database's URI, through the proxy

	mu    sync.Mutex
	cut   bool
	open  map[net.Conn]struct{}
	tasks sync.WaitGroup
}

func startProxy(t *testing.T, uri string) *proxy {
	t.Helper()
	scheme, rest, _ := strings.Cut(uri, "://")
	server, options, _ := strings.Cut(rest, "/")
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	// A member of a replica set would redirect the client to its real address.
	if !strings.HasSuffix(options, "?") {
		options += "&"
	}
	p := &proxy{uri: scheme + "://" + listener.Addr().String() + "/" + options + "directConnection=true", open: map[net.Conn]struct{}{}}
	p.tasks.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return // the proxy was closed
			}
			p.tasks.Go(func() { p.join(client, server) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		p.away()
		p.tasks.Wait()
	})
	return p
}

// away closes all connections, and refuses new ones.
func (p *proxy) away() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
	for c := range p.open {
		_ = c.Close()
	}
}

func (p *proxy) back() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = false
}

func (p *proxy) join(client net.Conn, server string) {
	defer client.Close() //nolint:errcheck // it may be closed already
	if !p.keep(client) {
		return
	}
	defer p.forget(client)
	database, err := new(net.Dialer).DialContext(context.Background(), "tcp", server)
	if err != nil {
		return
	}
	defer database.Close() //nolint:errcheck // it may be closed already
	if !p.keep(database) {
		return
	}
	defer p.forget(database)
	p.tasks.Go(func() {
		_, _ = io.Copy(database, client)
		_ = database.Close()
	})
	_, _ = io.Copy(client, database)
}

// keep reports whether the connection may stay.
func (p *proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.cut {
		p.open[c] = struct{}{}
	}
	return !p.cut
}

func (p *proxy) forget(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, c)
}
