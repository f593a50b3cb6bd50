// Package graphiql serves GraphiQL, the GraphQL explorer in the browser, from
// embedded files. The page contacts no other host.
package graphiql

import (
	"embed"
	"net/http"
)

// Path is where Handler expects to be mounted, together with everything below it.
const Path = "/graphiql"

//go:embed assets/*.gz examples page
var files embed.FS

// policy allows scripts, styles and data only from the page's own origin.
// GraphiQL's style sheet contains its fonts and cursors as data URLs, and its
// menus lock scrolling with a style element of their own.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the page at Path and its files below it. The page sends its
// operations to endpoint, a path of the same origin: queries and mutations by
// POST, subscriptions over a WebSocket with graphql-transport-ws.
func Handler(endpoint string) http.Handler {
	assets := loadAssets()

	mux := http.NewServeMux()
	mux.Handle("GET "+Path, newPage(endpoint, assets))
	mux.Handle("GET "+Path+"/{$}", http.RedirectHandler(Path, http.StatusPermanentRedirect))
	for _, a := range assets {
		mux.Handle("GET "+a.url, a)
	}
	return secured(mux)
}

func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

// must is for errors that only a broken embedded file can cause, which is a
// defect of the build.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
