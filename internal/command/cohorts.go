package command

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// publicSettings say by which address the world knows the server.
type publicSettings struct {
	PublicURL string `name:"public-url" env:"SCRUMKB_PUBLIC_URL" placeholder:"URL" help:"Where learners reach the server, such as https://learn.example.org; names in xAPI statements begin with it. Keep it: with another one, all that happened is told anew under new names."`
}

// nowhere names what a server without a public address tells. It is none that
// others could reach, and the same at every start, as names have to be.
const nowhere = "http://localhost"

// statements makes the engine ready to keep xAPI statements.
func (s publicSettings) statements(ctx context.Context, engine store.Engine) (*progress.Statements, error) {
	home := s.PublicURL
	if home == "" {
		home = nowhere
	}
	names, err := xapi.NewNames(home)
	if err != nil {
		return nil, fmt.Errorf("--public-url: %w", err)
	}
	return progress.OpenStatements(ctx, engine, progress.StatementsConfig{Names: names, Now: time.Now})
}

// openCohorts opens what is kept of cohorts.
func openCohorts(ctx context.Context, engine store.Engine, r records) (*progress.Cohorts, error) {
	return progress.OpenCohorts(ctx, engine, progress.CohortsConfig{
		Now:    time.Now,
		NewID:  func() string { return uuid.Must(uuid.NewV7()).String() },
		Random: rand.Reader, Statements: r.statements, Tracker: r.tracker,
	})
}
