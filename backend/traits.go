package backend

// Traits describe a service. They are fixed when the session opens.
type Traits struct {
	// SizesKnown reports whether Fetch returns the sizes of messages without asking the
	// service.
	SizesKnown bool

	// NoPeek reports whether the service records a message as retrieved whenever it sends more
	// than its header, with Peek or without. See [Retriever].
	NoPeek bool

	// ParsedHere reports whether the session, and not the service, parses headers. A parse error
	// is then not reported again when the same is read again, as in c-client: see
	// Message.Notices.
	ParsedHere bool

	// MarkedHere reports whether the session keeps the flags, so that a Store sends nothing.
	MarkedHere bool
}
