package conformance

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/imapcompat/imapcompat"
)

// TestCompression reads every message over a compressed connection, compares the results, and
// reports the saved octets.
func TestCompression(t *testing.T) {
	messages := allMessages(t)
	p := newPlace(t, corpusMailbox(messages))
	php, ours := newOracle(t, p), newLibrary(t, p)
	var plain, compressed counter
	ours.options = append(ours.options, imapcompat.WithCompression(), imapcompat.WithDialer(&compressed))
	uncompressed := newLibrary(t, p)
	uncompressed.options = append(uncompressed.options, imapcompat.WithDialer(&plain))

	uncompressed.do(open(imapBox))
	both(t, php, ours, open(imapBox), "imap/imap_open/compressed")
	for i, m := range messages {
		for _, c := range []call{
			do("imap_headerinfo", i+1), do("imap_fetchheader", i+1), do("imap_fetchstructure", i+1), do("imap_body", i+1, ftPeek),
		} {
			both(t, php, ours, c, "imap/"+c.fn+"/"+m.name+" compressed")
			uncompressed.do(c)
		}
	}
	both(t, php, ours, do("imap_close"), "imap/imap_close/compressed")
	uncompressed.do(do("imap_close"))
	in, out := compressed.received.Load(), compressed.sent.Load()
	t.Logf("octets received %d, compressed %d; sent %d, compressed %d", plain.received.Load(), in, plain.sent.Load(), out)
	if in*2 > plain.received.Load() {
		t.Errorf("compressed to %d octets of %d", in, plain.received.Load())
	}
}

// counter is a dialer that counts the octets of its connections.
type counter struct{ received, sent atomic.Int64 }

func (c *counter) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	return counted{conn, c}, err
}

type counted struct {
	net.Conn
	*counter
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.received.Add(int64(n))
	return n, err
}

func (c counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.sent.Add(int64(n))
	return n, err
}
