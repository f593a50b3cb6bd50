// Package adoption takes what a guest did into an account.
//
// Its one law: causes are copied, and sums are projected from them. Everything
// that it does may be repeated, so an adoption that was interrupted anywhere is
// completed by the next call or the sweeper.
package adoption
