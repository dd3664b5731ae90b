package conformance

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
)

const (
	imapRef = "{127.0.0.1:@IMAP/imap/notls}"
	pop3Ref = "{127.0.0.1:@POP3/pop3/notls}"
)

// everyMailbox returns the mailboxes of a user who manages them.
func everyMailbox() []mailbox {
	return []mailbox{five("S", "T", "FRa"), named("Archive", five()), {name: "A.B.C"}, {name: "&AOQ-"}}
}

// looking returns steps that show the server's state in another session: its mailboxes, and the
// messages of some.
func looking(boxes ...string) []step {
	list := []step{
		elsewhere{do("imap_list", imapRef, "*")}, elsewhere{do("imap_lsub", imapRef, "*")},
	}
	for _, box := range boxes {
		list = append(list, look(box))
	}
	return list
}

func managing() []step {
	return []step{
		do("imap_createmailbox", imapRef+"New"), do("imap_createmailbox", imapRef+"New"), do("imap_createmailbox", imapRef+"New.er"),
		do("imap_createmailbox", imapRef+"INBOX"), do("imap_createmailbox", "INBOX"), do("imap_createmailbox", "inbox"),
		do("imap_createmailbox", "New"), do("imap_createmailbox", imapRef), do("imap_createmailbox", imapRef+"a\r\nb"),
		do("imap_createmailbox", imapRef+"\xe4"), do("imap_createmailbox", imapRef+"a&b"), do("imap_createmailbox", imapRef+"a&!-"),
		do("imap_createmailbox", imapRef+"a&b!"), do("imap_createmailbox", imapRef+"&-&APw-"), do("imap_createmailbox", imapRef+"tab&AAk-"),
		do("imap_createmailbox", imapRef+`a"b`), do("imap_createmailbox", imapRef+"&//0-"),
		do("imap_createmailbox", imapRef+"with space (and) 100%* {3}"), do("imap_createmailbox", imapRef+`back\slash`),
		do("imap_createmailbox", "{bad"), do("imap_createmailbox", "{}x"), do("imap_createmailbox", ""),
		do("imap_createmailbox", "{elsewhere.example/imap}Other"), do("imap_createmailbox", "{elsewhere.example/pop3}INBOX"),
		do("imap_createmailbox", imapRef+strings.Repeat("x", 256)), do("imap_createmailbox", imapRef+strings.Repeat("x", 800)),
		do("imap_createmailbox", strings.Repeat("x", 800)), do("imap_createmailbox", pop3Ref+"INBOX"), do("imap_createmailbox", pop3Ref+"x"),

		do("imap_renamemailbox", imapRef+"New", imapRef+"Newer"), do("imap_renamemailbox", imapRef+"New", imapRef+"Newest"),
		do("imap_renamemailbox", imapRef+"Newer", imapRef+"Archive"), do("imap_renamemailbox", imapRef+"Newer", "Newest"),
		do("imap_renamemailbox", imapRef+"Newer", imapRef+"\xe4"), do("imap_renamemailbox", imapRef+"Newer", imapRef+"a&b"),
		do("imap_renamemailbox", imapRef+"a\r\nb", imapRef+"\xe4"), do("imap_renamemailbox", "Newer", imapRef+"Newest"),
		do("imap_renamemailbox", "{bad", imapRef+"Newest"), do("imap_renamemailbox", imapRef+"Newer", "{bad"),
		do("imap_renamemailbox", imapRef+"Newer", "{elsewhere.example/imap}Moved"), do("imap_renamemailbox", imapRef+"Moved", pop3Ref+"INBOX"),
		do("imap_renamemailbox", pop3Ref+"INBOX", imapRef+"x"),

		do("imap_subscribe", imapRef+"Archive"), do("imap_subscribe", imapRef+"A.B.C"), do("imap_subscribe", imapRef+"Archive"),
		do("imap_subscribe", imapRef+"Nope"), do("imap_subscribe", imapRef+"&AOQ-"), do("imap_subscribe", "Nope"), do("imap_subscribe", "{bad"),
		do("imap_subscribe", imapRef+"a\r\nb"),
		do("imap_unsubscribe", imapRef+"Archive"), do("imap_unsubscribe", imapRef+"Archive"), do("imap_unsubscribe", imapRef+"Nope"),
		do("imap_unsubscribe", "{bad"), do("imap_unsubscribe", "Nope"), do("imap_unsubscribe", imapRef+"a\r\nb"),

		do("imap_deletemailbox", imapRef+"Moved"), do("imap_deletemailbox", imapRef+"Moved"), do("imap_deletemailbox", imapRef+"INBOX"),
		do("imap_deletemailbox", "Archive"), do("imap_deletemailbox", "{bad"), do("imap_deletemailbox", imapRef+"a\r\nb"),
		do("imap_deletemailbox", pop3Ref+"INBOX"), do("imap_deletemailbox", "{elsewhere.example/imap}Other"),
		do("imap_ping"), do("imap_num_msg"),
	}
}

