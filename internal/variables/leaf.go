package variables

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// enum takes the exact name of one of def's values.
func enum(def *ast.Definition, value any) (any, *mistake) {
	name, ok := value.(string)
	if !ok || def.EnumValues.ForName(name) == nil {
		return nil, notA("value of "+def.Name, value)
	}
	return name, nil
}

// scalar coerces values of the five built-in scalars, and leaves all others
// as they are.
func scalar(name string, value any) (any, *mistake) {
	switch name {
	case "Int":
		if n, ok := integer(value); ok && n >= math.MinInt32 && n <= math.MaxInt32 {
			return n, nil
		}
		return nil, notA("whole number of at most 32 bits", value)
	case "Float":
		if number, ok := value.(json.Number); ok {
			if f, err := number.Float64(); err == nil {
				return f, nil
			}
		}
		return nil, notA("number", value)
	case "Boolean":
		if b, ok := value.(bool); ok {
			return b, nil
		}
		return nil, &mistake{message: "must be true or false, not " + shown(value)}
	case "String":
		if s, ok := value.(string); ok {
			return s, nil
		}
		return nil, notA("string", value)
	case "ID":
		if s, ok := value.(string); ok {
			return s, nil
		}
		if n, ok := integer(value); ok {
			return strconv.FormatInt(n, 10), nil
		}
		return nil, notA("string or a whole number", value)
	}
	return value, nil
}

// maxExact is the largest integer up to which float64 represents all integers.
const maxExact = 1<<53 - 1

// integer returns the whole number that value represents. JSON does not
// distinguish 5 from 5.0 or 5e0, and some clients write all numbers that way.
func integer(value any) (int64, bool) {
	number, ok := value.(json.Number)
	if !ok {
		return 0, false
	}
	if n, err := strconv.ParseInt(number.String(), 10, 64); err == nil {
		return n, true
	}
	f, err := number.Float64()
	if err != nil || f != math.Trunc(f) || math.Abs(f) > maxExact {
		return 0, false
	}
	return int64(f), true
}

func notA(wanted string, value any) *mistake {
	return &mistake{message: "must be a " + wanted + ", not " + shown(value)}
}

// mostShown is how many bytes of a value a message quotes.
const mostShown = 40

// shown quotes a value for a message.
func shown(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		if len(v) <= mostShown {
			return v.String()
		}
		return "a number of " + strconv.Itoa(len(v)) + " characters"
	case string:
		if len(v) <= mostShown {
			return strconv.Quote(v)
		}
		return "a string of " + strconv.Itoa(len(v)) + " bytes"
	case []any:
		return "a list"
	}
	return "an object"
}
