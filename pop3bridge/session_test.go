package pop3bridge_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

var ctx = context.Background()

// msgs returns the set of these message numbers.
func msgs(nums ...int) backend.Set {
	var set backend.Set
	for _, n := range nums {
		set.Ranges = append(set.Ranges, backend.Range{First: n, Last: n})
	}
	return set
}

var all = backend.Set{Ranges: []backend.Range{{First: 1, Last: backend.Max}}}

func sections(peek bool, names ...string) backend.Items {
	var items backend.Items
	for _, name := range names {
		items.Sections = append(items.Sections, backend.Section{Name: name, Peek: peek})
	}
	return items
}

// collect returns the messages of a Fetch.
func collect(t *testing.T, s *pop3bridge.Session, set backend.Set, items backend.Items) []*backend.Message {
	t.Helper()
	var messages []*backend.Message
	for m, err := range s.Fetch(ctx, set, items) {
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, m)
	}
	return messages
}

// texts returns the texts of the sections of one message.
func texts(t *testing.T, s *pop3bridge.Session, num int, names ...string) []string {
	t.Helper()
	messages := collect(t, s, msgs(num), sections(true, names...))
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	var texts []string
	for _, text := range messages[0].Sections {
		if text == nil {
			texts = append(texts, "NIL")
		} else {
			texts = append(texts, string(text))
		}
	}
	return texts
}

func check[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

func checkError(t *testing.T, err, kind error, text string) {
	t.Helper()
	var known *backend.Error
	if !errors.As(err, &known) || known.Kind != kind && !errors.Is(known.Err, kind) || err.Error() != text {
		t.Errorf("error %v, want %q, of kind %q", err, text, kind)
	}
}

func TestState(t *testing.T) {
	before := uint32(time.Now().Unix())
	s := newScript(t, withMessages(plainServer, "22", "33")).open()
	state := s.State()
	if state.UIDValidity < before || uint32(time.Now().Unix()) < state.UIDValidity {
		t.Errorf("UIDValidity %d is not the time of the login", state.UIDValidity)
	}
	state.UIDValidity = 0
	check(t, "state", state, backend.State{
		Mailbox: "INBOX", Messages: 2, Recent: 2, UIDNext: 3,
	})
	if link := s.Link(); link.Host != "pop.example.org" || link.Port != 110 || link.TLS || link.Closed != nil {
		t.Errorf("the link is %+v", link)
	}
	items := backend.StatusItems{Messages: true, Recent: true, Unseen: true, UIDNext: true}
	status, err := s.Status(ctx, "inbox", items)
	check(t, "error", err, nil)
	check(t, "status", status, backend.Status{Items: items, Messages: 2, Recent: 2, Unseen: 2, UIDNext: 3})
	_, err = s.Status(ctx, "other", backend.StatusItems{Messages: true})
	checkError(t, err, backend.ErrNotSupported, "Can't get status of mailbox other: POP3 has no mailbox but INBOX")
}

func TestContext(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")+"C: NOOP\n").open()
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := s.Poll(short)
	if !errors.Is(err, backend.ErrConnectionLost) || !errors.Is(err, backend.ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if time.Since(start) > 5*time.Second {
		t.Error("took its time")
	}
	check(t, "the next call", s.Poll(ctx), err)

	s = newScript(t, withMessages(plainServer, "1")+"C: NOOP\nS: +OK\n").open()
	check(t, "poll that is not sent", s.Poll(short), context.DeadlineExceeded)
	check(t, "poll", s.Poll(ctx), nil)
}

func TestReadTimeout(t *testing.T) {
	server := newScript(t, "S: +OK hi\nC: CAPA\n")
	cfg := server.config()
	cfg.Timeouts.Read = 30 * time.Millisecond
	_, err := pop3bridge.Open(ctx, cfg)
	if !errors.Is(err, backend.ErrTimeout) || !errors.Is(err, backend.ErrConnectionLost) {
		t.Error(err)
	}
}

func TestAbortFromElsewhere(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")+"C: NOOP\n").open()
	go func() {
		time.Sleep(20 * time.Millisecond)
		s.Abort()
	}()
	checkError(t, s.Poll(ctx), backend.ErrConnectionLost, "POP3 connection lost")
	if err := s.Select(ctx, "INBOX", false); !errors.Is(err, backend.ErrConnectionLost) {
		t.Error(err)
	}
}
