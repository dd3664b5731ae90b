// Command mutation changes the code of a package in many small ways, one at a time, and counts
// the changes that no test notices.
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
// All mutants are compiled into the package at once. The environment variable MUTANT selects
// the active one, so one build serves all. The files of the repository stay unchanged: go
// build's -overlay has the changed ones.
//
// A mutant is killed if tests fail with it: the package's own, those of the root package, which
// uses all others, those of internal/promises or those of internal/hostile, in this order.
// Tests that do not execute the mutant's code are not run with it. A mutant is also killed if
// the tests take several times as long as without it: it loops or waits for ever. Without -n
// all mutants are tested.
//
// The zero values of "return 0, false" and "return 0, err" are not changed, because no caller
// reads them.
//
// Calls of Lock, Unlock and similar functions are not changed; the race detector and the soak
// test those.
package main
