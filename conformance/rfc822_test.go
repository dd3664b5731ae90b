package conformance

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/php"
)

func TestRFC822ParseHeaders(t *testing.T) {
	w := newWorker(t)
	for _, m := range allMessages(t) {
		for _, host := range []string{"UNKNOWN", "example.test", ""} {
			name := fmt.Sprintf("local/imap_rfc822_parse_headers/%s/%s", m.name, host)
			want := ask(t, w, "imap_rfc822_parse_headers", php.Bytes(m.raw), host)
			got, notices := imapcompat.RFC822ParseHeaders(string(m.raw), imapcompat.WithDefaultHost(host))
			compare(t, name, want, answer(got, notices))
		}
	}
}

// addressField matches the fields of a header with addresses, folded or not.
var addressField = regexp.MustCompile(`(?mi)^(?:From|To|Cc|Bcc|Sender|Reply-To):((?:.*(?:\r?\n[ \t])?)*)`)

func TestRFC822ParseAdrList(t *testing.T) {
	w := newWorker(t)
	for _, m := range allMessages(t) {
		for i, field := range addressField.FindAllSubmatch(m.raw, -1) {
			name := fmt.Sprintf("local/imap_rfc822_parse_adrlist/%s/%d", m.name, i)
			want := ask(t, w, "imap_rfc822_parse_adrlist", php.Bytes(field[1]), "example.test")
			got, notices := imapcompat.RFC822ParseAdrList(string(field[1]), "example.test")
			compare(t, name, want, answer(got, notices))
		}
	}
}

func TestRFC822WriteAddress(t *testing.T) {
	w := newWorker(t)
	words := []string{
		"", "a", "a.b", ".a", "a.", "a..b", "a b", " a ", "a@b", "@a", `a"b`, `a\b`, "a,b", "a(b)", "[192.0.2.1]",
		"=?utf-8?Q?x?=", "ä", "\xe4", "a\tb", "a\r\nb", "a\x01b", ".SYNTAX-ERROR.", "INVALID_ADDRESS",
	}
	write := func(mailbox, host, personal string) {
		name := fmt.Sprintf("local/imap_rfc822_write_address/%q/%q/%q", mailbox, host, personal)
		want := ask(t, w, "imap_rfc822_write_address", php.Bytes(mailbox), php.Bytes(host), php.Bytes(personal))
		got := imapcompat.RFC822WriteAddress(mailbox, host, personal)
		compare(t, name, want, answer(got, nil))
	}
	for _, word := range words {
		write("a", "b", word)
		for _, host := range words {
			write(word, host, "")
			write(word, host, "P")
		}
	}
}
