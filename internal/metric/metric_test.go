package metric_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scrumkb/scrumkb/internal/metric"
)

func TestValues(t *testing.T) {
	r := &metric.Registry{}
	late := r.Counter("b_total", metric.Label{Name: "scope", Value: "process"})
	early := r.Counter("b_total", metric.Label{Name: "scope", Value: "network"})
	r.Gauge("a", func() int64 { return 7 })
	late.Inc()
	late.Inc()
	early.Inc()
	want := []metric.Value{
		{Name: "a", Value: 7},
		{Name: "b_total", Labels: []metric.Label{{Name: "scope", Value: "network"}}, Value: 1},
		{Name: "b_total", Labels: []metric.Label{{Name: "scope", Value: "process"}}, Value: 2},
	}
	if diff := cmp.Diff(want, r.Values()); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func TestNobodyReads(_ *testing.T) {
	var none *metric.Registry
	none.Counter("a_total").Inc() // does not panic
}
