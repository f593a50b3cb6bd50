package server

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/rs/cors"
)

// origins are the web origins whose pages may use the API.
type origins struct {
	any   bool
	exact map[string]bool
	ports map[string]bool // "http://localhost", with any port
}

// CheckOrigin fails unless a value of [Config.CORSOrigins] can match what a
// browser sends: a scheme and a host, with any non-default port, or "*" for any
// port or for every origin.
func CheckOrigin(allowed string) error {
	if allowed == "*" {
		return nil
	}
	origin, anyPort := strings.CutSuffix(strings.ToLower(allowed), ":*")
	u, err := url.Parse(origin)
	switch {
	case err != nil || u.Hostname() == "" || strings.Contains(u.Host, "*") || u.Scheme+"://"+u.Host != origin || anyPort && u.Port() != "":
		return fmt.Errorf("%q is not a web origin such as https://app.example.org or http://localhost:*", allowed)
	case u.Scheme == "https" && u.Port() == "443", u.Scheme == "http" && u.Port() == "80":
		return fmt.Errorf("%q has the default port, which browsers leave out of origins", allowed)
	}
	return nil
}

func newOrigins(allowed []string) origins {
	o := origins{exact: map[string]bool{}, ports: map[string]bool{}}
	for _, origin := range allowed {
		origin = strings.ToLower(origin)
		host, anyPort := strings.CutSuffix(origin, ":*")
		switch {
		case origin == "*":
			o.any = true
		case anyPort:
			o.ports[host] = true
		default:
			o.exact[origin] = true
		}
	}
	return o
}

func (o origins) allow(origin string) bool {
	origin = strings.ToLower(origin)
	if o.any || o.exact[origin] {
		return true
	}
	if len(o.ports) == 0 {
		return false
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && o.ports[u.Scheme+"://"+u.Hostname()]
}

// trusts reports whether r comes from an allowed page, from the server's own,
// or from no page at all: browsers send the origin, or at least that the site
// is another one.
func (o origins) trusts(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return r.Header.Get("Sec-Fetch-Site") != "cross-site"
	}
	if o.allow(origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// share adds the CORS headers for allowed origins. The API has no cookies, so
// credentials are never allowed.
func (o origins) share(next http.Handler) http.Handler {
	return cors.New(cors.Options{
		AllowOriginFunc: o.allow,
		AllowedMethods:  []string{http.MethodGet, http.MethodPost},
		AllowedHeaders: []string{
			"Accept", "Content-Type", "Authorization", "X-Request-Id",
			"Apollo-Require-Preflight", "X-Apollo-Operation-Name", "Graphql-Require-Preflight",
			"Apollographql-Client-Name", "Apollographql-Client-Version",
		},
		ExposedHeaders: []string{"X-Request-Id", "Retry-After"},
		MaxAge:         600, // seconds; a page repeats its preflight every ten minutes
	}).Handler(next)
}

// preventForgery refuses a GET that any web page can make its visitors send:
// one without a preflight. POST needs neither this nor Go's
// http.CrossOriginProtection, because application/json forces a preflight.
//
// An EventSource cannot set headers. Its GET passes if the browser says that
// the page is trusted.
func (e *endpoint) preventForgery(r *http.Request, accept acceptance) error {
	contentType := r.Header.Get("Content-Type")
	if contentType != "" {
		if media, _, err := mime.ParseMediaType(contentType); err != nil || media != mediaJSON {
			return refuse(http.StatusUnsupportedMediaType, "Content-Type must be application/json or absent")
		}
		return nil
	}
	if forcesPreflight(r) {
		return nil
	}
	if accept.eventStream && e.origins.trusts(r) {
		return nil
	}
	return refuse(http.StatusBadRequest, "a GET needs Content-Type: application/json or an Apollo-Require-Preflight header")
}

// forcesPreflight reports whether r has a header that a page cannot send
// without a preflight.
func forcesPreflight(r *http.Request) bool {
	for _, header := range [...]string{"Apollo-Require-Preflight", "X-Apollo-Operation-Name", "Graphql-Require-Preflight"} {
		if r.Header.Get(header) != "" {
			return true
		}
	}
	return false
}
