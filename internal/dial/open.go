package dial

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/imapcompat/imapcompat/backend"
)

// Ports are the default ports of a service.
type Ports struct {
	Plain int
	TLS   int // for implicit TLS
}

// Open connects to the host of cfg, and performs the TLS handshake if cfg asks for implicit
// TLS. Config.Timeouts.Open bounds the wait for each of the host's addresses. A failure
// with an address is a notice if other addresses follow. For the last address it is the
// error, which matches [backend.ErrConnect] or [backend.ErrCertificate], and also
// [backend.ErrTimeout] after a timeout.
//
// Config.Dial, if set, gets the host's name (an address without brackets) and the port.
// Open does not look up the name then.
func Open(ctx context.Context, cfg *backend.Config, ports Ports) (*Conn, error) {
	return openWith(ctx, net.DefaultResolver, cfg, ports)
}

// resolver has the methods of [net.Resolver] that are needed.
type resolver interface {
	LookupHost(ctx context.Context, host string) ([]string, error)
	LookupCNAME(ctx context.Context, host string) (string, error)
}

func openWith(ctx context.Context, names resolver, cfg *backend.Config, ports Ports) (*Conn, error) {
	d := dialer{cfg: cfg, names: names, host: cfg.Host, port: cfg.Port}
	if d.port == 0 {
		d.port = ports.Plain
		if cfg.TLS == backend.TLSImplicit {
			d.port = ports.TLS
		}
	}
	raw, err := d.dial(ctx)
	if err != nil {
		return nil, err
	}
	c := newConn(raw, cfg, d.host, d.port)
	if cfg.TLS == backend.TLSImplicit {
		if err := c.StartTLS(ctx); err != nil {
			return nil, err
		}
	}
	return c, nil
}

type dialer struct {
	cfg   *backend.Config
	names resolver
	host  string // canonical after the lookup
	port  int
}

func (d *dialer) dial(ctx context.Context) (net.Conn, error) {
	if d.cfg.Dial != nil {
		d.host = strings.ToLower(d.host)
		return d.try(ctx, d.cfg.Dial, bare(d.cfg.Host))
	}
	addresses, err := d.lookup(ctx)
	if err != nil {
		return nil, err
	}
	for i, address := range addresses {
		conn, err := d.try(ctx, new(net.Dialer).DialContext, address)
		if err == nil {
			return conn, nil
		}
		if i == len(addresses)-1 || ctx.Err() != nil {
			return nil, err
		}
		d.warn(err)
	}
	return nil, d.noSuchHost(nil)
}

func (d *dialer) warn(err error) {
	if d.cfg.Notify != nil {
		d.cfg.Notify(backend.Notice{Kind: backend.NoticeWarn, Text: err.Error()})
	}
}

// lookup returns the addresses and the canonical name of the host.
func (d *dialer) lookup(ctx context.Context) ([]string, error) {
	host := d.cfg.Host
	literal := bare(host)
	if _, err := netip.ParseAddr(literal); err == nil {
		return []string{literal}, nil
	}
	if literal != host {
		return nil, &backend.Error{
			Kind: backend.ErrConnect,
			Text: "Bad format domain-literal: " + cut(host),
		}
	}
	found, err := d.names.LookupHost(ctx, host)
	if err != nil {
		return nil, d.noSuchHost(err)
	}
	d.host = strings.ToLower(host)
	if name, err := d.names.LookupCNAME(ctx, host); err == nil {
		d.host = strings.ToLower(strings.TrimSuffix(name, "."))
	}
	return found, nil
}

func (d *dialer) noSuchHost(cause error) error {
	return &backend.Error{
		Kind: backend.ErrConnect,
		Text: "No such host as " + cut(d.cfg.Host),
		Err:  timeoutBeside(cause),

		Prospect: Prospect(cause),
	}
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// try connects to one address.
func (d *dialer) try(ctx context.Context, dial dialFunc, address string) (net.Conn, error) {
	if bound := d.cfg.Timeouts.Open; bound > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, bound)
		defer cancel()
	}
	conn, err := dial(ctx, "tcp", net.JoinHostPort(address, strconv.Itoa(d.port)))
	if err != nil {
		return nil, d.failure(err)
	}
	return conn, nil
}

// failure returns the error of an attempt. c-client says "Connection failed" if it had to
// wait for the outcome, and "Can't connect" if it did not have to wait, or does not wait,
// as for implicit TLS.
func (d *dialer) failure(err error) error {
	text := "Can't connect to "
	if d.cfg.TLS != backend.TLSImplicit && isLate(err) {
		text = "Connection failed to "
	}
	return &backend.Error{
		Kind: backend.ErrConnect,
		Text: text + cut(d.host) + "," + strconv.Itoa(d.port) + ": " + reason(err),
		Err:  timeoutBeside(err),

		Prospect: Prospect(err),
	}
}

func isLate(err error) bool {
	return isTimeout(err) || errors.Is(err, context.Canceled) ||
		errors.Is(err, syscall.ECONNREFUSED) ||
		errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, syscall.EHOSTUNREACH)
}

// reason returns the text of err as C's strerror has it.
func reason(err error) string {
	var errno syscall.Errno
	switch {
	case isTimeout(err):
		return "Connection timed out"
	case errors.Is(err, context.Canceled):
		return "Operation canceled"
	case errors.As(err, &errno):
		text := errno.Error() // strerror begins with a capital letter
		return strings.ToUpper(text[:1]) + text[1:]
	}
	return err.Error()
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &ne) && ne.Timeout()
}

// timeoutBeside returns err, which also matches ErrTimeout if it is a timeout.
func timeoutBeside(err error) error {
	if err != nil && isTimeout(err) {
		return &backend.Error{Kind: backend.ErrTimeout, Text: err.Error(), Err: err}
	}
	return err
}

// bare returns a host without the brackets of an address literal.
func bare(host string) string {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		if inner, ok := strings.CutSuffix(inner, "]"); ok {
			return inner
		}
	}
	return host
}

// cut shortens a host's name for an error.
func cut(host string) string { return host[:min(len(host), 80)] }
