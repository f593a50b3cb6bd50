package progress

import (
	"context"
	"io"
	"time"

	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// Config is what Records needs from outside.
type Config struct {
	Library  Library
	Attempts *quiz.Attempts
	Now      func() time.Time
	NewID    func() string // UUIDv7
	Random   io.Reader     // for codes that nobody guesses; may be read by several goroutines

	// Names are those under which other systems are told what happened.
	Names xapi.Names
	// Issuer signs and draws certificates. Nil where nobody asks for them.
	Issuer *credential.Issuer
}

// Records are all that is kept of learners beside their attempts.
type Records struct {
	Tracker      *Tracker
	Statements   *Statements
	Certificates *Certificates
	Cohorts      *Cohorts
	Guide        *Guide
}

// Open makes the engine ready to keep records.
func Open(ctx context.Context, engine store.Engine, config Config) (*Records, error) {
	r := &Records{}
	var err error
	if r.Statements, err = OpenStatements(ctx, engine, StatementsConfig{Names: config.Names, Now: config.Now}); err != nil {
		return nil, err
	}
	r.Certificates, err = OpenCertificates(ctx, engine, CertificatesConfig{Issuer: config.Issuer, Now: config.Now, Random: config.Random})
	if err != nil {
		return nil, err
	}
	r.Tracker, err = OpenTracker(ctx, engine, TrackerConfig{
		Library: config.Library, Attempts: config.Attempts, Now: config.Now,
		Statements: r.Statements, Certificates: r.Certificates,
	})
	if err != nil {
		return nil, err
	}
	r.Guide = NewGuide(GuideConfig{
		Attempts: config.Attempts, Tracker: r.Tracker,
		Zone:     func(context.Context, string) (*time.Location, error) { return time.UTC, nil },
		Renewals: func(context.Context, string) ([]RenewalReminder, error) { return nil, nil },
	})
	r.Cohorts, err = OpenCohorts(ctx, engine, CohortsConfig{
		Now: config.Now, NewID: config.NewID, Random: config.Random,
		Statements: r.Statements, Tracker: r.Tracker,
	})
	return r, err
}
