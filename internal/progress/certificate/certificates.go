package certificate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/quiz"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/typed"
)

// Config holds the dependencies of Certificates.
type Config struct {
	Issuer *credential.Issuer // may be nil if certificates are issued but not shown
	Now    func() time.Time
	Random io.Reader // cryptographically secure, for codes; safe for concurrent use
}

// Certificates stores the certificates of all learners. Its methods are safe
// for concurrent use by several goroutines and processes.
type Certificates struct {
	config       Config
	certificates *store.Collection[Certificate]
}

// Open prepares the engine for certificates.
//
// The index of codes is not unique: a cluster sharded by learner could not
// enforce it, and 140 random bits do not collide.
func Open(ctx context.Context, engine store.Engine, config Config) (*Certificates, error) {
	certificates, err := store.Open[Certificate](ctx, engine, store.Spec{
		Name:   "certificates",
		Fields: []string{"learner_id", "code", "issued_at"},
		Indexes: []store.Index{
			{Name: "learner_newest", Keys: []string{"learner_id", "-issued_at"}},
			{Name: "code", Keys: []string{"code"}},
		},
		Shard: &store.Shard{Field: "learner_id", Of: learnerIn},
	})
	if err != nil {
		return nil, err
	}
	return &Certificates{config: config, certificates: certificates}, nil
}

// now is the server's clock, in the precision of the stored times.
func (s *Certificates) now() time.Time { return s.config.Now().UTC().Truncate(time.Millisecond) }

// Completion is a learner's completion of a version of a course.
type Completion struct {
	Learner       string
	Name          string // as the learner gave it; "" if not given yet
	CourseSlug    string
	CourseVersion int // from 1
	CourseTitle   string
	Percent       *quiz.Percent // nil if nothing in the course is scored
	CompletedAt   time.Time
	ValidMonths   int // see catalog.Course.CertificateMonths; 0 means forever
}

func (c Completion) check() error {
	switch {
	case c.Learner == "" || c.CourseSlug == "" || strings.Contains(c.CourseSlug, "/") || c.CourseVersion < 1:
		return fmt.Errorf("invalid completion of %q version %d by %q", c.CourseSlug, c.CourseVersion, c.Learner)
	case c.CompletedAt.IsZero() || c.ValidMonths < 0:
		return fmt.Errorf("a completion of %q at %s, valid for %d months", c.CourseSlug, c.CompletedAt, c.ValidMonths)
	}
	return nil
}

// Issue returns the learner's certificate for the version of the course, and
// creates it if there is none. Concurrent and repeated calls give one
// certificate; if they differ, the first wins, except that a missing name is
// added.
func (s *Certificates) Issue(ctx context.Context, c Completion) (Certificate, error) {
	if err := c.check(); err != nil {
		return Certificate{}, err
	}
	id := recordID(c.Learner, c.CourseSlug, c.CourseVersion)
	issued, err := s.certificates.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		issued, err = s.insert(ctx, id, c)
	}
	if errors.Is(err, store.ErrDuplicate) {
		issued, err = s.certificates.Get(ctx, id) // of whichever call was first
	}
	if err != nil {
		return Certificate{}, err
	}
	// The learner may have given the name right after a concurrent call found
	// none.
	return s.name(ctx, issued, c.Name)
}

func (s *Certificates) insert(ctx context.Context, id string, c Completion) (Certificate, error) {
	code, err := certificateCode.Draw(s.config.Random)
	if err != nil {
		return Certificate{}, err
	}
	at := c.CompletedAt.UTC().Truncate(time.Millisecond)
	certificate := Certificate{
		Meta:          store.Meta{ID: id},
		LearnerID:     c.Learner,
		CourseSlug:    c.CourseSlug,
		CourseVersion: c.CourseVersion,
		CourseTitle:   c.CourseTitle,
		LearnerName:   c.Name,
		Code:          code,
		IssuedAt:      at,
		ExpiresAt:     expiry(at, c.ValidMonths),
	}
	if c.Percent != nil {
		certificate.Percent = new(c.Percent.Float())
	}
	err = s.certificates.Insert(ctx, &certificate)
	return certificate, err
}

