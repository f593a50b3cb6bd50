package command

import (
	"cmp"
	"fmt"

	"github.com/scrumkb/scrumkb/internal/credential"
	"github.com/scrumkb/scrumkb/internal/xapi"
)

// publicSettings say by which name the world knows the server.
type publicSettings struct {
	PublicURL setting[string, publicURL] `name:"public-url" env:"SCRUMKB_PUBLIC_URL" placeholder:"URL" help:"Where learners and verifiers reach the server, such as https://learn.example.org. The links of certificates and the names in xAPI statements begin with it. Keep it: with another one, all that happened is reported again under new names."`
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

// unnamed is under which xAPI statements are told where the server has no
// public URL. The address that it listens on would do worse: it may be another
// one after each start, and every name has to stay.
const unnamed = "http://localhost"

// names are those under which other systems are told what happened.
func (s publicSettings) names() (xapi.Names, error) {
	names, err := xapi.NewNames(cmp.Or(s.PublicURL.value, unnamed))
	if err != nil {
		return names, fmt.Errorf("--public-url: %w", err)
	}
	return names, nil
}
