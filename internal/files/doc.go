// Package files has what several packages do with files and package os does not: files that are
// replaced as a whole, temporary files that go with their process, and reading within a bound.
package files
