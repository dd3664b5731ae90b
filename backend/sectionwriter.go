package backend

import (
	"context"
	"io"
)

// SectionWriter is a [Session] that writes the text of a message while it arrives, so that the
// text may have any length.
type SectionWriter interface {
	// WriteSection writes a section of one message to w. It writes nothing if the message does
	// not have the section. found is false if there is no such message. An error may come after
	// a part of the section was written. The error of w is in its chain; the session may no
	// longer be usable then.
	WriteSection(ctx context.Context, set Set, section Section, w io.Writer) (found bool, err error)
}
