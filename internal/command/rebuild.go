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

// Run sums up the progress of all learners anew, tells what differed, and
// mends it. A server may be running meanwhile.
func (c *rebuildCommand) Run(ctx context.Context, streams Streams) (err error) {
	engine, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	tracker, err := c.tracker(ctx, engine)
	if err != nil {
		return err
	}
	learners, err := tracker.Learners(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	differences, err := c.rebuild(ctx, streams, tracker, learners)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(streams.Out, "%d learners summed up anew in %s, %d differences\n",
		len(learners), time.Since(began).Round(time.Millisecond), differences)
	return err
}

func (c *rebuildCommand) rebuild(ctx context.Context, streams Streams, tracker *progress.Tracker, learners []string) (differences int, err error) {
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

// tracker opens the progress of all learners beside the content that is
// published.
func (c *rebuildCommand) tracker(ctx context.Context, engine store.Engine) (*progress.Tracker, error) {
	repository, err := archive.Open(ctx, engine, time.Now)
	if err != nil {
		return nil, err
	}
	library := &catalog.Library{}
	if err := load(ctx, library, repository); err != nil {
		return nil, fmt.Errorf("loading the content: %w", err)
	}
	versions, err := archive.NewVersions(library, repository)
	if err != nil {
		return nil, err
	}
	names, err := c.names()
	if err != nil {
		return nil, err
	}
	_, records, err := openRecords(ctx, engine, versions, outside{names: names})
	if err != nil {
		return nil, err
	}
	return records.Tracker, nil
}
