package demo

import (
	"context"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/journey"
)

// renewalDays is how long after the end of the world a certification has to be
// renewed: soon enough for a reminder.
const renewalDays = 45

// certify records steps towards the course's certification: the learner takes
// the first one halfway through, and most learners earn the certification once
// they have completed the course.
func (l *learner) certify(ctx context.Context) error {
	certification := l.course.Certification()
	if certification == nil || l.decided {
		return nil
	}
	if l.habit.holds {
		return l.renew(ctx, certification)
	}
	progress, err := l.records.Tracker.Course(ctx, l.subject, l.course.Slug)
	if err != nil {
		return err
	}
	if progress.CompletedAt != nil {
		return l.gain(ctx, certification)
	}
	if halfway := 2*progress.CompletedUnits >= progress.RequiredUnits; halfway && len(certification.Steps) > 0 {
		return l.tick(ctx, certification, certification.Steps[0])
	}
	return nil
}

func (l *learner) gain(ctx context.Context, certification *catalog.Certification) error {
	l.decided = true
	if l.happens(0.3) {
		return nil
	}
	for _, step := range certification.Steps {
		if err := l.tick(ctx, certification, step); err != nil {
			return err
		}
	}
	today := catalog.Date(l.now.In(l.location).Format(dateLayout))
	_, err := l.records.Journeys.Earn(ctx, l.subject, certification.Slug, today)
	return err
}

func (l *learner) tick(ctx context.Context, certification *catalog.Certification, step *catalog.Step) error {
	l.pass(5, 30)
	_, err := l.records.Journeys.CompleteStep(ctx, l.subject, journey.CompleteStepInput{
		CertificationSlug: certification.Slug, StepSlug: step.Slug, Done: true,
	})
	return err
}

// renew records an earlier certification, and activities for its renewal.
func (l *learner) renew(ctx context.Context, certification *catalog.Certification) error {
	l.decided = true
	earned := catalog.Date(l.end.AddDate(0, -certification.Renewal.EveryMonths, renewalDays).Format(dateLayout))
	if _, err := l.records.Journeys.Earn(ctx, l.subject, certification.Slug, earned); err != nil {
		return err
	}
	for i, a := range []struct {
		kind  journey.SEUActivity
		title string
		hours float64
	}{
		{journey.AllianceEvent, "Regional gathering, two days", 12},
		{journey.IndependentLearning, "Read a book on product discovery", 6.5},
		{journey.CollaborativeLearning, "Mentored two new Product Owners", 4},
	} {
		l.pass(30, 90)
		on := catalog.Date(l.begin.AddDate(0, -3*(i+1), 0).Format(dateLayout))
		_, _, err := l.records.Journeys.LogSEU(ctx, l.subject, journey.LogSEUInput{
			CertificationSlug: certification.Slug, Activity: a.kind, Title: a.title, Hours: a.hours, On: on,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
