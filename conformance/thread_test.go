package conformance

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
)

// imap_thread passes these bits to c-client. SE_NOSERVER threads in the client on IMAP too, and
// SE_NOLOCAL only on the server.
const (
	seNoServer = 0x10
	seNoLocal  = 0x200
)

// threadFlags are the ways to thread. PHP checks none of them.
var threadFlags = []int{0, seUID, seNoServer, seUID | seNoServer, seNoLocal, seNoLocal | seNoServer, 6, 1 << 20, -1}

// header has the fields of a message that threading uses; "" is a missing field.
type header struct{ id, references, inReplyTo, subject, date string }

func (h header) message() []byte {
	var b strings.Builder
	for _, f := range [][2]string{
		{"Message-ID", h.id}, {"References", h.references}, {"In-Reply-To", h.inReplyTo},
		{"Subject", h.subject}, {"Date", h.date}, {"From", "a@example.org"},
	} {
		if f[1] != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", f[0], f[1])
		}
	}
	return []byte(b.String() + "\r\ntext\r\n")
}

func mailboxOf(headers ...header) mailbox {
	m := mailbox{name: "INBOX"}
	for i, h := range headers {
		m.messages = append(m.messages, dovecot.Message{
			UID: uidOf(i + 1), Raw: h.message(), Date: dovecot.Epoch.AddDate(0, 0, -i),
		})
	}
	return m
}

// conversations returns the messages of all threadBoxes together.
func conversations() mailbox {
	var headers []header
	for _, box := range threadBoxes {
		headers = append(headers, box.headers...)
	}
	return mailboxOf(headers...)
}

// referring returns messages that each have one of these References, and the messages that
// these may name.
func referring(fields ...string) []header {
	var list []header
	for i, name := range []string{"a@x", "b@x", "c@x", "\"a b\"@x", "c@y.z", "a@[1.2.3.4]", "a"} {
		list = append(list, header{id: "<" + name + ">", subject: "of " + name, date: day(1 + i)})
	}
	for i, field := range fields {
		list = append(list, header{id: fmt.Sprintf("<%d@example.org>", i), references: field, subject: fmt.Sprint(i), date: day(10)})
	}
	return list
}

// day returns a date of July 2023.
func day(n int) string { return fmt.Sprintf("%d Jul 2023 10:00:00 +0000", n) }

