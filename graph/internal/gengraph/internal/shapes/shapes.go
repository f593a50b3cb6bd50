// Package shapes holds a Go type for each shape of a value that gengraph's test
// generates plans for, and for those that plans leave alone.
package shapes

import "context"

// Thing is an interface of the schema.
type Thing interface{ ID() string }

// Box has a field of each shape.
type Box struct {
	Name     string
	Note     *string
	Count    int
	Heavy    bool
	Tags     []string
	Grid     [][]int
	Lid      *Lid
	Bottom   Lid
	Lids     []*Lid
	Contents []Thing
	Loud     string // with a directive
}

// Lid is an object below another.
type Lid struct{ Wide bool }

// ID implements Thing.
func (b *Box) ID() string { return b.Name }

// Inside is a method that takes arguments, by whose names gqlgen knows it.
func (b *Box) Inside(deep int) *Lid { return nil }

// Slow takes a context, and can fail.
func (b *Box) Slow(context.Context) (string, error) { return "", nil }

// Opened can fail.
func (b *Box) Opened() (bool, error) { return false, nil }
