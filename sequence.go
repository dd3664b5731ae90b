package imapcompat

import (
	"strconv"
	"strings"
)

// Sequence is a set of messages as PHP's functions take it: message numbers or
// UIDs divided by commas, ranges "2:5", and "*" for the last message. Blanks
// around it do not matter. A string constant is a Sequence:
//
//	err := mbox.Delete("1:3,7")
type Sequence string

// Msgs is the Sequence of the given message numbers or UIDs.
func Msgs(n ...int) Sequence {
	var b strings.Builder
	for i, n := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(n))
	}
	return Sequence(b.String())
}

// Range is the Sequence from one message number or UID to another, both
// included.
func Range(first, last int) Sequence {
	return Sequence(strconv.Itoa(first) + ":" + strconv.Itoa(last))
}
