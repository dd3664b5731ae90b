package schedules

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/internal/memledger"
)

// Schedule is one run.
type Schedule struct {
	Seed  uint64
	Steps int
}

// Failure is a promise that was broken.
type Failure struct {
	Schedule
	Err error
	Log []string
}

func (f *Failure) Error() string {
	return fmt.Sprintf("seed %d, %d steps: %v, after\n\t%s", f.Seed, f.Steps, f.Err, strings.Join(f.Log, "\n\t"))
}

func (f *Failure) Unwrap() error { return f.Err }

// Run plays the schedule. The error is a *[Failure].
func (s Schedule) Run() error {
	w, err := newWorld(s.Seed)
	if err == nil {
		defer w.srv.Close()
		err = w.play(s.Steps)
	}
	if err != nil {
		for _, r := range w.ledger.Records("box") {
			w.note("the ledger has message %q: %s, attempt %d, at %v", r.Hint.Subject, r.State, r.Attempt, r.Locations)
		}
		return &Failure{s, err, w.log}
	}
	return nil
}

// Shrink returns the failure of the shortest beginning of a schedule that fails.
func Shrink(err error) error {
	var f *Failure
	if !errors.As(err, &f) {
		return err
	}
	for steps := range f.Steps {
		if err := (Schedule{f.Seed, steps}).Run(); err != nil {
			return err
		}
	}
	return err
}

// lease is the time for which workers claim.
const lease = time.Hour

// clock is the clock of the ledger.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is the mailbox, the ledger, and what is known of the messages.
type world struct {
	srv       *imaptest.Server
	r         *rand.Rand
	clock     *clock
	ledger    *memledger.Ledger
	then      inbox.Action
	protocols []string
	uidls     string // how UIDLs are: "" is the server's way
	renews    bool   // UIDVALIDITY changes
	workers   []*worker
	log       []string

	incarnations int
	uidlOf       map[int]string // by UID
	appended     int            // messages that were put into INBOX
	pairs        int

	mu       sync.Mutex
	texts    []string       // of messages, by their IDs; those of two messages differ in line breaks at the end
	copies   map[string]int // messages that were delivered, by body
	inbox    map[int]int    // message IDs in INBOX, by UID
	away     []int          // message IDs that another client has moved away
	removed  map[int]bool   // messages that another client has taken out of INBOX for good
	handed   map[string]int
	finished map[int]bool   // messages that were recorded as done or skipped
	effects  map[string]int // finished messages, by body
	unclear  map[string]bool
	sources  map[string]string // of the last job, by protocol
	broken   error
}

