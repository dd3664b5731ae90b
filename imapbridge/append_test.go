package imapbridge_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

func newMessage(text string) backend.NewMessage {
	return backend.NewMessage{Text: strings.NewReader(text), Size: int64(len(text))}
}

func TestAppend(t *testing.T) {
	const message = "a: b\r\n\r\ntext\r\n"
	const command = `C: T APPEND "a \"b\"" (\Seen work) "17-Jul-1996 02:44:25 -0700" {14}
		`
	const consent = `S: + go on
		C: a: b
		C: ` + `
		C: text
		C: ` + `
		`
	for _, test := range []struct {
		name, script string
		kind         error
		text         string
	}{
		{"done", command + consent + "S: T OK [APPENDUID 1 2] done", nil, ""},
		{"refused at once", command + "S: T NO [TRYCREATE] no", backend.ErrRefused, "[TRYCREATE] no"},
		{"refused afterwards", command + consent + "S: T NO [OVERQUOTA] no", backend.ErrRefused, "[OVERQUOTA] no"},
		{"with news", command + "S: * 10 EXISTS\n" + consent + "S: * 11 EXISTS\nS: T OK done", nil, ""},
		{"lost at once", command + "S: !", backend.ErrConnectionLost, "the message was not appended"},
		{"lost afterwards", command + consent + "S: !", backend.ErrConnectionLost, "the message may have been appended or not"},
		{"asked twice", command + consent + "S: + more", backend.ErrProtocol, "Second continuation request"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := open(t, test.script)
			msg := newMessage(message)
			msg.Flags, msg.InternalDate = []string{`\Seen`, "work"}, "17-Jul-1996 02:44:25 -0700"
			err := s.Append(ctx, `a "b"`, msg)
			if test.kind != nil {
				checkFailure(t, err, test.kind, test.text)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// The session survives a refusal.
func TestAppendRefused(t *testing.T) {
	s, _ := open(t, `
		C: T APPEND "Nope" {1}
		S: T NO [TRYCREATE] no
		C: T APPEND "INBOX" {1}
		S: + go on
		C: x
		S: T OK done
		C: T NOOP
		S: T OK done`)
	checkFailure(t, s.Append(ctx, "Nope", newMessage("x")), backend.ErrRefused, "[TRYCREATE] no")
	if err := s.Append(ctx, "INBOX", newMessage("x")); err != nil {
		t.Error(err)
	}
	if err := s.Poll(ctx); err != nil {
		t.Error(err)
	}
}

// A message that is shorter or longer than announced, or cannot be read, ends the
// connection before its last octet. The session then reports the loss.
func TestAppendMisread(t *testing.T) {
	disk := errors.New("disk failure")
	large := strings.Repeat("x", 100_000)
	for _, test := range []struct {
		name  string
		text  io.Reader
		size  int64
		want  string
		cause error
	}{
		{"short", strings.NewReader("abc"), 5, "The message ends 2 octets before the announced size", nil},
		{"short by one", strings.NewReader("abc"), 4, "The message ends 1 octets before the announced size", nil},
		{"empty", strings.NewReader(""), 1, "The message ends 1 octets before the announced size", nil},
		{"long", strings.NewReader("abcdef"), 3, "The message is longer than was announced", nil},
		{"not empty", strings.NewReader("a"), 0, "The message is longer than was announced", nil},
		{"fails", io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(disk)), 9, "Failed to read the message: disk failure", disk},
		{"fails at the end", io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(disk)), 3, "Failed to read the message: disk failure", disk},
		{"large, short by one", strings.NewReader(large), int64(len(large)) + 1, "The message ends 1 octets before the announced size", nil},
		{"large, longer by one", strings.NewReader(large), int64(len(large)) - 1, "The message is longer than was announced", nil},
	} {
		for _, extension := range []string{"IDLE", "LITERAL+"} {
			t.Run(test.name+", "+extension, func(t *testing.T) {
				if seeker, ok := test.text.(io.Seeker); ok {
					seeker.Seek(0, io.SeekStart)
				} else if extension != "IDLE" {
					t.Skip("it was read")
				}
				got := make(chan int64, 1)
				s := openFake(t, extension, func(size int64, r io.Reader) string {
					n, _ := io.Copy(io.Discard, r)
					got <- n
					return ""
				})
				err := s.Append(ctx, "INBOX", backend.NewMessage{Text: test.text, Size: test.size})
				checkFailure(t, err, backend.ErrConnectionLost, test.want+": the message was not appended")
				if test.cause != nil && !errors.Is(err, test.cause) {
					t.Errorf("%v does not match its cause", err)
				}
				if n := <-got; n >= max(test.size, 1) {
					t.Errorf("%d octets were sent of %d", n, test.size)
				}
				checkFailure(t, s.Poll(ctx), backend.ErrConnectionLost, "[CLOSED] IMAP connection lost")
			})
		}
	}
}

// A short message does not wait for the continuation request if the server allows it and
// has accepted a similar message.
func TestAppendUnasked(t *testing.T) {
	const asks, takes = false, true
	for _, test := range []struct {
		extension string
		size      int
		date      string
		unasked   bool
	}{
		{"IDLE", 1, "", asks},
		{"LITERAL-", 4096, "", takes},
		{"LITERAL-", 4097, "", asks},
		{"IMAP4rev2", 4096, "", takes},
		{"IMAP4rev2", 4097, "", asks},
		{"LITERAL+", 0, "", takes},
		{"LITERAL+", 64 << 10, "", takes},
		{"LITERAL+", 64<<10 + 1, "", asks},
		{"LITERAL+", 1, " 7-Jul-2023 02:44:25 +0700", takes},
		{"LITERAL+", 1, "37-Jul-2023 02:44:25 +0700", asks},
	} {
		for _, next := range []struct {
			mailbox, flag string
			unasked       bool
		}{
			{"INBOX", `\Seen`, test.unasked},
			{"Other", `\Seen`, asks},
			{"INBOX", `\Draft`, asks},
		} {
			asked := 0
			s := openFake(t, test.extension, takeAll, func(cfg *backend.Config) {
				cfg.Trace = func(line string) {
					if strings.HasPrefix(line, "S: + ") {
						asked++
					}
				}
			})
			for _, msg := range []struct {
				mailbox, flag string
				size          int
			}{{"INBOX", `\Seen`, 70_000}, {next.mailbox, next.flag, test.size}} {
				err := s.Append(ctx, msg.mailbox, backend.NewMessage{
					Text: strings.NewReader(strings.Repeat("x", msg.size)), Size: int64(msg.size),
					Flags: []string{msg.flag}, InternalDate: test.date,
				})
				if err != nil {
					t.Errorf("%v: %v", test, err)
				}
			}
			if next.unasked != (asked == 1) {
				t.Errorf("%v, then %v: asked %d times", test, next, asked)
			}
		}
	}
}

// takeAll accepts any literal.
func takeAll(size int64, r io.Reader) string {
	io.CopyN(io.Discard, r, size)
	return "OK done"
}

// The session survives the refusal of a literal that did not wait for the continuation
// request. The next literal waits again.
func TestAppendUnaskedRefused(t *testing.T) {
	refuse := false
	asked := 0
	s := openFake(t, "LITERAL+", func(size int64, r io.Reader) string {
		takeAll(size, r)
		if refuse {
			return "NO [OVERQUOTA] no"
		}
		return "OK done"
	}, func(cfg *backend.Config) {
		cfg.Trace = func(line string) {
			if strings.HasPrefix(line, "S: + ") {
				asked++
			}
		}
	})
	for i, want := range []int{1, 1, 1, 2, 2} {
		refuse = i == 2
		if err := s.Append(ctx, "INBOX", newMessage("x")); errors.Is(err, backend.ErrRefused) != refuse || err != nil && !refuse {
			t.Errorf("message %d: %v", i, err)
		}
		if asked != want {
			t.Errorf("asked %d times after message %d", asked, i)
		}
	}
}

// The octets sent are the octets read, in whatever pieces they arrive. A NUL needs no
// special treatment.
func TestAppendAsItIs(t *testing.T) {
	text := "a: b\r\n\r\n\x00\xff.\r\n." + strings.Repeat("0123456789\n", 10_000)
	for name, r := range map[string]io.Reader{
		"at once":            strings.NewReader(text),
		"by octets":          iotest.OneByteReader(strings.NewReader(text)),
		"EOF with data":      iotest.DataErrReader(strings.NewReader(text)),
		"without EOF behind": io.LimitReader(io.MultiReader(strings.NewReader(text), strings.NewReader("more")), int64(len(text))),
	} {
		t.Run(name, func(t *testing.T) {
			got := make(chan string, 1)
			s := openFake(t, "IDLE", func(size int64, r io.Reader) string {
				literal, _ := io.ReadAll(io.LimitReader(r, size))
				got <- string(literal)
				return "OK [APPENDUID 1 2] done"
			})
			if err := s.Append(ctx, "INBOX", backend.NewMessage{Text: r, Size: int64(len(text))}); err != nil {
				t.Fatal(err)
			}
			if <-got != text {
				t.Error("the server has another message")
			}
		})
	}
}

// A message of 1 GiB is sent, and the memory allocated does not depend on its size.
func TestAppendLarge(t *testing.T) {
	const size = 1 << 30
	s := openFake(t, "IDLE", func(size int64, r io.Reader) string {
		n, _ := io.CopyBuffer(onlyWriter{io.Discard}, io.LimitReader(r, size), make([]byte, 256<<10))
		return fmt.Sprintf("OK %d octets", n)
	})
	r := &counting{Reader: io.LimitReader(anything{}, size)}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := s.Append(ctx, "INBOX", backend.NewMessage{Text: r, Size: size})
	runtime.ReadMemStats(&after)
	if err != nil || r.n != size {
		t.Errorf("%d octets read: %v", r.n, err)
	}
	if r.largest > 1<<20 {
		t.Errorf("%d octets read at once", r.largest)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 4<<20 {
		t.Errorf("%d octets allocated", allocated)
	}
}

// A message whose literal is refused is not read.
func TestAppendRefusedUnread(t *testing.T) {
	s, _ := open(t, `
		C: T APPEND "INBOX" {1000000000000}
		S: T NO [TOOBIG] no`)
	r := &counting{Reader: anything{}}
	err := s.Append(ctx, "INBOX", backend.NewMessage{Text: r, Size: 1e12})
	checkFailure(t, err, backend.ErrRefused, "[TOOBIG] no")
	if r.n > 0 {
		t.Errorf("%d octets read", r.n)
	}
}

// The end of the context ends the sending.
func TestAppendCancelled(t *testing.T) {
	s := openFake(t, "IDLE", func(size int64, r io.Reader) string {
		io.Copy(io.Discard, r)
		return ""
	})
	ctx, cancel := context.WithCancel(ctx)
	r := &counting{Reader: anything{}, at: 1 << 20, call: cancel}
	err := s.Append(ctx, "INBOX", backend.NewMessage{Text: r, Size: 1 << 40})
	checkFailure(t, err, backend.ErrConnectionLost, "the message was not appended")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v does not match its cause", err)
	}
}

// A timeout ends the sending to a server that reads no more.
func TestAppendStalled(t *testing.T) {
	done := make(chan struct{})
	s := openFake(t, "IDLE", func(size int64, r io.Reader) string { <-done; return "" }, func(cfg *backend.Config) {
		cfg.Timeouts.Write = 50 * time.Millisecond
	})
	err := s.Append(ctx, "INBOX", backend.NewMessage{Text: anything{}, Size: 1 << 40})
	close(done)
	checkFailure(t, err, backend.ErrConnectionLost, "the message was not appended")
	if !errors.Is(err, backend.ErrTimeout) {
		t.Errorf("%v is no timeout", err)
	}
}

// No answer of the server is due while the message is read from a slow source.
func TestAppendFromSomewhereSlow(t *testing.T) {
	s := openFake(t, "IDLE", func(size int64, r io.Reader) string {
		io.Copy(io.Discard, io.LimitReader(r, size))
		return "OK done"
	}, func(cfg *backend.Config) { cfg.Timeouts.Read = 100 * time.Millisecond })
	r := &counting{Reader: strings.NewReader("ab"), at: 2, call: func() { time.Sleep(400 * time.Millisecond) }}
	if err := s.Append(ctx, "INBOX", backend.NewMessage{Text: r, Size: 2}); err != nil {
		t.Error(err)
	}
}

// onlyWriter hides the other methods of a writer.
type onlyWriter struct{ io.Writer }

// anything is an endless reader of arbitrary octets.
type anything struct{}

func (anything) Read(p []byte) (int, error) { return len(p), nil }

// counting is a reader that counts octets, and calls a function at a position.
type counting struct {
	io.Reader
	n, largest int64
	at         int64
	call       func()
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	c.largest = max(c.largest, int64(n))
	if c.call != nil && c.n >= c.at {
		c.call()
		c.call = nil
	}
	return n, err
}

// openFake opens a session with a server that calls literal to read the literal of an
// APPEND. literal returns the answer. If that is "", the server closes the connection.
func openFake(t *testing.T, extension string, literal func(size int64, r io.Reader) string, changes ...func(*backend.Config)) *imapbridge.Session {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer l.Close()
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		io.WriteString(conn, "* PREAUTH [CAPABILITY IMAP4rev1 "+extension+"] hello\r\n")
		r := bufio.NewReader(conn)
		for {
			command, _ := r.ReadString('\n')
			tag, _, _ := strings.Cut(command, " ")
			_, announced, _ := strings.Cut(command, "{")
			size, err := strconv.ParseInt(strings.TrimRight(announced, "+}\r\n"), 10, 64)
			if err != nil {
				return // the session has ended
			}
			if !strings.Contains(announced, "+") {
				io.WriteString(conn, "+ go on\r\n")
			}
			answer := literal(size, r)
			if answer == "" {
				return
			}
			if line, err := r.ReadString('\n'); line != "\r\n" || err != nil {
				t.Errorf("behind the literal: %q, %v", line, err)
			}
			io.WriteString(conn, tag+" "+answer+"\r\n")
		}
	}()
	server := &scripted{addr: l.Addr().(*net.TCPAddr)}
	cfg := server.config(&notices{})
	for _, change := range changes {
		change(cfg)
	}
	s, err := imapbridge.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Abort()
		l.Close()
		<-done
	})
	return s
}