func appending() []step {
	archive := imapRef + "Archive"
	return []step{
		do("imap_append", archive, newMessage), do("imap_append", imapRef+"INBOX", newMessage), do("imap_num_msg"), do("imap_ping"), do("imap_num_msg"),
		do("imap_append", archive, newMessage, `\Seen \Flagged`), do("imap_append", archive, newMessage, `(\Seen)`),
		do("imap_append", archive, newMessage, ""), do("imap_append", archive, newMessage, `$Label1 other`),
		do("imap_append", archive, newMessage, `\seen`, "17-Jul-1996 02:44:25 -0700"),
		do("imap_append", archive, newMessage, "", "07-Jul-1996 02:44:25 +0000"),
		do("imap_append", archive, newMessage, "", "07-Jul-1996 24:44:25 +0000"),
		do("imap_append", archive, newMessage, "", "Mon, 17-Jul-1996 02:44:25 -0700"),
		do("imap_append", archive, newMessage, "", "17-Jul-1996 02:44:25 -0700 or so"),
		do("imap_append", archive, newMessage, "", "29-Feb-1996 23:59:59 +1400"),
		do("imap_append", archive, newMessage, "", "30-Feb-1996 09:44:25 -0700"),
		do("imap_append", archive, newMessage, "", "39-Jul-1996 02:44:25 -0700"),
		do("imap_append", archive, newMessage, "", "17-Jul-1896 09:44:25 +0000"),
		do("imap_append", archive, newMessage, "", "7-Jul-1996 02:44:25 -0700"),
		do("imap_append", archive, newMessage, "", "yesterday"),
		do("imap_append", archive, newMessage, `\Bogus`),
		do("imap_append", imapRef+"Nope", newMessage), do("imap_append", archive, ""), do("imap_append", archive, "a: b\n\nc"),
		do("imap_append", archive, "no header"), do("imap_append", archive, "a: b\r\n\r\n\x00\xff"), do("imap_append", "Archive", newMessage),
		do("imap_append", archive, "a: b\r\n\r\n"+strings.Repeat("0123456789abcdef\r\n", 10000)),
		do("imap_append", "{bad", newMessage), do("imap_append", "{elsewhere.example/imap}Archive", newMessage),
		do("imap_append", pop3Ref+"INBOX", newMessage), do("imap_append", pop3Ref+"x", newMessage),
		do("imap_append", imapRef+"a\r\nb", newMessage), do("imap_append", imapRef+"&AOQ-", newMessage), overview(),
	}
}

func copying() []step {
	return []step{
		do("imap_mail_copy", "1:2", "Archive"), do("imap_mail_copy", "1:2", imapRef+"Archive"), do("imap_mail_copy", "1:2", "Nope"),
		do("imap_mail_copy", "1:2", ""), do("imap_mail_copy", "3", "&AOQ-"),
		do("imap_mail_copy", "4,9", "Archive", ftUID), do("imap_mail_copy", "99", "Archive", ftUID), do("imap_mail_copy", "*", "A.B.C"),
		do("imap_mail_copy", "7:*", "A.B.C", ftUID), do("imap_mail_copy", "1", "Archive", 4), do("imap_mail_move", "1", "Archive", 2),
		do("imap_mail_copy", "3", "INBOX"), do("imap_num_msg"), do("imap_ping"), do("imap_num_msg"), overview(),
		do("imap_mail_copy", "3", "Archive", 2), do("imap_mail_copy", "4", "Archive", 3), do("imap_mail_move", "4", "A.B.C"),
		do("imap_mail_move", "1", "Nope"), do("imap_mail_move", "1", ""), do("imap_mail_move", "9", "A.B.C", ftUID),
		do("imap_mail_move", "10:*", "Archive", ftUID), do("imap_mail_move", "20:30", "Archive", ftUID), overview(), do("imap_num_msg"),
		do("imap_expunge"), overview(), do("imap_mail_move", "1:*", "Archive"), do("imap_headers"), do("imap_expunge"), do("imap_num_msg"),
	}
}

