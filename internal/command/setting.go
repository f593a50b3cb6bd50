package command

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// setting is a flag or its environment variable, whose text a reader converts
// to a value. It keeps an error, so that all errors can be reported together
// and in our words. An empty text counts as not given.
type setting[T any, R reader[T]] struct {
	value T
	given bool // it is not the default

	text  string
	wrong error
}

// reader converts the text of a setting. Its errors begin with the problem, as
// in `"soon" is not a duration`.
type reader[T any] interface {
	read(text string) (T, error)
}

// severally is a reader for lists, whose elements may be given in several
// flags.
type severally interface{ severally() }

var errNoValue = errors.New("needs a value")

// Decode implements kong.MapperValue.
func (s *setting[T, R]) Decode(ctx *kong.DecodeContext) error {
	text, ok := pop(ctx)
	if !ok {
		s.wrong = errNoValue
		return nil
	}
	var r R
	if _, list := any(r).(severally); list && s.given {
		text = s.text + "," + text
	}
	s.text = strings.TrimSpace(text)
	s.given = s.text != "" && s.text != ctx.Value.Default
	if s.text == "" {
		s.text = ctx.Value.Default
	}
	if s.text == "" {
		return nil
	}
	s.value, s.wrong = r.read(s.text)
	return nil
}

// pop takes the next argument, unless it is another flag.
func pop(ctx *kong.DecodeContext) (text string, ok bool) {
	next := ctx.Scan.Peek()
	if next.Type == kong.EOLToken {
		return "", false
	}
	text = fmt.Sprint(next.Value)
	if next.Type == kong.UntypedToken && strings.HasPrefix(text, "--") {
		return "", false
	}
	ctx.Scan.Pop()
	return text, true
}

func (s *setting[T, R]) mistake() error { return s.wrong }

// mistaken is implemented by every setting.
type mistaken interface{ mistake() error }

// checked is a command whose settings must be consistent.
type checked interface {
	// check returns what is wrong with its settings as a whole, each beginning
	// with the name of a flag. It changes nothing.
	check() []error
}

// mistakes returns what is wrong with a command's settings, under the names
// with which they were given.
func mistakes(command *kong.Context) []error {
	var found []error
	flags := map[*kong.Value]bool{} // on the command line
	for _, part := range command.Path {
		if part.Flag != nil {
			flags[part.Flag.Value] = true
		}
	}
	for _, flag := range command.Flags() {
		s, ok := flag.Target.Addr().Interface().(mistaken)
		if !ok || s.mistake() == nil {
			continue
		}
		name := "--" + flag.Name
		if !flags[flag.Value] && len(flag.Envs) > 0 {
			name = flag.Envs[0]
		}
		found = append(found, fmt.Errorf("%s: %w", name, s.mistake()))
	}
	if selected := command.Selected(); selected != nil && selected.Target.Kind() == reflect.Struct && selected.Target.CanAddr() {
		if c, ok := selected.Target.Addr().Interface().(checked); ok {
			found = append(found, c.check()...)
		}
	}
	return found
}

// toggle is a setting that is on or off.
type toggle struct {
	value bool
	given bool
	wrong error
}

// IsBool implements kong.BoolMapperValue: the flag needs no value.
func (*toggle) IsBool() bool { return true }

// Decode implements kong.MapperValue.
func (t *toggle) Decode(ctx *kong.DecodeContext) error {
	text := "true"
	if ctx.Scan.Peek().Type == kong.FlagValueToken {
		text = strings.TrimSpace(fmt.Sprint(ctx.Scan.Pop().Value))
		t.given = text != "" && text != ctx.Value.Default
	} else {
		t.given = true
	}
	if text == "" {
		text = ctx.Value.Default
	}
	switch strings.ToLower(text) {
	case "true", "yes", "on", "1":
		t.value = true
	case "false", "no", "off", "0", "":
		t.value = false
	default:
		t.wrong = fmt.Errorf("%q is neither true nor false", text)
	}
	return nil
}

func (t *toggle) mistake() error { return t.wrong }
