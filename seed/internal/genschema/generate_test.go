package main

import (
	"bytes"
	"os"
	"testing"
)

func TestSchemaIsUpToDate(t *testing.T) {
	const root = "../../.."
	want, err := generate(root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(root + "/" + target)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is stale: run go run ./seed/internal/genschema", target)
	}
}
