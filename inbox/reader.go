package inbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/failpoint"
	"github.com/imapcompat/imapcompat/internal/files"
)

// Messages are identified in groups, which is one transaction of the ledger for each.
const maxGroup = 16

// maxInMemory is the size of the largest text in memory, in octets, if a job has no other. A
// larger one is in a temporary file.
const maxInMemory = 8 << 20

// reader reads claimed messages, finds out which of them are known, and yields the others.
type reader struct {
	*session
	ctx   context.Context
	yield func(*Message, error) bool
	ended bool // yield returned false

	emails   map[int]string    // the server's IDs of contents by UID
	present  map[string]bool   // IDs of other messages that the mailbox has or lacks
	compared map[*Message]bool // those that were compared after others had settled
	group    []*Message
	bytes    int
}

func (r *reader) read(records []Record) error {
	at := map[int]Record{}
	var uids []int
	for _, rec := range records {
		if uid := r.mbox.uid(rec.Place.ID); uid != 0 {
			at[uid] = rec
			uids = append(uids, uid)
			continue
		}
		if err := r.message(rec, 0).gone(); err != nil && !errors.Is(err, ErrClaimLost) {
			return err
		}
	}
	if len(uids) == 0 {
		return nil
	}
	defer func() {
		for _, m := range r.group {
			m.discard()
		}
	}()
	if err := r.readAll(at, uids); err != nil || r.ended {
		return err
	}
	if err := r.flush(); err != nil || r.ended {
		return err
	}
	for _, rec := range at {
		if err := r.message(rec, 0).gone(); err != nil && !errors.Is(err, ErrClaimLost) {
			return err
		}
	}
	return nil
}

// readAll reads the messages with the UIDs, large ones into files, and removes them from at.
func (r *reader) readAll(at map[int]Record, uids []int) error {
	conn := r.mbox.conn.WithContext(r.ctx)
	seq := imapcompat.SequenceOf(uids...)
	var err error
	if r.emails, err = r.contents(conn, seq); err != nil {
		return err
	}
	sizes, err := conn.Sizes(seq, imapcompat.FT_UID)
	if err != nil && !isOne(err) {
		return err
	}
	take := func(uid int, text []byte, err error) error {
		rec, ok := at[uid]
		if !ok {
			return nil
		}
		delete(at, uid)
		return r.add(r.message(rec, uid), text, err)
	}
	small := slices.DeleteFunc(slices.Clone(uids), func(uid int) bool { return sizes[uid] > r.memory })
	if len(small) > 0 {
		for msg, err := range conn.Messages(imapcompat.SequenceOf(small...), imapcompat.FT_UID|imapcompat.FT_PEEK) {
			if msg == nil {
				return err
			}
			if err := take(msg.UID, msg.Raw, err); err != nil || r.ended {
				return err
			}
		}
	}
	for _, uid := range uids {
		if sizes[uid] <= r.memory {
			continue
		}
		if err := take(uid, nil, imapcompat.ErrTooLarge); err != nil || r.ended {
			return err
		}
	}
	return nil
}

// isOne reports whether an error is about single messages, which reading them returns again.
func isOne(err error) bool {
	return !errors.Is(err, imapcompat.ErrConnectionLost) && !errors.Is(err, context.Canceled) &&
		!errors.Is(err, context.DeadlineExceeded)
}

func (r *reader) message(rec Record, uid int) *Message {
	return &Message{session: r.session, ctx: r.ctx, record: rec, uid: uid}
}

// add adds a message to the group, with its text or the error in its place.
func (r *reader) add(m *Message, text []byte, err error) error {
	m.text, m.size = text, int64(len(text))
	switch {
	case errors.Is(err, imapcompat.ErrTooLarge):
		if err := m.spool(); err != nil {
			return err
		}
	case err != nil:
		m.err = err
	}
	r.group = append(r.group, m)
	if r.bytes += len(m.text); len(r.group) < maxGroup && r.bytes < r.memory {
		return nil
	}
	return r.flush()
}

// spool writes the text to a temporary file. An error of the server is an error of this
// message; one of the file system ends the reading.
func (m *Message) spool() error {
	file, err := files.CreateTemporary("inbox-*.eml")
	if err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	m.file = file
	err = m.session.mbox.conn.WithContext(m.ctx).SaveBody(file, m.uid, "", imapcompat.FT_UID|imapcompat.FT_PEEK)
	if err != nil {
		var path *os.PathError
		if errors.As(err, &path) || errors.Is(err, imapcompat.ErrConnectionLost) {
			return err
		}
		m.err = err
		return nil
	}
	info, err := file.Stat()
	if err == nil {
		m.size = info.Size()
	}
	return err
}