// threadBoxes are mailboxes named after what is odd in them.
var threadBoxes = []struct {
	name    string
	headers []header
}{
	{"nothing", nil},
	{"one", []header{{id: "<a@x>", subject: "s", date: day(1)}}},
	{"no fields", []header{{}, {}, {}}},
	{"answers", []header{
		{id: "<a@x>", subject: "s", date: day(1)}, {id: "<b@x>", references: "<a@x>", subject: "t", date: day(2)},
		{id: "<c@x>", references: "<a@x> <b@x>", subject: "u", date: day(3)}, {id: "<d@x>", references: "<a@x>", subject: "v", date: day(4)},
	}},
	{"two conversations", []header{
		{id: "<a@x>", subject: "lunch?", date: day(1)}, {id: "<b@x>", references: "<a@x>", subject: "Re: lunch?", date: day(2)},
		{id: "<c@x>", references: "<a@x> <b@x>", subject: "Re: lunch?", date: day(4)}, {id: "<d@x>", references: "<a@x>", subject: "Re: lunch?", date: "1 Jul 2023 12:00:00 +0000"},
		{id: "<e@x>", references: "<z@x>", subject: "report", date: day(6)}, {id: "<f@x>", references: "<z@x>", subject: "figures", date: day(5)},
	}},
	{"answers before questions", []header{
		{id: "<c@x>", references: "<a@x> <b@x>", subject: "u", date: day(3)}, {id: "<b@x>", references: "<a@x>", subject: "t", date: day(2)},
		{id: "<a@x>", subject: "s", date: day(1)},
	}},
	{"missing parents", []header{
		{id: "<a@x>", references: "<m@x>", subject: "s", date: day(1)}, {id: "<b@x>", references: "<m@x>", subject: "t", date: day(2)},
		{id: "<c@x>", references: "<n@x>", subject: "u", date: day(3)}, {id: "<d@x>", references: "<o@x> <p@x>", subject: "v", date: day(4)},
		{id: "<e@x>", references: "<o@x> <q@x>", subject: "w", date: day(5)}, {id: "<f@x>", references: "<o@x> <q@x> <r@x>", subject: "y", date: day(5)},
	}},
	{"duplicate Message-IDs", []header{
		{id: "<a@x>", subject: "s", date: day(3)}, {id: "<a@x>", subject: "t", date: day(1)}, {id: "<b@x>", references: "<a@x>", subject: "u", date: day(2)},
		{id: "<b@x>", references: "<a@x>", subject: "v", date: day(2)}, {id: "<c@x>", references: "<b@x>", subject: "w", date: day(2)},
	}},
	{"loops", []header{
		{id: "<a@x>", references: "<b@x>", subject: "s", date: day(1)}, {id: "<b@x>", references: "<a@x>", subject: "t", date: day(2)},
		{id: "<c@x>", references: "<c@x>", subject: "u", date: day(3)}, {id: "<d@x>", references: "<e@x> <f@x> <d@x> <e@x>", subject: "v", date: day(4)},
		{id: "<f@x>", references: "<d@x> <e@x> <f@x>", subject: "w", date: day(5)}, {id: "<g@x>", references: "<h@x> <h@x> <i@x> <h@x> <i@x>", subject: "y", date: day(6)},
	}},
	{"another parent than others said", []header{
		{id: "<a@x>", references: "<p@x> <b@x> <c@x>", subject: "s", date: day(1)}, {id: "<b@x>", references: "<q@x>", subject: "t", date: day(2)},
		{id: "<c@x>", subject: "u", date: day(3)}, {id: "<d@x>", references: "<b@x> <c@x>", subject: "v", date: day(4)},
	}},
	{"In-Reply-To", []header{
		{id: "<a@x>", subject: "s", date: day(1)}, {id: "<b@x>", inReplyTo: "<a@x>", subject: "t", date: day(2)},
		{id: "<c@x>", references: "<b@x>", inReplyTo: "<a@x>", subject: "u", date: day(3)}, {id: "<d@x>", inReplyTo: "<a@x> <b@x>", subject: "v", date: day(4)},
		{id: "<e@x>", inReplyTo: "your message of today <a@x>", subject: "w", date: day(5)}, {id: "<f@x>", references: "none", inReplyTo: "<b@x>", subject: "y", date: day(6)},
		{id: "<g@x>", inReplyTo: "\"a@x\"'s message", subject: "z", date: day(7)},
	}},
	{"subjects", []header{
		{id: "<a@x>", subject: "one", date: day(1)}, {id: "<b@x>", subject: "Re: one", date: day(2)}, {id: "<c@x>", subject: "one", date: day(3)},
		{id: "<d@x>", subject: "Re: two", date: day(4)}, {id: "<e@x>", subject: "two", date: day(5)}, {id: "<f@x>", subject: "Re: three", date: day(6)},
		{id: "<g@x>", subject: "Fwd: three", date: day(7)}, {id: "<h@x>", subject: "[list] ONE (fwd)", date: day(8)}, {id: "<i@x>", subject: "=?utf-8?q?One?=", date: day(9)},
		{id: "<j@x>", subject: "[Fwd: two]", date: day(1)}, {id: "<k@x>", subject: "", date: day(2)}, {id: "<l@x>", subject: "Re:", date: day(3)},
		{id: "<m@x>", subject: "=?utf-8?b?UmU6IMOkcGZlbA==?=", date: day(4)}, {id: "<n@x>", subject: "=?iso-8859-1?q?=C4PFEL?=", date: day(5)}, {id: "<o@x>", subject: "Re[2]: \t Two", date: day(6)},
	}},
	{"subjects of missing parents", []header{
		{id: "<a@x>", references: "<m@x>", subject: "s", date: day(3)}, {id: "<b@x>", references: "<m@x>", subject: "t", date: day(2)},
		{id: "<c@x>", references: "<n@x>", subject: "Re: s", date: day(4)}, {id: "<d@x>", references: "<n@x>", subject: "t", date: day(1)},
		{id: "<e@x>", subject: "s", date: day(1)}, {id: "<f@x>", subject: "Re: t", date: day(5)}, {id: "<g@x>", subject: "t", date: day(1)},
	}},
	{"dates", []header{
		{id: "<a@x>", subject: "a"}, {id: "<b@x>", subject: "b", date: "today"}, {id: "<c@x>", subject: "c", date: "32 Jul 2023"},
		{id: "<d@x>", subject: "d", date: "Thu, 1 Jan 1970 00:00:00 +0000"}, {id: "<e@x>", subject: "e", date: "1 Jan 1970 00:00:00 +0300"},
		{id: "<f@x>", subject: "f", date: "1 Jul 23"}, {id: "<g@x>", subject: "g", date: "3 Jul 2023 10:00:00 -1200"}, {id: "<h@x>", subject: "h", date: "3 Jul 2023 22:00:00 +0000"},
		{id: "<i@x>", subject: "i", date: "3 Jul 2023 25:00:00"}, {id: "<j@x>", subject: "j", date: "1 Jan 2099 10:00:00 +0000"}, {id: "<k@x>", subject: "k", date: "Mon, 3 Jul 2023"},
	}},
	{"identifiers", []header{
		{id: "<a@x>", subject: "1", date: day(1)}, {id: "a@x", references: "<a@x>", subject: "2", date: day(2)}, {id: "words <b@x>", references: "( <c@x> ) <a@x>", subject: "3", date: day(3)},
		{id: "<\"b\"@x>", references: "<a@x>\r\n <b@x>", subject: "4", date: day(4)}, {id: "< b @ x >", references: "<b@x>,<a@x>", subject: "5", date: day(5)},
		{id: "<c>", references: "<b@x> junk, <a@x>", subject: "6", date: day(6)}, {id: "<d@x", references: "<c> <d@x>", subject: "7", date: day(7)},
		{id: "<@r:e@x>", references: "<d@x", subject: "8", date: day(8)}, {id: "<e@[1.2.3.4]>", references: "<e@x><e@[1.2.3.4]>", subject: "9", date: day(9)},
		{id: "<>", references: "<> <a@x>", subject: "10", date: day(10)}, {id: "<a@X>", references: "a@x <b@x>", subject: "11", date: day(11)},
		{id: "<f@x> <g@x>", references: "\"a phrase\" <f@x>", subject: "12", date: day(12)}, {id: "<(x)h@x>", references: "<a@x> \"open", subject: "13", date: day(13)},
		{id: "<i@x.>", references: "<a@x> (open", subject: "14", date: day(14)}, {id: "<j.@x>", references: "<h@x> <i.@x>", subject: "15", date: day(15)},
		{id: "<k@>", references: "<b@x> <k@>", subject: "16", date: day(16)}, {id: "<l\xe4@x>", references: "<l\xe4@x>", subject: "17", date: day(17)},
		{id: "<" + strings.Repeat("m", 300) + "@x>", references: "<l@x>", subject: "18", date: day(18)}, {id: "<n@x>", references: "<" + strings.Repeat("m", 300) + "@x>", subject: "19", date: day(19)},
	}},
	{"References", referring(
		"<a@x>", "<b@x>\t<c@x>", "<c@y.z><b@x>", "<a@x>,<b@x>", "<a@x> and <c@x>", "( comment ) <a@x> (<b@x>) <c@x>", "your message <a@x>", "\"a phrase\" <a@x>",
		"<\"a b\"@x> < c @ y . z >", "<@route:a@x> <a@[1.2.3.4]>", "<a> <b@x>", "a@x <b@x>", "<> <b@x>", "nothing", "<a@> <b@x>", "<a@x> (open <b@x>", "<b@x",
	)},
}

