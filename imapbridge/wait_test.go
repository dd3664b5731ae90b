package imapbridge_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

// watching has the capabilities of a server with IDLE, and the mailbox.
const watching = "S: * PREAUTH [CAPABILITY IMAP4rev1 IDLE] hello\n" + selected

// watched opens a session with a configuration and selects INBOX.
func watched(t *testing.T, script string, configure func(*backend.Config)) *imapbridge.Session {
	t.Helper()
	cfg := serve(t, script).config(&notices{})
	if configure != nil {
		configure(cfg)
	}
	s, err := imapbridge.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Abort() })
	if err := s.Select(context.Background(), "INBOX", false); err != nil {
		t.Fatal(err)
	}
	return s
}

// soon sets the interval after which Watch asks again.
func soon(interval time.Duration) func(*backend.Config) {
	return func(cfg *backend.Config) { cfg.WatchInterval = interval }
}

// What a server may do during Watch. Each script ends with NOOP, which shows that the
// session survives.
func TestWatch(t *testing.T) {
	const noop = "\nC: T NOOP\nS: T OK done\n"
	for _, test := range []struct {
		name      string
		script    string
		configure func(*backend.Config)
	}{
		{"new message", watching + `
			C: T IDLE
			S: + idling
			S: * OK still here
			S: * 9 EXISTS
			S: * 10 EXISTS
			C: DONE
			S: T OK done`, nil},
		{"message gone", watching + `
			C: T IDLE
			S: + idling
			S: * 3 EXPUNGE
			C: DONE
			S: T OK done`, nil},
		{"other flags", watching + `
			C: T IDLE
			S: + idling
			S: * 3 FETCH (FLAGS (\Seen))
			C: DONE
			S: T OK done`, nil},
		{"news before the consent", watching + `
			C: T IDLE
			S: * 10 EXISTS
			S: + idling
			C: DONE
			S: T OK done`, nil},
		{"IDLE made anew", watching + `
			C: T IDLE
			S: + idling
			C: DONE
			S: T OK done
			C: T IDLE
			S: + idling
			S: * 10 EXISTS
			C: DONE
			S: T OK done`, soon(10 * time.Millisecond)},
		{"news after DONE", watching + `
			C: T IDLE
			S: + idling
			C: DONE
			S: * 10 EXISTS
			S: T OK done`, soon(10 * time.Millisecond)},
		{"IDLE refused", watching + `
			C: T IDLE
			S: T NO not now
			C: T NOOP
			S: T OK done
			C: T NOOP
			S: * 10 EXISTS
			S: T OK done`, soon(10 * time.Millisecond)},
		{"news before IDLE is refused", watching + `
			C: T IDLE
			S: * 10 EXISTS
			S: T NO not now`, nil},
		{"IDLE ended by the server", watching + `
			C: T IDLE
			S: + idling
			S: T OK enough
			C: T NOOP
			S: * 10 EXISTS
			S: T OK done`, nil},
		{"IDLE ended by both", watching + `
			C: T IDLE
			S: + idling
			S: * 10 EXISTS
			C: DONE
			S: T OK enough
			S: DONE BAD what`, nil},
		{"no IDLE", loggedIn + selected + `
			C: T NOOP
			S: T OK done
			C: T NOOP
			S: * 10 EXISTS
			S: T OK done`, soon(10 * time.Millisecond)},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			s := watched(t, test.script+noop, test.configure)
			before := s.State()
			if err := s.Watch(ctx, before.News); err != nil {
				t.Fatal(err)
			}
			after := s.State()
			if after.News == before.News || after.Messages < before.Messages {
				t.Errorf("got %+v, before %+v", after, before)
			}
			if err := s.Poll(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

// The end of the context does not affect the session.
func TestWatchEnds(t *testing.T) {
	for name, script := range map[string]string{
		"IDLE": watching + "C: T IDLE\nS: + idling\nC: DONE\nS: T OK done\n",
		"NOOP": loggedIn + selected + "C: T NOOP\nS: T OK done\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := watched(t, script+"C: T NOOP\nS: T OK done\n", nil)
			news := s.State().News
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			for range 2 { // the second Watch sends nothing
				if err := s.Watch(ctx, news); err != nil || s.State().News != news {
					t.Errorf("got %v, %+v", err, s.State())
				}
			}
			if err := s.Poll(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

// Watch sends nothing if there is news already.
func TestWatchAtOnce(t *testing.T) {
	s := watched(t, watching+"C: T NOOP\nS: * 10 EXISTS\nS: T OK done\n", nil)
	news := s.State().News
	if err := s.Poll(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := s.Watch(context.Background(), news); err != nil {
		t.Error(err)
	}
}

// The connection is lost during Watch.
func TestWatchLost(t *testing.T) {
	for _, test := range []struct {
		name, script, cause string
	}{
		{"broken off", watching + "C: T IDLE\nS: + idling\nS: !", ""},
		{"broken off before the consent", watching + "C: T IDLE\nS: !", ""},
		{"broken off without IDLE", loggedIn + selected + "C: T NOOP\nS: T OK done\nS: !", ""},
		{"BYE", watching + "C: T IDLE\nS: + idling\nS: * BYE going down\nS: !", "server said: going down"},
		{"BYE, and no end", watching + "C: T IDLE\nS: + idling\nS: * BYE going down", "server said: going down"},
		{"BYE without IDLE", loggedIn + selected + "C: T NOOP\nS: T OK done\nS: * BYE going down", "server said: going down"},
		{"silence", watching + "C: T IDLE\nS: + idling\nC: DONE", "in time"},
		{"silence before the consent", watching + "C: T IDLE", "in time"},
		{"silence without IDLE", loggedIn + selected + "C: T NOOP", "in time"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := watched(t, test.script, func(cfg *backend.Config) {
				cfg.WatchInterval = 50 * time.Millisecond
				cfg.Timeouts.Read = time.Second
			})
			err := s.Watch(context.Background(), s.State().News)
			if !errors.Is(err, backend.ErrConnectionLost) {
				t.Fatalf("got %v", err)
			}
			if chain := errorChain(err); !strings.Contains(chain, test.cause) {
				t.Errorf("got %s", chain)
			}
			if again := s.Watch(context.Background(), s.State().News); !errors.Is(again, backend.ErrConnectionLost) {
				t.Errorf("then %v", again)
			}
		})
	}
}

// errorChain returns the texts of an error and its causes.
func errorChain(err error) string {
	var known *backend.Error
	if errors.As(err, &known) && known.Err != nil {
		return known.Text + ": " + errorChain(known.Err)
	}
	return err.Error()
}
