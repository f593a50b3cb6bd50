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
	OwnData  *OwnData // whose Engine the records and the attempts are opened on
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
	Profiles     *Profiles
	Tracker      *Tracker
	Statements   *Statements
	Certificates *Certificates
	Cohorts      *Cohorts
	Journeys     *Journeys
	Guide        *Guide
	OwnData      *OwnData
}

// Open makes the engine ready to keep records.
func Open(ctx context.Context, engine store.Engine, config Config) (*Records, error) {
	r := &Records{OwnData: config.OwnData}
	var err error
	if r.Profiles, err = OpenProfiles(ctx, engine); err != nil {
		return nil, err
	}
	if r.Statements, err = OpenStatements(ctx, engine, StatementsConfig{Names: config.Names, Now: config.Now}); err != nil {
		return nil, err
	}
	r.Certificates, err = OpenCertificates(ctx, engine, CertificatesConfig{Issuer: config.Issuer, Now: config.Now, Random: config.Random})
	if err != nil {
		return nil, err
	}
	r.Tracker, err = OpenTracker(ctx, engine, TrackerConfig{
		Library: config.Library, Attempts: config.Attempts, Now: config.Now,
		Statements: r.Statements, Certificates: r.Certificates, Profiles: r.Profiles,
	})
	if err != nil {
		return nil, err
	}
	r.Cohorts, err = OpenCohorts(ctx, engine, CohortsConfig{
		Now: config.Now, NewID: config.NewID, Random: config.Random,
		Current: config.Library.Current, Statements: r.Statements, Tracker: r.Tracker,
	})
	if err != nil {
		return nil, err
	}
	r.OwnData.Before(r.Cohorts.GiveUp)
	r.Journeys, err = OpenJourneys(ctx, engine, JourneysConfig{
		Current: config.Library.Current, Profiles: r.Profiles, Now: config.Now,
	})
	if err != nil {
		return nil, err
	}
	r.Guide = NewGuide(GuideConfig{
		Current: config.Library.Current, Now: config.Now,
		Attempts: config.Attempts, Tracker: r.Tracker, Zone: r.Profiles.Location, Renewals: r.Journeys.Reminders,
	})
	return r, nil
}

// UpdateProfile changes what the learner says about themselves, as
// Profiles.Update does. A name that they give for the first time comes onto the
// certificates that were issued without one.
func (r *Records) UpdateProfile(ctx context.Context, learner string, change ProfileChange) (Profile, error) {
	profile, err := r.Profiles.Update(ctx, learner, change)
	if err != nil || profile.Name == "" {
		return profile, err
	}
	return profile, r.Certificates.NameLater(ctx, learner, profile.Name)
}
