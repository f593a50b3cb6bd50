package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/seed"
)

type seedCommand struct {
	Validate seedValidateCommand `cmd:"" help:"Check seed files without a database."`
	Plan     seedPlanCommand     `cmd:"" help:"Show what applying seed files would change in the database. Files in DIR may refer to what is in it."`
	Apply    seedApplyCommand    `cmd:"" help:"Apply seed files to the database and publish the result. Nothing is written unless everything is right; applying again changes nothing."`
}

// seedFiles selects the files.
type seedFiles struct {
	Dir string `arg:"" optional:"" placeholder:"DIR" help:"Directory of .yaml files; without it, the built-in content."`
}

func (f seedFiles) open() (fs.FS, error) {
	if f.Dir == "" {
		return seed.Embedded(), nil
	}
	info, err := os.Stat(f.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no directory %s", f.Dir)
	case err != nil:
		return nil, fmt.Errorf("reading seed files: %w", err)
	case !info.IsDir():
		return nil, fmt.Errorf("%s is not a directory", f.Dir)
	}
	return os.DirFS(f.Dir), nil
}

type seedValidateCommand struct {
	seedFiles
	BesideProgram bool  `name:"beside-program" help:"Let the files in DIR refer to the built-in content, which they add to."`
	Bank          *bool `negatable:"" help:"Also check the question bank as a whole against the blueprint (default: only without DIR)."`
	Report        bool  `help:"Print how the question bank compares with the blueprint."`
}

func (c seedValidateCommand) Run(streams Streams) error {
	files, err := c.open()
	if err != nil {
		return err
	}
	var beside *catalog.Content
	if c.BesideProgram {
		embedded, err := seed.Load(seed.Embedded(), nil)
		if err != nil {
			return fmt.Errorf("loading the program's own content: %w", err)
		}
		beside = embedded.Content
	}
	loaded, err := seed.Read(files, c.today())
	if err != nil {
		return err
	}
	err = loaded.Check(beside)
	wholeBank := c.Dir == ""
	if c.Bank != nil {
		wholeBank = *c.Bank
	}
	if wholeBank && err == nil {
		err = loaded.CheckBank()
	}
	if c.Report {
		if err := seed.WriteReport(streams.Out, loaded.Report()); err != nil {
			return err
		}
	}
	if err != nil {
		return c.report(streams, err)
	}
	_, err = fmt.Fprintln(streams.Out, "No mistakes found.")
	return err
}

type seedPlanCommand struct {
	databaseSettings
	seedFiles
	seedOptions
}

// seedOptions are options for applying seed files.
type seedOptions struct {
	Name  word `env:"SCRUMKB_SEED_NAME" default:"local" placeholder:"NAME" help:"Name of the files in DIR as a whole (default ${default}). Give each directory its own: files replace what files of the same name wrote, and take over items of the built-in content."`
	Prune bool `help:"Retire what files of the same name wrote earlier and no longer contain."`
}

// of refuses the name of the built-in content for other files, since every
// item that they lack would become an orphan.
func (o seedOptions) of(files seedFiles) (seed.Options, error) {
	switch {
	case files.Dir == "":
		return seed.Options{Seed: seed.Program, Prune: o.Prune}, nil
	case o.Name.value == seed.Program:
		return seed.Options{}, fmt.Errorf("--name %q cannot be used for files in a directory", o.Name.value)
	default:
		return seed.Options{Seed: o.Name.value, Prune: o.Prune}, nil
	}
}

func (c seedPlanCommand) Run(ctx context.Context, streams Streams) error {
	options, loaded, err := c.read(c.seedFiles)
	if err != nil {
		return err
	}
	return c.withRepository(ctx, func(repository *archive.Repository) error {
		plan, err := seed.Preview(ctx, repository, loaded, options)
		if err != nil {
			return c.report(streams, err)
		}
		return plan.Write(streams.Out)
	})
}

type seedApplyCommand struct {
	databaseSettings
	seedFiles
	seedOptions
}

func (c seedApplyCommand) Run(ctx context.Context, streams Streams) error {
	options, loaded, err := c.read(c.seedFiles)
	if err != nil {
		return err
	}
	return c.withRepository(ctx, func(repository *archive.Repository) error {
		applied, err := seed.Apply(ctx, repository, loaded, options)
		if err != nil {
			return c.report(streams, err)
		}
		if err := applied.Plan.Write(streams.Out); err != nil {
			return err
		}
		news := "is still published"
		if applied.Published {
			news = "is published"
		}
		_, err = fmt.Fprintf(streams.Out, "Revision %d %s.\n", applied.Revision.Number, news)
		return err
	})
}

// read reads the files before a database is opened or created.
func (o seedOptions) read(files seedFiles) (seed.Options, *seed.Loaded, error) {
	options, err := o.of(files)
	if err != nil {
		return options, nil, err
	}
	opened, err := files.open()
	if err != nil {
		return options, nil, err
	}
	loaded, err := seed.Read(opened, files.today())
	return options, loaded, err
}

// furthestAhead is how far the most advanced time zone is ahead of UTC.
const furthestAhead = 14 * time.Hour

// today is the latest date on earth, the limit for dates in people's files.
// The built-in content is not checked: starting must not depend on the clock.
func (f seedFiles) today() catalog.Date {
	if f.Dir == "" {
		return ""
	}
	return catalog.Date(time.Now().UTC().Add(furthestAhead).Format(time.DateOnly))
}

func (s databaseSettings) withRepository(ctx context.Context, use func(*archive.Repository) error) (err error) {
	engine, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	repository, err := archive.Open(ctx, engine, time.Now)
	if err != nil {
		return err
	}
	return use(repository)
}

// report prints mistakes in seed files without the program's name as a prefix,
// so that editors and CI can parse the positions at the start of each line.
func (f seedFiles) report(streams Streams, err error) error {
	mistakes, ok := errors.AsType[seed.Mistakes](err)
	if !ok {
		return err
	}
	for i := range mistakes {
		if mistakes[i].File != "" {
			mistakes[i].File = filepath.Join(f.Dir, mistakes[i].File)
		}
	}
	if _, err := fmt.Fprintln(streams.Err, mistakes); err != nil {
		return err
	}
	return errReported
}
