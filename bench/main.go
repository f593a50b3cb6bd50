// Command bench measures the program as its users have it: the built binary in
// a process of its own, asked over loopback, beside a bare net/http handler
// that writes the same bytes and, for what a learner owns, does the same store
// calls. The handler is the limit; what counts are ratios to it from one run,
// which say the same on a fast and a slow machine. It is a module of its own,
// so that the load generator never enters the program. It runs on Linux.
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

// settings bound a run: it takes about
// (cases+1)·2·(rounds·round+steady), where there are some twenty cases.
type settings struct {
	binary  string
	rounds  int
	round   time.Duration // how long one process answers as fast as it can, for one case
	steady  time.Duration // how long one process is asked at steadyRate
	workers int           // connections at a time
	starts  int
	cases   string // a regular expression of names
}

// steadyRate is in requests a second.
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
	if len(args) == 3 && args[0] == limitCommand {
		return serveLimit(ctx, args[1], args[2])
	}
	var s settings
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&s.binary, "binary", "", "the program to measure; built from this repository when it is empty")
	flags.IntVar(&s.rounds, "rounds", 5, "rounds; each asks every case of the server and of the limit, in turn")
	flags.DurationVar(&s.round, "round", 300*time.Millisecond, "how long each is asked as fast as it answers, in one round")
	flags.DurationVar(&s.steady, "steady", 1500*time.Millisecond, "how long each is asked at "+strconv.Itoa(steadyRate)+" requests a second; 0 leaves that out")
	flags.IntVar(&s.workers, "workers", 4, "connections that ask at the same time")
	flags.IntVar(&s.starts, "starts", 5, "starts on a seeded database")
	flags.StringVar(&s.cases, "cases", "", "a regular expression that the names of the cases to measure match")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 || s.rounds < 1 || s.round <= 0 || s.workers < 1 || s.starts < 1 {
		return errors.New("rounds, round, workers and starts are positive, and there are no other arguments")
	}
	return measure(ctx, s)
}

// measure makes a seeded database with attempts in it, gives the servers and
// the limit a copy each, and prints what they do with it.
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
	school, err := found(ctx, s.binary, template)
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
	cases = slices.DeleteFunc(cases, func(m measured) bool { return !chosen.MatchString(m.name) })
	recordings := filepath.Join(workshop, "recordings.json")
	if err := record(ctx, cases, recordings); err != nil {
		return err
	}
	limit, err := startLimit(ctx, template, filepath.Join(workshop, "limit"), recordings)
	if err != nil {
		return err
	}
	defer limit.stop()

	results, err := drive(ctx, s, cases, limit)
	if err != nil {
		return err
	}
	loaded, err := caching.memory()
	if err != nil {
		return err
	}
	return report(os.Stdout, s, results, starts, idle, loaded)
}

// build compiles the program with the versions that its own module names.
func build(ctx context.Context, binary string) error {
	c := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
	c.Dir = ".."
	c.Stdout, c.Stderr = os.Stderr, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("building the program: %w", err)
	}
	return nil
}
