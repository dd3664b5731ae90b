package imaptest

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// view is a mailbox as the client of a session knows it. Its message numbers are indexes into
// messages, and change only in refresh.
type view struct {
	mailbox  *mailbox
	name     string
	examined bool // opened with EXAMINE
	readOnly bool
	rights   string // of the user, when the mailbox was selected
	messages []viewed
	next     uint32  // messages from this UID on are not in the view
	keywords flagSet // those of the mailbox, and those that the session has only named
	told     int     // number of keywords that the client was told
	recent   int     // number of recent messages
	modSeq   uint64  // of the mailbox at the last refresh; 0 forces another one
}

// viewed is a message with what the client knows of it.
type viewed struct {
	*message
	recent bool
	modSeq uint64 // of the flags
	seen   bool   // as the client knows
	silent uint64 // mod-sequence of flags that the client knows without being told
}

// flagList returns the flags of a message in Dovecot's order: keywords come in the order in which
// the mailbox got to know them. The caller holds the store's mutex.
func (v *view) flagList(m viewed) flagSet {
	var flags flagSet
	for _, f := range systemFlags {
		if m.flags.has(f) {
			flags = append(flags, f)
		}
	}
	if m.recent {
		flags = append(flags, flagRecent)
	}
	for _, f := range v.mailbox.keywords {
		if m.flags.has(f) {
			flags = append(flags, v.keywordName(f))
		}
	}
	return flags
}

// keywordName returns a keyword as the session knows it, which may be in other case than in the
// mailbox.
func (v *view) keywordName(keyword string) string {
	if i := v.keywords.index(keyword); i >= 0 {
		return v.keywords[i]
	}
	return keyword
}

// learn notes keywords that a client names, in STORE or SEARCH. As in Dovecot they exist for its
// session from then on, and for others when a message has them.
func (s *imapSession) learn(flags flagSet) {
	s.view.learn(s.srv.kept(flags))
	s.named[s.view.mailbox] = s.view.keywords
}

func (v *view) learn(flags flagSet) { v.keywords = v.keywords.add(flags).keywords() }

// newKeywords returns all keywords if the client was not told them all. The caller holds the
// store's mutex.
func (v *view) newKeywords() flagSet {
	v.learn(v.mailbox.keywords)
	if v.told == len(v.keywords) {
		return nil
	}
	v.told = len(v.keywords)
	return v.keywords
}

// newView opens a mailbox, of which it has the newest messages up to a maximum, or all. The caller holds the store's mutex.
func newView(name string, mb *mailbox, examined bool, rights string, maxMessages int) *view {
	v := &view{mailbox: mb, name: name, examined: examined, rights: rights, modSeq: mb.modSeq}
	v.readOnly = examined || !strings.ContainsAny(rights, changingRights)
	v.admitNew()
	if n := len(v.messages); maxMessages > 0 && n > maxMessages {
		v.messages = v.messages[n-maxMessages:]
	}
	v.recent = v.countRecent()
	return v
}

// admitNew adds new messages to a view. A message is recent only for the first session
// that is told of it, if it has not used EXAMINE (RFC 3501 section 2.3.2).
func (v *view) admitNew() {
	mb := v.mailbox
	i := sort.Search(len(mb.messages), func(i int) bool { return mb.messages[i].uid >= v.next })
	for _, m := range mb.messages[i:] {
		v.messages = append(v.messages, viewed{message: m, recent: m.uid >= mb.firstRecent, modSeq: m.modSeq, seen: m.flags.has(flagSeen)})
	}
	v.next = mb.uidNext
	if !v.examined {
		mb.firstRecent = mb.uidNext
	}
}

func (v *view) countRecent() int {
	return v.count(func(m viewed) bool { return m.recent })
}

func (v *view) count(which func(viewed) bool) int {
	n := 0
	for _, m := range v.messages {
		if which(m) {
			n++
		}
	}
	return n
}

// last returns the last message number, or the last UID.
func (v *view) last(byUID bool) uint32 {
	n := len(v.messages)
	if n == 0 || !byUID {
		return uint32(n)
	}
	return v.messages[n-1].uid
}

// number returns the message number or the UID of a message.
func (v *view) number(i int, byUID bool) uint32 {
	if byUID {
		return v.messages[i].uid
	}
	return uint32(i + 1)
}

// find returns the messages of a set as ascending indexes into the view.
func (v *view) find(set numberSet, byUID bool) []int {
	last := v.last(byUID)
	var indexes []int
	for i := range v.messages {
		if set.contains(v.number(i, byUID), last) {
			indexes = append(indexes, i)
		}
	}
	return indexes
}

