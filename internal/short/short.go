// Package short makes a selection of a test's cases for go test -short.
package short

import "testing"

// Sample is the whole list, and with -short every nth of its elements, the first among
// them.
func Sample[T any](list []T, n int) []T {
	if !testing.Short() {
		return list
	}
	var sample []T
	for i := 0; i < len(list); i += n {
		sample = append(sample, list[i])
	}
	return sample
}