func newWorld(seed uint64) (*world, error) {
	w := &world{
		r: rand.New(rand.NewPCG(seed, 1)), clock: &clock{now: time.Unix(1e9, 0)},
		copies: map[string]int{}, inbox: map[int]int{}, handed: map[string]int{}, removed: map[int]bool{},
		uidlOf: map[int]string{}, effects: map[string]int{}, unclear: map[string]bool{}, finished: map[int]bool{},
		sources: map[string]string{},
	}
	w.ledger = memledger.New(w.clock.time)
	w.protocols = pick(w.r, []string{"imap"}, []string{"imap"}, []string{"pop3"}, []string{"imap", "pop3"})
	w.then = pick(w.r, inbox.Keep(), inbox.Delete())
	if !slices.Contains(w.protocols, "pop3") {
		w.then = pick(w.r, inbox.Keep(), inbox.Delete(), inbox.MoveTo("Processed"), inbox.Flag(`\Flagged`))
	} else {
		w.uidls = pick(w.r, "", "", "reused", "numbers", "doubled", "missing")
	}
	w.renews = w.r.IntN(2) == 0
	config := imaptest.Config{}
	switch w.uidls {
	case "reused", "doubled":
		config.UIDL = w.uidl
	case "numbers":
		config.UIDL = imaptest.ReusedUIDL
	case "missing":
		config.Without = []string{"UIDL"}
	}
	srv, err := imaptest.Start(config)
	if err != nil {
		return w, err
	}
	w.srv = srv
	for range 1 + w.r.IntN(3) {
		w.workers = append(w.workers, &worker{world: w})
	}
	w.note("%s over %v, UIDLs %q, new UIDVALIDITY %v, %d workers", w.then, w.protocols, w.uidls, w.renews, len(w.workers))
	return w, nil
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func (w *world) note(format string, args ...any) {
	w.log = append(w.log, fmt.Sprintf(format, args...))
}

func (w *world) open(protocol string, opts ...imapcompat.Option) (*imapcompat.Connection, error) {
	url := w.srv.IMAP()
	if protocol == "pop3" {
		url = w.srv.POP3()
	}
	return imapcompat.Open(url, w.srv.User, w.srv.Password, opts...)
}

func (w *world) options(owner string) []inbox.Option {
	return []inbox.Option{
		inbox.Named("box"), inbox.WithOwner(owner), inbox.WithLease(lease), inbox.WithThen(w.then),
		inbox.WithAttempts(1000), inbox.WithBackoff(func(int) time.Duration { return 0 }),
	}
}

// tolerate returns nil for errors that a schedule causes.
func (w *world) tolerate(err error) error {
	for _, kind := range []error{imapcompat.ErrConnectionLost, imapcompat.ErrConnect, inbox.ErrClaimLost, imapcompat.ErrBadMessageNumber} {
		if errors.Is(err, kind) {
			return nil
		}
	}
	return err
}

func (w *world) play(steps int) error {
	for range steps {
		if err := errors.Join(w.step(), w.broken); err != nil {
			return err
		}
	}
	return w.drain()
}

// step does one thing.
func (w *world) step() error {
	one := pick(w.r, w.workers...)
	switch n := w.r.IntN(100); {
	case n < 55:
		return w.work(one)
	case n < 70:
		return w.deliver()
	case n < 75:
		w.clock.advance(lease / 2)
		w.note("half a lease passes")
	case n < 79:
		w.clock.advance(lease)
		w.note("a lease passes")
	case n < 83:
		return w.remove()
	case n < 87:
		return w.moveAway()
	case n < 91:
		return w.moveBack()
	case n < 93:
		return w.putBack()
	case n < 95 && w.renews && (w.uidls == "" || !w.locked()): // a session's UIDLs stay
		return w.renew()
	case n < 97:
		after := w.r.IntN(3000)
		w.srv.DropAfter(after)
		w.note("a connection breaks after %d octets", after)
	case n < 98:
		return w.drain()
	case one.running():
		one.crash()
	}
	return nil
}

func (w *world) work(one *worker) error {
	switch {
	case !one.running():
		protocol := pick(w.r, w.protocols...)
		if protocol == "pop3" && w.locked() {
			return nil
		}
		return one.start(protocol)
	case one.msg != nil && w.r.IntN(10) > 0:
		return one.answer()
	}
	return one.step()
}

// locked reports whether a worker has the maildrop (RFC 1939 section 3).
func (w *world) locked() bool {
	return slices.ContainsFunc(w.workers, func(one *worker) bool { return one.running() && one.protocol == "pop3" })
}

// deliver delivers a fresh text or an earlier one.
func (w *world) deliver() error {
	n := len(w.texts)
	text := fmt.Sprintf("Message-ID: <1@example.org>\r\nSubject: %d\r\n\r\nText of %d.", n, n)
	if n > 0 && w.r.IntN(4) == 0 {
		text = body(pick(w.r, w.texts...))
	}
	w.pairs++
	if err := w.append(w.newMessage(text), "another client delivers"); err != nil || w.uidls != "doubled" {
		return err
	}
	// From the beginning: otherwise the UIDL is used again.
	return w.append(w.newMessage(text+"\r\nTwin."), "another client delivers")
}

// newMessage returns the ID of a new message.
func (w *world) newMessage(text string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.copies[text]++
	w.texts = append(w.texts, text+strings.Repeat("\r\n", w.copies[text]))
	return len(w.texts) - 1
}

// body is what two messages with one text have in common.
func body(text string) string { return strings.TrimRight(text, "\r\n") }

// append puts a message into INBOX.
func (w *world) append(id int, how string) error {
	w.appended++
	uidl := fmt.Sprint("uidl-", w.appended)
	switch {
	case w.uidls == "reused" && !w.locked(): // a session would have no news of it
		uidl = w.freeUIDL()
	case w.uidls == "doubled":
		uidl = fmt.Sprint("pair-", w.pairs)
	}
	uid, err := w.srv.Append("INBOX", imaptest.Message{Text: w.texts[id]})
	w.inbox[uid] = id
	w.setUIDL(uid, uidl)
	w.note("%s message %d, UID %d, UIDL %s", how, id, uid, uidl)
	return err
}

func (w *world) setUIDL(uid int, uidl string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.uidlOf[uid] = uidl
}

// uidl is what the POP3 server lists.
func (w *world) uidl(num, uid int) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return []string{fmt.Sprint(num, " ", w.uidlOf[uid])}
}

