// Package graph is the executable schema. Except for this file it is generated
// from schema.graphqls: plans.go by gengraph, everything else by gqlgen. "make
// gen" regenerates it.
package graph

//go:generate go run ./internal/gengraph
