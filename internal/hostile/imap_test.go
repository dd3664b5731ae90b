package hostile_test

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/short"
)

// imapCommand returns the tag and the name of a command. UID does not count as a name.
func imapCommand(line string) command {
	tag, rest, _ := strings.Cut(line, " ")
	name, rest, _ := strings.Cut(rest, " ")
	if name = strings.ToUpper(name); name == "UID" {
		name, _, _ = strings.Cut(rest, " ")
	}
	return command{tag: tag, name: name, line: line}
}

const capability = "IMAP4rev1 UNSELECT SORT THREAD=REFERENCES MOVE QUOTA ACL NAMESPACE UIDPLUS CONDSTORE OBJECTID"

// imapServer is a server without faults. Its INBOX has five messages.
var imapServer = answers{
	"":       lines("* PREAUTH [CAPABILITY " + capability + "] ready"),
	"any":    lines("T OK done"),
	"LOGOUT": all(lines("* BYE logging out", "T OK done"), hangUp),
	"SELECT": lines(`* FLAGS (\Answered \Flagged \Deleted \Seen \Draft)`, "* 5 EXISTS", "* 0 RECENT",
		"* OK [UIDVALIDITY 1] valid", "* OK [UIDNEXT 106] next", "T OK [READ-WRITE] selected"),
	"APPEND": lines("T NO no"),
}

// overviewOf returns the FETCH response of a message for FetchOverview.
func overviewOf(num int, subject string) string {
	return fmt.Sprintf(`* %d FETCH (UID %d FLAGS (\Seen) INTERNALDATE "01-Jan-2025 00:00:00 +0000" RFC822.SIZE 100 `+
		`ENVELOPE ("Wed, 1 Jan 2025 00:00:00 +0000" %s NIL NIL NIL NIL NIL NIL NIL "<%d@example.org>") `+
		`BODY[HEADER.FIELDS (Newsgroups Followup-To References)] "")`, num, 100+num, subject, num)
}

func overviews(subject string, nums ...int) []string {
	var texts []string
	for _, n := range nums {
		texts = append(texts, overviewOf(n, subject))
	}
	return texts
}

type call func(*imapcompat.Connection) error

func overview(m *imapcompat.Connection) error   { return second(m.FetchOverview("1:*")) }
func body(m *imapcompat.Connection) error       { return second(m.Body(1, imapcompat.FT_PEEK)) }
func structure(m *imapcompat.Connection) error  { return second(m.FetchStructure(1)) }
func headerInfo(m *imapcompat.Connection) error { return second(m.HeaderInfo(1)) }
func searchAll(m *imapcompat.Connection) error  { return second(m.Search("ALL")) }
func searchNew(m *imapcompat.Connection) error  { return second(m.Search("UNSEEN", imapcompat.SE_UID)) }
func sorted(m *imapcompat.Connection) error     { return second(m.Sort(imapcompat.SORTDATE, false)) }
func thread(m *imapcompat.Connection) error     { return second(m.Thread()) }
func list(m *imapcompat.Connection) error       { return second(m.List(reference(m), "*")) }
func quota(m *imapcompat.Connection) error      { return second(m.GetQuotaRoot("INBOX")) }
func acl(m *imapcompat.Connection) error        { return second(m.GetACL("INBOX")) }
func ping(m *imapcompat.Connection) error       { return m.Ping() }
func expunge(m *imapcompat.Connection) error    { return m.Expunge() }
func setFlag(m *imapcompat.Connection) error    { return m.SetFlagFull("1:*", `\Flagged`) }
func copyAll(m *imapcompat.Connection) error    { return m.MailCopy("1:*", "Archive") }
func copyUIDs(m *imapcompat.Connection) error   { return second(m.MailCopyUIDs("1:*", "Archive")) }
func moveUIDs(m *imapcompat.Connection) error   { return second(m.MoveUIDs("1:*", "Archive")) }
func allUIDs(m *imapcompat.Connection) error    { return second(m.UIDs("1:*")) }
func emailIDs(m *imapcompat.Connection) error   { return second(m.EmailIDs("1:*")) }
func changed(m *imapcompat.Connection) error    { return second(m.ChangedSince(7)) }
func claim(m *imapcompat.Connection) error {
	return second(m.SetFlagUnchanged("1:*", "$Claimed", 7, imapcompat.ST_UID))
}
func moveAll(m *imapcompat.Connection) error { return m.MailMove("1:*", "Archive") }
func appendOne(m *imapcompat.Connection) error {
	return m.Append(reference(m)+"INBOX", "Subject: x\r\n\r\nx\r\n")
}
func create(m *imapcompat.Connection) error { return m.CreateMailbox(reference(m) + "New") }
func status(m *imapcompat.Connection) error {
	return second(m.Status(reference(m)+"INBOX", imapcompat.SA_ALL))
}

