package imaptest_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
)

// TestConcurrentMoves lets sessions move the same messages to and fro while another client delivers
// and flags. None is lost or there twice, whoever comes first.
func TestConcurrentMoves(t *testing.T) {
	const sessions, rounds, delivered = 6, 10, 20
	var want []string
	for n := range 2 * delivered {
		want = append(want, fmt.Sprintf("Subject: %d\r\n\r\n", n))
	}
	srv := imaptest.NewServer(t, want[:delivered]...)
	if err := srv.CreateMailbox("Other"); err != nil {
		t.Fatal(err)
	}
	var wires []*wire
	for range sessions {
		wires = append(wires, loggedInIMAP(t, srv))
	}
	var running sync.WaitGroup
	for _, w := range wires {
		running.Add(1)
		go func() {
			defer running.Done()
			const moves = "s SELECT INBOX\r\nm UID MOVE 1:* Other\r\ns SELECT Other\r\nn UID MOVE 1:* INBOX\r\n"
			for range rounds {
				if _, err := w.conn.Write([]byte(moves)); err != nil {
					t.Error(err)
				}
				for answer := ""; !strings.HasPrefix(answer, "n "); {
					line, err := w.r.ReadString('\n')
					if err != nil {
						t.Error(err)
						return
					}
					answer = line
				}
			}
		}()
	}
	for _, text := range want[delivered:] {
		uid, err := srv.Append("INBOX", imaptest.Message{Text: text})
		if err != nil {
			t.Error(err)
		}
		_ = srv.SetFlags("INBOX", uid, `\Seen`) // fails when the message has moved
	}
	running.Wait()
	var got []string
	for _, name := range srv.Mailboxes() {
		for _, m := range srv.Messages(name) {
			got = append(got, m.Text)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d messages, want %d: %q", len(got), len(want), got)
	}
}