// flush identifies the messages of the group, and yields those that are to be handled.
func (r *reader) flush() error {
	group := r.group
	r.group, r.bytes = nil, 0
	defer func() {
		for _, m := range group {
			m.discard()
		}
	}()
	fresh, err := r.fresh(group)
	if err != nil {
		return err
	}
	for _, m := range fresh {
		if r.ctx.Err() != nil {
			return context.Cause(r.ctx)
		}
		if handled, err := r.refuse(m); err != nil {
			return err
		} else if handled {
			continue
		}
		if !r.yield(m, nil) {
			r.ended = true
			return nil
		}
	}
	return nil
}

// ErrWorkersDied is the reason for which a message is quarantined whose last attempts ended
// without an answer: the process was killed each time.
var ErrWorkersDied = errors.New("inbox: the workers that had the message died")

// refuse answers a message that is not to be handed over: it cannot be read, or it has been
// tried too often.
func (r *reader) refuse(m *Message) (bool, error) {
	var err error
	switch {
	case m.err != nil:
		err = m.Fail(m.err)
	case m.record.Attempt > r.attempts:
		err = m.Quarantine(ErrWorkersDied.Error())
	default:
		return false, nil
	}
	if errors.Is(err, ErrClaimLost) {
		err = nil
	}
	return true, err
}

// fresh returns the messages of a group that are not known to be others.
func (r *reader) fresh(group []*Message) ([]*Message, error) {
	var ids []Identity
	var read []*Message
	for _, m := range group {
		if m.err == nil {
			read = append(read, m)
			ids = append(ids, r.identity(m))
		}
	}
	if len(ids) == 0 {
		return group, nil
	}
	failpoint.Hit("identify")
	known, err := r.ledger.Identify(r.ctx, ids)
	if err != nil {
		return nil, err
	}
	failpoint.Hit("identified")
	dropped := map[*Message]bool{}
	for i, m := range read {
		if dropped[m], err = r.isKnown(m, known[i]); err != nil {
			return nil, err
		}
	}
	var fresh []*Message
	for _, m := range group {
		if !dropped[m] {
			fresh = append(fresh, m)
		}
	}
	return fresh, nil
}

// identity returns what a message is. The first call digests the text, and sets what events tell.
func (r *reader) identity(m *Message) Identity {
	if m.contents == nil {
		c := newContent()
		io.Copy(c, m.Text()) // neither side fails: the text is in memory or in our own file
		m.contents = []string{c.String()}
		if id := r.emails[m.uid]; id != "" {
			m.contents = append(m.contents, id)
		}
		m.record.Hint, m.record.Size = hintOf(m.header()), m.size
	}
	return Identity{Record: m.record, Contents: m.contents, Size: m.size, Hint: m.record.Hint}
}

// sharing returns the other records that have one of some contents of a message.
func (r *reader) sharing(m *Message, contents []string) ([]Record, error) {
	id := r.identity(m)
	id.Contents = contents
	known, err := r.ledger.Identify(r.ctx, []Identity{id})
	if err != nil {
		return nil, err
	}
	return known[0], nil
}

// isKnown reports whether a message is not to be handed over: another worker has it by now,
// or it is the message of another record, which then gets its place.
func (r *reader) isKnown(m *Message, others []Record) (bool, error) {
	if others == nil {
		r.claims.drop(m.record)
		r.notify(Event{Kind: EventLost, Record: m.record, Err: ErrClaimLost})
		return true, nil
	}
	other, byText, err := r.match(m, others)
	if err != nil || other == nil {
		return false, err
	}
	if r.mayBeRemoving(m, *other) && !r.compared[m] {
		r.compared[m] = true
		settled, err := r.afterSettling(m)
		if err != nil {
			return false, err
		}
		return r.isKnown(m, settled)
	}
	return r.merge(m, *other, byText)
}

// match returns the record whose message a message is, or nil, and whether only the text tells
// so.
func (r *reader) match(m *Message, others []Record) (other *Record, byText bool, err error) {
	if len(others) > 0 && r.emails[m.uid] != "" {
		byID, err := r.sharing(m, []string{r.emails[m.uid]})
		if err != nil {
			return nil, false, err
		}
		if other, err := r.first(m, byID); other != nil || err != nil {
			return other, false, err
		}
	}
	// One that is nowhere any more is less likely to be the message.
	slices.SortStableFunc(others, func(a, b Record) int { return cmp.Compare(absent(a), absent(b)) })
	other, err = r.first(m, others)
	return other, true, err
}

