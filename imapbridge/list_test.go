package imapbridge_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

func TestList(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"several, in order", `
			C: T LIST "a." "%"
			S: * LIST (\HasNoChildren \X-new) "." a.z
			S: * LIST (\Noselect) "." a.b
			S: * LIST () "." a.z
			S: T OK done`,
			`[{"a.z" "." ["\\HasNoChildren" "\\X-new"]} {"a.b" "." ["\\Noselect"]} {"a.z" "." []}]`},
		{"quoted", `
			C: T LIST "a." "%"
			S: * LIST () "\\" "a \"b\" \\c (d)"
			S: T OK done`,
			`[{"a \"b\" \\c (d)" "\\" []}]`},
		{"literal", `
			C: T LIST "a." "%"
			S: * LIST () "/" {7}\na "b\nc
			S: * list (\A) {1}\n/ x
			S: T OK done`,
			`[{"a \"b\r\nc" "/" []} {"x" "/" ["\\A"]}]`},
		{"no hierarchy", `
			C: T LIST "a." "%"
			S: * LIST (\Noinferiors) NIL INBOX
			S: * LIST () nil "x"
			S: T OK done`,
			`[{"INBOX" "" ["\\Noinferiors"]} {"x" "" []}]`},
		{"odd names", `
			C: T LIST "a." "%"
			S: * LIST () "/" [Gmail]/&AOQ-
			S: * LIST () "/" a{b}c
			S: * LIST () "/" ä
			S: * LIST () "/" ""
			S: * LIST () "/" new ("OLDNAME" ("old"))
			S: T OK done`,
			`[{"[Gmail]/&AOQ-" "/" []} {"a{b}c" "/" []} {"ä" "/" []} {"" "/" []} {"new" "/" []}]`},
		{"with news", `
			C: T LIST "a." "%"
			S: * 12 EXISTS
			S: * LSUB () "/" other
			S: * LIST () "/" x
			S: * QUOTAROOT nonsense (
			S: T OK done`,
			`[{"x" "/" []}]`},
		{"none", `
			C: T LIST "a." "%"
			S: T OK done`, `[]`},
		{"refused", `
			C: T LIST "a." "%"
			S: * LIST () "/" x
			S: T NO [CANNOT] no`, "[CANNOT] no"},
		{"does not parse", `
			C: T LIST "a." "%"
			S: * LIST "/" x
			S: * LIST () "/" y
			S: T OK done`, `[{"y" "/" []}]`},
		{"without a name", `
			C: T LIST "a." "%"
			S: * LIST () "/"
			S: T OK done`, `[]`},
		{"a backslash that is not escaped", `
			C: T LIST "a." "%"
			S: * LIST (\Noselect) "\" "a b"
			S: * LIST () "\" c
			S: * LIST () "\\" d
			S: T OK done`, `[{"a b" "\\" ["\\Noselect"]} {"c" "\\" []} {"d" "\\" []}]`},
		{"lost", `
			C: T LIST "a." "%"
			S: * LIST () "/" x
			S: !`, `[CLOSED] IMAP connection broken (server response)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := open(t, test.script)
			list, err := s.List(ctx, "a.", "%")
			got := fmt.Sprintf("%q", list)
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestListSubscribed(t *testing.T) {
	s, _ := open(t, `
		C: T LSUB "" "a \"b\" \\*"
		S: * LIST () "/" other
		S: * LSUB (\Noselect) "/" x
		S: T OK done`)
	list, err := s.ListSubscribed(ctx, "", `a "b" \*`)
	if got, want := fmt.Sprintf("%q %v", list, err), `[{"x" "/" ["\\Noselect"]}] <nil>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// SCAN is sent where a server has it, and answered as LIST.
func TestScan(t *testing.T) {
	s, _ := open(t, "")
	_, err := s.Scan(ctx, "", "*", "text")
	checkFailure(t, err, backend.ErrNotSupported, "Scan not valid on this IMAP server")

	n := &notices{}
	server := serve(t, `
		S: * PREAUTH [CAPABILITY IMAP4rev1 SCAN] hello
		C: T SCAN "" "*" "a text"
		S: * LIST () "/" x
		S: T OK done`)
	s, err = imapbridge.Open(ctx, server.config(n))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Abort() })
	list, err := s.Scan(ctx, "", "*", "a text")
	if got, want := fmt.Sprintf("%q %v", list, err), `[{"x" "/" []}] <nil>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHostileList(t *testing.T) {
	s, _ := open(t, "")
	for _, text := range []string{"a\r\nb", "\x00", "ä", "\x7f"} {
		for _, list := range []func() ([]backend.ListedMailbox, error){
			func() ([]backend.ListedMailbox, error) { return s.List(ctx, text, "*") },
			func() ([]backend.ListedMailbox, error) { return s.List(ctx, "", text) },
			func() ([]backend.ListedMailbox, error) { return s.ListSubscribed(ctx, text, text) },
		} {
			if _, err := list(); !errors.Is(err, backend.ErrInvalidArgument) {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
}
