package graphiql

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// asset is an immutable file whose URL contains its hash.
type asset struct {
	url         string
	contentType string
	body        []byte
	gzipped     bool // whether body is compressed
}

// loadAssets returns the page's files by name. Third-party ones are embedded
// compressed.
func loadAssets() map[string]asset {
	assets := map[string]asset{}
	for _, pattern := range []string{"assets/*.gz", "page/*.js", "page/*.css", "page/*.svg"} {
		for _, file := range must(fs.Glob(files, pattern)) {
			name, gzipped := strings.CutSuffix(path.Base(file), ".gz")
			body := must(files.ReadFile(file))
			sum := sha256.Sum256(body)
			assets[name] = asset{
				url:         Path + "/" + hex.EncodeToString(sum[:8]) + "/" + name,
				contentType: mime.TypeByExtension(path.Ext(name)),
				body:        body,
				gzipped:     gzipped,
			}
		}
	}
	return assets
}

func (a asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if a.gzipped {
		h.Set("Vary", "Accept-Encoding")
		if !acceptsGzip(r.Header.Values("Accept-Encoding")) {
			_, _ = io.Copy(w, must(gzip.NewReader(bytes.NewReader(a.body))))
			return
		}
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	_, _ = w.Write(a.body)
}

// acceptsGzip parses Accept-Encoding. If gzip is named, its weight counts,
// otherwise that of "*"; zero means no.
func acceptsGzip(headers []string) bool {
	others := false
	for field := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		coding, params, _ := strings.Cut(field, ";")
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return wanted(params)
		case "*":
			others = wanted(params)
		}
	}
	return others
}

func wanted(params string) bool {
	name, weight, _ := strings.Cut(params, "=")
	if strings.ToLower(strings.TrimSpace(name)) != "q" {
		return true
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
	return err == nil && q > 0
}
