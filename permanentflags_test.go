package imapcompat_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestPermanentFlags(t *testing.T) {
	system := []string{`\Answered`, `\Deleted`, `\Draft`, `\Flagged`, `\Seen`}
	keeping := imaptest.NewServer(t, texts(1)...)
	without := imaptest.Config{Without: []string{"KEYWORDS"}}.NewServer(t, texts(1)...)
	for _, test := range []struct {
		name, mailbox string
		opts          []imapcompat.Option
		flags         []string
		any           bool
		lost          int // of \Seen and Imported, how many the caller is told of
	}{
		{"all", keeping.IMAP(), nil, system, true, 0},
		{"no keywords", without.IMAP(), nil, system, false, 1},
		{"read-only", keeping.IMAP(), []imapcompat.Option{imapcompat.OP_READONLY}, nil, false, 2},
		{"POP3", keeping.POP3(), nil, nil, false, 0},
		{"half open", keeping.IMAP(), []imapcompat.Option{imapcompat.OP_HALFOPEN}, nil, false, 0},
		{"not said", permanent(t, "* OK hi"), nil, system, true, 0},
		{"none", permanent(t, "* OK [PERMANENTFLAGS ()] none"), nil, nil, false, 2},
		{"brackets and a wildcard", permanent(t, `* OK [PERMANENTFLAGS (\seen OIB-Seen-[Gmail]/Sent \*)] x`), nil, []string{"OIB-Seen-[Gmail]/Sent", `\seen`}, true, 0},
		{"that one keyword", permanent(t, `* OK [PERMANENTFLAGS (\Seen IMPORTED)] x`), nil, []string{"IMPORTED", `\Seen`}, false, 0},
		{"no parentheses", permanent(t, `* OK [PERMANENTFLAGS] x`), nil, nil, false, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			var odd []string
			opts := append(test.opts, imapcompat.WithNotify(func(n backend.Notice) {
				if n.Kind == backend.NoticeOdd {
					odd = append(odd, n.Text)
				}
			}))
			mbox, err := imapcompat.Open(test.mailbox, "user", "password", opts...)
			must(t, err)
			defer mbox.Close()
			kept, err := mbox.PermanentFlags()
			must(t, err)
			slices.Sort(kept.Flags)
			if !slices.Equal(kept.Flags, test.flags) || kept.AnyKeyword != test.any {
				t.Errorf("got %+v, want %q, %v", kept, test.flags, test.any)
			}
			mbox.Errors()
			for range 3 { // the caller is told once
				mbox.SetFlagFull("1", `\Seen Imported`)
			}
			if len(odd) != test.lost {
				t.Errorf("told %q", odd)
			}
			if list := mbox.Errors(); slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, "does not keep") }) {
				t.Errorf("imap_errors has %q", list)
			}
			must(t, mbox.Close())
			if _, err := mbox.PermanentFlags(); !errors.Is(err, imapcompat.ErrClosed) {
				t.Error(err)
			}
		})
	}
	if flags := without.Messages("INBOX")[0].Flags; !slices.Equal(flags, []string{`\Seen`}) {
		t.Errorf("kept %q", flags)
	}
}

// Of no more flags than 1,000 is it told that they are lost.
func TestManyLostFlags(t *testing.T) {
	told := 0
	mbox, err := imapcompat.Open(permanent(t, "* OK [PERMANENTFLAGS ()] none"), "user", "password", imapcompat.WithNotify(func(n backend.Notice) {
		if n.Kind == backend.NoticeOdd {
			told++
		}
	}))
	must(t, err)
	defer mbox.Close()
	for range 2 {
		var flags strings.Builder
		for i := range 1001 {
			fmt.Fprintf(&flags, "k%d ", i)
		}
		must(t, mbox.SetFlagFull("1", flags.String()))
	}
	if told != 1000 {
		t.Errorf("told of %d", told)
	}
}

// permanent is a server whose SELECT has a line.
func permanent(t *testing.T, line string) (mailbox string) {
	t.Helper()
	addr := listen(t, func(conn net.Conn) {
		io.WriteString(conn, "* OK [CAPABILITY IMAP4rev1] hi\r\n")
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			tag, command, _ := strings.Cut(lines.Text(), " ")
			if strings.HasPrefix(command, "SELECT") {
				io.WriteString(conn, "* 1 EXISTS\r\n"+line+"\r\n")
			}
			io.WriteString(conn, tag+" OK [CAPABILITY IMAP4rev1] done\r\n")
		}
	})
	return "{" + addr + "/notls}INBOX"
}
