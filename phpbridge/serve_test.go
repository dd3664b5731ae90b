package phpbridge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

const message = "From: Ada <ada@example.org>\r\nSubject: hello\r\n\r\nworld\r\n"

func TestCalls(t *testing.T) {
	for _, service := range []struct {
		name string
		of   func(*imaptest.Server) string
	}{
		{"imap", (*imaptest.Server).IMAP},
		{"pop3", (*imaptest.Server).POP3},
	} {
		t.Run(service.name, func(t *testing.T) {
			srv := imaptest.NewServer(t, message, message)
			c := newClient(t, nil)
			c.check("v b:1;", "imap_open", 7, service.of(srv), srv.User, srv.Password)
			c.check("v i:2;", "imap_num_msg", 7)
			c.check("v b:1;", "imap_is_open", 7)
			c.check("v "+str("world\r\n"), "imap_body", 7, 1)
			c.check("v "+str("world\r\n"), "imap_fetchtext", 7, 1, 2)
			c.check("v b:0;", "imap_search", 7, "SUBJECT other")
			c.check("v a:2:{i:0;i:1;i:1;i:2;}", "imap_search", 7, "ALL")
			c.check(`e a:3:{i:0;b:0;i:1;a:1:{i:0;`+str("imap_uid(): Bad message number")+`}i:2;N;}`, "imap_uid", 7, 3)
			c.check(`e a:3:{i:0;N;i:1;a:0:{}i:2;a:2:{i:0;`+str("ValueError")+`i:1;`+
				str("imap_fetchtext(): Argument #2 ($message_num) must be greater than 0")+`}}`, "imap_fetchtext", 7, 0)
			if got := c.call("imap_headerinfo", 7, 1); !strings.Contains(got, str("subject")+str("hello")+str("Subject")+str("hello")) {
				t.Errorf("the header is %s", got)
			}
			c.check("v b:1;", "imap_close", 7)
			c.check("v b:0;", "imap_is_open", 7)
			c.check(`e a:3:{i:0;N;i:1;a:0:{}i:2;a:2:{i:0;`+str("ValueError")+`i:1;`+
				str(`IMAP\Connection is already closed`)+`}}`, "imap_num_msg", 7)
			c.check("v b:1;", "destroy", 7)
			c.goodbye()
		})
	}
}

// TestLongTexts checks that a long result is an answer of kind t, and that other results are not.
func TestLongTexts(t *testing.T) {
	long := strings.Repeat("a line of text, 1+1=2 \xfc\r\n", 20000)
	srv := imaptest.NewServer(t, "Subject: long\r\n\r\n"+long, message)
	c := newClient(t, nil)
	c.check("v b:1;", "imap_open", 1, srv.IMAP(), srv.User, srv.Password)
	c.check("t "+long, "imap_body", 1, 1)
	c.check("v "+str("world\r\n"), "imap_body", 1, 2)
	c.check("t "+imapcompat.EightBit(long), "imap_8bit", long)
	c.check("t "+imapcompat.Binary(long), "imap_binary", long)
	c.check("t "+long, "imap_base64", imapcompat.Binary(long))
	c.check("t "+long, "imap_qprint", imapcompat.EightBit(long))
	c.check("v "+str("YQ==\r\n"), "imap_binary", "a")
	c.check("v "+str("a"), "imap_base64", "YQ==")
	c.check("v b:0;", "imap_base64", "YWJj"+imapcompat.Binary(long)[:80000]+"*")
	c.call("imap_errors")
	padded := long[:len(long)/3*3] + "a" // whose base64 ends in ==
	c.check("t "+padded, "imap_base64", imapcompat.Binary(padded)+"YQ==")
	c.check("v a:1:{i:0;"+str("Possible data truncation in rfc822_base64(): YQ==")+"}", "imap_errors")
	c.goodbye()
}

