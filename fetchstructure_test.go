package imapcompat_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
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
	return "{" + listen(t, func(conn net.Conn) { answerStructure(conn, bodyStructure) }) + "/imap/notls}INBOX"
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

// A lost connection has PHP's text and the cause.
func TestFetchStructureLost(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		srv.DropConnections()
		_, err := mbox.FetchStructure(2)
		if !errors.Is(err, imapcompat.ErrConnectionLost) || !strings.HasPrefix(err.Error(), "imap_fetchstructure(): No body information available: ") {
			t.Errorf("on a lost connection: %v", err)
		}
		classed(t, err, imapcompat.ClassWarning)
	})
}

func TestFetchStructureErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := mbox.FetchStructure(0, 64); return err }, "imap_fetchstructure(): Argument #2 ($message_num) must be greater than 0", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.FetchStructure(9, imapcompat.FT_PEEK); return err }, "imap_fetchstructure(): Argument #3 ($flags) must be FT_UID or 0", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.FetchStructure(9); return err }, "imap_fetchstructure(): Bad message number", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := mbox.FetchStructure(999, imapcompat.FT_UID); return err }, "imap_fetchstructure(): UID does not exist", imapcompat.ErrBadMessageNumber},
		})
	})
}

func TestFetchStructureMarks(t *testing.T) {
	checkMarks(t, []marking{
		{"FetchStructure", func(mbox *imapcompat.Connection) error { _, err := mbox.FetchStructure(1); return err }, false},
	})
}

func TestParameterList(t *testing.T) {
	list := imapcompat.ParameterList{{Attribute: "CHARSET", Value: "utf-8"}, {Attribute: "Name", Value: "a"}, {Attribute: "NAME", Value: "b"}}
	if list.First().Value != "utf-8" || list.Get("name") != "a" || list.Get("nam") != "" {
		t.Error(list.First(), list.Get("name"), list.Get("nam"))
	}
	list = nil
	if list.First() != (imapcompat.Parameter{}) || list.Get("name") != "" {
		t.Error("an empty list has parameters")
	}
}
