// Package guest keeps when each guest came back last, and whose their practice
// has become since.
//
// Its one law: renewal, adoption and expiry compare and swap the same document,
// so only one of them wins.
package guest
