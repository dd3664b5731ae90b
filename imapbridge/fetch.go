package imapbridge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// headerFields are the envelope fields that PHP shows and ENVELOPE lacks.
const headerFields = "HEADER.FIELDS (Newsgroups Followup-To References)"

// Fetch implements [backend.Session].
//
// Three errors belong to one message: Its text is above the limit. The server did not send
// the message although it exists. The server sent NIL for a text that is not empty. When the
// server refuses the FETCH or leaves messages out, Fetch asks again for the missing ones.
func (s *Session) Fetch(ctx context.Context, set backend.Set, items backend.Items) iter.Seq2[*backend.Message, error] {
	return func(yield func(*backend.Message, error) bool) {
		if items.UniqueID {
			yield(nil, &backend.Error{Kind: backend.ErrNotSupported, Text: "IMAP has no UIDL"})
			return
		}
		if err := checkSections(items.Sections); err != nil {
			yield(nil, err)
			return
		}
		if items.EmailID && s.emailIDItem() == "" {
			yield(nil, cmp.Or(s.closed(), errNoEmailID))
			return
		}
		for part := range slices.Chunk(set.Ranges, maxRanges) {
			todo := []*fetch{newFetch(s, backend.Set{UID: set.UID, Ranges: part}, items, yield)}
			for len(todo) > 0 {
				f := todo[0]
				if !f.execute(ctx) {
					return
				}
				todo = append(f.again, todo[1:]...)
			}
		}
	}
}

// fetch is one FETCH command.
type fetch struct {
	s     *Session
	set   backend.Set // in the caller's numbers or UIDs, at most maxRanges ranges
	items backend.Items
	want  itemSet
	yield func(*backend.Message, error) bool
	into  *diversion // where the only section is written, nil for memory

	count   int    // messages in the mailbox when the command was sent
	done    numSet // the messages that have arrived
	arrived bool   // a message has arrived
	uids    []int  // the UIDs of done, if the set is by UID and is not 1:*
	// partial has the messages, by number, of which some items have not arrived.
	partial map[int]*fetched

	held      []*fetched // messages that the server may have made up because they are gone
	mayBeGone bool       // the tagged response says that messages may be gone
	wantsMore bool       // the caller wants more messages

	again         []*fetch // fetches that ask again for missing messages
	byUID         bool     // the fetches in again are by UID
	retries       *int     // how many more commands may bring nothing; the fetches in again share it
	parentArrived bool     // the FETCH that this one repeats has brought a message
}

// maxRetries bounds the successive commands that bring none of the missing messages.
const maxRetries = 3

func newFetch(s *Session, set backend.Set, items backend.Items, yield func(*backend.Message, error) bool) *fetch {
	items.UID = items.UID || set.UID
	retries := maxRetries
	return &fetch{s: s, set: set, items: items, want: itemsOf(items), yield: yield, retries: &retries}
}

// execute sends the command and yields each message or its error. It reports whether the caller
// wants more and the session can continue.
func (f *fetch) execute(ctx context.Context) bool {
	wire := f.s.onWire(f.set)
	if wire.isEmpty() {
		return true
	}
	f.wantsMore = true
	err := f.s.run(ctx, func() error { return f.exchange(wire) })
	if f.wantsMore && f.s.closed() == nil {
		f.finishPartial(ctx)
	}
	if !f.wantsMore {
		return false
	}
	if f.isDoubtful(err) {
		// NOOP lets the server report the expunged messages, which it must not do during FETCH
		// (RFC 9051 section 7.5.1).
		if lost := f.s.order(ctx, "NOOP"); lost != nil && f.s.closed() != nil {
			err = lost
		}
	}
	switch {
	case !f.release(ctx):
		return false
	case err == nil:
		return f.reportMissing(ctx)
	case !errors.Is(err, backend.ErrRefused) || f.s.closed() != nil:
	case f.isSingle():
		*f.retries--
		return f.hasLeft(ctx) || f.yield(f.single(), err)
	case f.repeatRefused(ctx):
		return true
	}
	f.yield(nil, err)
	return false
}