// reference returns the name of the server, "{…}". It sends a NOOP.
func reference(m *imapcompat.Connection) string {
	check, err := m.Check()
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(check.Mailbox, "INBOX")
}

// loop reads the messages one by one, so that they are read ahead.
func loop(m *imapcompat.Connection) error {
	messages, err := m.NumMsg()
	for n := 1; err == nil && n <= messages; n++ {
		if _, err := m.HeaderInfo(n); err != nil {
			return err
		}
		if _, err := m.FetchBody(n, "1"); err != nil {
			return err
		}
	}
	return err
}

func second[T any](_ T, err error) error { return err }

// uidsOnly is the answer to a FETCH of all UIDs.
var uidsOnly = lines("* 1 FETCH (UID 1)", "* 2 FETCH (UID 2)", "* 3 FETCH (UID 3)", "* 4 FETCH (UID 4)", "* 5 FETCH (UID 5)", "T OK done")

// lost is the error of a session that the server's fault has ended.
var lost = []error{imapcompat.ErrConnectionLost}

func TestHostileIMAP(t *testing.T) {
	deep := strings.Repeat("(", 100_000)
	closed := strings.Repeat(")", 100_000)
	long := strings.Repeat("x", 60_000)
	tests := []struct {
		name    string
		answers answers
		call    call
		want    []error // one of them; none is success
		text    string  // which the error has in it
	}{
		// Sizes.
		{"literal of 2 GiB", answers{"FETCH": lines("* 1 FETCH (BODY[TEXT] {2147483647}", "x")}, body, lost, "Absurd server literal length 2147483647"},
		{"literal of 3 MiB, not sent", answers{"FETCH": lines("* 1 FETCH (BODY[TEXT] {3145728}", "x")}, body, []error{imapcompat.ErrTimeout}, ""},
		{"literal of 10^30", answers{"FETCH": lines("* 1 FETCH (BODY[TEXT] {"+strings.Repeat("9", 30)+"}", "x)", "T OK done")}, body, []error{imapcompat.ErrProtocol}, "did not send"},
		{"literal of -1", answers{"FETCH": lines("* 1 FETCH (BODY[TEXT] {-1}", "x)", "T OK done")}, body, []error{imapcompat.ErrProtocol}, "did not send"},
		{"many literals in one response", answers{"FETCH": all(lines("* 1 FETCH (BODY[TEXT] {1000}"), endless(strings.Repeat("x", 1000)+" X {1000}\r\n"))}, body, lost, ""},
		{"literal in LIST", answers{"LIST": lines(`* LIST () "/" {1048577}`)}, list, lost, "Absurd"},
		{"endless line", answers{"FETCH": all(lines("* 1 FETCH (FLAGS ("), endless("flag "))}, overview, lost, ""},
		{"endless line from the start", answers{"NOOP": endless("x")}, ping, lost, "too long"},
		{"endless flags", answers{"FETCH": endless("* 1 FETCH (FLAGS (" + strings.Repeat("k", 1<<20) + "))\r\n")}, overview, lost, ""},
		{"endless tag", answers{"NOOP": endless("AAAA")}, ping, lost, "too long"},

		// Responses without an end.
		{"EXISTS without end", answers{"NOOP": endless("* 5 EXISTS\r\n")}, ping, lost, "nobody asked for"},
		{"EXISTS without end in FETCH", answers{"FETCH": endless("* 5 EXISTS\r\n")}, body, lost, "nobody asked for"},
		{"RECENT without end in SELECT", answers{"SELECT": endless("* 5 RECENT\r\n")}, nil, lost, "nobody asked for"},
		{"OK without end", answers{"NOOP": endless("* OK still here\r\n")}, ping, lost, "nobody asked for"},
		{"alerts without end", answers{"NOOP": endless("* OK [ALERT] " + long + "\r\n")}, ping, lost, ""},
		{"EXPUNGE without end", answers{"EXPUNGE": all(lines("* 8000000 EXISTS"), endless("* 1 EXPUNGE\r\n* 8000000 EXISTS\r\n"))}, expunge, lost, "nobody asked for"},
		{"EXPUNGE downwards without end", answers{"FETCH": all(lines("* 200000 EXISTS"), func() answer {
			var b strings.Builder
			for n := 200_000; n > 0; n-- {
				fmt.Fprintf(&b, "* %d EXPUNGE\r\n", n)
			}
			return endless(b.String())
		}())}, body, lost, ""},
		{"EXPUNGE of every second, downwards", answers{"FETCH": all(lines("* 40000 EXISTS"), func() answer {
			var b strings.Builder
			for n := 40_000; n > 0; n -= 2 {
				fmt.Fprintf(&b, "* %d EXPUNGE\r\n", n)
			}
			return repeated(1, b.String())
		}())}, body, lost, ""},
		{"FETCH without end, not asked for", answers{"NOOP": endless("* 3 FETCH (FLAGS ())\r\n")}, ping, lost, "nobody asked for"},
		{"FETCH without end, of another message", answers{"FETCH": endless("* 3 FETCH (FLAGS ())\r\n")}, headerInfo, lost, "nobody asked for"},
		{"FETCH without end, of the same messages", answers{"FETCH": endless(overviewOf(1, `"s"`) + "\r\n" + overviewOf(2, `"s"`) + "\r\n")}, overview, lost, "nobody asked for"},
		{"FETCH in pieces without end", answers{"FETCH": endless("* 1 FETCH (UID 1)\r\n")}, overview, lost, "nobody asked for"},
		{"LIST without end", answers{"LIST": endless(`* LIST () "/" ` + strings.Repeat("mailbox", 100) + "\r\n")}, list, lost, "too long"},
		{"SEARCH without end", answers{"SEARCH": endless("* SEARCH" + strings.Repeat(" 99999999", 10_000) + "\r\n")}, searchNew, lost, "too long"},
		{"SORT without end", answers{"SORT": endless("* SORT" + strings.Repeat(" 99999999", 10_000) + "\r\n")}, sorted, lost, "too long"},
		{"THREAD without end", answers{"THREAD": endless("* THREAD " + strings.Repeat("(99999999)", 1000) + "\r\n")}, thread, lost, "too long"},
		{"QUOTA without end", answers{"GETQUOTAROOT": endless("* QUOTA " + strings.Repeat("root", 100) + " (STORAGE 1 2)\r\n")}, quota, lost, ""},
		{"ACL without end", answers{"GETACL": endless("* ACL INBOX " + strings.Repeat("user", 100) + " lrs\r\n")}, acl, lost, ""},
		{"responses of no known name without end", answers{"NOOP": endless("* XYZZY 1 2 3\r\n")}, ping, lost, "nobody asked for"},
		{"empty lines without end", answers{"NOOP": endless("\r\n")}, ping, lost, ""},
		{"the greeting again without end", answers{"NOOP": endless("* PREAUTH hello\r\n")}, ping, lost, ""},

		// What PHP does not have.
		{"UIDs without end", answers{"FETCH": endless("* 1 FETCH (UID 101)\r\n")}, allUIDs, lost, "nobody asked for"},
		{"EMAILID without end", answers{"FETCH": all(lines("* 1 FETCH (EMAILID (M"), endless("M"))}, emailIDs, lost, ""},
		{"EMAILIDs of the same message without end", answers{"FETCH": endless("* 1 FETCH (EMAILID (M))\r\n")}, emailIDs, lost, "nobody asked for"},
		{"deep EMAILID", answers{"FETCH": lines("* 1 FETCH (EMAILID "+deep+closed+")", "T OK done")}, emailIDs, []error{imapcompat.ErrProtocol}, "did not send"},
		{"changes without end", answers{"FETCH": endless("* 1 FETCH (UID 101 MODSEQ (9))\r\n")}, changed, lost, "nobody asked for"},
		{"changes of no message without end", answers{"FETCH": endless("* 9 FETCH (UID 101 MODSEQ (9))\r\n")}, changed, lost, "nobody asked for"},
		{"literals in place of changes", answers{"FETCH": endless("* 1 FETCH (X {9000}\r\n" + strings.Repeat("x", 9000) + ")\r\n")}, changed, lost, ""},
		{"answers to STORE without end", answers{"STORE": endless("* 1 FETCH (UID 101 MODSEQ (9))\r\n")}, claim, lost, "nobody asked for"},
		{"MODIFIED of all UIDs that there can be", answers{"STORE": lines("T OK [MODIFIED 1:4294967294] done"), "FETCH": uidsOnly}, claim, nil, ""},
		{"MODIFIED of the same ranges", answers{"STORE": lines("T OK [MODIFIED " + strings.Repeat("1:4294967294,", 5000) + "1] done")}, claim, nil, ""},
		{"moved out without end", answers{"FETCH": uidsOnly, "MOVE": all(lines("* 8000000 EXISTS"), endless("* 1 EXPUNGE\r\n* 8000000 EXISTS\r\n"))}, moveUIDs, lost, "nobody asked for"},
		{"COPYUID of all UIDs that there can be", answers{"FETCH": uidsOnly, "MOVE": lines("* OK [COPYUID 1 1:4294967295 1:4294967295] moved", "T OK done")}, moveUIDs, nil, ""},
		{"messages that are gone for ever", answers{"FETCH": uidsOnly, "MOVE": lines("T NO [EXPUNGEISSUED] gone")}, moveUIDs, []error{imapcompat.ErrRefused}, "gone"},

		// Nesting.
		{"deep ENVELOPE", answers{"FETCH": lines("* 1 FETCH (ENVELOPE "+deep+closed+")", "T OK done")}, overview, []error{imapcompat.ErrProtocol}, "did not send message 2"},
		{"deep BODYSTRUCTURE", answers{"FETCH": lines("* 1 FETCH (BODYSTRUCTURE "+deep+closed+")", "T OK done")}, structure, []error{imapcompat.ErrProtocol}, "nested too deep"},
		{"deep BODYSTRUCTURE extension", answers{"FETCH": lines(`* 1 FETCH (BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 1 1 NIL NIL NIL NIL `+deep+closed+"))", "T OK done")}, structure, []error{imapcompat.ErrProtocol}, "nested too deep"},
		{"deep unknown item", answers{"FETCH": lines("* 1 FETCH (X "+deep+closed+")", "T OK done")}, overview, []error{imapcompat.ErrProtocol}, "did not send"},
		{"deep FLAGS of a message", answers{"FETCH": lines("* 1 FETCH (FLAGS "+deep+closed+")", "T OK done")}, overview, []error{imapcompat.ErrProtocol}, "did not send"},
		{"deep FLAGS of a mailbox", answers{"SELECT": lines("* FLAGS "+deep+closed, "* 5 EXISTS", "T OK done")}, ping, nil, ""},
		{"deep THREAD", answers{"THREAD": lines("* THREAD "+deep+"1"+closed, "T OK done")}, thread, nil, ""},
		{"deep THREAD of half a million", answers{"THREAD": all(repeated(1, "* THREAD "), repeated(1<<19, "("), lines("", "T OK done"))}, thread, nil, ""},
		{"deep THREAD, not asked for", answers{"NOOP": all(repeated(1, "* THREAD "), repeated(1<<19, "("), lines("1"), lines("T OK done"))}, ping, nil, ""},
		{"deep NAMESPACE, not asked for", answers{"NOOP": lines("* NAMESPACE "+deep+closed, "T OK done")}, ping, nil, ""},
		{"BODYSTRUCTURE of a million parts", answers{"FETCH": all(repeated(1, "* 1 FETCH (BODYSTRUCTURE ("), repeated(1_000_000, "()"), lines(` "mixed"))`, "T OK done"))}, structure, []error{imapcompat.ErrProtocol}, "too many"},
		{"structures read ahead, with large parameters", answers{
			"SELECT": lines("* 2000 EXISTS", "T OK done"),
			"FETCH":  largeStructures,
		}, func(m *imapcompat.Connection) error {
			for n := 1; n <= 200; n++ {
				if _, err := m.FetchStructure(n); err != nil {
					return err
				}
			}
			return nil
		}, nil, ""},

		// Numbers.
		{"4 billion messages", answers{"SELECT": lines("* 4000000000 EXISTS", "* 3 EXISTS", "T OK done")}, nil, lost, "more than"},
		{"8 million messages", answers{"SELECT": lines("* 8000000 EXISTS", "* 3 EXISTS", "T OK done")}, searchAll, nil, ""},
		{"10^30 messages", answers{"SELECT": lines("* 1000000000000000000000000000000 EXISTS", "T OK done")}, ping, nil, ""},
		{"-1 messages", answers{"SELECT": lines("* -1 EXISTS", "T OK done")}, ping, nil, ""},
		{"huge UIDVALIDITY", answers{"SELECT": lines("* OK [UIDVALIDITY 99999999999999999999] x", "T OK done")}, ping, nil, ""},
		{"huge size", answers{"FETCH": lines("* 1 FETCH (UID 1 FLAGS () RFC822.SIZE 999999999999999999999999)", "T OK done")}, func(m *imapcompat.Connection) error { return second(m.MailboxMsgInfo()) }, []error{imapcompat.ErrProtocol}, "did not send message 2"},
		{"negative size", answers{"FETCH": lines("* 1 FETCH (UID 1 FLAGS () RFC822.SIZE -5)", "T OK done")}, func(m *imapcompat.Connection) error { return second(m.MailboxMsgInfo()) }, []error{imapcompat.ErrProtocol}, "did not send message 2"},
		{"huge and negative STATUS", answers{"STATUS": lines("* STATUS INBOX (MESSAGES 999999999999999999999 UNSEEN -1)", "T OK done")}, status, nil, ""},
		{"huge numbers in SEARCH", answers{"SEARCH": lines("* SEARCH 0 4294967295 4294967296 99999999999999999999", "T OK done")}, searchNew, nil, ""},
		{"negative quota", answers{"GETQUOTAROOT": lines("* QUOTA root (STORAGE -1 99999999999999999999999)", "T OK done")}, quota, nil, ""},
		{"EXPUNGE of what is not there", answers{"EXPUNGE": lines("* 0 EXPUNGE", "* 6 EXPUNGE", "* 4294967295 EXPUNGE", "* 99999999999999999999 EXPUNGE", "T OK done")}, expunge, nil, ""},
		{"EXPUNGE of what is not there, in FETCH", answers{"FETCH": lines("* 6 EXPUNGE", "* 77 EXPUNGE", "T OK done")}, overview, []error{imapcompat.ErrProtocol}, "did not send"},
		{"FETCH of message 0", answers{"FETCH": lines("* 0 FETCH (FLAGS ())", "* FETCH (FLAGS ())", "* 99999999999999999999999 FETCH (FLAGS ())", "T OK done")}, overview, []error{imapcompat.ErrProtocol}, "did not send"},
		{"THREAD of what is not there", answers{"THREAD": lines("* THREAD (99999 2000000000)(5)", "T OK done")}, thread, nil, ""},

		// Tags and continuations.
		{"unknown tag", answers{"NOOP": lines("XYZ OK done")}, ping, []error{imapcompat.ErrTimeout}, ""},
		{"unknown tag in FETCH", answers{"FETCH": lines("XYZ OK done")}, body, []error{imapcompat.ErrTimeout}, ""},
		{"unknown tag in LIST", answers{"LIST": lines("XYZ OK done")}, list, []error{imapcompat.ErrTimeout}, ""},
		{"the tag twice", answers{"NOOP": lines("T OK done", "T OK done")}, func(m *imapcompat.Connection) error {
			m.Ping()
			time.Sleep(50 * time.Millisecond)
			return m.Ping()
		}, nil, ""},
		{"the tag twice in FETCH", answers{"FETCH": lines("T OK done", "T OK done")}, func(m *imapcompat.Connection) error {
			m.Body(1)
			time.Sleep(50 * time.Millisecond)
			return m.Ping()
		}, nil, ""},
		{"unreadable response in FETCH", answers{"FETCH": lines("* OK [UIDNEXT x] no number")}, body, []error{imapcompat.ErrTimeout}, ""},
		{"tagged response of no known kind", answers{"FETCH": lines("T MAYBE done")}, body, []error{imapcompat.ErrRefused}, ""},
		{"tagged response of no known kind to NOOP", answers{"NOOP": lines("T MAYBE done")}, ping, []error{imapcompat.ErrRefused}, ""},
		{"continuation not asked for", answers{"NOOP": lines("+ go ahead", "T OK done")}, ping, []error{imapcompat.ErrRefused}, ""},
		{"continuation in FETCH", answers{"FETCH": lines("+ go ahead", "T OK done")}, body, []error{imapcompat.ErrRefused}, ""},
		{"continuation in LIST", answers{"LIST": lines(`+ () "/" "never"`, "T OK done")}, list, []error{imapcompat.ErrRefused}, ""},
		{"continuation in SEARCH", answers{"SEARCH": lines("+ 1 2 3", "T OK done")}, searchNew, []error{imapcompat.ErrRefused}, ""},
		{"continuations without end", answers{"FETCH": endless("+ go ahead\r\n")}, body, lost, ""},
		{"continuations without end in APPEND", answers{"APPEND": endless("+ go ahead\r\n")}, appendOne, lost, ""},
		{"continuation and a second in APPEND", answers{"APPEND": lines("+ go", "+ go")}, appendOne, lost, ""}, // what is wrong first depends on times
		{"APPEND accepted before the message", answers{"APPEND": lines("T OK appended")}, appendOne, nil, ""},

		// FETCH of other messages, and in another order.
		{"FETCH of another message", answers{"FETCH": lines("* 3 FETCH (BODY[TEXT] {5}", "hello)", "T OK done")}, body, []error{imapcompat.ErrProtocol}, "did not send"},
		{"FETCH of nothing", answers{"FETCH": lines("T OK done")}, body, []error{imapcompat.ErrProtocol}, "did not send"},
		{"FETCH of what does not exist", answers{"FETCH": lines(append(overviews(`"s"`, 1, 2, 3, 4, 5, 6, 7, 4000), "T OK done")...)}, overviewIs(1, 2, 3, 4, 5), nil, ""},
		{"FETCH twice", answers{"FETCH": lines(append(overviews(`"s"`, 1, 2, 2, 3, 1, 4, 5, 5), "T OK done")...)}, overviewIs(1, 2, 3, 4, 5), nil, ""},
		{"FETCH in any order", answers{"FETCH": lines(append(overviews(`"s"`, 5, 1, 4, 2, 3), "T OK done")...)}, overviewIs(1, 2, 3, 4, 5), nil, ""},
		{"read-ahead of other messages", answers{"FETCH": lines("* 5 FETCH (UID 105 FLAGS ())", "* 9 FETCH (UID 109 FLAGS ())", "T OK done")}, loop, []error{imapcompat.ErrProtocol}, "did not send"},

		// Octets.
		{"NUL in a quoted string", answers{"FETCH": lines(append(overviews("\"a\x00b\"", 1), "T OK done")...)}, overview, []error{imapcompat.ErrProtocol}, "did not send message 2"},
		{"NUL and 8-bit octets in a literal", answers{"FETCH": lines(append(overviews("{5}\r\na\x00\xff\r\n", 1, 2, 3, 4, 5), "T OK done")...)}, overview, nil, ""},
		{"8-bit octets in a quoted string", answers{"FETCH": lines(append(overviews("\"\xe9\xff\"", 1, 2, 3, 4, 5), "T OK done")...)}, overview, nil, ""},
		{"NUL and 8-bit octets in a status", answers{"NOOP": lines("* OK \x00\xff[\x00", "T OK \x00\xff")}, ping, nil, ""},
		{"NUL in a name", answers{"LIST": lines("* LIST (\x00) \"\x00\" \"\x00\"", "T OK done")}, list, nil, ""},
		{"NUL in a tag", answers{"NOOP": lines("\x00\x00\x00", "\x00 OK \x00")}, ping, []error{imapcompat.ErrTimeout}, ""},
		{"noise", answers{"FETCH": all(repeated(1, strings.Map(func(r rune) rune { return r & 0xff }, long)), lines("T OK done"))}, body, []error{imapcompat.ErrTimeout}, ""},

		{"refusal of 60 KB", answers{"FETCH": lines("T NO " + long)}, body, []error{imapcompat.ErrRefused}, "xxx"},
		{"refusal of 60 KB, by BAD", answers{"NOOP": lines("T BAD " + long)}, ping, []error{imapcompat.ErrRefused}, "xxx"},

		// Ends.
		{"BYE in the place of an answer", answers{"FETCH": all(lines("* BYE going down"), hangUp)}, body, lost, "going down"},
		{"BYE within an answer", answers{"FETCH": all(lines("* 1 FETCH (BODY[TEXT] {100}", "* BYE going down"), hangUp)}, body, lost, ""},
		{"BYE, and more behind it", answers{"FETCH": lines("* BYE going down", "* 1 FETCH (UID 101 BODY[TEXT] {5}", "hello)", "T OK done")}, body, nil, ""},
		{"BYE, and data without end", answers{"NOOP": all(lines("* BYE going down"), endless("* 5 EXISTS\r\n"))}, ping, lost, "going down"},
		{"BYE in SELECT", answers{"SELECT": all(lines("* BYE no"), hangUp)}, nil, lost, "no"},
		{"BYE in EXPUNGE", answers{"EXPUNGE": all(lines("* 1 EXPUNGE", "* BYE no"), hangUp)}, expunge, lost, "1 messages expunged"},
		{"BYE in STORE", answers{"STORE": all(lines("* BYE no"), hangUp)}, setFlag, lost, ""},
		{"COPYUID of all UIDs", answers{"FETCH": uidsOnly, "COPY": lines("T OK [COPYUID 1 1:4294967295 1:4294967295] done")}, copyUIDs, nil, ""},
		{"COPYUID of a line of 12 MB", answers{"FETCH": uidsOnly, "COPY": lines("T OK [COPYUID 1 " + strings.Repeat("1,", 3<<20) + "1 " + strings.Repeat("1,", 3<<20) + "1] done")}, copyUIDs, nil, ""},
		{"COPYUID without end", answers{"FETCH": uidsOnly, "COPY": endless("* OK [COPYUID 1 1:5 1:5] done\r\n")}, copyUIDs, lost, "nobody asked for"},
		{"COPYUID in an endless line", answers{"FETCH": uidsOnly, "COPY": all(lines("* OK [COPYUID 1 1"), endless("1,"))}, copyUIDs, lost, ""},
		{"BYE in COPY", answers{"COPY": all(lines("* BYE no"), hangUp)}, copyAll, lost, ""},
		{"BYE in CREATE", answers{"CREATE": all(lines("* BYE no"), hangUp)}, create, lost, ""},
		{"BYE while nobody asks", answers{"NOOP": all(lines("T OK done", "* BYE idle for too long"), hangUp)}, func(m *imapcompat.Connection) error {
			m.Ping()
			time.Sleep(50 * time.Millisecond)
			return m.Ping()
		}, lost, ""},
		{"silence", answers{"FETCH": silence}, body, []error{imapcompat.ErrTimeout}, ""},
		{"silence within a literal", answers{"FETCH": lines("* 1 FETCH (BODY[TEXT] {100}", "x")}, body, []error{imapcompat.ErrTimeout}, ""},
		{"silence in MOVE", answers{"MOVE": silence, "COPY": silence}, moveAll, []error{imapcompat.ErrTimeout}, ""},
		{"silence in APPEND", answers{"APPEND": lines("+ go ahead"), "NOOP": imapServer["any"], "any": silence}, appendOne, []error{imapcompat.ErrTimeout}, "may have been appended or not"},
		{"octet by octet", answers{"FETCH": func() answer {
			return all(trickle(time.Millisecond, "* 1 FETCH (UID 101 BODY[TEXT] {5}\r\nhello)\r\n"), lines("T OK done"))
		}()}, body, nil, ""},

		// Up to the login.
		{"no greeting", answers{"": silence}, nil, []error{imapcompat.ErrTimeout}, ""},
		{"greeting of 1 GiB", answers{"": endless("* OK x")}, nil, []error{imapcompat.ErrTooLarge}, "too long"},
		{"greeting of another protocol", answers{"": lines("220 smtp.example.org ESMTP")}, nil, []error{imapcompat.ErrProtocol}, "Not an IMAP server"},
		{"greeting of noise", answers{"": lines("\x00\xff\x00")}, nil, []error{imapcompat.ErrProtocol}, "Not an IMAP server"},
		{"greeting BYE", answers{"": lines("* BYE no")}, nil, []error{imapcompat.ErrRefused}, "no"},
		{"CAPABILITY without end", answers{"": lines("* OK hi"), "CAPABILITY": endless("* CAPABILITY IMAP4rev1\r\n")}, nil, []error{imapcompat.ErrProtocol}, "nobody asked for"},
		{"endless line of CAPABILITY", answers{"": lines("* OK hi"), "CAPABILITY": all(repeated(1, "* CAPABILITY"), endless(" X"))}, nil, []error{imapcompat.ErrTooLarge}, ""},
		{"alerts without end before the login", answers{"": lines("* OK hi"), "CAPABILITY": endless("* OK [ALERT] hi\r\n")}, nil, []error{imapcompat.ErrProtocol}, ""},
		{"4 billion messages before the login", answers{"": lines("* OK hi"), "CAPABILITY": lines("* 4000000000 EXISTS", "* CAPABILITY IMAP4rev1", "T OK done")}, nil, []error{imapcompat.ErrTooLarge}, ""},
		{"challenges without end", answers{"": lines("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=SCRAM-SHA-256] hi"), "AUTHENTICATE": endless("+ \r\n")}, nil, []error{imapcompat.ErrProtocol}, ""},
		{"a challenge to every line", answers{"": lines("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi"), "any": lines("+ "), "AUTHENTICATE": lines("+ ")}, nil, []error{imapcompat.ErrProtocol}, ""},
		{"challenge of 60 KB", answers{"": lines("* OK [CAPABILITY IMAP4rev1 AUTH=SCRAM-SHA-256] hi"), "AUTHENTICATE": lines("+ " + long)}, nil, []error{imapcompat.ErrTimeout}, ""},
		{"every login refused", answers{"": lines("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN] hi"), "any": lines("T NO no")}, nil, []error{imapcompat.ErrAuthentication}, ""},
		{"continuation to LOGIN", answers{"": lines("* OK [CAPABILITY IMAP4rev1] hi"), "LOGIN": lines("+ more")}, nil, []error{imapcompat.ErrProtocol}, ""},
		{"BYE in the login", answers{"": lines("* OK [CAPABILITY IMAP4rev1] hi"), "LOGIN": all(lines("* BYE no"), hangUp)}, nil, lost, "no"},
		{"silence in the login", answers{"": lines("* OK [CAPABILITY IMAP4rev1] hi"), "LOGIN": silence}, nil, []error{imapcompat.ErrTimeout}, ""},
	}
	for _, test := range short.Sample(tests, 5) {
		t.Run(test.name, func(t *testing.T) {
			watch(t, func() {
				srv := serve(t, imapCommand, imapServer.with(test.answers))
				defer srv.close()
				checkOutcome(t, converse(srv.name("/imap"), test.call, test.want), test.want, test.text)
			})
		})
	}
}

