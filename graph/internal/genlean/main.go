// Command genlean rewrites code that gqlgen has generated so that it calls
// package lean: lists are marshalled in sequence, objects without concurrent
// fields need no gqlgen FieldSet, and fields that cannot fail no context. It
// runs after gqlgen, on the file that is its argument, and fails when that is
// not what it expects: look at it again with every version of gqlgen.
package main

import (
	"fmt"
	"go/format"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: genlean <generated.go>")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "genlean:", err)
		os.Exit(1)
	}
}

func run(path string) error {
	generated, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	rewritten, err := rewrite(string(generated))
	if err != nil {
		return fmt.Errorf("rewriting %s: %w", path, err)
	}
	formatted, err := format.Source([]byte(rewritten))
	if err != nil {
		return fmt.Errorf("formatting %s: %w", path, err)
	}
	return os.WriteFile(path, formatted, 0o600)
}
