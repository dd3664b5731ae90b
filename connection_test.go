package imapcompat_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestLostConnection(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		srv.DropConnections()
		for range 2 {
			_, err := mbox.Body(1)
			if !errors.Is(err, imapcompat.ErrConnectionLost) {
				t.Errorf("got %v", err)
			}
		}
		if n, err := mbox.NumMsg(); n != 2 || err != nil {
			t.Errorf("NumMsg: %d, %v", n, err)
		}
		if len(mbox.Errors()) == 0 {
			t.Error("nothing in Errors")
		}
	})
}

func TestContext(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		ctx, cancel := context.WithCancel(context.Background())
		bounded := mbox.WithContext(ctx)
		if _, err := bounded.Body(1); err != nil {
			t.Fatal(err)
		}
		cancel()
		if _, err := bounded.Body(2); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		// Nothing was under way: the connection is as good as before.
		if _, err := mbox.Body(2); err != nil {
			t.Error(err)
		}
		if _, err := imapcompat.OpenContext(ctx, name, srv.User, srv.Password); !errors.Is(err, context.Canceled) {
			t.Errorf("OpenContext: %v", err)
		}
	})
}

// A number means the same message while another client removes and adds some.
func TestNumbersStay(t *testing.T) {
	both(t, texts(6), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		_, err := mbox.FetchOverview("1:*")
		must(t, err)
		must(t, srv.Remove("INBOX", 2))
		srv.Append("INBOX", imaptest.Message{Text: "Subject: 7\n\n"})
		for _, num := range []int{5, 3, 6} {
			h, err := mbox.HeaderInfo(num)
			must(t, err)
			if h.Subject != fmt.Sprint(num) || h.Msgno != num {
				t.Errorf("message %d is %q (%d)", num, h.Subject, h.Msgno)
			}
			// A UID command is one in which IMAP servers tell of removals.
			if n, err := mbox.MsgNo(num); err != nil || n != num {
				t.Errorf("the number of UID %d is %d, %v", num, n, err)
			}
		}
		must(t, mbox.Delete("4"))
		must(t, mbox.Expunge())
		must(t, mbox.Close())
		got := stored(srv)
		if strings.Contains(got, "4") || !strings.Contains(got, "3 5 6") {
			t.Errorf("the server has %s", got)
		}
	})
}
