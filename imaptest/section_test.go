package imaptest_test

import (
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
)

// What a section has that IMAP cannot send, and what cannot be decoded, is as in Dovecot 2.3.
func TestSections(t *testing.T) {
	srv := imaptest.Config{Messages: []imaptest.Message{
		{Text: "Subject: a\x00b\n\na\x00b\n"},
		{Text: "Content-Transfer-Encoding: base64\n\nYQ==x\n"},
		{Text: "Content-Transfer-Encoding: x-nosuch\n\nx\n"},
		{Text: "Content-Transfer-Encoding: base64\n\nYQBi\n"},
	}}.NewServer(t)
	imap := loggedInIMAP(t, srv)
	askIMAP(imap, "SELECT INBOX")
	for _, tt := range []struct{ command, want string }{
		{"FETCH 1 BODY.PEEK[HEADER]", "Subject: a\x80b\r\n"},
		{"FETCH 1 BODY.PEEK[]<16.5>", "BODY[]<16> {5}\r\na\x80b\r\n"},
		{"FETCH 1 BODY.PEEK[TEXT]", "{5}\r\na\x80b\r\n"},
		{"FETCH 1 BINARY.PEEK[1]", "~{5}\r\na\x00b\r\n"},
		{"FETCH 1 BODY.PEEK[2]", "BODY[2] {0}\r\n"},
		{"FETCH 2 BINARY.PEEK[1]", "* 2 FETCH (UID 2)\r\nx NO [PARSE] Invalid data in MIME part"},
		{"FETCH 2 (FLAGS BINARY.PEEK[1])", "FLAGS (\\Recent))\r\nx NO [PARSE]"},
		{"FETCH 2 BINARY.SIZE[1]", "NO [PARSE] Invalid data in MIME part"},
		{"FETCH 2 BINARY.PEEK[2]", "BINARY[2] {0}\r\n"},
		{"FETCH 3 BINARY.PEEK[1]", "NO [UNKNOWN-CTE] Unknown Content-Transfer-Encoding"},
		{"FETCH 4 BINARY.PEEK[1]", "BINARY[1] ~{3}\r\na\x00b"},
		{"FETCH 4 BINARY.SIZE[1]", "BINARY.SIZE[1] 3"},
	} {
		got := askIMAP(imap, tt.command)
		if !strings.Contains(strings.ReplaceAll(got, "\r\n", "\n"), strings.ReplaceAll(tt.want, "\r\n", "\n")) {
			t.Errorf("%s: %q, want %q", tt.command, got, tt.want)
		}
	}
}
