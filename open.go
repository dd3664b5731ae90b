package imapcompat

import (
	"cmp"
	"context"
	"errors"
	"log/slog"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
	"github.com/imapcompat/imapcompat/internal/readahead"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

// services are the services of mailbox names.
func services() map[string]SessionOpener {
	return map[string]SessionOpener{
		"imap": func(ctx context.Context, cfg *backend.Config) (backend.Session, error) {
			return sessionOrNil(imapbridge.Open(ctx, cfg))
		},
		"pop3": func(ctx context.Context, cfg *backend.Config) (backend.Session, error) {
			return sessionOrNil(pop3bridge.Open(ctx, cfg))
		},
	}
}

// sessionOrNil keeps a nil pointer from becoming an interface that is not nil.
func sessionOrNil[S backend.Session](s S, err error) (backend.Session, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Open opens a mailbox, as imap_open does:
//
//	mbox, err := imapcompat.Open("{imap.example.org:993/imap/ssl}INBOX", user, password)
//
// PHP's $flags and $retries are options: an [OpenFlag], [CL_EXPUNGE], [WithRetries]. The
// [porting guide] describes mailbox names.
//
// The error is an [*Error] with PHP's warning "Couldn't open stream"; its field Errors has
// what imap_errors would return. It matches one of [ErrConnect], [ErrAuthentication],
// [ErrCertificate], [ErrTimeout], [ErrInvalidArgument], [ErrNotSupported] and [ErrRefused].
// A refused login is ErrAuthentication, or ErrRefused where the server's response code says
// that the password is not the cause, such as IN-USE for a locked maildrop. [ErrTemporary]
// and [ErrPermanent] say whether another try can succeed. A login is tried once, and not
// [WithRetries] times, where the code says that another try fails as well.
//
// As in PHP, an IMAP mailbox that does not exist is no failure. The connection is then open
// without a mailbox, as with [OP_HALFOPEN]: NumMsg returns 0, and Errors returns the
// server's text.
//
// [porting guide]: https://github.com/imapcompat/imapcompat/blob/main/docs/porting.md
func Open(mailbox, user, password string, opts ...Option) (*Connection, error) {
	return OpenContext(context.Background(), mailbox, user, password, opts...)
}

// OpenContext is [Open] under a context, which bounds the opening only.
// [Connection.WithContext] bounds later calls.
func OpenContext(ctx context.Context, mailbox, user, password string, opts ...Option) (*Connection, error) {
	o := newOptions(opts)
	if err := o.check(); err != nil {
		return nil, err
	}
	c := newConnection(o, user, password)
	name, err := mailboxname.Parse(mailbox)
	if err != nil && o.open&OP_SILENT != 0 {
		return nil, warning("imap_open", "Couldn't open stream "+mailbox, err)
	}
	if err == nil {
		err = c.connect(ctx, name, o.open)
	}
	if err != nil {
		return nil, c.openFailure("imap_open", "Couldn't open stream "+mailbox, err)
	}
	return c, nil
}

// newConnection returns a connection that no session is open for yet.
func newConnection(o *options, user, password string) *Connection {
	return &Connection{ctx: context.Background(), connection: &connection{
		notices:  &notices{logger: o.logger, notify: o.notify},
		names:    &o.numbering.names,
		options:  o,
		turn:     make(chan struct{}, 1),
		waiting:  make(chan struct{}, 1),
		user:     user,
		password: func() string { return password },
	}}
}

// openFailure is the failure of imap_open or imap_reopen.
func (c *connection) openFailure(fn, text string, err error) error {
	if said := err.Error(); said != "" && said != c.notices.lastError() {
		c.notices.add(backend.Notice{Kind: backend.NoticeError, Text: said})
	}
	c.notices.mu.Lock()
	defer c.notices.mu.Unlock()
	failure := warning(fn, text, err)
	failure.Errors = append([]string(nil), c.notices.errors...)
	return failure
}

// connect opens a session for a name and selects its mailbox.
func (c *connection) connect(ctx context.Context, name mailboxname.Name, flags OpenFlag) error {
	name.ReadOnly = name.ReadOnly || flags&OP_READONLY != 0
	name.Anonymous = name.Anonymous || flags&OP_ANONYMOUS != 0
	name.Secure = name.Secure || flags&OP_SECURE != 0
	if name.Service == "pop3" {
		if err := checkPOP3(name, flags); err != nil {
			return err
		}
	}
	session, cfg, err := c.openSession(ctx, name, flags)
	if err != nil {
		return err
	}
	link := session.Link()
	s := readahead.New(session, extents[c.options.ahead], c.notices.add)
	c.given = name
	c.name = name.Opened(mailboxname.Connection{
		Host: cmp.Or(link.Host, cfg.Host),
		Port: cmp.Or(link.Port, cfg.Port),
		TLS:  link.TLS && cfg.TLS != backend.TLSImplicit,
		SSL:  cfg.TLS == backend.TLSImplicit,
		User: cfg.User,
	})
	c.reached = name
	c.reached.User, c.reached.Port = cfg.User, cfg.Port
	c.reached.TLS, c.reached.SSL, c.reached.TrySSL = c.name.TLS, c.name.SSL, false
	if err := c.selectMailbox(ctx, s, name, flags); err != nil {
		session.Abort()
		return err
	}
	c.open.Store(&opened{s, c.reached})
	return nil
}

// checkPOP3 refuses what c-client refuses over POP3 before it connects.
func checkPOP3(name mailboxname.Name, flags OpenFlag) error {
	switch {
	case name.Anonymous:
		return &backend.Error{Kind: ErrNotSupported, Text: "Anonymous POP3 login not available"}
	case name.ReadOnly:
		return &backend.Error{Kind: ErrNotSupported, Text: "Read-only POP3 access not available"}
	case flags&OP_HALFOPEN != 0:
		return &backend.Error{Kind: ErrNotSupported, Text: "Half-open POP3 access not available"}
	}
	return nil
}

// openSession logs in to the server of a name. With /tryssl it tries implicit TLS first.
func (c *connection) openSession(ctx context.Context, name mailboxname.Name, flags OpenFlag) (backend.Session, *backend.Config, error) {
	cfg := c.config(name, flags)
	open := c.options.services[name.Service]
	if open == nil {
		return nil, nil, &backend.Error{Kind: ErrNotSupported, Text: "No service " + name.Service}
	}
	if name.TrySSL {
		implicit := *cfg
		implicit.TLS = backend.TLSImplicit
		implicit.Port = name.ConnectPort(implicit.TLS)
		implicit.Notify = nil
		session, err := open(ctx, &implicit)
		if err == nil || !errors.Is(err, ErrConnect) && !errors.Is(err, ErrCertificate) {
			return session, &implicit, err
		}
	}
	session, err := open(ctx, cfg)
	return session, cfg, err
}

// config is the configuration of a session for a name.
func (c *connection) config(name mailboxname.Name, flags OpenFlag) *backend.Config {
	o := c.options
	cfg := &backend.Config{
		Host:        name.Host,
		Port:        name.ConnectPort(name.TLSMode()),
		TLS:         name.TLSMode(),
		TLSConfig:   o.tlsConfig,
		SkipVerify:  name.NoValidateCert,
		User:        c.user,
		AuthUser:    name.AuthUser,
		Password:    c.password(),
		TokenSource: o.tokenSource,
		Mechanisms:  o.mechanisms,
		Anonymous:   name.Anonymous,
		Secure:      name.Secure,
		Loser:       name.Loser,
		Disabled:    o.disabled,
		Tries:       o.tries,
		Timeouts:    o.timeouts,
		MaxLiteral:  o.maxMessage,
		Dial:        o.dial,
		Notify:      c.notices.add,

		WatchInterval: o.watch,
		Compress:      o.compress,
		ID:            o.id,
	}
	if name.User != "" {
		cfg.User = name.User
	}
	if name.Debug || flags&OP_DEBUG != 0 {
		logger := cmp.Or(o.logger, slog.Default())
		cfg.Trace = func(line string) { logger.Debug(line) }
	}
	return cfg
}

// selectMailbox selects the mailbox of a name on the open session. When the server refuses,
// the connection stays open without a mailbox, as in PHP.
func (c *connection) selectMailbox(ctx context.Context, s *readahead.Session, name mailboxname.Name, flags OpenFlag) error {
	selected := mailboxname.NoMailbox
	if flags&OP_HALFOPEN == 0 {
		err := s.Select(ctx, name.Mailbox, name.ReadOnly)
		switch {
		case err == nil:
			selected = name.Mailbox
		case errors.Is(err, ErrRefused):
			c.noteError(err)
		default:
			return err
		}
	}
	c.forget()
	c.unkept = nil
	c.heard = s.State().News
	c.name.ReadOnly, c.name.Mailbox = name.ReadOnly, selected
	return nil
}
