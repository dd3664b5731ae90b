//go:build !unix

package files

// HasModes says that the mode of a file tells who can read it.
const HasModes = false
