package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/demo"
	"github.com/scrumkb/scrumkb/internal/identity"
	"github.com/scrumkb/scrumkb/internal/records"
	"github.com/scrumkb/scrumkb/internal/store"
	"github.com/scrumkb/scrumkb/internal/store/sqlitestore"
)

// demoCommand fills a database with invented learners.
type demoCommand struct {
	databaseSettings
	keySettings
	publicSettings
	RandomSeed setting[uint64, wholeNumber] `name:"random-seed" default:"1" placeholder:"NUMBER" help:"Seed of the class: the same number gives the same class (default ${default})."`
	Until      setting[time.Time, instant]  `placeholder:"TIME" help:"When the two months end, such as 2026-11-30T12:00:00Z (default now)."`
	Add        bool                         `help:"Add the class even if the database holds learners."`
	Production toggle                       `env:"SCRUMKB_PRODUCTION" help:"Refused: a public server must not have invented learners."`
}

// wholeNumber is a non-negative integer.
type wholeNumber struct{}

func (wholeNumber) read(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number, 0 or more", text)
	}
	return n, nil
}

// instant is a time that is not in the future.
type instant struct{}

func (instant) read(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		return at, fmt.Errorf("%q is not a time such as 2026-11-30T12:00:00Z", text)
	case at.After(time.Now()):
		return at, fmt.Errorf("%s is in the future", text)
	case at.Year() < firstYear:
		return at, fmt.Errorf("%s is too early", text)
	}
	return at, nil
}

// firstYear is the year of the Scrum Guide that the content follows.
const firstYear = 2020

func (c *demoCommand) check() []error {
	found := c.dataSettings.check()
	if c.Production.value {
		found = append(found, errors.New("--production: demo invents learners and cannot be used in production"))
	}
	if c.TokenKey.text == "" && len(found) == 0 {
		found = append(found, checkStored(c.DataDir.value, identity.TokenKey)...)
	}
	return found
}

func (c *demoCommand) Run(ctx context.Context, streams Streams) (err error) {
	end := time.Now()
	if c.Until.given {
		end = c.Until.value
	}
	engine, err := c.openWith(ctx, sqlitestore.Options{Dir: c.DataDir.value, Hurry: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	class, err := c.fill(ctx, engine, demo.NewWorld(c.RandomSeed.value, end))
	if err != nil {
		return err
	}
	return c.present(streams.Out, class)
}

// fill publishes the built-in content if nothing is published, and simulates
// the class.
func (c *demoCommand) fill(ctx context.Context, engine store.Engine, w *demo.World) (demo.Class, error) {
	repository, err := archive.Open(ctx, engine, w.Now)
	if err != nil {
		return demo.Class{}, err
	}
	if err := repository.TakeOver(ctx); err != nil {
		return demo.Class{}, err
	}
	library := &catalog.Library{}
	err = library.Refresh(ctx, repository)
	if errors.Is(err, catalog.ErrUnpublished) {
		if err = applyEmbedded(ctx, repository, slog.New(slog.DiscardHandler)); err == nil {
			err = library.Refresh(ctx, repository)
		}
	}
	if err != nil {
		return demo.Class{}, fmt.Errorf("loading the content: %w", err)
	}
	versions, err := archive.NewVersions(library, repository)
	if err != nil {
		return demo.Class{}, err
	}
	names, err := c.names()
	if err != nil {
		return demo.Class{}, err
	}
	kept, err := records.Open(ctx, engine, records.Config{
		Library: versions, Now: w.Now, NewSeed: w.NewSeed, NewID: w.NewID, Random: w, Names: names,
	})
	if err != nil {
		return demo.Class{}, err
	}
	known, err := kept.Tracker.Learners(ctx)
	if err != nil {
		return demo.Class{}, err
	}
	if err := c.admit(known, w.Subjects()); err != nil {
		return demo.Class{}, err
	}
	content, err := library.Current()
	if err != nil {
		return demo.Class{}, err
	}
	return demo.Fill(ctx, w, content, kept)
}

// admit refuses a database with learners unless asked to add to them, and one
// that already has the class.
func (c *demoCommand) admit(known, class []string) error {
	switch {
	case len(known) == 0:
		return nil
	case !c.Add:
		return fmt.Errorf("the database already holds %s; name another with --data-dir or --mongodb-uri, or add the class to it with --add", counted(len(known), "learner"))
	case slices.ContainsFunc(class, func(subject string) bool { return slices.Contains(known, subject) }):
		return fmt.Errorf("the database already has the class of --random-seed %d; give another number", c.RandomSeed.value)
	}
	return nil
}

// demoTTL lets people return to a demonstration for a while.
const demoTTL = 30 * 24 * time.Hour

// present prints the people of the class, and how to look at it.
func (c *demoCommand) present(out io.Writer, class demo.Class) error {
	key, err := c.key(c.DataDir.value)
	if err != nil {
		return err
	}
	issuer, err := c.issuer(key, time.Now)
	if err != nil {
		return err
	}
	trainer, until, err := issuer.Issue(class.Trainer.Subject, []identity.Role{identity.RoleTrainer}, false, demoTTL)
	if err != nil {
		return err
	}
	learner, _, err := issuer.Issue(class.Learner.Subject, []identity.Role{identity.RoleLearner}, false, demoTTL)
	if err != nil {
		return err
	}
	_, err = strings.NewReplacer(
		"{class}", class.Name, "{learners}", strconv.Itoa(class.Learners),
		"{begin}", class.Begin.Format(time.DateOnly), "{end}", class.End.Format(time.DateOnly),
		"{cohort}", class.Cohort, "{trainer}", class.Trainer.Name, "{trainer token}", trainer,
		"{learner}", class.Learner.Name, "{learner token}", learner,
		"{until}", until.Format(time.DateOnly),
	).WriteString(out, howToLook)
	return err
}

const howToLook = `“{class}” has {learners} learners, who learned from {begin} to {end}.

Run scrumkb serve with the same settings, and open http://127.0.0.1:8080/graphiql.
Send one of these tokens, valid until {until}, in the header Authorization: Bearer TOKEN.

{trainer}, the trainer:
{trainer token}
  { cohort(id: "{cohort}") { name members(first: 30) { nodes { name courses { percent } } } } }
  { cohort(id: "{cohort}") { stuck { name stuck { text } } weakestObjectives { objective { code title } percentRight } } }

{learner}, one of the learners:
{learner token}
  { viewer { nextSteps { kind reason { text } } streak { current longest } review { dueCount } } }
  { viewer { enrollments { course { title } percent } certificates { code verifyUrl } attempts { totalCount } } }
`
