// Package seed loads authored content from YAML files into the store: it reads
// the files strictly, checks them, plans the changes, and applies them.
//
// Its one law: nothing is written unless everything is right.
package seed

import (
	"bytes"
	"embed"
	"io/fs"
)

//go:embed content
var embedded embed.FS

//go:embed content.schema.json
var schema []byte

// JSONSchema returns the JSON Schema (2020-12) of a content file, for editors.
func JSONSchema() []byte { return bytes.Clone(schema) }

// Embedded returns the content files that are part of the program.
func Embedded() fs.FS {
	content, err := fs.Sub(embedded, "content")
	if err != nil {
		panic("seed: " + err.Error()) // the path is a constant and valid
	}
	return content
}
