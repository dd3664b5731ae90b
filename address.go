package imapcompat

import (
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// Address is an address of a header object, not decoded. An address with a mailbox and no
// host begins a group, and one with neither ends it.
type Address struct {
	Personal string `json:"personal"` // display name
	ADL      string `json:"adl"`      // source route, "@a.example,@b.example"
	Mailbox  string `json:"mailbox"`
	Host     string `json:"host"`

	empty phpvalue.Empty
}

// Isset reports whether the address has a property, by PHP's name, as PHP's isset does. A
// property that is there may be empty.
func (a Address) Isset(property string) bool { return phpvalue.Isset(a, property) }

// MarshalJSON returns PHP's json_encode of the object.
func (a Address) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(a) }

// String returns the address as it stands in a header field (RFC 5322 section 3.4), such as
// "Ann <ann@example.org>", quoted where that is needed and not decoded. An address that
// begins a group is "friends: ". Package readable has the decoded name.
func (a Address) String() string { return AddressList{a}.String() }

// AddressList holds the addresses of a field, in PHP an array.
type AddressList []Address

// First returns the first address, PHP's $h->from[0], and an empty one where there is none.
// A message may have no From.
func (l AddressList) First() Address {
	if len(l) == 0 {
		return Address{}
	}
	return l[0]
}

// String returns the list as it stands in a header field, with its groups (RFC 5322 section
// 3.4). It is the text that PHP has beside the list, such as $h->toaddress.
func (l AddressList) String() string {
	list := make([]backend.Address, len(l))
	for i, a := range l {
		list[i] = backend.Address{
			Personal: a.property("personal", a.Personal),
			ADL:      a.property("adl", a.ADL),
			Mailbox:  a.property("mailbox", a.Mailbox),
			Host:     a.property("host", a.Host),
		}
	}
	return rfc822.FormatAddressList(list)
}

// property returns a property, which is NIL unless it is set.
func (a Address) property(name, value string) backend.NString {
	return backend.NString{Value: value, Valid: a.Isset(name)}
}

// newAddresses returns the addresses of an envelope as PHP has them; nil stays nil.
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

// setString sets a property unless its value is NIL.
func setString(empty *phpvalue.Empty, dst *string, property string, s backend.NString) {
	*dst = cString(s.Value)
	if s.Valid && *dst == "" {
		empty.Mark(property)
	}
}

// cString returns s up to its first NUL, as PHP has a string that has passed through C.
func cString(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return s
}
