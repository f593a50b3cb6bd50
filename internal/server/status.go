package server

import (
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/scrumkb/scrumkb/internal/fault"
	"github.com/scrumkb/scrumkb/internal/server/failure"
)

// statusPartial is the newest draft's status for an answer with data and
// errors.
const statusPartial = 294

// statuses chooses the status for well-formed requests.
type statuses struct{ draft bool }

// ofErrors is the status for an answer without data. Clients of
// application/json treat anything but 200 as a broken connection and show no
// errors, so they get 200 unless the draft's codes are enabled.
func (s statuses) ofErrors(media string, errs gqlerror.List) int {
	code := fault.Internal
	if len(errs) > 0 {
		code = failure.CodeOf(errs[0])
	}
	switch code {
	case fault.Internal:
		return http.StatusInternalServerError
	case fault.Timeout, fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.BadRequest:
		return s.ofMalformed()
	}
	if media == mediaJSON && !s.draft {
		return http.StatusOK
	}
	switch code {
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden, fault.IntrospectionDisabled:
		return http.StatusForbidden
	case fault.RateLimited:
		return http.StatusTooManyRequests
	case fault.ValidationFailed, fault.InvalidInput:
		if s.draft {
			return http.StatusUnprocessableEntity
		}
	}
	return http.StatusBadRequest
}

// ofAnswer is the status for an answer with data.
func (s statuses) ofAnswer(errs gqlerror.List) int {
	if s.draft && len(errs) > 0 {
		return statusPartial
	}
	return http.StatusOK
}

// ofMalformed is the status for JSON that is not a GraphQL request.
func (s statuses) ofMalformed() int {
	if s.draft {
		return http.StatusUnprocessableEntity
	}
	return http.StatusBadRequest
}
