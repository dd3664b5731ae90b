package imapcompat_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// farAway dials a server that answers a few milliseconds late.
type farAway struct{ net.Dialer }

func (d *farAway) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.Dialer.DialContext(ctx, network, address)
	return late{conn}, err
}

type late struct{ net.Conn }

func (l late) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	time.Sleep(3 * time.Millisecond)
	return n, err
}

// A loop over POP3 messages that reads ahead retrieves those that the script has
// read, and only those, each once.
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
			mbox := open(t, srv, srv.POP3(), imapcompat.WithDialer(new(farAway)))
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