// TestThread checks the order of the keys, and a mailbox without messages.
func TestThread(t *testing.T) {
	const first, answer = "Message-ID: <a@x>\r\nSubject: one\r\n\r\n", "References: <a@x>\r\nSubject: two\r\n\r\n"
	srv := imaptest.NewServer(t, first, answer, "Subject: three\r\n\r\n")
	c := newClient(t, nil)
	c.check("v b:1;", "imap_open", 1, srv.POP3(), srv.User, srv.Password)
	nodes := ""
	for _, n := range []struct {
		key   string
		value int
	}{
		{"0.num", 1}, {"0.next", 1}, {"1.num", 2}, {"1.next", 0}, {"1.branch", 0}, {"0.branch", 2},
		{"2.num", 3}, {"2.next", 0}, {"2.branch", 0},
	} {
		nodes += str(n.key) + fmt.Sprintf("i:%d;", n.value)
	}
	c.check("v a:9:{"+nodes+"}", "imap_thread", 1)
	c.check("v b:1;", "imap_open", 2, imaptest.NewServer(t).IMAP(), srv.User, srv.Password)
	c.check(`e a:3:{i:0;b:0;i:1;a:1:{i:0;`+str("imap_thread(): Function returned an empty tree")+`}i:2;N;}`, "imap_thread", 2)
	c.goodbye()
}

// TestWarnings checks PHP's warnings after a refusal and after the loss of the connection.
func TestWarnings(t *testing.T) {
	srv := imaptest.NewServer(t, message)
	c := newClient(t, nil)
	warning := func(text string) string { return `e a:3:{i:0;b:0;i:1;a:1:{i:0;` + str(text) + `}i:2;N;}` }
	c.check("v b:1;", "imap_open", 1, srv.IMAP(), srv.User, srv.Password)
	c.call("imap_errors") // drops the notice that the server offers PLAIN without TLS
	if err := srv.Refuse("FETCH", 1, "[UNAVAILABLE] Later"); err != nil {
		t.Fatal(err)
	}
	c.check(warning("imap_fetchstructure(): No body information available"), "imap_fetchstructure", 1, 1)
	c.check("v a:1:{i:0;"+str("[UNAVAILABLE] Later")+"}", "imap_errors")
	srv.DropConnections()
	c.check(warning("imap_thread(): Function returned an empty tree"), "imap_thread", 1)
	c.goodbye()
}

// TestContext checks that Serve ends with its context, even if PHP sends nothing.
func TestContext(t *testing.T) {
	in, out := io.Pipe()
	defer out.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Serve(ctx, in, io.Discard, os.Getenv); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestNotices checks that there is one list for all connections and functions.
func TestNotices(t *testing.T) {
	srv := imaptest.NewServer(t, message)
	c := newClient(t, nil)
	c.check("v b:0;", "imap_errors")
	c.check("v b:0;", "imap_last_error")
	c.check("v b:1;", "imap_open", 1, srv.IMAP(), srv.User, srv.Password)
	c.check("v b:1;", "imap_open", 2, srv.POP3(), srv.User, srv.Password)
	c.call("imap_errors") // drops the notices that the servers offer PLAIN without TLS
	c.check("v b:1;", "imap_delete", 2, "9")
	c.check("v "+str("=zz"), "imap_qprint", "=zz")
	c.check("v b:1;", "imap_delete", 1, "x")
	const first, second, third = "Sequence out of range", "Invalid quoted-printable sequence: =zz", "Syntax error in sequence"
	c.check("v "+str(third), "imap_last_error")
	c.check("v a:3:{i:0;"+str(first)+"i:1;"+str(second)+"i:2;"+str(third)+"}", "imap_errors")
	c.check("v b:0;", "imap_errors")
	c.check("v b:0;", "imap_alerts")
	c.check("v "+str("=zz"), "imap_qprint", "=zz")
	c.check("v a:1:{i:0;"+str(second+" (errflg=3)")+"}", "shutdown")
	c.check("v a:0:{}", "shutdown")
	c.goodbye()
}

func TestSaveBody(t *testing.T) {
	text := strings.Repeat("0123456789abcde\r\n", 200000)
	srv := imaptest.NewServer(t, "Subject: long\r\n\r\n"+text)
	c := newClient(t, nil)
	c.check("v b:1;", "imap_open", 1, srv.IMAP(), srv.User, srv.Password)
	save := func(open bool) (saved string, pieces int) {
		t.Helper()
		c.check("o ", "imap_savebody", 1, 1, "1")
		c.send(request(open))
		for {
			kind, piece := c.receive()
			if kind != 'd' {
				if want := string(request(open)); kind != 'v' || piece != want {
					t.Errorf("the result is %c %s, want %s", kind, piece, want)
				}
				return saved, pieces
			}
			saved += piece
			pieces++
		}
	}
	if saved, pieces := save(true); saved != text || pieces < 2 {
		t.Errorf("%d octets in %d pieces", len(saved), pieces)
	}
	if saved, _ := save(false); saved != "" {
		t.Errorf("%d octets for a file that is not open", len(saved))
	}
	c.check(`e a:3:{i:0;b:0;i:1;a:1:{i:0;`+str("imap_savebody(): Bad message number")+`}i:2;N;}`, "imap_savebody", 1, 2)
	c.goodbye()
}

// TestEnd checks what happens to marked messages after a goodbye, and after the death of PHP. On POP3
// the end of the session removes them.
func TestEnd(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(*client)
		left string
	}{
		{"goodbye", (*client).goodbye, "v i:1;"},
		{"death", func(c *client) { c.conn.Close(); c.wait() }, "v i:2;"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := imaptest.NewServer(t, message, message)
			c := newClient(t, nil)
			c.check("v b:1;", "imap_open", 1, srv.POP3(), srv.User, srv.Password)
			c.check("v b:1;", "imap_delete", 1, "1")
			c.check("v b:1;", "imap_expunge", 1)
			tt.end(c)
			c = newClient(t, nil)
			c.check("v b:1;", "imap_open", 1, srv.POP3(), srv.User, srv.Password)
			c.check(tt.left, "imap_num_msg", 1)
			c.goodbye()
		})
	}
}

