package functions

// included are the files that once got.
var included = map[string]bool{}

// once reports whether it is called with a file for the first time: include_once in a function.
func once(file string) bool {
	first := !included[file]
	included[file] = true
	return first
}
