package command

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestLogLinesAreWrittenTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out lockedBuffer
		log, flush := logSettings{LogFormat: format{value: "json"}}.logger(&out, false)
		lines := func() int { return strings.Count(out.String(), "\n") }

		log.Info("a")
		time.Sleep(logDelay / 2)
		log.Info("b")
		if n := lines(); n != 0 {
			t.Errorf("%d lines are written before the delay", n)
		}
		time.Sleep(logDelay/2 + 1)
		synctest.Wait()
		if n := lines(); n != 2 {
			t.Errorf("%d lines are written after the delay, want 2", n)
		}

		log.Info("c")
		log.With("k", 1).WithGroup("g").Warn("d")
		if n := lines(); n != 4 {
			t.Errorf("%d lines are written with a warning, want 4", n)
		}

		for range logTogether/100 + 1 {
			log.Info(strings.Repeat("e", 100))
		}
		if n := lines(); n <= 4 {
			t.Error("many lines wait")
		}

		log.Info("f")
		flush()
		if text := out.String(); !strings.HasSuffix(text, `"msg":"f"}`+"\n") {
			t.Errorf("the last line is %s", text[max(0, len(text)-200):])
		}
		flush()
		time.Sleep(logDelay)
		synctest.Wait()
		if n := strings.Count(out.String(), `"msg":"f"`); n != 1 {
			t.Errorf("the last line is written %d times", n)
		}
	})
}

// lockedBuffer may be read while a timer writes to it.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func TestTextLogIsNotBuffered(t *testing.T) {
	var out bytes.Buffer
	log, _ := logSettings{LogFormat: format{value: "auto"}, LogLevel: level{value: slog.LevelInfo}}.logger(&out, false)
	log.Info("a")
	if !strings.Contains(out.String(), "msg=a") {
		t.Errorf("%q", out.String())
	}
}
