package conformance

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/php"
	"github.com/imapcompat/imapcompat/internal/golden"
)

// call is a call of a PHP function. Its arguments do not include the connection. Strings in
// them may contain the words of a place.
type call struct {
	fn   string
	args []any
	// keep leaves on the stacks of errors and alerts what the call adds.
	keep bool
}

func (c call) String() string {
	args := make([]string, len(c.args))
	for i, arg := range c.args {
		switch arg := arg.(type) {
		case string:
			args[i] = strconv.QuoteToASCII(arg)
		case php.Bytes:
			args[i] = strconv.QuoteToASCII(string(arg))
		default:
			args[i] = fmt.Sprint(arg)
		}
	}
	return c.fn + "(" + strings.Join(args, ", ") + ")"
}

// place is the account of a side. It replaces the words @IMAP, @IMAPS, @POP3 and @POP3S (ports)
// and @USER in arguments, and the reverse in results, so that both sides are equal.
type place struct {
	user                     string
	imap, imaps, pop3, pop3s int
}

// mailbox is a mailbox of a new user.
type mailbox struct {
	name     string
	messages []dovecot.Message
	keywords []string
}

var lastUser atomic.Int64

// newPlace makes a user with mailboxes.
func newPlace(t *testing.T, mailboxes ...mailbox) place {
	t.Helper()
	needOracle(t)
	p := place{
		user: fmt.Sprintf("u%d%s", lastUser.Add(1)+10000, domain()), // always as long
		imap: access.IMAP, imaps: access.IMAPS, pop3: access.POP3, pop3s: access.POP3S,
	}
	for _, m := range mailboxes {
		if err := server.Load(p.user, m.name, m.messages, m.keywords...); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// domain returns the suffix of user names.
func domain() string {
	if other == nil {
		return ""
	}
	return other.Domain
}

func (p place) words() [][2]string {
	return [][2]string{
		{"@USER", p.user},
		{"@IMAPS", strconv.Itoa(p.imaps)}, {"@POP3S", strconv.Itoa(p.pop3s)},
		{"@IMAP", strconv.Itoa(p.imap)}, {"@POP3", strconv.Itoa(p.pop3)},
	}
}

func (p place) fill(s string) string {
	for _, w := range p.words() {
		s = strings.ReplaceAll(s, w[0], w[1])
	}
	return s
}

// strip reverses fill in the description of a call that has just ended.
func (p place) strip(o outcome) string {
	s := timeless(o.String())
	for _, port := range portWords() {
		s = port.pattern.ReplaceAllString(s, "${1}"+port.word)
	}
	s = strings.ReplaceAll(s, p.user, "@USER")
	return strings.ReplaceAll(s, strings.TrimSuffix(p.user, domain()), "@USER")
}

type portWord struct {
	word    string
	pattern *regexp.Regexp
}

// portWords matches the server's ports after a host, and only there: sizes and dates may have
// the same digits.
var portWords = sync.OnceValue(func() []portWord {
	var list []portWord
	for _, p := range []struct {
		word   string
		number int
	}{
		{"@IMAPS", access.IMAPS}, {"@POP3S", access.POP3S}, {"@IMAP", access.IMAP}, {"@POP3", access.POP3},
	} {
		pattern := regexp.MustCompile(fmt.Sprintf(`([0-9A-Za-z\]][:,])%d\b`, p.number))
		list = append(list, portWord{p.word, pattern})
	}
	return list
})

// side makes calls and describes their outcomes.
type side interface{ do(call) string }

// oracle is PHP's side.
type oracle struct {
	place
	t      *testing.T
	worker *php.Worker
	conn   *php.Handle
}

func newOracle(t *testing.T, p place) *oracle {
	t.Helper()
	return &oracle{place: p, t: t, worker: newWorker(t)}
}

func (o *oracle) do(c call) string {
	o.t.Helper()
	if _, ofConnection := golden.Functions[c.fn]; ofConnection && o.conn == nil {
		return "no connection"
	}
	answers, err := o.worker.Batch(o.asked(c))
	if err != nil {
		o.t.Fatalf("%v: %v", c, err)
	}
	if h, ok := answers[0].Handle(); ok {
		o.conn = &h
	}
	return o.strip(ofPHP(answers[0]))
}

// asked returns a call in the form for the worker.
func (o *oracle) asked(c call) php.Call {
	asked := php.Call{Fn: c.fn, Errors: !c.keep}
	if _, ofConnection := golden.Functions[c.fn]; ofConnection {
		asked.Args = append(asked.Args, *o.conn)
	}
	for _, arg := range c.args {
		asked.Args = append(asked.Args, o.argument(arg))
	}
	return asked
}

func (o *oracle) argument(arg any) any {
	switch arg := arg.(type) {
	case string:
		return php.Bytes(o.fill(arg))
	case golden.Disabled:
		return map[string]any{"DISABLE_AUTHENTICATOR": arg}
	}
	return arg
}

// raw makes a call for the test itself, and decodes the answer into v.
func (o *oracle) raw(v any, fn string, args ...any) {
	o.t.Helper()
	a, err := o.worker.CallErrors(fn, append([]any{*o.conn}, args...)...)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := json.Unmarshal(a.Result, v); err != nil {
		o.t.Fatalf("%s: %v in %.200s", fn, err, a.Result)
	}
}

// library is our side.
type library struct {
	place
	t       *testing.T
	options []imapcompat.Option
	conn    *imapcompat.Connection
	log     bytes.Buffer // of a logger among the options
}

// newLibrary returns our side with PHP's settings: its certificate authorities, and only
// mechanisms that c-client knows.
func newLibrary(t *testing.T, p place) *library {
	t.Helper()
	l := &library{place: p, t: t, options: []imapcompat.Option{
		imapcompat.WithTLSConfig(&tls.Config{RootCAs: access.CAs}),
		imapcompat.WithDisabledAuthenticators("SCRAM-SHA-256", "SCRAM-SHA-1"),
	}}
	t.Cleanup(func() {
		if l.conn != nil && l.conn.IsOpen() {
			l.conn.Close()
		}
	})
	return l
}

// newSides returns both sides on equal mailboxes of their own.
func newSides(t *testing.T, mailboxes ...mailbox) (*oracle, *library) {
	t.Helper()
	return newOracle(t, newPlace(t, mailboxes...)), newLibrary(t, newPlace(t, mailboxes...))
}

// withToken returns our side with a login by token instead of by password.
func withToken(t *testing.T, p place) *library {
	l := newLibrary(t, p)
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: dovecot.Token(p.user)})
	l.options = append(l.options, imapcompat.WithTokenSource(source))
	return l
}

