package imapcompat_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// structures is testdata/structure.json: what PHP 8.2's functions returned, over
// IMAP of a server that says of its message just the BODYSTRUCTURE given, and
// over POP3 of imaptest's server with just that message.
type structures struct {
	IMAP []struct {
		BodyStructure string
		Structure     json.RawMessage // imap_fetchstructure
	}
	POP3 []struct {
		Message   string
		Structure json.RawMessage
		Parts     map[string]struct { // by section
			BodyStruct json.RawMessage // imap_bodystruct
			MIME       string          // imap_fetchmime
			Text       string          // what imap_savebody wrote
		}
	}
}

func readStructures(t *testing.T) (g structures) {
	t.Helper()
	text, err := os.ReadFile("testdata/structure.json")
	must(t, err)
	must(t, json.Unmarshal(text, &g))
	if len(g.IMAP) == 0 || len(g.POP3) == 0 {
		t.Fatal("no cases")
	}
	return g
}

// sameJSON compares the JSON of a result with PHP's.
func sameJSON(t *testing.T, what string, got any, php json.RawMessage) {
	t.Helper()
	text, err := json.Marshal(got)
	must(t, err)
	var want bytes.Buffer
	json.HTMLEscape(&want, php) // as json.Marshal does
	if string(text) != want.String() {
		t.Errorf("%s:\ngot %s\nPHP %s", what, text, want.String())
	}
}

// structureServer is an IMAP server with a message of which it says just that.
func structureServer(t *testing.T, bodyStructure string) (name string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answerStructure(conn, bodyStructure)
		}
	}()
	return fmt.Sprintf("{127.0.0.1:%d/imap/notls}INBOX", l.Addr().(*net.TCPAddr).Port)
}

func answerStructure(conn net.Conn, bodyStructure string) {
	defer conn.Close()
	fmt.Fprint(conn, "* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n")
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		tag, command, _ := strings.Cut(lines.Text(), " ")
		switch verb, _, _ := strings.Cut(command, " "); verb {
		case "SELECT":
			fmt.Fprint(conn, "* 1 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 2] ok\r\n")
		case "FETCH":
			fmt.Fprintf(conn, "* 1 FETCH (UID 1 BODYSTRUCTURE %s)\r\n", bodyStructure)
		case "LOGOUT":
			fmt.Fprint(conn, "* BYE\r\n")
		}
		fmt.Fprintf(conn, "%s OK done\r\n", tag)
	}
}

// What an IMAP server may say of a message, and what PHP makes of it.
func TestStructureOfServer(t *testing.T) {
	for _, test := range readStructures(t).IMAP {
		mbox, err := imapcompat.Open(structureServer(t, test.BodyStructure), "ada", "secret")
		must(t, err)
		s, err := mbox.FetchStructure(1)
		must(t, err)
		sameJSON(t, test.BodyStructure, s, test.Structure)
		must(t, mbox.Close())
	}
}

// What c-client reads in a message, and what it saves of its parts.
func TestStructureOverPOP3(t *testing.T) {
	for _, test := range readStructures(t).POP3 {
		srv := imaptest.NewServer(t, test.Message)
		mbox := open(t, srv, srv.POP3())
		s, err := mbox.FetchStructure(1, imapcompat.FT_UID)
		must(t, err)
		sameJSON(t, test.Message, s, test.Structure)
		for section, want := range test.Parts {
			part, err := mbox.BodyStruct(1, section)
			must(t, err)
			sameJSON(t, test.Message+section, part, want.BodyStruct)
			if mime, err := mbox.FetchMIME(1, section); err != nil || mime != want.MIME {
				t.Errorf("MIME header of %s of %q: %q, %v, want %q", section, test.Message, mime, err, want.MIME)
			}
		}
	}
}

// The texts of the parts are the same over both protocols, and reading them
// with FT_PEEK changes nothing.
func TestPartTexts(t *testing.T) {
	for _, test := range readStructures(t).POP3 {
		both(t, []string{test.Message}, func(t *testing.T, srv *imaptest.Server, name string) {
			mbox := open(t, srv, name)
			for _, section := range slices.Sorted(maps.Keys(test.Parts)) {
				want := test.Parts[section]
				mime, err := mbox.FetchMIME(1, section, imapcompat.FT_PEEK)
				must(t, err)
				if strings.Contains(name, "/imap") && len(test.Parts) == 1 {
					mime = "" // the server's notion of the message's own MIME header
				}
				if strings.TrimRight(mime, "\r\n") != strings.TrimRight(want.MIME, "\r\n") {
					t.Errorf("MIME header of %s of %q: %q, want %q", section, test.Message, mime, want.MIME)
				}
				if text, err := save(mbox, 1, section, imapcompat.FT_PEEK); err != nil || text != want.Text {
					t.Errorf("%s of %q: %q, %v, want %q", section, test.Message, text, err, want.Text)
				}
			}
			if seen(t, mbox) {
				t.Error("the message is read")
			}
		})
	}
}

