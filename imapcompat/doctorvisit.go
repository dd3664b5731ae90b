package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// visit is a connection of doctor that says what the server offers. It never logs in: the library
// does that over a connection of its own.
type visit struct {
	d      *doctor
	mode   backend.TLSMode
	tls    *tls.ConnectionState // nil in the clear
	conn   net.Conn
	reader *bufio.Reader

	capabilities []string // in upper case
	mechanisms   []string // of SASL
}

// visit goes from the name of the host to the capabilities of the server.
func (d *doctor) visit(ctx context.Context, mode backend.TLSMode) (*visit, error) {
	v := &visit{d: d, mode: mode}
	addresses, err := v.resolve(ctx)
	if err != nil {
		return nil, err
	}
	if err := v.dial(ctx, addresses); err != nil {
		return nil, err
	}
	defer func() { v.conn.Close() }()
	stop := context.AfterFunc(ctx, func() { v.conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	v.use(v.conn)
	if mode == backend.TLSImplicit {
		if err := v.handshake(ctx); err != nil {
			return nil, err
		}
	}
	if err := v.greeting(); err != nil {
		return nil, err
	}
	if err := v.capability(); err != nil {
		return nil, err
	}
	if err := v.startTLS(ctx); err != nil {
		return nil, err
	}
	v.tellCapabilities()
	_, _ = v.command(map[string]string{"imap": "LOGOUT", "pop3": "QUIT"}[d.name.Service])
	return v, nil
}

// maxAddresses bounds the addresses of a host that are tried.
const maxAddresses = 16

// resolve looks up the name of the host.
func (v *visit) resolve(ctx context.Context) ([]string, error) {
	host := strings.Trim(v.d.name.Host, "[]")
	if _, err := netip.ParseAddr(host); err == nil {
		v.d.report(finding{Step: "name", Result: stepOK, Text: host + " is an address"})
		return []string{host}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, v.d.request.timeout)
	defer cancel()
	found, err := net.DefaultResolver.LookupHost(ctx, host)
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return nil, v.d.fail("name", "there is no host "+host, "Check the spelling of the host. If it is right, check the network and the resolver of this machine, which may know no hosts of the internet.", err)
	case err != nil:
		return nil, v.d.fail("name", "the resolver does not answer for "+host, "Check the network and the resolver of this machine, and try again.", err)
	}
	v.d.report(finding{Step: "name", Result: stepOK, Text: fmt.Sprintf("%s has %s", host, addressesOf(found))})
	return found[:min(len(found), maxAddresses)], nil
}

// addressesOf lists addresses.
func addressesOf(found []string) string {
	if len(found) == 1 {
		return "the address " + found[0]
	}
	return "the addresses " + strings.Join(found[:min(len(found), maxAddresses)], ", ")
}

// dial connects to all addresses at once, and keeps the connection to the first one that answers,
// as the library would.
func (v *visit) dial(ctx context.Context, addresses []string) error {
	port := strconv.Itoa(v.d.name.ConnectPort(v.mode))
	conns, failures := make([]net.Conn, len(addresses)), make([]error, len(addresses))
	took := make([]time.Duration, len(addresses))
	var group sync.WaitGroup
	for i, address := range addresses {
		group.Go(func() {
			begun := time.Now()
			dialer := net.Dialer{Timeout: v.d.request.timeout}
			conns[i], failures[i] = dialer.DialContext(ctx, "tcp", net.JoinHostPort(address, port))
			took[i] = time.Since(begun)
		})
	}
	group.Wait()
	for i, conn := range conns {
		switch {
		case conn == nil:
		case v.conn == nil:
			v.conn = conn
		default:
			conn.Close()
		}
		if conn != nil {
			v.d.report(finding{Step: "connection", Result: stepOK, Text: fmt.Sprintf("%s answers on port %s after %d ms", addresses[i], port, took[i].Milliseconds())})
		}
	}
	failed := stepWarning
	if v.conn == nil {
		failed = stepFailed
	}
	for i, err := range failures {
		if err != nil {
			text, advice := dialFailure(err)
			if v.conn != nil {
				advice = "The library tries the addresses in the order above, so a login may have to wait for this one."
			}
			v.d.report(finding{Step: "connection", Result: failed, Text: fmt.Sprintf("%s, port %s: %s", addresses[i], port, text), Advice: advice})
		}
	}
	if v.conn == nil {
		return &stepError{"no address of the host answers", errors.Join(failures...)}
	}
	return nil
}

// dialFailure says why a connection was not made, and what to do.
func dialFailure(err error) (text, advice string) {
	var late net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused: nothing listens on the port", "Check the port and the protocol. Some servers have POP3 or IMAP turned off."
	case errors.As(err, &late) && late.Timeout():
		return "no answer in time", "A firewall may drop the packets. Check whether this machine may connect to the port."
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "there is no route to it", "This machine may have no network, or none for this kind of address (IPv6)."
	}
	return reasonOfNetwork(err), "Check the network of this machine."
}

