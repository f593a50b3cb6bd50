// Package command is the command line: it reads settings and assembles the
// parts of the program. It contains no other logic.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/scrumkb/scrumkb/graph"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store/mongostore"
)

// settings are the command line's flags, each with its environment variable.
type settings struct {
	Serve   serveCommand   `cmd:"" help:"Start the API. It creates what it needs and publishes the built-in content."`
	Seed    seedCommand    `cmd:"" help:"Check, preview or apply seed files."`
	Token   tokenCommand   `cmd:"" help:"Make or check tokens for people."`
	Rebuild rebuildCommand `cmd:"" help:"Recompute the progress of all learners from its sources; report and repair differences."`
	Demo    demoCommand    `cmd:"" help:"Fill a database with an invented class of 30 learners over two months, for demonstrations and experiments."`
	Version versionCommand `cmd:"" help:"Print the version."`

	PrintVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

// Streams are the input and output of a command.
type Streams struct {
	Out io.Writer // results
	Err io.Writer // logs and error messages
}

// Run executes the command line and returns the exit status: 0 for success, 1
// for a failure, 2 for an invalid command line. ctx ends when the process is
// asked to stop.
func Run(ctx context.Context, args []string, streams Streams) int {
	exit := -1
	var s settings
	parser, err := kong.New(&s,
		kong.Name("scrumkb"),
		kong.Description("A GraphQL API for the knowledge base of Scrum roles, with practice quizzes."),
		kong.Writers(streams.Out, streams.Err),
		kong.Exit(func(code int) { exit = code }),
		kong.Vars{"version": "scrumkb " + built().String()},
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if err != nil {
		return complain(streams.Err, err)
	}
	if len(args) > 0 && args[0] == "help" { // scrumkb help seed is scrumkb seed --help
		args = append(slices.Clone(args[1:]), "--help")
	}
	command, err := parser.Parse(args)
	if exit >= 0 { // --help or --version
		return exit
	}
	if err != nil {
		fmt.Fprintf(streams.Err, "scrumkb: %s\nTry: scrumkb --help\n", misread(err))
		return 2
	}
	if wrong := mistakes(command); len(wrong) > 0 {
		for _, m := range wrong {
			for line := range strings.Lines(m.Error()) {
				fmt.Fprintln(streams.Err, "scrumkb:", strings.TrimSuffix(line, "\n"))
			}
		}
		return 2
	}
	command.BindTo(ctx, (*context.Context)(nil))
	if err := command.Run(streams); err != nil {
		if ctx.Err() != nil {
			err = errors.New("interrupted")
		}
		return complain(streams.Err, err)
	}
	return 0
}

// errReported means that the command has already printed what is wrong.
var errReported = errors.New("reported")

func complain(w io.Writer, err error) int {
	if reason, known := mongostore.Reason(err); known && !selfExplanatory(err) {
		err = fmt.Errorf("MongoDB cannot be used: %s", reason)
	}
	if !errors.Is(err, errReported) {
		fmt.Fprintln(w, "scrumkb:", err)
	}
	return 1
}

// selfExplanatory reports a fault whose message needs no prefix.
func selfExplanatory(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Cause == nil
}

type versionCommand struct{}

func (versionCommand) Run(streams Streams) error {
	_, err := fmt.Fprintln(streams.Out, "scrumkb", built())
	return err
}

// build is the version information that the Go tool recorded.
type build struct {
	version  string
	revision string // of the sources; empty if unknown
	modified bool   // the sources differed from the revision
}

func built() build {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return build{version: "(unknown)"}
	}
	b := build{version: info.Main.Version}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.revision = s.Value
		case "vcs.modified":
			b.modified = s.Value == "true"
		}
	}
	return b
}

// server is the build as the API describes it.
func (b build) server() graph.Server {
	s := graph.Server{Version: b.version}
	if b.revision != "" {
		s.Revision = &b.revision
	}
	return s
}

func (b build) String() string {
	switch {
	case b.revision == "":
		return b.version
	case b.modified:
		return b.version + " (revision " + b.revision + ", modified)"
	default:
		return b.version + " (revision " + b.revision + ")"
	}
}
