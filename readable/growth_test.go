package readable_test

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/growth"
	"github.com/imapcompat/imapcompat/readable"
)

// What strangers send costs no more than linear memory.
func TestMessageGrowth(t *testing.T) {
	const notice = "Return-Path: <>\nFrom: MAILER-DAEMON@example.net\n"
	words := func(line string) func(n int) {
		return func(n int) {
			text := "The following addresses had permanent fatal errors\n" + strings.Repeat(line, n/len(line))
			classify(t, report("X", notice, text, ""))
		}
	}
	status := func(line string) func(n int) {
		return func(n int) { classify(t, report("DELIVERY-STATUS", notice, "", strings.Repeat(line, n/len(line)))) }
	}
	text := func(line string) func(n int) {
		return func(n int) {
			msg, err := readable.Open(partMailbox(imapcompat.TYPETEXT, "PLAIN", strings.Repeat(line, n/len(line))), 1)
			must(t, err)
			_, _, err = msg.Text()
			must(t, err)
			for file, err := range msg.Attachments() {
				must(t, err)
				if file.SafeName == "" {
					t.Error("no name")
				}
			}
		}
	}
	for name, call := range map[string]func(n int){
		"one recipient":   words("<ann@example.org>: no\n"),
		"brackets":        words("<<<<<"),
		"words":           words("no such thing\n"),
		"fields":          status("Action: failed\n"),
		"groups":          status("Final-Recipient: rfc822; ann@example.org\nDiagnostic-Code: smtp; no\n\n"),
		"folded field":    status("x:\n y\n"),
		"uuencode":        text("begin 644 a\n"),
		"uuencode inside": text("begin 644 a\n#0V%T\n"),
		"PGP":             text("-----BEGIN PGP SIGNED MESSAGE-----\n\n"),
		"PGP signatures":  text("-----BEGIN PGP SIGNATURE-----\n-----END PGP SIGNATURE-----\n"),
		"calendar": func(n int) {
			classify(t, partMailbox(imapcompat.TYPETEXT, "CALENDAR", "METHOD:X\n"+strings.Repeat("BEGIN:VEVENT\n", n/13)))
		},
		"calendar, folded": func(n int) {
			classify(t, partMailbox(imapcompat.TYPETEXT, "CALENDAR", "METHOD:X\n"+strings.Repeat(" y\n", n/3)))
		},
		"digits left over": func(n int) {
			readable.Header("=?utf-8?B?A" + strings.Repeat("!", n/2) + "?=" + strings.Repeat(" =?utf-8?B?!?=", n/28))
		},
		"header": func(n int) {
			classify(t, report("X", strings.Repeat("List-Unsubscribe: <mailto:a@example.org>\n", n/40), "", ""))
		},
		"parts": func(n int) {
			box := partMailbox(imapcompat.TYPETEXT, "HTML", "x")
			structure := &imapcompat.Structure{Type: imapcompat.TYPEMULTIPART, Subtype: "ALTERNATIVE"}
			for range n / 100 {
				structure.Parts = append(structure.Parts, &imapcompat.Structure{Type: imapcompat.TYPETEXT, Subtype: "PLAIN"})
			}
			box.structure = structure
			msg, err := readable.Open(box, 1)
			must(t, err)
			_, _, err = msg.Text()
			must(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := growth.Linear(60_000, call); err != nil {
				t.Error(err)
			}
		})
	}
}

// A file passes through in constant memory, also out of a container.
func TestFilesInConstantMemory(t *testing.T) {
	const size = 1 << 24
	content := strings.Repeat("x", size)
	for name, box := range map[string]*fakeMailbox{
		"plain": partMailbox(imapcompat.TYPEIMAGE, "PNG", content),
		"winmail.dat": tnefStructure(slices.Concat(winmail(),
			tnefAttribute(2, 0x00069002, make([]byte, 14)), tnefAttribute(2, 0x0006800f, []byte(content)))),
		"uuencode": partMailbox(imapcompat.TYPETEXT, "PLAIN", "begin 644 a\n"+strings.Repeat("M"+strings.Repeat("A", 60)+"\n", size/62)+"`\nend\n"),
	} {
		t.Run(name, func(t *testing.T) {
			msg, err := readable.Open(box, 1)
			must(t, err)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			written := int64(0)
			for file, err := range msg.Attachments() {
				must(t, err)
				n, err := file.WriteTo(io.Discard)
				must(t, err)
				written += n
			}
			runtime.ReadMemStats(&after)
			if allocated := after.TotalAlloc - before.TotalAlloc; written < size/2 || name != "uuencode" && allocated > size/4 {
				t.Errorf("%d octets allocated for files of %d", allocated, written)
			}
		})
	}
}

// With FT_UID the number is a UID. Without FT_PEEK reading sets \Seen, as imap_fetchbody does.
func TestOpenFlags(t *testing.T) {
	for _, peek := range []bool{true, false} {
		srv := imaptest.NewServer(t, "Subject: one\n\nfirst\n", "Subject: two\n\nsecond\n")
		must(t, srv.Remove("INBOX", 1))
		mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
		must(t, err)
		defer mbox.Close()
		flags := []imapcompat.FetchFlag{imapcompat.FT_UID}
		if peek {
			flags = append(flags, imapcompat.FT_PEEK)
		}
		msg, err := readable.Open(mbox, 2, flags...)
		must(t, err)
		if text, _, err := msg.Text(); text != "second" || err != nil {
			t.Errorf("text %q, %v", text, err)
		}
		list, err := mbox.FetchOverview("1")
		must(t, err)
		if got := fmt.Sprint(list[0].Seen); got != fmt.Sprint(!peek) {
			t.Errorf("peek %v: seen %s", peek, got)
		}
	}
}