// listing lists with each reference and pattern that a script might give, and with some invalid
// ones.
func listing(ref string) []step {
	steps := []step{
		do("imap_createmailbox", imapRef+"with space"), do("imap_createmailbox", imapRef+`quo"te`), do("imap_createmailbox", imapRef+"[Gmail]"),
		do("imap_createmailbox", imapRef+"a&-b"), do("imap_createmailbox", imapRef+"100%"),
	}
	if ref == imapRef {
		for _, name := range []string{"Archive", "A.B.C", "&AOQ-", "with space", `quo"te`, "INBOX"} {
			steps = append(steps, do("imap_subscribe", imapRef+name))
		}
	}
	for _, args := range [][]any{
		{ref, "*"}, {ref, "%"}, {ref, "INBOX"}, {ref, "inbox"}, {ref, "I%X"}, {ref, "A*"}, {ref, "A.%"}, {ref, "%.%"}, {ref, "*C"}, {ref, "%%"},
		{ref, "**X"}, {ref, "Archive"}, {ref, "&AOQ-"}, {ref, "with*"}, {ref, `quo"te`}, {ref, `a\b`}, {ref, "[Gmail]"}, {ref, ""}, {ref, "none"},
		{ref + "A.", "%"}, {ref + "A", "*"}, {ref + "A", ".B"}, {ref + "INBOX", "*"}, {ref + "INBOX", ""}, {ref + "inbox", "%"}, {ref + "Nope", "*"},
		{"", ref + "*"}, {"", ref + "%"}, {"", ref}, {"", ref + "INBOX"}, {"", ref + "A*"}, {"{elsewhere.example}", ref + "%"}, {"no}sense", ref + "I*"},
		{"{elsewhere.example}", "%"}, {"{elsewhere.example/imap}", "%"}, {"{elsewhere.example/pop3}", "I*"}, {"{elsewhere.example:99/ssl}A", "*"},
		{"", "*"}, {"", ""}, {"Archive", "*"}, {"{bad", "*"}, {"", "{bad"}, {"{}", "*"}, {"{x/bogus}", "*"}, {"{x/nntp}", "*"},
		{ref, "a\r\nb"}, {ref, "\xe4"}, {ref + "\xe4", "*"}, {ref, strings.Repeat("x", 256)}, {ref, strings.Repeat("x", 257)},
		{ref + strings.Repeat("x", 300), "*"}, {strings.Repeat("x", 300), ref + "*"},
	} {
		for _, fn := range []string{"imap_list", "imap_getmailboxes", "imap_lsub", "imap_getsubscribed"} {
			steps = append(steps, do(fn, args...))
		}
		steps = append(steps, do("imap_listscan", append(args, "text")...))
	}
	return steps
}

func TestMailboxes(t *testing.T) {
	closing := []step{do("imap_close")}
	for name, steps := range map[string][]step{
		"managing": managing(), "appending": appending(), "copying": copying(),
		"listing": listing(imapRef), "listing by POP3": listing(pop3Ref),
	} {
		for _, service := range services {
			t.Run(service.name+" "+name, func(t *testing.T) {
				t.Parallel()
				play(t, scenario{name, service.name, everyMailbox(),
					join([]step{open(service.inbox)}, steps, closing, looking("INBOX", "Archive", "A.B.C"))})
			})
		}
		t.Run("closed "+name, func(t *testing.T) {
			t.Parallel()
			play(t, scenario{"closed, " + name, "imap", everyMailbox(), join([]step{open(imapBox)}, closing, steps)})
		})
	}
}