// reasonOfNetwork returns the innermost text of an error of package net.
func reasonOfNetwork(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return err.Error()
}

func (v *visit) use(conn net.Conn) {
	v.conn, v.reader = conn, bufio.NewReader(&limitedConn{conn, maxVisit})
}

// maxVisit bounds what a server sends to doctor, in octets.
const maxVisit = 1 << 20

// maxVisitLine bounds a line, in octets.
const maxVisitLine = 64 << 10

var (
	errLongLine = errors.New("a line is too long")
	errTooMuch  = errors.New("the server sends too much")
)

// limitedConn is a connection from which left octets can be read.
type limitedConn struct {
	net.Conn
	left int
}

func (b *limitedConn) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, errTooMuch
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// await begins the time in which a whole answer has to come. A server that sends line after line
// would take any time otherwise.
func (v *visit) await() { v.conn.SetDeadline(time.Now().Add(v.d.request.timeout)) }

// readLine reads a line without its end.
func (v *visit) readLine() (string, error) {
	var line []byte
	for {
		piece, err := v.reader.ReadSlice('\n')
		line = append(line, piece...)
		if len(line) > maxVisitLine {
			return "", errLongLine
		}
		if err == nil {
			return string(bytes.TrimRight(line, "\r\n")), nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(line), err
		}
	}
}

// greeting reads the first line of the server.
func (v *visit) greeting() error {
	v.await()
	line, err := v.readLine()
	if err != nil {
		return v.readFailure("greeting", line, err)
	}
	good := strings.HasPrefix(line, "+OK")
	if v.d.name.Service == "imap" {
		good = hasWord(line, "* OK") || hasWord(line, "* PREAUTH")
	}
	if good {
		v.d.report(finding{Step: "greeting", Result: stepOK, Text: shortened(line)})
		return nil
	}
	advice := "The server refuses connections now. Try again later, with fewer connections at the same time."
	if !hasWord(line, "* BYE") && !strings.HasPrefix(line, "-ERR") {
		advice = v.otherService()
	}
	return v.d.fail("greeting", shortened(line), advice, errGreeting)
}

// otherService is the advice for a server that does not speak the protocol.
func (v *visit) otherService() string {
	return fmt.Sprintf("The port belongs to another service than %s. Check the port and the protocol.", strings.ToUpper(v.d.name.Service))
}

var errGreeting = errors.New("the server does not greet")

// hasWord reports whether a line begins with words, in whatever case.
func hasWord(line, words string) bool {
	return len(line) >= len(words) && strings.EqualFold(line[:len(words)], words) && (len(line) == len(words) || line[len(words)] == ' ')
}

// shortened cuts a text of the server.
func shortened(text string) string { return cut(clean(text), 200) }

