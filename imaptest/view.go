package imaptest

import (
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// view is a mailbox as the client of a session knows it. Its message numbers are indexes into
// messages, and change only in refresh.
type view struct {
	mailbox  *mailbox
	readOnly bool
	messages []viewed
	next     imap.UID // messages from here on are not in the view
	keywords int      // number of the mailbox's keywords that the client knows
	recent   int      // number of recent messages
	version  uint64   // version of the store at the last refresh
}

// viewed is a message with what the client knows of it.
type viewed struct {
	*message
	recent  bool
	version uint64 // of the flags
}

func (v viewed) flagList() []imap.Flag {
	if v.recent {
		return append(slices.Clone(v.flags), flagRecent)
	}
	return v.flags
}

// admitNew adds new messages to a view. A message is recent only for the first read-write
// session that is told of it (RFC 3501 section 2.3.2).
func (v *view) admitNew() {
	mb := v.mailbox
	i, _ := slices.BinarySearchFunc(mb.messages, v.next, func(m *message, uid imap.UID) int {
		return int(m.uid) - int(uid)
	})
	for _, m := range mb.messages[i:] {
		v.messages = append(v.messages, viewed{message: m, recent: m.uid >= mb.firstRecent, version: m.version})
	}
	v.next = mb.uidNext
	if !v.readOnly {
		mb.firstRecent = mb.uidNext
	}
}

func (v *view) countRecent() int {
	n := 0
	for _, m := range v.messages {
		if m.recent {
			n++
		}
	}
	return n
}

// news is what the client must be told about the selected mailbox.
type news struct {
	expunged   []uint32
	keywords   flagSet // all, when there are new ones
	newExists  bool
	exists     uint32
	newRecent  bool
	recent     uint32
	flagChange []flagNews
}

type flagNews struct {
	number uint32
	uid    imap.UID
	flags  []imap.Flag
}

// refresh updates a view from the store, and returns the changes.
func (st *store) refresh(v *view, allowExpunge bool) (n news) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if v.version == st.version {
		return news{}
	}
	v.version = st.version

	kept := v.messages[:0]
	for i, m := range v.messages {
		switch {
		case !m.gone:
			kept = append(kept, m)
		case allowExpunge:
			n.expunged = append(n.expunged, uint32(i+1))
		default:
			kept = append(kept, m)
			v.version = 0 // forces another refresh
		}
	}
	v.messages = kept

	if len(v.mailbox.keywords) > v.keywords {
		v.keywords = len(v.mailbox.keywords)
		n.keywords = v.mailbox.keywords
	}
	known := len(v.messages)
	v.admitNew()
	n.newExists = len(v.messages) > known
	n.exists = uint32(len(v.messages))
	recent := v.countRecent()
	n.newRecent = n.newExists || recent != v.recent
	n.recent = uint32(recent)
	v.recent = recent
	for i := range v.messages {
		m := &v.messages[i]
		if m.version != m.message.version {
			m.version = m.message.version
			n.flagChange = append(n.flagChange, flagNews{uint32(i + 1), m.uid, m.flagList()})
		}
	}
	return n
}

func (n *news) write(w *imapserver.UpdateWriter) error {
	// The last one goes first, so that no EXPUNGE changes the number of the next (RFC 3501
	// section 7.4.1).
	for _, number := range slices.Backward(n.expunged) {
		if err := w.WriteExpunge(number); err != nil {
			return err
		}
	}
	if n.keywords != nil {
		if err := w.WriteMailboxFlags(slices.Concat(systemFlags, n.keywords)); err != nil {
			return err
		}
	}
	if n.newExists {
		if err := w.WriteNumMessages(n.exists); err != nil {
			return err
		}
	}
	if n.newRecent {
		if err := w.WriteNumRecent(n.recent); err != nil {
			return err
		}
	}
	for _, f := range n.flagChange {
		if err := w.WriteMessageFlags(f.number, f.uid, f.flags); err != nil {
			return err
		}
	}
	return nil
}

// resolve returns the messages of a set as ascending indexes into the view. A message number
// that does not exist is an error (RFC 3501 section 9, seq-number); a UID that does not exist
// is none (section 6.4.8).
func (v *view) resolve(set imap.NumSet) ([]int, error) {
	if numbers, ok := set.(imap.SeqSet); ok {
		last := uint32(len(v.messages))
		for _, r := range numbers {
			if last == 0 || max(r.Start, r.Stop) > last {
				return nil, errMessageSet
			}
		}
	}
	return v.find(set)
}

// find is resolve without an error for numbers that do not exist: in SEARCH, as in Dovecot, no
// message matches them.
func (v *view) find(set imap.NumSet) ([]int, error) {
	if len(v.messages) == 0 {
		return nil, nil
	}
	var contains func(i int) bool
	switch set := set.(type) {
	case imap.SeqSet:
		var fixed imap.SeqSet
		for _, r := range set {
			fixed.AddRange(fixRange(r.Start, r.Stop, uint32(len(v.messages))))
		}
		contains = func(i int) bool { return fixed.Contains(uint32(i + 1)) }
	case imap.UIDSet:
		if imap.IsSearchRes(set) {
			return nil, errMessageSet // "$" of RFC 5182 is not offered
		}
		last := v.messages[len(v.messages)-1].uid
		var fixed imap.UIDSet
		for _, r := range set {
			fixed.AddRange(fixRange(r.Start, r.Stop, last))
		}
		contains = func(i int) bool { return fixed.Contains(v.messages[i].uid) }
	}
	var indexes []int
	for i := range v.messages {
		if contains(i) {
			indexes = append(indexes, i)
		}
	}
	return indexes, nil
}

// fixRange replaces "*", which is 0 in go-imap, by the last number.
func fixRange[N uint32 | imap.UID](start, stop, last N) (N, N) {
	if start == 0 {
		start = last
	}
	if stop == 0 {
		stop = last
	}
	return min(start, stop), max(start, stop)
}

func (v *view) contains(indexes []int) func(*message) bool {
	set := make(map[*message]bool)
	for _, i := range indexes {
		set[v.messages[i].message] = true
	}
	return func(m *message) bool { return set[m] }
}
