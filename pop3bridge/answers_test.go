package pop3bridge

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

func TestListings(t *testing.T) {
	for _, test := range []struct {
		line      string
		num, size int
		id        string
	}{
		{"1 120", 1, 120, "120"},
		{"2 7 more", 2, 7, "7 more"},
		{" 1 2", 0, 0, ""},
		{"", 0, 0, ""},
		{"3", 3, 0, ""},
		{"3 ", 3, 0, ""},
		{"3x", 3, 0, ""},
		{"3 \t 8 \t", 3, 0, "8"},
		{"3 \xe9\xff", 3, 0, "\xe9\xff"},
		{"3 a\x00", 3, 0, ""},
		{"3 a\x1b[2J", 3, 0, ""},
		{"-1 5", 0, 0, ""},
		{"99999999999999999999999 99999999999999999999999999", maxMessages + 1, maxSize, "99999999999999999999999999"},
		{"4 " + strings.Repeat("x", maxUniqueID+1), 4, 0, ""},
		{"4 " + strings.Repeat("x", maxUniqueID), 4, 0, strings.Repeat("x", maxUniqueID)},
	} {
		if num, size := parseLIST(test.line); num != test.num || num > 0 && size != test.size {
			t.Errorf("LIST %.20q: %d, %d", test.line, num, size)
		}
		if num, id := parseUIDL(test.line); num > 0 && id != test.id {
			t.Errorf("UIDL %.20q: %q", test.line, id)
		}
	}
}

func FuzzListings(f *testing.F) {
	for _, seed := range []string{"1 120", "2 whqtswO00WBw418f9t5JxYwZ", "", "99999999999999999999 1", "1\x00 2", "  ", "7 \t9"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if n := parseSTAT(line); n < 0 || n > maxMessages+1 {
			t.Errorf("STAT counts %d messages", n)
		}
		if num, size := parseLIST(line); num < 0 || num > maxMessages+1 || size < 0 || size > maxSize {
			t.Errorf("LIST has message %d of %d octets", num, size)
		}
		num, id := parseUIDL(line)
		if num < 0 || num > maxMessages+1 || len(id) > maxUniqueID || strings.ContainsAny(id, "\t\r\n\x00") || id != strings.Trim(id, " ") || !strings.Contains(line, id) {
			t.Errorf("UIDL has message %d, %q", num, id)
		}
	})
}

func FuzzCAPA(f *testing.F) {
	f.Add("TOP\nUIDL\nSASL PLAIN CRAM-MD5\nstls\nUSER")
	f.Add("SASL\n \nSASL x")
	f.Fuzz(func(t *testing.T, text string) {
		caps := parseCAPA(strings.Split(text, "\n"))
		if !caps.capa || len(caps.sasl) > len(text) || slices.Contains(caps.sasl, "") {
			t.Errorf("%+v", caps)
		}
	})
}

// FuzzText reads a text that was sent as RFC 1939 section 3 specifies, and then the answer
// after it.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "a", ".", "..\r\n.", "a\n.\n", "a\r\r\n.\r\n", "\r\n\r\n", "\x00", "a\x00b\r\r\n.\x00\r\x00\n\r\nc", strings.Repeat(".\r\n", 9), strings.Repeat("x", maxLine-1) + "\r\n.", strings.Repeat("x", maxLine) + "\n."} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 0 && !bytes.HasSuffix(text, []byte("\r\n")) {
			text = append(slices.Clip(text), "\r\n"...)
		}
		stuffed := bytes.ReplaceAll(append([]byte("\r\n"), text...), []byte("\r\n."), []byte("\r\n.."))[2:]
		answer := string(stuffed) + ".\r\n+OK next\r\n"
		want := withoutNULs(text)
		for _, arrives := range []io.Reader{strings.NewReader(answer), iotest.OneByteReader(strings.NewReader(answer)), &upToCR{answer}} {
			w := wireOf(t, "")
			w.r.Reset(arrives)
			expected := len(text) % 4 * len(text) / 2 // any size in LIST
			got, err := w.text(expected, expected, len(text))
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%q came as %q (%v)", text, got, err)
			}
			if line, err := w.readLine(); string(line) != "+OK next\r\n" {
				t.Errorf("behind it %q (%v)", line, err)
			}
		}
	})
}

// upToCR is a text that arrives in pieces that end with CR.
type upToCR struct{ rest string }

func (u *upToCR) Read(p []byte) (int, error) {
	if u.rest == "" {
		return 0, io.EOF
	}
	n := copy(p, u.rest[:strings.IndexByte(u.rest+"\r", '\r')+min(1, strings.Count(u.rest, "\r"))])
	u.rest = u.rest[n:]
	return n, nil
}

// withoutNULs returns a text whose lines end at a NUL.
func withoutNULs(text []byte) []byte {
	var lines []byte
	for line := range bytes.SplitAfterSeq(text, []byte("\r\n")) {
		if start, _, cut := bytes.Cut(line, []byte{0}); cut {
			line = append(slices.Clip(start), "\r\n"...)
		}
		lines = append(lines, line...)
	}
	return lines
}

// FuzzAnswers reads arbitrary octets as the answers to a few commands.
func FuzzAnswers(f *testing.F) {
	f.Add("+OK\r\nTOP\r\n.\r\n+OK 1 2\r\n+ Zm9v\r\n+OK\r\n1 2\r\n.\r\n+OK\r\na: b\r\n\r\n.\r\n")
	f.Add("-ERR\r\n\r\n+\r\n+OK")
	f.Add("+OK\n.\n+OK\n")
	f.Fuzz(func(t *testing.T, answers string) {
		c, err := newConn(wireOf(t, answers))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.status(); err == nil {
			c.pop.listing()
		}
		c.status()
		c.challenge()
		if _, err := c.status(); err == nil {
			c.lines(func(string) {})
		}
		if _, err := c.status(); err == nil {
			c.text(0, 0, 100)
		}
		if len(c.last) > maxLine {
			t.Error("a line is too long")
		}
	})
}

// wireOf returns a wire on which this text arrives.
func wireOf(t testing.TB, text string) *wire {
	t.Helper()
	client, server := net.Pipe()
	t.Cleanup(func() { client.Close(); server.Close() })
	cfg := &backend.Config{Dial: func(context.Context, string, string) (net.Conn, error) { return client, nil }}
	network, err := dial.Open(t.Context(), cfg, dial.Ports{})
	if err != nil {
		t.Fatal(err)
	}
	w := newWire(network)
	w.r = bufio.NewReaderSize(strings.NewReader(text), maxLine)
	return w
}

func BenchmarkText(b *testing.B) {
	line := strings.Repeat("x", 70) + "\r\n"
	for name, text := range map[string]string{
		"Header2k":  strings.Repeat(line, 28),
		"Message1M": strings.Repeat(line, 1<<20/len(line)),
		"Stuffed1M": strings.Repeat(".."+line, 1<<20/(len(line)+2)),
	} {
		b.Run(name, func(b *testing.B) {
			text += ".\r\n"
			w := wireOf(b, text)
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				w.r = bufio.NewReaderSize(strings.NewReader(text), maxLine)
				if _, err := w.text(len(text), len(text), 1<<21); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
