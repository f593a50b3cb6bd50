package kept

import (
	"strings"
)

// matches reports whether If-None-Match headers contain etag or an asterisk, by
// weak comparison (RFC 9110, section 13.1.2).
func matches(headers []string, etag string) bool {
	for _, header := range headers {
		if strings.TrimSpace(header) == "*" {
			return true
		}
		for len(header) > 0 {
			header = strings.TrimLeft(header, " \t,")
			header = strings.TrimPrefix(header, "W/")
			if !strings.HasPrefix(header, `"`) {
				break // not a list of entity tags
			}
			end := strings.IndexByte(header[1:], '"')
			if end < 0 {
				break
			}
			end += 2
			if header[:end] == etag {
				return true
			}
			header = header[end:]
		}
	}
	return false
}
