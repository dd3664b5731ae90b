package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/imaptest"
)

// testedProviders are the providers of imaptest by name.
var testedProviders = map[string]imaptest.Provider{
	"Domino":          imaptest.Domino,
	"Exchange":        imaptest.Exchange,
	"Office365Shared": imaptest.Office365Shared,
	"NetEase":         imaptest.NetEase,
	"Gmail":           imaptest.Gmail,
	"MailRu":          imaptest.MailRu,
	"Yahoo":           imaptest.Yahoo,
}

// providerMessages are in the INBOX of each provider.
func providerMessages() []imaptest.Message {
	date := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	text := func(n int) string {
		return fmt.Sprintf("From: A <a@example.org>\nTo: b@example.com\nSubject: message %d\nDate: Thu, 29 Feb 2024 12:00:0%d +0000\n"+
			"Message-ID: <%d@example.org>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"+
			"--b\n\ntext %d\n--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--\n", n, n, n, n)
	}
	var messages []imaptest.Message
	for n := range 5 {
		messages = append(messages, imaptest.Message{Text: text(n + 1), Date: date})
	}
	messages[1].Flags = []string{`\Seen`}
	messages[2].Flags = []string{`\Flagged`}
	return append(messages, imaptest.Message{Date: date})
}

// providerCalls are what scripts do: read, search, mark, copy, move and remove.
func providerCalls(inbox string) []call {
	ref := strings.TrimSuffix(inbox, "INBOX")
	list := []call{
		open(inbox), do("imap_num_msg"), do("imap_check"), do("imap_status", inbox, 31), do("imap_list", ref, "*"), do("imap_getmailboxes", ref, "*"),
		do("imap_lsub", ref, "*"), do("imap_headers"), do("imap_fetch_overview", "1:*"), do("imap_sort", 0, false), do("imap_thread"),
	}
	for n := 1; n <= 6; n++ {
		list = append(list, do("imap_headerinfo", n), do("imap_fetchstructure", n), do("imap_fetchheader", n), do("imap_uid", n),
			do("imap_fetchbody", n, "1", ftPeek), do("imap_fetchbody", n, "2"), do("imap_fetchmime", n, "2"), do("imap_bodystruct", n, "1"), do("imap_body", n))
	}
	for _, criteria := range []string{"ALL", "UNSEEN", "FLAGGED", "NOSUCH", `FROM "a@example"`, `SUBJECT "message 3"`, "TEXT pdf", "SINCE 1-Feb-2024", "KEYWORD Work", "DELETED"} {
		list = append(list, do("imap_search", criteria))
	}
	return append(list,
		do("imap_setflag_full", "1", `\Seen \Flagged`), do("imap_setflag_full", "2", "Work"), do("imap_setflag_full", "2", "$Forwarded"), do("imap_clearflag_full", "3", `\Flagged`),
		do("imap_fetch_overview", "1:3"), do("imap_createmailbox", ref+"New"), do("imap_createmailbox", ref+"New/Below"), do("imap_subscribe", ref+"New"), do("imap_list", ref, "*"),
		do("imap_append", ref+"New", "Subject: appended\r\n\r\ntext\r\n", `\Seen Work`, "29-Feb-2024 12:00:00 +0000"),
		do("imap_mail_copy", "1", "New"), do("imap_mail_copy", "2", "Missing"), do("imap_mail_move", "2", "New"), do("imap_delete", "3"), do("imap_expunge"), do("imap_num_msg"),
		do("imap_reopen", ref+"New"), do("imap_fetch_overview", "1:*"), do("imap_fetchbody", 1, "1"),
		do("imap_renamemailbox", ref+"New", ref+"Renamed"), do("imap_deletemailbox", ref+"Renamed/Below"), do("imap_reopen", inbox), do("imap_delete", "1"), do("imap_close", 32768))
}

// providerSide is a side on an imaptest of its own.
type providerSide struct {
	side
	srv   *imaptest.Server
	ports *strings.Replacer
}

func (s providerSide) do(c call) string { return s.ports.Replace(s.side.do(c)) }

// contents returns what the mailboxes have.
func (s providerSide) contents() (list []string) {
	for _, name := range s.srv.Mailboxes() {
		for _, m := range s.srv.Messages(name) {
			list = append(list, fmt.Sprintf("%s %d %v %q", name, m.UID, m.Flags, m.Text))
		}
	}
	return list
}

// onProvider returns PHP and the library on servers of their own.
func onProvider(t *testing.T, provider imaptest.Provider, user string) (sides [2]providerSide) {
	t.Helper()
	needOracle(t)
	for i := range sides {
		srv := imaptest.Config{Provider: provider, User: "u10000", Password: dovecot.Password, Messages: providerMessages()}.NewServer(t)
		p := place{user: user, imap: portOf(t, srv.IMAPRef()), pop3: portOf(t, srv.POP3Ref())}
		var s side = newOracle(t, p)
		if i == 1 {
			l := newLibrary(t, p)
			l.options = append(l.options, imapcompat.WithID(nil)) // PHP sends no ID, which NetEase demands
			s = l
		}
		sides[i] = providerSide{s, srv, strings.NewReplacer(fmt.Sprintf(":%d", p.imap), ":@IMAP", fmt.Sprintf(":%d", p.pop3), ":@POP3")}
	}
	return sides
}

// TestProviders compares PHP with the library on each provider of imaptest.
func TestProviders(t *testing.T) {
	for name, provider := range testedProviders {
		user := "u10000"
		if provider == imaptest.Office365Shared {
			user += "/" + imaptest.SharedMailbox
		}
		for _, service := range services {
			t.Run(name+"/"+service.name, func(t *testing.T) {
				t.Parallel()
				sides := onProvider(t, provider, user)
				calls := providerCalls(service.inbox)
				if service.name == "imap" { // on POP3 imap_get_quotaroot ends PHP
					calls = slices.Insert(calls, 1, do("imap_get_quotaroot", "INBOX"), do("imap_getacl", "INBOX"))
				}
				for i, c := range calls {
					compare(t, fmt.Sprintf("provider/%s/%s/%d %v", name, service.name, i, c), sides[0].do(c), sides[1].do(c))
				}
				want, got := sides[0].contents(), sides[1].contents()
				compare(t, fmt.Sprintf("provider/%s/%s/contents", name, service.name), dateless(want), dateless(got))
				// NetEase opens no mailbox without ID, and over POP3 Gmail removes nothing.
				stays := name == "NetEase" && service.name == "imap" || name == "Gmail" && service.name == "pop3"
				if strings.Contains(strings.Join(want, "\n"), "INBOX 1 ") != stays {
					t.Errorf("the first message of INBOX: %q", want)
				}
			})
		}
	}
}

var deliveries = regexp.MustCompile(`\d+-\w+-\d{4} [\d:]+`)

func dateless(list []string) string {
	return deliveries.ReplaceAllString(strings.Join(list, "\n"), "DATE")
}
