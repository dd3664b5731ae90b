package generate

import "math/rand/v2"

// Addresses makes the addresses of that number, as they stand in a field.
func Addresses(seed uint64, number int) []byte { return fragment(seed, number, (*generator).addresses) }

// Date makes the date of that number.
func Date(seed uint64, number int) []byte { return fragment(seed, number, (*generator).date) }

// Words makes the text of that number, with words of RFC 2047 in it.
func Words(seed uint64, number int) []byte { return fragment(seed, number, (*generator).unstructured) }

// fragment writes with LF for a line end.
func fragment(seed uint64, number int, write func(*generator) string) []byte {
	return []byte(write(&generator{Rand: rand.New(rand.NewPCG(seed, uint64(number)))}))
}
