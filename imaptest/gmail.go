package imaptest

import (
	"fmt"
	"slices"
	"strings"
)

// gmailAllMail has each message of the account but those in gmailSpam and gmailTrash.
const (
	gmailAllMail = "[Gmail]/All Mail"
	gmailSpam    = "[Gmail]/Spam"
	gmailTrash   = "[Gmail]/Trash"
)

// Bounds of Gmail.
const (
	maxGmailConnections = 15
	maxGmailMaildrop    = 250
)

// firstGmailID makes the numbers as long as Gmail's are.
const firstGmailID = 1_800_000_000_000_000_000

// gmailLabels are the labels of special mailboxes.
var gmailLabels = map[string]string{
	"INBOX": `\Inbox`, "[Gmail]/Drafts": `\Draft`, "[Gmail]/Sent Mail": `\Sent`, gmailSpam: `\Spam`, gmailTrash: `\Trash`,
}

// The methods of a store here are called with its mutex held.

// addLabelled is add for a provider with labels. Each mailbox is a label, and has a message once.
func (s *store) addLabelled(mb *mailbox, m *message) uint32 {
	s.identify(m)
	if twin := mb.twin(m); twin != nil {
		return twin.uid
	}
	uid := s.addMessage(mb, m)
	all, spam, trash := s.mailboxes[gmailAllMail], s.mailboxes[gmailSpam], s.mailboxes[gmailTrash]
	if mb == spam || mb == trash {
		s.dropFrom(m, func(other *mailbox) bool { return other != mb })
		return uid
	}
	s.dropFrom(m, func(other *mailbox) bool { return other == spam || other == trash })
	if all.twin(m) == nil {
		s.addMessage(all, m.twin())
	}
	return uid
}

// identify numbers a new message and its thread. It answers a message that it refers to.
func (s *store) identify(m *message) {
	if m.gmailID != 0 {
		return
	}
	s.gmailIDs++
	m.gmailID = firstGmailID + s.gmailIDs
	m.gmailThread = m.gmailID
	references := m.content.References()
	if len(references) == 0 {
		return
	}
	for _, other := range s.mailboxes[gmailAllMail].messages {
		if slices.Contains(references, other.content.MessageID()) {
			m.gmailThread = other.gmailThread
		}
	}
}

// twin returns the message for another label.
func (m *message) twin() *message {
	return &message{date: m.date, text: m.text, size: m.size, content: m.content,
		flags: m.flags.remove(flagSet{flagDeleted}), gmailID: m.gmailID, gmailThread: m.gmailThread, popped: m.popped}
}

// twin returns the message in a mailbox that is the same as m.
func (mb *mailbox) twin(m *message) *message {
	i := slices.IndexFunc(mb.messages, func(other *message) bool { return other.gmailID == m.gmailID })
	if i < 0 {
		return nil
	}
	return mb.messages[i]
}

// twins calls f with the message in all mailboxes.
func (s *store) twins(m *message, f func(*mailbox, *message)) {
	for _, mb := range s.mailboxes {
		if twin := mb.twin(m); twin != nil {
			f(mb, twin)
		}
	}
}

// dropFrom takes a message out of mailboxes.
func (s *store) dropFrom(m *message, which func(*mailbox) bool) {
	s.twins(m, func(mb *mailbox, twin *message) {
		if which(mb) {
			s.drop(mb, func(other *message) bool { return other == twin })
		}
	})
}

// setLabelledFlags is setFlags for a provider with labels. All flags but \Deleted are those of the
// message, whatever the mailbox.
func (s *store) setLabelledFlags(mb *mailbox, m *message, flags flagSet) {
	s.twins(m, func(other *mailbox, twin *message) {
		own := flags
		if other != mb {
			own = flags.remove(flagSet{flagDeleted})
			if twin.flags.has(flagDeleted) {
				own = own.add(flagSet{flagDeleted})
			}
		}
		s.setMessageFlags(other, twin, own)
	})
}

// labels returns the labels of a message but that of the mailbox itself.
func (s *store) labels(selected *mailbox, m *message) (labels []string) {
	for name, mb := range s.mailboxes {
		if mb != selected && name != gmailAllMail && mb.twin(m) != nil {
			labels = append(labels, labelOf(name))
		}
	}
	slices.Sort(labels)
	return labels
}

