package imapbridge_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// checkFailure checks an error's kind and what it says.
func checkFailure(t *testing.T, err, kind error, text string) {
	t.Helper()
	if !errors.Is(err, kind) || !strings.Contains(fmt.Sprint(err), text) {
		t.Errorf("got %v, want %q (%v)", err, text, kind)
	}
}

func TestAppend(t *testing.T) {
	msg := backend.NewMessage{Text: "a: b\r\n\r\ntext\r\n", Flags: []string{`\Seen`, "work"}, InternalDate: "17-Jul-1996 02:44:25 -0700"}
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
			err := s.Append(ctx, `a "b"`, msg)
			if test.kind != nil {
				checkFailure(t, err, test.kind, test.text)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// After a refusal the session goes on.
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
	checkFailure(t, s.Append(ctx, "Nope", backend.NewMessage{Text: "x"}), backend.ErrRefused, "[TRYCREATE] no")
	if err := s.Append(ctx, "INBOX", backend.NewMessage{Text: "x"}); err != nil {
		t.Error(err)
	}
	if err := s.Poll(ctx); err != nil {
		t.Error(err)
	}
}

// What cannot be sent is refused before anything is.
func TestHostileMailboxes(t *testing.T) {
	s, _ := open(t, "")
	for _, name := range []string{"a\r\nb", "a\x00b", "\xe4", "ä", "&", "&AGEAYg-", "a\nT LOGOUT"} {
		for what, err := range map[string]error{
			"create":      s.CreateMailbox(ctx, name),
			"delete":      s.DeleteMailbox(ctx, name),
			"rename":      s.RenameMailbox(ctx, name, "x"),
			"rename to":   s.RenameMailbox(ctx, "x", name),
			"subscribe":   s.Subscribe(ctx, name),
			"unsubscribe": s.Unsubscribe(ctx, name),
			"append":      s.Append(ctx, name, backend.NewMessage{Text: "x"}),
			"copy":        s.Copy(ctx, numbers(backend.Range{First: 1, Last: 1}), name),
		} {
			if !errors.Is(err, backend.ErrInvalidArgument) {
				t.Errorf("%s %q: %v", what, name, err)
			}
		}
	}
	for _, msg := range []backend.NewMessage{
		{Flags: []string{""}}, {Flags: []string{"a b"}}, {Flags: []string{"a\r\nb"}}, {Flags: []string{`\`}}, {Flags: []string{"(a)"}},
		{InternalDate: "17-Jul-1996\r\n"}, {InternalDate: "\xe4"},
	} {
		if err := s.Append(ctx, "INBOX", msg); !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("append %q: %v", msg, err)
		}
	}
}

// every second message of 2 to 2n.
func everySecond(n int) (set backend.Set) {
	for i := 1; i <= n; i++ {
		set.Ranges = append(set.Ranges, backend.Range{First: 2 * i, Last: 2 * i})
	}
	return set
}

func sequence(set backend.Set, shift int) string {
	var list []string
	for _, r := range set.Ranges {
		list = append(list, fmt.Sprint(r.First-shift))
	}
	return strings.Join(list, ",")
}

// A large set takes more than one command, and an expunge during one shifts the
// numbers of the next.
func TestCopyInParts(t *testing.T) {
	set := everySecond(310)
	first, second := backend.Set{Ranges: set.Ranges[:300]}, backend.Set{Ranges: set.Ranges[300:]}
	start := `S: * 1000 EXISTS
		C: T COPY ` + sequence(first, 0) + ` "Box"
		S: * 3 EXPUNGE
		S: T OK done
		C: T COPY ` + sequence(second, 1) + ` "Box"
		`
	for _, test := range []struct {
		name, end string
		kind      error
		text      string
	}{
		{"done", "S: T OK done", nil, ""},
		{"refused", "S: T NO [OVERQUOTA] full", backend.ErrRefused, "[OVERQUOTA] full: some messages had been copied"},
		{"lost", "S: !", backend.ErrConnectionLost, "some messages had been copied, and others may have been"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := open(t, "C: T NOOP\n"+strings.Replace(start, "EXISTS", "EXISTS\nS: T OK done", 1)+test.end)
			if err := s.Poll(ctx); err != nil {
				t.Fatal(err)
			}
			err := s.Copy(ctx, set, "Box")
			if test.kind != nil {
				checkFailure(t, err, test.kind, test.text)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCopyLost(t *testing.T) {
	s, _ := open(t, "C: T COPY 1 \"Box\"\nS: !")
	err := s.Copy(ctx, numbers(backend.Range{First: 1, Last: 1}), "Box")
	checkFailure(t, err, backend.ErrConnectionLost, "the messages may have been copied or not")

	// Nothing was sent of what comes after that.
	const lost = "[CLOSED] IMAP connection lost"
	for _, err := range []error{
		s.Copy(ctx, numbers(backend.Range{First: 1, Last: 1}), "Box"),
		s.Append(ctx, "INBOX", backend.NewMessage{Text: "x"}),
		s.CreateMailbox(ctx, "Box"),
	} {
		if !errors.Is(err, backend.ErrConnectionLost) || err.Error() != lost {
			t.Errorf("got %v, want %s", err, lost)
		}
	}
}
