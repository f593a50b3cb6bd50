// Package graph is the executable schema. But for this file it is generated
// from schema.graphqls by gqlgen, and rewritten by genlean to cost less;
// "make gen" writes it again.
package graph

//go:generate go run ./internal/gengraph
//go:generate go run ./internal/genlean generated.go
