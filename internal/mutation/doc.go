// Command mutation changes the code of a package in many small ways, one at a
// time, and counts the changes that no test notices.
//
//	go run ./internal/mutation -n 200 -seed 1 ./imapbridge
//
// A change, a mutant, is one of these:
//
//   - a comparison, a condition or a bool is negated
//   - < becomes <=, > becomes >=, and the other way round
//   - && becomes ||, and the other way round, or has the first operand only
//   - + becomes -, * becomes / and the other way round; of strings only the first is left
//   - an integer constant, or the value of an integer field, is one more
//   - a string constant is empty, or "mutant" where it was
//   - a field is taken from the one before it of the same type
//   - an error that is returned is nil
//   - an assignment, a call, a defer, a break or a continue is left out
//
// All are compiled into the package at once, and the environment variable MUTANT
// says which one is in force, so that there is one build for all of them. The
// repository's files are not touched: go build's -overlay has the changed ones.
//
// A mutant is killed when the package's own tests fail with it, those of the root
// package, which goes through all others, those of internal/promises or those of
// internal/hostile, in this order.
// Tests that do not come to its place without a mutant are not run with it. One with
// which the tests take several times as long as without is killed as well: it loops or
// waits for ever. Without -n all mutants are tried.
//
// The zero values of "return 0, false" and "return 0, err" are left alone: nobody
// reads them.
//
// Calls of Lock, Unlock and the like are left alone, for which there are the race
// detector and the soak.
package main
