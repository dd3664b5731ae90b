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

// Option is an optional argument of [Open] and [Connection.Reopen]: an [OpenFlag], a
// [CloseFlag], or what a With function returns.
type Option interface{ apply(*options) }

type options struct {
	open        OpenFlag
	close       CloseFlag
	tries       int
	disabled    []string
	tokenSource oauth2.TokenSource
	mechanisms  []backend.Mechanism
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

// defaultMaxMessage is less than c-client's bound of 2 GiB, which would exhaust the memory
// of most programs.
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

// WithRetries sets how often a login is tried, PHP's argument $retries of imap_open: n
// times, and 3 times when n is 0. A negative n is an error that matches
// [ErrInvalidArgument]. The number belongs to the connection; PHP's belongs to the process.
func WithRetries(n int) Option {
	return optionFunc(func(o *options) {
		if n != 0 {
			o.tries = n
		}
	})
}

// WithDisabledAuthenticators names SASL mechanisms that the login does not use, PHP's
// option DISABLE_AUTHENTICATOR of imap_open. Case does not matter. The names belong to the
// connection; PHP's belong to the process.
func WithDisabledAuthenticators(mechanisms ...string) Option {
	return optionFunc(func(o *options) {
		for _, m := range mechanisms {
			o.disabled = append(o.disabled, strings.ToUpper(m))
		}
	})
}

// WithTokenSource logs in with OAuth2 (XOAUTH2, or OAUTHBEARER of RFC 7628), which Gmail
// and Microsoft 365 require. Each login asks the source for a token, and ignores the
// password of [Open]. After Open only [Connection.Reopen] may log in again, and
// [Connection.Status] of a mailbox on another server. A source that is a [backend.Refuser],
// as those of package oauth, learns that the server has refused a token, and the login tries
// another one that it then has.
func WithTokenSource(source oauth2.TokenSource) Option {
	return optionFunc(func(o *options) { o.tokenSource = source })
}

// WithMechanism adds a SASL mechanism, such as GSSAPI of package gssapi. If the server
// offers it, the login tries it before those that need the password of [Open] or a token.
// If it cannot be used, because there is no ticket for example, [Connection.Errors] says
// why, and the login goes on with the password or token. PHP does the same with GSSAPI.
func WithMechanism(m backend.Mechanism) Option {
	return optionFunc(func(o *options) { o.mechanisms = append(o.mechanisms, m) })
}

// WithTLSConfig sets the TLS configuration, of which Open makes a copy. A ServerName that
// is missing is the host of the mailbox name. The flag /novalidate-cert applies on top of
// it.
//
// With a client certificate and an empty password, the login uses EXTERNAL (RFC 4422), over
// TLS only. The certificate says who authenticates, and the user of [Open] as whom to act;
// without a user the server decides. With a password or [WithTokenSource] the server also
// gets the certificate, and the login is as without it.
func WithTLSConfig(config *tls.Config) Option {
	return optionFunc(func(o *options) { o.tlsConfig = config })
}

// WithDialer sets what connects to the server: a [net.Dialer], or the dialer of a proxy.
func WithDialer(dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}) Option {
	return optionFunc(func(o *options) { o.dial = dialer.DialContext })
}

// WithLogger sets the logger. At level Warn it gets the entries of [Connection.Errors] and
// [Connection.Alerts], and oddities in what the server sends ([backend.NoticeOdd]). At
// level Debug it gets the conversation with the server, with [OP_DEBUG] or the flag /debug.
// Passwords and tokens are never logged.
func WithLogger(logger *slog.Logger) Option {
	return optionFunc(func(o *options) { o.logger = logger })
}

// WithNotify has f called with each entry of the lists of errors and alerts when it is
// added, and with oddities in what the server sends ([backend.NoticeOdd]), which are on
// neither list. PHP has one list for all connections; f can keep one. Several goroutines
// may call f at the same time. f must not call the connection.
func WithNotify(f func(backend.Notice)) Option {
	return optionFunc(func(o *options) { o.notify = f })
}

// Numbering holds the numbers of the media types and encodings that have no constant: see
// [Connection.FetchStructure]. The zero value is ready for use.
type Numbering struct{ names mime.Names }

// WithNumbering shares the numbers of media types and encodings among all connections that
// are given n, as PHP shares them in a process. Reopen ignores it.
func WithNumbering(n *Numbering) Option {
	return optionFunc(func(o *options) { o.numbering = n })
}

