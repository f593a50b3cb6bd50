package command

import (
	"io"
	"log/slog"

	"github.com/scrumkb/scrumkb/internal/server"
)

// logSettings say what is logged, and how.
type logSettings struct {
	LogFormat string     `name:"log-format" env:"SCRUMKB_LOG_FORMAT" enum:"auto,text,json" default:"auto" help:"text or json (default: text, json with --production)."`
	LogLevel  slog.Level `name:"log-level" env:"SCRUMKB_LOG_LEVEL" default:"INFO" placeholder:"LEVEL" help:"DEBUG, INFO, WARN or ERROR (default ${default})."`
}

func (s logSettings) logger(w io.Writer, production bool) *slog.Logger {
	options := &slog.HandlerOptions{Level: s.LogLevel}
	var handler slog.Handler = slog.NewTextHandler(w, options)
	if s.LogFormat == "json" || s.LogFormat == "auto" && production {
		handler = slog.NewJSONHandler(w, options)
	}
	return slog.New(server.LogHandler(handler))
}