func save(mbox *imapcompat.Connection, num int, section string, flags ...imapcompat.FetchFlag) (string, error) {
	var b strings.Builder
	err := mbox.SaveBody(&b, num, section, flags...)
	return b.String(), err
}

func seen(t *testing.T, mbox *imapcompat.Connection) bool {
	t.Helper()
	list, err := mbox.FetchOverview("1")
	must(t, err)
	return list[0].Seen
}

// What sets \Seen; as PHP has it, see conformance.
func TestStructureMarks(t *testing.T) {
	message := readStructures(t).POP3[2].Message
	for _, test := range []struct {
		name string
		call func(mbox *imapcompat.Connection) error
		seen bool
	}{
		{"FetchStructure", func(mbox *imapcompat.Connection) error { _, err := mbox.FetchStructure(1); return err }, false},
		{"BodyStruct", func(mbox *imapcompat.Connection) error { _, err := mbox.BodyStruct(1, "1"); return err }, false},
		{"FetchMIME", func(mbox *imapcompat.Connection) error { _, err := mbox.FetchMIME(1, "1"); return err }, true},
		{"FetchMIME of no part", func(mbox *imapcompat.Connection) error { _, err := mbox.FetchMIME(1, "9"); return err }, false},
		{"FetchMIME of everything", func(mbox *imapcompat.Connection) error { _, err := mbox.FetchMIME(1, ""); return err }, false},
		{"SaveBody", func(mbox *imapcompat.Connection) error { return mbox.SaveBody(io.Discard, 1, "") }, true},
		{"SaveBody of a part", func(mbox *imapcompat.Connection) error { return mbox.SaveBody(io.Discard, 1, "1.2") }, true},
		{"SaveBody of no part", func(mbox *imapcompat.Connection) error { return mbox.SaveBody(io.Discard, 1, "9") }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			both(t, []string{message}, func(t *testing.T, srv *imaptest.Server, name string) {
				mbox := open(t, srv, name)
				must(t, test.call(mbox))
				if got := seen(t, mbox); got != test.seen {
					t.Errorf("read: %v", got)
				}
			})
		})
	}
}

func TestStructureErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		mbox.Errors() // of the login in the clear
		for _, test := range []struct {
			call func() error
			kind error
			text string
		}{
			{func() error { _, err := mbox.FetchStructure(0, 64); return err }, imapcompat.ErrInvalidArgument,
				"imap_fetchstructure(): Argument #2 ($message_num) must be greater than 0"},
			{func() error { _, err := mbox.FetchStructure(9, imapcompat.FT_PEEK); return err }, imapcompat.ErrInvalidArgument,
				"imap_fetchstructure(): Argument #3 ($flags) must be FT_UID or 0"},
			{func() error { _, err := mbox.FetchStructure(9); return err }, imapcompat.ErrBadMessageNumber,
				"imap_fetchstructure(): Bad message number"},
			{func() error { _, err := mbox.FetchStructure(999, imapcompat.FT_UID); return err }, imapcompat.ErrBadMessageNumber,
				"imap_fetchstructure(): UID does not exist"},
			{func() error { _, err := mbox.BodyStruct(0, "1"); return err }, imapcompat.ErrInvalidArgument,
				"imap_bodystruct(): Argument #2 ($message_num) must be greater than 0"},
			{func() error { _, err := mbox.BodyStruct(9, "1"); return err }, imapcompat.ErrBadMessageNumber,
				"imap_bodystruct(): Bad message number"},
			{func() error { _, err := mbox.BodyStruct(1, "1.1"); return err }, imapcompat.ErrNoSuchPart,
				`imap_bodystruct(): The message has no part "1.1"`},
			{func() error { _, err := mbox.BodyStruct(1, ""); return err }, imapcompat.ErrNoSuchPart,
				`imap_bodystruct(): The message has no part ""`},
			{func() error { _, err := mbox.FetchMIME(0, "1", 64); return err }, imapcompat.ErrInvalidArgument,
				"imap_fetchmime(): Argument #2 ($message_num) must be greater than 0"},
			{func() error { _, err := mbox.FetchMIME(1, "1", 64); return err }, imapcompat.ErrInvalidArgument,
				"imap_fetchmime(): Argument #4 ($flags) must be a bitmask of FT_UID, FT_PEEK, and FT_INTERNAL"},
			{func() error { _, err := save(mbox, 0, "", 64); return err }, imapcompat.ErrInvalidArgument,
				"imap_savebody(): Argument #3 ($message_num) must be greater than 0"},
			{func() error { _, err := save(mbox, 9, "", 64); return err }, imapcompat.ErrInvalidArgument,
				"imap_savebody(): Argument #5 ($flags) must be a bitmask of FT_UID, FT_PEEK, and FT_INTERNAL"},
			{func() error { _, err := save(mbox, 9, ""); return err }, imapcompat.ErrBadMessageNumber,
				"imap_savebody(): Bad message number"},
			{func() error { _, err := save(mbox, 999, "", imapcompat.FT_UID); return err }, imapcompat.ErrBadMessageNumber,
				"imap_savebody(): UID does not exist"},
			{func() error { return mbox.SaveBody(fullDisk{}, 1, "") }, errDiskFull,
				"imap_savebody(): Failed to write to stream: disk full"},
		} {
			err := test.call()
			if !errors.Is(err, test.kind) || err.Error() != test.text {
				t.Errorf("got %v, want %s", err, test.text)
			}
		}
		if list := mbox.Errors(); len(list) > 0 {
			t.Errorf("on the list of errors: %q", list)
		}
		srv.DropConnections()
		_, err := mbox.FetchStructure(2)
		if !errors.Is(err, imapcompat.ErrConnectionLost) || !strings.HasPrefix(err.Error(), "imap_fetchstructure(): No body information available: ") {
			t.Errorf("on a lost connection: %v", err)
		}
		classed(t, err, imapcompat.ClassWarning)
	})
}

var errDiskFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errDiskFull }

// On POP3 a writer that fails early in a large message costs the connection, and
// the error says so. Nothing is deleted then.
func TestSaveBodyDropsPOP3(t *testing.T) {
	srv := imaptest.NewServer(t, "Subject: large\r\n\r\n"+strings.Repeat("0123456789\r\n", 400_000), "Subject: 2\r\n\r\n")
	mbox := open(t, srv, srv.POP3())
	must(t, mbox.Delete("2"))
	must(t, mbox.Expunge())
	err := mbox.SaveBody(fullDisk{}, 1, "")
	refused(t, err, imapcompat.ErrConnectionLost, "Failed to write to stream: disk full")
	if !errors.Is(err, errDiskFull) || !strings.Contains(err.Error(), "too much is left of a message") {
		t.Errorf("got %v", err)
	}
	if err := mbox.Ping(); !errors.Is(err, imapcompat.ErrConnectionLost) {
		t.Errorf("got %v", err)
	}
	if got := stored(srv); got != "large 2" {
		t.Errorf("the server has %q", got)
	}
}

// A text of any size passes over IMAP as it comes: it is not held in memory, and
// WithMaxMessageSize does not bound it.
func TestSaveBodyPasses(t *testing.T) {
	for _, size := range []int{0, 1, 10_000, 5_000_067} {
		body := strings.Repeat("0123456789abcdef", size/16+1)[:size]
		srv := imaptest.NewServer(t, "Subject: large\r\n\r\n"+body)
		mbox := open(t, srv, srv.IMAP(), imapcompat.WithMaxMessageSize(1000))
		var w pieces
		must(t, mbox.SaveBody(&w, 1, "1"))
		if w.String() != body {
			t.Errorf("%d octets: got %d, or others", size, w.Len())
		}
		if w.largest > 64<<10 {
			t.Errorf("%d octets at once", w.largest)
		}
		if !seen(t, mbox) {
			t.Error("the message is not read")
		}
		if _, err := mbox.FetchBody(1, "1"); size > 1000 && !errors.Is(err, imapcompat.ErrTooLarge) {
			t.Errorf("FetchBody: %v", err)
		}
		must(t, mbox.Ping())
	}
}

// pieces is a buffer that knows how much was written at once.
type pieces struct {
	strings.Builder
	largest int
}

func (p *pieces) Write(b []byte) (int, error) {
	p.largest = max(p.largest, len(b))
	return p.Builder.Write(b)
}
