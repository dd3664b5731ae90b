package imapcompat_test

import (
	"slices"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
)

// The lines are what PHP 8.2 returned from the same servers.
func TestHeaders(t *testing.T) {
	srv := imaptest.NewServer(t)
	date := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	for _, m := range []imaptest.Message{
		{Text: "From: Ada <a@example.org>\nSubject: plain\n\nx\n", Date: date},
		{
			Text: "From: a.very.long.local.part.of.an.address@example.org\nSubject: a subject that is longer than the column has room\n\nx\n",
			Date: date, Flags: []string{`\Seen`, `\Flagged`, `\Answered`},
		},
		{Text: "Subject:\n\n", Date: date, Flags: []string{`\Deleted`, `\Draft`, "work", "$Forwarded"}},
	} {
		_, err := srv.Append("INBOX", m)
		must(t, err)
	}
	for name, want := range map[string][]string{
		srv.IMAP(): {
			"N        1) 2-Mar-2026 Ada                  plain (48 chars)",
			"R FA     2) 2-Mar-2026 a.very.long.local.pa a subject that is longer  (121 chars)",
			"N   DX   3) 2-Mar-2026                      {work $Forwarded}  (12 chars)",
		},
		srv.POP3(): {
			"N        1) 1-Jan-1970 Ada                  plain (48 chars)",
			"N        2) 1-Jan-1970 a.very.long.local.pa a subject that is longer  (121 chars)",
			"N        3) 1-Jan-1970                       (12 chars)",
		},
	} {
		lines, err := open(t, srv, name).Headers()
		must(t, err)
		if !slices.Equal(lines, want) {
			t.Errorf("%s: got %q, want %q", name, lines, want)
		}
	}
}
