package check

import (
	"net/url"
	"regexp"
	"time"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

var (
	slugPattern      = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	topicPattern     = regexp.MustCompile(`^[A-Z]{2}[1-9]$`)
	objectivePattern = regexp.MustCompile(`^[A-Z]{2}[1-9]\.[1-9][0-9]?$`)
	decimalPattern   = regexp.MustCompile(`^(0|[1-9][0-9]*)(\.[0-9]+)?$`)
	currencyPattern  = regexp.MustCompile(`^[A-Z]{3}$`)
)

// maxSlug keeps ids readable and far below the key limits of every store.
const maxSlug = 80

func (p place) slug(field, value string) {
	p = p.field(field)
	switch {
	case value == "":
		p.report("is missing or empty")
	case len(value) > maxSlug:
		p.report("is longer than %d characters", maxSlug)
	case !slugPattern.MatchString(value):
		p.report("%q is not a slug: use lower-case letters and digits, joined by single hyphens", value)
	}
}

func (p place) date(field string, value catalog.Date) {
	p = p.field(field)
	if value == "" {
		p.report("is missing or empty")
		return
	}
	if _, err := time.Parse(time.DateOnly, string(value)); err != nil {
		p.report("%q is not a date such as 2026-03-31", string(value))
	}
}

func (p place) money(field string, m catalog.Money) {
	p = p.field(field)
	if !decimalPattern.MatchString(string(m.Amount)) {
		p.field("amount").report("%q is not a decimal number such as 100 or 99.95", string(m.Amount))
	}
	if !currencyPattern.MatchString(m.Currency) {
		p.field("currency").report("%q is not an ISO 4217 code such as USD", m.Currency)
	}
}

// webAddress checks an address if there is one.
func (p place) webAddress(field, value string) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil {
		p.field(field).report("%q is not a web address such as https://example.org/page", value)
	}
}
