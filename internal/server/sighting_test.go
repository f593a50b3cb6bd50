package server_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/scrumkb/scrumkb/internal/server"
)

// The sighting reads the body first; later readers must still see all of it,
// including the error at its end.
func TestBodiesRemainReadable(t *testing.T) {
	i := start(t, server.Config{Limits: server.Limits{Body: 8 << 10}})
	query := `{"query":"{ hello }"}`
	tests := map[string]struct {
		request string
		want    string
	}{
		"EndsEarly":     {"Content-Length: 50\r\n\r\n" + query, "400 Bad Request"},
		"IsEmpty":       {"Content-Length: 0\r\n\r\n", "400 Bad Request"},
		"IsChunked":     {fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(query), query), `{"data":{"hello":"hello world"}}`},
		"IsMissing":     {"\r\n", "400 Bad Request"},
		"IsTooLarge":    {"Content-Length: 9000\r\n\r\n" + query + strings.Repeat(" ", 9000-len(query)), "413 Request Entity Too Large"},
		"IsLongEnough":  {fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(query), query), `{"data":{"hello":"hello world"}}`},
		"IsPartlyWhite": {fmt.Sprintf("Content-Length: %d\r\n\r\n%s   ", len(query)+3, query), `{"data":{"hello":"hello world"}}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				conn, err := net.Dial("tcp", i.address)
				if err != nil {
					t.Fatal(err)
				}
				_, err = io.WriteString(conn, "POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"+tt.request)
				if err != nil {
					t.Fatal(err)
				}
				// To the server, a client that closes its side has left.
				if name == "EndsEarly" {
					if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
						t.Fatal(err)
					}
				}
				got, err := io.ReadAll(conn)
				if err != nil && name != "IsTooLarge" { // the rest is never read
					t.Error(err)
				}
				if !strings.Contains(string(got), tt.want) {
					t.Errorf("%s, want %s", got, tt.want)
				}
				_ = conn.Close()
			}
		})
	}
}