// ByCode returns the certificate with a typed code. It fails with
// fault.NotFound if there is none or it is not a code.
func (s *Certificates) ByCode(ctx context.Context, code string) (Certificate, error) {
	read, ok := certificateCode.Read(code)
	if !ok {
		return Certificate{}, notFound()
	}
	found, _, err := s.certificates.Find(ctx, store.Query{Where: store.Where{"code": read}, Limit: 1})
	if err != nil {
		return Certificate{}, err
	}
	if len(found) == 0 {
		return Certificate{}, notFound()
	}
	return found[0], nil
}

func notFound() error {
	return fault.New(fault.NotFound, "there is no certificate with this code")
}

// Of returns the learner's certificates, newest first.
func (s *Certificates) Of(ctx context.Context, learner string) ([]Certificate, error) {
	found := []Certificate{}
	for certificate, err := range s.certificates.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return nil, err
		}
		found = append(found, certificate)
	}
	return found, nil
}

func ofLearner(learner string) store.Query {
	return store.Query{Where: store.Where{"learner_id": learner}, Sort: "-issued_at"}
}

// NameLater adds the learner's name to those of their certificates that have
// none, in the form that their profile has. It never changes a name. It fails
// with fault.InvalidInput naming name if it is empty.
func (s *Certificates) NameLater(ctx context.Context, learner, name string) error {
	if name == "" {
		return fault.Invalid("name", "the name must not be empty")
	}
	for certificate, err := range s.certificates.Each(ctx, ofLearner(learner)) {
		if err != nil {
			return err
		}
		if _, err := s.name(ctx, certificate, name); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

// name adds a name to a certificate without one.
func (s *Certificates) name(ctx context.Context, c Certificate, name string) (Certificate, error) {
	if c.LearnerName != "" || name == "" {
		return c, nil
	}
	return s.change(ctx, c.ID, func(c *Certificate) bool {
		if c.LearnerName != "" {
			return false
		}
		c.LearnerName = name
		return true
	})
}

// maxReason limits a reason, in characters: a few sentences.
const maxReason = 500

// Revoke revokes a certificate on behalf of the trainer by. One that is already
// revoked is returned unchanged, with its first reason. It fails with
// fault.NotFound as ByCode does, and with fault.InvalidInput naming reason.
func (s *Certificates) Revoke(ctx context.Context, code, by, reason string) (Certificate, error) {
	reason, err := typed.Note("reason", reason, maxReason)
	if err != nil {
		return Certificate{}, err
	}
	certificate, err := s.ByCode(ctx, code)
	if err != nil {
		return Certificate{}, err
	}
	revoked, err := s.change(ctx, certificate.ID, func(c *Certificate) bool {
		if c.Revoked != nil {
			return false
		}
		c.Revoked = &Revocation{At: s.now(), By: by, Reason: reason}
		return true
	})
	if errors.Is(err, store.ErrNotFound) { // deleted meanwhile
		return Certificate{}, notFound()
	}
	return revoked, err
}

// change applies a change to a stored certificate and returns it as stored.
func (s *Certificates) change(ctx context.Context, id string, apply func(*Certificate) bool) (Certificate, error) {
	return store.Amend(ctx, s.certificates, id, func(c *Certificate) (bool, error) { return apply(c), nil })
}

// DeleteOf deletes the learner's certificates, so that their codes find
// nothing. A credential that the learner has downloaded stays signed, but its
// status cannot be checked.
func (s *Certificates) DeleteOf(ctx context.Context, learner string) error {
	_, err := s.certificates.DeleteWhere(ctx, ofLearner(learner).Where)
	return err
}
