package conformance

import (
	"fmt"
	"strings"
	"testing"
)

// otherTests are the tests for servers other than Dovecot. They do not name Dovecot's
// mailboxes, and do not depend on how it refuses something.
const otherTests = "^Test(Corpus|ReadMarks|WholeMailbox|Sections|Structure|MIME|Save|Scenarios|SearchFlags|SearchTexts|Sort|SortSubjects|" +
	"Thread|ThreadCorpus|GC|OtherKinds|OtherSearch|OtherMailboxes)$"

// needOther skips a test for servers other than Dovecot.
func needOther(t *testing.T) {
	t.Helper()
	if other == nil {
		t.Skip("needs another server than Dovecot: run conformance/servers/run")
	}
}

// TestOtherKinds opens each kind of connection.
func TestOtherKinds(t *testing.T) {
	needOther(t)
	mailboxes := []string{
		"{localhost:@IMAP/imap/notls}", "{localhost:@POP3/pop3/notls}", "{localhost:@IMAP/imap/notls}Nope", "{localhost:@IMAP/imap/notls/readonly}INBOX",
	}
	if other.TLS {
		mailboxes = append(mailboxes, "{localhost:@IMAPS/imap/ssl}INBOX", "{localhost:@IMAPS/imap/ssl/novalidate-cert}INBOX", "{localhost:@IMAP/imap}INBOX",
			"{localhost:@POP3S/pop3/ssl}INBOX", "{localhost:@POP3S/pop3/ssl/novalidate-cert}INBOX", "{localhost:@POP3/pop3}INBOX")
	}
	for _, mailbox := range mailboxes {
		t.Run(mailbox, func(t *testing.T) {
			t.Parallel()
			service := "imap"
			if strings.Contains(mailbox, "pop3") {
				service = "pop3"
			}
			php, ours := newSides(t, five("S", "F"))
			for _, c := range []call{open(mailbox), do("imap_check"), overview(), do("imap_close")} {
				both(t, php, ours, c, fmt.Sprintf("%s/%s/%s %v", service, c.fn, mailbox, c))
			}
		})
	}
	for _, service := range services {
		t.Run(service.name+" wrong password", func(t *testing.T) {
			t.Parallel()
			php, ours := newSides(t, five())
			both(t, php, ours, do("imap_open", service.inbox, "@USER", "wrong", 0, 1), service.name+"/imap_open/wrong password")
		})
	}
}

// TestOtherSearch searches and sorts a small mailbox.
func TestOtherSearch(t *testing.T) {
	needOther(t)
	var list []step
	for _, words := range []string{
		"ALL", "SEEN", "UNSEEN", "DELETED", "FLAGGED", "ANSWERED", "UNANSWERED", "NEW", "OLD", "KEYWORD work", "SUBJECT 3", "SUBJECT \"subject 3\"",
		"FROM a2@example.org", "TO example.com", "CC x", "BODY text", "TEXT subject", "BEFORE 17-Jul-2023", "ON 17-Jul-2023", "SINCE 18-Jul-2023", "SEEN FROM A1", "NOPE", "",
	} {
		list = append(list, do("imap_search", words), do("imap_search", words, seUID))
	}
	if other.Keywords { // Mailutils has no keywords; its server dies of this search
		list = append(list, do("imap_search", "UNKEYWORD $Label1"))
	}
	for criterion := range 7 {
		list = append(list, do("imap_sort", criterion, false), do("imap_sort", criterion, true, seUID), do("imap_sort", criterion, false, 0, "UNSEEN"))
	}
	for _, s := range bothServices("searching", five("S", "F", "FR", "DS"), list...) {
		t.Run(s.service, func(t *testing.T) {
			t.Parallel()
			play(t, s)
		})
	}
}

// box returns a mailbox of the user in the server's naming.
func box(levels ...string) string { return other.Personal + strings.Join(levels, other.Delimiter) }

// TestOtherMailboxes manages mailboxes, with messages in them.
func TestOtherMailboxes(t *testing.T) {
	needOther(t)
	t.Parallel()
	ref := func(levels ...string) string { return imapRef + box(levels...) }
	steps := []step{open(imapBox)}
	add := func(fn string, args ...any) { steps = append(steps, do(fn, args...)) }
	for _, name := range []string{ref("Archive"), ref("Archive"), ref("A"), ref("A", "B"), ref("A", "B", "C"), ref("with space"), ref("&AOQ-"), imapRef + "Outside", imapRef + "INBOX"} {
		add("imap_createmailbox", name)
	}
	for _, name := range []string{ref("Archive"), ref("A", "B"), ref("Nope"), ref("&AOQ-")} {
		add("imap_subscribe", name)
	}
	list := func() {
		for _, pattern := range []string{"*", "%", "INBOX", box("A*"), box("A", "%"), box("%"), box("with*"), box("Nope"), ""} {
			for _, fn := range []string{"imap_list", "imap_lsub", "imap_getmailboxes", "imap_getsubscribed"} {
				add(fn, imapRef, pattern)
			}
		}
		add("imap_list", ref("A")+other.Delimiter, "%")
	}
	list()
	add("imap_append", ref("Archive"), newMessage)
	add("imap_append", ref("Archive"), newMessage, `\Seen \Flagged`, "17-Jul-1996 02:44:25 -0700")
	add("imap_append", ref("Nope"), newMessage)
	add("imap_mail_copy", "1:2", box("Archive"))
	add("imap_mail_copy", "4,9", box("A", "B"), ftUID)
	add("imap_mail_copy", "1", box("Nope"))
	add("imap_mail_move", "3", box("with space"))
	steps = append(steps, overview())
	add("imap_expunge")
	for _, name := range []string{imapBox, ref("Archive"), ref("A", "B"), ref("Nope")} {
		add("imap_status", name, 15)
	}
	add("imap_renamemailbox", ref("A"), ref("Z"))
	add("imap_renamemailbox", ref("Archive"), ref("A", "Archive"))
	add("imap_renamemailbox", ref("Nope"), ref("Nope2"))
	list()
	add("imap_reopen", ref("Z", "B"))
	add("imap_headers")
	add("imap_reopen", ref("Nope"))
	add("imap_reopen", imapBox)
	add("imap_unsubscribe", ref("Archive"))
	add("imap_unsubscribe", ref("Nope"))
	for _, name := range []string{ref("with space"), ref("Z"), ref("Z", "B", "C"), ref("Nope"), imapRef + "INBOX"} {
		add("imap_deletemailbox", name)
	}
	list()
	add("imap_get_quotaroot", "INBOX")
	add("imap_getacl", "INBOX")
	add("imap_setacl", "INBOX", "bob", "lrs")
	add("imap_getacl", "INBOX")
	add("imap_num_msg")
	add("imap_close")
	play(t, scenario{"mailboxes", "imap", []mailbox{five("S", "F")}, append(steps, looking("INBOX")...)})
}
