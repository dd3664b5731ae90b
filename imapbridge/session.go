package imapbridge

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// Session is an authenticated IMAP connection.
type Session struct {
	cfg  *backend.Config
	wire *wire

	secrets sasl.Concealed // of the login; the server may quote them

	caps map[string]bool // in upper case, from the login
	tag  int             // of the last command that this package sent
	told chan struct{}   // has a token when Watch has something to check

	appended string // the last APPEND up to its flags, if it was accepted

	idleless bool      // do not use IDLE
	polled   time.Time // when NOOP was last sent

	mu sync.Mutex

	// Responses change these.
	nums  numbering
	state backend.State
	bye   string    // the text of BYE
	lost  error     // what all calls return after the first, which returns the cause
	uids  *toldUIDs // collects the UIDs of copies, nil when no call wants them

	noModSeq bool          // the mailbox has no mod-sequences
	modified *modifiedTold // collects what StoreUnchanged left, nil when no call wants it
}

var _ backend.Session = (*Session)(nil)

// State implements [backend.Session].
func (s *Session) State() backend.State {
	s.mu.Lock()
	state := s.state
	state.Messages = s.nums.messages()
	s.mu.Unlock()
	return state
}

// Traits implements [backend.Session].
func (s *Session) Traits() backend.Traits { return backend.Traits{} }

// Link implements [backend.Session]. Closed is set once a call has returned the loss of the
// connection.
func (s *Session) Link() backend.Link {
	link := s.wire.Link()
	s.mu.Lock()
	defer s.mu.Unlock()
	link.Closed = s.lost
	return link
}

func (s *Session) messages() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nums.messages()
}

// observe updates the session's state from a response, whichever command it answers. After
// an error the session cannot continue.
func (s *Session) observe(resp *response) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch resp.name {
	case "EXISTS":
		if resp.num > maxMessages {
			return &backend.Error{Kind: backend.ErrTooLarge, Text: fmt.Sprintf("The server counts more than %d messages", maxMessages)}
		}
		// Only EXPUNGE decreases the number (RFC 9051 section 7.4.1).
		if s.nums.exists < resp.num {
			s.nums.exists = resp.num
			s.tell()
		}
	case "RECENT":
		if resp.num <= s.nums.exists {
			s.state.Recent = resp.num
		}
	case "EXPUNGE":
		s.place(resp)
		s.tell()
		return s.nums.expunged(resp.num)
	case "FETCH":
		s.place(resp) // now, because an EXPUNGE may arrive before the response is processed
	case "SEARCH", "SORT", "THREAD":
		resp.nums = s.nums.clone()
	case "FLAGS":
		s.state.Keywords = keywords(resp.rest)
	case "OK", "NO", "BAD", "BYE":
		s.observeStatus(resp)
	}
	return nil
}

// place records the caller's number of the message in a response. The caller holds s.mu.
func (s *Session) place(resp *response) {
	if 0 < resp.num && resp.num <= s.nums.exists {
		resp.caller = s.nums.toCaller(resp.num)
	}
}

// maxMessages bounds a mailbox, because some functions allocate memory for each message
// that the server announces.
const maxMessages = 1 << 23

// observeStatus updates the session's state from a response code. The caller holds s.mu.
func (s *Session) observeStatus(resp *response) {
	name, args := resp.code()
	switch name {
	case "UIDVALIDITY":
		n, _ := parseNumber(args)
		s.state.UIDValidity = uint32(n)
	case "UIDNEXT":
		n, _ := parseNumber(args)
		s.state.UIDNext = uint32(n)
	case "UIDNOTSTICKY":
		s.state.UIDNotSticky = true
	case "HIGHESTMODSEQ":
		s.state.HighestModSeq, _ = strconv.ParseUint(string(args), 10, modSeqBits)
	case "NOMODSEQ":
		s.state.HighestModSeq, s.noModSeq = 0, true
	case "MODIFIED":
		s.observeModified(args)
	case "PERMANENTFLAGS":
		s.state.PermanentFlags = permanentFlags(resp.rest)
	case "COPYUID", "APPENDUID":
		s.observeUIDs(name, args)
	case "READ-ONLY":
		s.state.ReadOnly = true
	case "READ-WRITE":
		s.state.ReadOnly = false
	case "ALERT":
		// c-client reports the text of a tagged response only as an error. PHP recognizes
		// an alert by the beginning of its text.
		if resp.tag == "*" && bytes.HasPrefix(resp.rest, []byte("[ALERT] ")) {
			s.notify(backend.NoticeAlert, string(resp.rest))
		}
	}
	if resp.name == "BYE" {
		s.bye = cmp.Or(string(resp.rest), resp.name)
		s.wake()
	}
}

