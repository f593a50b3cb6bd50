// Package graph is the executable schema. But for this file it is generated
// from schema.graphqls: by gqlgen, and plans.go by gengraph. "make gen" writes
// it again.
package graph

//go:generate go run ./internal/gengraph
