// Package short selects a part of a test's cases for go test -short.
package short

import "testing"

// Sample returns the whole list, or with -short every nth element, beginning with the first.
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