// readFailure is the failed step of a line that did not come.
func (v *visit) readFailure(name, begun string, err error) error {
	text, advice := "the server does not answer: "+reasonOfNetwork(err), "Try again later."
	mayBeTLS := name == "greeting" && v.mode != backend.TLSImplicit
	switch {
	case errors.Is(err, errLongLine):
		text = fmt.Sprintf("the server answers with something that is not %s: a line is longer than %d octets", strings.ToUpper(v.d.name.Service), maxVisitLine)
		advice = v.otherService()
	case errors.Is(err, errTooMuch):
		text = fmt.Sprintf("the server sends %d octets and does not come to the end of its answer", maxVisit)
		advice = v.otherService()
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		text = "the server closes the connection without an answer"
		if mayBeTLS {
			advice = "The port may be for TLS from the first octet: /ssl. Else try again later."
		}
	case errors.Is(err, os.ErrDeadlineExceeded):
		text = fmt.Sprintf("no whole answer comes within %v", v.d.request.timeout)
		if mayBeTLS && begun == "" {
			advice = "The port may be for TLS from the first octet: /ssl. Else try again later, or with a longer --timeout."
		}
	}
	return v.d.fail(name, text, advice, err)
}

// command sends a command, and returns the lines of the answer. An answer that is not OK is an
// error that matches errRefusedCommand.
func (v *visit) command(text string) ([]string, error) {
	v.await()
	if v.d.name.Service == "pop3" {
		if _, err := io.WriteString(v.conn, text+"\r\n"); err != nil {
			return nil, err
		}
		return v.answerPOP3(text == "CAPA")
	}
	const tag = "doctor"
	if _, err := io.WriteString(v.conn, tag+" "+text+"\r\n"); err != nil {
		return nil, err
	}
	var lines []string
	for {
		line, err := v.readLine()
		switch {
		case err != nil:
			return nil, err
		case hasWord(line, tag+" OK"):
			return lines, nil
		case hasWord(line, tag):
			return nil, errRefusedCommand
		}
		lines = append(lines, line)
	}
}

var errRefusedCommand = errors.New("the server refuses the command")

func (v *visit) answerPOP3(listing bool) ([]string, error) {
	line, err := v.readLine()
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(line, "+OK") {
		return nil, errRefusedCommand
	}
	var lines []string
	for listing {
		line, err := v.readLine()
		if err != nil {
			return nil, err
		}
		if line == "." {
			break
		}
		lines = append(lines, strings.TrimPrefix(line, "."))
	}
	return lines, nil
}

// capability asks for the capabilities.
func (v *visit) capability() error {
	name := map[string]string{"imap": "CAPABILITY", "pop3": "CAPA"}[v.d.name.Service]
	lines, err := v.command(name)
	if err != nil && !errors.Is(err, errRefusedCommand) {
		return v.readFailure("capabilities", "", err)
	}
	v.capabilities, v.mechanisms = nil, nil
	for _, line := range lines {
		line = strings.ToUpper(line)
		if v.d.name.Service == "pop3" {
			v.capabilities = append(v.capabilities, line)
			if words := strings.Fields(line); len(words) > 0 && words[0] == "SASL" {
				v.mechanisms = words[1:]
			}
			continue
		}
		if words, ok := strings.CutPrefix(line, "* CAPABILITY "); ok {
			v.capabilities = strings.Fields(words)
		}
	}
	for _, capability := range v.capabilities {
		if mechanism, ok := strings.CutPrefix(capability, "AUTH="); ok {
			v.mechanisms = append(v.mechanisms, mechanism)
		}
	}
	return nil
}

func (v *visit) tellCapabilities() {
	v.d.report(finding{Step: "capabilities", Result: stepOK, Text: cut(commas(v.capabilities, "none"), 1000)})
}

