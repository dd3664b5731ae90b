package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/php"
)

const (
	// playedSequences is the number of sequences of calls on each service.
	playedSequences = 300
	// perWorker is the number of sequences that one PHP plays.
	perWorker = 25
)

// player makes random steps of a session. It avoids the deliberate differences of
// docs/differences.md: sequences name messages that exist, names have braces, and no other
// session interferes.
type player struct {
	*rand.Rand
	service string
	inbox   string
}

func (p *player) in(n int) bool { return p.IntN(n) == 0 }

func pickOf[T any](p *player, list ...T) T { return list[p.IntN(len(list))] }

// TestPlaying plays random sequences of calls on both sides.
func TestPlaying(t *testing.T) {
	seed := seed(t)
	for _, list := range numbers(t, playedSequences, perWorker) {
		for _, service := range services {
			t.Run(fmt.Sprintf("%s %d", service.name, list[0]), func(t *testing.T) {
				t.Parallel()
				w := newWorker(t)
				for _, n := range list {
					p := &player{rand.New(rand.NewPCG(seed, uint64(n))), service.name, service.inbox}
					s := scenario{fmt.Sprintf("seed %d sequence %d", seed, n), service.name, p.mailboxes(), p.steps()}
					if !compareWith(t, w, s) {
						reproduce(t, seed, n)
					}
				}
			})
		}
	}
}

// compareWith plays a scenario with a PHP that other tests use too. If the sides differ, it
// reports the shortest sequence found that makes them differ.
func compareWith(t *testing.T, w *php.Worker, s scenario) bool {
	t.Helper()
	want, got := s.playBoth(t, w)
	same := true
	for i, step := range s.steps {
		same = compare(t, s.nameOf(i, step), want[i], got[i]) && same
	}
	if !same {
		s.steps = s.shrink(t, w)
		want, got := s.playBoth(t, w)
		t.Logf("%s, shorter:", s.name)
		for i, step := range s.steps {
			t.Logf("%v\nPHP  %s\nours %s", step, excerpt(want[i], got[i]), excerpt(got[i], want[i]))
		}
	}
	return same
}

func (s scenario) playBoth(t *testing.T, w *php.Worker) (want, got []string) {
	t.Helper()
	want = s.play(t, func(p place) side { return &oracle{place: p, t: t, worker: w} })
	got = s.play(t, func(p place) side { return newLibrary(t, p) })
	return want, got
}

// differs reports whether the sides differ in an unknown way.
func (s scenario) differs(t *testing.T, w *php.Worker) bool {
	t.Helper()
	want, got := s.playBoth(t, w)
	for i, step := range s.steps {
		if want[i] != got[i] && len(known(t, s.nameOf(i, step))) == 0 {
			return true
		}
	}
	return false
}

// shrink leaves out steps as long as the sides differ. The first step opens the mailbox and
// stays.
func (s scenario) shrink(t *testing.T, w *php.Worker) []step {
	t.Helper()
	first := s.steps[:1:1]
	return append(first, shrink(s.steps[1:], func(others []step) bool {
		s.steps = append(first, others...)
		return s.differs(t, w)
	})...)
}

func (p *player) mailboxes() []mailbox {
	box := five()
	switch p.IntN(4) {
	case 0:
		box = recent(five())
	case 1:
		box = five("S", "T", "FR", "DS", "Ta")
	case 2:
		box = five("", "ST", "", "Sb")
	}
	if p.in(15) {
		box = mailbox{name: "INBOX"}
	}
	return []mailbox{box, named("Archive", recent(five())), {name: "A.B.C"}}
}

func (p *player) steps() []step {
	list := []step{p.open()}
	for range 10 + p.IntN(50) {
		list = append(list, p.step())
	}
	end := do("imap_close")
	if p.in(2) {
		end = do("imap_close", clExpunge)
	}
	return append(list, end, endState{})
}

func (p *player) open() call {
	if p.service == "pop3" {
		return open(p.inbox, pickOf(p, 0, 0, 0, clExpunge))
	}
	return open(p.inbox, pickOf(p, 0, 0, 0, 0, opReadOnly, opHalfOpen, clExpunge))
}

