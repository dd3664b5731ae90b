package conformance

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
	"github.com/imapcompat/imapcompat/conformance/php"
	"github.com/imapcompat/imapcompat/conformance/wire"
)

// scenario is a sequence of calls that each side makes once, on mailboxes of its own with the
// same messages.
type scenario struct {
	name      string
	service   string // "imap" or "pop3", by which the mailboxes are reached
	mailboxes []mailbox
	steps     []step
}

// step is a step of a scenario, on one side.
type step interface {
	run(r *run) string
	fmt.Stringer
	function() string
}

// run is a scenario in progress on one side.
type run struct {
	side
	t     *testing.T
	place place
	other *oracle // another PHP on the same mailboxes
	proxy *wire.Proxy
}

func (c call) run(r *run) string { return r.do(c) }
func (c call) function() string  { return c.fn }

// elsewhere is a call by another session meanwhile, over IMAP. Both sides have the same one.
type elsewhere struct{ call }

func (e elsewhere) run(r *run) string {
	r.other.do(do("imap_open", inboxOfOther, "@USER", dovecot.Password))
	answer := r.other.do(e.call)
	r.other.do(do("imap_close"))
	return answer
}

func (e elsewhere) String() string   { return "elsewhere " + e.call.String() }
func (e elsewhere) function() string { return "state" }

const inboxOfOther = "{127.0.0.1:@IMAP/imap/notls}INBOX"

// look shows the state on the server, as another session sees it without changing it.
type look string

func (l look) run(r *run) string {
	if answer := r.other.do(do("imap_open", "{127.0.0.1:@IMAP/imap/notls/readonly}"+string(l), "@USER", dovecot.Password)); answer != "connection" {
		return answer
	}
	defer r.other.do(do("imap_close"))
	return r.other.do(do("imap_headers")) + r.other.do(do("imap_fetch_overview", "1:*"))
}

func (l look) String() string   { return "look at " + string(l) }
func (l look) function() string { return "state" }

// cut breaks the network.
type cut struct{}

func (cut) run(r *run) string {
	r.proxy.Cut()
	return "cut"
}

func (cut) String() string   { return "cut" }
func (cut) function() string { return "state" }

var anotherWorker = sync.OnceValue(func() *php.Worker { return new(php.Worker) })

// otherWorker returns the PHP of all other sessions.
func otherWorker(t *testing.T) *php.Worker {
	t.Helper()
	needOracle(t)
	return anotherWorker()
}

// play runs a scenario on both sides, and compares each step.
func play(t *testing.T, s scenario) {
	t.Helper()
	want := s.play(t, func(p place) side { return newOracle(t, p) })
	got := s.play(t, func(p place) side { return newLibrary(t, p) })
	for i, step := range s.steps {
		compare(t, s.nameOf(i, step), want[i], got[i])
	}
}

// nameOf returns the name of the case of the i-th step.
func (s scenario) nameOf(i int, step step) string {
	return fmt.Sprintf("%s/%s/%s %d %v", s.service, step.function(), s.name, i+1, step)
}

func (s scenario) play(t *testing.T, newSide func(place) side) []string {
	t.Helper()
	p := newPlace(t, s.mailboxes...)
	r := &run{t: t, other: newOracle(t, p), place: p}
	r.other.worker = otherWorker(t)
	if s.cuts() {
		r.proxy = newProxy(t, p, s.service)
		if s.service == "imap" {
			p.imap = r.proxy.Port()
		} else {
			p.pop3 = r.proxy.Port()
		}
	}
	r.side = newSide(p)
	var answers []string
	for _, step := range s.steps {
		answers = append(answers, step.run(r))
	}
	return answers
}

func (s scenario) cuts() bool {
	for _, step := range s.steps {
		if _, ok := step.(cut); ok {
			return true
		}
	}
	return false
}

