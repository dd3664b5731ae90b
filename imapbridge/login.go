package imapbridge

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"syscall"

	gosasl "github.com/emersion/go-sasl"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// maxLoginLine bounds a response before the login is complete, in octets.
const maxLoginLine = 64 << 10

// maxLoginLines bounds the responses before the login is complete.
const maxLoginLines = 1000

// login is the exchange before the login is complete. It reads one line at a time.
type login struct {
	conn    *dial.Conn
	session *Session
	tag     int
	lines   int             // responses received
	caps    map[string]bool // nil when CAPABILITY must be sent
}

func (l *login) run(ctx context.Context) error {
	greeting, err := l.greeting()
	if err != nil {
		return err
	}
	if greeting.name == "PREAUTH" {
		return l.preauthenticated()
	}
	if err := l.capabilities(); err != nil {
		return err
	}
	if err := l.startTLS(ctx); err != nil {
		return err
	}
	if err := l.authenticate(ctx); err != nil {
		return err
	}
	return l.capabilities()
}

func (l *login) greeting() (*response, error) {
	resp, err := l.read()
	if err != nil {
		return nil, err
	}
	switch {
	case resp.tag == "*" && (resp.name == "OK" || resp.name == "PREAUTH"):
		return resp, nil
	case resp.tag == "*" && resp.isStatus():
		text := string(resp.rest)
		return nil, &backend.Error{Kind: backend.ErrRefused, Text: dial.Cut(text, maxText), Code: backend.CodeOf(text)}
	}
	return nil, &backend.Error{Kind: backend.ErrProtocol, Text: "Not an IMAP server: " + dial.Cut(l.session.secrets.Text(string(resp.raw)), 80)}
}

// preauthenticated accepts a PREAUTH greeting, after which STARTTLS is impossible. In the
// clear, it fails unless the caller has ruled out TLS, because an attacker may have sent
// the greeting (RFC 9051 section 11.1).
func (l *login) preauthenticated() error {
	if !l.conn.Encrypted() && l.session.cfg.TLS != backend.TLSNever {
		return &backend.Error{Kind: backend.ErrCertificate, Text: "Unable to negotiate TLS with this server"}
	}
	return l.capabilities()
}

// startTLS starts TLS as configured. It discards the earlier capabilities (RFC 9051 section
// 6.2.1).
func (l *login) startTLS(ctx context.Context) error {
	mode := l.session.cfg.TLS
	if mode == backend.TLSNever || mode == backend.TLSImplicit {
		return nil
	}
	agreed := false
	if l.caps["STARTTLS"] {
		resp, err := l.command("STARTTLS")
		if err != nil {
			return err
		}
		agreed = resp.name == "OK"
	}
	if !agreed && mode == backend.TLSRequired {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "Unable to negotiate TLS with this server"}
	}
	if !agreed {
		return nil
	}
	if err := l.conn.StartTLS(ctx); err != nil {
		return err
	}
	l.caps = nil
	return l.capabilities()
}

// capabilities sends CAPABILITY if the capabilities are unknown.
func (l *login) capabilities() error {
	if l.caps != nil {
		return nil
	}
	resp, err := l.command("CAPABILITY")
	if err != nil {
		return err
	}
	if resp.name != "OK" || l.caps == nil {
		l.caps = map[string]bool{} // the server has no capabilities
	}
	return nil
}

// setCapabilities stores a capability listing.
func (l *login) setCapabilities(listing []byte) {
	l.caps = map[string]bool{}
	for _, name := range strings.Fields(string(listing)) {
		l.caps[strings.ToUpper(name)] = true
	}
}