// threadAll threads a mailbox, each time over a connection of its own: PHP reports only the
// first time what does not parse.
func threadAll(t *testing.T, box mailbox, name string) {
	t.Helper()
	for _, service := range services {
		t.Run(service.name+" "+name, func(t *testing.T) {
			t.Parallel()
			php, ours := newOracle(t, newPlace(t, box)), newLibrary(t, newPlace(t, box))
			for _, f := range threadFlags {
				for _, c := range []call{open(service.inbox), do("imap_thread", f), do("imap_close")} {
					both(t, php, ours, c, fmt.Sprintf("%s/%s/threads, %s, flags %d", service.name, c.fn, name, f))
				}
			}
		})
	}
}

// TestThread threads small mailboxes made for it.
func TestThread(t *testing.T) {
	for _, box := range threadBoxes {
		threadAll(t, mailboxOf(box.headers...), box.name)
	}
}

// TestThreadCorpus threads the messages of the corpora together.
func TestThreadCorpus(t *testing.T) {
	threadAll(t, corpusMailbox(slices.DeleteFunc(allMessages(t), func(m message) bool { return m.name == beyondKSC5601 })), "all messages")
}

// TestThreadSessions threads more than once, while the mailbox changes, and without a mailbox.
func TestThreadSessions(t *testing.T) {
	local, server := do("imap_thread", seUID|seNoServer), do("imap_thread", seUID)
	changing := steps(local, server, elsewhere{do("imap_append", inboxOfOther, "Subject: subject 1\r\n\r\n")}, do("imap_ping"), local, server,
		do("imap_delete", "1"), local, server, do("imap_expunge"), local, server, do("imap_thread"), do("imap_thread", seNoServer), do("imap_sort", 0, false), local,
		do("imap_close"), do("imap_thread"))
	unreadable := mailboxOf(header{id: "<a@x", references: "<b@x> <c"}, header{id: "<c@x>", inReplyTo: "<a@x>"})
	play(t, scenario{"threads, half-open", "imap", []mailbox{five()}, steps(open(imapBox, opHalfOpen), local, server)})
	for _, s := range slices.Concat(
		bothServices("threads, changing", five(), changing...),
		bothServices("threads, again", unreadable, local, local, server),
		bothServices("lost while threading", five(), do("imap_num_msg"), cut{}, do("imap_thread"), do("imap_thread", seNoServer)),
	) {
		play(t, s)
	}
}

