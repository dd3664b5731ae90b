package imapcompat

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// Option is an argument of [Open] beyond the first three: an [OpenFlag], a
// [CloseFlag], or what one of the With functions returns.
type Option interface{ apply(*options) }

type options struct {
	open        OpenFlag
	close       CloseFlag
	tries       int
	disabled    []string
	tokenSource oauth2.TokenSource
	tlsConfig   *tls.Config
	dial        func(ctx context.Context, network, address string) (net.Conn, error)
	logger      *slog.Logger
	timeouts    backend.Timeouts
	maxMessage  int
	watch       time.Duration
	compress    bool
	move        bool
	ahead       ReadAhead
	services    map[string]SessionOpener
	notify      func(backend.Notice)
	numbering   *Numbering
	id          map[string]string
}

// defaultTries is how often c-client tries a login.
const defaultTries = 3

// defaultMaxMessage is c-client's bound made bearable: it takes 2 GiB.
const defaultMaxMessage = 256 << 20

func newOptions(opts []Option) *options {
	o := &options{
		tries:      defaultTries,
		timeouts:   defaultTimeouts.get(),
		maxMessage: defaultMaxMessage,
		services:   services(),
		numbering:  new(Numbering),
		id:         defaultID(),
	}
	for _, opt := range opts {
		opt.apply(o)
	}
	return o
}

func (f OpenFlag) apply(o *options)  { o.open |= f }
func (f CloseFlag) apply(o *options) { o.close |= f }

type optionFunc func(*options)

func (f optionFunc) apply(o *options) { f(o) }

// WithRetries sets how often a login is tried, as the argument $retries of
// imap_open does: n times, and 3 times when n is 0. Unlike PHP's it is this
// connection's alone.
func WithRetries(n int) Option {
	return optionFunc(func(o *options) {
		if n != 0 {
			o.tries = n
		}
	})
}

// WithDisabledAuthenticators names SASL mechanisms that are not to be used, as the
// option DISABLE_AUTHENTICATOR of imap_open does. Case does not matter. Unlike
// PHP's it is this connection's alone.
func WithDisabledAuthenticators(mechanisms ...string) Option {
	return optionFunc(func(o *options) {
		for _, m := range mechanisms {
			o.disabled = append(o.disabled, strings.ToUpper(m))
		}
	})
}

// WithTokenSource logs in with OAuth2 (XOAUTH2 or OAUTHBEARER, RFC 7628), as
// Gmail and Microsoft 365 ask for. The source is asked for a token at every
// login; the password argument of [Open] is not used. Only [Reopen] to the same
// server logs in again by itself.
func WithTokenSource(source oauth2.TokenSource) Option {
	return optionFunc(func(o *options) { o.tokenSource = source })
}

// WithTLSConfig sets the TLS configuration. It is cloned; a missing ServerName
// is the host of the mailbox name. The flag /novalidate-cert is obeyed on top
// of it.
func WithTLSConfig(config *tls.Config) Option {
	return optionFunc(func(o *options) { o.tlsConfig = config })
}

// WithDialer sets what connects to the server, a [net.Dialer] or a proxy's.
func WithDialer(dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}) Option {
	return optionFunc(func(o *options) { o.dial = dialer.DialContext })
}

// WithLogger logs what Errors and Alerts collect, and what was odd in an answer of the
// server's ([backend.NoticeOdd]), at level Warn, and with
// [OP_DEBUG] or /debug the conversation with the server at level Debug.
// Passwords and tokens are never logged.
func WithLogger(logger *slog.Logger) Option {
	return optionFunc(func(o *options) { o.logger = logger })
}

// WithNotify calls f with each entry of the lists of Errors and Alerts when it
// is added, and with what was odd in an answer of the server's ([backend.NoticeOdd]),
// which is on neither list. PHP has one list for all connections: this is how to keep one. f may
// be called from several goroutines, and must not call the connection.
func WithNotify(f func(backend.Notice)) Option {
	return optionFunc(func(o *options) { o.notify = f })
}

// Numbering numbers the media types and encodings that have no constant: see
// [Connection.FetchStructure]. The zero value is ready for use.
type Numbering struct{ names mime.Names }

// WithNumbering has the connection number media types and encodings along with
// all others that share n, as PHP does for the life of a process. Reopen ignores
// it.
func WithNumbering(n *Numbering) Option {
	return optionFunc(func(o *options) { o.numbering = n })
}

// WithTimeout sets a timeout of this connection, in place of the one of
// [Timeout]. Zero waits for ever.
func WithTimeout(t TimeoutType, d time.Duration) Option {
	return optionFunc(func(o *options) {
		if p := timeoutOf(&o.timeouts, t); p != nil {
			*p = d
		}
	})
}