// first returns the first of some records whose message a message may be, or nil.
func (r *reader) first(m *Message, others []Record) (*Record, error) {
	for i := range others {
		if same, err := r.same(m, others[i]); same || err != nil {
			return &others[i], err
		}
	}
	return nil, nil
}

// mayBeRemoving reports whether a record has a place in the mailbox that is not there any more,
// which another worker may have removed and not recorded yet.
func (r *reader) mayBeRemoving(m *Message, other Record) bool {
	return r.mbox.lasting() && (r.then.removes() || r.quarantine.removes()) && slices.ContainsFunc(other.Locations, func(at Location) bool {
		return at.Source == r.mbox.source && at.Place != m.record.Place && !at.Vanished
	})
}

// afterSettling returns the records with the content of a message when no worker is between
// removing messages and recording that. A worker that has died in between is not waited for long.
func (r *reader) afterSettling(m *Message) ([]Record, error) {
	owner := r.owner + " " + m.record.Key // other workers of the job settle too
	switch _, err := r.startScan(r.ctx, r.mbox.source, owner); {
	case err == nil:
		defer r.ledger.StartScan(context.WithoutCancel(r.ctx), r.name, r.mbox.source, owner, 0)
	case !errors.Is(err, ErrBusy):
		return nil, err
	}
	return r.sharing(m, m.contents)
}

// absent returns 1 for a record whose message has vanished from all its places, and else 0.
func absent(r Record) int {
	if slices.ContainsFunc(r.Locations, func(at Location) bool { return !at.Vanished }) {
		return 0
	}
	return 1
}

// merge makes a message a place of another record. With byText nobody can tell the message from
// another one with the same text, of which the other record may be: the server is told of neither
// for the other.
func (r *reader) merge(m *Message, other Record, byText bool) (bool, error) {
	apart := byText && !r.onlyFlags(other.State)
	failpoint.Hit("merge")
	switch err := r.ledger.Merge(r.ctx, m.record, other, apart); {
	case errors.Is(err, ErrUnknown): // it was found to be another message meanwhile
		known, err := r.sharing(m, m.contents)
		if err != nil {
			return false, err
		}
		return r.isKnown(m, known)
	case err != nil && !errors.Is(err, ErrClaimLost):
		return false, err
	}
	failpoint.Hit("merged")
	r.claims.drop(m.record)
	e := Event{Kind: EventKnown, Record: other}
	if apart && r.actionOn(other.State).removes() {
		e.Reason = keptReason
	}
	r.notify(e)
	return true, nil
}

// onlyFlags reports whether a message in a state is flagged, now or when it is finished. A flag
// does no harm to another message, and may be missing on a copy of the message.
func (b *Box) onlyFlags(state State) bool {
	switch state {
	case StateDone, StateQuarantined, StateSkipped:
		return b.actionOn(state).kind == actionFlag
	}
	return b.then.kind == actionFlag && !b.quarantine.removes()
}

const keptReason = "a message with this text was handled before, and may be another one: this one is left where it is"

// same reports whether a message that was sighted at a new place is one that the ledger knows
// and that has the same content. A server may hold two messages with one content, so two
// places that both exist in one mailbox are two messages. What a job has removed from the
// mailbox and is there again was put back by somebody, or was sent again: it is another
// message. What has vanished otherwise may be it: somebody has moved it, or its UIDL has
// changed.
func (r *reader) same(m *Message, other Record) (bool, error) {
	for _, at := range other.Locations {
		if at.Source != r.mbox.source || at.Place == m.record.Place && !at.Vanished {
			continue
		}
		if at.Removed {
			return false, nil
		}
		if at.Vanished {
			continue
		}
		if there, err := r.isPresent(at.ID); there || err != nil {
			return false, err
		}
	}
	return true, nil
}

// isPresent is [mailbox.present], which it asks once: many messages may have one text.
func (r *reader) isPresent(id string) (bool, error) {
	if there, asked := r.present[id]; asked {
		return there, nil
	}
	there, err := r.mbox.present(id)
	if err == nil {
		r.present[id] = there
	}
	return there, err
}
