// Package xapi describes what learners do as statements of the Experience API
// 1.0.3, with cmi5 verbs, so that other systems can read it
// (https://github.com/adlnet/xAPI-Spec,
// https://github.com/AICC/CMI-5_Spec_Current). Its one law: a statement,
// including its id, depends only on its input, so recording the same event
// twice adds nothing.
package xapi
