package imapcompat_test

import (
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// calls are calls of the functions that take a connection, on a mailbox with two
// messages, of which the second is marked for deletion. ref is the server.
var calls = map[string]func(m *imapcompat.Connection, ref string) error{
	"imap_alerts":         func(m *imapcompat.Connection, _ string) error { m.Alerts(); return nil },
	"imap_append":         func(m *imapcompat.Connection, ref string) error { return m.Append(ref+"INBOX", texts(1)[0]) },
	"imap_body":           func(m *imapcompat.Connection, _ string) error { return second(m.Body(1)) },
	"imap_bodystruct":     func(m *imapcompat.Connection, _ string) error { return second(m.BodyStruct(1, "1")) },
	"imap_check":          func(m *imapcompat.Connection, _ string) error { return second(m.Check()) },
	"imap_clearflag_full": func(m *imapcompat.Connection, _ string) error { return m.ClearFlagFull("1", `\Seen`) },
	"imap_close":          func(m *imapcompat.Connection, _ string) error { return m.Close(imapcompat.CL_EXPUNGE) },
	"imap_createmailbox":  func(m *imapcompat.Connection, ref string) error { return m.CreateMailbox(ref + "New") },
	"imap_delete":         func(m *imapcompat.Connection, _ string) error { return m.Delete("1") },
	"imap_deletemailbox":  func(m *imapcompat.Connection, ref string) error { return m.DeleteMailbox(ref + existing(ref)) },
	"imap_errors":         func(m *imapcompat.Connection, _ string) error { m.Errors(); return nil },
	"imap_expunge":        func(m *imapcompat.Connection, _ string) error { return m.Expunge() },
	"imap_fetch_overview": func(m *imapcompat.Connection, _ string) error { return second(m.FetchOverview("1:*")) },
	"imap_fetchbody":      func(m *imapcompat.Connection, _ string) error { return second(m.FetchBody(1, "1")) },
	"imap_fetchheader":    func(m *imapcompat.Connection, _ string) error { return second(m.FetchHeader(1)) },
	"imap_fetchmime":      func(m *imapcompat.Connection, _ string) error { return second(m.FetchMIME(1, "1")) },
	"imap_fetchstructure": func(m *imapcompat.Connection, _ string) error { return second(m.FetchStructure(1)) },
	"imap_gc":             func(m *imapcompat.Connection, _ string) error { return m.GC(imapcompat.IMAP_GC_TEXTS) },
	"imap_get_quota":      func(m *imapcompat.Connection, _ string) error { return second(m.GetQuota("User quota")) },
	"imap_get_quotaroot":  func(m *imapcompat.Connection, _ string) error { return second(m.GetQuotaRoot("INBOX")) },
	"imap_getacl":         func(m *imapcompat.Connection, _ string) error { return second(m.GetACL("INBOX")) },
	"imap_getmailboxes":   func(m *imapcompat.Connection, ref string) error { return second(m.GetMailboxes(ref, "*")) },
	"imap_getsubscribed":  func(m *imapcompat.Connection, ref string) error { return second(m.GetSubscribed(ref, "*")) },
	"imap_header":         func(m *imapcompat.Connection, _ string) error { return second(m.Header(1)) },
	"imap_headerinfo":     func(m *imapcompat.Connection, _ string) error { return second(m.HeaderInfo(1)) },
	"imap_headers":        func(m *imapcompat.Connection, _ string) error { return second(m.Headers()) },
	"imap_is_open":        func(m *imapcompat.Connection, _ string) error { m.IsOpen(); return nil },
	"imap_last_error":     func(m *imapcompat.Connection, _ string) error { m.LastError(); return nil },
	"imap_list":           func(m *imapcompat.Connection, ref string) error { return second(m.List(ref, "*")) },
	"imap_listscan":       func(m *imapcompat.Connection, ref string) error { return second(m.ListScan(ref, "*", "text")) },
	"imap_lsub":           func(m *imapcompat.Connection, ref string) error { return second(m.LSub(ref, "*")) },
	"imap_mail_copy":      func(m *imapcompat.Connection, _ string) error { return m.MailCopy("1", "Archive") },
	"imap_mail_move":      func(m *imapcompat.Connection, _ string) error { return m.MailMove("1", "Archive") },
	"imap_mailboxmsginfo": func(m *imapcompat.Connection, _ string) error { return second(m.MailboxMsgInfo()) },
	"imap_msgno":          func(m *imapcompat.Connection, _ string) error { return second(m.MsgNo(1)) },
	"imap_num_msg":        func(m *imapcompat.Connection, _ string) error { return second(m.NumMsg()) },
	"imap_num_recent":     func(m *imapcompat.Connection, _ string) error { return second(m.NumRecent()) },
	"imap_ping":           func(m *imapcompat.Connection, _ string) error { return m.Ping() },
	"imap_renamemailbox":  func(m *imapcompat.Connection, ref string) error { return m.RenameMailbox(ref+"INBOX", ref+"Old") },
	"imap_reopen":         func(m *imapcompat.Connection, ref string) error { return m.Reopen(ref + "INBOX") },
	"imap_savebody":       func(m *imapcompat.Connection, _ string) error { return m.SaveBody(io.Discard, 1, "1") },
	"imap_set_quota":      func(m *imapcompat.Connection, _ string) error { return m.SetQuota("User quota", 1) },
	"imap_setacl":         func(m *imapcompat.Connection, _ string) error { return m.SetACL("INBOX", "ada", "lr") },
	"imap_setflag_full":   func(m *imapcompat.Connection, _ string) error { return m.SetFlagFull("1", `\Seen`) },
	"imap_sort":           func(m *imapcompat.Connection, _ string) error { return second(m.Sort(imapcompat.SORTDATE, true)) },
	"imap_thread":         func(m *imapcompat.Connection, _ string) error { return second(m.Thread()) },
	"imap_status": func(m *imapcompat.Connection, ref string) error {
		return second(m.Status(ref+"INBOX", imapcompat.SA_ALL))
	},
	"imap_subscribe":   func(m *imapcompat.Connection, ref string) error { return m.Subscribe(ref + "INBOX") },
	"imap_uid":         func(m *imapcompat.Connection, _ string) error { return second(m.UID(1)) },
	"imap_undelete":    func(m *imapcompat.Connection, _ string) error { return m.Undelete("2") },
	"imap_unsubscribe": func(m *imapcompat.Connection, ref string) error { return m.Unsubscribe(ref + "INBOX") },
	"imap_search": func(m *imapcompat.Connection, _ string) error {
		return errors.Join(second(m.Search(`FROM "a"`)), second(m.Search(`BODY "a"`)))
	},
}

// existing is the name of a mailbox that may be deleted, and on POP3 of the only one.
func existing(ref string) string {
	if strings.Contains(ref, "/pop3") {
		return "INBOX"
	}
	return "Archive"
}

// lacking are commands that imaptest has not.
var lacking = []string{"SCAN"}

// What docs/functions.md says that a function sends, it sends.
func TestFunctionsSend(t *testing.T) {
	text, err := os.ReadFile("docs/functions.md")
	must(t, err)
	rows := regexp.MustCompile("(?m)^\\| (imap_\\w+) \\| `Connection\\.(\\w+)` \\| ([^|]*) \\| ([^|]*) \\|").FindAllStringSubmatch(string(text), -1)
	first := map[string]string{} // of the names of a method the one with a call
	for _, row := range rows {
		if calls[row[1]] != nil {
			first[row[2]] = row[1]
		}
	}
	for _, row := range rows {
		call := calls[first[row[2]]]
		if call == nil {
			t.Errorf("no call of %s", row[1])
			continue
		}
		for service, cell := range map[string]string{"IMAP": row[3], "POP3": row[4]} {
			t.Run(row[1]+"/"+service, func(t *testing.T) {
				// "`SORT`, or one `FETCH`" is what is sent with the extension, and without.
				with, without, two := strings.Cut(cell, ", or ")
				checkSent(t, imaptest.Config{}, service, with, call)
				if two {
					checkSent(t, imaptest.Config{Without: []string{"SORT", "THREAD=REFERENCES"}}, service, without, call)
				}
			})
		}
	}
}

func checkSent(t *testing.T, config imaptest.Config, service, cell string, call func(*imapcompat.Connection, string) error) {
	t.Helper()
	srv := config.NewServer(t, texts(2)...)
	must(t, srv.CreateMailbox("Archive"))
	ref := srv.IMAPRef()
	if service == "POP3" {
		ref = srv.POP3Ref()
	}
	mbox := open(t, srv, ref+"INBOX")
	must(t, mbox.Delete("2"))
	before := len(srv.Transcript())
	err := call(mbox, ref)
	sent := commands(srv.Transcript()[before:])

	var want []string
	for _, match := range regexp.MustCompile("`(?:UID )?([A-Z]+)`").FindAllStringSubmatch(cell, -1) {
		want = append(want, match[1])
	}
	extension := slices.ContainsFunc(want, func(command string) bool { return slices.Contains(lacking, command) })
	want = slices.DeleteFunc(want, func(command string) bool { return slices.Contains(lacking, command) })
	slices.Sort(want)
	if !slices.Equal(sent, want) {
		t.Errorf("sent %q, documented %q", sent, cell)
	}
	switch {
	case cell == "":
		t.Error("not documented")
	case cell == "error" || extension && len(want) == 0:
		if !errors.Is(err, imapcompat.ErrNotSupported) {
			t.Errorf("got %v, want ErrNotSupported", err)
		}
	case err != nil:
		t.Error(err)
	}
}

// commands are the names of the commands in a transcript, without those of a login,
// sorted, each once.
func commands(transcript []string) []string {
	command := regexp.MustCompile(`^(?:[A-Z]\d+ (?:UID )?)?([A-Z]{3,})\b`)
	login := []string{"AUTH", "AUTHENTICATE", "CAPA", "CAPABILITY", "LOGIN", "PASS", "USER"}
	var list []string
	for _, line := range transcript {
		match := command.FindStringSubmatch(line)
		if match != nil && !slices.Contains(login, match[1]) && !strings.HasSuffix(line, "=") {
			list = append(list, match[1])
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
