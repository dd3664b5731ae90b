package imapbridge

import (
	"bufio"
	"bytes"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// Reading a response ends, whatever the server sends, with an error or with a response that
// is no longer than what was sent.
func FuzzReadResponse(f *testing.F) {
	for _, seed := range []string{
		"* OK [CAPABILITY IMAP4rev1] hi\r\n", "* 1 FETCH (BODY[] {3}\r\nabc)\r\n", "A1 NO {3}\r\n",
		"* 1 FETCH (BODY[] {99999999999999999999}\r\n", "* LIST () \"/\" {2+}\r\nab\r\n", "+ \r\n", "\r\n", "* 4294967295 EXISTS\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bufio.NewReader(bytes.NewReader(data))
		for read := 0; ; {
			resp, err := readResponse(r, 1<<16, nil)
			if err != nil {
				return
			}
			if read += len(resp.raw); read > len(data) {
				t.Fatalf("read %d octets of %d", read, len(data))
			}
			(&Session{cfg: &backend.Config{}}).observe(&resp)
		}
	})
}
