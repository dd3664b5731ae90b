package hostile_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// marks is a caller that reads texts, which sets \Seen, in loops and elsewhere, while messages
// are removed and delivered. It knows which messages must have \Seen on the server, and which may.
type marks struct {
	t   *testing.T
	r   *rand.Rand
	srv *imaptest.Server
	m   *imapcompat.Connection

	delivered int
	byNumber  map[int]string  // what the caller has read since the last change of numbers
	read      map[string]bool // without FT_PEEK
	tried     map[string]bool // also by calls that failed
	unsure    bool            // a call for an unknown message has failed
	refuses   bool            // the server refuses some STOREs
	cut       bool            // a context may have ended the connection after its call
	lost      bool
	log       []string
}

func (c *marks) note(format string, args ...any) {
	c.log = append(c.log, fmt.Sprintf(format, args...))
}

func (c *marks) fail(format string, args ...any) {
	c.t.Errorf(format+"\nlast:\n\t%s", append(args, strings.Join(c.log[max(0, len(c.log)-40):], "\n\t"))...)
}

func (c *marks) deliver() {
	c.delivered++
	text := fmt.Sprintf("Subject: m%d\r\n\r\nThis is m%[1]d.\r\n", c.delivered)
	if _, err := c.srv.Append("INBOX", imaptest.Message{Text: text}); err != nil {
		c.t.Error(err)
	}
}

// idOf returns what tells a message from others.
func idOf(text string) string {
	_, id, _ := strings.Cut(text, "This is ")
	id, _, _ = strings.Cut(id, ".")
	return id
}

// connection returns the connection, for some calls with a context that ends before, within or
// after the call.
func (c *marks) connection() (*imapcompat.Connection, func()) {
	if c.r.IntN(300) > 0 {
		return c.m, func() {}
	}
	c.cut = true
	delay := time.Duration(c.r.IntN(3000)-500) * time.Microsecond
	c.note("a context of %v", delay)
	ctx, cancel := context.WithCancel(context.Background())
	if delay < 0 {
		cancel()
	}
	time.AfterFunc(delay, cancel)
	return c.m.WithContext(ctx), cancel
}

// succeeds reports whether a call has succeeded. Its error must be one that may occur here.
func (c *marks) succeeds(err error) bool {
	switch {
	case err == nil:
		return true
	case errors.Is(err, imapcompat.ErrConnectionLost):
		c.lost = true
	case errors.Is(err, context.Canceled), errors.Is(err, imapcompat.ErrBadMessageNumber):
	case c.refuses && errors.Is(err, imapcompat.ErrRefused):
	default:
		c.fail("%v", err)
	}
	return false
}

// sees notes what a number means.
func (c *marks) sees(n int, id string) {
	if before := c.byNumber[n]; before != "" && before != id {
		c.fail("number %d meant %s and now %s", n, before, id)
	}
	c.byNumber[n] = id
}

var waysToRead = []func(m *imapcompat.Connection, n int, flags ...imapcompat.FetchFlag) (string, error){
	(*imapcompat.Connection).Body,
	func(m *imapcompat.Connection, n int, flags ...imapcompat.FetchFlag) (string, error) {
		return m.FetchBody(n, "1", flags...)
	},
	func(m *imapcompat.Connection, n int, flags ...imapcompat.FetchFlag) (string, error) {
		return m.FetchBody(n, "", flags...)
	},
}

func (c *marks) text(n int) {
	m, end := c.connection()
	defer end()
	way, before := c.r.IntN(len(waysToRead)), c.byNumber[n]
	var flags []imapcompat.FetchFlag
	if c.r.IntN(10) == 0 {
		flags = append(flags, imapcompat.FT_PEEK)
	}
	text, err := waysToRead[way](m, n, flags...)
	id := idOf(text)
	c.note("text %d, way %d, flags %v: %s, %v", n, way, flags, id, err)
	ok := c.succeeds(err)
	if ok {
		c.sees(n, id)
	}
	if flags == nil {
		c.tried[before] = true
		c.unsure = c.unsure || !ok && before == ""
		if ok {
			c.read[id], c.tried[id] = true, true
		}
	}
}

func (c *marks) header(n int) {
	m, end := c.connection()
	defer end()
	h, err := m.HeaderInfo(n)
	if !c.succeeds(err) {
		c.note("header %d: %v", n, err)
		return
	}
	id, unseen := h.Subject, h.Unseen == "U" || h.Recent == "N"
	c.note("header %d: %s, unseen %v", n, id, unseen)
	c.sees(n, id)
	if unseen && c.read[id] && !c.refuses || !unseen && !c.tried[id] && !c.unsure {
		c.fail("%s: unseen %v, read %v", id, unseen, c.read[id])
	}
}

