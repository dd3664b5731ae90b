package hostile_test

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/short"
)

// maildrop is a POP3 server that describes its messages correctly, except for its fault.
type maildrop struct {
	fault pop3Fault

	mu      sync.Mutex
	deleted map[int]bool
}

// pop3Fault is a server's fault. Each function may be nil.
type pop3Fault struct {
	name string
	size func(m *stored) int                  // in LIST
	top  func(m *stored, text string) string  // of what TOP brings
	retr func(m *stored, text string) string  // of what RETR brings
	says func(m *stored, command string) bool // whether it refuses
	opts []imapcompat.Option
}

func (d *maildrop) list(conn net.Conn, cmd command) error {
	said := []string{"+OK"}
	for _, m := range sixMessages() {
		size := len(m.text())
		if d.fault.size != nil {
			size = d.fault.size(m)
		}
		said = append(said, fmt.Sprintf("%d %d", m.num, size))
	}
	return lines(strings.Join(append(said, "."), "\r\n"))(conn, cmd)
}

// text answers TOP and RETR.
func (d *maildrop) text(conn net.Conn, cmd command) error {
	var num, most int
	fmt.Sscanf(cmd.line, cmd.name+" %d %d", &num, &most)
	m := newStored(num)
	if d.fault.says != nil && d.fault.says(m, cmd.name) {
		return lines("-ERR no")(conn, cmd)
	}
	text := m.text()
	if cmd.name == "TOP" {
		text = m.header + firstLines(m.body(), most)
		if d.fault.top != nil && most > 0 { // a header is what TOP says that it is, as in PHP
			text = d.fault.top(m, text)
		}
	} else if d.fault.retr != nil {
		text = d.fault.retr(m, text)
	}
	return lines("+OK\r\n"+text+".")(conn, cmd)
}

func firstLines(text string, n int) string {
	all := strings.SplitAfter(text, "\r\n")
	return strings.Join(all[:min(n, len(all))], "")
}

func (d *maildrop) dele(conn net.Conn, cmd command) error {
	var num int
	fmt.Sscanf(cmd.line, "DELE %d", &num)
	d.mu.Lock()
	d.deleted[num] = true
	d.mu.Unlock()
	return lines("+OK")(conn, cmd)
}

func (d *maildrop) serve(t *testing.T) *server {
	d.deleted = make(map[int]bool)
	return serve(t, pop3Command, pop3Server.with(answers{
		"STAT": lines("+OK 6 1000"), "LIST": d.list, "TOP": d.text, "RETR": d.text, "DELE": d.dele,
	}))
}

func pop3Faults() []pop3Fault {
	lineCount := func(m *stored) int { return strings.Count(m.body(), "\n") }
	limited := func(most int) func(*stored, string) string {
		return func(m *stored, text string) string { return m.header + firstLines(text[len(m.header):], most) }
	}
	onlyOdd := func(f func(*stored, string) string) func(*stored, string) string {
		return func(m *stored, text string) string {
			if m.num != odd {
				return text
			}
			return f(m, text)
		}
	}
	withoutLast := func(_ *stored, text string) string { return text[:strings.LastIndex(text[:len(text)-2], "\n")+1] }
	withOneMore := func(_ *stored, text string) string { return text + "\r\n" }
	refuses := func(commands ...string) func(*stored, string) bool {
		return func(m *stored, command string) bool { return m.num == odd && slices.Contains(commands, command) }
	}
	return []pop3Fault{
		{name: "LIST counts lines", size: lineCount},
		{name: "LIST counts too few lines", size: func(m *stored) int { return lineCount(m) - 5 }},
		{name: "LIST counts blocks", size: func(m *stored) int { return (len(m.text()) + 511) / 512 }},
		{name: "LIST rounds up", size: func(m *stored) int { return (len(m.text()) + 511) / 512 * 512 }},
		{name: "LIST doubles", size: func(m *stored) int { return 2 * len(m.text()) }},
		{name: "LIST has one too many", size: func(m *stored) int { return len(m.text()) + 1 }},
		{name: "LIST has a line break less", size: func(m *stored) int { return len(m.text()) - 2 }},
		{name: "LIST has 1", size: func(*stored) int { return 1 }},
		{name: "LIST has 0", size: func(*stored) int { return 0 }},
		{name: "TOP has a limit", top: limited(30)},
		{name: "TOP has a limit for one", top: onlyOdd(limited(3))},
		{name: "TOP drops the last line", top: withoutLast},
		{name: "TOP drops the last line of one", top: onlyOdd(withoutLast)},
		{name: "TOP adds a line", top: withOneMore},
		{name: "TOP adds a line to one", top: onlyOdd(withOneMore)},
		{name: "RETR is shorter than TOP", retr: withoutLast, size: func(m *stored) int { return len(m.text()) }},
		{name: "refuses RETR", says: refuses("RETR")},
		{name: "refuses TOP", says: refuses("TOP")},
		{name: "refuses both", says: refuses("TOP", "RETR")},
		{name: "too large", opts: []imapcompat.Option{imapcompat.WithMaxMessageSize(len(newStored(odd).text()) - 10)}},
	}
}