// TestWithMove compares the state after the expunge, since PHP does not know MOVE.
func TestWithMove(t *testing.T) {
	t.Parallel()
	list := join([]step{
		open(imapBox), do("imap_delete", "1"), do("imap_mail_move", "2", "Archive"), do("imap_mail_move", "9", "&AOQ-", ftUID),
		do("imap_mail_copy", "4", "A.B.C", 2), do("imap_mail_move", "20:30", "Archive", ftUID), do("imap_mail_move", "3", "Nope"), do("imap_num_msg"),
		do("imap_undelete", "1"), do("imap_expunge"), do("imap_num_msg"), overview(), do("imap_headerinfo", 2),
		do("imap_mail_move", "2:*", "Archive", ftUID), do("imap_expunge"), overview(), do("imap_mail_move", "1:*", "Archive"), do("imap_expunge"),
		do("imap_num_msg"), do("imap_close"),
	}, looking("INBOX", "Archive", "A.B.C", "&AOQ-"))
	s := scenario{"moving at once", "imap", everyMailbox(), list}
	want := s.play(t, func(p place) side { return newOracle(t, p) })
	var ours *library
	got := s.play(t, func(p place) side {
		ours = newLibrary(t, p)
		ours.options = append(ours.options, imapcompat.WithMove(), imapcompat.OP_DEBUG, imapcompat.WithLogger(slog.New(slog.NewTextHandler(&ours.log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		return ours
	})
	for i, step := range s.steps {
		compare(t, fmt.Sprintf("%s/%s/%s %d %v", s.service, step.function(), s.name, i+1, step), want[i], got[i])
	}
	if log := ours.log.String(); !strings.Contains(log, " MOVE ") || strings.Contains(log, " COPY ") {
		t.Errorf("not moved with MOVE:\n%s", log)
	}
}

// TestAppendMisread checks that Dovecot stores nothing of a message with another size than
// announced.
func TestAppendMisread(t *testing.T) {
	t.Parallel()
	checks(t)
	p := newPlace(t, five())
	for _, size := range []int{len(newMessage) - 1, len(newMessage), len(newMessage) + 1} {
		ours := newLibrary(t, p)
		ours.do(open(imapBox))
		err := ours.conn.AppendReader(p.fill(imapBox), strings.NewReader(newMessage), int64(size))
		if exact := size == len(newMessage); (err == nil) != exact || !exact && !errors.Is(err, imapcompat.ErrConnectionLost) {
			t.Errorf("%d octets announced: %v", size, err)
		}
	}
	ours := newLibrary(t, p)
	ours.do(open(imapBox))
	if n, err := ours.conn.NumMsg(); n != 6 || err != nil {
		t.Errorf("%d messages, want 6: %v", n, err)
	}
}

// TestQuotaAndACL covers IMAP only: on POP3 the functions abort PHP.
func TestQuotaAndACL(t *testing.T) {
	t.Parallel()
	steps := []step{
		do("imap_get_quota", "User quota"), do("imap_get_quota", "nope"), do("imap_get_quota", ""), do("imap_get_quota", `"`),
		do("imap_get_quotaroot", "INBOX"), do("imap_get_quotaroot", "Archive"), do("imap_get_quotaroot", "Nope"),
		do("imap_get_quotaroot", imapRef+"INBOX"), do("imap_set_quota", "User quota", 5000), do("imap_set_quota", "nope", 1),
		do("imap_append", imapBox, strings.Repeat("0123456789\r\n", 1000)), do("imap_get_quotaroot", "INBOX"),
		do("imap_getacl", "INBOX"), do("imap_getacl", "Archive"), do("imap_getacl", "Nope"), do("imap_getacl", "&AOQ-"), do("imap_getacl", ""),
		do("imap_setacl", "Archive", "bob", "lrs"), do("imap_setacl", "Archive", "user=bob", "lrs"), do("imap_getacl", "Archive"),
		do("imap_setacl", "Archive", "user=bob", "+k"), do("imap_setacl", "Archive", "bob", "-s"), do("imap_getacl", "Archive"),
		do("imap_setacl", "Archive", "-bob", "w"), do("imap_setacl", "Archive", "group=staff", "lrwstipekxacd"),
		do("imap_setacl", "Archive", "two words", "l"), do("imap_setacl", "Archive", "bob", ""), do("imap_setacl", "Archive", "bob", "Q"),
		do("imap_setacl", "Archive", "anyone", "l"), do("imap_setacl", "Archive", "owner", "lra"), do("imap_setacl", "Nope", "bob", "lrs"),
		do("imap_getacl", "Archive"), do("imap_ping"), do("imap_close"), do("imap_get_quota", "User quota"), do("imap_getacl", "INBOX"),
		do("imap_set_quota", "User quota", 1), do("imap_setacl", "INBOX", "bob", "l"), do("imap_get_quotaroot", "INBOX"),
	}
	play(t, scenario{"quota and ACL", "imap", everyMailbox(), join([]step{open(imapBox)}, steps)})
}

// TestMailboxesCut breaks a connection during a call. docs/differences.md describes what PHP
// does in later calls.
func TestMailboxesCut(t *testing.T) {
	for _, c := range []call{
		do("imap_createmailbox", imapRef+"New"), do("imap_renamemailbox", imapRef+"Archive", imapRef+"New"),
		do("imap_deletemailbox", imapRef+"Archive"), do("imap_subscribe", imapRef+"Archive"), do("imap_unsubscribe", imapRef+"Archive"),
		do("imap_append", imapRef+"Archive", newMessage), do("imap_mail_copy", "1", "Archive"), do("imap_mail_move", "1", "Archive"),
		do("imap_get_quota", "User quota"), do("imap_get_quotaroot", "INBOX"), do("imap_set_quota", "User quota", 1),
		do("imap_getacl", "INBOX"), do("imap_setacl", "INBOX", "bob", "l"), do("imap_list", imapRef, "*"), do("imap_lsub", imapRef, "*"),
		do("imap_getmailboxes", imapRef, "*"), do("imap_getsubscribed", imapRef, "*"), do("imap_listscan", imapRef, "*", "text"),
	} {
		t.Run(c.fn, func(t *testing.T) {
			t.Parallel()
			play(t, scenario{"cut", "imap", everyMailbox(), join([]step{open(imapBox), cut{}, c}, looking("INBOX", "Archive"))})
		})
	}
}
