// Package testschema is the schema that the server's tests run against: one
// field for each behaviour that a transport must support. Everything except
// this file and resolvers.go is generated.
package testschema

//go:generate go run github.com/99designs/gqlgen generate
