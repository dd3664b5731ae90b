package imapcompat

import (
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// MailboxAttribute is a set of attributes of a mailbox (RFC 9051 section 7.3.1).
type MailboxAttribute int

const (
	LATT_NOINFERIORS   MailboxAttribute = 1  // there can be no mailboxes below it
	LATT_NOSELECT      MailboxAttribute = 2  // a name only: it cannot be opened
	LATT_MARKED        MailboxAttribute = 4  // the server finds it of interest
	LATT_UNMARKED      MailboxAttribute = 8  // nothing new since it was last opened
	LATT_REFERRAL      MailboxAttribute = 16 // on another server; never set
	LATT_HASCHILDREN   MailboxAttribute = 32 // there are mailboxes below it
	LATT_HASNOCHILDREN MailboxAttribute = 64 // there are none
)

// mailboxAttributes are the attributes that PHP knows, in lower case.
var mailboxAttributes = map[string]MailboxAttribute{
	`\noinferiors`:   LATT_NOINFERIORS,
	`\noselect`:      LATT_NOSELECT,
	`\marked`:        LATT_MARKED,
	`\unmarked`:      LATT_UNMARKED,
	`\haschildren`:   LATT_HASCHILDREN,
	`\hasnochildren`: LATT_HASNOCHILDREN,
}

// MailboxInfo is an element of PHP's result of imap_getmailboxes and imap_getsubscribed.
type MailboxInfo struct {
	Name       string           `json:"name" php:"always"` // in full, "{host}Archive"
	Attributes MailboxAttribute `json:"attributes" php:"always"`
	Delimiter  string           `json:"delimiter" php:"always"` // between levels; "" where there are none
}

// MarshalJSON returns PHP's json_encode of the object.
func (m MailboxInfo) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(m) }

// GetMailboxes returns the mailboxes that match a pattern, with their attributes, as
// imap_getmailboxes does. Mailboxes that cannot be opened are among them. [Connection.List]
// describes the arguments and the errors.
func (c *Connection) GetMailboxes(reference, pattern string) ([]MailboxInfo, error) {
	return c.list("imap_getmailboxes", "LIST", reference, pattern, backend.Lister.List)
}

func mailboxInfo(prefix string, m backend.ListedMailbox) MailboxInfo {
	info := MailboxInfo{Name: prefix + m.Name, Delimiter: m.Delimiter}
	for _, name := range m.Attributes {
		info.Attributes |= mailboxAttributes[strings.ToLower(name)]
	}
	return info
}
