package variables

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// LiteralsRule adds what the validator's rule ValuesOfCorrectType lacks: an
// Int has at most 32 bits, and numbers that fit neither an integer nor a float
// in Go are refused for custom scalars as well.
var LiteralsRule = core.Rule{
	Name: "LiteralsWithinBounds",
	RuleFunc: func(observers *core.Events, addError core.AddErrFunc) {
		observers.OnValue(func(_ *core.Walker, value *ast.Value) {
			if value.Definition == nil || inBounds(value) {
				return
			}
			addError(core.Message("%s is out of range for %s.", shownLiteral(value.Raw), value.Definition.Name), core.At(value.Position))
		})
	},
}

func inBounds(value *ast.Value) bool {
	var err error
	switch {
	case value.Kind == ast.IntValue && value.Definition.Name == "Int":
		_, err = strconv.ParseInt(value.Raw, 10, 32)
	case value.Kind == ast.IntValue:
		_, err = strconv.ParseInt(value.Raw, 10, 64)
	case value.Kind == ast.FloatValue:
		_, err = strconv.ParseFloat(value.Raw, 64)
	}
	return err == nil
}

func shownLiteral(raw string) string {
	if len(raw) <= mostShown {
		return raw
	}
	return "A number of " + strconv.Itoa(len(raw)) + " characters"
}