// authenticate logs in with the mechanisms that the server offers. If none of them is known
// here, it uses LOGIN.
func (l *login) authenticate(ctx context.Context) error {
	cfg := l.session.cfg
	var offered []string
	for name := range l.caps {
		if mechanism, ok := strings.CutPrefix(name, "AUTH="); ok {
			offered = append(offered, mechanism)
		}
	}
	// The capabilities may change with the login.
	known := l.caps
	l.caps = nil
	own := sasl.Own(cfg, offered, backend.MechanismTarget{
		Service: "imap", Host: l.conn.Host(), Port: l.conn.Link().Port, Address: l.conn.RemoteAddr(), TLS: l.conn.TLS(),
	})
	if mechanisms := append(own, sasl.Mechanisms(cfg, offered, l.conn.TLS())...); len(mechanisms) > 0 {
		return sasl.Login(ctx, cfg, "IMAP", mechanisms, func(_ context.Context, client gosasl.Client) error {
			return l.exchange(client, known["SASL-IR"])
		})
	}
	unavailable := ""
	if known["LOGINDISABLED"] {
		unavailable = sasl.LoginDisabled
	}
	if cfg.Anonymous {
		return l.loginAnonymously()
	}
	if err := sasl.Check(cfg, sasl.NotInLine); err != nil {
		return err
	}
	return sasl.LoginCommand(ctx, cfg, offered, unavailable, func(context.Context) error {
		return l.refusal(l.loginCommand(cfg.User, cfg.Password))
	})
}

// compress starts compression (RFC 4978) if it is configured and the server agrees. It
// comes after the login, so that secrets are never compressed together with other text.
func (l *login) compress() error {
	if !l.session.cfg.Compress || !l.caps["COMPRESS=DEFLATE"] {
		return nil
	}
	resp, err := l.command("COMPRESS DEFLATE")
	if err == nil && resp.name == "OK" {
		l.conn.Deflate()
	}
	return err
}

// loginAnonymously logs in to a server that does not offer the mechanism ANONYMOUS, as
// c-client does, whatever LOGINDISABLED says.
func (l *login) loginAnonymously() error {
	resp, err := l.loginCommand("ANONYMOUS", sasl.Trace())
	if err == nil && resp.name != "OK" {
		refused := &sasl.Refused{Text: dial.Cut(string(resp.rest), maxText)}
		return sasl.Denied(refused.Text, refused)
	}
	return err
}

// exchange authenticates with one mechanism (RFC 9051 section 6.2.2).
func (l *login) exchange(client gosasl.Client, initialResponse bool) error {
	name, first, err := client.Start()
	if err != nil {
		return err
	}
	l.session.secrets.Add(l.session.cfg.Password, sasl.Secret(client))
	text := "AUTHENTICATE " + name
	early := true // the server has received nothing but the name of the mechanism
	if initialResponse && first != nil {
		text += " " + l.secret(encode(first))
		first, early = nil, false
	}
	tag, err := l.send(text)
	if err != nil {
		return err
	}
	var failure error
	for ; ; early = false {
		resp, err := l.answer(tag)
		if err != nil {
			return err
		}
		if resp.tag != "+" {
			if failure != nil {
				return failure
			}
			if early && resp.name != "OK" {
				return &sasl.Refused{Text: dial.Cut(string(resp.rest), maxText), Early: true, Last: l.session.saidBye()}
			}
			return l.refusal(resp, nil)
		}
		if failure != nil {
			return failure // the server ignores the cancellation
		}
		var line string
		if line, failure = l.respond(client, resp, &first); failure != nil {
			line = "*" // cancels the exchange
		}
		if err := l.write(l.secret(line)); err != nil {
			return err
		}
	}
}

// respond returns the line that answers a challenge.
func (l *login) respond(client gosasl.Client, challenge *response, first *[]byte) (line string, err error) {
	if *first != nil {
		line, *first = encode(*first), nil
		if line == "=" {
			line = "" // "=" means an empty response only in the command
		}
		return line, nil
	}
	text := strings.TrimSpace(challenge.text())
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", &backend.Error{Kind: backend.ErrProtocol, Text: "IMAP SERVER BUG (invalid challenge): " + dial.Cut(l.session.secrets.Text(text), 80)}
	}
	answer, err := client.Next(data)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(answer), nil
}

// secret records a text as secret, and returns it.
func (l *login) secret(text string) string {
	l.session.secrets.Add(text)
	return text
}

// encode returns an initial response as the command has it.
func encode(response []byte) string {
	if len(response) == 0 {
		return "="
	}
	return base64.StdEncoding.EncodeToString(response)
}

