package phpbridge

import (
	"errors"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
)

// opening has the functions that open and close connections, and those for a connection as a
// whole.
var opening = map[string]function{
	// The first argument is PHP's number for the connection.
	"imap_open":   {"isss|iia", false, open},
	"imap_reopen": {"cs|ii", true, reopen},
	"imap_close": {"c|i", true, func(c *call) (any, error) {
		return true, c.close(c.conn(), imapcompat.CloseFlag(c.int(1)))
	}},
	// destroy closes a connection that PHP no longer holds.
	"destroy": {"c", true, func(c *call) (any, error) {
		conn := c.conn()
		delete(c.connections, c.int(0))
		if !conn.IsOpen() {
			return true, nil
		}
		return true, c.close(conn, 0)
	}},
	"imap_is_open": {"c", false, func(c *call) (any, error) { return c.conn().IsOpen(), nil }},
	"imap_ping":    {"c", false, func(c *call) (any, error) { return true, c.conn().Ping() }},
	"imap_gc": {"ci", true, func(c *call) (any, error) {
		return true, c.conn().GC(imapcompat.GCFlag(c.int(1)))
	}},
	"imap_timeout": {"i|i", false, timeout},
}

// close closes a connection. If the connection is known to be lost, PHP does not report that
// again. If close finds out, PHP reports a warning.
func (c *call) close(conn *imapcompat.Connection, flags imapcompat.CloseFlag) error {
	err := conn.Close(flags)
	var e *imapcompat.Error
	switch {
	case !errors.As(err, &e):
	case e.Text == "[CLOSED] IMAP connection lost":
		c.dropNotice(e.Text)
	case e.Text == "[CLOSED] IMAP connection broken (server response)":
		c.dropNotice(e.Text)
		c.note(backend.Notice{Kind: backend.NoticeWarn, Text: e.Text})
	}
	return err
}

func open(c *call) (any, error) {
	if err := c.disable(5, 6); err != nil {
		return nil, err
	}
	user := c.str(2)
	options, err := c.openOptions(4)
	if err != nil {
		return nil, err
	}
	options = append(options,
		imapcompat.WithNotify(c.note),
		imapcompat.WithNumbering(c.numbering),
		imapcompat.WithDisabledAuthenticators(c.disabled...),
	)
	if source := c.tokenSource(user, 6); source != nil {
		options = append(options, imapcompat.WithTokenSource(source))
	}
	options = append(options, c.options...)
	conn, err := imapcompat.OpenContext(c.ctx, c.str(1), user, c.str(3), options...)
	if err != nil {
		return nil, err
	}
	c.connections[c.int(0)] = conn
	return true, nil
}

func reopen(c *call) (any, error) {
	options, err := c.openOptions(2)
	if err != nil {
		return nil, err
	}
	return true, c.conn().Reopen(c.str(1), options...)
}

// openOptions returns the options of $flags, the i-th argument, and $retries, the next.
func (c *call) openOptions(i int) ([]imapcompat.Option, error) {
	const expunge = int(imapcompat.CL_EXPUNGE)
	options := []imapcompat.Option{
		imapcompat.OpenFlag(c.int(i) &^ expunge),
		imapcompat.CloseFlag(c.int(i) & expunge),
	}
	switch retries := c.int(i + 1); {
	case retries > 0:
		c.tries = retries // from now on, for all connections
	case retries < 0:
		return append(options, imapcompat.WithRetries(retries)), nil
	}
	return append(options, imapcompat.WithRetries(c.tries)), nil
}

// disable reads the option DISABLE_AUTHENTICATOR of imap_open, which applies to all later
// connections. i is the argument $options.
func (c *call) disable(retries, i int) error {
	if !c.given(i) || c.int(retries) < 0 {
		return nil
	}
	value, ok := c.array(i).get("DISABLE_AUTHENTICATOR")
	if !ok {
		return nil
	}
	names, ok := authenticators(value)
	if !ok {
		return &imapcompat.Error{Err: errType,
			Text: `Argument #6 ($options) option "DISABLE_AUTHENTICATOR" must be a string or an array of strings`}
	}
	c.disabled = append(c.disabled, names...)
	return nil
}

// authenticators returns the names in a value: a single name, or the elements of an array with
// the keys of a list. A name of one octet does not count.
func authenticators(value any) (names []string, ok bool) {
	list, ok := value.(array)
	if !ok {
		list = array{{0, value}}
	}
	for _, e := range list {
		key, isInt := e.key.(int)
		if !isInt || key < 0 || key >= len(list) {
			continue
		}
		name, ok := e.value.(string)
		if !ok {
			return nil, false
		}
		if len(name) > 1 {
			names = append(names, name)
		}
	}
	return names, true
}

// timeout is imap_timeout, which returns true when it sets a value.
func timeout(c *call) (any, error) {
	kind := imapcompat.TimeoutType(c.int(0))
	if len(c.args) < 2 || c.int(1) == -1 {
		seconds, err := imapcompat.Timeout(kind, -1)
		if kind == imapcompat.IMAP_CLOSETIMEOUT {
			seconds = 0 // PHP never knows it
		}
		if err != nil {
			return false, nil
		}
		return seconds, nil
	}
	_, err := imapcompat.Timeout(kind, c.int(1))
	return err == nil, nil
}
