package imapcompat

import (
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// Address is an address of a header object. Nothing is decoded. An address
// with a mailbox and no host is the begin of a group, and one with neither is
// its end.
type Address struct {
	Personal string `json:"personal"` // display name
	ADL      string `json:"adl"`      // source route, "@a.example,@b.example"
	Mailbox  string `json:"mailbox"`
	Host     string `json:"host"`

	empty phpvalue.Empty
}

// Isset reports whether the address has a property, by PHP's name, as PHP's
// isset does: one that is there may be empty all the same.
func (a Address) Isset(property string) bool { return phpvalue.Isset(a, property) }

// MarshalJSON is PHP's json_encode of the object.
func (a Address) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(a) }

// AddressList is the addresses of a field, in PHP an array.
type AddressList []Address

// First is the first address, and an empty one where there is none: a message
// may well have no From. It is PHP's $h->from[0], which is null then.
func (l AddressList) First() Address {
	if len(l) == 0 {
		return Address{}
	}
	return l[0]
}

// newAddresses shows the addresses of an envelope as PHP does; nil stays nil.
func newAddresses(list []backend.Address) AddressList {
	if list == nil {
		return nil
	}
	out := make(AddressList, len(list))
	for i, a := range list {
		o := &out[i]
		setString(&o.empty, &o.Personal, "personal", a.Personal)
		setString(&o.empty, &o.ADL, "adl", a.ADL)
		setString(&o.empty, &o.Mailbox, "mailbox", a.Mailbox)
		setString(&o.empty, &o.Host, "host", a.Host)
	}
	return out
}

// setString sets a property unless it is NIL.
func setString(empty *phpvalue.Empty, dst *string, property string, s backend.NString) {
	*dst = cString(s.Value)
	if s.Valid && *dst == "" {
		empty.Mark(property)
	}
}

// ParsedAddress is an address of imap_rfc822_parse_adrlist. It is an [Address]
// whose properties PHP has in another order.
type ParsedAddress struct {
	Mailbox  string `json:"mailbox"`
	Host     string `json:"host"`
	Personal string `json:"personal"` // display name
	ADL      string `json:"adl"`      // source route, "@a.example,@b.example"

	empty phpvalue.Empty
}

// Isset reports whether the address has a property, by PHP's name.
func (a ParsedAddress) Isset(property string) bool { return phpvalue.Isset(a, property) }

// MarshalJSON is PHP's json_encode of the object.
func (a ParsedAddress) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(a) }

// RFC822ParseAdrList parses a list of addresses, as imap_rfc822_parse_adrlist
// does. An address without a host gets defaultHost. What does not parse is an
// address with the host ".SYNTAX-ERROR."; the list of notices says what was
// wrong, as imap_errors does in PHP.
func RFC822ParseAdrList(list, defaultHost string) (addresses []ParsedAddress, notices []string) {
	parsed := rfc822.ParseAddressList(list, defaultHost, func(text string) { notices = append(notices, text) })
	addresses = make([]ParsedAddress, 0, len(parsed))
	for _, a := range newAddresses(parsed) {
		addresses = append(addresses, ParsedAddress{a.Mailbox, a.Host, a.Personal, a.ADL, a.empty})
	}
	return addresses, notices
}

// RFC822WriteAddress writes an address as it stands in a header field, as
// imap_rfc822_write_address does: quoted where that is needed, encoded nowhere.
// As in PHP a line break in an argument stays in the result, quoted; whoever
// writes a header with it has to look for one.
func RFC822WriteAddress(mailbox, host, personal string) string {
	return rfc822.WriteAddress(mailbox, host, personal)
}

// cString is s as PHP shows a string that has passed through C: it ends at a
// NUL.
func cString(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return s
}
