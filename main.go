// Command scrumkb serves the knowledge base of Scrum roles over GraphQL.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the learners' time zones, even on machines without zone files

	"github.com/scrumkb/scrumkb/internal/command"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(command.Run(ctx, os.Args[1:], command.Streams{Out: os.Stdout, Err: os.Stderr}))
}
