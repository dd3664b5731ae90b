package imaptest

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"
)

const delimiter = "/"

var (
	errNoMailbox = &imap.Error{
		Type: imap.StatusResponseTypeNo,
		Code: imap.ResponseCodeNonExistent,
		Text: "No such mailbox",
	}
	errNoDestination = &imap.Error{
		Type: imap.StatusResponseTypeNo,
		Code: imap.ResponseCodeTryCreate,
		Text: "No such mailbox",
	}
	errMailboxExists = &imap.Error{
		Type: imap.StatusResponseTypeNo,
		Code: imap.ResponseCodeAlreadyExists,
		Text: "Mailbox exists",
	}
	errMailboxName = &imap.Error{
		Type: imap.StatusResponseTypeNo,
		Code: imap.ResponseCodeCannot,
		Text: "Not a name for this",
	}
)

// store holds the mailboxes of the user. Nothing is written to a connection while its mutex is
// held, so a client that does not read blocks only itself.
type store struct {
	mu          sync.Mutex
	mailboxes   map[string]*mailbox
	subscribed  map[string]bool
	uidValidity uint32 // the last one assigned

	version uint64        // counts changes
	changed chan struct{} // closed at the next change
}

type mailbox struct {
	uidValidity uint32
	uidNext     imap.UID
	firstRecent imap.UID   // no session knows this message and later ones
	messages    []*message // in the order of UIDs
	keywords    flagSet    // all keywords ever used here
}

func newStore() *store {
	s := &store{
		mailboxes:  make(map[string]*mailbox),
		subscribed: make(map[string]bool),
		changed:    make(chan struct{}),
	}
	s.addMailbox("INBOX")
	return s
}

func (s *store) touch() {
	s.version++
	close(s.changed)
	s.changed = make(chan struct{})
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
	mb := &mailbox{uidValidity: s.uidValidity, uidNext: 1, firstRecent: 1}
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

func (s *store) mailbox(name string) (*mailbox, error) {
	mb := s.mailboxes[canonicalName(name)]
	if mb == nil {
		return nil, errNoMailbox
	}
	return mb, nil
}

func (s *store) create(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	// By RFC 3501 section 6.3.3 a trailing delimiter only announces that names below will be
	// created.
	name = canonicalName(strings.TrimSuffix(name, delimiter))
	if err := s.checkNewName(name); err != nil {
		return err
	}
	s.addMailbox(name)
	return nil
}

func (s *store) checkNewName(name string) error {
	if slices.Contains(strings.Split(name, delimiter), "") || !utf8.ValidString(name) {
		return errMailboxName
	}
	if s.mailboxes[name] != nil {
		return errMailboxExists
	}
	return nil
}

func (s *store) delete(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.mailbox(name); err != nil {
		return err
	}
	if canonicalName(name) == "INBOX" {
		return errMailboxName
	}
	delete(s.mailboxes, name)
	return nil
}

// rename also renames the mailboxes below. INBOX stays, and only its messages move (RFC 3501
// section 6.3.5).
func (s *store) rename(from, to string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, to = canonicalName(from), canonicalName(strings.TrimSuffix(to, delimiter))
	if err := s.checkNewName(to); err != nil {
		return err
	}
	if from == "INBOX" {
		mb := s.addMailbox(to)
		inbox := s.mailboxes[from]
		for _, m := range inbox.messages {
			s.copy(mb, m)
		}
		s.remove(inbox, func(*message) bool { return true })
		return nil
	}
	if !s.exists(from) {
		return errNoMailbox
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
func (s *store) add(mb *mailbox, m *message) imap.UID {
	m.uid = mb.uidNext
	mb.uidNext++
	mb.messages = append(mb.messages, m)
	mb.keywords = mb.keywords.add(m.flags).remove(systemFlags)
	s.touch()
	return m.uid
}

// copy delivers a copy of a message. The caller holds the mutex.
func (s *store) copy(mb *mailbox, m *message) imap.UID {
	return s.add(mb, &message{date: m.date, text: m.text, flags: m.flags})
}

func (s *store) append(name string, m Message) (*imap.AppendData, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mb, err := s.mailbox(name)
	if err != nil {
		return nil, errNoDestination
	}
	if m.Date.IsZero() {
		m.Date = time.Now()
	}
	uid := s.add(mb, &message{date: m.Date, text: withCRLF(m.Text), flags: newFlagSet(m.Flags)})
	return &imap.AppendData{UIDValidity: mb.uidValidity, UID: uid}, nil
}

// setFlags changes the flags of a message. The caller holds the mutex.
func (s *store) setFlags(mb *mailbox, m *message, flags flagSet) {
	if slices.Equal(m.flags, flags) {
		return
	}
	mb.keywords = mb.keywords.add(flags).remove(systemFlags)
	s.touch()
	m.flags, m.version = flags, s.version
}

// remove expunges messages. The caller holds the mutex.
func (s *store) remove(mb *mailbox, which func(*message) bool) {
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
		s.touch()
	}
}

// snapshot returns the current messages of a mailbox, for POP3.
func (s *store) snapshot(name string) (*mailbox, []*message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mb := s.mailboxes[name]
	return mb, slices.Clone(mb.messages)
}
