// Package command is the command line: it reads settings, and wires the parts
// of the program together. It decides nothing else.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/alecthomas/kong"
)

// settings are the command line's flags, each with its environment variable.
type settings struct {
	Serve   serveCommand   `cmd:"" help:"Start the API. It creates what it needs, and publishes the content that comes with the program."`
	Seed    seedCommand    `cmd:"" help:"Check, preview or apply seed files."`
	Token   tokenCommand   `cmd:"" help:"Make a token for a person."`
	Rebuild rebuildCommand `cmd:"" help:"Sum up the progress of all learners anew, and tell and mend what differs."`
	Version versionCommand `cmd:"" help:"Print the version."`

	PrintVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

// Streams are where a command reads and writes.
type Streams struct {
	Out io.Writer // results
	Err io.Writer // logs and complaints
}

// Run executes the command line, and returns the exit status: 0 when the
// command did what it was asked, 1 when it failed, 2 when it was not
// understood. ctx ends when the process is asked to stop.
func Run(ctx context.Context, args []string, streams Streams) int {
	exit := -1
	var s settings
	parser, err := kong.New(&s,
		kong.Name("scrumkb"),
		kong.Description("A GraphQL API for the knowledge base of Scrum roles, with practice quizzes."),
		kong.Writers(streams.Out, streams.Err),
		kong.Exit(func(code int) { exit = code }),
		kong.Vars{"version": "scrumkb " + version()},
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if err != nil {
		return complain(streams.Err, err)
	}
	command, err := parser.Parse(args)
	if exit >= 0 { // --help or --version
		return exit
	}
	if err != nil {
		fmt.Fprintf(streams.Err, "scrumkb: %v\nTry: scrumkb --help\n", err)
		return 2
	}
	command.BindTo(ctx, (*context.Context)(nil))
	if err := command.Run(streams); err != nil {
		return complain(streams.Err, err)
	}
	return 0
}

// errReported says that the command has told already what is wrong.
var errReported = errors.New("reported")

func complain(w io.Writer, err error) int {
	if !errors.Is(err, errReported) {
		fmt.Fprintln(w, "scrumkb:", err)
	}
	return 1
}

type versionCommand struct{}

func (versionCommand) Run(streams Streams) error {
	_, err := fmt.Fprintln(streams.Out, "scrumkb", version())
	return err
}

// version returns what the Go tool recorded when the program was built.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown)"
	}
	return info.Main.Version
}
