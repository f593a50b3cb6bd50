package command

import (
	"os"
	"runtime/debug"
)

// gcPercent is how much the heap may grow between two collections, in percent
// of what is in use, which is some 10 MB. Measured under load, beside Go's
// default of 100; see docs/decisions/speed.md.
const gcPercent = 200

// settle gives back the memory that starting up took, which is several times
// what serving needs, and from then on collects less often. The environment
// variable GOGC decides instead where it is set.
func settle() {
	debug.FreeOSMemory()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
