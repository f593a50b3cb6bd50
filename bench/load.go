package main

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// sample is the measurements of one series of requests.
type sample struct {
	rate     float64 // answers per second
	p50, p99 time.Duration
	cpu      time.Duration // of the process, per request
}

// result is the measurements of one case, for the server and the baseline.
type result struct {
	testCase
	server, baseline pair
}

type pair struct {
	rounds []sample
	steady sample // at steadyRate; zero if it was skipped
}

// series sends requests, continuing where the last series ended.
type series struct {
	target *process
	ask    func(n int) request
	sent   atomic.Int64
}

// next implements vegeta.Targeter.
func (s *series) next(t *vegeta.Target) error {
	r := s.ask(int(s.sent.Add(1)))
	t.Method, t.URL, t.Header, t.Body = r.method, r.url, r.header, r.body
	return nil
}

// drive alternates between the server and the baseline, so that other load on
// the machine affects both.
func drive(ctx context.Context, s settings, cases []testCase, baseline *process) ([]result, error) {
	results := make([]result, len(cases))
	for i := range cases {
		r := &results[i]
		r.testCase = cases[i]
		sides := []struct {
			*series
			*pair
		}{
			{&series{target: r.testCase.server, ask: r.ask}, &r.server},
			{&series{target: baseline, ask: r.forBaseline(baseline, i)}, &r.baseline},
		}
		for _, side := range sides { // warms up connections and caches
			if _, err := side.run(ctx, s.workers, vegeta.Rate{}, s.round/4); err != nil {
				return nil, fmt.Errorf("%s: %w", r.name, err)
			}
		}
		for range s.rounds {
			for _, side := range sides {
				got, err := side.run(ctx, s.workers, vegeta.Rate{}, s.round)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", r.name, err)
				}
				side.rounds = append(side.rounds, got)
			}
		}
		for _, side := range sides {
			if s.steady == 0 {
				break
			}
			var err error
			if side.steady, err = side.run(ctx, s.workers, vegeta.Rate{Freq: steadyRate, Per: time.Second}, s.steady); err != nil {
				return nil, fmt.Errorf("%s: %w", r.name, err)
			}
		}
	}
	return results, nil
}

// run fails at the first bad answer.
func (s *series) run(ctx context.Context, workers int, rate vegeta.Rate, duration time.Duration) (sample, error) {
	attacker := vegeta.NewAttacker(vegeta.Workers(uint64(workers)), vegeta.MaxWorkers(uint64(workers)), vegeta.Connections(workers), vegeta.Timeout(patience))
	before, err := s.target.cpu()
	if err != nil {
		return sample{}, err
	}
	begin := time.Now()
	var latencies []time.Duration
	for r := range attacker.Attack(s.next, rate, duration, "") {
		if ctx.Err() != nil {
			attacker.Stop()
			err = ctx.Err()
		}
		if err == nil && (r.Error != "" || !good(int(r.Code), r.Body)) {
			attacker.Stop()
			err = fmt.Errorf("%d %s %s", r.Code, r.Error, r.Body)
		}
		latencies = append(latencies, r.Latency)
	}
	took := time.Since(begin)
	if err != nil {
		return sample{}, err
	}
	after, err := s.target.cpu()
	if err != nil {
		return sample{}, err
	}
	if len(latencies) == 0 {
		return sample{}, fmt.Errorf("no answer within %s", duration)
	}
	slices.Sort(latencies)
	return sample{
		rate: float64(len(latencies)) / took.Seconds(),
		p50:  quantile(latencies, 50),
		p99:  quantile(latencies, 99),
		cpu:  (after - before) / time.Duration(len(latencies)),
	}, nil
}

// quantile returns a percentile of sorted values, by the nearest rank.
func quantile(sorted []time.Duration, percent int) time.Duration {
	return sorted[(len(sorted)*percent+99)/100-1]
}
