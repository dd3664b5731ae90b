package imaptest

import (
	"errors"
	"io"
	"slices"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-sasl"
)

// imapCapabilities are the capabilities of imapserver that need the session's support and have
// it, and ID, which imapConn answers.
var imapCapabilities = []imap.Cap{
	imap.CapIMAP4rev1, imap.CapNamespace, imap.CapUIDPlus, imap.CapESearch,
	imap.CapListExtended, imap.CapListStatus, imap.CapMove, imap.CapStatusSize,
	imap.CapBinary, imap.CapChildren, imap.CapLiteralPlus, imap.CapID,
}

var (
	errReadOnly = &imap.Error{
		Type: imap.StatusResponseTypeNo,
		Code: "READ-ONLY",
		Text: "The mailbox is open for reading only",
	}
	errMessageSet = &imap.Error{
		Type: imap.StatusResponseTypeBad,
		Text: "Invalid message set",
	}
	errNotOffered = &imap.Error{
		Type: imap.StatusResponseTypeBad,
		Text: "Unknown command",
	}
)

// imapSession is the view of the store by one IMAP connection.
type imapSession struct {
	srv    *Server
	view   *view      // nil while no mailbox is selected
	idling sync.Mutex // held by Idle, which may last longer than its command
}

var (
	_ imapserver.SessionIMAP4rev2 = (*imapSession)(nil)
	_ imapserver.SessionSASL      = (*imapSession)(nil)
)

func (s *imapSession) Close() error {
	s.idling.Lock()
	defer s.idling.Unlock()
	s.srv.sessions.Done()
	return nil
}

func (s *imapSession) Login(user, password string) error {
	return imapLoginError(s.srv.checkPassword(user, password))
}

// imapLoginError returns the response to a login.
func imapLoginError(err error) error {
	var refused loginError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused) && refused != errLogin:
		return &imap.Error{Type: imap.StatusResponseTypeNo, Text: string(refused)}
	}
	return imapserver.ErrAuthFailed
}

func (s *imapSession) AuthenticateMechanisms() []string { return s.srv.mechanisms }

func (s *imapSession) Authenticate(mechanism string) (sasl.Server, error) {
	exchange, err := s.srv.newExchange(mechanism)
	if err != nil {
		return nil, &imap.Error{Type: imap.StatusResponseTypeNo, Text: err.Error()}
	}
	return imapExchange{exchange}, nil
}

// imapExchange converts the results of a SASL exchange for imapserver.
type imapExchange struct{ sasl.Server }

func (x imapExchange) Next(response []byte) (challenge []byte, done bool, err error) {
	challenge, done, err = x.Server.Next(response)
	if err != nil {
		return nil, false, imapLoginError(err)
	}
	if len(challenge) == 0 {
		// imapserver writes "=" for an empty challenge that is not nil. RFC 3501 section 7.5
		// requires an empty text.
		challenge = nil
	}
	return challenge, done, nil
}

func (s *imapSession) Select(name string, options *imap.SelectOptions) (*imap.SelectData, error) {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	mb, err := st.mailbox(name)
	if err != nil {
		return nil, err
	}
	v := &view{mailbox: mb, readOnly: options.ReadOnly, version: st.version, keywords: len(mb.keywords)}
	v.admitNew()
	v.recent = v.countRecent()
	s.view = v

	flags := slices.Concat(systemFlags, mb.keywords)
	var permanent []imap.Flag
	if !v.readOnly {
		permanent = append(slices.Clone(flags), imap.FlagWildcard)
		if !s.srv.offers(keywords) {
			permanent = systemFlags
		}
	}
	unseen := slices.IndexFunc(v.messages, func(m viewed) bool { return !m.flags.has(imap.FlagSeen) })
	return &imap.SelectData{
		Flags:             flags,
		PermanentFlags:    permanent,
		NumMessages:       uint32(len(v.messages)),
		NumRecent:         uint32(v.recent),
		FirstUnseenSeqNum: uint32(unseen + 1),
		UIDNext:           mb.uidNext,
		UIDValidity:       mb.uidValidity,
	}, nil
}

func (s *imapSession) Unselect() error {
	s.view = nil
	return nil
}

func (s *imapSession) Poll(w *imapserver.UpdateWriter, allowExpunge bool) error {
	if s.view == nil {
		return nil
	}
	n := s.srv.store.refresh(s.view, allowExpunge)
	return n.write(w)
}

func (s *imapSession) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	s.idling.Lock()
	defer s.idling.Unlock()
	for {
		changed := s.srv.store.changes()
		select {
		case <-stop:
			return nil
		default:
		}
		if err := s.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-stop:
			return nil
		case <-changed:
		}
	}
}

