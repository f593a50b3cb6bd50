package seed

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/scrumkb/scrumkb/internal/catalog/check"
)

// CheckBank checks the files' questions, together with the content beside them,
// against the blueprint and the rules for the bank as a whole. It fails with
// [Mistakes].
func (l *Loaded) CheckBank() error {
	return l.locate(check.BankProblems(l.outcome())).asError()
}

// Report returns the figures that CheckBank judges.
func (l *Loaded) Report() check.Bank { return check.BankOf(l.outcome()) }

// WriteReport prints a report as tables: the blueprint required and present,
// the mix of types and levels, and what can be guessed about keys. A row that
// violates a requirement ends in "short" or "off".
func WriteReport(w io.Writer, r check.Bank) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(cells ...any) {
		text := make([]string, len(cells))
		for i, c := range cells {
			text[i] = fmt.Sprint(c)
		}
		// A tabwriter keeps the first error and returns it from Flush.
		_, _ = fmt.Fprintln(t, strings.TrimRight(strings.Join(text, "\t"), "\t"))
	}

	row("Blueprint", "wanted", "present", "lessons")
	wanted, present := 0, 0
	for _, topic := range r.Topics {
		wanted, present = wanted+topic.Wanted, present+topic.Present
		row(topic.Code+" "+topic.Title, topic.Wanted, topic.Present, "", verdict(topic.Present >= topic.Wanted, "short"))
		for _, o := range topic.Objectives {
			row("  "+o.Code+" "+o.Title, o.Wanted, o.Present, o.Lessons, verdict(o.Present >= o.Wanted && o.Lessons > 0, "short"))
		}
	}
	row("Sum", wanted, present, "", verdict(present >= wanted, "short"))

	for _, table := range []struct {
		title string
		rows  []check.Share
	}{
		{"Types", r.Types},
		{"Levels", r.Bloom},
		{"Stems and keys", []check.Share{r.Negative, r.Keys.Longest}},
	} {
		row()
		row(table.title, "count", "part", "wanted")
		for _, s := range table.rows {
			row(s.Name, s.Count, percent(s.Part), bounds(s), verdict(s.Met(), "off"))
		}
	}

	row()
	row("Key position", "count", "even")
	for _, p := range r.Keys.Positions {
		row(p.Position, p.Count, fmt.Sprintf("%.1f", p.Even), "", verdict(p.Met(), "off"))
	}

	row()
	row("Picking always", "score", "chance")
	row("the first", percent(r.Keys.AlwaysFirst.Score), percent(r.Keys.AlwaysFirst.Chance), "", verdict(r.Keys.AlwaysFirst.Met(), "off"))
	row("the longest", percent(r.Keys.AlwaysLongest.Score), percent(r.Keys.AlwaysLongest.Chance), "", verdict(r.Keys.AlwaysLongest.Met(), "off"))
	return t.Flush()
}

func verdict(met bool, otherwise string) string {
	if met {
		return ""
	}
	return otherwise
}

func bounds(s check.Share) string {
	switch {
	case s.Lowest <= 0 && s.Highest >= 1:
		return ""
	case s.Lowest <= 0:
		return "at most " + percent(s.Highest)
	case s.Highest >= 1:
		return "at least " + percent(s.Lowest)
	default:
		return percent(s.Lowest) + " to " + percent(s.Highest)
	}
}

func percent(part float64) string { return fmt.Sprintf("%.1f%%", 100*part) }
