package mongostore_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store/mongostore"
)

func TestOpenUnreachable(t *testing.T) {
	// A port that nobody listens on, because it was just given back.
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
	if !strings.HasPrefix(message, "MongoDB at "+address+" cannot be used: ") || strings.Contains(message, "\n") {
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
	}
	for name, uri := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := mongostore.Open(t.Context(), mongostore.Options{URI: uri, Timeout: time.Second})
			if err == nil {
				t.Fatal("it was accepted")
			}
			if message := err.Error(); strings.Contains(message, "secret") || !strings.HasPrefix(message, "the MongoDB URI cannot be used: ") {
				t.Errorf("message = %q", message)
			}
		})
	}
}