// box returns the name of a mailbox that the session may select.
func (p *player) box() string {
	if p.service == "pop3" {
		return p.inbox
	}
	return imapRef + pickOf(p, "INBOX", "INBOX", "Archive", "A.B.C")
}

// anyBox returns a name of those or of those that are created, renamed and deleted.
func (p *player) anyBox() string {
	return imapRef + pickOf(p, "INBOX", "Archive", "New", "New", "New.er", "Newest", "Nope")
}

// newBox returns a name that no session selects.
func (p *player) newBox() string {
	return imapRef + pickOf(p, "New", "New.er", "Newest", "&AOQ-", "two words")
}

// overInt32 returns a message number that needs more than 32 bits. PHP's integers have 64.
var overInt32 = func(n int64) int { return int(n) }(1 << 31)

func (p *player) num() int {
	return pickOf(p, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, pickOf(p, 0, -1, 99, overInt32))
}

func (p *player) step() step {
	switch p.IntN(12) {
	case 0, 1, 2:
		return p.reading()
	case 3, 4:
		return p.asking()
	case 5, 6, 7:
		return p.marking()
	case 8:
		return p.searching()
	case 9:
		return p.copying()
	case 10:
		return p.managing()
	}
	return p.session()
}

func (p *player) reading() step {
	n := p.num()
	return pickOf(p,
		do("imap_headerinfo", n), do("imap_headerinfo", n, 10, pickOf(p, 10, 0, 1024, 1025, -1)), do("imap_fetchheader", n),
		do("imap_fetchheader", n, ftUID), do("imap_body", n), do("imap_body", n, ftPeek), do("imap_body", n, ftUID),
		do("imap_fetchbody", n, pickOf(p, "", "0", "1", "2", "1.1", "x")), do("imap_fetchbody", n, "1", pickOf(p, ftPeek, ftUID, ftUID|ftPeek, 64)),
		do("imap_fetchstructure", n), do("imap_fetchstructure", n, ftUID), do("imap_bodystruct", n, pickOf(p, "1", "2")), do("imap_fetchmime", n, "1"),
		do("imap_uid", n), do("imap_msgno", n), overview(), do("imap_fetch_overview", pickOf(p, "1:*", "2,3", "*", "7:9", "x"), ftUID))
}

func (p *player) asking() step {
	return pickOf(p, do("imap_num_msg"), do("imap_num_recent"), do("imap_check"), do("imap_ping"), do("imap_mailboxmsginfo"), do("imap_headers"), do("imap_is_open"),
		do("imap_status", p.box(), pickOf(p, 31, 1, 2, 4, 8, 64)), do("imap_status", imapRef+pickOf(p, "INBOX", "Nope"), 7), do("imap_gc", pickOf(p, 1, 2, 4, 7, 8)),
		call{fn: "imap_errors", keep: true}, call{fn: "imap_last_error", keep: true}, call{fn: "imap_fetch_overview", args: []any{"0"}, keep: true})
}

func (p *player) marking() step {
	uid := pickOf(p, 0, 0, ftUID)
	flags := pickOf(p, `\Seen`, `\Flagged`, `\Answered \Draft`, `\Deleted`, `\seen \FLAGGED`, `(\Seen)`, "work", "$Label1", "other", "")
	return p.of(uid, pickOf(p,
		do("imap_delete", "", uid), do("imap_delete", "", uid), do("imap_undelete", "", uid),
		do("imap_setflag_full", "", flags, uid), do("imap_clearflag_full", "", flags, uid)))
}

func (p *player) copying() step {
	uid := pickOf(p, 0, 0, ftUID)
	to := pickOf(p, "Archive", "Archive", "INBOX", "A.B.C", "New", "Nope", imapRef+"Archive")
	return p.of(uid, pickOf(p, do("imap_mail_copy", "", to, uid), do("imap_mail_copy", "", to, uid|int(imapcompat.CP_MOVE)), do("imap_mail_move", "", to, uid)))
}

