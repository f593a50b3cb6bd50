package kept

import (
	"strings"
)

// matches reports whether If-None-Match headers name etag, or any by an
// asterisk. The comparison is weak, as RFC 9110, section 13.1.2, has it.
func matches(headers []string, etag string) bool {
	for _, header := range headers {
		if strings.TrimSpace(header) == "*" {
			return true
		}
		for len(header) > 0 {
			header = strings.TrimLeft(header, " \t,")
			header = strings.TrimPrefix(header, "W/")
			if !strings.HasPrefix(header, `"`) {
				break // no list of entity tags
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
