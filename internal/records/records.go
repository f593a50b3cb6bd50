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

// Library is where the content is found; see package archive.
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
	Random  io.Reader     // for codes that nobody guesses; may be read by several goroutines

	// Names are those under which other systems are told what happened.
	Names xapi.Names
	// Issuer signs and draws certificates. Nil where nobody asks for them.
	Issuer *credential.Issuer
}

// Records are all that is kept of learners.
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

// Open makes the engine ready to keep records.
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
	if r.Notices, err = notice.Open(ctx, engine, notice.Config{Current: config.Library.Current, Now: config.Now}); err != nil {
		return nil, err
	}
	r.Tracker, err = progress.Open(ctx, engine, progress.Config{
		Library: config.Library, Attempts: r.Attempts, Now: config.Now,
		Statements: r.Statements, Certificates: r.Certificates, Profiles: r.Profiles, Notices: r.Notices,
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
	r.Journeys, err = journey.Open(ctx, engine, journey.Config{
		Current: config.Library.Current, Profiles: r.Profiles, Now: config.Now,
	})
	if err != nil {
		return nil, err
	}
	r.Bookmarks, err = bookmark.Open(ctx, engine, bookmark.Config{Current: config.Library.Current, Now: config.Now})
	if err != nil {
		return nil, err
	}
	r.Guide = guide.New(guide.Config{
		Current: config.Library.Current, Now: config.Now,
		Attempts: r.Attempts, Tracker: r.Tracker, Zone: r.Profiles.Location, Renewals: r.Journeys.Reminders,
	})
	return r, nil
}

// UpdateProfile changes what the learner says about themselves, as
// Profiles.Update does. A name that they give for the first time comes onto the
// certificates that were issued without one.
func (r *Records) UpdateProfile(ctx context.Context, learner string, change profile.Change) (profile.Profile, error) {
	profile, err := r.Profiles.Update(ctx, learner, change)
	if err != nil || profile.Name == "" {
		return profile, err
	}
	return profile, r.Certificates.NameLater(ctx, learner, profile.Name)
}
