// Package variables coerces the values of an operation's variables, by the
// rules of the GraphQL specification. Its one law: what it returns is of the
// declared types exactly, so that no other code has to guess what a client
// meant. Custom scalars are left to their own unmarshallers.
package variables
