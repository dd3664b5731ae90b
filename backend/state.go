package backend

// State describes the selected mailbox.
type State struct {
	Mailbox     string // "" when none is selected (a half-open session)
	Messages    int
	Recent      int
	ReadOnly    bool
	UIDValidity uint32
	UIDNext     uint32

	// Keywords are the keywords (flags without a backslash) of the mailbox.
	Keywords []string

	// PermanentFlags are the flags that the mailbox keeps beyond the session, system
	// flags and keywords, with "\*" among them if it keeps any keyword (RFC 9051 section
	// 7.1, PERMANENTFLAGS). Nil is not known.
	PermanentFlags []string

	// Changes counts the messages of which the service has sent news, such as
	// other flags, that nobody had asked for.
	Changes int

	// News counts what the service has told of the mailbox: messages that are
	// new or gone, other flags, another mailbox selected. It never falls.
	News int
}
