package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// patience limits every wait for a process, with a margin for a loaded
// machine.
const patience = time.Minute

// process is a server under test.
type process struct {
	url     string // without a path
	started time.Duration
	cmd     *exec.Cmd
	log     *bytes.Buffer
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// start runs a server that prints its address on its first line, and waits
// until it is ready.
func start(ctx context.Context, readyPath, name string, args ...string) (*process, error) {
	begin := time.Now()
	p := &process{cmd: exec.CommandContext(ctx, name, args...), log: &bytes.Buffer{}}
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if p.url = address.FindString(line); err != nil || p.url == "" {
		p.stop()
		return nil, fmt.Errorf("%s did not start: %q, %w\n%s", filepath.Base(name), line, err, p.log)
	}
	if err := p.await(ctx, readyPath); err != nil {
		p.stop()
		return nil, fmt.Errorf("%s is not ready: %w\n%s", filepath.Base(name), err, p.log)
	}
	p.started = time.Since(begin)
	return p, nil
}

func (p *process) await(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+path, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(time.Millisecond):
		}
	}
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait() // its work has been measured by then
}

// startServer runs the program on a copy of the template's database, or on a
// new one if template is "".
func startServer(ctx context.Context, binary, template, dir string, flags ...string) (*process, error) {
	if template != "" {
		if err := os.CopyFS(dir, os.DirFS(template)); err != nil {
			return nil, err
		}
		if err := ownerOnly(dir); err != nil {
			return nil, err
		}
	}
	args := []string{"serve", "--listen", "127.0.0.1:0", "--data-dir", dir, "--production", "--log-level", "ERROR"}
	return start(ctx, "/readyz", binary, append(args, flags...)...)
}

// ownerOnly gives a copied data directory the permissions that the program
// requires.
func ownerOnly(dir string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := os.Chmod(filepath.Join(dir, f.Name()), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// cpu is the CPU time of the process so far, including system time, at the
// resolution of the scheduler's clock.
func (p *process) cpu() (time.Duration, error) {
	// clock_getcpuclockid(3): the complement of the id, and 2 for the
	// scheduler's clock of all threads.
	clock := int32(^p.cmd.Process.Pid)<<3 | 2
	var t unix.Timespec
	if err := unix.ClockGettime(clock, &t); err != nil {
		return 0, fmt.Errorf("reading the CPU clock of process %d: %w", p.cmd.Process.Pid, err)
	}
	return time.Duration(t.Nano()), nil
}

// memory is the resident memory of the process, now and at its peak, in bytes.
type memory struct{ now, peak int64 }

func (p *process) memory() (memory, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return memory{}, err
	}
	var m memory
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		kib, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmRSS":
			m.now = kib << 10
		case "VmHWM":
			m.peak = kib << 10
		}
	}
	return m, nil
}

// settled is the memory of an idle process.
func (p *process) settled(ctx context.Context) (memory, error) {
	select {
	case <-ctx.Done():
		return memory{}, ctx.Err()
	case <-time.After(2 * time.Second):
		return p.memory()
	}
}

// timeStarts measures starts of the server on copies of the seeded database.
func timeStarts(ctx context.Context, s settings, workshop, template string) ([]time.Duration, error) {
	var took []time.Duration
	for i := range s.starts {
		p, err := startServer(ctx, s.binary, template, filepath.Join(workshop, "start"+strconv.Itoa(i)))
		if err != nil {
			return nil, err
		}
		took = append(took, p.started)
		p.stop()
	}
	return took, nil
}
