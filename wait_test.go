package imapcompat_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// waiting starts a Wait and returns when the server has been told of it.
func waiting(ctx context.Context, t *testing.T, srv *imaptest.Server, mbox *imapcompat.Connection) <-chan error {
	t.Helper()
	before := idles(srv)
	result := make(chan error, 1)
	go func() { result <- mbox.Wait(ctx) }()
	for deadline := time.Now().Add(10 * time.Second); idles(srv) == before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no IDLE")
		}
	}
	return result
}

// idles is how many IDLEs a server has had.
func idles(srv *imaptest.Server) int {
	n := 0
	for _, line := range srv.Transcript() {
		if strings.HasSuffix(line, " IDLE") {
			n++
		}
	}
	return n
}

func TestWait(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, srv *imaptest.Server){
		"delivery": func(t *testing.T, srv *imaptest.Server) {
			_, err := srv.Append("INBOX", imaptest.Message{Text: texts(1)[0]})
			must(t, err)
		},
		"removal": func(t *testing.T, srv *imaptest.Server) { must(t, srv.Remove("INBOX", 1)) },
		"flags":   func(t *testing.T, srv *imaptest.Server) { must(t, srv.SetFlags("INBOX", 2, `\Answered`)) },
		"another client's delivery": func(t *testing.T, srv *imaptest.Server) {
			must(t, open(t, srv, srv.IMAP()).Append(srv.IMAP(), texts(1)[0]))
		},
		"another client's expunge": func(t *testing.T, srv *imaptest.Server) {
			other := open(t, srv, srv.IMAP())
			must(t, other.Delete("1"))
			must(t, other.Expunge())
		},
		"another client's flags": func(t *testing.T, srv *imaptest.Server) {
			must(t, open(t, srv, srv.IMAP()).SetFlagFull("2", `\Flagged`))
		},
		"a POP3 client": func(t *testing.T, srv *imaptest.Server) {
			other := open(t, srv, srv.POP3())
			must(t, other.Delete("1"))
			must(t, other.Close(imapcompat.CL_EXPUNGE))
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.NewServer(t, texts(3)...)
			mbox := open(t, srv, srv.IMAP())
			result := waiting(soon(t), t, srv, mbox)
			change(t, srv)
			must(t, <-result)
			must(t, mbox.Ping())
			n, err := mbox.NumMsg()
			if want := len(srv.Messages("INBOX")); err != nil || n != want {
				t.Errorf("%d messages, %v, want %d", n, err, want)
			}
		})
	}
}

// Numbers keep their meaning in a Wait.
func TestWaitKeepsNumbers(t *testing.T) {
	srv := imaptest.NewServer(t, texts(3)...)
	mbox := open(t, srv, srv.IMAP())
	before, err := mbox.HeaderInfo(3)
	must(t, err)
	result := waiting(soon(t), t, srv, mbox)
	must(t, srv.Remove("INBOX", 1))
	must(t, <-result)
	after, err := mbox.HeaderInfo(3)
	must(t, err)
	if _, gone := mbox.HeaderInfo(1); after.Subject != before.Subject || !errors.Is(gone, imapcompat.ErrBadMessageNumber) {
		t.Errorf("got %q, %v", after.Subject, gone)
	}
	must(t, mbox.Ping())
	after, err = mbox.HeaderInfo(2)
	must(t, err)
	if after.Subject != before.Subject {
		t.Errorf("after Ping: %q", after.Subject)
	}
}

