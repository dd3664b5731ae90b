package imaptest_test

import (
	"bufio"
	"compress/flate"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
)

// A capability that is turned off is not announced, and its commands and arguments are unknown.
func TestWithout(t *testing.T) {
	const unknown = "BAD Error in IMAP command "
	tests := []struct{ capability, command, want string }{
		{"ACL", "GETACL INBOX", unknown + "GETACL: Unknown command."},
		{"ACL", "SETACL INBOX ada lr", unknown + "SETACL: Unknown command."},
		{"ACL", "DELETEACL INBOX ada", unknown + "DELETEACL: Unknown command."},
		{"ACL", "LISTRIGHTS INBOX ada", unknown + "LISTRIGHTS: Unknown command."},
		{"ACL", "MYRIGHTS INBOX", unknown + "MYRIGHTS: Unknown command."},
		{"BINARY", "FETCH 1 BINARY.PEEK[1]", unknown + "FETCH: Unknown parameter: BINARY.PEEK[1]."},
		{"BINARY", "FETCH 1 BINARY.SIZE[1]", unknown + "FETCH: Unknown parameter: BINARY.SIZE[1]."},
		{"CHILDREN", `LIST "" *`, `* LIST () "/" INBOX`},
		{"COMPRESS=DEFLATE", "COMPRESS DEFLATE", unknown + "COMPRESS: Unknown command."},
		{"COMPRESS", "COMPRESS DEFLATE", unknown + "COMPRESS: Unknown command."},
		{"THREAD", "THREAD REFERENCES UTF-8 ALL", unknown + "THREAD: Unknown thread algorithm."},
		{"CONDSTORE", "FETCH 1 MODSEQ", unknown + "FETCH: Unknown parameter: MODSEQ."},
		{"CONDSTORE", "FETCH 1 FLAGS (CHANGEDSINCE 1)", unknown + "FETCH: Unknown FETCH modifier."},
		{"CONDSTORE", "STORE 1 (UNCHANGEDSINCE 1) FLAGS ()", unknown + "STORE: Unknown STORE modifier."},
		{"CONDSTORE", "SEARCH MODSEQ 1", unknown + "SEARCH: Unknown argument MODSEQ."},
		{"CONDSTORE", "STATUS INBOX (HIGHESTMODSEQ)", unknown + "STATUS: Invalid status item HIGHESTMODSEQ."},
		{"CONDSTORE", "ENABLE CONDSTORE", "OK Enabled."},
		{"CONDSTORE", "SELECT INBOX (CONDSTORE)", "* OK [CLOSED] Previous mailbox closed."},
		{"CREATE-SPECIAL-USE", `CREATE Sent (USE (\Sent))`, unknown + "CREATE: Invalid arguments."},
		{"ENABLE", "ENABLE CONDSTORE", unknown + "ENABLE: Unknown command."},
		{"ESEARCH", "SEARCH RETURN (MIN) ALL", unknown + "SEARCH: Unknown argument RETURN."},
		{"ID", "ID NIL", unknown + "ID: Unknown command."},
		{"IDLE", "IDLE", unknown + "IDLE: Unknown command."},
		{"LIST-EXTENDED", `LIST (SUBSCRIBED) "" *`, unknown + "LIST: Invalid arguments."},
		{"LIST-EXTENDED", `LIST "" (% *)`, unknown + "LIST: Invalid arguments."},
		{"LIST-STATUS", `LIST "" * RETURN (STATUS (MESSAGES))`, unknown + "LIST: Unknown return options."},
		{"LITERAL+", "SEARCH TEXT {1+}", unknown + "SEARCH: Invalid literal size."},
		{"MOVE", "MOVE 1 INBOX", unknown + "MOVE: Unknown command."},
		{"MOVE", "UID MOVE 1 INBOX", unknown + "UID MOVE: Unknown command."},
		{"NAMESPACE", "NAMESPACE", unknown + "NAMESPACE: Unknown command."},
		{"QUOTA", "GETQUOTA x", unknown + "GETQUOTA: Unknown command."},
		{"QUOTA", "GETQUOTAROOT INBOX", unknown + "GETQUOTAROOT: Unknown command."},
		{"QUOTA", "SETQUOTA x ()", unknown + "SETQUOTA: Unknown command."},
		{"SORT", "SORT (DATE) UTF-8 ALL", unknown + "SORT: Unknown command."},
		{"SPECIAL-USE", `LIST (SPECIAL-USE) "" *`, unknown + "LIST: Unknown select options."},
		{"SPECIAL-USE", `LIST "" * RETURN (SPECIAL-USE)`, unknown + "LIST: Unknown return options."},
		{"STATUS=SIZE", "STATUS INBOX (SIZE)", unknown + "STATUS: Invalid status item SIZE."},
		{"THREAD=ORDEREDSUBJECT", "THREAD ORDEREDSUBJECT UTF-8 ALL", unknown + "THREAD: Unknown thread algorithm."},
		{"THREAD=REFERENCES", "THREAD REFERENCES UTF-8 ALL", unknown + "THREAD: Unknown thread algorithm."},
		{"THREAD=REFS", "THREAD REFS UTF-8 ALL", unknown + "THREAD: Unknown thread algorithm."},
		{"UIDPLUS", "UID EXPUNGE 1", unknown + "UID EXPUNGE: Unknown command."},
		{"UIDPLUS", "COPY 1 INBOX", "* 2 EXISTS"},
		{"UNSELECT", "UNSELECT", unknown + "UNSELECT: Unknown command."},
	}
	for _, tt := range tests {
		t.Run(tt.capability+"/"+tt.command, func(t *testing.T) {
			srv := imaptest.Config{Without: []string{tt.capability}}.NewServer(t, first)
			w := dial(t, srv.IMAPAddr())
			greeting := w.receive()
			w.send("a LOGIN user password")
			for _, line := range []string{greeting, w.receive()} {
				list, _, _ := strings.Cut(line, "]")
				if strings.Contains(list+" ", " "+tt.capability+" ") || strings.Contains(list, " "+tt.capability+"=") || tt.capability == "ACL" && strings.Contains(list, "RIGHTS=") {
					t.Errorf("announced in %q", line)
				}
			}
			w.talk("C: s SELECT INBOX" + selected)
			w.send("x " + tt.command)
			if got := strings.TrimPrefix(w.receive(), "x "); got != tt.want {
				t.Errorf("%s: %q, want %q", tt.command, got, tt.want)
			}
		})
	}
}

