package imaptest

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	parser "github.com/imapcompat/imapcompat/imaptest/internal/message"
)

const delimiter = "/"

// store holds the mailboxes of the user. Nothing is written to a connection while its mutex is
// held, so a client that does not read blocks only itself.
type store struct {
	provider    personality
	mu          sync.Mutex
	mailboxes   map[string]*mailbox
	subscribed  map[string]bool
	quota       Quota
	uidValidity uint32        // the last one assigned
	gmailIDs    uint64        // number of those assigned
	changed     chan struct{} // closed at the next change
}

type mailbox struct {
	uidValidity uint32
	uidNext     uint32
	firstRecent uint32     // no session knows this message and later ones
	messages    []*message // in the order of UIDs
	keywords    flagSet    // all keywords ever used here
	modSeq      uint64     // of the last change (RFC 7162)
	condstore   bool       // a session has used mod-sequences
	specialUse  []string   // attributes of RFC 6154
	acl         []access
	deleted     bool // the mailbox itself
}

func newStore(p personality) *store {
	s := &store{
		provider:   p,
		mailboxes:  make(map[string]*mailbox),
		subscribed: make(map[string]bool),
		changed:    make(chan struct{}),
	}
	s.addMailbox("INBOX")
	return s
}

// touch counts a change of a mailbox, and wakes the sessions that wait for one.
func (s *store) touch(mb *mailbox) uint64 {
	mb.modSeq++
	close(s.changed)
	s.changed = make(chan struct{})
	return mb.modSeq
}

// changes returns a channel that is closed at the next change.
func (s *store) changes() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// addMailbox gives every mailbox its own UIDVALIDITY, as RFC 3501 section 2.3.1.1 requires for
// a name that is deleted and created again.
func (s *store) addMailbox(name string) *mailbox {
	s.uidValidity++
	mb := &mailbox{uidValidity: s.uidValidity, uidNext: 1, firstRecent: 1, modSeq: 1, keywords: s.provider.keywords}
	s.mailboxes[name] = mb
	return mb
}

// canonicalName returns INBOX for its name in any case (RFC 3501 section 5.1).
func canonicalName(name string) string {
	if strings.EqualFold(name, "INBOX") {
		return "INBOX"
	}
	return name
}

func (s *store) mailbox(name string) (*mailbox, error) { return s.lookUp(name, "") }

// destination is mailbox for a name that a message is to go to.
func (s *store) destination(name string) (*mailbox, error) { return s.lookUp(name, "TRYCREATE") }

// lookUp returns a mailbox, or NO with the code if there is none.
func (s *store) lookUp(name, code string) (*mailbox, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	if mb := s.mailboxes[canonicalName(name)]; mb != nil {
		return mb, nil
	}
	return nil, noMailbox(code, name)
}

// checkName requires a name that a mailbox can have.
func checkName(name string) error {
	reason := ""
	switch {
	case name == "":
		reason = "Name is empty"
	case !utf8.ValidString(name):
		reason = "Not UTF-8"
	case strings.HasPrefix(name, delimiter):
		reason = "Begins with hierarchy separator"
	case strings.HasSuffix(name, delimiter):
		reason = "Ends with hierarchy separator"
	case strings.Contains(name, delimiter+delimiter):
		reason = "Has adjacent hierarchy separators"
	default:
		return nil
	}
	return no("CANNOT", "Invalid mailbox name: "+reason+".")
}

// readable is mailbox for a user, who needs the right to read it. Without the right to know of it,
// it does not exist.
func (s *store) readable(name, user string) (*mailbox, error) {
	mb, err := s.mailbox(name)
	switch {
	case err != nil || mb.allows(user, rightRead):
		return mb, err
	case mb.isVisible(user):
		return nil, errNoPermission
	}
	return nil, noMailbox("", name)
}

// isVisible reports whether a user may know that the mailbox exists.
func (mb *mailbox) isVisible(user string) bool { return mb.allows(user, rightLookup) }

func (s *store) isDeleted(mb *mailbox) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return mb.deleted
}

func noMailbox(code, name string) reply { return no(code, "Mailbox doesn't exist: "+name+".") }

func (s *store) create(name string, specialUse []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	// By RFC 3501 section 6.3.3 a trailing delimiter only announces that names below will be
	// created.
	name = canonicalName(strings.TrimSuffix(name, delimiter))
	if err := s.checkNewName(name); err != nil {
		return err
	}
	s.addMailbox(name).specialUse = specialUse
	return nil
}

func (s *store) checkNewName(name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if s.mailboxes[name] != nil {
		return no("ALREADYEXISTS", "Mailbox already exists.")
	}
	return nil
}