// startTLS upgrades the connection as the library would.
func (v *visit) startTLS(ctx context.Context) error {
	if v.mode == backend.TLSImplicit || v.mode == backend.TLSNever {
		return nil
	}
	command := map[string]string{"imap": "STARTTLS", "pop3": "STLS"}[v.d.name.Service]
	offered := slices.Contains(v.capabilities, command)
	if offered {
		_, err := v.command(command)
		if err == nil {
			if v.reader.Buffered() > 0 {
				return v.d.fail("tls", "the server sends more than the answer to "+command+" before the encryption",
					"An attacker may have put it there. Report it to the operator of the server.", errGreeting)
			}
			if err := v.handshake(ctx); err != nil {
				return err
			}
			return v.capability()
		}
		if !errors.Is(err, errRefusedCommand) {
			return v.readFailure("tls", "", err)
		}
	}
	text := "the server does not offer " + command
	if offered {
		text = "the server offers " + command + " and refuses it"
	}
	if v.mode == backend.TLSRequired {
		return v.d.fail("tls", text, "Use /ssl, with the port for TLS, if the server has one.", errGreeting)
	}
	v.d.report(finding{Step: "tls", Result: stepWarning, Text: text + ": the login is not encrypted",
		Advice: "Use /ssl, with the port for TLS, if the server has one. /tls makes a login without encryption impossible."})
	return nil
}

// handshake starts TLS and judges the certificate.
func (v *visit) handshake(ctx context.Context) error {
	host := strings.Trim(v.d.name.Host, "[]")
	config := &tls.Config{}
	if v.d.tls != nil {
		config = v.d.tls.Clone()
	}
	config = withCertificate(config, v.d.certificate)
	config.ServerName, config.MinVersion = host, tls.VersionTLS12
	roots := config.RootCAs
	config.InsecureSkipVerify = true // judge verifies it, after the words on it
	conn := tls.Client(v.conn, config)
	v.conn.SetDeadline(time.Now().Add(v.d.request.timeout))
	if err := conn.HandshakeContext(ctx); err != nil {
		text, advice := handshakeFailure(err, v.mode)
		return v.d.fail("tls", text, advice, err)
	}
	v.conn.SetDeadline(time.Time{})
	v.use(conn)
	state := conn.ConnectionState()
	v.tls = &state
	text := fmt.Sprintf("%s, %s; %s", tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite), certificateInWords(state.PeerCertificates[0]))
	problem, advice, err := judge(state.PeerCertificates, host, roots, time.Now())
	switch {
	case err == nil:
		v.d.report(finding{Step: "tls", Result: stepOK, Text: text})
	case v.d.name.NoValidateCert:
		v.d.report(finding{Step: "tls", Result: stepWarning, Text: text + "; " + problem, Advice: "/novalidate-cert accepts it, and with it anybody who is between this machine and the server."})
	default:
		return v.d.fail("tls", text+"; "+problem, advice, &backend.Error{Kind: backend.ErrCertificate, Text: problem, Err: err})
	}
	return nil
}

// handshakeFailure says why TLS was not agreed on.
func handshakeFailure(err error, mode backend.TLSMode) (text, advice string) {
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.As(err, &record):
		if mode == backend.TLSImplicit {
			return "the server does not speak TLS on this port", "The port may be for STARTTLS: use /tls in place of /ssl, or the port for TLS (993, for POP3 995)."
		}
		return "what the server sends is not TLS", "Report it to the operator of the server."
	case errors.As(err, &alert):
		return "the server refuses TLS: " + strings.TrimPrefix(alert.Error(), "tls: "), "The library needs TLS 1.2 or newer."
	case strings.Contains(err.Error(), "unsupported protocol version"), strings.Contains(err.Error(), "protocol version not supported"):
		return "the server has only versions of TLS before 1.2", "They are broken. The operator of the server has to turn on TLS 1.2 or newer."
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return "the server closes the connection in the middle of the TLS handshake", "Try again later. A firewall may inspect the connection."
	}
	return "the TLS handshake failed: " + strings.TrimPrefix(reasonOfNetwork(err), "tls: "), "Try again later."
}
