package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"unicode"

	"github.com/invopop/jsonschema"

	"github.com/scrumkb/scrumkb/internal/catalog"
)

const catalogPath = "internal/catalog"

// generate returns the schema as indented JSON. The comments come from the
// sources of the module at root.
func generate(root string) ([]byte, error) {
	comments, err := commentsOf(filepath.Join(root, catalogPath))
	if err != nil {
		return nil, fmt.Errorf("reading the catalog's comments: %w", err)
	}
	r := &jsonschema.Reflector{
		Anonymous:     true,
		FieldNameTag:  "yaml",
		Mapper:        mapped,
		LookupComment: func(t reflect.Type, field string) string { return comments[t.Name()+"."+field] },
	}
	s := r.Reflect(&catalog.Content{})
	s.Title = "Content of a Scrum knowledge base"
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		return nil, fmt.Errorf("writing the schema: %w", err)
	}
	return out.Bytes(), nil
}

// mapped returns the schema of a type whose Go kind is not specific enough.
func mapped(t reflect.Type) *jsonschema.Schema {
	if values := catalog.EnumValues(t); values != nil {
		s := &jsonschema.Schema{Type: "string"}
		for _, v := range values {
			s.Enum = append(s.Enum, v)
		}
		return s
	}
	switch t {
	case reflect.TypeFor[catalog.Date]():
		return &jsonschema.Schema{Type: "string", Format: "date", Pattern: `^\d{4}-\d{2}-\d{2}$`}
	case reflect.TypeFor[catalog.Decimal]():
		return &jsonschema.Schema{Type: "string", Pattern: `^(0|[1-9][0-9]*)(\.[0-9]+)?$`}
	default:
		return nil
	}
}

// commentsOf returns the comments of a package's types as "Type." and of their
// fields as "Type.Field", as descriptions: on one line, and without Go's links.
func commentsOf(dir string) (map[string]string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	comments := map[string]string{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, declaration := range file.Decls {
			if types, ok := declaration.(*ast.GenDecl); ok && types.Tok == token.TYPE {
				addTypes(comments, types)
			}
		}
	}
	return comments, nil
}

func addTypes(comments map[string]string, types *ast.GenDecl) {
	for _, spec := range types.Specs {
		t, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		comments[t.Name.Name+"."] = description(types.Doc)
		fields, ok := t.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range fields.Fields.List {
			text := description(f.Doc)
			if text == "" {
				text = description(f.Comment)
			}
			for _, name := range f.Names {
				comments[t.Name.Name+"."+name.Name] = text
			}
		}
	}
}

func description(comment *ast.CommentGroup) string {
	text := strings.NewReplacer("[", "", "]", "").Replace(strings.Join(strings.Fields(comment.Text()), " "))
	return compound.ReplaceAllStringFunc(text, apart)
}

// compound is a Go name that consists of several words.
var compound = regexp.MustCompile(`\b[A-Z][a-z]+([A-Z][a-z]+)+\b`)

// apart writes such a name in words: "Numeric key".
func apart(name string) string {
	var words strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			words.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		words.WriteRune(r)
	}
	return words.String()
}