func (s *store) delete(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := checkName(name); err != nil {
		return err
	}
	mb := s.mailboxes[canonicalName(name)]
	switch {
	case mb == nil && s.hasChildren(name):
		return no("", "Mailbox has children, delete them first.")
	case mb == nil:
		return noMailbox("NONEXISTENT", name)
	case mb == s.mailboxes["INBOX"]:
		return no("", "INBOX can't be deleted.")
	}
	delete(s.mailboxes, name)
	mb.deleted = true
	s.touch(mb)
	return nil
}

// rename also renames the mailboxes below. INBOX stays, and only its messages move (RFC 3501
// section 6.3.5).
func (s *store) rename(from, to string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := checkName(from); err != nil {
		return err
	}
	from, to = canonicalName(from), canonicalName(to)
	if strings.HasPrefix(to, from+delimiter) {
		return no("", "Can't rename mailbox under its own child.")
	}
	if err := checkName(to); err != nil {
		return err
	}
	switch {
	case from == to:
		return no("ALREADYEXISTS", "Can't rename mailbox to itself.")
	case s.exists(to):
		return no("ALREADYEXISTS", "Target mailbox already exists.")
	case !s.exists(from):
		return noMailbox("NONEXISTENT", from)
	}
	if from == "INBOX" {
		mb := s.addMailbox(to)
		inbox := s.mailboxes[from]
		for _, m := range inbox.messages {
			s.copy(mb, m, m.flags)
		}
		s.remove(inbox, func(*message) bool { return true })
		return nil
	}
	for name, mb := range maps.Clone(s.mailboxes) {
		if name == from || strings.HasPrefix(name, from+delimiter) {
			delete(s.mailboxes, name)
			s.mailboxes[to+strings.TrimPrefix(name, from)] = mb
		}
	}
	return nil
}

// exists reports whether a mailbox has the name or is below it.
func (s *store) exists(name string) bool {
	return s.mailboxes[name] != nil || s.hasChildren(name)
}

func (s *store) hasChildren(name string) bool {
	for other := range s.mailboxes {
		if strings.HasPrefix(other, name+delimiter) {
			return true
		}
	}
	return false
}

// add delivers a message. The caller holds the mutex.
func (s *store) add(mb *mailbox, m *message) uint32 {
	if s.provider.labels {
		return s.addLabelled(mb, m)
	}
	return s.addMessage(mb, m)
}

func (s *store) addMessage(mb *mailbox, m *message) uint32 {
	m.uid = mb.uidNext
	mb.uidNext++
	mb.messages = append(mb.messages, m)
	mb.keywords = mb.keywords.add(m.flags).keywords()
	m.modSeq = s.touch(mb)
	return m.uid
}

// copy delivers a copy of a message, with other flags. The caller holds the mutex.
func (s *store) copy(mb *mailbox, m *message, flags flagSet) uint32 {
	return s.add(mb, &message{date: m.date, text: m.text, size: m.size, content: m.content, flags: flags,
		gmailID: m.gmailID, gmailThread: m.gmailThread, popped: m.popped})
}

// deliver adds a message to the mailbox of a name.
func (s *store) deliver(name string, m Message) (uidValidity, uid uint32, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mb, err := s.destination(name)
	if err != nil {
		return 0, 0, err
	}
	if m.Date.IsZero() {
		m.Date = time.Now()
	}
	text := withCRLF(m.Text)
	uid = s.add(mb, &message{date: m.Date, text: text, size: m.Size, content: parser.Parse(text), flags: newFlagSet(m.Flags)})
	return mb.uidValidity, uid, nil
}

// setFlags changes the flags of a message. The caller holds the mutex.
func (s *store) setFlags(mb *mailbox, m *message, flags flagSet) {
	if s.provider.labels {
		s.setLabelledFlags(mb, m, flags)
		return
	}
	s.setMessageFlags(mb, m, flags)
}

func (s *store) setMessageFlags(mb *mailbox, m *message, flags flagSet) {
	if slices.Equal(m.flags, flags) {
		return
	}
	mb.keywords = mb.keywords.add(flags).keywords()
	m.flags = flags
	m.modSeq = s.touch(mb)
}

// remove expunges messages. Gmail keeps those in gmailAllMail. The caller holds the mutex.
func (s *store) remove(mb *mailbox, which func(*message) bool) {
	if s.provider.labels && mb == s.mailboxes[gmailAllMail] {
		return
	}
	s.drop(mb, which)
}

// drop takes messages out of a mailbox.
func (s *store) drop(mb *mailbox, which func(*message) bool) {
	var kept []*message
	for _, m := range mb.messages {
		if which(m) {
			m.gone = true
		} else {
			kept = append(kept, m)
		}
	}
	if len(kept) < len(mb.messages) {
		mb.messages = kept
		s.touch(mb)
	}
}

// snapshot returns the current messages of a mailbox, for POP3.
func (s *store) snapshot(name string) (*mailbox, []*message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mb := s.mailboxes[name]
	return mb, slices.DeleteFunc(slices.Clone(mb.messages), s.hidden)
}
