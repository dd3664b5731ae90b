package backend

// Flags are the flags of a message. Recent belongs to the session; the others are the system
// flags of RFC 9051 section 2.3.2.
type Flags struct {
	Seen, Answered, Flagged, Deleted, Draft, Recent bool

	// Keywords are the flags without a backslash, in the server's order.
	Keywords []string
}

// Items selects what a Fetch returns of each message.
type Items struct {
	UID          bool
	Flags        bool
	InternalDate bool
	Size         bool
	Envelope     bool
	Structure    bool
	UniqueID     bool // the POP3 unique-id (RFC 1939 UIDL)
	EmailID      bool // an identifier of the content; see Message.EmailID
	Sections     []Section

	// Untraced leaves out messages that the service would record as retrieved. It is for
	// messages that nobody has asked for yet; see [Retriever].
	Untraced bool
}

// Section names a part of a message's text, as BODY[…] does in RFC 9051 section 6.4.5: "" for
// the whole message, then "HEADER", "TEXT", "1", "1.2.HEADER", "2.MIME".
type Section struct {
	Name string
	// Peek leaves \Seen unchanged.
	Peek bool
}

// Message is the result of a Fetch for one message. Only the requested items are set.
type Message struct {
	Num          int
	UID          int
	Flags        Flags
	InternalDate string // date-time of RFC 9051, "17-Jul-1996 02:44:25 -0700"
	Size         int    // in octets, as RFC822.SIZE counts
	Envelope     *Envelope
	Structure    *BodyStructure

	// UniqueID is the POP3 unique-id, of up to 1,024 octets, none of them a control character.
	// It is "" if the service gave none, or two. Two messages may have the same.
	UniqueID string

	// EmailID is "EMAILID:" with the EMAILID of RFC 8474, or "X-GM-MSGID:" with the number of
	// Gmail's extension X-GM-EXT-1. Messages with the same have the same content, and copies of a
	// message have the same. It is "" if the service gave none.
	EmailID string

	// Sections has the text of each requested section, in the order of the request. It is nil
	// for a part that the message does not have. Neither the service nor the reader writes to a
	// text after Fetch has yielded it. A section keeps less than its own length of other memory
	// alive, so a reader may keep it.
	Sections [][]byte

	// Reading reports whether fetching these Sections without Peek sets \Seen.
	Reading bool

	// Notices describe what did not parse in the fetched data. The reader makes a NoticeParse
	// of each.
	Notices []string
}
