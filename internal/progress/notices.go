package progress

import (
	"context"
	"slices"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/notice"
	"github.com/scrumkb/scrumkb/internal/progress/certificate"
	"github.com/scrumkb/scrumkb/internal/progress/course"
	"github.com/scrumkb/scrumkb/internal/quiz"
)

// Notices returns a page of what the learner should see once, as
// [notice.Notices.List] does. What their records say is looked up here, so that
// a crash loses no notice; only attempts that ran out of time are noted when
// they are projected.
func (t *Tracker) Notices(ctx context.Context, learner string, unread bool, page catalog.PageRequest) (notice.Page, error) {
	courses, err := t.Courses(ctx, learner)
	if err != nil {
		return notice.Page{}, err
	}
	certificates, err := t.config.Certificates.Views(ctx, learner)
	if err != nil {
		return notice.Page{}, err
	}
	found := append(ofCertificates(learner, certificates), ofWaivers(learner, courses)...)
	revised, settle, err := t.ofContent(ctx, learner)
	if err != nil {
		return notice.Page{}, err
	}
	listed, err := t.config.Notices.List(ctx, learner, append(found, revised...), unread, page)
	if err != nil {
		return notice.Page{}, err
	}
	return listed, settle()
}

func ofCertificates(learner string, certificates []*certificate.View) []notice.Notice {
	var found []notice.Notice
	for _, c := range certificates {
		about := func(code notice.Code, at time.Time) notice.Notice {
			n := notice.Of(learner, code, notice.ByCertificate(code, c.Code()), at)
			n.CertificateCode, n.CourseSlug, n.Title = c.Code(), c.CourseSlug(), c.CourseTitle()
			return n
		}
		found = append(found, about(notice.CertificateIssued, c.IssuedAt()))
		if at := c.RevokedAt(); at != nil {
			found = append(found, about(notice.CertificateRevoked, *at))
		}
	}
	return found
}

func ofWaivers(learner string, courses []*course.Progress) []notice.Notice {
	var found []notice.Notice
	for _, p := range courses {
		for _, u := range p.Units {
			if u.Waiver == nil {
				continue
			}
			n := notice.Of(learner, notice.UnitWaived, notice.ByWaiver(p.Course.Slug, u.Unit.Slug), u.Waiver.At)
			n.CourseSlug, n.Title = p.Course.Slug, p.Course.Title
			n.UnitSlug, n.UnitTitle, n.Reason = u.Unit.Slug, u.Unit.Title, u.Waiver.Reason
			found = append(found, n)
		}
	}
	return found
}

// ofContent returns notices about the published edition's changes to questions
// that the learner has answered, unless the two were already compared. settle
// records the comparison once the notices are stored.
func (t *Tracker) ofContent(ctx context.Context, learner string) (found []notice.Notice, settle func() error, err error) {
	nothing := func() error { return nil }
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return nil, nothing, err
	}
	edition := snapshot.Revision()
	if done, err := t.config.Notices.Compared(ctx, learner, edition.Number); done || err != nil {
		return nil, nothing, err
	}
	revised, all, err := t.config.Attempts.Revised(ctx, learner, snapshot)
	if err != nil {
		return nil, nothing, err
	}
	for _, r := range revised {
		code, cause := notice.QuestionRetired, notice.ByRetirement(r.QuestionSlug)
		if r.Now != nil {
			code, cause = notice.QuestionCorrected, notice.ByCorrection(r.QuestionSlug, r.Now.Version)
		}
		n := notice.Of(learner, code, cause, edition.PublishedAt)
		n.QuestionSlug, n.ObjectiveCode = r.QuestionSlug, r.ObjectiveCode
		found = append(found, n)
	}
	if !all {
		return found, nothing, nil // compare again when the open attempts have ended
	}
	return found, func() error { return t.config.Notices.SetCompared(ctx, learner, edition.Number) }, nil
}

// notify stores the notice that an attempt ran out of time, and schedules
// another comparison for answers to questions that changed while the attempt
// was open.
func (t *Tracker) notify(ctx context.Context, a *quiz.Attempt) error {
	snapshot, err := t.config.Library.Current()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(a.Slots, func(s quiz.Slot) bool { return s.Outdated(snapshot.Question(s.QuestionSlug)) }) {
		if err := t.config.Notices.SetCompared(ctx, a.LearnerID, 0); err != nil {
			return err
		}
	}
	if !a.EndedByTime() {
		return nil
	}
	code := notice.AttemptAbandoned
	if a.State == quiz.Finished {
		code = notice.AttemptSubmitted
	}
	n := notice.Of(a.LearnerID, code, notice.ByAttempt(a.Key, a.Number), *a.FinishedAt)
	n.AttemptID, n.QuizSlug, n.Title = quiz.GlobalID(a.LearnerID, a.Ref()), a.QuizSlug, a.QuizSlug
	n.Answered, n.Total = a.Answered(), a.Total()
	if q := snapshot.Quiz(a.QuizSlug); q != nil {
		n.Title = q.Title
	}
	if score := a.Score(); score != nil {
		n.Percent = new(score.Percent())
	}
	return t.config.Notices.Put(ctx, []notice.Notice{n})
}
