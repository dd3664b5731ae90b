package generate

import "math/rand/v2"

// Addresses returns the addresses with that number, as the value of a field.
func Addresses(seed uint64, number int) []byte { return fragment(seed, number, (*generator).addresses) }

// Date returns the date with that number.
func Date(seed uint64, number int) []byte { return fragment(seed, number, (*generator).date) }

// Words returns the text with that number, with words of RFC 2047.
func Words(seed uint64, number int) []byte { return fragment(seed, number, (*generator).unstructured) }

// fragment returns a text with LF line ends.
func fragment(seed uint64, number int, write func(*generator) string) []byte {
	return []byte(write(&generator{Rand: rand.New(rand.NewPCG(seed, uint64(number)))}))
}
