package imapcompat_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
)

// unsafeLogin is a server that opens no mailbox before it knows who asks. It answers a
// SELECT only when it has seen what comes with it.
func unsafeLogin(t *testing.T, offers string) (host string, ids <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	told := make(chan string, 10)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				io.WriteString(conn, "* OK ["+offers+"] hi\r\n")
				lines, known := bufio.NewScanner(conn), false
				for lines.Scan() {
					tag, command, _ := strings.Cut(lines.Text(), " ")
					name, rest, _ := strings.Cut(command, " ")
					switch {
					case name == "ID":
						told <- rest
						known = true
						io.WriteString(conn, "* ID NIL\r\n"+tag+" OK done\r\n")
					case name == "SELECT" && known:
						io.WriteString(conn, "* 3 EXISTS\r\n"+tag+" OK [READ-WRITE] done\r\n")
					case name == "SELECT":
						io.WriteString(conn, tag+" NO SELECT Unsafe Login. Please contact kefu@example.org for help\r\n")
					default:
						io.WriteString(conn, tag+" OK ["+offers+"] done\r\n")
					}
				}
			}()
		}
	}()
	return l.Addr().String(), told
}

func TestUnsafeLogin(t *testing.T) {
	const offers = "CAPABILITY IMAP4rev1 ID"
	many := func(n int) map[string]string {
		fields := make(map[string]string)
		for i := range n {
			fields[fmt.Sprint("x", i)] = ""
		}
		return fields
	}
	for _, test := range []struct {
		name, offers string
		opts         []imapcompat.Option
		id           string // "" for none; what it begins with
		invalid      bool
	}{
		{"the default", offers, nil, `("name" "imapcompat" "version" "`, false},
		{"another", offers, []imapcompat.Option{imapcompat.WithID(map[string]string{"name": `"x" \`})}, `("name" "\"x\" \\")`, false},
		{"none", offers, []imapcompat.Option{imapcompat.WithID(nil)}, "", false},
		{"not offered", "CAPABILITY IMAP4rev1", nil, "", false},
		{"CR", offers, []imapcompat.Option{imapcompat.WithID(map[string]string{"name": "x\r\nA1 DELETE INBOX"})}, "", true},
		{"NUL", offers, []imapcompat.Option{imapcompat.WithID(map[string]string{"name": "x\x00"})}, "", true},
		{"8 bit", offers, []imapcompat.Option{imapcompat.WithID(map[string]string{"name": "é"})}, "", true},
		{"LF in a name", offers, []imapcompat.Option{imapcompat.WithID(map[string]string{"a\nb": "x"})}, "", true},
		{"no name", offers, []imapcompat.Option{imapcompat.WithID(map[string]string{"": "x"})}, "", true},
		{"a long name", offers, []imapcompat.Option{imapcompat.WithID(map[string]string{strings.Repeat("x", 31): "x"})}, "", true},
		{"the longest", offers, []imapcompat.Option{imapcompat.WithID(map[string]string{strings.Repeat("x", 30): strings.Repeat("y", 1024)})}, `("xxx`, false},
		{"a long value", offers, []imapcompat.Option{imapcompat.WithID(map[string]string{"name": strings.Repeat("y", 1025)})}, "", true},
		{"a field twice", offers, []imapcompat.Option{imapcompat.WithID(map[string]string{"name": "x", "Name": "y"})}, "", true},
		{"30 fields", offers, []imapcompat.Option{imapcompat.WithID(many(30))}, `("x`, false},
		{"31 fields", offers, []imapcompat.Option{imapcompat.WithID(many(31))}, "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			host, ids := unsafeLogin(t, test.offers)
			mbox, err := imapcompat.Open("{"+host+"/notls}INBOX", "user", "password", test.opts...)
			if test.invalid {
				if !errors.Is(err, imapcompat.ErrInvalidArgument) || len(ids) != 0 {
					t.Fatalf("%v, sent %d", err, len(ids))
				}
				return
			}
			must(t, err)
			defer mbox.Close()
			if test.id == "" {
				if n, _ := mbox.NumMsg(); n != 0 || len(ids) != 0 {
					t.Errorf("%d messages, %d introductions", n, len(ids))
				}
				if last := mbox.LastError(); !strings.Contains(last, "Unsafe Login") {
					t.Error(last)
				}
				return
			}
			if n, _ := mbox.NumMsg(); n != 3 {
				t.Errorf("%d messages: %v", n, mbox.Errors())
			}
			if id := <-ids; !strings.HasPrefix(id, test.id) || len(ids) != 0 {
				t.Errorf("sent %s, want %s", id, test.id)
			}
		})
	}
}
