package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/scrumkb/scrumkb/internal/catalog"
	"github.com/scrumkb/scrumkb/internal/catalog/archive"
	"github.com/scrumkb/scrumkb/internal/progress"
	"github.com/scrumkb/scrumkb/internal/store"
)

type rebuildCommand struct {
	databaseSettings
	publicSettings
	Quiet bool `help:"Show no progress bar."`
}

// Run recomputes the progress of all learners, reports what differed, and
// repairs it. A server may be running meanwhile.
func (c *rebuildCommand) Run(ctx context.Context, streams Streams) (err error) {
	engine, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	tracker, unloaded, err := c.tracker(ctx, engine)
	if err != nil {
		return err
	}
	learners, err := tracker.Learners(ctx)
	if err != nil {
		return err
	}
	if len(learners) > 0 && unloaded != nil {
		return unloaded
	}
	began := time.Now()
	differences, err := c.rebuild(ctx, streams, tracker, learners)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(streams.Out, "Recomputed the progress of %s in %s: %s\n",
		counted(len(learners), "learner"), time.Since(began).Round(time.Millisecond), counted(differences, "difference"))
	return err
}

func (c *rebuildCommand) rebuild(ctx context.Context, streams Streams, tracker *progress.Tracker, learners []string) (differences int, err error) {
	if len(learners) == 0 {
		return 0, nil // no bar for zero learners
	}
	bar := c.bar(streams.Err, len(learners))
	for _, learner := range learners {
		found, err := tracker.Rebuild(ctx, learner)
		for _, d := range found {
			fmt.Fprintf(streams.Out, "%s %s: %s\n", d.Collection, d.ID, d.Problem)
		}
		if err != nil {
			return differences, fmt.Errorf("rebuilding the progress of %s: %w", learner, err)
		}
		differences += len(found)
		if err := bar.Add(1); err != nil {
			return differences, fmt.Errorf("showing the progress: %w", err)
		}
	}
	return differences, bar.Finish()
}

// barEvery is how often the bar is drawn: often enough to look alive.
const barEvery = 100 * time.Millisecond

func (c *rebuildCommand) bar(w io.Writer, total int) *progressbar.ProgressBar {
	if c.Quiet {
		w = io.Discard
	}
	return progressbar.NewOptions(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription("learners"),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(barEvery),
		progressbar.OptionOnCompletion(func() { fmt.Fprintln(w) }),
	)
}

// tracker opens the progress of all learners with the published content.
// unloaded says why that cannot be loaded; the tracker then only knows who the
// learners are.
func (c *rebuildCommand) tracker(ctx context.Context, engine store.Engine) (tracker *progress.Tracker, unloaded, err error) {
	repository, err := archive.Open(ctx, engine, time.Now)
	if err != nil {
		return nil, nil, err
	}
	if err := repository.TakeOver(ctx); err != nil {
		return nil, nil, err
	}
	library := &catalog.Library{}
	if err := library.Refresh(ctx, repository); err != nil {
		unloaded = fmt.Errorf("loading the content: %w", err)
	}
	versions, err := archive.NewVersions(library, repository)
	if err != nil {
		return nil, nil, err
	}
	names, err := c.names()
	if err != nil {
		return nil, nil, err
	}
	records, err := openRecords(ctx, engine, versions, outside{names: names, now: time.Now})
	if err != nil {
		return nil, nil, err
	}
	return records.Tracker, unloaded, nil
}

// counted returns a number with its noun, as in "1 learner".
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}
