package graphiql

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
)

// example is an operation that the page opens in its own tab, until a user
// changes the tabs.
type example struct {
	Query     string `json:"query"`
	Variables string `json:"variables,omitempty"`
	Headers   string `json:"headers,omitempty"`
}

// loadExamples returns the operations in the order of their file names, each
// with the variables and the headers in the JSON files of the same name.
func loadExamples() []example {
	examples := []example{}
	for _, file := range must(fs.Glob(files, "examples/*.graphql")) {
		name := strings.TrimSuffix(file, "graphql")
		examples = append(examples, example{
			Query:     string(must(files.ReadFile(file))),
			Variables: beside(name + "json"),
			Headers:   beside(name + "headers.json"),
		})
	}
	return examples
}

// beside returns the content of a file, "" if there is none.
func beside(file string) string {
	text, err := files.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		panic(err)
	}
	return string(text)
}

// page is the HTML document. It names the assets by their hashes, so browsers
// have to ask each time whether it changed.
type page struct {
	html []byte
	etag string
}

func newPage(endpoint string, assets map[string]asset) page {
	index := template.Must(template.New("index.html").
		Funcs(template.FuncMap{"asset": func(name string) string { return assets[name].url }}).
		ParseFS(files, "page/index.html"))

	var html bytes.Buffer
	if err := index.Execute(&html, map[string]string{
		"Endpoint": endpoint,
		"Examples": string(must(json.Marshal(loadExamples()))),
	}); err != nil {
		panic(err)
	}
	sum := sha256.Sum256(html.Bytes())
	return page{html: html.Bytes(), etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
}

func (p page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", p.etag)
	if r.Header.Get("If-None-Match") == p.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(p.html)
}