// Without SASL-IR there is no initial response.
func TestWithoutInitialResponse(t *testing.T) {
	srv := imaptest.Config{Without: []string{"SASL-IR"}}.NewServer(t)
	dial(t, srv.IMAPAddr()).talk(`
		S: * OK [CAPABILITY IMAP4rev1 ID …
		C: a AUTHENTICATE PLAIN AHVzZXIAcGFzc3dvcmQ=
		S: a BAD…
		C: b AUTHENTICATE PLAIN
		S: +…
		C: AHVzZXIAcGFzc3dvcmQ=
		S: b OK…`)
}

func TestSpecialUse(t *testing.T) {
	srv := imaptest.NewServer(t)
	if err := srv.CreateMailbox("Trash", `\trash`); err != nil {
		t.Fatal(err)
	}
	if srv.CreateMailbox("Everything", `\All`) == nil {
		t.Error("a mailbox with all messages")
	}
	loggedInIMAP(t, srv).talk(`
		C: b CREATE Sent (USE (\Sent \Archive))
		S: b OK…
		C: c CREATE x (USE (\All))
		S: c NO [USEATTR]…
		C: d CREATE x (FOO (\Sent))
		S: d BAD…
		C: e LIST "" *
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\HasNoChildren \Sent \Archive) "/" Sent
		S: * LIST (\HasNoChildren \Trash) "/" Trash
		S: e OK…
		C: f LIST (SPECIAL-USE) "" *
		S: * LIST (\Sent \Archive) "/" Sent
		S: * LIST (\Trash) "/" Trash
		S: f OK…
		C: g LIST "" (S% T%) RETURN (SPECIAL-USE CHILDREN)
		S: * LIST (\HasNoChildren \Sent \Archive) "/" Sent
		S: * LIST (\HasNoChildren \Trash) "/" Trash
		S: g OK…
		C: h LIST "" Sent RETURN (CHILDREN)
		S: * LIST (\HasNoChildren) "/" Sent
		S: h OK…`)
}

