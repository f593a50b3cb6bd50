package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/limit"
	"github.com/scrumkb/scrumkb/internal/server/failure"
)

// listener accepts as many connections as there may be. Those of trusted proxies
// count for the process alone.
type listener struct {
	net.Listener
	pool    *limit.Pool
	proxies func(netip.Addr) bool
	stall   time.Duration
}

// Accept waits for a connection that may stay.
func (l *listener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		address := addressOf(conn.RemoteAddr().String())
		h := limit.Holder{Network: identity.Network(address), Proxy: l.proxies(address)}
		if err := l.pool.Try(h, 1); err != nil {
			refuseConnection(conn, err)
			continue
		}
		return &patientConn{Conn: conn, stall: l.stall, closed: sync.OnceFunc(func() { l.pool.Give(h, 1) })}, nil
	}
}

// refuseConnection says why, as far as the system takes it at once, and closes
// the connection.
func refuseConnection(conn net.Conn, err error) {
	body, _ := json.Marshal(&graphql.Response{Errors: failure.List(err)}) // has nothing that cannot be encoded
	_ = conn.SetWriteDeadline(time.Now().Add(10 * time.Millisecond))
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 429 Too Many Requests\r\nContent-Type: %s; charset=utf-8\r\n"+
		"Retry-After: 1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", mediaJSON, len(body), body)
	_ = conn.Close()
}

// patientConn waits for a peer that reads slowly, and gives up one that reads
// nothing: a write may take until the connection's deadline as long as bytes are
// taken.
type patientConn struct {
	net.Conn
	stall  time.Duration
	closed func()

	mu       sync.Mutex
	deadline time.Time // of the whole write; zero if there is none
}

// Close closes the connection and makes room for another one.
func (c *patientConn) Close() error {
	defer c.closed()
	return c.Conn.Close()
}

// CloseWrite lets net/http close a connection whose request it has not read to
// the end, in a way that lets the client read the answer.
func (c *patientConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// SetDeadline implements net.Conn.
func (c *patientConn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

// SetWriteDeadline implements net.Conn.
func (c *patientConn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	return c.Conn.SetWriteDeadline(t)
}

// looks is how often a write looks whether bytes are taken, while nothing may be.
const looks = 5

// Write implements net.Conn.
func (c *patientConn) Write(b []byte) (written int, err error) {
	last := time.Now()
	for {
		if err := c.await(); err != nil {
			return written, err
		}
		n, err := c.Conn.Write(b[written:])
		written += n
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return written, err
		}
		now := time.Now()
		if n > 0 {
			last = now
		}
		if now.Sub(last) >= c.stall {
			return written, err
		}
	}
}

// await sets the time until the next look. It fails if the whole write has taken
// too long.
func (c *patientConn) await() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	next := now.Add(c.stall / looks)
	if !c.deadline.IsZero() {
		if !now.Before(c.deadline) {
			return os.ErrDeadlineExceeded
		}
		if c.deadline.Before(next) {
			next = c.deadline
		}
	}
	return c.Conn.SetWriteDeadline(next)
}
