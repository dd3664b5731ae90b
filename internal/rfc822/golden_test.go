package rfc822_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// The files in testdata have results of PHP 8.2 with ext-imap on c-client 2007f:
// imap_rfc822_parse_adrlist (addresses.json), imap_rfc822_parse_headers (headers.json) and
// imap_rfc822_write_address (write.json), with imap_errors as notices; the field To of
// imap_mail_compose (compose.json); and MailDate and udate of imap_headerinfo for messages with
// these Date fields on a POP3 server, with TZ set to zone (dates.json). Some cases are
// handmade. The others are random, selected for different kinds of results.

// golden reads a file of testdata.
func golden[T any](tb testing.TB, file string) (cases []T) {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		tb.Fatal(err)
	}
	if len(cases) == 0 {
		tb.Fatalf("no cases in %s", file)
	}
	return cases
}

// octets is a string of bytes. In JSON each byte is the character with its number, so that any
// byte can be written.
type octets string

func (o *octets) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	*o = octets(b)
	return nil
}

// phpAddress is an address as PHP shows it; nil is an unset property.
type phpAddress struct {
	Mailbox, Host, Personal, ADL *octets
}

func phpAddresses(list []backend.Address) []phpAddress {
	if list == nil {
		return nil
	}
	out := make([]phpAddress, len(list))
	for i, adr := range list {
		out[i] = phpAddress{property(adr.Mailbox), property(adr.Host), property(adr.Personal), property(adr.ADL)}
	}
	return out
}

func property(s backend.NString) *octets {
	if !s.Valid {
		return nil
	}
	o := octets(s.Value)
	return &o
}

// notices collects what a parser reports.
type notices []octets

func (n *notices) add(text string) { *n = append(*n, octets(text)) }

// dump formats a value for a test failure.
func dump(v any) string {
	data, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(data)
}
