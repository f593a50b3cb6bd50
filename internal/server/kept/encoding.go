package kept

import (
	"bytes"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// coding is how the bytes of an answer are written.
type coding uint8

const (
	identityCoding coding = iota
	gzipCoding
	zstdCoding
)

// codingNames are their names in Content-Encoding.
var codingNames = [...]string{identityCoding: "identity", gzipCoding: "gzip", zstdCoding: "zstd"}

// wish is what a client's Accept-Encoding asks for.
type wish struct {
	coding  coding
	exactly bool // the client refuses an answer that is not encoded
}

// wishOf reads Accept-Encoding headers (RFC 9110, section 12.5.3): the highest
// q wins, zstd before gzip where it is the same. The asterisk stands for all
// codings that are not named, and no header for none but identity. When
// everything is refused, the answer is not encoded: there is no other one.
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
	// Identity needs no name, and comes last then.
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

// codingQuality is the weight among parameters: 1 when there is none, and 0
// when it is not a number of 0 to 1.
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

// worthCompressing is how many bytes are worth it: fewer fit into one packet
// as they are.
const worthCompressing = 1 << 10

// compressor makes the encoded forms of answers. It is slow beside everything
// else, 0.1 ms for 12 KB, and made for what is kept.
type compressor struct {
	mu   sync.Mutex
	gzip *gzip.Writer
	zstd *zstd.Encoder
}

// encode returns text in the coding c.
func (c *compressor) encode(text []byte, as coding) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if as == zstdCoding {
		if c.zstd == nil {
			// The window is what the encoder keeps in memory for good.
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
