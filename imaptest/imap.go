package imaptest

import (
	"bytes"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-sasl"
)

// imapCapabilities are those of imapserver that need a session's support and
// have it here.
var imapCapabilities = []imap.Cap{
	imap.CapIMAP4rev1, imap.CapNamespace, imap.CapUIDPlus, imap.CapESearch,
	imap.CapListExtended, imap.CapListStatus, imap.CapMove, imap.CapStatusSize,
	imap.CapBinary, imap.CapChildren, imap.CapLiteralPlus,
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

// imapSession is the store as one IMAP connection sees it.
type imapSession struct {
	srv    *Server
	view   *view      // nil while no mailbox is selected
	idling sync.Mutex // held by Idle, which may outlast its command
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
	if s.srv.checkPassword(user, password) != nil {
		return imapserver.ErrAuthFailed
	}
	return nil
}

func (s *imapSession) AuthenticateMechanisms() []string { return s.srv.mechanisms }

func (s *imapSession) Authenticate(mechanism string) (sasl.Server, error) {
	exchange, err := s.srv.newExchange(mechanism)
	if err != nil {
		return nil, &imap.Error{Type: imap.StatusResponseTypeNo, Text: err.Error()}
	}
	return imapExchange{exchange}, nil
}

// imapExchange gives a SASL exchange the results that imapserver knows what to
// do with.
type imapExchange struct{ sasl.Server }

func (x imapExchange) Next(response []byte) (challenge []byte, done bool, err error) {
	challenge, done, err = x.Server.Next(response)
	if err != nil {
		return nil, false, imapserver.ErrAuthFailed
	}
	if len(challenge) == 0 {
		// imapserver writes "=" for an empty challenge that is not nil. RFC
		// 3501 section 7.5 has an empty text there.
		challenge = nil
	}
	return challenge, done, nil
}

// view is a mailbox as the client of a session knows it: its message numbers
// are indexes into messages, and change only in refresh.
type view struct {
	mailbox  *mailbox
	readOnly bool
	messages []viewed
	next     imap.UID // no message from here on has been looked at
	keywords int      // how many of the mailbox's keywords are known
	recent   int      // how many messages are known to be recent
	version  uint64   // of the store, at the last refresh
}

// viewed is a message and what the client knows of it.
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

// admitNew takes messages that have arrived into a view. The first session that
// may write and is told of a message is the only one for which it is recent
// (RFC 3501 section 2.3.2).
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

// news is what a client is to be told about the selected mailbox.
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

// refresh brings a view up to date with the store, and says how.
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
			v.version = 0 // to look again
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
	// From the last one, so that no EXPUNGE changes the number of the next (RFC
	// 3501 section 7.4.1).
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

// resolve finds the messages of a set, as ascending indexes into the view. A
// message number that does not exist is an error (RFC 3501 section 9,
// seq-number); a UID that does not is none (section 6.4.8).
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

// find is resolve without an error for numbers that do not exist: to SEARCH
// they are a criterion that nothing meets, as they are to Dovecot.
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
			return nil, errMessageSet // "$" of RFC 5182, which is not offered
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

// fixRange puts the last number in place of "*", which go-imap has as 0.
func fixRange[N uint32 | imap.UID](start, stop, last N) (N, N) {
	if start == 0 {
		start = last
	}
	if stop == 0 {
		stop = last
	}
	return min(start, stop), max(start, stop)
}

func (s *imapSession) Fetch(w *imapserver.FetchWriter, set imap.NumSet, options *imap.FetchOptions) error {
	indexes, err := s.view.resolve(set)
	if err != nil {
		return err
	}
	setsSeen := !s.view.readOnly && !allPeek(options)
	for _, i := range indexes {
		withFlags := s.see(i, setsSeen) || options.Flags
		if err := s.fetch(w, i, options, withFlags); err != nil {
			return err
		}
	}
	return nil
}

func allPeek(options *imap.FetchOptions) bool {
	for _, item := range options.BodySection {
		if !item.Peek {
			return false
		}
	}
	for _, item := range options.BinarySection {
		if !item.Peek {
			return false
		}
	}
	return true
}

// see sets \Seen where reading does, and reports whether that changed it.
func (s *imapSession) see(i int, setsSeen bool) bool {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	m := s.view.messages[i].message
	if !setsSeen || m.flags.has(imap.FlagSeen) {
		return false
	}
	st.setFlags(s.view.mailbox, m, m.flags.add([]imap.Flag{imap.FlagSeen}))
	return true
}

// tellFlags returns the flags of a message to be sent to the client, who knows
// them from then on.
func (s *imapSession) tellFlags(i int) []imap.Flag {
	st := s.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	m := &s.view.messages[i]
	m.version = m.message.version
	return m.flagList()
}

// fetch writes one FETCH response. It works on a message's immutable parts, so
// a message that another session has expunged can still be read, which RFC
// 2180 section 4.1.2 allows.
func (s *imapSession) fetch(w *imapserver.FetchWriter, i int, options *imap.FetchOptions, withFlags bool) error {
	m := s.view.messages[i].message
	r := w.CreateMessage(uint32(i + 1))
	if options.UID {
		r.WriteUID(m.uid)
	}
	if withFlags {
		r.WriteFlags(s.tellFlags(i))
	}
	if options.InternalDate {
		r.WriteInternalDate(m.date)
	}
	if options.RFC822Size {
		r.WriteRFC822Size(int64(len(m.text)))
	}
	if options.Envelope {
		r.WriteEnvelope(m.envelope())
	}
	if options.BodyStructure != nil {
		r.WriteBodyStructure(m.bodyStructure())
	}
	// After an error the connection is dead; Close releases what the response
	// holds and says so.
	for _, item := range options.BodySection {
		b := m.section(item)
		writeSection(r.WriteBodySection(item, int64(len(b))), b)
	}
	for _, item := range options.BinarySection {
		b := m.binarySection(item)
		writeSection(r.WriteBinarySection(item, int64(len(b))), b)
	}
	for _, item := range options.BinarySectionSize {
		size := len(m.binarySection(&imap.FetchItemBinarySection{Part: item.Part}))
		r.WriteBinarySectionSize(item, uint32(size))
	}
	return r.Close()
}

func (m *message) binarySection(item *imap.FetchItemBinarySection) []byte {
	b := imapserver.ExtractBinarySection(bytes.NewReader(m.text), &imap.FetchItemBinarySection{Part: item.Part})
	return cutPartial(b, item.Partial)
}

func writeSection(w io.WriteCloser, b []byte) {
	w.Write(b)
	w.Close()
}

// Store has no effect on a mailbox that is open for reading only, and says OK
// like Dovecot. So does Expunge.
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
		st.setFlags(s.view.mailbox, m, m.flags.store(change))
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

// Expunge removes; the EXPUNGE responses are those of the Poll that imapserver
// makes after it.
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

func (v *view) contains(indexes []int) func(*message) bool {
	set := make(map[*message]bool)
	for _, i := range indexes {
		set[v.messages[i].message] = true
	}
	return func(m *message) bool { return set[m] }
}

func (s *imapSession) Copy(set imap.NumSet, dest string) (*imap.CopyData, error) {
	indexes, err := s.view.resolve(set)
	if err != nil {
		return nil, err
	}
	return s.copyTo(indexes, dest)
}

// copyTo returns nil data where nothing was copied, since a COPYUID response
// has at least one UID (RFC 4315 section 3).
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

func (s *imapSession) Create(name string, _ *imap.CreateOptions) error {
	return s.srv.store.create(name)
}

func (s *imapSession) Delete(name string) error { return s.srv.store.delete(name) }

func (s *imapSession) Rename(from, to string, _ *imap.RenameOptions) error {
	return s.srv.store.rename(from, to)
}

// Subscribe takes any name: RFC 3501 section 6.3.6 lets a subscription outlive
// its mailbox.
func (s *imapSession) Subscribe(name string) error {
	s.srv.store.subscribe(name, true)
	return nil
}

func (s *imapSession) Unsubscribe(name string) error {
	s.srv.store.subscribe(name, false)
	return nil
}

func (st *store) subscribe(name string, on bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if on {
		st.subscribed[canonicalName(name)] = true
	} else {
		delete(st.subscribed, canonicalName(name))
	}
}

func (s *imapSession) List(w *imapserver.ListWriter, ref string, patterns []string, options *imap.ListOptions) error {
	if len(patterns) == 0 {
		// LIST "" "" asks for the delimiter (RFC 3501 section 6.3.8).
		return w.WriteList(&imap.ListData{Attrs: []imap.MailboxAttr{imap.MailboxAttrNoSelect}, Delim: '/'})
	}
	match, err := listMatcher(ref, patterns)
	if err != nil {
		return err
	}
	for _, data := range s.srv.store.list(match, options) {
		if err := w.WriteList(&data); err != nil {
			return err
		}
	}
	return nil
}

// listMatcher translates the patterns of LIST, where "*" stands for anything
// and "%" for anything within a level. Regular expressions take linear time.
func listMatcher(ref string, patterns []string) (func(name string) bool, error) {
	alternatives := make([]string, len(patterns))
	for i, p := range patterns {
		p = regexp.QuoteMeta(ref + p)
		alternatives[i] = strings.NewReplacer(`\*`, ".*", "%", "[^/]*").Replace(p)
	}
	pattern := "(?s)^(?:" + strings.Join(alternatives, "|") + ")$"
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, errMailboxName // too large, or not UTF-8
	}
	inbox := regexp.MustCompile("(?i)" + pattern)
	return func(name string) bool {
		return re.MatchString(name) || name == "INBOX" && inbox.MatchString(name)
	}, nil
}

