// Package plan answers what is below a resolver without gqlgen's executor: it
// compiles a selection set into steps, keeps them beside the parsed document,
// and lets generated code append a value's members to a buffer.
//
// A plan sends what the executor would have sent, byte for byte, or nothing:
// whatever it does not know, and whatever would be an error, it leaves to the
// executor. It knows nothing of what the schema is about; package graph has
// the generated part.
package plan