// freeUIDL returns the first UIDL that no message has now, and none has in the ledger: a scan
// must have seen that its message was gone. A UIDL that passes from one message to another
// between two scans is known to be the first one's.
func (w *world) freeUIDL() string {
	taken := map[string]bool{}
	for _, m := range w.srv.Messages("INBOX") {
		taken[w.uidlOf[m.UID]] = true
	}
	for _, r := range w.ledger.Records("box") {
		for _, at := range r.Locations {
			taken[at.ID] = taken[at.ID] || !at.Vanished
		}
	}
	for n := 1; ; n++ {
		if uidl := fmt.Sprint("uidl", n); !taken[uidl] {
			return uidl
		}
	}
}

// some returns the UID of some message in INBOX.
func (w *world) some() (uid int, ok bool) {
	w.look()
	if len(w.inbox) == 0 {
		return 0, false
	}
	return pick(w.r, slices.Sorted(maps.Keys(w.inbox))...), true
}

// look drops the messages that are not in INBOX any more.
func (w *world) look() {
	there := map[int]bool{}
	for _, m := range w.srv.Messages("INBOX") {
		there[m.UID] = true
	}
	maps.DeleteFunc(w.inbox, func(uid, _ int) bool { return !there[uid] })
}

func (w *world) remove() error {
	uid, ok := w.some()
	if !ok {
		return nil
	}
	w.note("another client removes message %d", w.inbox[uid])
	w.leaves(w.inbox[uid])
	w.removed[w.inbox[uid]] = true
	return w.srv.Remove("INBOX", uid)
}

// leaves notes that another client takes a message out of INBOX.
func (w *world) leaves(id int) {
	w.unclear[body(w.texts[id])] = true
}

func (w *world) moveAway() error {
	uid, ok := w.some()
	if !ok {
		return nil
	}
	id := w.inbox[uid]
	w.note("another client moves message %d away", id)
	w.leaves(id)
	w.away = append(w.away, id)
	return w.srv.Remove("INBOX", uid)
}

func (w *world) moveBack() error {
	if len(w.away) == 0 {
		return nil
	}
	i := w.r.IntN(len(w.away))
	id := w.away[i]
	w.away = slices.Delete(w.away, i, i+1)
	w.pairs++
	if w.removes() { // nobody can tell it from one that a worker has removed, and that was put back
		w.copies[body(w.texts[id])]++
	}
	return w.append(id, "another client moves back")
}

// putBack puts a message back that the workers have moved. It is another message then.
func (w *world) putBack() error {
	list := w.srv.Messages("Processed")
	if len(list) == 0 {
		return nil
	}
	m := pick(w.r, list...)
	if err := w.srv.Remove("Processed", m.UID); err != nil {
		return err
	}
	return w.append(w.newMessage(body(m.Text)), "another client puts back as")
}