// lies are faults that only RETR reveals: LIST and TOP agree on less than the message, or on
// another text.
var lies = []pop3Fault{
	{name: "LIST and TOP cut one", size: func(m *stored) int {
		if m.num == odd {
			return len(m.header) + len(firstLines(m.body(), 3))
		}
		return len(m.text())
	}, top: func(m *stored, text string) string {
		if m.num == odd {
			return m.header + firstLines(text[len(m.header):], 3)
		}
		return text
	}},
	{name: "TOP has other octets of one", top: func(m *stored, text string) string {
		if m.num == odd {
			return strings.ReplaceAll(text, "line", "LINE")
		}
		return text
	}},
}

func TestWholePOP3(t *testing.T) {
	for _, reader := range short.Sample(readers(), 4) {
		t.Run(reader.name, func(t *testing.T) {
			t.Parallel()
			for _, f := range pop3Faults() {
				t.Run(f.name, func(t *testing.T) {
					// RETR brings the true text.
					plain := (&maildrop{fault: pop3Fault{retr: f.retr}}).serve(t)
					defer plain.close()
					want := readFrom(t, plain.name("/pop3"), reader.read, imapcompat.WithReadAhead(imapcompat.ReadAheadOff))
					if len(want.values) == 0 || len(want.errors) > 0 {
						t.Fatalf("read %v", want)
					}
					srv := (&maildrop{fault: f}).serve(t)
					defer srv.close()
					got := readFrom(t, srv.name("/pop3"), reader.read, f.opts...)
					checkWhole(t, withoutSizes(got), withoutSizes(want), false, strings.HasPrefix(f.name, "refuses"))
				})
			}
		})
	}
}

// withoutSizes removes LIST's sizes.
func withoutSizes(r *read) *read {
	for n, value := range r.values {
		r.values[n] = sizes.ReplaceAllString(value, "")
	}
	return r
}

// A loop that saves messages and deletes them deletes no message of which it has less than the
// server, or another text.
func TestWholeOrNotDeleted(t *testing.T) {
	ways := map[string]func(m *imapcompat.Connection, n int) (string, error){
		"Body": func(m *imapcompat.Connection, n int) (string, error) {
			header, err := m.FetchHeader(n)
			if err != nil {
				return "", err
			}
			text, err := m.Body(n)
			return header + text, err
		},
		"FetchBody": func(m *imapcompat.Connection, n int) (string, error) { return m.FetchBody(n, "") },
		"parts": func(m *imapcompat.Connection, n int) (string, error) {
			header, err := m.FetchHeader(n)
			first, err1 := m.FetchBody(n, "1")
			second, err2 := m.FetchBody(n, "2")
			if err != nil || err1 != nil || err2 != nil {
				return "", fmt.Errorf("%v %v %v", err, err1, err2)
			}
			return header + (&stored{parts: [2]string{first, second}}).body(), nil
		},
	}
	for way, save := range ways {
		for _, f := range short.Sample(slices.Concat(pop3Faults(), lies), 3) {
			for _, atOnce := range []bool{false, true} {
				t.Run(fmt.Sprint(way, "/", f.name, "/", atOnce), func(t *testing.T) {
					d := &maildrop{fault: f}
					srv := d.serve(t)
					defer srv.close()
					m, err := open(srv.name("/pop3"), f.opts...)
					if err != nil {
						t.Fatal(err)
					}
					kept, failures := make(map[int]string), 0
					for n := 1; n <= 6; n++ {
						text, err := save(m, n)
						if err != nil {
							failures++
							continue
						}
						kept[n] = text
						if m.Delete(imapcompat.SequenceOf(n)) != nil {
							failures++
						}
					}
					if !atOnce {
						if m.Expunge() != nil {
							failures++
						}
						m.Expunge() // that of the others, if the first had to report something
					}
					if m.Close(imapcompat.CL_EXPUNGE) != nil {
						failures++
					}
					for n := 1; n <= 6; n++ {
						want := newStored(n).text()
						if f.retr != nil {
							want = f.retr(newStored(n), want)
						}
						isWhole := strings.HasPrefix(kept[n], want[:len(want)-2])
						if d.deleted[n] && !isWhole {
							t.Errorf("message %d is deleted, and %d of its %d octets are kept", n, len(kept[n]), len(want))
						}
						if kept[n] != "" && !isWhole && failures == 0 {
							t.Errorf("nobody has said what is wrong with message %d", n)
						}
					}
				})
			}
		}
	}
}
