package backend

// Traits describe a service. They are fixed when the session opens.
type Traits struct {
	// SizesKnown reports whether Fetch returns the sizes of messages without asking the
	// service.
	SizesKnown bool

	// NoPeek reports whether the service records each text that is read, with Peek or without.
	// See [Retriever].
	NoPeek bool

	// ParsedHere reports whether the session parses headers, and not the service. c-client then
	// keeps what it has parsed, and reports once what does not parse: see Message.Notices.
	ParsedHere bool

	// MarkedHere reports whether the session keeps the flags, so that a Store sends nothing.
	MarkedHere bool
}
