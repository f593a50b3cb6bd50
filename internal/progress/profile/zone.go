package profile

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/scrumkb/scrumkb/internal/typed"
)

// zoneNames are the names in Go's time zone database, one per line. The
// database can only look up exact spellings.
//
//go:embed zones.txt
var zoneNames string

// zones maps normalised names to IANA names.
var zones = sync.OnceValue(func() map[string]string {
	byKey := map[string]string{}
	for name := range strings.Lines(zoneNames) {
		name = strings.TrimSpace(name)
		byKey[zoneKey(name)] = name
	}
	return byKey
})

// readZone returns the IANA spelling of a typed time zone, or false if there
// is none. Case, spaces and underscores do not matter.
func readZone(text string) (string, bool) {
	const longest = 256 // bytes; no name has more than 32 characters
	if len(text) > longest {
		return "", false
	}
	name, ok := zones()[zoneKey(text)]
	return name, ok
}

func zoneKey(text string) string {
	return strings.NewReplacer(" ", "", "_", "").Replace(typed.Fold(text))
}
