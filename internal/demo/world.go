package demo

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// months is how far back a class goes: long enough for reviews to come due, a
// course to be completed, and somebody to drop out.
const months = 2

// World is the time in which a class lives, and its source of randomness. The
// same seed and end give the same world. It is not safe for concurrent use.
type World struct {
	seed       uint64
	begin, end time.Time
	now        time.Time
	source     *rand.ChaCha8
	chance     *rand.Rand
}

// NewWorld returns a world that begins two months before the end.
func NewWorld(seed uint64, end time.Time) *World {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	source := rand.NewChaCha8(key)
	end = end.UTC().Truncate(time.Second)
	begin := end.AddDate(0, -months, 0)
	return &World{seed: seed, begin: begin, end: end, now: begin, source: source, chance: rand.New(source)} //nolint:gosec // one seed gives one class
}

// Now returns the time in the world.
func (w *World) Now() time.Time { return w.now }

// NewSeed returns a seed for drawing questions.
func (w *World) NewSeed() uint64 { return w.source.Uint64() }

// Read implements io.Reader with random bytes, which are predictable from the
// seed.
func (w *World) Read(p []byte) (int, error) { return w.source.Read(p) }

// NewID returns a version 7 UUID with the world's time.
func (w *World) NewID() string {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], uint64(w.now.UnixMilli())<<16)
	_, _ = w.source.Read(id[6:]) // never fails
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// reach advances the clock to an instant, unless that has passed.
func (w *World) reach(at time.Time) {
	if at.After(w.now) {
		w.now = at
	}
}

// pass lets a random number of seconds pass, within limits.
func (w *World) pass(least, most int) {
	w.now = w.now.Add(time.Duration(w.between(least, most)) * time.Second)
}

// happens returns true with the given probability.
func (w *World) happens(probability float64) bool { return w.chance.Float64() < probability }

// between returns a random number within limits, both inclusive.
func (w *World) between(least, most int) int { return least + w.chance.IntN(most-least+1) }
