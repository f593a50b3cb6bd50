package command

import (
	"io"
	"log/slog"

	"github.com/scrumkb/scrumkb/internal/server"
)

// logSettings configure logging.
type logSettings struct {
	LogFormat format `name:"log-format" env:"SCRUMKB_LOG_FORMAT" default:"auto" placeholder:"FORMAT" help:"text or json (default: text, json with --production)."`
	LogLevel  level  `name:"log-level" env:"SCRUMKB_LOG_LEVEL" default:"info" placeholder:"LEVEL" help:"debug, info, warn or error (default ${default})."`
}

// logger returns a logger to w, and a function that flushes it. Text is for
// people, who see each line at once; JSON is for machines, and buffered.
func (s logSettings) logger(w io.Writer, production bool) (log *slog.Logger, flush func()) {
	options := &slog.HandlerOptions{Level: s.LogLevel.value}
	if s.LogFormat.value == "json" || s.LogFormat.value == "auto" && production {
		buffer := newLogBuffer(w)
		handler := urgent{slog.NewJSONHandler(buffer, options), buffer}
		return slog.New(server.LogHandler(handler)), buffer.flush
	}
	return slog.New(server.LogHandler(slog.NewTextHandler(w, options))), func() {}
}