func TestQuota(t *testing.T) {
	srv := imaptest.Config{Quota: imaptest.Quota{Messages: 3}}.NewServer(t, first, second)
	if err := srv.CreateMailbox("Archive"); err != nil {
		t.Fatal(err)
	}
	w := loggedInIMAP(t, srv)
	w.talk("C: s SELECT INBOX" + selected)
	w.talk(`
		C: a GETQUOTA "User quota"
		S: * QUOTA "User quota" (MESSAGE 2 3)
		S: a OK…
		C: b COPY 1:2 Archive
		S: b NO [OVERQUOTA]…
		C: c MOVE 1:2 Archive
		S: * OK [COPYUID…
		S: ⋮
		S: c OK…
		C: d APPEND INBOX {3+}
		C: abc
		S: ⋮
		S: d OK…
		C: e APPEND INBOX {3}
		S: e NO [OVERQUOTA] Quota exceeded (mailbox for user is full).
		C: f SETQUOTA "User quota" (STORAGE 1 MESSAGE 9)
		S: * QUOTA "User quota" (STORAGE 1 1 MESSAGE 3 9)
		S: f OK…
		C: g APPEND INBOX {2000}
		S: g NO [OVERQUOTA]…
		C: h SETQUOTA "User quota" (FOO 1)
		S: h NO [CANNOT]…
		C: i SETQUOTA "User quota" (STORAGE x)
		S: i BAD…
		C: j SETQUOTA nothing ()
		S: j NO…
		C: k SETQUOTA "User quota" ()
		S: * QUOTA "User quota" ()
		S: k OK…`)
	srv.SetQuota(imaptest.Quota{Storage: 7})
	w.talk("C: l GETQUOTAROOT INBOX\nS: * QUOTAROOT INBOX \"User quota\"\nS: * QUOTA \"User quota\" (STORAGE 1 7)\nS: l OK…")
}

// inflated is the client's end of a compressed connection.
type inflated struct {
	net.Conn
	in  io.Reader
	out *flate.Writer
}

func (c *inflated) Read(p []byte) (int, error) { return c.in.Read(p) }

func (c *inflated) Write(p []byte) (int, error) {
	c.out.Write(p)
	return len(p), c.out.Flush()
}

