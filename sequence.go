package imapcompat

import (
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/sequence"
)

// Sequence is a set of messages as PHP's functions take it: message numbers or UIDs,
// separated by commas; ranges "2:5"; and "*" for the last message. Blanks around it do not
// matter. A string constant is a Sequence:
//
//	err := mbox.Delete("1:3,7")
type Sequence string

// SequenceOf returns the Sequence of message numbers or UIDs, "3,5,9".
func SequenceOf(n ...int) Sequence {
	var b strings.Builder
	for i, n := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(n))
	}
	return Sequence(b.String())
}

// SequenceRange returns the Sequence from one message number or UID to another, "2:5", both
// included.
func SequenceRange(first, last int) Sequence {
	return Sequence(strconv.Itoa(first) + ":" + strconv.Itoa(last))
}

// isEmpty reports whether the open mailbox has no message. Then no sequence is valid. PHP's
// functions on sets of messages do nothing in such a mailbox and return true, and scripts
// that work on "1:*" rely on that.
func (c *call) isEmpty() bool {
	state := c.session.State()
	return state.Mailbox != "" && state.Messages == 0
}

// set returns the set that a Sequence means in the open mailbox. Blanks around it do not
// matter, because PHP's Msgno has them.
func (c *call) set(q Sequence, uid bool) (backend.Set, error) {
	text := strings.Trim(string(q), " ")
	switch {
	case text == "":
		return backend.Set{}, &backend.Error{Kind: ErrInvalidArgument, Text: "Syntax error in sequence"}
	case uid:
		return sequence.UIDs(text, backend.Max)
	}
	return sequence.Numbers(text, c.session.State().Messages)
}
