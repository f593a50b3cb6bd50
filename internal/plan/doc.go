// Package plan answers selections below a resolver without gqlgen's executor:
// it compiles a selection set into steps, caches them with the parsed document,
// and lets generated code append a value's members to a buffer.
//
// A plan sends exactly what the executor would have sent, byte for byte, or
// nothing: it leaves everything that it does not know to the executor. Where the
// resolver of a nullable field fails it writes null and reports the error. It knows nothing about the schema's domain; package graph has the
// generated part.
package plan
