// Package xapi says what happened to a learner in statements of the Experience
// API 1.0.3, with the verbs of cmi5, so that other systems can read it
// (https://github.com/adlnet/xAPI-Spec, https://github.com/AICC/CMI-5_Spec_Current).
// Its one law: a statement follows from what it is told, and from nothing
// else, its id included. So telling the same again adds nothing.
package xapi
