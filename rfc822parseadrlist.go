package imapcompat

import (
	"github.com/imapcompat/imapcompat/internal/phpvalue"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// ParsedAddress is an address of imap_rfc822_parse_adrlist: an [Address] with PHP's
// properties in another order.
type ParsedAddress struct {
	Mailbox  string `json:"mailbox"`
	Host     string `json:"host"`
	Personal string `json:"personal"` // display name
	ADL      string `json:"adl"`      // source route, "@a.example,@b.example"

	empty phpvalue.Empty
}

// Isset reports whether the address has a property, by PHP's name, as PHP's isset does.
func (a ParsedAddress) Isset(property string) bool { return phpvalue.Isset(a, property) }

// MarshalJSON returns PHP's json_encode of the object.
func (a ParsedAddress) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(a) }

// RFC822ParseAdrList parses a list of addresses, as imap_rfc822_parse_adrlist does. An
// address without a host gets defaultHost. A text that does not parse becomes an address
// with the host ".SYNTAX-ERROR.", and a notice says why, as imap_errors does.
func RFC822ParseAdrList(list, defaultHost string) (addresses []ParsedAddress, notices []string) {
	parsed := rfc822.ParseAddressList(list, defaultHost, func(text string) { notices = append(notices, text) })
	addresses = make([]ParsedAddress, 0, len(parsed))
	for _, a := range newAddresses(parsed) {
		addresses = append(addresses, ParsedAddress{a.Mailbox, a.Host, a.Personal, a.ADL, a.empty})
	}
	return addresses, notices
}
