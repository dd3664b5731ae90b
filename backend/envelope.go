package backend

// NString is the nstring of RFC 9051: a string or NIL. NIL differs from the empty string: PHP
// leaves out a property that is NIL.
type NString struct {
	Value string
	Valid bool
}

// String returns an NString that is not NIL.
func String(s string) NString { return NString{Value: s, Valid: true} }

// Address is an address of an envelope (RFC 9051 section 7.5.2). An address
// with a Mailbox and no Host begins a group; one with neither ends it.
type Address struct {
	Personal NString // display name, RFC 2047 words not decoded
	ADL      NString // source route (at-domain-list)
	Mailbox  NString
	Host     NString
}

// Envelope has header fields of a message, unchanged and not decoded.
//
// The first ten fields are those of an IMAP ENVELOPE. A service that has only those leaves the
// others empty.
type Envelope struct {
	Date      NString
	Subject   NString
	From      []Address
	Sender    []Address
	ReplyTo   []Address
	To        []Address
	Cc        []Address
	Bcc       []Address
	InReplyTo NString
	MessageID NString

	ReturnPath []Address
	Remail     NString
	Newsgroups NString
	FollowupTo NString
	References NString
}