// exchange sends the command and yields its messages. It reads all answers even when the
// caller stops, so that the next command finds its own.
func (f *fetch) exchange(part wireSet) error {
	f.count = f.s.messages()
	cmd, err := f.s.send("FETCH", part.prefix()+"FETCH "+part.String()+" "+f.s.fetchItems(f.items))
	if err != nil {
		return err
	}
	if f.into != nil {
		cmd.divert = f.into.of(part)
	}
	defer func() {
		for range cmd.responses() {
		}
	}()
	var msg *fetched // nil between two messages
	for resp := range cmd.responses() {
		switch {
		case resp.tag == cmd.tag:
			f.putAside(msg)
			code, _ := resp.code()
			f.mayBeGone = code == "EXPUNGEISSUED" || resp.name == "NO" // RFC 5530 section 3, RFC 2180 section 4.1.2
			if refused := refusal(resp); refused != nil {
				return refused
			}
			return nil
		case resp.tag == "+":
			return refusal(unasked(resp))
		case resp.caller == 0:
			f.s.wire.waste(resp.octets())
			continue
		}
		// A server may send the items of a message in several responses, with unsolicited
		// responses in between.
		if msg == nil || msg.Num != resp.caller {
			f.putAside(msg)
			msg = f.begun(resp.caller)
		}
		before := msg.have
		l := lexer{b: resp.rest}
		msg.parse(&l, f.items)
		f.s.noteOdd(resp, &l)
		msg.tooLarge = msg.tooLarge || resp.tooLarge
		if msg.have == before && msg.err == nil {
			f.s.wire.waste(resp.octets())
			continue
		}
		msg.octets += resp.octets()
		if msg.err == nil && msg.have&f.want != f.want {
			continue
		}
		f.finish(msg)
		if f.s.wire.aborted() {
			return net.ErrClosed // this side has closed the connection, so nobody reads the rest
		}
		msg = nil
	}
	return f.s.wire.failure()
}

// finish yields a message to which no more items will be added. It drops one that was not
// requested or has arrived before.
func (f *fetch) finish(msg *fetched) {
	switch {
	case !f.set.Has(&msg.Message):
		f.s.wire.waste(msg.octets)
	case !f.done.add(msg.Num):
		f.s.wire.waste(msg.octets)
		f.s.noteUnsolicited() // the items have changed since the message was yielded
	default:
		if f.set.UID && !f.isOfAll() {
			f.uids = append(f.uids, msg.UID)
		}
		f.take(msg)
	}
}

// take yields a message, or holds it back when it may be gone.
func (f *fetch) take(msg *fetched) {
	f.arrived = true
	switch {
	case !f.wantsMore:
	case msg.err != nil:
		f.wantsMore = f.yield(&backend.Message{Num: msg.Num, UID: msg.UID}, msg.err)
	case msg.tooLarge:
		f.wantsMore = f.yield(&backend.Message{Num: msg.Num, UID: msg.UID}, &backend.Error{Kind: backend.ErrTooLarge,
			Text: fmt.Sprintf("Text of message %d is %v", msg.Num, backend.ErrTooLarge)})
	case msg.mayBeGone(f.items):
		f.held = append(f.held, msg)
	default:
		f.s.noteHeaderErrors(msg, f.items)
		msg.Reading = true
		f.wantsMore = f.yield(&msg.Message, nil)
	}
}

// putAside keeps an incomplete message, because more items may arrive. What has arrived of it
// counts as waste each time, so that the pieces of a message are bounded.
func (f *fetch) putAside(msg *fetched) {
	if msg == nil {
		return
	}
	if f.partial == nil {
		f.partial = make(map[int]*fetched)
	}
	f.partial[msg.Num] = msg
	f.s.wire.waste(msg.octets)
}

// begun returns a message that has arrived in part, or a new one.
func (f *fetch) begun(num int) *fetched {
	if msg := f.partial[num]; msg != nil {
		delete(f.partial, num)
		return msg
	}
	return &fetched{Message: backend.Message{Num: num}}
}

// finishPartial finishes the incomplete messages. A message that lacks a text or its
// structure counts as not sent. A message also counts as not sent if its envelope is missing
// and only its UID and flags have arrived: the server may have sent those unsolicited.
func (f *fetch) finishPartial(ctx context.Context) {
	if len(f.partial) == 0 {
		return
	}
	const (
		unasked = haveUID | haveFlags                 // what servers send unsolicited
		needed  = ^(firstSection - 1) | haveStructure // texts and the structure
	)
	for num, msg := range f.partial {
		missing := f.want &^ msg.have
		if missing&needed != 0 || missing&haveEnvelope != 0 && msg.have&f.want&^unasked == 0 {
			f.s.noteUnsolicited() // flags that were fetched before may be stale
			delete(f.partial, num)
		}
	}
	nums := slices.Sorted(maps.Keys(f.partial))
	f.identify(ctx, nums)
	for _, num := range nums {
		f.finish(f.partial[num])
	}
	f.partial = nil
}

// identify asks for the UIDs that the server left out of its answers to UID FETCH.
func (f *fetch) identify(ctx context.Context, nums []int) {
	var unknown backend.Set
	for _, num := range nums {
		if f.set.UID && f.partial[num].have&haveUID == 0 {
			unknown.Ranges = append(unknown.Ranges, backend.Range{First: num, Last: num})
		}
	}
	for ranges := range slices.Chunk(unknown.Ranges, maxRanges) {
		probe := newFetch(f.s, backend.Set{Ranges: ranges}, backend.Items{UID: true}, func(msg *backend.Message, err error) bool {
			if err == nil {
				f.partial[msg.Num].UID = msg.UID
			}
			return true
		})
		probe.execute(ctx)
	}
}

