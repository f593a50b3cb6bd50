package adoption

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/scrumkb/scrumkb/internal/bookmark"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/guest"
	"github.com/scrumkb/scrumkb/internal/journey"
	"github.com/scrumkb/scrumkb/internal/notice"
	"github.com/scrumkb/scrumkb/internal/owndata"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
	"github.com/scrumkb/scrumkb/internal/progress/profile"
	"github.com/scrumkb/scrumkb/internal/progress/statement"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// Config holds the dependencies of Adoptions. Everything is required.
type Config struct {
	Guests       *guest.Guests
	OwnData      *owndata.OwnData
	Attempts     *quiz.Attempts
	Tracker      *progress.Tracker
	Statements   *statement.Statements
	Certificates *certificate.Certificates
	Profiles     *profile.Profiles
	Journeys     *journey.Journeys
	Bookmarks    *bookmark.Bookmarks
	Notices      *notice.Notices
}

// Adoptions takes what guests did into accounts. Its methods are safe for
// concurrent use by several goroutines and processes.
type Adoptions struct {
	config Config
}

// New returns Adoptions on what is open.
func New(config Config) *Adoptions { return &Adoptions{config} }

// Adopt takes what the guest did into the account, and returns since when it is
// the account's. From then on the guest's tokens are refused, and once all of it
// is copied the guest's own records are deleted. Repeating it completes what was
// interrupted, and changes nothing after that.
//
// It fails with fault.InvalidInput if another account was first or the guest has
// expired, and with fault.Conflict if either's data are being deleted, or both
// have an open attempt at the same. If one of the account's is started while
// Adopt runs, everything else is taken over and the guest's attempt follows when
// the account's has ended.
func (a *Adoptions) Adopt(ctx context.Context, account, subject string) (time.Time, error) {
	g, err := a.config.Guests.AdoptedBy(ctx, subject, account)
	if err != nil {
		return time.Time{}, err
	}
	if g == nil {
		if g, err = a.begin(ctx, account, subject); err != nil {
			return time.Time{}, err
		}
	}
	if g.Adopting {
		err = a.complete(ctx, *g)
	}
	return *g.AdoptedAt, err
}

// begin writes the marker, if nothing stands against it.
func (a *Adoptions) begin(ctx context.Context, account, subject string) (*guest.Guest, error) {
	for _, learner := range []string{account, subject} {
		if err := a.config.OwnData.Admit(ctx, learner); err != nil {
			return nil, err
		}
	}
	if err := a.config.Attempts.MayAdopt(ctx, subject, account); err != nil {
		return nil, err
	}
	g, err := a.config.Guests.Adopt(ctx, subject, account)
	return &g, err
}

// complete does what is left of an adoption.
func (a *Adoptions) complete(ctx context.Context, g guest.Guest) error {
	if g.CopiedAt == nil {
		if err := a.copyAll(ctx, g.ID, g.LearnerID); err != nil {
			return err
		}
		told := notice.Of(g.LearnerID, notice.Adopted, notice.ByAdoption(g.ID), *g.AdoptedAt)
		if err := a.config.Notices.Put(ctx, []notice.Notice{told}); err != nil {
			return err
		}
		var err error
		if g, err = a.config.Guests.Copied(ctx, g); err != nil {
			return err
		}
	}
	if _, err := a.config.OwnData.Delete(ctx, g.ID); err != nil {
		return err
	}
	_, err := a.config.Guests.Adopted(ctx, g)
	return err
}

// copyAll copies everything that the guest did to the account. Certificates come
// before courses, so that no other is issued for what the guest has completed.
func (a *Adoptions) copyAll(ctx context.Context, subject, account string) error {
	// Statements about the guest are complete when everything is projected.
	if err := a.config.Tracker.CatchUp(ctx, subject); err != nil {
		return err
	}
	if err := a.config.Certificates.Adopt(ctx, subject, account); err != nil {
		return err
	}
	said, err := a.config.Profiles.Adopt(ctx, subject, account)
	if err != nil {
		return err
	}
	if err := a.config.Journeys.Adopt(ctx, subject, account); err != nil {
		return err
	}
	if err := a.config.Bookmarks.Adopt(ctx, subject, account); err != nil {
		return err
	}
	if err := a.config.Tracker.Adopt(ctx, subject, account); err != nil {
		return err
	}
	// After everything that may still have been told of the guest.
	if err := a.config.Statements.Adopt(ctx, subject, account); err != nil {
		return err
	}
	if said.Name == "" {
		return nil
	}
	return a.config.Certificates.NameLater(ctx, account, said.Name)
}

// Sweep completes the adoptions that were interrupted, and deletes the guests
// that have expired. One that fails does not hold up the others.
func (a *Adoptions) Sweep(ctx context.Context) error {
	var failures []error
	for g, err := range a.config.Guests.Unfinished(ctx) {
		if err != nil {
			failures = append(failures, err)
			break
		}
		if err := a.complete(ctx, g); fault.CodeOf(err) != fault.Conflict { // which waits for its time
			failures = append(failures, err)
		}
	}
	return errors.Join(append(failures, a.config.Guests.Sweep(ctx))...)
}

// Run sweeps at once and at every tick until ctx ends. It logs failures; the
// next tick retries.
func (a *Adoptions) Run(ctx context.Context, ticks <-chan time.Time, log *slog.Logger) {
	for {
		if err := a.Sweep(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "adoptions not completed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}
