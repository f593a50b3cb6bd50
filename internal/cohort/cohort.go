package cohort

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/store"
)

const (
	// MaxMembers limits the members of a cohort: a course has 10 to 40
	// participants, and trainers' views read the records of every member.
	MaxMembers = 100
	// MaxTrainers limits the trainers of a cohort.
	MaxTrainers = 20
	// MaxCohorts limits the open cohorts of a trainer.
	MaxCohorts = 100

	// maxSubject limits a trainer's subject, in bytes.
	maxSubject = 800
)

// Cohort is a group of learners with the trainers who may see their progress.
// Times are UTC with milliseconds.
type Cohort struct {
	store.Meta `bson:",inline"` // _id is a UUID

	Name       string     `bson:"name"`
	Trainers   []string   `bson:"trainers"` // subjects, in the order in which they were added; never empty
	Invitation string     `bson:"invitation"`
	CreatedAt  time.Time  `bson:"created_at"`
	ArchivedAt *time.Time `bson:"archived_at,omitempty"` // when joining ended; nil while the cohort is open
}

// Trainer lets a trainer find a cohort. It grants nothing: the cohort itself
// lists its trainers. It is written before a trainer is added and stays when
// one is removed, so that neither a crash nor a race hides a cohort from its
// trainers.
type Trainer struct {
	store.Meta `bson:",inline"` // _id is <trainer>/<cohort>

	LearnerID string    `bson:"learner_id"` // the trainer, under the name of the field that marks a document's owner
	CohortID  string    `bson:"cohort_id"`
	AddedAt   time.Time `bson:"added_at"`
	Archived  bool      `bson:"archived"` // the cohort is known to be archived, for good
}

func (c *Cohort) hasTrainer(subject string) bool { return slices.Contains(c.Trainers, subject) }

// madeFor fails if the cohort was not created by the trainer's request for this
// name.
func (c *Cohort) madeFor(trainer, name string) error {
	if c.Name != name || !c.hasTrainer(trainer) {
		return fault.Conflicting(fault.KeyReused, "the idempotency key was used for another request")
	}
	return nil
}

// addTrainer reports whether the trainer is new.
func (c *Cohort) addTrainer(subject string) (bool, error) {
	switch {
	case c.hasTrainer(subject):
		return false, nil
	case c.ArchivedAt != nil:
		return false, alreadyArchived()
	case len(c.Trainers) >= MaxTrainers:
		return false, fault.Conflicting(fault.LimitReached, "a cohort has at most %d trainers", MaxTrainers)
	}
	c.Trainers = append(slices.Clone(c.Trainers), subject)
	return true, nil
}

// removeTrainer reports whether the trainer was among them.
func (c *Cohort) removeTrainer(subject string) (bool, error) {
	if !c.hasTrainer(subject) {
		return false, nil
	}
	if len(c.Trainers) == 1 {
		return false, fault.Conflicting(fault.LastTrainer, "the last trainer cannot be removed; archive the cohort instead")
	}
	c.Trainers = slices.DeleteFunc(slices.Clone(c.Trainers), func(t string) bool { return t == subject })
	return true, nil
}

// archive reports whether the cohort was open.
func (c *Cohort) archive(now time.Time) bool {
	if c.ArchivedAt != nil {
		return false
	}
	c.ArchivedAt = &now
	return true
}

// notFound is the same for what does not exist and for what is not the
// caller's.
func notFound() error { return fault.New(fault.NotFound, "there is no such cohort") }

func alreadyArchived() error {
	return fault.Conflicting(fault.CohortArchived, "the cohort is archived")
}

func checkTrainer(subject string) error {
	if subject == "" || len(subject) > maxSubject || !utf8.ValidString(subject) || strings.ContainsFunc(subject, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return fault.Invalid("trainerId", "this is not the id of a caller")
	}
	return nil
}

func trainerEntryID(trainer, cohort string) string { return trainer + "/" + cohort }

// ownerIn returns the part of an id before the last slash, or "": the learner
// or the trainer. Their ids may contain slashes, those of cohorts do not.
func ownerIn(id string) string {
	return id[:max(0, strings.LastIndexByte(id, '/'))]
}