// threadResponses are valid and invalid answers of a server with two messages.
var threadResponses = map[string][]string{
	"right":     {"", "(1)", "(1)(2)", "(2)(1)", "(2 1)", "(1 2 )", "(01)", "((1)(2))", "((2)(1))", "((1 2))", "(2 (1))", "(((1)(2)))", "(1 (2)(1))", "(1 (2 1)(2 (1)(2)))"},
	"blanks":    {" (1)(2)", "(1) (2)", "(1  2)", "(1 (2) (1))"},
	"numbers":   {"(9)", "(1 (2)(3))"},
	"malformed": {"1", "(", "(1", "(1 2))", "()", "(a)", "(0)", "(-1)", "(4294967297)", "(1 (2) 1)", "(1)x", "(1 \"2\")"},
}

// TestThreadScripts threads on servers that behave unlike Dovecot.
func TestThreadScripts(t *testing.T) {
	for kind, texts := range threadResponses {
		for _, text := range texts {
			response := strings.TrimSuffix("* THREAD "+text, " ")
			threadScript(t, kind+" "+text, map[string]string{"THREAD": response + "\n%s OK done"})
		}
	}
	threadScript(t, "no response", nil)
	threadScript(t, "two responses", map[string]string{"THREAD": "* THREAD (1)\n* THREAD (2)\n%s OK done"})
	threadScript(t, "NO", map[string]string{"THREAD": "* THREAD (1)\n%s NO not now"})
	threadScript(t, "BAD", map[string]string{"THREAD": "%s BAD what"})
	threadScript(t, "no capability", map[string]string{"CAPABILITY": "* CAPABILITY IMAP4REV1 THREAD=ORDEREDSUBJECT SORT\n%s OK done"})
	threadScript(t, "small letters", map[string]string{"CAPABILITY": "* CAPABILITY IMAP4REV1 thread=references\n%s OK done", "THREAD": "* THREAD (2 1)\n%s OK done"})
}

