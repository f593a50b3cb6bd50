package command_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience limits every wait for another process, with a margin for a loaded
// machine.
const patience = time.Minute

var workshop string // directory of the compiled program

// wantedKills is read before TestMain clears all settings from the
// environment.
var wantedKills = os.Getenv("SCRUMKB_KILLS")

func TestMain(m *testing.M) {
	for _, setting := range os.Environ() {
		name, _, _ := strings.Cut(setting, "=")
		if strings.HasPrefix(name, "SCRUMKB_") || name == "MONGODB_URI" {
			_ = os.Unsetenv(name)
		}
	}
	var err error
	if workshop, err = os.MkdirTemp("", "scrumkb-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := m.Run()
	_ = os.RemoveAll(workshop)
	os.Exit(status)
}

var compile = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workshop, "scrumkb")
	out, err := exec.Command("go", "build", "-o", path, "github.com/scrumkb/scrumkb").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

func program(t *testing.T) string {
	t.Helper()
	path, err := compile()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// finish runs the program until it exits.
func finish(t *testing.T, dir string, args ...string) (status int, out, complaints string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(ctx, program(t), args...)
	c.Dir, c.Stdout, c.Stderr = dir, &stdout, &stderr
	err := c.Run()
	if ctx.Err() != nil {
		t.Fatalf("it did not exit: %v", err)
	}
	return c.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

// serving is a running server.
type serving struct {
	url    string // of the server, without a path
	line   string // its first line
	cmd    *exec.Cmd
	rest   chan string // all other output, available once it has exited
	stderr *bytes.Buffer
}

func serve(t *testing.T, dir string, args ...string) *serving {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	s := &serving{
		cmd:    exec.CommandContext(ctx, program(t), append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...),
		rest:   make(chan string, 1),
		stderr: &bytes.Buffer{},
	}
	s.cmd.Dir, s.cmd.Stderr = dir, s.stderr
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = s.cmd.Wait() })

	reader := bufio.NewReader(stdout)
	if s.line, err = reader.ReadString('\n'); err != nil {
		_ = s.cmd.Wait()
		t.Fatalf("it did not start: %v\n%s", err, s.stderr)
	}
	if s.url = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(s.line); s.url == "" {
		t.Fatalf("no address in %q", s.line)
	}
	go func() {
		rest, _ := io.ReadAll(reader)
		s.rest <- string(rest)
	}()
	return s
}

// stop stops the server, and returns what it wrote to stderr.
func (s *serving) stop(t *testing.T) (status int, log string) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if rest := <-s.rest; rest != "" {
		t.Errorf("more than one line on stdout: %q", rest)
	}
	_ = s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode(), s.stderr.String()
}

// ask sends a query and decodes its data.
func (s *serving) ask(t *testing.T, query string, data any) {
	t.Helper()
	response := s.post(t, query, "application/json")
	defer response.Body.Close()
	var answer struct {
		Data   json.RawMessage
		Errors json.RawMessage
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	if answer.Errors != nil {
		t.Fatalf("%s: %s", query, answer.Errors)
	}
	if err := json.Unmarshal(answer.Data, data); err != nil {
		t.Fatal(err)
	}
}

func (s *serving) post(t *testing.T, query, accept string) *http.Response {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", accept)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func (s *serving) get(t *testing.T, path string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// follow subscribes to editions of the content. Each call of next waits for
// one event and returns its data.
func (s *serving) follow(t *testing.T) (next func() string, rest func() string) {
	t.Helper()
	response := s.post(t, "subscription { contentPublished { number } }", "text/event-stream")
	t.Cleanup(func() { _ = response.Body.Close() })
	reader := bufio.NewReader(response.Body)
	next = func() string {
		t.Helper()
		for {
			line, err := reader.ReadString('\n')
			if err != nil {
				t.Fatalf("waiting for an event: %v", err)
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				return strings.TrimSpace(data)
			}
		}
	}
	rest = func() string {
		t.Helper()
		text, err := io.ReadAll(reader)
		if err != nil {
			t.Errorf("the stream broke off: %v", err)
		}
		return string(text)
	}
	return next, rest
}

func editionEvent(number int) string {
	return fmt.Sprintf(`{"data":{"contentPublished":{"number":%d}}}`, number)
}

func lines(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }

// A user who stops the program while it waits for a database gets one message.
func TestInterruptedStart(t *testing.T) {
	silent, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close() //nolint:errcheck // the test is over
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var stderr bytes.Buffer
	c := exec.CommandContext(ctx, program(t), "serve", "--listen", "127.0.0.1:0", "--mongodb-uri", "mongodb://"+silent.Addr().String()+"/scrumkb")
	c.Dir, c.Stderr = t.TempDir(), &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	asked, err := silent.Accept() // the program now waits for an answer
	if err != nil {
		t.Fatal(err)
	}
	defer asked.Close()
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if status := c.ProcessState.ExitCode(); status != 1 || stderr.String() != "scrumkb: interrupted\n" {
		t.Errorf("status %d, %q", status, stderr.String())
	}
}
