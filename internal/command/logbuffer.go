package command

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

const (
	// logDelay is how long a line may wait for others. A system call per line
	// would cost as much as the logged request.
	logDelay = 100 * time.Millisecond

	// logTogether is the number of bytes to write without delay.
	logTogether = 32 << 10
)

// logBuffer writes log lines in batches. A process that is killed loses the
// lines of the last logDelay. It is safe for concurrent use.
type logBuffer struct {
	mu      sync.Mutex
	w       io.Writer
	waiting []byte
	timer   *time.Timer
}

func newLogBuffer(w io.Writer) *logBuffer {
	b := &logBuffer{w: w}
	b.timer = time.AfterFunc(logDelay, b.flush)
	return b
}

// Write implements io.Writer. It never fails: there is nowhere to report that
// the log cannot be written.
func (b *logBuffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) == 0 {
		b.timer.Reset(logDelay)
	}
	b.waiting = append(b.waiting, line...)
	if len(b.waiting) >= logTogether {
		b.write()
	}
	return len(line), nil
}

func (b *logBuffer) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.write()
}

func (b *logBuffer) write() {
	if len(b.waiting) > 0 {
		_, _ = b.w.Write(b.waiting)
		b.waiting = b.waiting[:0]
	}
}

// urgent writes warnings and errors without delay.
type urgent struct {
	slog.Handler
	buffer *logBuffer
}

func (u urgent) Handle(ctx context.Context, record slog.Record) error {
	err := u.Handler.Handle(ctx, record)
	if record.Level >= slog.LevelWarn {
		u.buffer.flush()
	}
	return err
}

func (u urgent) WithAttrs(attrs []slog.Attr) slog.Handler {
	return urgent{u.Handler.WithAttrs(attrs), u.buffer}
}

func (u urgent) WithGroup(name string) slog.Handler {
	return urgent{u.Handler.WithGroup(name), u.buffer}
}
