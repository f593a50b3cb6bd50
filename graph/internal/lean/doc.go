// Package lean is what the generated code calls in place of those parts of
// gqlgen's run time that cost the most. It answers the same bytes and the same
// errors. Its law: whatever may fail is left to gqlgen.
package lean