func (l *library) do(c call) string {
	l.t.Helper()
	if c.fn == "imap_open" {
		return l.open(c)
	}
	if l.conn == nil {
		return "no connection"
	}
	return l.strip(l.outcome(c))
}

// outcome returns the outcome of a call on the connection.
func (l *library) outcome(c call) outcome {
	l.t.Helper()
	if ask, ok := stackFunctions[c.fn]; ok {
		return l.stacks(c, outcome{result: ask(l.conn), errors: "false", alerts: "false"})
	}
	f, ok := golden.Functions[c.fn]
	if !ok {
		l.t.Fatalf("no function %s", c.fn)
	}
	result, err := f.Call(l.conn, l.arguments(c))
	if result == false {
		return l.stacks(c, ofLibrary(result, err, "false"))
	}
	return l.stacks(c, ofLibrary(result, err, f.Failed))
}

func (l *library) open(c call) string {
	a := l.arguments(c)
	opts := append(a.OpenOptions(3), l.options...)
	conn, err := imapcompat.Open(a.Text(0), a.Text(1), a.Text(2), opts...)
	o := ofLibrary(conn, err, "false")
	if err != nil {
		o.errors = stack(openErrors(err))
		return l.strip(o)
	}
	l.conn = conn
	return l.strip(l.stacks(c, o))
}

// stacks adds what the call left on the stacks.
func (l *library) stacks(c call, o outcome) outcome {
	if !c.keep {
		o.errors, o.alerts = stack(l.conn.Errors()), stack(l.conn.Alerts())
	}
	return o
}

func (l *library) arguments(c call) golden.Arguments {
	a := make(golden.Arguments, len(c.args))
	for i, arg := range c.args {
		if s, ok := arg.(string); ok {
			arg = l.fill(s)
		}
		a[i] = arg
	}
	return a
}

// services are the two services without encryption.
var services = []struct{ name, inbox string }{
	{"imap", "{127.0.0.1:@IMAP/imap/notls}INBOX"},
	{"pop3", "{127.0.0.1:@POP3/pop3/notls}INBOX"},
}

func open(mailbox string, args ...any) call {
	return do("imap_open", append([]any{mailbox, "@USER", dovecot.Password}, args...)...)
}

func do(fn string, args ...any) call { return call{fn: fn, args: args} }
