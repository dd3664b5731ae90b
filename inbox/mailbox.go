package inbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat"
)

// mailbox is an open mailbox whose messages have IDs that outlast the connection.
type mailbox struct {
	conn   *imapcompat.Connection
	source string
	pop3   bool

	// uids has the UID on this connection for each ID, where an ID is no UID: on POP3, and on
	// IMAP servers whose UIDs do not last. Such a mailbox is listed once a connection.
	uids map[string]int
	// distrusted is set once a server has left out a UIDL or sent one for two messages: the one
	// that is left of two would seem to be a name later.
	distrusted bool
}

// distrusted is the cursor of a maildrop whose UIDLs are not trusted.
const distrusted = "contents"

// open returns the mailbox of a connection.
func open(conn *imapcompat.Connection) (*mailbox, error) {
	source, err := conn.URL()
	if err != nil {
		return nil, err
	}
	return &mailbox{conn: conn, source: source, pop3: strings.HasPrefix(source, "pop:")}, nil
}

// account returns the default name of a box: the user and host of a URL.
func account(source string) string {
	u, err := url.Parse(source)
	if err != nil || u.User == nil {
		return source
	}
	return u.User.Username() + "@" + u.Hostname()
}

// lasting reports whether UIDs mean the same messages on the next connection: the server
// has told a UIDVALIDITY (RFC 9051 section 2.3.1.1).
func (m *mailbox) lasting() bool { return strings.Contains(m.source, ";UIDVALIDITY=") }

// uid returns the UID on this connection of the message with an ID, or 0.
func (m *mailbox) uid(id string) int {
	if m.lasting() {
		n, _ := strconv.Atoi(id)
		return n
	}
	return m.uids[id]
}

// listing is what a mailbox holds.
type listing struct {
	sighted  []Sighted
	complete bool     // sighted has all messages; what is not in it has vanished
	wanted   []string // the IDs that match the criteria; nil if all messages do
}

// list returns the messages that the ledger may not know, and the ones that match criteria.
// Without criteria those are the messages above the cursor, the highest UID that was listed,
// because a mailbox gives ascending UIDs to its new messages (RFC 9051 section 2.3.1.1).
func (m *mailbox) list(ctx context.Context, criteria, cursor string) (*listing, error) {
	conn := m.conn.WithContext(ctx)
	switch {
	case !m.lasting():
		m.distrusted = m.distrusted || cursor == distrusted
		return m.listIDs(conn, criteria)
	case criteria == "":
		return listAbove(conn, cursor)
	}
	uids, err := conn.Search(criteria, imapcompat.SE_UID)
	if err != nil {
		return nil, err
	}
	slices.Sort(uids)
	l := &listing{sighted: sightedUIDs(uids), wanted: make([]string, len(uids))}
	for i, uid := range uids {
		l.wanted[i] = strconv.Itoa(uid)
	}
	return l, nil
}

// overlap is the number of UIDs below the cursor that are listed again: a server that takes two
// messages at once may show the later one first.
const overlap = 50

func listAbove(conn *imapcompat.Connection, cursor string) (*listing, error) {
	seen, _ := strconv.Atoi(cursor)
	seen = max(seen-overlap, 0)
	l := &listing{}
	if n, err := conn.NumMsg(); err != nil || n == 0 {
		return l, err
	}
	uids, err := conn.UIDs(imapcompat.Sequence(fmt.Sprintf("%d:*", seen+1)), imapcompat.FT_UID)
	if err != nil {
		return nil, err
	}
	// A server returns the last message for a range above it (RFC 9051 section 6.4.9).
	uids = slices.DeleteFunc(uids, func(uid int) bool { return uid <= seen })
	slices.Sort(uids)
	l.sighted = sightedUIDs(uids)
	return l, nil
}

func sightedUIDs(uids []int) []Sighted {
	sighted := make([]Sighted, len(uids))
	for i, uid := range uids {
		sighted[i] = Sighted{ID: strconv.Itoa(uid), Order: int64(uid)}
	}
	return sighted
}

// listIDs lists a mailbox whose messages have no UIDs that last. All are sighted, those that
// do not match criteria as unwanted, so that the ledger learns which IDs have vanished.
func (m *mailbox) listIDs(conn *imapcompat.Connection, criteria string) (*listing, error) {
	if m.uids == nil {
		uids, err := m.identify(conn)
		if err != nil {
			return nil, err
		}
		m.uids = uids
	}
	l := &listing{complete: true}
	var matching map[int]bool
	if criteria != "" {
		found, err := conn.Search(criteria, imapcompat.SE_UID)
		if err != nil {
			return nil, err
		}
		matching, l.wanted = map[int]bool{}, []string{}
		for _, uid := range found {
			matching[uid] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(m.uids)) {
		uid := m.uids[id]
		unwanted := matching != nil && !matching[uid]
		l.sighted = append(l.sighted, Sighted{ID: id, Order: int64(uid), Unwanted: unwanted})
		if matching != nil && !unwanted {
			l.wanted = append(l.wanted, id)
		}
	}
	slices.SortStableFunc(l.sighted, func(a, b Sighted) int { return int(a.Order - b.Order) })
	return l, nil
}

// identify gives IDs to the messages of a mailbox without lasting UIDs: the UIDL, or the
// content where there is none that can be trusted.
func (m *mailbox) identify(conn *imapcompat.Connection) (map[string]int, error) {
	var uidls []string
	if m.pop3 {
		var err error
		if uidls, err = conn.UIDLs(); err != nil && !errors.Is(err, imapcompat.ErrNotSupported) {
			return nil, err
		}
	}
	m.distrusted = m.distrusted || doubtful(uidls)
	var trusted []string
	if !m.distrusted && !areNumbers(uidls) {
		trusted = uidls
	}
	uids, times := map[string]int{}, map[string]int{}
	n, err := conn.NumMsg()
	if err != nil {
		return nil, err
	}
	for num := 1; num <= n; num++ {
		uid, err := conn.UID(num)
		if errors.Is(err, imapcompat.ErrBadMessageNumber) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if num <= len(trusted) {
			uids[trusted[num-1]] = uid
			continue
		}
		c := newContent()
		if err := conn.SaveBody(c, uid, "", imapcompat.FT_UID|imapcompat.FT_PEEK); err != nil {
			return nil, err
		}
		id := c.String()
		times[id]++
		uids[fmt.Sprintf("%s-%d", id, times[id])] = uid
	}
	return uids, nil
}

// doubtful reports whether UIDLs do not name each message: a server may leave some out, or send
// one for two messages.
func doubtful(uidls []string) bool {
	seen := map[string]bool{"": true}
	for _, uidl := range uidls {
		if seen[uidl] {
			return true
		}
		seen[uidl] = true
	}
	return false
}

// areNumbers reports whether UIDLs are the message numbers. After the next deletion another
// message has the number.
func areNumbers(uidls []string) bool {
	for i, uidl := range uidls {
		if uidl != strconv.Itoa(i+1) {
			return false
		}
	}
	return true
}

// present reports whether the mailbox still has the message with an ID.
func (m *mailbox) present(id string) (bool, error) {
	uid := m.uid(id)
	if uid == 0 || !m.lasting() {
		return uid != 0, nil
	}
	found, err := m.conn.UIDs(imapcompat.SequenceOf(uid), imapcompat.FT_UID)
	return len(found) > 0, err
}

// since adds a date to search criteria.
func since(criteria string, t time.Time) string {
	if t.IsZero() {
		return criteria
	}
	return strings.TrimSpace(criteria + t.Format(` SINCE "2-Jan-2006"`))
}
