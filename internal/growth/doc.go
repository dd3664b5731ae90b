// Package growth tells in tests whether a function takes more than its share of memory for
// a larger argument. Nothing is timed: what is quadratic in time and allocates nothing is
// not found.
package growth
