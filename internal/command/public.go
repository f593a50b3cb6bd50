package command

import (
	"cmp"
	"fmt"

	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// publicSettings configure the server's public address.
type publicSettings struct {
	PublicURL setting[string, publicURL] `name:"public-url" env:"SCRUMKB_PUBLIC_URL" placeholder:"URL" help:"Where learners and verifiers reach the server, such as https://learn.example.org. The links of certificates and the names in xAPI statements begin with it. Keep it: with another one, all earlier activity is reported again under new names."`
}

type publicURL struct{}

func (publicURL) read(text string) (string, error) {
	address, err := credential.ParseURL(text)
	if err != nil {
		return "", err
	}
	_, err = xapi.NewNames(address)
	return address, err
}

// unnamed is the base of names in xAPI statements if the server has no public
// URL. The listen address would be worse: it may change with each start, and
// names must be permanent.
const unnamed = "http://localhost"

// names are the names used in xAPI statements.
func (s publicSettings) names() (xapi.Names, error) {
	names, err := xapi.NewNames(cmp.Or(s.PublicURL.value, unnamed))
	if err != nil {
		return names, fmt.Errorf("--public-url: %w", err)
	}
	return names, nil
}
