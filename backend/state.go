package backend

// State describes the selected mailbox.
type State struct {
	Mailbox     string // "" if none is selected (a half-open session)
	Messages    int
	Recent      int
	ReadOnly    bool
	UIDValidity uint32
	UIDNext     uint32

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
