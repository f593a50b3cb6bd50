package mongostore_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store/mongostore"
)

func TestOpenUnreachable(t *testing.T) {
	// A port that nobody listens on, because it was just released.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}

	const timeout = 300 * time.Millisecond
	start := time.Now()
	_, err = mongostore.Open(t.Context(), mongostore.Options{URI: "mongodb://ann:secret@" + address + "/kb", Timeout: timeout})
	if took := time.Since(start); took > 10*timeout {
		t.Errorf("it took %v with a timeout of %v", took, timeout)
	}
	if fault.CodeOf(err) != fault.Unavailable {
		t.Fatalf("error = %v, want UNAVAILABLE", err)
	}
	message := err.Error()
	if message != "MongoDB at "+address+" cannot be used: nothing listens there; is MongoDB running?" || strings.Contains(message, "\n") {
		t.Errorf("message = %q, want one line that names the server", message)
	}
	if strings.Contains(message, "secret") {
		t.Errorf("message = %q, which has the password", message)
	}
}

func TestOpenRefusesURI(t *testing.T) {
	tests := map[string]string{
		"NoScheme":       "ann:secret@localhost/kb",
		"OtherScheme":    "postgres://ann:secret@localhost/kb",
		"NoHost":         "mongodb://ann:secret@/kb",
		"UnknownOption":  "mongodb://ann:secret@localhost/kb?maxPoolSize=many",
		"WronglyEscaped": "mongodb://ann:secret@localhost/k%zz",
		"UnescapedSlash": "mongodb://ann:sec/ret@localhost/kb",
		"UnescapedAt":    "mongodb://ann:sec@ret@localhost/kb",
		"BadPort":        "mongodb://ann:secret@localhost:99999/kb",
	}
	for name, uri := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := mongostore.Open(t.Context(), mongostore.Options{URI: uri, Timeout: time.Second})
			if err == nil {
				t.Fatal("it was accepted")
			}
			if message := err.Error(); strings.Contains(message, "secret") || !strings.HasPrefix(message, "the MongoDB URI ") {
				t.Errorf("message = %q", message)
			}
		})
	}
}

func TestReason(t *testing.T) {
	tests := map[string]struct {
		err  error
		want string
	}{
		"WrongPassword": {mongo.CommandError{Code: 18, Name: "AuthenticationFailed", Message: "Authentication failed."}, "it refuses the user name or the password"},
		"Handshake":     {errors.New(`connection() error occurred during connection handshake: auth error: sasl conversation error: unable to authenticate`), "it refuses the user name or the password"},
		"NoRights":      {fmt.Errorf("creating indexes: %w", mongo.CommandError{Code: 13, Name: "Unauthorized"}), "may not read and write"},
		"TooOld":        {errors.New("server at localhost:27017 reports wire version 6, but this version of the Go driver requires at least 8"), "too old"},
		"NoHost":        {errors.New("server selection error: context deadline exceeded, current topology: { Type: Unknown, Servers: [{ Addr: nohost:27017, Type: Unknown, Last error: dial tcp: lookup nohost: no such host }, ] }"), "no such host"},
		"Refused":       {errors.New("server selection error: server selection timeout, current topology: { Type: Unknown, Servers: [{ Addr: a:1, Last error: dial tcp 127.0.0.1:1: connect: connection refused }, ] }"), "nothing listens there"},
		"Silent":        {errors.New("server selection error: server selection timeout, current topology: { Type: ReplicaSetNoPrimary }"), "does not answer"},
		"TLS":           {errors.New("tls: first record does not look like a TLS handshake"), "TLS"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, known := mongostore.Reason(tt.err)
			if !known || !strings.Contains(got, tt.want) || strings.Contains(got, "topology") {
				t.Errorf("reason = %q, %t; want %q", got, known, tt.want)
			}
		})
	}
	if got, known := mongostore.Reason(errors.New("the disk is full")); known {
		t.Errorf("another error is attributed to MongoDB: %q", got)
	}
}