func (w *world) removes() bool {
	return w.then == inbox.Delete() || w.then == inbox.MoveTo("Processed")
}

func (w *world) renew() error {
	w.look()
	before := w.srv.Messages("INBOX")
	if err := w.srv.RenewUIDs("INBOX"); err != nil {
		return err
	}
	w.note("the mailbox gets a new UIDVALIDITY")
	now := map[int]int{}
	for i, m := range w.srv.Messages("INBOX") {
		now[m.UID] = w.inbox[before[i].UID]
		w.setUIDL(m.UID, fmt.Sprintf("renewed-%d-%d", w.appended, m.UID))
	}
	w.appended++
	w.inbox = now
	for _, text := range w.texts { // what was removed before may look like another copy
		w.unclear[body(text)] = true
	}
	return nil
}

// handOver notes that a worker has a message, and returns its ID.
func (w *world) handOver(m *inbox.Message) (id int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := textOf(m)
	id = slices.Index(w.texts, text)
	if id < 0 {
		return 0, fmt.Errorf("a message is handed over that nobody has delivered: %q", text)
	}
	w.handed[fmt.Sprint(m.Key(), m.Attempt(), m.Place())] = id
	return id, nil
}

// record counts the effects of what the ledger has recorded.
func (w *world) record(outcomes []inbox.Outcome, lost []inbox.Record) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, o := range outcomes {
		if o.State != inbox.StateDone && o.State != inbox.StateSkipped || slices.ContainsFunc(lost, func(r inbox.Record) bool { return r.Key == o.Record.Key }) {
			continue
		}
		id, ok := w.handed[fmt.Sprint(o.Record.Key, o.Record.Attempt, o.Record.Place)]
		if !ok {
			w.broken = fmt.Errorf("the message at %s is recorded as %s and was not handed over", o.Record.Place.ID, o.State)
			return
		}
		w.finished[id] = true
		text := body(w.texts[id])
		w.effects[text]++
		if w.effects[text] > w.copies[text] {
			w.broken = fmt.Errorf("message %d, of which there were %d, is recorded as %s for the %d. time", id, w.copies[text], o.State, w.effects[text])
		}
	}
}

// drain ends all workers, and has others without faults handle what is there. Then it checks
// everything.
func (w *world) drain() error {
	w.note("all workers end, and others handle what is left")
	for _, one := range w.workers {
		if one.running() {
			one.end()
		}
	}
	w.srv.DropAfter(1 << 30)
	w.look()
	there := map[string]int{}
	for _, id := range w.inbox {
		there[body(w.texts[id])]++
	}
	for round := range 4 {
		w.clock.advance(3 * lease)
		for _, protocol := range w.protocols {
			if err := w.finish(fmt.Sprint("drain ", len(w.log), " ", round), protocol); err != nil {
				return fmt.Errorf("without a fault, over %s: %w", protocol, err)
			}
		}
	}
	if w.broken != nil {
		return w.broken
	}
	return w.check(there)
}

// finish runs a job.
func (w *world) finish(owner, protocol string) error {
	conn, err := w.open(protocol)
	if err != nil {
		return err
	}
	defer conn.Close()
	url, err := conn.URL()
	if err != nil {
		return err
	}
	w.sources[protocol] = url
	ledger := &mortal{Ledger: w.ledger, world: w, line: &line{}}
	job := &inbox.Job{
		Box: inbox.New(conn, ledger, w.options(owner)...), Workers: 1 + w.r.IntN(2),
		Handle: func(ctx context.Context, m *inbox.Message) error {
			_, err := w.handOver(m)
			return err
		},
	}
	_, err = job.Run(context.Background())
	return err
}

