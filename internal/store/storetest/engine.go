package storetest

import (
	"context"
	"sync"

	"github.com/scrumkb/scrumkb/internal/store"
)

// Operation is a method of store.Documents.
type Operation string

const (
	Get         Operation = "Get"
	GetMany     Operation = "GetMany"
	Find        Operation = "Find"
	CountAll    Operation = "Count"
	Insert      Operation = "Insert"
	InsertMany  Operation = "InsertMany"
	Replace     Operation = "Replace"
	ReplaceMany Operation = "ReplaceMany"
	Delete      Operation = "Delete"
	DeleteWhere Operation = "DeleteWhere"
)

// Writes reports whether the operation changes documents.
func (o Operation) Writes() bool {
	switch o {
	case Get, GetMany, Find, CountAll:
		return false
	default:
		return true
	}
}

// Call is one call of a collection, which is one command to the database.
type Call struct {
	Collection string
	Operation  Operation
	IDs        []string         // of the documents, if the caller names them
	Where      []store.Equality // of DeleteWhere
}

// Engine is a store.Engine that records its calls, and that a test can make
// fail or wait. It is safe for concurrent use.
type Engine struct {
	store.Engine

	mu     sync.Mutex
	names  []string
	calls  []Call
	before func(Call) error
	after  func(Call) error
	crash  crash
}

// Count returns an engine that counts the calls of another one.
func Count(engine store.Engine) *Engine { return &Engine{Engine: engine} }

// Calls returns the calls since the last Reset, in order.
func (e *Engine) Calls() []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Call(nil), e.calls...)
}

// Sum returns the numbers of reads and writes since the last Reset.
func (e *Engine) Sum() (reads, writes int) {
	for _, c := range e.Calls() {
		if c.Operation.Writes() {
			writes++
		} else {
			reads++
		}
	}
	return reads, writes
}

// Writes returns the number of writes since the last Reset.
func (e *Engine) Writes() int {
	_, writes := e.Sum()
	return writes
}

// Reset discards the recorded calls.
func (e *Engine) Reset() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls = nil
}

// Before makes do run before each call from now on; an error of do replaces
// the call. nil removes it.
func (e *Engine) Before(do func(Call) error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.before = do
}

// After makes do run after each successful call; an error of do replaces the
// result. nil removes it.
func (e *Engine) After(do func(Call) error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.after = do
}

// Collections returns the names of the opened collections, in the order of
// opening.
func (e *Engine) Collections() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]string(nil), e.names...)
}

// Ensure implements store.Engine.
func (e *Engine) Ensure(ctx context.Context, schema store.Schema) (store.Documents, error) {
	inner, err := e.Engine.Ensure(ctx, schema)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.names = append(e.names, schema.Name)
	return &documents{engine: e, name: schema.Name, inner: inner}, nil
}

// call records the call, and performs it unless the test prevents that.
func (e *Engine) call(c Call, do func() error) error {
	e.mu.Lock()
	e.calls = append(e.calls, c)
	before, after := e.before, e.after
	crashBefore, crashAfter := e.crash.strike(c.Operation)
	e.mu.Unlock()
	if crashBefore {
		return ErrCrashed
	}
	if before != nil {
		if err := before(c); err != nil {
			return err
		}
	}
	err := do()
	if crashAfter {
		return ErrCrashed
	}
	if err != nil {
		return err
	}
	if after != nil {
		return after(c)
	}
	return nil
}
