// Package growth is for tests. It checks that the memory that a function allocates grows at
// most linearly with its argument. It measures no time, so it does not find quadratic time
// without allocations.
package growth