func newProxy(t *testing.T, p place, service string) *wire.Proxy {
	t.Helper()
	port := p.imap
	if service == "pop3" {
		port = p.pop3
	}
	proxy, err := wire.NewProxy(harness.Address(port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	return proxy
}

// five returns a mailbox with five messages with UIDs 1, 3, 4, 7 and 9.
func five(flags ...string) mailbox {
	m := mailbox{name: "INBOX", keywords: []string{"$Label1", "work"}}
	for i, uid := range []int{1, 3, 4, 7, 9} {
		msg := dovecot.Message{
			UID: uid,
			Raw: fmt.Appendf(nil, "From: A%d <a%d@example.org>\nTo: b@example.com\nSubject: subject %d\n"+
				"Date: Mon, %d Jul 2023 04:44:25 +0200\n\n%s", i+1, i+1, i+1, i+3, strings.Repeat("text\n", i+1)),
		}
		if i < len(flags) {
			msg.Flags = flags[i]
		}
		m.messages = append(m.messages, msg)
	}
	return m
}

// recent returns the mailbox with all messages recent.
func recent(m mailbox) mailbox {
	for i := range m.messages {
		m.messages[i].Recent, m.messages[i].Flags = true, ""
	}
	return m
}

func named(name string, m mailbox) mailbox {
	m.name = name
	return m
}

// one returns a mailbox with one of our own messages.
func one(t *testing.T, name string) mailbox {
	t.Helper()
	messages := ownMessages(t)
	i := slices.IndexFunc(messages, func(m message) bool { return m.name == name })
	if i < 0 {
		t.Fatalf("no message %s", name)
	}
	return mailbox{name: "INBOX", messages: []dovecot.Message{{Raw: messages[i].raw}}}
}

// overview returns a call that shows the state as the side itself sees it.
func overview() call { return do("imap_fetch_overview", "1:*") }

const (
	imapBox      = "{127.0.0.1:@IMAP/imap/notls}INBOX"
	pop3Box      = "{127.0.0.1:@POP3/pop3/notls}INBOX"
	opReadOnly   = int(imapcompat.OP_READONLY)
	opHalfOpen   = int(imapcompat.OP_HALFOPEN)
	opExpunge    = 128 // OP_EXPUNGE
	clExpunge    = int(imapcompat.CL_EXPUNGE)
	readOnlyBox  = "{127.0.0.1:@IMAP/imap/notls/readonly}INBOX"
	newMessage   = "From: new@example.org\r\nSubject: new\r\nDate: Mon, 3 Jul 2023 04:44:25 +0200\r\n\r\nnew\r\n"
	archive      = "{127.0.0.1:@IMAP/imap/notls}Archive"
	noSuchBox    = "{127.0.0.1:@IMAP/imap/notls}Nope"
	notAMailbox  = "{127.0.0.1:@IMAP/imap/bogus}INBOX"
	refusingHost = "{127.0.0.1:1/imap/notls}INBOX"
)

// asking returns the calls that ask about the session and its mailbox.
func asking() []step {
	return []step{
		do("imap_is_open"), do("imap_num_msg"), do("imap_num_recent"), do("imap_check"), do("imap_mailboxmsginfo"),
		do("imap_ping"), do("imap_headers"), overview(), do("imap_num_msg"), do("imap_num_recent"),
	}
}

// wrong returns calls with arguments that are refused.
func wrong() []step {
	var steps []step
	for _, n := range []int{0, -1, 6, 99, overInt32} {
		steps = append(steps,
			do("imap_headerinfo", n), do("imap_fetchheader", n), do("imap_fetchheader", n, ftUID),
			do("imap_body", n), do("imap_body", n, ftUID), do("imap_fetchbody", n, "1"), do("imap_fetchbody", n, "1", ftUID),
			do("imap_fetchbody", n, ""), do("imap_uid", n), do("imap_msgno", n))
	}
	for _, f := range []int{-1, 2, 4, 16, 64, 3, 1 << 20} {
		steps = append(steps,
			do("imap_fetchheader", 1, f), do("imap_fetchheader", 99, f), do("imap_body", 1, f), do("imap_fetchbody", 1, "1", f),
			do("imap_fetch_overview", "1", f), do("imap_delete", "1", f), do("imap_undelete", "1", f), do("imap_setflag_full", "1", `\Seen`, f),
			do("imap_clearflag_full", "1", `\Seen`, f), do("imap_close", f))
	}
	for _, n := range []int{-1, 1025, overInt32} {
		steps = append(steps, do("imap_headerinfo", 1, n), do("imap_headerinfo", 1, 1, n), do("imap_headerinfo", 99, n))
	}
	for _, f := range []int{-1, 0, 32, 64, 33} {
		steps = append(steps, do("imap_status", imapBox, f), do("imap_status", pop3Box, f))
	}
	for _, f := range []int{-1, 1, 8, 16, 32, 256, 512, 1 << 20} {
		steps = append(steps, do("imap_reopen", imapBox, f))
	}
	return append(steps, do("imap_reopen", imapBox, 0, -1), overview())
}

// every returns a call of every function, for a connection that has ended.
func every() []step {
	return []step{
		do("imap_is_open"), do("imap_ping"), do("imap_check"), do("imap_num_msg"), do("imap_num_recent"),
		do("imap_mailboxmsginfo"), do("imap_status", imapBox, 31), do("imap_headerinfo", 1), do("imap_headers"),
		do("imap_fetchheader", 1), do("imap_fetch_overview", "1"), do("imap_body", 1), do("imap_fetchbody", 1, "1"),
		do("imap_uid", 1), do("imap_msgno", 1), do("imap_delete", "1"), do("imap_undelete", "1"), do("imap_expunge"),
		do("imap_setflag_full", "1", `\Seen`), do("imap_clearflag_full", "1", `\Seen`),
	}
}

func join(lists ...[]step) []step {
	var all []step
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

func steps(list ...step) []step { return list }

// bothServices returns a scenario over IMAP and over POP3.
func bothServices(name string, m mailbox, list ...step) []scenario {
	var all []scenario
	for _, service := range services {
		all = append(all, scenario{name, service.name, []mailbox{m}, join(steps(open(service.inbox)), list)})
	}
	return all
}

func scenarios(t *testing.T) []scenario {
	closing := []step{do("imap_close"), look("INBOX")}
	expunging := []step{do("imap_close", clExpunge), look("INBOX")}
	marks := []step{
		do("imap_delete", "2:3"), overview(), do("imap_mailboxmsginfo"), do("imap_delete", "9", ftUID), do("imap_undelete", "2"),
		do("imap_headerinfo", 3), do("imap_delete", "5"), do("imap_undelete", "1:2"), do("imap_undelete", "9", ftUID), do("imap_delete", "   4"),
		overview(), do("imap_check"), look("INBOX"),
	}
	flagging := []step{
		do("imap_setflag_full", "1:2", `\Seen \Flagged`), do("imap_setflag_full", "3", `\seen \ANSWERED`),
		do("imap_setflag_full", "4,9", `\Draft`, ftUID), do("imap_setflag_full", "1", `(\Answered)`), overview(),
		do("imap_clearflag_full", "2", `\Seen`), do("imap_clearflag_full", "3:4", `\Seen \Draft`, ftUID),
		do("imap_setflag_full", "1", ""), do("imap_setflag_full", "1", " "), do("imap_setflag_full", "2", `\Deleted`),
		do("imap_setflag_full", "5", `\Seen  \Flagged `), overview(), do("imap_headers"), look("INBOX"),
	}
	badFlags := []step{
		do("imap_setflag_full", "1", `\Bogus`), do("imap_setflag_full", "1", `\Recent`), do("imap_setflag_full", "1", `\Seen,\Flagged`),
		do("imap_setflag_full", "1", "two words"), do("imap_setflag_full", "1", "$Label1"), do("imap_clearflag_full", "1", "$label1"),
		do("imap_setflag_full", "1", `(\Seen`), do("imap_setflag_full", "1", `\Seen)`), do("imap_setflag_full", "1", `a*b`),
		do("imap_setflag_full", "1", `a]b`), do("imap_setflag_full", "2", `OIB-Seen-[Gmail]/Sent`), do("imap_clearflag_full", "1", `A]B`), do("imap_setflag_full", "4", `x[y`), do("imap_setflag_full", "1", "\xe4"), do("imap_setflag_full", "2", `\Seen \Bogus \Flagged`),
		do("imap_setflag_full", "3", `\`), do("imap_setflag_full", "3", "a\r\nb"), overview(), do("imap_headers"), look("INBOX"),
	}
	reading := []step{
		do("imap_body", 1), do("imap_body", 2, ftPeek), do("imap_fetchbody", 3, "1"), do("imap_fetchbody", 4, "0"), do("imap_fetchheader", 5),
		overview(), do("imap_fetchbody", 4, ""), do("imap_fetchbody", 5, "7"), overview(), do("imap_headerinfo", 1), do("imap_headerinfo", 3),
		do("imap_mailboxmsginfo"), do("imap_headers"), look("INBOX"),
	}
	nested := []step{
		do("imap_fetchbody", 1, "2.0"), overview(), do("imap_fetchbody", 1, "2.1.0"), do("imap_fetchbody", 1, "9"), overview(),
		do("imap_fetchbody", 1, "2"), overview(), look("INBOX"),
	}
	// In c-client one reading changes what the next one reports.
	again := []step{
		do("imap_headerinfo", 1), do("imap_headerinfo", 1), do("imap_fetchbody", 1, "1", ftPeek), do("imap_fetchheader", 1),
		do("imap_fetchbody", 1, "1", ftPeek), overview(), do("imap_fetchheader", 1), do("imap_headerinfo", 1),
	}
	prefetching := []step{
		do("imap_fetchheader", 1, ftPrefetch), do("imap_headerinfo", 1), do("imap_body", 1), do("imap_headerinfo", 1),
		do("imap_fetchheader", 3, ftPrefetch|ftUID), do("imap_body", 2, ftPeek), do("imap_headerinfo", 2),
		do("imap_fetchheader", 4, ftPrefetch), do("imap_body", 5), overview(), look("INBOX"),
	}
	removing := []step{
		do("imap_delete", "2,4"), do("imap_expunge"), do("imap_num_msg"), do("imap_num_recent"), do("imap_check"),
		do("imap_uid", 1), do("imap_uid", 2), do("imap_uid", 3), do("imap_uid", 4), do("imap_msgno", 3), do("imap_msgno", 4), do("imap_msgno", 9),
		do("imap_msgno", 7), overview(), do("imap_fetchheader", 2), do("imap_body", 3), do("imap_fetchbody", 2, "1"), do("imap_headerinfo", 3),
		do("imap_headers"), do("imap_mailboxmsginfo"), do("imap_expunge"), do("imap_delete", "1:*"), do("imap_expunge"),
		do("imap_num_msg"), do("imap_headers"), overview(), do("imap_mailboxmsginfo"), do("imap_check"),
	}
	empty := mailbox{name: "INBOX"}

	var list []scenario
	for _, end := range []struct {
		name  string
		steps []step
	}{{"close", closing}, {"close CL_EXPUNGE", expunging}} {
		list = append(list, bothServices("marks, "+end.name, five(), join(marks, end.steps)...)...)
		list = append(list, bothServices("flags, "+end.name, five("S", "T", "FR", "DS", "Ta"), join(flagging, end.steps)...)...)
		list = append(list, bothServices("expunge, "+end.name, five(), join(removing, end.steps)...)...)
	}
	if other == nil { // at what PHP sends others wait for more
		list = append(list, bothServices("bad flags", five(), join(badFlags, closing)...)...)
	}
	list = append(list, bothServices("reading", five(), join(reading, closing)...)...)
	list = append(list, bothServices("reading new mail", recent(five()), join(asking(), reading, closing)...)...)
	list = append(list, bothServices("reading a nested message", one(t, "messages/rfc822"), join(nested, closing)...)...)
	for _, name := range []string{"messages/address-junk", "messages/params-broken", "messages/type-odd"} {
		list = append(list, bothServices("reading again "+name, one(t, name), join(again, closing)...)...)
	}
	list = append(list, bothServices("prefetching", five(), join(prefetching, closing)...)...)
	list = append(list, bothServices("asking", five("S", "T", "FR", "DS", "Ta"), join(asking(), closing)...)...)
	list = append(list, bothServices("asking about new mail", recent(five()), join(asking(), closing)...)...)
	list = append(list, bothServices("empty", empty, join(asking(), every(), closing)...)...)
	list = append(list, bothServices("wrong arguments", five(), join(wrong(), closing)...)...)
	list = append(list, bothServices("closed", five("T"), join(closing, every(),
		steps(do("imap_close"), do("imap_close", 7), do("imap_reopen", imapBox), do("imap_reopen", imapBox, 1), do("imap_reopen", notAMailbox),
			do("imap_delete", "1", 64), do("imap_setflag_full", "1", "(a", 64), do("imap_headerinfo", 1, -1), do("imap_uid", 0),
			do("imap_status", imapBox, 64), do("imap_fetch_overview", "1", 64), do("imap_body", 0, 64)))...)...)
	list = append(list, bothServices("stacks", five(),
		call{fn: "imap_errors", keep: true}, call{fn: "imap_alerts", keep: true}, call{fn: "imap_last_error", keep: true},
		call{fn: "imap_fetch_overview", args: []any{"0"}, keep: true}, call{fn: "imap_last_error", keep: true},
		call{fn: "imap_fetch_overview", args: []any{"1:"}, keep: true}, call{fn: "imap_last_error", keep: true},
		call{fn: "imap_errors", keep: true}, call{fn: "imap_errors", keep: true}, call{fn: "imap_last_error", keep: true},
		call{fn: "imap_alerts", keep: true}, call{fn: "imap_headerinfo", args: []any{99}, keep: true},
		call{fn: "imap_last_error", keep: true}, call{fn: "imap_errors", keep: true})...)
	list = append(list, bothServices("status", five("S", "T", "FR"),
		do("imap_status", imapBox, 31), do("imap_status", imapBox, 1), do("imap_status", imapBox, 2), do("imap_status", imapBox, 4),
		do("imap_status", imapBox, 8), do("imap_status", imapBox, 16), do("imap_status", imapBox, 5),
		do("imap_status", pop3Box, 31), do("imap_status", pop3Box, 1), do("imap_status", pop3Box, 12),
		do("imap_status", "{127.0.0.1}INBOX", 31), do("imap_status", noSuchBox, 31), do("imap_status", "INBOX", 31), do("imap_status", "Box", 31),
		do("imap_status", "", 31), do("imap_status", "{}INBOX", 31), do("imap_status", "{127.0.0.1:@IMAP/imap/notls}a\r\nb", 31),
		do("imap_status", notAMailbox, 31), do("imap_status", "{127.0.0.1:1/imap/notls}INBOX", 31))...)
	for _, end := range [][]step{closing, expunging} {
		list = append(list, bothServices(fmt.Sprint("reopen ", end[0]), five(),
			join(steps(do("imap_delete", "1"), do("imap_reopen", imapBox), overview(), do("imap_check"),
				do("imap_delete", "2"), do("imap_reopen", pop3Box), overview(), do("imap_check"), do("imap_delete", "3"),
				do("imap_reopen", imapBox, clExpunge), overview(), do("imap_delete", "1")), closing)...)...)
	}

	on := func(name string, steps ...step) {
		list = append(list, scenario{name, "imap", []mailbox{five(), named("Archive", recent(five())), named("Empty", empty)}, steps})
	}
	on("read-only", join(steps(open(imapBox, opReadOnly)), asking(), marks, flagging, reading, steps(do("imap_expunge")), expunging)...)
	on("read-only by name", join(steps(open(readOnlyBox)), asking(), marks, steps(do("imap_expunge")), expunging)...)
	on("half-open", join(steps(open(imapBox, opHalfOpen)), asking(), every(), steps(do("imap_status", archive, 31),
		do("imap_fetch_overview", "1:*", ftUID), do("imap_setflag_full", "1:*", `\Seen`, ftUID), do("imap_setflag_full", "1:*", "", ftUID)), closing)...)
	on("half-open, reopen", join(steps(open(imapBox, opHalfOpen), do("imap_reopen", archive), overview(), do("imap_check"),
		do("imap_reopen", imapBox, opHalfOpen), do("imap_check"), overview(), do("imap_reopen", imapBox), overview()), closing)...)
	on("no such mailbox", join(steps(open(noSuchBox)), asking(), every(), closing)...)
	on("reopen elsewhere", join(steps(open(imapBox), do("imap_delete", "1:2"), do("imap_reopen", archive), do("imap_check"), overview(),
		do("imap_num_recent"), do("imap_delete", "5"), look("INBOX"), do("imap_reopen", archive), do("imap_num_recent"), overview(),
		do("imap_reopen", imapBox, opReadOnly), do("imap_check"), do("imap_undelete", "1:2"), overview(),
		do("imap_reopen", "{127.0.0.1}Empty"), do("imap_check"), overview(), do("imap_reopen", "{127.0.0.1}Archive", opExpunge), do("imap_check")),
		closing, steps(look("Archive")))...)
	on("reopen, CL_EXPUNGE", join(steps(open(imapBox), do("imap_delete", "1:2"), do("imap_reopen", archive, clExpunge), look("INBOX"),
		do("imap_delete", "5"), do("imap_reopen", imapBox), look("Archive"), do("imap_delete", "3")), closing)...)
	on("reopen, CL_EXPUNGE no more", join(steps(open(imapBox, clExpunge), do("imap_delete", "1:2"), do("imap_reopen", imapBox),
		do("imap_reopen", archive, opReadOnly), do("imap_reopen", imapBox)), closing)...)
	on("open, CL_EXPUNGE", join(steps(open(imapBox, clExpunge), do("imap_delete", "1:2")), closing)...)
	on("reopen wrongly", join(steps(open(imapBox), do("imap_reopen", notAMailbox), do("imap_check"), do("imap_reopen", "Box"),
		do("imap_reopen", ""), do("imap_reopen", "{127.0.0.1:@IMAP/imap/notls}a\r\nb"), overview(), do("imap_reopen", noSuchBox), do("imap_check"), overview(),
		do("imap_reopen", archive), do("imap_check"), do("imap_reopen", refusingHost), do("imap_is_open"), do("imap_check")), closing)...)
	on("reopen of a host that is none", join(steps(open(imapBox), do("imap_reopen", "{nosuch.invalid:143/imap/notls}INBOX"), do("imap_is_open"),
		do("imap_num_msg")), closing)...)
	on("mail arrives", join(steps(open(imapBox), elsewhere{do("imap_append", inboxOfOther, newMessage)}, do("imap_num_msg"), do("imap_ping"),
		do("imap_num_msg"), do("imap_uid", 6), do("imap_fetchheader", 6), elsewhere{do("imap_append", inboxOfOther, newMessage)}, do("imap_check"),
		do("imap_num_recent"), do("imap_headers"), do("imap_status", imapBox, 31)), closing)...)
	on("flags change elsewhere", join(steps(open(imapBox), overview(), elsewhere{do("imap_setflag_full", "1:2", `\Seen \Flagged`)},
		do("imap_ping"), overview(), do("imap_headerinfo", 1)), closing)...)
	return list
}

func TestScenarios(t *testing.T) {
	for _, s := range scenarios(t) {
		if other != nil && len(s.mailboxes) > 1 {
			continue // TestOtherMailboxes has such scenarios with the server's names
		}
		t.Run(s.service+" "+s.name, func(t *testing.T) {
			t.Parallel()
			play(t, s)
		})
	}
}

var sequences = []string{
	"1", "5", "6", "0", "00", "01", "1,3", "1,3,5", "3:4", "4:3", "2:2", "5:2", "1:*", "*", "*:1", "*:*", "*:2", "1:5", "1:6", "6:7", "0:3",
	"3:0", "1,", "1,,2", ",1", ",", "1:", "1:,2", ":3", ":", "1;2", "1 2", "   4", " 4", "4 ", "4 ,5", "3, 4", "3 ,4", "1: 3", "1 :3", "\t4",
	"+4", "-1", "1-3", "1:+3", "1: +3", "1:-1", "abc", "1a", "1:a", "1:3a", "", "   ", "99999999", "4294967295", "4294967296", "4294967297",
	"18446744073709551615", "18446744073709551616", "18446744073709551617", "99999999999999999999999", "1:99999999999999999999999",
	"1:4294967295", "4294967295:1", "1:3,2:4", "1:2:3", "**", "*1", "1*", "1,*", "*,1", "$", "0x1", "1.0", "1e0", "2:4294967296", "1\r\n",
	"1\n", "1 NOOP", "\u0661", "(1)", "8:9", "1,99", "99,1", "2", "2:5", "7:1", "6:99", "99:6", "10:20", "2,5", "*:99", "1:3,", "1:3,,", "1:*,",
	"*,", "3:1,5:4", "1:*:2", "1:*a", "*a",
}

// TestSequences makes each call that takes a sequence with each sequence, compares the flags
// that it changes, and resets them.
func TestSequences(t *testing.T) {
	for _, service := range services {
		for _, m := range []mailbox{five(), {name: "INBOX"}} {
			name := fmt.Sprintf("%s of %d", service.name, len(m.messages))
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				php, ours := newOracle(t, newPlace(t, m)), newLibrary(t, newPlace(t, m))
				both(t, php, ours, open(service.inbox), service.name+"/imap_open/for sequences")
				for _, seq := range sequences {
					for _, uid := range []int{0, ftUID} {
						for _, c := range []call{
							do("imap_fetch_overview", seq, uid),
							do("imap_delete", seq, uid), overview(), do("imap_undelete", seq, uid), overview(),
							do("imap_setflag_full", seq, `\Flagged`, uid), overview(), do("imap_clearflag_full", seq, `\Flagged`, uid),
						} {
							what := fmt.Sprintf("%s/%s/sequence %s of %d, flags %d", service.name, c.fn, strconv.QuoteToASCII(seq), len(m.messages), uid)
							if c.fn == "imap_fetch_overview" && c.args[0] == "1:*" {
								what = fmt.Sprintf("%s/state/sequence %s of %d, flags %d", service.name, strconv.QuoteToASCII(seq), len(m.messages), uid)
							}
							both(t, php, ours, c, what)
						}
						// Dovecot hangs up after twenty bad commands in a row.
						for _, c := range []call{do("imap_undelete", "1:*"), do("imap_clearflag_full", "1:*", `\Flagged`), do("imap_ping")} {
							php.do(c)
							ours.do(c)
						}
					}
				}
			})
		}
	}
}

// TestLost makes each call after the network has failed, as the first call and as a later one.
func TestLost(t *testing.T) {
	later := func(list []step) []step {
		var all []step
		for _, s := range list {
			all = append(all, s, do("imap_num_msg"))
		}
		return all
	}
	for _, service := range services {
		begin := steps(open(service.inbox), overview(), cut{})
		list := []scenario{
			{"lost", service.name, []mailbox{five()}, join(begin, later(every()), steps(do("imap_close"), look("INBOX")))},
			{"lost, close CL_EXPUNGE", service.name, []mailbox{five("T")}, join(begin, steps(do("imap_close", clExpunge), look("INBOX")))},
			{"lost, reopen", service.name, []mailbox{five()}, join(begin, steps(do("imap_reopen", service.inbox), overview(), do("imap_close")))},
		}
		for _, first := range every() {
			list = append(list, scenario{fmt.Sprint("lost at ", first), service.name, []mailbox{five()}, join(begin, steps(first, do("imap_is_open"), do("imap_close")))})
		}
		for _, s := range list {
			t.Run(s.service+" "+s.name, func(t *testing.T) {
				t.Parallel()
				play(t, s)
			})
		}
	}
}
