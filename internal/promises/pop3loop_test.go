package promises_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	distance "github.com/imapcompat/imapcompat/bench/proxy"
	"github.com/imapcompat/imapcompat/imaptest"
)

// A loop over POP3 messages that reads ahead retrieves exactly the messages that the script has
// read, each once.
func TestPOP3LoopRetrieves(t *testing.T) {
	const messages, read = 60, 25
	texts := make([]string, messages)
	for i := range texts {
		texts[i] = fmt.Sprintf("Subject: %d\n\nThis is %d.\n.\n..\n", i+1, i+1)
	}
	for name, call := range map[string]func(mbox *imapcompat.Connection, n int) (string, error){
		"imap_body": func(mbox *imapcompat.Connection, n int) (string, error) { return mbox.Body(n) },
		"imap_body, peeking": func(mbox *imapcompat.Connection, n int) (string, error) {
			return mbox.Body(n, imapcompat.FT_PEEK)
		},
		"imap_fetchstructure and imap_fetchbody": func(mbox *imapcompat.Connection, n int) (string, error) {
			if _, err := mbox.FetchStructure(n); err != nil {
				return "", err
			}
			return mbox.FetchBody(n, "1")
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.NewServer(t, texts...)
			far, err := distance.New(srv.POP3Addr(), distance.Link{RTT: 3 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			defer far.Close()
			mbox := open(t, srv, fmt.Sprintf("{127.0.0.1:%d/pop3/notls}INBOX", far.Port()))
			for n := 1; n <= read; n++ {
				text, err := call(mbox, n)
				if want := fmt.Sprintf("This is %d.\r\n.\r\n..\r\n", n); err != nil || text != want {
					t.Fatalf("message %d: %q, %v", n, text, err)
				}
			}
			if err := mbox.Close(); err != nil {
				t.Fatal(err)
			}
			var retrieved, want []string
			tops := 0
			for _, line := range srv.Transcript() {
				switch command, _, _ := strings.Cut(line, " "); command {
				case "RETR":
					retrieved = append(retrieved, line)
				case "TOP":
					tops++
				}
			}
			for n := 1; n <= read; n++ {
				want = append(want, fmt.Sprintf("RETR %d", n))
			}
			slices.Sort(want)
			slices.Sort(retrieved)
			if !slices.Equal(retrieved, want) {
				t.Errorf("retrieved: %q", retrieved)
			}
			if tops < read {
				t.Errorf("%d messages were read ahead", tops)
			}
		})
	}
}
