// Package idiomatic rewrites a finished port, as package translate writes it, with Go's idioms
// and those of imapcompat: iterators in place of loops over message numbers, package readable in
// place of PHP's decoding, package inbox in place of marks, Go's standard library in place of
// copies of PHP's functions.
//
// A port without it does what the script does. Some of the rewrites change that, on purpose: each
// says in its Effect what is different, and each place is a Change with the lines that were there.
// Code that does not fit a pattern in every detail stays as it is, and a Hint names what a person
// may want to change.
//
// The source is parsed and its types are checked, before the rewrite and after each step. A step
// whose result does not compile, or that would lose a comment, is taken back.
package idiomatic
