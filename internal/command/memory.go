package command

import (
	"os"
	"runtime/debug"
)

// gcPercent is how much the heap may grow between two collections, in percent
// of the memory in use, which is some 10 MB. It was measured under load against
// Go's default of 100; see docs/decisions/speed.md.
const gcPercent = 200

// settle releases the memory used while starting, which is several times
// what serving needs, and makes later collections rarer. The environment
// variable GOGC has precedence.
func settle() {
	debug.FreeOSMemory()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
