package functions

// givenList throws the TypeError of a function that gets PHP's false or null, which nil is here, in
// place of an array.
func givenList[T any](list []T, message string) {
	if list == nil {
		throw("TypeError", message)
	}
}

// givenArray is givenList of an Array.
func givenArray[T any](array *Array[T], message string) {
	if array == nil {
		throw("TypeError", message)
	}
}
