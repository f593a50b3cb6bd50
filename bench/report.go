package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"
)

// report writes Markdown. Baseline times appear only as ratios next to each
// case, since absolute ones depend on the machine.
func report(w io.Writer, s settings, results []result, starts []time.Duration, idle, loaded memory) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d rounds of %s, %d connections, %s, %d CPUs, seeded content on the embedded database.\n", s.rounds, s.round, s.workers, runtime.Version(), runtime.NumCPU())
	b.WriteString("The baseline is a bare net/http handler that writes the same bytes and makes the same store calls.\n\n")

	b.WriteString("| CPU s per 1,000 requests | minimum | median | baseline, minimum | minimum ÷ baseline | at most | |\n|---|---:|---:|---:|---:|---:|---|\n")
	for _, r := range results {
		least := ratio(r.server.least(cpuOf), r.baseline.least(cpuOf))
		fmt.Fprintf(&b, "| %s | %.4f | %.4f | %.4f | %.2f | %g | %s |\n", r.name,
			per1000(r.server.least(cpuOf)), per1000(r.server.median(cpuOf)), per1000(r.baseline.least(cpuOf)), least, r.most, verdict(least <= r.most))
	}

	b.WriteString("\n| full speed, medians | requests/s | ÷ baseline | p50 ms | ÷ baseline | p99 ms | ÷ baseline |\n|---|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range results {
		fmt.Fprintf(&b, "| %s | %.0f | %.2f | %.2f | %.2f | %.2f | %.2f |\n", r.name,
			r.server.median(rateOf), ratio(r.server.median(rateOf), r.baseline.median(rateOf)),
			1000*r.server.median(p50Of), ratio(r.server.median(p50Of), r.baseline.median(p50Of)),
			1000*r.server.median(p99Of), ratio(r.server.median(p99Of), r.baseline.median(p99Of)))
	}

	if s.steady > 0 {
		fmt.Fprintf(&b, "\n| at a steady %d requests/s | p50 ms | ÷ baseline | p99 ms | ÷ baseline (at most 3) |\n|---|---:|---:|---:|---:|\n", steadyRate)
		for _, r := range results {
			server, baseline := r.server.steady, r.baseline.steady
			fmt.Fprintf(&b, "| %s | %.2f | %.2f | %.2f | %.2f |\n", r.name,
				1000*p50Of(server), ratio(p50Of(server), p50Of(baseline)), 1000*p99Of(server), ratio(p99Of(server), p99Of(baseline)))
		}
	}

	slices.Sort(starts)
	b.WriteString("\n| process | | |\n|---|---:|---|\n")
	fmt.Fprintf(&b, "| ready on a seeded database, best of %d | %d ms | %s |\n", len(starts), starts[0].Milliseconds(), verdict(starts[0] <= time.Second))
	fmt.Fprintf(&b, "| the same, median | %d ms | |\n", starts[len(starts)/2].Milliseconds())
	const most = 60 << 20
	fmt.Fprintf(&b, "| memory (RSS) idle | %.1f MiB | %s |\n", mib(idle.now), verdict(idle.now < most))
	fmt.Fprintf(&b, "| memory (RSS) after the load | %.1f MiB | |\n", mib(loaded.now))
	fmt.Fprintf(&b, "| memory (RSS) at its peak | %.1f MiB | |\n", mib(loaded.peak))
	_, err := io.WriteString(w, b.String())
	return err
}

func verdict(met bool) string {
	if met {
		return ""
	}
	return "missed"
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

func per1000(seconds float64) float64 { return 1000 * seconds }

func ratio(a, b float64) float64 { return a / max(b, 1e-9) }

func cpuOf(s sample) float64  { return s.cpu.Seconds() }
func rateOf(s sample) float64 { return s.rate }
func p50Of(s sample) float64  { return s.p50.Seconds() }
func p99Of(s sample) float64  { return s.p99.Seconds() }

func (p pair) least(of func(sample) float64) float64 {
	return slices.Min(p.all(of))
}

func (p pair) median(of func(sample) float64) float64 {
	all := p.all(of)
	slices.SortFunc(all, cmp.Compare[float64])
	return all[len(all)/2]
}

func (p pair) all(of func(sample) float64) []float64 {
	all := make([]float64, 0, len(p.rounds))
	for _, s := range p.rounds {
		all = append(all, of(s))
	}
	return all
}