// converse opens a mailbox, calls f, and closes the mailbox. If a timeout is expected, it uses
// short ones.
func converse(name string, f call, want []error) error {
	var opts []imapcompat.Option
	if slices.Contains(want, imapcompat.ErrTimeout) {
		opts = timeouts(impatience)
	}
	m, err := open(name, opts...)
	if err != nil {
		return err
	}
	if f != nil {
		err = f(m)
	}
	m.Close()
	return err
}

func checkOutcome(t *testing.T, err error, want []error, text string) {
	t.Helper()
	t.Logf("%.300v", err)
	switch {
	case len(want) == 0 && err != nil:
		t.Errorf("got %v, want success", err)
	case len(want) > 0 && !slices.ContainsFunc(want, func(w error) bool { return errors.Is(err, w) }):
		t.Errorf("got %v, want one of %v", err, want)
	case len(want) > 0 && !strings.Contains(err.Error(), text):
		t.Errorf("got %v, want %q in it", err, text)
	case err != nil && len(err.Error()) > 9000:
		t.Errorf("the text of the error has %d octets", len(err.Error()))
	}
}

// largeStructures answers a FETCH of message numbers with structures that each have a parameter
// of a megabyte.
func largeStructures(conn net.Conn, cmd command) error {
	var first, last int
	if n, _ := fmt.Sscanf(cmd.line, cmd.tag+" FETCH %d:%d", &first, &last); n == 1 {
		last = first
	}
	value := strings.Repeat("p", 1_000_000)
	for n := first; n <= last; n++ {
		response := fmt.Sprintf("* %d FETCH (UID %d FLAGS () BODYSTRUCTURE (\"text\" \"plain\" (\"a\" {%d}\r\n%s) NIL NIL \"7bit\" 1 1))", n, n, len(value), value)
		if err := lines(response)(conn, cmd); err != nil {
			return err
		}
	}
	return lines("T OK done")(conn, cmd)
}

// overviewIs expects the overview of exactly these messages, in this order.
func overviewIs(want ...int) call {
	return func(m *imapcompat.Connection) error {
		list, err := m.FetchOverview("1:*")
		var got []int
		for _, o := range list {
			got = append(got, o.Msgno)
		}
		if err == nil && !slices.Equal(got, want) {
			return fmt.Errorf("messages %v, want %v", got, want)
		}
		return err
	}
}