// WithWaitInterval sets for how long [Connection.Wait] lets the server be silent
// before it asks for news itself: with NOOP, or where the server has IDLE, by
// ending that and beginning anew. The default, for which 0 stands, is 30 seconds
// for NOOP and 3 minutes for IDLE, which is less than it takes a router to forget a
// connection. Servers hang up after 30 minutes (RFC 2177), so more than 29 are 29.
func WithWaitInterval(d time.Duration) Option {
	return optionFunc(func(o *options) { o.watch = d })
}

// WithCompression has the connection compressed (COMPRESS=DEFLATE, RFC 4978) where
// an IMAP server offers that; elsewhere, as on POP3, nothing changes. Headers and
// texts come in about a quarter of the octets, attachments in three quarters.
//
// It is off by default because both sides compute for it, and on a fast link that
// takes longer than the octets saved; because it costs a round trip and about a
// megabyte of memory; and because from the length of what is compressed and then
// encrypted an eavesdropper can guess more of it. The password is never compressed.
func WithCompression() Option {
	return optionFunc(func(o *options) { o.compress = true })
}

// WithMaxMessageSize bounds, in octets, the largest message or part of one
// that is read into memory. The default is 256 MiB. What is larger is an error
// that matches [ErrTooLarge].
func WithMaxMessageSize(octets int) Option {
	return optionFunc(func(o *options) { o.maxMessage = octets })
}

// WithMove lets [Connection.MailMove], and [Connection.MailCopy] with [CP_MOVE],
// move messages with the command MOVE (RFC 6851) on a server that has it: each
// message at once, so that one whose move breaks off is not there twice, and
// quota is needed but once. Where there is no MOVE, and in a mailbox that was
// opened for reading only, the messages are copied and marked as without the
// option.
//
// PHP knows no MOVE. A script that counts on the moved messages still being there
// until Expunge, marked, cannot have it.
func WithMove() Option {
	return optionFunc(func(o *options) { o.move = true })
}

// WithReadAhead sets what a loop that reads one message after the other gets ahead of its
// calls. The default is [ReadAheadUntraced]. See the package documentation.
func WithReadAhead(extent ReadAhead) Option {
	return optionFunc(func(o *options) { o.ahead = extent })
}

// ReadAhead is an extent of reading ahead, for [WithReadAhead].
type ReadAhead int

const (
	// ReadAheadUntraced is the default: all that leaves no trace on the server
	// before the script reads it. That is everything on IMAP. On POP3 it is
	// headers, and, of servers that know TOP and PIPELINING, messages of up to 256 KiB,
	// which are sent once more when they are read; 32 KiB when the server is less than
	// 2 ms away.
	ReadAheadUntraced ReadAhead = iota
	// ReadAheadOff: nothing. Each call asks the server, and waits for its answer.
	ReadAheadOff
	// ReadAheadAll: on POP3 all messages are retrieved ahead. Servers may mark a
	// message as read that was retrieved, and some are set to archive or delete it:
	// for scripts that read all messages to the end.
	ReadAheadAll
)

var extents = map[ReadAhead]readahead.Extent{
	ReadAheadUntraced: readahead.Untraced,
	ReadAheadOff:      readahead.Nothing,
	ReadAheadAll:      readahead.Everything,
}

// SessionOpener connects to a mail service and logs in. [WithService] takes one.
type SessionOpener func(ctx context.Context, cfg *backend.Config) (backend.Session, error)

// WithService sets what serves the mailbox names "{host/name}": "imap" or
// "pop3". It lets another implementation of the service take the bridge's
// place, a fake one in a test among them.
func WithService(name string, open SessionOpener) Option {
	return optionFunc(func(o *options) { o.services[name] = open })
}

// check refuses options that PHP's imap_open refuses.
func (o *options) check() error {
	const openFlags = OP_DEBUG | OP_READONLY | OP_ANONYMOUS | OP_SHORTCACHE | OP_SILENT | OP_PROTOTYPE | OP_HALFOPEN | OP_SECURE
	if o.open&^openFlags != 0 || o.close&^CL_EXPUNGE != 0 {
		return argumentError("imap_open", 4, "flags", "must be a bitmask of the OP_* constants, and CL_EXPUNGE")
	}
	if o.open&OP_PROTOTYPE != 0 {
		return &Error{Func: "imap_open", Text: "OP_PROTOTYPE opens nothing", Err: ErrNotSupported}
	}
	if o.tries < 0 {
		return argumentError("imap_open", 5, "retries", "must be greater than or equal to 0")
	}
	if o.watch < 0 {
		return &Error{Func: "imap_open", Text: "WithWaitInterval: the interval is negative", Err: ErrInvalidArgument}
	}
	return o.checkID("imap_open")
}