// TestBadRequests checks that an invalid request ends Serve.
func TestBadRequests(t *testing.T) {
	for _, bad := range [][]byte{
		[]byte("nonsense"),
		request("imap_errors"),
		request(list()),
		request(list(5)),
		request(list("no_such_function")),
		request(list("imap_num_msg")),
		request(list("imap_num_msg", "1")),
		request(list("imap_num_msg", 1)), // no such connection
		request(list("imap_base64", nil)),
		request(list("imap_errors", 1)),
		request(list("imap_mail_compose", list(), "x")),
	} {
		c := newClient(t, nil)
		c.send(bad)
		if err := c.wait(); err == nil {
			t.Errorf("%s is no error", bad)
		}
	}
}

func TestFrameTooLarge(t *testing.T) {
	in := strings.NewReader("\xff\xff\xff\xff")
	if err := Serve(context.Background(), in, io.Discard, os.Getenv); err == nil {
		t.Error("a frame of 4 GiB is no error")
	}
	cut := strings.NewReader("\x00\x00\x00\x09abc")
	if err := Serve(context.Background(), cut, io.Discard, os.Getenv); err == nil {
		t.Error("half a frame is no error")
	}
}

func TestToken(t *testing.T) {
	const token = "ya29.token"
	for _, tt := range []struct {
		name        string
		environment map[string]string
		options     array
		want        string
	}{
		{"variable", map[string]string{"IMAPCOMPAT_TOKEN": token}, array{}, "v b:1;"},
		{"command", map[string]string{"IMAPCOMPAT_TOKEN_COMMAND": `echo "` + token + `"`}, array{}, "v b:1;"},
		{"option", map[string]string{"IMAPCOMPAT_TOKEN": "wrong"}, array{{"IMAPCOMPAT_TOKEN", token}}, "v b:1;"},
		{"wrong option", map[string]string{"IMAPCOMPAT_TOKEN": token}, array{{"IMAPCOMPAT_TOKEN", "wrong"}}, "e "},
		{"command that fails", map[string]string{"IMAPCOMPAT_TOKEN_COMMAND": "false"}, array{}, "e "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := imaptest.Config{Token: token}.NewServer(t, message)
			c := newClient(t, tt.environment)
			if got := c.call("imap_open", 1, srv.IMAP(), srv.User, "no password", 0, 1, tt.options); !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			c.goodbye()
		})
	}
}

// TestFunctions compares the functions of the package with those that imap.php calls.
func TestFunctions(t *testing.T) {
	code, err := os.ReadFile(filepath.Join("php", "functions.php"))
	if err != nil {
		t.Fatal(err)
	}
	var php []string
	for _, match := range regexp.MustCompile(`(?m)^function (imap_\w+)\(`).FindAllSubmatch(code, -1) {
		php = append(php, string(match[1]))
	}
	var ours []string
	for name := range functions {
		if strings.HasPrefix(name, "imap_") {
			ours = append(ours, name)
		}
	}
	slices.Sort(php)
	slices.Sort(ours)
	if !slices.Equal(php, ours) {
		t.Errorf("imap.php has\n%v\nhere are\n%v", php, ours)
	}
	table, err := os.ReadFile(filepath.Join("php", "arguments.php"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range php {
		if !bytes.Contains(table, []byte("'"+name+"' => [")) {
			t.Errorf("%s has no parameters in arguments.php", name)
		}
	}
}