// The transcript has what was said, not what was sent, and DropAfter counts it.
func TestCompress(t *testing.T) {
	srv := imaptest.NewServer(t, "Subject: large\n\n"+strings.Repeat("0123456789\n", 10_000))
	w := loggedInIMAP(t, srv)
	w.talk("C: a COMPRESS DEFLATE\nS: a OK…")
	out, err := flate.NewWriter(w.conn, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	conn := &inflated{w.conn, flate.NewReader(w.r), out}
	w = &wire{t, conn, bufio.NewReader(conn)}
	w.talk("C: s SELECT INBOX" + selected)
	w.talk("C: b COMPRESS DEFLATE\nS: b NO [COMPRESSIONACTIVE]…")
	w.talk("C: c FETCH 1 BODY.PEEK[]\nS: * 1 FETCH (BODY[] {120018}\nS: ⋮\nS: c OK…")
	if got := srv.Transcript(); got[len(got)-1] != "c FETCH 1 BODY.PEEK[]" {
		t.Errorf("transcript %q", got)
	}
	srv.DropAfter(10)
	w.send("d NOOP")
	if rest, _ := io.ReadAll(w.r); len(rest) != 10 {
		t.Errorf("received %q", rest)
	}
}

// What a client may send of a command is bounded.
func TestBounds(t *testing.T) {
	for _, tt := range []struct{ name, command, want string }{
		{"line", "x SEARCH TEXT " + strings.Repeat("a", 1<<20), "x BAD Error in IMAP command SEARCH: Too long argument."},
		{"name", "x " + strings.Repeat("a", 1<<20), "x BAD Error in IMAP command: Too long argument."},
		{"tag", strings.Repeat("a", 1<<20), "* BAD Error in IMAP tag: Too long argument."},
		{"literal", "x SEARCH TEXT {999999}", "x BAD Error in IMAP command SEARCH: Literal size too large."},
		{"literal that does not wait", "x SEARCH TEXT {70000+}\r\n" + strings.Repeat("a", 70_000), "x BAD Error in IMAP command SEARCH: Literal size too large."},
		{"literals", "x SEARCH TEXT {40000+}\r\n" + strings.Repeat("a", 40_000) + " TEXT {40000+}\r\n" + strings.Repeat("a", 40_000), "x BAD Error in IMAP command SEARCH: Literal size too large."},
		{"huge literal", "x SEARCH TEXT {99999999999999999999}", "x BAD Error in IMAP command SEARCH: Literal size too large."},
		{"lists", "x SEARCH " + strings.Repeat("(", 200), "x BAD Error in IMAP command SEARCH: Too many '('."},
		{"message", "x APPEND INBOX {999999999}", "x NO [TOOBIG] Message is too big."},
		{"NUL", "x SEARCH TEXT \"\x00\"", "x BAD Error in IMAP command SEARCH: NULs not allowed in strings."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := loggedInIMAP(t, imaptest.NewServer(t, first))
			w.talk("C: s SELECT INBOX" + selected)
			w.send(tt.command)
			if got := w.receive(); got != tt.want {
				t.Errorf("received %q, want %q", got, tt.want)
			}
			w.talk("C: y NOOP\nS: y OK…")
		})
	}
}

// A client that only sends bad commands is sent away, before the login earlier.
func TestTooManyBadCommands(t *testing.T) {
	srv := imaptest.NewServer(t)
	w := dial(t, srv.IMAPAddr())
	w.talk("S: * OK…\nC: a X\nS: a BAD Error in IMAP command received by server.\nC: b CAPABILITY\nS: * CAPABILITY…\nS: b OK…")
	w.talk("C: c X\nS: c BAD…\nC: d X\nS: d BAD…\nC: e X\nS: * BYE Too many invalid IMAP commands.")
	if !w.closed() {
		t.Error("the connection is open")
	}
	w = loggedInIMAP(t, srv)
	for range 20 {
		w.talk("C: a X\nS: a BAD Error in IMAP command X: Unknown command.")
	}
	w.talk("C: a X\nS: * BYE Too many invalid IMAP commands.")
	if !w.closed() {
		t.Error("the connection is open")
	}
}

// A session whose mailbox is deleted ends, in IDLE too.
func TestDeletedMailbox(t *testing.T) {
	srv := imaptest.NewServer(t)
	if err := srv.CreateMailbox("x"); err != nil {
		t.Fatal(err)
	}
	a, b, c := loggedInIMAP(t, srv), loggedInIMAP(t, srv), loggedInIMAP(t, srv)
	for _, w := range []*wire{a, b} {
		w.talk("C: s SELECT x\nS: ⋮\nS: s OK…")
	}
	b.talk("C: i IDLE\nS: + idling")
	c.talk("C: d DELETE x\nS: d OK…\nC: e CREATE x\nS: e OK…")
	b.talk("S: * BYE Selected mailbox was deleted, have to disconnect.")
	a.talk("C: n NOOP\nS: * BYE Selected mailbox was deleted, have to disconnect.")
	if !a.closed() || !b.closed() {
		t.Error("a connection is open")
	}
	c.talk("C: s SELECT x\nS: ⋮\nS: * OK [UIDVALIDITY 3]…\nS: ⋮\nS: s OK…")
}