// Store does nothing in a read-only mailbox, and returns OK like Dovecot. So does Expunge.
func (s *imapSession) Store(w *imapserver.FetchWriter, set imap.NumSet, change *imap.StoreFlags, _ *imap.StoreOptions) error {
	if s.view.readOnly {
		return nil
	}
	indexes, err := s.view.resolve(set)
	if err != nil {
		return err
	}
	st := s.srv.store
	st.mu.Lock()
	for _, i := range indexes {
		m := s.view.messages[i].message
		flags := m.flags.store(change)
		if !s.srv.offers(keywords) {
			flags = flags.remove(flags.remove(systemFlags))
		}
		st.setFlags(s.view.mailbox, m, flags)
		s.view.messages[i].version = m.version
	}
	st.mu.Unlock()
	if change.Silent {
		return nil
	}
	_, byUID := set.(imap.UIDSet)
	for _, i := range indexes {
		if err := s.fetch(w, i, &imap.FetchOptions{UID: byUID}, true); err != nil {
			return err
		}
	}
	return nil
}

// Expunge removes messages. imapserver then calls Poll, which sends the EXPUNGE responses.
func (s *imapSession) Expunge(_ *imapserver.ExpungeWriter, uids *imap.UIDSet) error {
	if uids != nil && !s.srv.offers(string(imap.CapUIDPlus)) {
		return errNotOffered
	}
	if s.view.readOnly {
		return nil
	}
	chosen := func(*message) bool { return true }
	if uids != nil {
		indexes, err := s.view.resolve(*uids)
		if err != nil {
			return err
		}
		chosen = s.view.contains(indexes)
	}
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	st.remove(s.view.mailbox, func(m *message) bool {
		return m.flags.has(imap.FlagDeleted) && chosen(m)
	})
	return nil
}

func (s *imapSession) Copy(set imap.NumSet, dest string) (*imap.CopyData, error) {
	indexes, err := s.view.resolve(set)
	if err != nil {
		return nil, err
	}
	return s.copyTo(indexes, dest)
}

// copyTo returns nil data if nothing was copied, since a COPYUID response needs at least one
// UID (RFC 4315 section 3).
func (s *imapSession) copyTo(indexes []int, dest string) (*imap.CopyData, error) {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	mb, err := st.mailbox(dest)
	if err != nil {
		return nil, errNoDestination
	}
	data := &imap.CopyData{UIDValidity: mb.uidValidity}
	for _, i := range indexes {
		m := s.view.messages[i].message
		data.SourceUIDs.AddNum(m.uid)
		data.DestUIDs.AddNum(st.copy(mb, m))
	}
	if len(indexes) == 0 || !s.srv.offers(string(imap.CapUIDPlus)) {
		return nil, nil
	}
	return data, nil
}

func (s *imapSession) Move(w *imapserver.MoveWriter, set imap.NumSet, dest string) error {
	if !s.srv.offers(string(imap.CapMove)) {
		return errNotOffered
	}
	if s.view.readOnly {
		return errReadOnly // Dovecot moves, against RFC 3501 section 6.3.2
	}
	indexes, err := s.view.resolve(set)
	if err != nil {
		return err
	}
	data, err := s.copyTo(indexes, dest)
	if err != nil {
		return err
	}
	st := s.srv.store
	st.mu.Lock()
	st.remove(s.view.mailbox, s.view.contains(indexes))
	st.mu.Unlock()
	if data == nil {
		return nil
	}
	return w.WriteCopyData(data)
}

func (s *imapSession) Status(name string, _ *imap.StatusOptions) (*imap.StatusData, error) {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	mb, err := st.mailbox(name)
	if err != nil {
		return nil, err
	}
	data := mb.status(name)
	if s.view != nil && s.view.mailbox == mb && !s.view.readOnly {
		// A message is recent for this session only.
		*data.NumRecent += uint32(s.view.countRecent())
	}
	return data, nil
}

// status returns all that imapserver may ask for. imapserver writes what the client asked for.
func (mb *mailbox) status(name string) *imap.StatusData {
	var unseen, deleted, recent uint32
	var size, deletedSize int64
	for _, m := range mb.messages {
		size += int64(len(m.text))
		if !m.flags.has(imap.FlagSeen) {
			unseen++
		}
		if m.flags.has(imap.FlagDeleted) {
			deleted++
			deletedSize += int64(len(m.text))
		}
		if m.uid >= mb.firstRecent {
			recent++
		}
	}
	exists := uint32(len(mb.messages))
	return &imap.StatusData{
		Mailbox:        name,
		NumMessages:    &exists,
		NumRecent:      &recent,
		NumUnseen:      &unseen,
		NumDeleted:     &deleted,
		UIDNext:        mb.uidNext,
		UIDValidity:    mb.uidValidity,
		Size:           &size,
		DeletedStorage: &deletedSize,
	}
}

func (s *imapSession) Append(name string, r imap.LiteralReader, options *imap.AppendOptions) (*imap.AppendData, error) {
	text, err := io.ReadAll(r)
	if err == nil && int64(len(text)) < r.Size() {
		err = io.ErrUnexpectedEOF // the connection ended
	}
	if err != nil {
		return nil, err
	}
	data, err := s.srv.store.append(name, Message{
		Text:  string(text),
		Flags: flagSet(options.Flags).strings(),
		Date:  options.Time,
	})
	if err != nil || !s.srv.offers(string(imap.CapUIDPlus)) {
		return nil, err
	}
	return data, nil
}