// of returns a call about some messages, by number or UID.
func (p *player) of(uid int, c call) step {
	if uid != 0 {
		sequences := []string{"1", "3", "1,4", "3:7", "1:9", "2:99", "20", "7,7"}
		if !strings.HasPrefix(c.fn, "imap_mail_") {
			// In a copy to the same mailbox PHP's "*" is a message that arrives meanwhile.
			sequences = append(sequences, "1:*", "*", "9:*")
		}
		c.args[0] = pickOf(p, sequences...)
		return c
	}
	s := some{call: c}
	for range 1 + p.IntN(2) {
		s.numbers = append(s.numbers, p.IntN(60))
	}
	s.mark = pickOf(p, ":", ",")
	return s
}

func (p *player) searching() step {
	flags := pickOf(p, 0, 0, seUID)
	if p.in(2) {
		return do("imap_search", pickOf(p, searchWords[:24]...), flags)
	}
	sorted := do("imap_sort", p.IntN(8), p.in(2), flags, pickOf(p, "ALL", "SEEN", "UNDELETED", `SUBJECT "3"`, "X"))
	// On POP3 PHP sorts by other values before it has read the headers.
	return series{overview(), sorted}
}

func (p *player) managing() step {
	if p.in(3) {
		const date = "17-Jul-1996 02:44:25 -0700"
		return do("imap_append", p.anyBox(), newMessage, pickOf(p, "", `\Seen`, `\Flagged \Deleted`, "work"), date)
	}
	return pickOf(p,
		do("imap_createmailbox", p.newBox()), do("imap_createmailbox", p.newBox()), do("imap_deletemailbox", p.newBox()), do("imap_renamemailbox", p.newBox(), p.newBox()),
		do("imap_subscribe", p.anyBox()), do("imap_unsubscribe", p.anyBox()), do("imap_list", imapRef, pickOf(p, "*", "%", "New*", "%.%", "Nope")),
		do("imap_getmailboxes", imapRef, "*"), do("imap_lsub", imapRef, "*"), do("imap_getsubscribed", imapRef, "%"))
}

func (p *player) session() step {
	switch p.IntN(9) {
	case 0, 1, 2:
		return do("imap_expunge")
	case 3:
		return series{do("imap_close", pickOf(p, 0, clExpunge)), p.open()}
	case 4:
		return do("imap_close", 1) // refused
	}
	flags := 0
	if p.service == "imap" {
		flags = pickOf(p, 0, 0, 0, opReadOnly, opHalfOpen, clExpunge, 1)
	}
	return do("imap_reopen", p.box(), flags)
}

// some is a call about some of the messages that exist at the time of the call. Its first
// argument is the sequence of these numbers, modulo the number of messages.
type some struct {
	call
	numbers []int
	mark    string // between two of them
}

func (s some) run(r *run) string {
	there, err := strconv.Atoi(r.do(do("imap_num_msg")))
	if err != nil || there == 0 {
		return "no messages"
	}
	var list []string
	for _, n := range s.numbers {
		list = append(list, strconv.Itoa(n%there+1))
	}
	c := s.call
	c.args = slices.Clone(c.args)
	c.args[0] = strings.Join(list, s.mark)
	return r.do(c)
}

func (s some) String() string { return fmt.Sprintf("some %v%s %v", s.numbers, s.mark, s.call) }

// series are calls that are only left out together.
type series []call

func (s series) run(r *run) string {
	var b strings.Builder
	for _, c := range s {
		fmt.Fprintln(&b, r.do(c))
	}
	return b.String()
}

func (s series) String() string   { return fmt.Sprint([]call(s)) }
func (s series) function() string { return s[len(s)-1].fn }

// endState is the state on the server at the end, as another session sees it.
type endState struct{}

func (endState) run(r *run) string {
	var b strings.Builder
	for _, c := range []call{
		open("{127.0.0.1:@IMAP/imap/notls/readonly}INBOX"), do("imap_list", imapRef, "*"), do("imap_lsub", imapRef, "*"),
		do("imap_headers"), overview(), do("imap_reopen", archive, opReadOnly), do("imap_headers"), overview(),
		do("imap_reopen", imapRef+"New", opReadOnly), overview(), do("imap_close"),
	} {
		fmt.Fprintln(&b, r.other.do(c))
	}
	return b.String()
}

func (endState) String() string   { return "end state" }
func (endState) function() string { return "state" }
