package backend

import (
	"context"
	"io"
)

// SectionWriter is a [Session] that hands on the text of a message while it
// comes, so that it may be of any length.
type SectionWriter interface {
	// WriteSection writes a section of one message to w. Of a section that the
	// message does not have nothing is written. It is not found when there is no
	// such message. An error may come after a part of the section was written. One
	// of w's is in its chain; the session may be of no more use then.
	WriteSection(ctx context.Context, set Set, section Section, w io.Writer) (found bool, err error)
}
