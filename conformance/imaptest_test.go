package conformance

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/generate"
	"github.com/imapcompat/imapcompat/imaptest"
)

// testServer is the library on imaptest.
type testServer struct {
	*library
	ports *strings.Replacer // and the UIDVALIDITY, which a server chooses
}

// maildirFlags are the flags of Maildir's letters in the mailboxes of corpusMailbox.
var maildirFlags = map[rune]string{
	'D': `\Draft`, 'F': `\Flagged`, 'R': `\Answered`, 'S': `\Seen`, 'T': `\Deleted`, 'a': "$Label1", 'b': "work",
}

// newTestServer starts imaptest with a mailbox that no session has opened recently.
func newTestServer(t *testing.T, box mailbox) *testServer {
	t.Helper()
	config := imaptest.Config{User: "u10000", Password: dovecot.Password}
	for _, m := range box.messages {
		message := imaptest.Message{Text: string(m.Raw), Date: m.Date}
		for _, letter := range m.Flags {
			message.Flags = append(message.Flags, maildirFlags[letter])
		}
		config.Messages = append(config.Messages, message)
	}
	srv := config.NewServer(t)
	port := func(addr string) int {
		n, err := strconv.Atoi(addr[strings.LastIndexByte(addr, ':')+1:])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	p := place{user: config.User, imap: port(srv.IMAPAddr()), pop3: port(srv.POP3Addr())}
	first := &testServer{newLibrary(t, p), nil}
	first.do(open(services[0].inbox))
	first.do(do("imap_close"))
	return &testServer{newLibrary(t, p), strings.NewReplacer(
		fmt.Sprintf(":%d", p.imap), ":@IMAP", fmt.Sprintf(":%d", p.pop3), ":@POP3",
		`"uidvalidity":1}`, fmt.Sprintf(`"uidvalidity":%d}`, dovecot.UIDValidity))}
}

func (s *testServer) do(c call) string {
	if s.ports == nil {
		return s.library.do(c)
	}
	return s.ports.Replace(s.library.do(c))
}

// numbered returns a mailbox with UIDs from 1, as imaptest assigns them.
func numbered(box mailbox) mailbox {
	box.messages = slices.Clone(box.messages)
	for i := range box.messages {
		box.messages[i].UID = i + 1
	}
	return box
}

// TestTestServer compares what the library returns on imaptest with what it returns on Dovecot, for
// each message of the corpora, and for the whole mailbox.
func TestTestServer(t *testing.T) {
	messages := allMessages(t)
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			t.Parallel()
			box := numbered(corpusMailbox(messages))
			want, got := onBoth(t, service.inbox, box)
			ref := strings.TrimSuffix(service.inbox, "INBOX")
			for _, c := range slices.Concat(aboutMailbox(ref), overviews(), wrongCalls(), selecting(ref), searching()) {
				if c.fn == "imap_savebody" {
					continue // writes a file; imap_fetchbody reads the same sections
				}
				sameOnBoth(t, service.name, want, got, c, "whole mailbox")
			}
			for i, m := range messages {
				readOnBoth(t, service.name, want, got, i+1, m.name, goldenSections)
			}
		})
	}
}

// TestTestServerGenerated does so for generated messages.
func TestTestServerGenerated(t *testing.T) {
	seed := seed(t)
	for _, list := range numbers(t, generatedMessages, perMailbox) {
		for _, service := range services {
			t.Run(fmt.Sprintf("%s %d", service.name, list[0]), func(t *testing.T) {
				t.Parallel()
				var messages []message
				for _, n := range list {
					messages = append(messages, message{fmt.Sprintf("seed %d message %d", seed, n), generate.Message(seed, n)})
				}
				want, got := onBoth(t, service.inbox, numbered(corpusMailbox(messages)))
				for i, m := range messages {
					readOnBoth(t, service.name, want, got, i+1, m.name, nil)
				}
			})
		}
	}
}

// onBoth opens a mailbox on Dovecot and on imaptest.
func onBoth(t *testing.T, inbox string, box mailbox) (want, got side) {
	t.Helper()
	want, got = newLibrary(t, newPlace(t, box)), newTestServer(t, box)
	want.do(open(inbox))
	got.do(open(inbox))
	return want, got
}

// searching returns searches by text and by odd words.
func searching() (list []call) {
	for _, words := range searchWords {
		list = append(list, do("imap_search", words))
	}
	for _, key := range []string{"BODY", "FROM", "SUBJECT", "TEXT", "TO"} {
		for _, text := range searchTexts {
			list = append(list, do("imap_search", key+" "+text))
		}
	}
	return list
}

// readOnBoth compares what the reading functions return for a message and some sections, by default
// those that it has.
func readOnBoth(t *testing.T, service string, want, got side, num int, name string, sections []string) {
	same := func(fn string, args ...any) string {
		return sameOnBoth(t, service, want, got, do(fn, append([]any{num}, args...)...), name)
	}
	same("imap_headerinfo", 20, 30)
	structure := same("imap_fetchstructure")
	same("imap_fetchheader")
	same("imap_fetchbody", "", ftPeek)
	same("imap_body", ftPeek)
	if sections == nil {
		sections = sectionsIn(t, structure)
	}
	for _, section := range sections {
		same("imap_bodystruct", section)
		same("imap_fetchmime", section, ftPeek)
		same("imap_fetchbody", section, ftPeek)
	}
	sameOnBoth(t, service, want, got, do("imap_fetch_overview", strconv.Itoa(num)), name)
}

// sectionsIn returns the sections of a structure that are compared.
func sectionsIn(t *testing.T, outcome string) []string {
	var parts structure
	if err := json.NewDecoder(strings.NewReader(outcome)).Decode(&parts); err != nil {
		t.Fatalf("%v in %s", err, outcome)
	}
	sections := parts.sections()
	slices.Sort(sections)
	return sections[:min(len(sections), maxSections)]
}

// sameOnBoth compares the outcomes of a call, and returns Dovecot's.
func sameOnBoth(t *testing.T, service string, want, got side, c call, name string) string {
	t.Helper()
	outcome := want.do(c)
	compareAs(t, "imaptest-"+service+"/"+c.fn+"/"+name+" "+c.String(), [2]string{"on Dovecot ", "on imaptest"}, outcome, got.do(c))
	return outcome
}
