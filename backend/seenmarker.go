package backend

// SeenMarker is a [Session] that can set \Seen without a round trip of its own.
type SeenMarker interface {
	// MarkSeen sets \Seen on messages that the caller has read, as a [Section] without Peek
	// does. The change is sent together with the next command and before it. As with such a
	// section, nothing reports a refusal. MarkSeen returns false, and does nothing, when the
	// change cannot be sent so.
	MarkSeen(set Set) bool
}
