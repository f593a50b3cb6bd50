// Command genschema writes the JSON Schema of content files, made from the Go
// types of the catalog and their comments. It runs at the module's root:
//
//	go run ./seed/internal/genschema
package main

import (
	"fmt"
	"os"
)

const target = "seed/content.schema.json"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "genschema:", err)
		os.Exit(1)
	}
}

func run() error {
	schema, err := generate(".")
	if err != nil {
		return err
	}
	return os.WriteFile(target, schema, 0o644) //nolint:gosec // a source file
}