// run reads some messages in one of several orders.
func (c *marks) run() {
	count, err := c.m.NumMsg()
	if !c.succeeds(err) || count == 0 {
		c.deliver()
		return
	}
	var list []int
	first := 1 + c.r.IntN(count)
	for n := first; n <= min(count, first+c.r.IntN(60)); n++ {
		list = append(list, n)
	}
	switch c.r.IntN(5) {
	case 0:
		slices.Reverse(list)
	case 1:
		found, err := c.m.Search("ALL")
		if !c.succeeds(err) {
			return
		}
		list = found[:min(len(found), 60)]
	}
	headers, disturbed := c.r.IntN(3), c.r.IntN(3) == 0
	for _, n := range list {
		if headers == 1 {
			c.header(n)
		}
		c.text(n)
		if headers == 2 {
			c.header(n)
		}
		if disturbed && c.r.IntN(8) == 0 {
			c.disturb()
		}
		if c.lost || c.t.Failed() || c.r.IntN(60) == 0 {
			return
		}
	}
}

// disturb makes a change by another client.
func (c *marks) disturb() {
	all := c.srv.Messages("INBOX")
	if c.r.IntN(3) == 0 || len(all) == 0 {
		c.deliver()
		return
	}
	victim := all[c.r.IntN(len(all))]
	c.note("%s is removed", idOf(victim.Text))
	_ = c.srv.Remove("INBOX", victim.UID) // it may be gone already
}

// pause makes a call that is no reading. After most such calls nothing is pending.
func (c *marks) pause() {
	cut := c.cut
	m, end := c.connection()
	defer end()
	calls := []struct {
		name      string
		call      func() error
		renumbers bool
	}{
		{"ping", m.Ping, true},
		{"expunge", m.Expunge, true},
		{"search", func() error { return second(m.Search("SEEN")) }, false},
		{"reopen", func() error { return m.Reopen(c.srv.IMAP()) }, true},
	}
	if cut { // Reopen would replace a connection that was lost with its marks
		calls = calls[:3]
	}
	switch i := c.r.IntN(8); {
	case i < len(calls):
		err := calls[i].call()
		c.note("%s: %v", calls[i].name, err)
		if c.lost = !c.m.IsOpen(); c.lost || !c.succeeds(err) {
			return
		}
		if calls[i].renumbers {
			clear(c.byNumber)
		}
		c.check()
	case i == len(calls):
		err := m.SetFlagFull("1", `\Flagged`)
		c.note("flag: %v", err)
		if !errors.Is(err, imapcompat.ErrInvalidArgument) { // there are no messages
			c.succeeds(err)
		}
	case i == len(calls)+1:
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(c.r.IntN(2000))*time.Microsecond)
		defer cancel()
		err := c.m.Wait(ctx)
		c.note("wait: %v", err)
		if !errors.Is(err, context.DeadlineExceeded) {
			c.succeeds(err)
		}
	}
}

// check compares the marks on the server with what was read.
func (c *marks) check() {
	for _, msg := range c.srv.Messages("INBOX") {
		id, seen := idOf(msg.Text), slices.Contains(msg.Flags, `\Seen`)
		if !seen && c.read[id] && !c.refuses && !c.lost {
			c.fail("%s was read and is not marked", id)
		}
		if seen && !c.tried[id] && !c.unsure {
			c.fail("%s is marked and was not read", id)
		}
	}
}

// \Seen of messages that were read ahead is set for those messages that the caller has read, and
// for no other, whatever it calls next, and also when its contexts end and other clients remove
// messages.
func TestMarks(t *testing.T) {
	for _, seed := range restlessSeeds(t) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			watch(t, func() { playMarks(t, seed) })
		})
	}
}

func playMarks(t *testing.T, seed uint64) {
	srv, err := imaptest.Start(imaptest.Config{Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	r := rand.New(rand.NewPCG(seed, 0))
	c := &marks{t: t, r: r, srv: srv, byNumber: map[int]string{}, read: map[string]bool{}, tried: map[string]bool{}}
	for range 1 + r.IntN(300) {
		c.deliver()
	}
	var faults []imaptest.Fault
	if r.IntN(3) == 0 { // a slow link
		faults = append(faults, imaptest.Fault{Times: -1, Delay: 3 * time.Millisecond})
	}
	if c.refuses = r.IntN(4) == 0; c.refuses {
		for range 3 {
			faults = append(faults, imaptest.Fault{Command: "STORE", Skip: r.IntN(10), Times: 1 + r.IntN(3), Refuse: "not now"})
		}
	}
	for _, f := range faults {
		if err := srv.Fail(f); err != nil {
			t.Fatal(err)
		}
	}
	if c.m, err = open(srv.IMAP()); err != nil {
		t.Fatal(err)
	}
	for range 25 {
		if c.run(); c.lost || t.Failed() {
			break
		}
		if c.pause(); c.lost || t.Failed() {
			break
		}
	}
	if err := c.m.Close(); err != nil && !c.lost && !c.refuses {
		c.fail("close: %v", err)
	}
	c.check()
	t.Logf("%d calls, lost %v, refuses %v, %d read", len(c.log), c.lost, c.refuses, len(c.read))
}