func threadScript(t *testing.T, name string, answers map[string]string) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		s := script{answers: map[string]string{"CAPABILITY": "* CAPABILITY IMAP4REV1 THREAD=REFERENCES\n%s OK done"}}
		maps.Copy(s.answers, answers)
		p := newPlace(t)
		p.imap = listen(t, s.serve)
		php, ours := newOracle(t, p), newLibrary(t, p)
		for _, mailbox := range []string{imapBox, "{127.0.0.1:@IMAP/imap/notls/loser}INBOX"} {
			for _, c := range []call{open(mailbox), do("imap_thread"), do("imap_thread", seUID), do("imap_thread", seNoLocal), do("imap_close")} {
				both(t, php, ours, c, fmt.Sprintf("imap/%s/script threads %s, %s: %v", c.fn, name, mailbox, c))
			}
		}
	})
}

// TestThreadRandom threads mailboxes of messages with random references to each other.
func TestThreadRandom(t *testing.T) {
	const seed, mailboxes = 1, 300
	for i := range mailboxes {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		m := mailboxOf(randomHeaders(random)...)
		steps := []step{do("imap_thread"), do("imap_thread", seUID|seNoServer)}
		for _, s := range bothServices(fmt.Sprintf("threads, seed %d.%d", seed, i), m, steps...) {
			t.Run(fmt.Sprint(s.service, i), func(t *testing.T) {
				t.Parallel()
				play(t, s)
			})
		}
	}
}

func pick[T any](random *rand.Rand, list ...T) T { return list[random.IntN(len(list))] }

// randomHeaders returns the headers of 5 to 40 messages.
func randomHeaders(random *rand.Rand) []header {
	n := 5 + random.IntN(36)
	names := 2 + random.IntN(2*n)
	id := func() string { return fmt.Sprintf("<%d@x>", random.IntN(names)) }
	subjects := subjectsAlike[:1+random.IntN(len(subjectsAlike))]
	if random.IntN(3) == 0 {
		subjects = sortSubjects
	}
	var list []header
	for range n {
		h := header{subject: pick(random, subjects...)}
		if random.IntN(8) > 0 {
			h.id = id()
		}
		if random.IntN(3) > 0 {
			var references []string
			for range random.IntN(6) {
				references = append(references, id())
			}
			h.references = strings.Join(references, pick(random, " ", "\r\n\t", "", " (comment) "))
		}
		if random.IntN(3) == 0 {
			h.inReplyTo = pick(random, id(), "your message "+id(), id()+" "+id(), "nothing")
		}
		switch random.IntN(8) {
		case 0:
		case 1:
			h.date = pick(random, "today", "Thu, 1 Jan 1970 00:00:00 +0000", "32 Jul 2023", "1 Jul 23", "1 Jan 2099 10:00:00 +0000")
		default:
			h.date = day(1 + random.IntN(20))
		}
		list = append(list, h)
	}
	return list
}

// subjectsAlike are subjects, some of them of replies.
var subjectsAlike = []string{"a", "Re: a", "b", "", "Fwd: a", "a (fwd)", "[list] b", "Re: b", "[Fwd: a]", "c"}
