package command

import "regexp"

// misreadings maps kong's messages about command lines to ours.
var misreadings = []struct {
	theirs *regexp.Regexp
	ours   string
}{
	{regexp.MustCompile(`^unexpected argument (.+?), did you mean "?(.+?)"?\?$`), `"$1" is not expected here; did you mean $2?`},
	{regexp.MustCompile(`^unexpected argument (.+)$`), `"$1" is not expected here`},
	{regexp.MustCompile(`^unknown flag (\S+), did you mean "?(.+?)"?\?$`), `there is no flag $1; did you mean $2?`},
	{regexp.MustCompile(`^unknown flag (\S+)$`), `there is no flag $1`},
	{regexp.MustCompile(`^missing flags: (.+)$`), `$1 must be given`},
	{regexp.MustCompile(`^expected one of (.+)$`), `give one of these commands: $1`},
	{regexp.MustCompile(`^expected "<(\w+)>"$`), `$1 must be given`},
}

// misread explains why a command line is invalid.
func misread(err error) string {
	text := err.Error()
	for _, m := range misreadings {
		if m.theirs.MatchString(text) {
			return m.theirs.ReplaceAllString(text, m.ours)
		}
	}
	return text
}
