// Command bench measures the program as users run it: the built binary in a
// process of its own, over loopback. It compares it with a baseline: a bare
// net/http handler that writes the same bytes and, for learners' data, makes
// the same store calls. The ratios from one run are what counts, since they
// are the same on fast and slow machines. The command is a separate module, so
// that the load generator never becomes part of the program. It runs on Linux.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// settings bound a run: it takes about (cases+1)·2·(rounds·round+steady), with
// about twenty cases.
type settings struct {
	binary  string
	rounds  int
	round   time.Duration // how long one process is measured at full speed, per case
	steady  time.Duration // how long one process is measured at steadyRate
	workers int           // concurrent connections
	starts  int
	cases   string // a regular expression that matches names
}

// steadyRate is in requests per second.
const steadyRate = 200

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 3 && args[0] == baselineCommand {
		return serveBaseline(ctx, args[1], args[2])
	}
	var s settings
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&s.binary, "binary", "", "the program to measure; built from this repository if empty")
	flags.IntVar(&s.rounds, "rounds", 5, "rounds; each runs every case on the server and the baseline in turn")
	flags.DurationVar(&s.round, "round", 300*time.Millisecond, "how long each is measured at full speed, per round")
	flags.DurationVar(&s.steady, "steady", 1500*time.Millisecond, "how long each is measured at "+strconv.Itoa(steadyRate)+" requests per second; 0 skips this")
	flags.IntVar(&s.workers, "workers", 4, "concurrent connections")
	flags.IntVar(&s.starts, "starts", 5, "starts to measure, on a seeded database")
	flags.StringVar(&s.cases, "cases", "", "measure only the cases whose names match this regular expression")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 || s.rounds < 1 || s.round <= 0 || s.workers < 1 || s.starts < 1 {
		return errors.New("-rounds, -round, -workers and -starts must be positive, and there are no other arguments")
	}
	return measure(ctx, s)
}

// measure creates a seeded database with attempts, gives each server and the
// baseline a copy, and prints the measurements.
func measure(ctx context.Context, s settings) (err error) {
	workshop, err := os.MkdirTemp("", "scrumkb-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(workshop)) }()
	if s.binary == "" {
		s.binary = filepath.Join(workshop, "scrumkb")
		if err := build(ctx, s.binary); err != nil {
			return err
		}
	}

	template := filepath.Join(workshop, "template")
	school, err := createSchool(ctx, s.binary, template)
	if err != nil {
		return fmt.Errorf("preparing a database: %w", err)
	}
	starts, err := timeStarts(ctx, s, workshop, template)
	if err != nil {
		return fmt.Errorf("timing starts: %w", err)
	}

	caching, err := startServer(ctx, s.binary, template, filepath.Join(workshop, "caching"))
	if err != nil {
		return err
	}
	defer caching.stop()
	plain, err := startServer(ctx, s.binary, template, filepath.Join(workshop, "plain"), "--response-cache", "0")
	if err != nil {
		return err
	}
	defer plain.stop()
	idle, err := caching.settled(ctx)
	if err != nil {
		return err
	}

	cases, err := prepare(ctx, school, caching, plain)
	if err != nil {
		return err
	}
	chosen, err := regexp.Compile(s.cases)
	if err != nil {
		return err
	}
	cases = slices.DeleteFunc(cases, func(m testCase) bool { return !chosen.MatchString(m.name) })
	recordings := filepath.Join(workshop, "recordings.json")
	if err := record(ctx, cases, recordings); err != nil {
		return err
	}
	baseline, err := startBaseline(ctx, template, filepath.Join(workshop, "baseline"), recordings)
	if err != nil {
		return err
	}
	defer baseline.stop()

	results, err := drive(ctx, s, cases, baseline)
	if err != nil {
		return err
	}
	loaded, err := caching.memory()
	if err != nil {
		return err
	}
	return report(os.Stdout, s, results, starts, idle, loaded)
}

// build compiles the program with the dependency versions of its own module.
func build(ctx context.Context, binary string) error {
	c := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
	c.Dir = ".."
	c.Stdout, c.Stderr = os.Stderr, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("building the program: %w", err)
	}
	return nil
}
