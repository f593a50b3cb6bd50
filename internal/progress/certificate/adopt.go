package certificate

import (
	"context"
	"errors"

	"github.com/scrumkb/scrumkb/internal/store"
)

// Adopt makes the account the owner of a guest's certificates. Their codes stay.
// Where both have one for the same version of a course, the older one counts,
// and the other names it. It may be repeated.
func (s *Certificates) Adopt(ctx context.Context, guest, account string) error {
	for c, err := range s.certificates.Each(ctx, ofLearner(guest)) {
		if err != nil {
			return err
		}
		if err := s.adopt(ctx, c, account); err != nil {
			return err
		}
	}
	return nil
}

// adopt copies a certificate and then deletes it. Whoever revokes it meanwhile
// either comes before the copy, or changes what is deleted, so that it is copied
// again, or no longer finds it.
func (s *Certificates) adopt(ctx context.Context, c Certificate, account string) error {
	for {
		if err := s.copyTo(ctx, c, account); err != nil {
			return err
		}
		err := s.certificates.Delete(ctx, &c)
		if errors.Is(err, store.ErrStale) {
			c, err = s.certificates.Get(ctx, c.ID)
			if err == nil {
				continue
			}
		}
		if errors.Is(err, store.ErrNotFound) {
			return nil // another call was faster
		}
		return err
	}
}

// copyTo stores a copy of the certificate for the account.
func (s *Certificates) copyTo(ctx context.Context, c Certificate, account string) error {
	id := recordID(account, c.CourseSlug, c.CourseVersion)
	c.LearnerID = account
	fresh := func() Certificate {
		c.Meta = store.Meta{ID: id}
		return c
	}
	_, err := store.Amend(ctx, s.certificates, id, func(main *Certificate) (bool, error) {
		switch {
		case main.Rev == 0:
			return true, nil
		case main.Code == c.Code:
			return main.follow(&c), nil
		case !c.IssuedAt.Before(main.IssuedAt):
			return false, s.setAside(ctx, c, id, main.Code)
		}
		if err := s.setAside(ctx, *main, id, c.Code); err != nil {
			return false, err
		}
		kept := main.Meta
		*main = c
		main.Meta = kept
		return true, nil
	}, store.OrNew(fresh))
	return err
}

// setAside stores a certificate beside the one with the id, which counts.
func (s *Certificates) setAside(ctx context.Context, c Certificate, id, counts string) error {
	aside := id + "~" + c.Code
	c.Meta, c.OlderCode = store.Meta{ID: aside}, counts
	_, err := store.Amend(ctx, s.certificates, aside, func(stored *Certificate) (bool, error) {
		return stored.Rev == 0 || stored.follow(&c), nil
	}, store.OrNew(func() Certificate { return c }))
	return err
}

// follow takes over what can change in a certificate, and reports whether it
// did.
func (c *Certificate) follow(later *Certificate) bool {
	changed := false
	if c.Revoked == nil && later.Revoked != nil {
		c.Revoked, changed = later.Revoked, true
	}
	if c.LearnerName == "" && later.LearnerName != "" {
		c.LearnerName, changed = later.LearnerName, true
	}
	return changed
}