// labelOf returns the label of a mailbox as responses have it.
func labelOf(name string) string {
	if label, ok := gmailLabels[name]; ok {
		return label
	}
	return astring(encodeName(name))
}

// labelled returns the name of the mailbox of a label.
func labelled(label string) (string, error) {
	for name, special := range gmailLabels {
		if strings.EqualFold(label, special) {
			return name, nil
		}
	}
	return mailboxName(label)
}

// gmailItems are the data items of X-GM-EXT-1.
var gmailItems = map[string]fetchItem{
	"X-GM-MSGID": {name: "X-GM-MSGID", short: true, value: func(s *imapSession, i int) ([]byte, error) {
		return fmt.Appendf(nil, "%d", s.view.messages[i].gmailID), nil
	}},
	"X-GM-THRID": {name: "X-GM-THRID", short: true, value: func(s *imapSession, i int) ([]byte, error) {
		return fmt.Appendf(nil, "%d", s.view.messages[i].gmailThread), nil
	}},
	"X-GM-LABELS": {name: "X-GM-LABELS", short: true, value: func(s *imapSession, i int) ([]byte, error) {
		st := s.srv.store
		st.mu.Lock()
		defer st.mu.Unlock()
		return []byte(flagList(st.labels(s.view.mailbox, s.view.messages[i].message))), nil
	}},
}

// storeLabels answers STORE +X-GM-LABELS and -X-GM-LABELS.
func (s *imapSession) storeLabels(indexes []int, sign string, args []argument) (reply, error) {
	if len(args) == 1 && args[0].kind == listArgument {
		args = args[0].list
	}
	st := s.srv.store
	st.mu.Lock()
	for _, arg := range args {
		name, err := labelled(arg.text)
		if err == nil && sign == "+" && st.mailboxes[name] == nil {
			if err = st.checkNewName(name); err == nil {
				st.addMailbox(name)
			}
		}
		mb := st.mailboxes[name]
		if err != nil || mb == nil {
			st.mu.Unlock()
			return reply{}, orElseError(err, noMailbox("", arg.text))
		}
		for _, i := range indexes {
			m := s.view.messages[i].message
			switch {
			case sign == "+":
				st.add(mb, m.twin())
			case name != gmailAllMail:
				st.dropFrom(m, func(other *mailbox) bool { return other == mb })
			}
		}
	}
	st.mu.Unlock()
	for _, i := range indexes {
		labels, _ := gmailItems["X-GM-LABELS"].value(s, i)
		s.untagged("%d FETCH (X-GM-LABELS %s UID %d)", i+1, labels, s.view.messages[i].uid)
	}
	return ok("Success"), nil
}

func orElseError(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// gmailKeys are the search keys of X-GM-EXT-1 but X-GM-RAW.
var gmailKeys = map[string]func(*searchParser) (criterion, error){
	"X-GM-MSGID":  gmailNumber(func(m *message) uint64 { return m.gmailID }),
	"X-GM-THRID":  gmailNumber(func(m *message) uint64 { return m.gmailThread }),
	"X-GM-LABELS": (*searchParser).label,
}

func gmailNumber(of func(*message) uint64) func(*searchParser) (criterion, error) {
	return func(p *searchParser) (criterion, error) {
		number, err := p.text()
		return func(m *candidate) bool { return fmt.Sprint(of(m.message)) == number }, err
	}
}

func (p *searchParser) label() (criterion, error) {
	text, err := p.text()
	if err != nil {
		return nil, err
	}
	name, err := labelled(text)
	if err != nil {
		return nil, err
	}
	st := p.s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	found := make(map[uint64]bool)
	if mb := st.mailboxes[name]; mb != nil {
		for _, m := range mb.messages {
			found[m.gmailID] = true
		}
	}
	return func(m *candidate) bool { return found[m.gmailID] }, nil
}

// hidden reports whether the POP3 server shows a message no more.
func (s *store) hidden(m *message) bool { return s.provider.labels && m.popped }

// pop hides messages from later POP3 sessions.
func (s *store) pop(messages []*message) {
	for _, m := range messages {
		s.twins(m, func(_ *mailbox, twin *message) { twin.popped = true })
	}
}