// What the server tells between two Waits is for the next one, and no news when
// Ping has asked for it.
func TestWaitMissesNothing(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	_, err := srv.Append("INBOX", imaptest.Message{Text: texts(1)[0]})
	must(t, err)
	_, err = mbox.FetchHeader(1)
	must(t, err)
	must(t, mbox.Wait(soon(t)))
	if n := idles(srv); n != 0 {
		t.Errorf("%d IDLEs for what was known", n)
	}
	_, err = srv.Append("INBOX", imaptest.Message{Text: texts(1)[0]})
	must(t, err)
	must(t, mbox.Ping())
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := mbox.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// The end of ctx leaves the connection as it was.
func TestWaitEnds(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	mbox.Errors()
	ctx, cancel := context.WithCancel(context.Background())
	result := waiting(ctx, t, srv, mbox)
	cancel()
	for _, err := range []error{<-result, mbox.Wait(ctx)} {
		if !errors.Is(err, context.Canceled) || errors.Is(err, imapcompat.ErrConnectionLost) {
			t.Errorf("got %v", err)
		}
	}
	must(t, mbox.Ping())
	if list := mbox.Errors(); len(list) > 0 {
		t.Errorf("errors: %q", list)
	}
	if n := idles(srv); n != 1 {
		t.Errorf("%d IDLEs", n)
	}
}

// Other calls go on while some wait.
func TestWaitMakesWay(t *testing.T) {
	const waits, callers, calls = 3, 4, 20
	srv := imaptest.NewServer(t, texts(5)...)
	mbox := open(t, srv, srv.IMAP())
	results := make([]<-chan error, waits)
	results[0] = waiting(soon(t), t, srv, mbox)
	for i := range waits - 1 {
		result := make(chan error, 1)
		go func() { result <- mbox.Wait(soon(t)) }()
		results[i+1] = result
	}
	var all sync.WaitGroup
	for i := range callers {
		all.Add(1)
		go func() {
			defer all.Done()
			for range calls {
				if _, err := mbox.FetchHeader(i + 1); err != nil {
					t.Error(err)
				}
				if !mbox.IsOpen() {
					t.Error("closed")
				}
			}
		}()
	}
	all.Wait()
	for _, result := range results {
		select {
		case err := <-result:
			t.Errorf("a Wait ended: %v", err)
		default:
		}
	}
	// One caller asks the server, and the news is for all the others, too; for those
	// that have not begun to wait by then the next one is.
	for _, result := range results {
		for ended := false; !ended; {
			_, err := srv.Append("INBOX", imaptest.Message{Text: texts(1)[0]})
			must(t, err)
			must(t, mbox.Ping())
			select {
			case err := <-result:
				must(t, err)
				ended = true
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
}

// A server without IDLE is asked, and between the questions the connection is free.
func TestWaitWithoutIdle(t *testing.T) {
	srv := imaptest.Config{Without: []string{"IDLE"}}.NewServer(t, texts(3)...)
	mbox := open(t, srv, srv.IMAP(), imapcompat.WithWaitInterval(20*time.Millisecond))
	time.AfterFunc(50*time.Millisecond, func() { srv.Remove("INBOX", 1) })
	must(t, mbox.Wait(soon(t)))
	if _, err := mbox.HeaderInfo(1); !errors.Is(err, imapcompat.ErrBadMessageNumber) {
		t.Errorf("got %v", err)
	}
	must(t, mbox.Ping())

	mbox = open(t, srv, srv.IMAP()) // asks every 30 seconds
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() { result <- mbox.Wait(ctx) }()
	for range 50 {
		_, err := mbox.FetchHeader(1)
		must(t, err)
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	must(t, mbox.Ping())
	if n := idles(srv); n > 0 {
		t.Errorf("%d IDLEs", n)
	}
}

func TestWaitOver(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	must(t, srv.CreateMailbox("Archive"))
	t.Run("Close", func(t *testing.T) {
		mbox := open(t, srv, srv.IMAP())
		result := waiting(soon(t), t, srv, mbox)
		must(t, mbox.Close())
		if err := <-result; !errors.Is(err, imapcompat.ErrClosed) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("Reopen", func(t *testing.T) {
		mbox := open(t, srv, srv.IMAP())
		result := waiting(soon(t), t, srv, mbox)
		must(t, mbox.Reopen(srv.IMAPRef()+"Archive"))
		must(t, <-result)
	})
	t.Run("Reopen on another connection", func(t *testing.T) {
		mbox := open(t, srv, srv.IMAP())
		result := waiting(soon(t), t, srv, mbox)
		must(t, mbox.Reopen(srv.POP3()))
		must(t, <-result)
	})
	t.Run("lost connection", func(t *testing.T) {
		mbox := open(t, srv, srv.IMAP())
		result := waiting(soon(t), t, srv, mbox)
		srv.DropConnections()
		if err := <-result; !errors.Is(err, imapcompat.ErrConnectionLost) {
			t.Errorf("got %v", err)
		}
	})
}

func TestWaitCannot(t *testing.T) {
	srv := imaptest.NewServer(t)
	for name, want := range map[string]error{
		srv.POP3():                  imapcompat.ErrNotSupported,
		srv.IMAPRef() + "not there": imapcompat.ErrInvalidArgument,
	} {
		mbox := open(t, srv, name)
		if err := mbox.Wait(soon(t)); !errors.Is(err, want) {
			t.Errorf("%s: got %v", name, err)
		}
		must(t, mbox.Ping())
	}
	_, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, imapcompat.WithWaitInterval(-1))
	if !errors.Is(err, imapcompat.ErrInvalidArgument) {
		t.Errorf("got %v", err)
	}
}