func (s *Session) noteUnsolicited() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Unsolicited++
	s.tell()
}

// noteHeaderErrors adds to Notices what does not parse in the fetched headers, which are
// those of the message or of a message in it. The server's host stands in for a missing
// host, as in c-client. An ENVELOPE has no such errors, because the server has parsed it.
func (s *Session) noteHeaderErrors(msg *fetched, items backend.Items) {
	for i, sec := range items.Sections {
		if isHeader(sec.Name) {
			rfc822.ParseEnvelope(msg.Sections[i], s.cfg.Host, func(text string) { msg.Notices = append(msg.Notices, text) })
		}
	}
}

// fetchItems returns items as the data items of RFC 9051 section 6.4.5.
func (s *Session) fetchItems(items backend.Items) string {
	var list itemList
	list.add(items.UID, "UID")
	list.add(items.Flags, "FLAGS")
	list.add(items.InternalDate, "INTERNALDATE")
	list.add(items.Size, "RFC822.SIZE")
	list.add(items.EmailID, s.emailIDItem())
	list.add(items.Envelope, "ENVELOPE BODY.PEEK["+headerFields+"]")
	list.add(items.Structure, "BODYSTRUCTURE")
	for _, sec := range items.Sections {
		list.add(sec.Peek, "BODY.PEEK["+sec.Name+"]")
		list.add(!sec.Peek, "BODY["+sec.Name+"]")
	}
	return list.String()
}

// itemList builds a list of data items.
type itemList []string

func (l *itemList) add(wanted bool, item string) {
	if wanted {
		*l = append(*l, item)
	}
}

func (l itemList) String() string { return "(" + strings.Join(l, " ") + ")" }

// checkSections returns an error for a name that is no section, because the name goes to
// the server unquoted.
func checkSections(sections []backend.Section) error {
	if len(sections) > maxSections {
		return &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Too many sections"}
	}
	for _, sec := range sections {
		for _, c := range []byte(sec.Name) {
			if c != '.' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
				return &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Invalid section specifier"}
			}
		}
	}
	return nil
}

// itemSet is a set of data items. The bits from firstSection on stand for the requested
// sections.
type itemSet uint64

const (
	haveUID itemSet = 1 << iota
	haveFlags
	haveDate
	haveSize
	haveEnvelope
	haveFields
	haveStructure
	haveEmailID
	firstSection

	maxSections = 50
)

// itemsOf returns the data items that a complete message has.
func itemsOf(items backend.Items) itemSet {
	var all itemSet
	for item, requested := range map[itemSet]bool{
		haveUID:                   items.UID,
		haveFlags:                 items.Flags,
		haveDate:                  items.InternalDate,
		haveSize:                  items.Size,
		haveEnvelope | haveFields: items.Envelope,
		haveStructure:             items.Structure,
		haveEmailID:               items.EmailID,
	} {
		if requested {
			all |= item
		}
	}
	return all | (firstSection<<len(items.Sections) - firstSection)
}

// fetched is a message whose items are arriving.
type fetched struct {
	backend.Message
	have     itemSet
	fields   *backend.Envelope // from headerFields
	noHeader bool              // headerFields are NIL
	tooLarge bool              // a text is above the limit
	octets   int               // of its responses
	err      error             // why the message cannot be used
}

// Most messages have none of headerFields. They share noFields.
var noFields = &backend.Envelope{}

// parse adds a FETCH response to a message. It reads an item wherever it finds the item's
// name, so an item that does not parse does not affect the others. It ignores parentheses
// around some of the items, which Domino sends.
func (m *fetched) parse(l *lexer, items backend.Items) {
	for name := l.itemName(); len(name) > 0; name = l.itemName() {
		m.item(l, upper(name), items)
	}
	if l.err != nil {
		m.err = &backend.Error{Kind: backend.ErrProtocol, Text: "FETCH response does not parse: " + l.err.Error(), Err: l.err}
	}
	if m.Envelope != nil && m.fields != nil {
		m.Envelope.Newsgroups = m.fields.Newsgroups
		m.Envelope.FollowupTo = m.fields.FollowupTo
		m.Envelope.References = m.fields.References
	}
}

// itemName reads a word, which may be the name of a data item. The word ends at a blank, a
// parenthesis or the bracket of a section.
func (l *lexer) itemName() []byte {
	for {
		switch l.peek() {
		case ' ', '(', ')':
			l.i++
			continue
		case '{': // skip a literal, which is no name
			if start := l.i; l.bytes() != nil {
				continue
			} else {
				l.i = start
			}
		}
		start := l.i
		l.next()
		l.until(" ()[")
		return l.b[start:l.i]
	}
}

