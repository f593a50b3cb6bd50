package records

import (
	"context"
	"io"
	"time"

	"github.com/scrumkb/scrumkb/internal/bookmark"
	"github.com/scrumkb/scrumkb/internal/cohort"
	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/notice"
	"github.com/scrumkb/scrumkb/internal/owndata"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
	"github.com/scrumkb/scrumkb/internal/progress/guide"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// Library provides the content; see package archive.
type Library interface {
	quiz.Library
	progress.Library
}

// Config is what Records needs from outside.
type Config struct {
	Library Library
	Now     func() time.Time
	NewSeed func() uint64 // for drawing questions
	NewID   func() string // UUIDv7
	Random  io.Reader     // for unguessable codes; safe for concurrent use

	// Names assigns the identifiers used in statements.
	Names xapi.Names
	// Issuer signs and renders certificates. Nil if they are not needed.
	Issuer *credential.Issuer
}

// Records are all records of learners.
type Records struct {
	Attempts     *quiz.Attempts
	Profiles     *profile.Profiles
	Tracker      *progress.Tracker
	Statements   *statement.Statements
	Certificates *certificate.Certificates
	Cohorts      *cohort.Cohorts
	Journeys     *journey.Journeys
	Guide        *guide.Guide
	Bookmarks    *bookmark.Bookmarks
	Notices      *notice.Notices
	OwnData      *owndata.OwnData
}

// Open prepares the engine and assembles the parts.
func Open(ctx context.Context, engine store.Engine, config Config) (*Records, error) {
	r := &Records{}
	var err error
	if r.OwnData, err = owndata.Open(ctx, engine, owndata.Config{Now: config.Now}); err != nil {
		return nil, err
	}
	engine = r.OwnData.Engine()
	r.Attempts, err = quiz.OpenAttempts(ctx, engine, quiz.Config{Library: config.Library, Now: config.Now, NewSeed: config.NewSeed})
	if err != nil {
		return nil, err
	}
	if r.Profiles, err = profile.Open(ctx, engine); err != nil {
		return nil, err
	}
	if r.Statements, err = statement.Open(ctx, engine, statement.Config{Names: config.Names, Now: config.Now}); err != nil {
		return nil, err
	}
	r.Certificates, err = certificate.Open(ctx, engine, certificate.Config{Issuer: config.Issuer, Now: config.Now, Random: config.Random})
	if err != nil {
		return nil, err
	}
	r.Journeys, err = journey.Open(ctx, engine, journey.Config{
		Current: config.Library.Current, Profiles: r.Profiles, Now: config.Now,
		TickUnits: func(ctx context.Context, learner, certification, step string) error {
			return r.Tracker.TickUnits(ctx, learner, certification, step)
		},
	})
	if err != nil {
		return nil, err
	}
	if r.Notices, err = notice.Open(ctx, engine, notice.Config{Current: config.Library.Current, Now: config.Now}); err != nil {
		return nil, err
	}
	r.Tracker, err = progress.Open(ctx, engine, progress.Config{
		Library: config.Library, Attempts: r.Attempts, Now: config.Now,
		Statements: r.Statements, Certificates: r.Certificates, Profiles: r.Profiles, Notices: r.Notices, Steps: r.Journeys,
	})
	if err != nil {
		return nil, err
	}
	r.Attempts.OnChange(r.Tracker.Notice)
	r.Attempts.DrawBy(r.Tracker)
	r.OwnData.Redact("attempts", r.Attempts.Redactor)
	r.Cohorts, err = cohort.Open(ctx, engine, cohort.Config{
		Now: config.Now, NewID: config.NewID, Random: config.Random,
		Current: config.Library.Current, Statements: r.Statements, Tracker: r.Tracker,
	})
	if err != nil {
		return nil, err
	}
	r.OwnData.Before(r.Cohorts.GiveUp)
	r.Bookmarks, err = bookmark.Open(ctx, engine, bookmark.Config{Current: config.Library.Current, Now: config.Now})
	if err != nil {
		return nil, err
	}
	r.Guide = guide.New(guide.Config{
		Current: config.Library.Current, Now: config.Now,
		Attempts: r.Attempts, Tracker: r.Tracker, Zone: r.Profiles.Location, Journeys: r.Journeys.ToDo,
	})
	return r, nil
}

// UpdateProfile changes the learner's profile, as Profiles.Update does. A
// first name is added to certificates that were issued without one.
func (r *Records) UpdateProfile(ctx context.Context, learner string, change profile.Change) (profile.Profile, error) {
	profile, err := r.Profiles.Update(ctx, learner, change)
	if err != nil || profile.Name == "" {
		return profile, err
	}
	return profile, r.Certificates.NameLater(ctx, learner, profile.Name)
}
