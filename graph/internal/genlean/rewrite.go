package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

const leanImport = `"github.com/scrumkb/scrumkb/graph/internal/lean"`

// rewrite returns the generated code with the calls of package lean in it.
func rewrite(code string) (string, error) {
	if strings.Contains(code, leanImport) {
		return "", errors.New("it is rewritten already")
	}
	code, err := importLean(code)
	if err != nil {
		return "", err
	}
	if code, err = rewriteLists(code); err != nil {
		return "", err
	}
	if code, err = rewriteObjects(code); err != nil {
		return "", err
	}
	if code, err = rewriteProperties(code); err != nil {
		return "", err
	}
	// What is written as a text need not be looked at for an error.
	return strings.ReplaceAll(code, "graphql.MarshalString(", "lean.MarshalString("), nil
}

func importLean(code string) (string, error) {
	const gqlgen = `"github.com/99designs/gqlgen/graphql"`
	if strings.Count(code, gqlgen) != 1 {
		return "", errors.New("there is no single import of gqlgen")
	}
	return strings.Replace(code, gqlgen, gqlgen+"\n\t"+leanImport, 1), nil
}

// rewriteLists fails unless every list is generated in the one known form,
// without a limit of workers and with a handler of panics.
func rewriteLists(code string) (string, error) {
	const (
		anyForm   = "graphql.MarshalSliceConcurrently("
		knownForm = anyForm + "ctx, len(v), 0, false, func("
	)
	n := strings.Count(code, knownForm)
	if n == 0 || n != strings.Count(code, anyForm) {
		return "", fmt.Errorf("%d of %d lists have the form that is expected", n, strings.Count(code, anyForm))
	}
	return strings.ReplaceAll(code, knownForm, "lean.MarshalList(ctx, len(v), func("), nil
}

var (
	// function is any top-level function.
	function = regexp.MustCompile(`(?ms)^func .*?^}\n`)

	beginObject = "\tout := graphql.NewFieldSet(fields)\n\tdeferred := graphql.NewDeferredGroup(ctx)\n"
	endObject   = "\tout.Dispatch(ctx)\n\tif out.Invalids > 0 {\n\t\treturn graphql.Null\n\t}\n\n" +
		"\tif n := len(deferred.Defers); n > 0 {\n\t\tatomic.AddInt32(&ec.Deferred, int32(min(n, math.MaxInt32)))\n\t\tec.ProcessDeferredGroup(deferred)\n\t}\n\n"
)

// rewriteObjects rewrites what executes a selection. The roots, and objects
// with resolvers of their own, stay as they are.
func rewriteObjects(code string) (string, error) {
	var rewritten, left int
	code = function.ReplaceAllStringFunc(code, func(f string) string {
		begin, end := strings.Index(f, beginObject), strings.Index(f, endObject)
		if begin < 0 || end < 0 {
			return f
		}
		fields := f[begin+len(beginObject) : end]
		if strings.Contains(fields, "Concurrently(") {
			left++
			return f
		}
		rewritten++
		return f[:begin] + "\tout := lean.NewObject(fields)\n" + fields +
			"\tif out.Invalids > 0 {\n\t\treturn graphql.Null\n\t}\n\n" + f[end+len(endObject):]
	})
	if all := rewritten + left; rewritten == 0 || strings.Count(code, "graphql.NewFieldSet(") != left {
		return "", fmt.Errorf("%d objects have the form that is expected, and %d others are there", all, strings.Count(code, "graphql.NewFieldSet(")-left)
	}
	return code, nil
}

var (
	// scalar marshals what cannot fail: a text, a whole number or a truth
	// value, or a pointer to one.
	scalar = regexp.MustCompile(`(?m)^func \(ec \*executionContext\) (marshal[NO]\S+)\(ctx context\.Context, sel ast\.SelectionSet, v \S+\) graphql\.Marshaler {
(?:	if v == nil {
		return graphql\.Null
	}
)?	_ = sel
(?:	_ = ctx
)?	res := graphql\.Marshal(?:String|ID|Int|Boolean)\((?:\*?v|string\(\*?v\))\)
`)
	// scalars marshals a list of them.
	scalars = regexp.MustCompile(`(?m)^func \(ec \*executionContext\) (marshal[NO]\S+)\(ctx context\.Context, sel ast\.SelectionSet, v \S+\) graphql\.Marshaler {
	ret := make\(graphql\.Array, len\(v\)\)
	for i := range v {
		ret\[i\] = ec\.(marshalN\S+)\(ctx, sel, v\[i\]\)
`)
	// property resolves a field from what is in memory, without arguments,
	// directives or an error.
	property = regexp.MustCompile(`(?m)^(func \(ec \*executionContext\) _\S+\(ctx context\.Context, field graphql\.CollectedField, obj \S+\) \(ret graphql\.Marshaler\) {\n)(	return graphql\.ResolveField\(
		ctx,
		ec\.OperationContext,
		field,
		(func\(ctx context\.Context, field graphql\.CollectedField\) \(\*graphql\.FieldContext, error\) {
			return ec\.fieldContext_\S+\(ctx, field\)
		}),
		func\(ctx context\.Context\) \(any, error\) {
			return (obj\.\w+(?:\(\))?), nil
		},
		nil,
		(func\(ctx context\.Context, selections ast\.SelectionSet, v (\S+)\) graphql\.Marshaler {
			return ec\.(\S+)\(ctx, selections, v\)
		}),
		true,
		(?:true|false),
	\)
}\n)`)
)

// rewriteProperties lets properties that are scalars be marshalled before
// anything is prepared for their failure, and objects and lists without what
// only interceptors need.
func rewriteProperties(code string) (string, error) {
	safe := map[string]bool{}
	for _, m := range scalar.FindAllStringSubmatch(code, -1) {
		safe[m[1]] = true
	}
	for _, m := range scalars.FindAllStringSubmatch(code, -1) {
		safe[m[1]] = safe[m[2]]
	}
	for _, expected := range []string{"marshalNString2string", "marshalNInt2int", "marshalNBoolean2bool"} {
		if !safe[expected] {
			return "", fmt.Errorf("%s has not the form that is expected", expected)
		}
	}
	var leaves, fields int
	code = property.ReplaceAllStringFunc(code, func(f string) string {
		m := property.FindStringSubmatch(f)
		head, slow, describe, value, marshal, goType, marshaller := m[1], m[2], m[3], m[4], m[5], m[6], m[7]
		switch {
		case safe[marshaller]:
			leaves++
			return head + "\tif ret, ok := lean.Leaf(func() graphql.Marshaler { return ec." + marshaller + "(ctx, field.Selections, " + value + ") }); ok {\n\t\treturn ret\n\t}\n" + slow
		case strings.HasPrefix(goType, "*") || strings.HasPrefix(goType, "[]"):
			fields++
			return head + "\treturn lean.Field(ctx, ec.OperationContext, field,\n" + describe + ",\nfunc() " + goType + " { return " + value + " },\n" + marshal + ")\n}\n"
		default: // an interface may be nil in two ways, which gqlgen tells apart
			return f
		}
	})
	if leaves == 0 || fields == 0 {
		return "", errors.New("no property has the form that is expected")
	}
	return code, nil
}
