package backend

// Flags are the state of a message. Recent is the session's own notion; the
// others are the system flags of RFC 9051 section 2.3.2.
type Flags struct {
	Seen, Answered, Flagged, Deleted, Draft, Recent bool

	// Keywords are the flags without a backslash, in the server's order.
	Keywords []string
}

// Items says what a Fetch is to bring of each message.
type Items struct {
	UID          bool
	Flags        bool
	InternalDate bool
	Size         bool
	Envelope     bool
	Structure    bool
	UniqueID     bool // the POP3 unique-id (RFC 1939 UIDL)
	Sections     []Section

	// Untraced leaves messages out of which the service would take note. It is
	// for what nobody has asked for yet; see [Retriever].
	Untraced bool
}

// Section names a part of a message's text as BODY[…] does in RFC 9051 section
// 6.4.5: "" is all of it, then "HEADER", "TEXT", "1", "1.2.HEADER", "2.MIME".
type Section struct {
	Name string
	// Peek leaves \Seen as it is.
	Peek bool
}

// Message is what a Fetch brought of one message. Only what was asked for is
// set.
type Message struct {
	Num          int
	UID          int
	Flags        Flags
	InternalDate string // date-time of RFC 9051, "17-Jul-1996 02:44:25 -0700"
	Size         int    // in octets, as RFC822.SIZE counts
	Envelope     *Envelope
	Structure    *BodyStructure
	UniqueID     string

	// Sections holds the text of each section asked for, in that order; nil
	// where the message has no such part. Nobody writes to a text from the time
	// that Fetch has yielded it, neither the service nor the reader. The memory of a
	// section holds less than as much again beside it, so that a reader may keep it.
	Sections [][]byte

	// Reading reports whether to fetch these Sections without Peek sets \Seen.
	Reading bool

	// Notices are what does not parse in what was fetched. The reader makes a
	// NoticeParse of each.
	Notices []string
}