// check checks the promises. there are the messages that were in INBOX before, by body.
func (w *world) check(there map[string]int) error {
	left := w.left()
	for text, n := range there {
		if w.effects[text] < n {
			return fmt.Errorf("of %d messages %q that were there, %d were ever handled", n, subject(text), w.effects[text])
		}
		if !w.unclear[text] && w.uidls == "" && len(w.protocols) == 1 && w.effects[text]+left[subject(text)] < w.copies[text] {
			return fmt.Errorf("of %d messages %q, which only the workers removed, %d were handled", w.copies[text], subject(text), w.effects[text])
		}
	}
	for text := range w.copies { // a vanished one may be where another client has moved it
		if left[subject(text)] > 0 && !w.unclear[text] && slices.Equal(w.protocols, []string{"imap"}) {
			return fmt.Errorf("message %q is left where it is, although the UIDs tell what is what", subject(text))
		}
	}
	return errors.Join(w.checkRemoved(), w.checkMailbox(left))
}

// left returns how many messages the workers leave where they are, because they may be others
// than the ones that were handled, by subject.
func (w *world) left() map[string]int {
	left := map[string]int{}
	if !w.removes() {
		return left
	}
	w.look()
	isThere := func(at inbox.Location) bool {
		uid, _ := strconv.Atoi(at.ID)
		_, there := w.inbox[uid]
		return at.Source == w.sources["imap"] && there || at.Source == w.sources["pop3"]
	}
	for _, r := range w.ledger.Records("box") {
		if r.State == inbox.StateDone && slices.ContainsFunc(r.Locations, func(at inbox.Location) bool { return at.Settled && !at.Vanished && isThere(at) }) {
			left[r.Hint.Subject]++
		}
	}
	return left
}

// checkRemoved checks that the workers have removed only what they had handled. Where messages
// have no IDs, two with one text change places when one is removed.
func (w *world) checkRemoved() error {
	if w.uidls != "" && w.uidls != "reused" {
		return nil
	}
	w.look()
	there := slices.Collect(maps.Values(w.inbox))
	for id, text := range w.texts {
		if !w.finished[id] && !w.removed[id] && !slices.Contains(there, id) && !slices.Contains(w.away, id) {
			return fmt.Errorf("message %d, with subject %s, was removed and never handled", id, subject(text))
		}
	}
	return nil
}

// checkMailbox compares the mailbox with the ledger.
func (w *world) checkMailbox(left map[string]int) error {
	counts, err := w.ledger.Counts(context.Background(), "box")
	if err != nil {
		return err
	}
	if counts.Open() > 0 && !w.renews && len(w.protocols) == 1 { // else some wait where their mailbox was
		return fmt.Errorf("%d messages are not finished", counts.Open())
	}
	skipped := map[string]int{}
	for _, r := range w.ledger.Records("box") {
		if r.State == inbox.StateSkipped {
			skipped[r.Hint.Subject]++
		}
	}
	still := map[string]int{}
	for _, m := range w.srv.Messages("INBOX") {
		what := subject(m.Text)
		switch w.then.String() {
		case "keep":
			if len(m.Flags) > 0 && len(w.protocols) == 1 && w.protocols[0] == "imap" {
				return fmt.Errorf("message %q has flags %v", what, m.Flags)
			}
		case `flag:\Flagged`:
			if !slices.Contains(m.Flags, `\Flagged`) && skipped[what] == 0 {
				return fmt.Errorf("message %q has no flag", what)
			}
		default:
			if still[what]++; still[what] > left[what]+skipped[what] {
				return fmt.Errorf("message %q is still there", what)
			}
		}
	}
	moved := map[int]bool{}
	for _, m := range w.srv.Messages("Processed") {
		id := slices.Index(w.texts, m.Text)
		if moved[id] {
			return fmt.Errorf("message %d was moved twice", id)
		}
		moved[id] = true
	}
	return nil
}

func subject(text string) string {
	_, rest, _ := strings.Cut(text, "Subject: ")
	line, _, _ := strings.Cut(rest, "\r\n")
	return line
}
