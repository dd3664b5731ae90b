package mailboxname

// Connection has what is known of a name only after it was opened.
type Connection struct {
	Host string // the canonical name, as the resolver gives it
	Port int

	TLS bool // upgraded to TLS
	SSL bool // TLS from the first byte

	User      string // who logged in; "" after PREAUTH
	Anonymous bool
	ReadOnly  bool
	Secure    bool
	HalfOpen  bool // no mailbox is selected
}