// list lists INBOX first and then by name. A name that only has mailboxes
// below it is listed as one that cannot be selected.
func (st *store) list(match func(string) bool, options *imap.ListOptions) []imap.ListData {
	st.mu.Lock()
	defer st.mu.Unlock()
	var list []imap.ListData
	for _, name := range st.names(options.SelectSubscribed) {
		if !match(name) {
			continue
		}
		data := imap.ListData{Mailbox: name, Delim: '/', Attrs: st.attributes(name)}
		if st.subscribed[name] && (options.ReturnSubscribed || options.SelectSubscribed) {
			data.Attrs = append(data.Attrs, imap.MailboxAttrSubscribed)
		}
		if mb := st.mailboxes[name]; mb != nil && options.ReturnStatus != nil {
			data.Status = mb.status(name)
		}
		list = append(list, data)
	}
	return list
}

func (st *store) names(subscribed bool) []string {
	set := maps.Clone(st.subscribed)
	if !subscribed {
		clear(set)
		for name := range st.mailboxes {
			for ok := true; ok; name, ok = parentName(name) {
				set[name] = true
			}
		}
	}
	names := slices.Sorted(maps.Keys(set))
	if i := slices.Index(names, "INBOX"); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, "INBOX")
	}
	return names
}

func parentName(name string) (string, bool) {
	i := strings.LastIndex(name, delimiter)
	if i < 0 {
		return "", false
	}
	return name[:i], true
}

func (st *store) attributes(name string) []imap.MailboxAttr {
	var attrs []imap.MailboxAttr
	if st.mailboxes[name] == nil {
		attrs = append(attrs, imap.MailboxAttrNoSelect)
	}
	if st.hasChildren(name) {
		return append(attrs, imap.MailboxAttrHasChildren)
	}
	return append(attrs, imap.MailboxAttrHasNoChildren)
}

func (s *imapSession) Namespace() (*imap.NamespaceData, error) {
	return &imap.NamespaceData{Personal: []imap.NamespaceDescriptor{{Delim: '/'}}}, nil
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
		// What is recent is recent for this session.
		*data.NumRecent += uint32(s.view.countRecent())
	}
	return data, nil
}

// status answers all that imapserver may ask for; it writes what was asked.
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
