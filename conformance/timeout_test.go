package conformance

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
)

// TestTimeout asks for each timeout, sets it, and asks again.
func TestTimeout(t *testing.T) {
	w := newWorker(t)
	for _, kind := range []int{0, 1, 2, 3, 4, 5} {
		before, err := imapcompat.Timeout(imapcompat.TimeoutType(kind), -1)
		if err == nil {
			defer imapcompat.Timeout(imapcompat.TimeoutType(kind), before)
		}
		for _, seconds := range [][]int{nil, {-1}, {30}, {-1}, {-2}, {0}, nil} {
			args, value := []any{kind}, -1 // PHP's default
			for _, n := range seconds {
				args, value = append(args, n), n
			}
			want := ask(t, w, "imap_timeout", args...)
			n, err := imapcompat.Timeout(imapcompat.TimeoutType(kind), value)
			got := fmt.Sprint(n)
			switch {
			case errors.Is(err, imapcompat.ErrInvalidArgument):
				got = "false"
			case len(seconds) > 0 && seconds[0] >= 0:
				got = "true" // PHP's answer when it sets one
			}
			compare(t, fmt.Sprintf("local/imap_timeout/%v", args), want, got)
		}
	}
}

// TestSlowOctets tests a difference: a server sends an octet now and then. PHP waits without
// limit; here the wait ends.
func TestSlowOctets(t *testing.T) {
	checks(t)
	t.Parallel()
	const octets, pause, seconds = 30, 100 * time.Millisecond, 1
	drip := func(open func(name string)) (waited bool) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		all := make(chan bool, 1)
		go func() {
			conn, err := l.Accept()
			if err != nil {
				all <- false
				return
			}
			defer conn.Close()
			gone := make(chan struct{})
			go func() {
				defer close(gone)
				io.Copy(io.Discard, conn) // ends when the client does
			}()
			for range octets {
				io.WriteString(conn, "x")
				select {
				case <-gone:
					all <- false
					return
				case <-time.After(pause):
				}
			}
			all <- true
		}()
		open(fmt.Sprintf("{%s/imap/notls}INBOX", l.Addr()))
		return <-all
	}
	php := drip(func(name string) {
		code := fmt.Sprintf(`imap_timeout(IMAP_READTIMEOUT, %d); @imap_open($argv[1], "u", "p", 0, 1); imap_errors();`, seconds)
		if out, err := exec.Command("php", "-r", code, name).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	ours := drip(func(name string) {
		_, err := imapcompat.Open(name, "u", "p", imapcompat.WithTimeout(imapcompat.IMAP_READTIMEOUT, seconds*time.Second))
		if !errors.Is(err, imapcompat.ErrTimeout) {
			t.Errorf("got %v", err)
		}
	})
	if !php || ours {
		t.Errorf("PHP waits for all octets: %v, and the library: %v", php, ours)
	}
}
