package backend

// Traits are what a service is like. They are fixed when the session is opened.
type Traits struct {
	// SizesKnown reports whether a Fetch has the sizes of messages without asking the
	// service.
	SizesKnown bool

	// NoPeek reports whether the service takes note of each text that is read, Peek or
	// not. See [Retriever].
	NoPeek bool

	// ParsedHere reports whether it is the session that takes headers apart, and not
	// the service. c-client keeps what it has parsed then, and reports once what does
	// not parse: see Message.Notices.
	ParsedHere bool

	// MarkedHere reports whether the session keeps the flags, so that a Store asks nobody.
	MarkedHere bool
}