// permanentFlags returns the flags in a PERMANENTFLAGS code. A keyword may contain a
// bracket, but no parenthesis.
func permanentFlags(text []byte) []string {
	_, list, _ := bytes.Cut(text, []byte("("))
	list, _, _ = bytes.Cut(list, []byte(")"))
	flags := []string{}
	for flag := range bytes.FieldsSeq(list) {
		if len(flags) == maxPermanentFlags {
			break
		}
		flags = append(flags, string(flag))
	}
	return flags
}

// maxPermanentFlags bounds the flags that are kept. Servers allow 26 to 400 keywords.
const maxPermanentFlags = 1000

func keywords(flagList []byte) []string {
	l := &lexer{b: flagList}
	return l.flags().Keywords
}

func (s *Session) notify(kind backend.NoticeKind, text string) {
	if s.cfg.Notify != nil {
		s.cfg.Notify(backend.Notice{Kind: kind, Text: text})
	}
}

// run performs one exchange with the server under the read timeout. When ctx ends it drops
// the connection, because the answer would remain unread.
func (s *Session) run(ctx context.Context, exchange func() error) error {
	if err := s.closed(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.wire.allow(s.messages())
	end := s.wire.Begin(ctx)
	defer end()
	defer func() { s.wire.r = dial.GiveBack(s.wire.r) }()
	return s.explain(exchange())
}

// explain converts the error of an exchange to a *backend.Error.
func (s *Session) explain(err error) error {
	if err == nil {
		return nil
	}
	if s.wire.failure() != nil {
		return s.closed()
	}
	var refused *theirRefusal
	var known *backend.Error
	switch {
	case errors.As(err, &refused):
		return s.statusError(refused.status)
	case errors.As(err, &known):
		return err
	}
	s.wire.fail(unreadable(err))
	return s.closed()
}

// statusError returns the error of a tagged response, or nil for OK, and reports its
// notice.
func (s *Session) statusError(resp *response) error {
	err := refusal(resp)
	if err == nil {
		return nil
	}
	if err.Notice != "" {
		s.notify(backend.NoticeError, err.Notice)
		err.Notice = ""
	}
	return err
}

// refusal returns the error of a tagged response with its notice, or nil for OK. A FETCH
// uses it because only its caller knows whether to report the notice: the FETCH may be a
// prefetch.
func refusal(resp *response) *backend.Error {
	if resp.name == "OK" {
		return nil
	}
	text := string(resp.rest)
	err := &backend.Error{Kind: backend.ErrRefused, Text: dial.Cut(text, maxText), Code: backend.CodeOf(text)}
	if resp.name != "NO" {
		err.Notice = protocolError(resp)
	}
	return err
}

// maxText bounds the server's text in an error, in octets. RFC 7162 section 4 recommends
// this bound for command lines.
const maxText = 8192

// unreadable returns the error of a response over which go-imap ended the connection.
func unreadable(err error) error { return errors.New(dial.Cut(err.Error(), 200)) }

// protocolError returns what c-client reports for BAD, or for a tagged response that is no
// status, besides the error itself.
func protocolError(resp *response) string {
	if text := dial.Cut(string(resp.rest), 80); resp.name == "BAD" {
		return "IMAP protocol error: " + text
	} else {
		return "Unexpected IMAP response: " + dial.Cut(resp.name, 80) + " " + text
	}
}

// saidBye reports whether the server has sent BYE, or the connection is lost.
func (s *Session) saidBye() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost != nil || s.bye != ""
}

// closed returns why the session cannot be used any more, or nil while it can.
func (s *Session) closed() error {
	cause := s.wire.failure()
	if cause == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost != nil {
		return s.lost
	}
	lost := lostError(cause, s.bye)
	closed := *lost
	closed.Text = "[CLOSED] IMAP connection lost"
	s.lost = &closed
	return lost
}

// lostError returns the error of a connection that ended for a cause. bye is the text of a
// BYE, if there was one.
func lostError(cause error, bye string) *backend.Error {
	lost := &backend.Error{
		Kind:     backend.ErrConnectionLost,
		Text:     "[CLOSED] IMAP connection broken (server response)",
		Err:      cause,
		Prospect: dial.Prospect(cause),
	}
	var known *backend.Error
	switch {
	case bye != "":
		lost.Err = fmt.Errorf("server said: %s", dial.Cut(bye, 200))
		lost.Code = backend.CodeOf(bye)
		lost.Prospect = nil
		if lost.Code == "" { // for example at a restart
			lost.Prospect = backend.ErrTemporary
		}
	case errors.As(cause, &known) && known.Kind != backend.ErrConnectionLost && known.Kind != backend.ErrTimeout:
		lost.Text = known.Text // this side ended it, because of what was received or to be sent
	}
	return lost
}

// settling performs an exchange during which the caller's message numbers move with the
// server's. If the exchange does not begin, they stay.
func (s *Session) settling(ctx context.Context, exchange func() error) error {
	return s.run(ctx, func() error {
		s.settle(true)
		defer s.settle(false)
		return exchange()
	})
}

func (s *Session) settle(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nums.gone, s.nums.settled = nil, on
}
