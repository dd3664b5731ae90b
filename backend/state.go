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

	// Changes counts the messages for which the service sent news that nobody asked for, such
	// as changed flags.
	Changes int

	// News counts the changes that the service has reported: new messages, removed messages,
	// changed flags, another selected mailbox. It never decreases.
	News int
}
