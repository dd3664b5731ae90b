package hostile_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/cuts"
)

// question is a call about a message, with its right answer.
type question func(m *imapcompat.Connection, n int) (got, want any, err error)

// questions have a different answer for each message, so that an answer meant for an earlier
// call is detected.
var questions = []question{
	func(m *imapcompat.Connection, n int) (any, any, error) {
		h, err := m.HeaderInfo(n)
		if err != nil {
			return nil, nil, err
		}
		return h.Subject, fmt.Sprint("message ", n), nil
	},
	func(m *imapcompat.Connection, n int) (any, any, error) {
		got, err := m.Body(n)
		_, want, _ := strings.Cut(cuts.Text(n), "\r\n\r\n")
		return got, want, err
	},
	header,
	func(m *imapcompat.Connection, n int) (any, any, error) {
		list, err := m.FetchOverview(imapcompat.SequenceRange(n, 5))
		if err != nil || len(list) == 0 {
			return nil, "an overview", err
		}
		return fmt.Sprintf("%s, %d", list[0].Subject, len(list)), fmt.Sprintf("message %d, %d", n, 6-n), nil
	},
	func(m *imapcompat.Connection, n int) (any, any, error) {
		got, err := m.Search(fmt.Sprintf(`SUBJECT "message %d"`, n))
		return fmt.Sprint(got), fmt.Sprint([]int{n}), err
	},
	func(m *imapcompat.Connection, n int) (any, any, error) {
		got, err := m.UID(n)
		return got, n, err
	},
	func(m *imapcompat.Connection, n int) (any, any, error) {
		s, err := m.FetchStructure(n)
		if err != nil {
			return nil, nil, err
		}
		_, text, _ := strings.Cut(cuts.Text(n), "\r\n\r\n")
		return s.Bytes, len(text), nil
	},
	func(m *imapcompat.Connection, n int) (any, any, error) {
		return nil, nil, m.SetFlagFull(imapcompat.SequenceOf(n), `\Flagged`)
	},
	func(m *imapcompat.Connection, n int) (any, any, error) { return nil, nil, m.Ping() },
	func(m *imapcompat.Connection, n int) (any, any, error) {
		for n := 1; n <= 5; n++ { // a loop, whose messages are read ahead
			if got, want, err := header(m, n); err != nil || got != want {
				return got, want, err
			}
		}
		return nil, nil, nil
	},
}

func header(m *imapcompat.Connection, n int) (got, want any, err error) {
	h, err := m.FetchHeader(n)
	text, _, _ := strings.Cut(cuts.Text(n), "\r\n\r\n")
	return h, text + "\r\n\r\n", err
}

// A context may end at any moment of a call. The connection is then usable, or its calls say
// that it is lost. No call gets the answer to another.
func TestCancel(t *testing.T) {
	seed := uint64(1)
	if text := os.Getenv("IMAPCOMPAT_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("IMAPCOMPAT_SEED is %q", text)
		}
		seed = n
	}
	for _, protocol := range []string{"imap", "pop3"} {
		t.Run(protocol, func(t *testing.T) {
			watch(t, func() {
				srv := startServer(t)
				defer srv.Close()
				c := canceller{t: t, name: srv.IMAP(), random: rand.New(rand.NewPCG(seed, 0))}
				if protocol == "pop3" {
					c.name = srv.POP3()
				}
				for range 2000 {
					c.call()
				}
				c.close()
				t.Logf("seed %d: %d calls cancelled, %d connections lost by it, %d still of use", seed, c.cancelled, c.lost, c.kept)
				if c.lost == 0 || c.kept == 0 {
					t.Error("the delays do not fit this machine")
				}
			})
		})
	}
}

func startServer(t *testing.T) *imaptest.Server {
	t.Helper()
	srv, err := imaptest.Start(imaptest.Config{Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= cuts.Messages; n++ {
		if _, err := srv.Append("INBOX", imaptest.Message{Text: cuts.Text(n)}); err != nil {
			t.Fatal(err)
		}
	}
	return srv
}

type canceller struct {
	t      *testing.T
	name   string
	random *rand.Rand
	m      *imapcompat.Connection // nil when it has to be opened

	cancelled, lost, kept int
}

// call makes a call whose context ends sooner or later, and then another call.
func (c *canceller) call() {
	if c.m == nil {
		m, err := open(c.name, imapcompat.WithTimeout(imapcompat.IMAP_READTIMEOUT, maxDuration))
		if err != nil {
			c.t.Error(err)
			return
		}
		c.m = m
	}
	ctx, cancel := context.WithCancel(context.Background())
	delay := time.Duration(c.random.IntN(600)-100) * time.Microsecond
	if delay < 0 {
		cancel()
	}
	timer := time.AfterFunc(delay, cancel)
	err := c.ask(c.m.WithContext(ctx))
	timer.Stop()
	cancel()
	if err == nil {
		return
	}
	c.cancelled++
	if !errors.Is(err, context.Canceled) {
		c.t.Errorf("cancelled: %v", err)
	}
	switch next := c.ask(c.m); {
	case next == nil:
		c.kept++
	case errors.Is(next, imapcompat.ErrConnectionLost):
		c.lost++
		c.close()
	default:
		c.t.Errorf("after %v: %v", err, next)
		c.close()
	}
}

// ask makes a random call.
func (c *canceller) ask(m *imapcompat.Connection) error {
	i, n := c.random.IntN(len(questions)), 1+c.random.IntN(5)
	got, want, err := questions[i](m, n)
	if err == nil && got != want {
		c.t.Errorf("question %d of message %d: got %q, want %q", i, n, got, want)
	}
	return err
}

func (c *canceller) close() {
	if c.m != nil {
		c.m.Close()
		c.m = nil
	}
}
