package backend

// State describes the selected mailbox.
type State struct {
	Mailbox     string // "" if none is selected (a half-open session)
	Messages    int
	Recent      int
	ReadOnly    bool
	UIDValidity uint32
	UIDNext     uint32

	// UIDNotSticky says that the UIDs of the mailbox do not outlast the session (UIDNOTSTICKY,
	// RFC 4315 section 3).
	UIDNotSticky bool

	// HighestModSeq is the highest mod-sequence in the mailbox when the service last told it
	// (HIGHESTMODSEQ, RFC 7162 section 3.1.2.1), or 0. Every later change has a higher one.
	HighestModSeq uint64

	// Keywords are the keywords of the mailbox: its flags without a backslash.
	Keywords []string

	// PermanentFlags are the system flags and keywords that the mailbox keeps beyond the
	// session (RFC 9051 section 7.1, PERMANENTFLAGS). "\*" means that it keeps any keyword. Nil
	// means unknown.
	PermanentFlags []string

	// Unsolicited counts the messages of which the service has sent data that no Fetch asked
	// for, such as changed flags. When it grows, flags that were fetched before may be stale.
	Unsolicited int

	// News counts the changes that the service has reported: new messages, removed messages,
	// data that Unsolicited counts, another selected mailbox. It never decreases.
	News int
}
