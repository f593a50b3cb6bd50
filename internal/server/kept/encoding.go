package kept

import (
	"bytes"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// coding is a content encoding.
type coding uint8

const (
	identityCoding coding = iota
	gzipCoding
	zstdCoding
)

// codingNames are the names in Content-Encoding.
var codingNames = [...]string{identityCoding: "identity", gzipCoding: "gzip", zstdCoding: "zstd"}

// wish is a client's Accept-Encoding.
type wish struct {
	coding  coding
	exactly bool // the client refuses the identity encoding
}

// wishOf parses Accept-Encoding headers (RFC 9110, section 12.5.3): the highest
// q wins, and zstd precedes gzip if equal. The asterisk means all codings not
// named; without a header, only identity is acceptable. If everything is
// refused, the answer is sent in identity, for lack of an alternative.
func wishOf(headers []string) wish {
	const unnamed = -1
	given := [...]float64{identityCoding: unnamed, gzipCoding: unnamed, zstdCoding: unnamed}
	others := float64(unnamed)
	for _, header := range headers {
		for offer := range strings.SplitSeq(header, ",") {
			name, parameters, _ := strings.Cut(offer, ";")
			switch name = strings.ToLower(strings.TrimSpace(name)); name {
			case "identity":
				given[identityCoding] = codingQuality(parameters)
			case "gzip", "x-gzip":
				given[gzipCoding] = codingQuality(parameters)
			case "zstd":
				given[zstdCoding] = codingQuality(parameters)
			case "*":
				others = codingQuality(parameters)
			}
		}
	}
	// Identity needs no name, and comes last if unnamed.
	const leastQuality = 0.0001
	if given[identityCoding] == unnamed && others != 0 {
		given[identityCoding] = leastQuality
	}
	best, quality := identityCoding, max(given[identityCoding], 0)
	for _, c := range []coding{gzipCoding, zstdCoding} {
		if given[c] == unnamed {
			given[c] = others
		}
		if given[c] > 0 && given[c] >= quality {
			best, quality = c, given[c]
		}
	}
	return wish{coding: best, exactly: best != identityCoding && given[identityCoding] <= 0}
}

// codingQuality returns the weight among parameters: 1 if there is none, and 0
// if it is not a number from 0 to 1.
func codingQuality(parameters string) float64 {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || !(q >= 0 && q <= 1) {
			return 0
		}
		return q
	}
	return 1
}

// worthCompressing is the smallest size worth compressing: anything less fits
// into one packet.
const worthCompressing = 1 << 10

// compressor encodes answers. It is slow compared with everything else, 0.1 ms
// for 12 KB, and meant for answers that are cached.
type compressor struct {
	mu   sync.Mutex
	gzip *gzip.Writer
	zstd *zstd.Encoder
}

// encode returns text in the encoding c.
func (c *compressor) encode(text []byte, as coding) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if as == zstdCoding {
		if c.zstd == nil {
			// The encoder keeps its window in memory permanently.
			encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(128<<10))
			if err != nil {
				return nil, err
			}
			c.zstd = encoder
		}
		return bytes.Clone(c.zstd.EncodeAll(text, nil)), nil
	}

	var out bytes.Buffer
	if c.gzip == nil {
		c.gzip = gzip.NewWriter(&out)
	} else {
		c.gzip.Reset(&out)
	}
	if _, err := c.gzip.Write(text); err != nil {
		return nil, err
	}
	if err := c.gzip.Close(); err != nil {
		return nil, err
	}
	return bytes.Clone(out.Bytes()), nil
}