// resolve is find for commands that change or fetch messages. A message number that does not
// exist is an error there (RFC 3501 section 9, seq-number); a UID that does not exist is none
// (section 6.4.8).
func (v *view) resolve(s string, byUID bool) ([]int, error) {
	set, err := parseNumbers(s)
	switch {
	case err != nil && byUID:
		return nil, syntaxError("Invalid uidset")
	case err != nil:
		return nil, err
	}
	if !byUID && !set.exists(uint32(len(v.messages))) {
		return nil, errMessageSet
	}
	return v.find(set, byUID), nil
}

// news is what the client must be told about the selected mailbox.
type news struct {
	keywords  flagSet // all, when there are new ones
	changed   []flagNews
	expunged  []int // message numbers before any EXPUNGE
	newExists bool
	exists    int
	newRecent bool
	recent    int
}

type flagNews struct {
	number int
	uid    uint32
	flags  flagSet
	modSeq uint64
	silent bool
}

// refresh updates a view from the store, and returns the changes.
func (st *store) refresh(v *view, policy newsPolicy) (n news) {
	st.mu.Lock()
	defer st.mu.Unlock()
	mb := v.mailbox
	n.keywords = v.newKeywords()
	if v.modSeq == mb.modSeq {
		return n
	}
	v.modSeq = mb.modSeq
	n.changed = v.changes()
	gone := v.gone()
	switch {
	case policy == allNews:
		n.expunge(v, gone)
	case len(gone) > 0:
		v.modSeq = 0 // the next refresh looks for them again
	}
	known := len(v.messages)
	v.admitNew()
	n.newExists = len(v.messages) > known
	n.exists = len(v.messages)
	n.recent = v.countRecent()
	n.newRecent = n.recent != v.recent
	v.recent = n.recent
	return n
}

// changes returns the flags that have changed since the client heard of them.
func (v *view) changes() (changed []flagNews) {
	for i := range v.messages {
		m := &v.messages[i]
		if m.modSeq != m.message.modSeq {
			m.know()
			changed = append(changed, flagNews{i + 1, m.uid, v.flagList(*m), m.modSeq, m.silent == m.modSeq})
		}
	}
	return changed
}

// know notes that the client knows the present flags.
func (m *viewed) know() { m.modSeq, m.seen = m.message.modSeq, m.flags.has(flagSeen) }

// gone returns the numbers of messages that were removed.
func (v *view) gone() (numbers []int) {
	for i, m := range v.messages {
		if m.gone {
			numbers = append(numbers, i+1)
		}
	}
	return numbers
}

// expunge takes messages out of the view. Their flags are not told any more.
func (n *news) expunge(v *view, numbers []int) {
	n.expunged = numbers
	v.messages = slices.DeleteFunc(v.messages, func(m viewed) bool { return m.gone })
	n.changed = slices.DeleteFunc(n.changed, func(f flagNews) bool {
		_, isGone := slices.BinarySearch(numbers, f.number)
		return isGone
	})
}

// items returns what a FETCH response has of a change.
func (f flagNews) items(withUID, withModSeq bool) (items []string) {
	if withUID {
		items = append(items, fmt.Sprintf("UID %d", f.uid))
	}
	if withModSeq {
		items = append(items, fmt.Sprintf("MODSEQ (%d)", f.modSeq))
	}
	if !f.silent {
		items = append(items, "FLAGS "+flagList(f.flags))
	}
	return items
}

// tellKeywords writes keywords before the flags of messages that have them.
func (s *imapSession) tellKeywords() {
	st := s.srv.store
	st.mu.Lock()
	keywords := s.view.newKeywords()
	st.mu.Unlock()
	if keywords != nil {
		s.writeFlags(keywords)
	}
}

// tell writes the news of the selected mailbox. Changes of flags use the numbers before any
// EXPUNGE. The last EXPUNGE goes first, so that none changes the number of another.
func (s *imapSession) tell(policy newsPolicy, withUID bool) {
	if s.view == nil || policy == noNews {
		return
	}
	n := s.srv.store.refresh(s.view, policy)
	if n.keywords != nil {
		s.writeFlags(n.keywords)
	}
	for _, f := range n.changed {
		s.untagged("%d FETCH (%s)", f.number, strings.Join(f.items(withUID, s.condstore), " "))
	}
	for _, number := range slices.Backward(n.expunged) {
		s.untagged("%d EXPUNGE", number)
	}
	if n.newExists {
		s.untagged("%d EXISTS", n.exists)
	}
	if n.newRecent {
		s.untagged("%d RECENT", n.recent)
	}
}
