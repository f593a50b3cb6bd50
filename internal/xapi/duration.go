package xapi

import (
	"fmt"
	"strings"
	"time"
)

// Duration is formatted as ISO 8601, such as PT1H2M3.45S, with hundredths of a
// second: readers need not compare more (xAPI 1.0.3 Data, 4.6). A negative
// duration is written as zero.
type Duration time.Duration

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) {
	const precision = 10 * time.Millisecond
	left := max(0, time.Duration(d).Truncate(precision))
	hours, left := left/time.Hour, left%time.Hour
	minutes, left := left/time.Minute, left%time.Minute
	seconds, hundredths := left/time.Second, left%time.Second/precision
	var text strings.Builder
	text.WriteString("PT")
	if hours > 0 {
		fmt.Fprintf(&text, "%dH", hours)
	}
	if minutes > 0 {
		fmt.Fprintf(&text, "%dM", minutes)
	}
	switch {
	case hundredths > 0:
		fmt.Fprintf(&text, "%d.%02dS", seconds, hundredths)
	case seconds > 0 || text.Len() == len("PT"):
		fmt.Fprintf(&text, "%dS", seconds)
	}
	return []byte(text.String()), nil
}