// WithTimeout sets a timeout of this connection, in place of that of the process
// ([Timeout]). Zero waits for ever. t is [IMAP_OPENTIMEOUT], [IMAP_READTIMEOUT],
// [IMAP_WRITETIMEOUT] or [IMAP_CLOSETIMEOUT]; the default is 60 seconds for the first
// three, and for the fourth what those allow.
func WithTimeout(t TimeoutType, d time.Duration) Option {
	return optionFunc(func(o *options) {
		if p := timeoutOf(&o.timeouts, t); p != nil {
			*p = d
		}
	})
}

// WithWaitInterval sets how long the server may be silent before [Connection.Wait] asks it
// for news: with NOOP, or by a new IDLE where the server has IDLE. 0 stands for the
// default, which is 30 seconds for NOOP and 3 minutes for IDLE. Routers forget connections
// that are silent for longer. More than 29 minutes count as 29, because servers log out
// after 30 (RFC 2177). A negative interval is an error of Open that matches
// [ErrInvalidArgument].
func WithWaitInterval(d time.Duration) Option {
	return optionFunc(func(o *options) { o.watch = d })
}

// WithCompression compresses the connection (COMPRESS=DEFLATE, RFC 4978) where an IMAP
// server offers that. Elsewhere, and on POP3, it changes nothing. Headers and texts take
// about a quarter of the octets, and attachments three quarters.
//
// Compression is off by default for three reasons. Both sides compute for it, which takes
// longer on a fast link than the octets that it saves. It costs a round trip and about a
// megabyte of memory. The length of compressed and then encrypted text tells an
// eavesdropper more about it. The password is never compressed.
func WithCompression() Option {
	return optionFunc(func(o *options) { o.compress = true })
}

// WithMaxMessageSize sets the size, in octets, of the largest message or part that is read
// into memory. The default is 256 MiB. A larger one is an error that matches [ErrTooLarge].
// [Connection.SaveBody] writes larger ones, except for parts on POP3.
func WithMaxMessageSize(octets int) Option {
	return optionFunc(func(o *options) { o.maxMessage = octets })
}

// WithMove lets [Connection.MailMove], and [Connection.MailCopy] with [CP_MOVE], use the
// command MOVE (RFC 6851) where the server has it. MOVE moves each message at once. A move
// that breaks off leaves no message in both mailboxes, and no message counts twice against
// a quota. Without MOVE, and in a mailbox that was opened for reading only, messages are
// copied and marked as without the option.
//
// PHP does not use MOVE. The option is not for a script that expects moved messages to
// stay, marked for deletion, until Expunge.
func WithMove() Option {
	return optionFunc(func(o *options) { o.move = true })
}

// WithReadAhead sets what a loop that reads one message after the other fetches ahead. The
// default is [ReadAheadUntraced]. The package documentation describes reading ahead.
func WithReadAhead(extent ReadAhead) Option {
	return optionFunc(func(o *options) { o.ahead = extent })
}

// ReadAhead is how much [WithReadAhead] lets loops fetch ahead.
type ReadAhead int

const (
	// ReadAheadUntraced fetches ahead what leaves no trace on the server. On IMAP that is
	// everything. On POP3 it is headers, and, from servers with TOP and PIPELINING, texts
	// of messages of up to 256 KiB, or of up to 32 KiB on a link with a round trip below 2
	// ms. Such a message is sent a second time when the program reads it.
	ReadAheadUntraced ReadAhead = iota
	// ReadAheadOff fetches nothing ahead. Each call waits for the server's answer.
	ReadAheadOff
	// ReadAheadAll fetches everything ahead. On POP3 that retrieves messages before the
	// program reads them, which servers may mark as read, archive or delete. It is for
	// programs that read all messages to the end.
	ReadAheadAll
)

var extents = map[ReadAhead]readahead.Extent{
	ReadAheadUntraced: readahead.Untraced,
	ReadAheadOff:      readahead.Nothing,
	ReadAheadAll:      readahead.Everything,
}

// SessionOpener connects to a mail service and logs in. It is the argument of
// [WithService].
type SessionOpener func(ctx context.Context, cfg *backend.Config) (backend.Session, error)

// WithService sets the opener of sessions for the mailbox names "{host/name}", where name
// is "imap" or "pop3". It replaces the implementation of this package by another one, such
// as a fake in a test.
func WithService(name string, open SessionOpener) Option {
	return optionFunc(func(o *options) { o.services[name] = open })
}

// check refuses what PHP's imap_open refuses.
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