// loginCommand sends LOGIN. It sends a user name or password as a literal if a quoted
// string cannot have its octets.
func (l *login) loginCommand(user, password string) (*response, error) {
	l.session.secrets.Add(password, quote(password))
	l.tag++
	tag := "A" + strconv.Itoa(l.tag)
	line := tag + " LOGIN"
	for _, arg := range []string{user, password} {
		if isPrintable(arg) && len(arg) < 1000 {
			line += " " + quote(arg)
			continue
		}
		if err := l.write(fmt.Sprintf("%s {%d}", line, len(arg))); err != nil {
			return nil, err
		}
		resp, err := l.answer(tag)
		if err != nil || resp.tag != "+" {
			return resp, err
		}
		line = arg
	}
	if err := l.write(line); err != nil {
		return nil, err
	}
	resp, err := l.answer(tag)
	if err == nil && resp.tag == "+" {
		return nil, &backend.Error{Kind: backend.ErrProtocol, Text: unaskedContinuation}
	}
	return resp, err
}

// refusal returns nil for OK, and for any other status a [sasl.Refused].
func (l *login) refusal(resp *response, err error) error {
	if err != nil || resp.name == "OK" {
		return err
	}
	if resp.name != "NO" {
		l.session.notify(backend.NoticeError, protocolError(resp))
	}
	return &sasl.Refused{Text: dial.Cut(string(resp.rest), maxText), Last: l.session.saidBye()}
}

// command sends a command and reads up to its tagged response.
func (l *login) command(text string) (*response, error) {
	tag, err := l.send(text)
	if err != nil {
		return nil, err
	}
	resp, err := l.answer(tag)
	if err == nil && resp.tag == "+" {
		return nil, &backend.Error{Kind: backend.ErrProtocol, Text: unaskedContinuation}
	}
	return resp, err
}

func (l *login) send(text string) (tag string, err error) {
	l.tag++
	tag = "A" + strconv.Itoa(l.tag)
	return tag, l.write(tag + " " + text)
}

func (l *login) write(line string) error {
	_, err := io.WriteString(l.conn, line+"\r\n")
	return err
}

// answer reads up to a continuation request or the tagged response.
func (l *login) answer(tag string) (*response, error) {
	for {
		resp, err := l.read()
		if err != nil {
			return nil, err
		}
		switch {
		case resp.tag == "+" || resp.answers(tag):
			return resp, nil
		case resp.tag != "*":
			l.session.odd(unexpectedTag + dial.Cut(string(resp.raw), 80))
		}
	}
}

// read reads a response and observes it.
func (l *login) read() (*response, error) {
	resp, err := l.response()
	if err != nil {
		isReset := errors.Is(err, syscall.ECONNRESET)
		if err == io.EOF || err == io.ErrUnexpectedEOF || isReset || l.session.saidBye() {
			err = lostError(err, l.session.bye)
		}
		return nil, err
	}
	if l.lines++; l.lines > maxLoginLines {
		return nil, &backend.Error{Kind: backend.ErrProtocol, Text: "Too many responses that nobody asked for"}
	}
	if resp.tag != "+" { // the mechanism reads a challenge
		conceal(&l.session.secrets, &resp)
	}
	if err := l.session.observe(&resp); err != nil {
		return nil, err
	}
	if resp.isUntagged("BYE") {
		l.conn.Hurry()
	}
	if name, args := resp.code(); name == "CAPABILITY" {
		l.setCapabilities(args)
	} else if resp.tag == "*" && resp.name == "CAPABILITY" {
		l.setCapabilities(resp.rest)
	}
	return &resp, nil
}

// response reads a response with its literals. It reads nothing after them, because nothing
// may follow the answer to STARTTLS.
func (l *login) response() (response, error) {
	line, err := l.conn.ReadLine(maxLoginLine)
	if err != nil {
		return response{}, err
	}
	resp := parseResponse([]byte(line))
	for resp.mayHaveLiterals() {
		size, ok := resp.announces([]byte(line))
		if !ok {
			break
		}
		if size > maxLoginLine-len(resp.raw) {
			return response{}, &backend.Error{Kind: backend.ErrTooLarge, Text: "Absurd server literal length " + strconv.Itoa(size)}
		}
		literal := make([]byte, size)
		if _, err := io.ReadFull(l.conn, literal); err != nil {
			return response{}, err
		}
		if line, err = l.conn.ReadLine(maxLoginLine - len(resp.raw) - size); err != nil {
			return response{}, err
		}
		resp = parseResponse(slices.Concat(resp.raw, []byte("\r\n"), literal, []byte(line)))
	}
	return resp, nil
}
