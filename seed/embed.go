// Package seed loads authored content from YAML files into the store: it reads
// the files strictly, checks them, plans the changes, and applies them.
//
// Its one law: nothing is written unless everything is right.
package seed

import (
	"embed"
	"io/fs"
)

//go:embed content
var embedded embed.FS

// Embedded returns the content files that are part of the program.
func Embedded() fs.FS {
	content, err := fs.Sub(embedded, "content")
	if err != nil {
		panic("seed: " + err.Error()) // the path is a constant and valid
	}
	return content
}
