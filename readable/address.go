package readable

import (
	"net/mail"

	"github.com/imapcompat/imapcompat"
)

// Address returns an address of a header object with its name decoded, for packages that use
// net/mail. [Header] describes the decoding. The mailbox and the host are not decoded: RFC
// 2047 forbids it, and "=?utf-8?q?ann=40example.org?=" at another host must not become Ann's
// address. Only text in them that is not ASCII becomes UTF-8.
//
// An address without a host, such as that of a cron daemon, has the mailbox alone as
// Address.Address. So does one that begins a group; one that ends a group is empty.
func Address(a imapcompat.Address, opts ...Option) (mail.Address, Doubts) {
	name, doubts := Header(a.Personal, opts...)
	mailbox, others := plainText(a.Mailbox, opts)
	doubts.merge(others)
	host, others := plainText(a.Host, opts)
	doubts.merge(others)
	if host == missingHost || host == syntaxError {
		host = ""
	}
	address := mail.Address{Name: name, Address: mailbox}
	if host != "" {
		address.Address += "@" + host
	}
	return address, doubts
}

// plainText is Header of text without encoded words.
func plainText(s string, opts []Option) (string, Doubts) {
	d := headerDecoder{options: newOptions(opts)}
	d.text(s, 0)
	return d.line(), d.doubts
}

// Hosts that c-client puts where there is none.
const (
	missingHost = ".MISSING-HOST-NAME."
	syntaxError = ".SYNTAX-ERROR."
)

// Addresses returns the addresses of a field as [Address] does. It leaves out what does not
// have a mailbox and a host: the beginnings and ends of groups, and text that is no address.
func Addresses(list imapcompat.AddressList, opts ...Option) ([]*mail.Address, Doubts) {
	var addresses []*mail.Address
	var doubts Doubts
	for _, a := range list {
		if a.Mailbox == "" || a.Host == "" || a.Host == syntaxError {
			continue
		}
		address, others := Address(a, opts...)
		doubts.merge(others)
		addresses = append(addresses, &address)
	}
	return addresses, doubts
}