// item reads the value of a data item.
func (m *fetched) item(l *lexer, name string, items backend.Items) {
	switch name {
	case "UID":
		m.UID = l.uid()
		m.have |= haveUID
	case "FLAGS":
		m.Flags = l.flags()
		m.have |= haveFlags
	case "INTERNALDATE":
		m.InternalDate = l.text().Value
		m.have |= haveDate
	case "RFC822.SIZE":
		m.Size = l.number()
		m.have |= haveSize
	case "ENVELOPE":
		m.Envelope = l.envelope()
		m.have |= haveEnvelope
	case "BODYSTRUCTURE":
		m.Structure = l.bodyStructure()
		m.have |= haveStructure
	case emailID, gmailID:
		m.EmailID = l.emailID(name)
		m.have |= haveEmailID
	case "BODY":
		m.section(l, items)
	case "RFC822":
		m.text(items, "", l.ownBytes())
	case "RFC822.HEADER":
		m.text(items, "HEADER", l.ownBytes())
	case "RFC822.TEXT":
		m.text(items, "TEXT", l.ownBytes())
	}
}

// uid reads a UID. It returns 0 for an invalid one.
func (l *lexer) uid() int {
	if n := l.number(); 0 < n && n < backend.Max {
		return n
	}
	return 0
}

// section reads what follows BODY: the section in brackets and its text.
func (m *fetched) section(l *lexer, items backend.Items) {
	if l.peek() != '[' { // an answer to BODYSTRUCTURE
		m.Structure = l.bodyStructure()
		m.have |= haveStructure
		return
	}
	name, origin, ok := l.sectionName()
	if !ok {
		l.odd("section")
		return
	}
	text := l.ownBytes()
	if strings.HasPrefix(name, "HEADER.FIELDS") {
		m.fields, m.noHeader = noFields, text == nil
		if len(trimLineEnd(text)) > 0 {
			m.fields = rfc822.ParseEnvelope(text, "", func(string) {})
		}
		m.have |= haveFields
		return
	}
	if origin != 0 {
		return // a partial text; none was requested
	}
	m.text(items, name, text)
}

// text stores the text of a section. Some servers answer with RFC822 for BODY[], with
// RFC822.HEADER for BODY[HEADER], and with RFC822.TEXT for BODY[TEXT] (RFC 3501 section
// 6.4.5).
func (m *fetched) text(items backend.Items, name string, text []byte) {
	for i, sec := range items.Sections {
		if sec.Name != name {
			continue
		}
		if m.Sections == nil {
			m.Sections = make([][]byte, len(items.Sections))
		}
		m.Sections[i] = text
		m.have |= firstSection << i
	}
}

// sectionName reads "[…]" and an optional "<…>". The origin is the offset of a partial
// text.
func (l *lexer) sectionName() (name string, origin int, ok bool) {
	l.next()
	name = upper(l.until("]"))
	if !l.take(']') {
		return "", 0, false
	}
	if l.take('<') {
		origin, err := parseNumber(l.until("> "))
		return name, origin, l.take('>') && err == nil
	}
	return name, 0, true
}

// flags reads a list of flags. A flag may have any octets up to a blank or the end of the
// list: mail programs set keywords with brackets, and servers keep them.
func (l *lexer) flags() backend.Flags {
	var f backend.Flags
	if l.spaces(); !l.take('(') {
		l.odd("list of flags")
		l.word()
		return f
	}
	for {
		l.spaces()
		start := l.i
		flag := l.word()
		if len(flag) == 0 {
			l.end("the flags")
			return f
		}
		if behindFlags[string(flag)] {
			l.i = start
			l.odd("end of the flags")
			return f
		}
		l.keep()
		addFlag(&f, flag)
	}
}

// behindFlags are the data items that may follow a flag list whose parenthesis is not
// closed.
var behindFlags = map[string]bool{"INTERNALDATE": true, "RFC822.SIZE": true, "ENVELOPE": true, "BODYSTRUCTURE": true}

func addFlag(f *backend.Flags, flag []byte) {
	switch upper(flag) {
	case `\SEEN`:
		f.Seen = true
	case `\ANSWERED`:
		f.Answered = true
	case `\FLAGGED`:
		f.Flagged = true
	case `\DELETED`:
		f.Deleted = true
	case `\DRAFT`:
		f.Draft = true
	case `\RECENT`:
		f.Recent = true
	default:
		if flag[0] != '\\' {
			f.Keywords = append(f.Keywords, string(flag))
		}
	}
}
