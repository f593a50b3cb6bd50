package catalog_test

import (
	"runtime"
	"testing"
	"time"
)

func TestEditionsThatNobodyReadsLeaveNothingBehind(t *testing.T) {
	running := runtime.NumGoroutine()
	for range 20 {
		if _, err := found(t, build(t, embedded(t)), "sprint", nil); err != nil {
			t.Fatal(err)
		}
	}
	deadline := time.After(time.Minute)
	for {
		runtime.GC()
		left := runtime.NumGoroutine() - running
		if left < 20 {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("%d goroutines are left", left)
		default:
			runtime.Gosched()
		}
	}
}
