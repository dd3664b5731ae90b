package inbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/failpoint"
	"github.com/imapcompat/imapcompat/internal/files"
)

// Action is what is done on the server with a message that is recorded as done or
// quarantined. It is done after the record, and made up for at the next start if it was not
// done or not recorded. The zero Action is [Keep].
type Action struct {
	kind actionKind
	arg  string
}

type actionKind int

const (
	actionKeep actionKind = iota
	actionMove
	actionDelete
	actionFlag
	actionSave
)

// Keep leaves messages as they are. The ledger alone knows that they are done.
func Keep() Action { return Action{} }

// MoveTo moves messages to a mailbox of the same account, whose name is in modified UTF-7 as
// for [imapcompat.Connection.MailMove]. If it does not exist it is created before the first
// message. The server needs MOVE (RFC 6851) or UIDPLUS (RFC 4315), so that nothing else is
// removed; POP3 has no other mailbox. Otherwise the job fails with
// [imapcompat.ErrNotSupported] before the first message.
func MoveTo(mailbox string) Action { return Action{actionMove, mailbox} }

// Delete removes messages for good. On IMAP the server needs UIDPLUS (RFC 4315), so that the
// deletions of other clients stay theirs: otherwise the job fails with
// [imapcompat.ErrNotSupported] before the first message. On POP3 they are removed at the end
// of the session.
func Delete() Action { return Action{actionDelete, ""} }

// Flag sets flags, such as `\Seen` or "\Flagged $Done". If the mailbox does not keep one of
// them, the job fails with [imapcompat.ErrNotSupported] before the first message: Exchange
// keeps no keywords, and POP3 no flags.
func Flag(flags string) Action { return Action{actionFlag, flags} }

// SaveTo writes the text of a quarantined message to a folder, as a file with the message's
// key and ".eml" for its name. The message stays on the server. It is for [WithQuarantine]
// and [Job.Quarantine] only.
func SaveTo(folder string) Action { return Action{actionSave, folder} }

// onServer reports whether the server is to be told.
func (a Action) onServer() bool {
	return a.kind == actionMove || a.kind == actionDelete || a.kind == actionFlag
}

func (a Action) removes() bool { return a.kind == actionMove || a.kind == actionDelete }

// String returns the action as the command names it, such as "move:Processed".
func (a Action) String() string {
	name := map[actionKind]string{
		actionKeep: "keep", actionMove: "move:", actionDelete: "delete", actionFlag: "flag:", actionSave: "save:",
	}[a.kind]
	return name + a.arg
}

// noUID is a UID that no message has: the highest but one (RFC 9051 section 2.3.1.1), because
// Dovecot takes the highest for "*". A command for it changes nothing, and tells whether the
// server knows the command.
const noUID = imapcompat.Sequence("4294967294")

// check fails if the server cannot do the action.
func (a Action) check(m *mailbox) error {
	switch {
	case !a.onServer() || m.pop3 && a.kind == actionDelete:
		return nil
	case m.pop3:
		return a.unsupported("POP3 has neither flags nor other mailboxes")
	case a.kind == actionFlag:
		return a.checkFlags(m.conn)
	case a.kind == actionMove:
		return a.checkMailbox(m.conn)
	}
	if err := a.checkKept(m.conn, `\Deleted`); err != nil { // one open for reading only keeps none
		return err
	}
	return m.conn.ExpungeUIDs(noUID)
}

func (a Action) unsupported(why string) error {
	return fmt.Errorf("inbox: %s: %w: %s", a, imapcompat.ErrNotSupported, why)
}

func (a Action) checkFlags(conn *imapcompat.Connection) error {
	flags := strings.Fields(a.arg)
	if len(flags) == 0 {
		return fmt.Errorf("inbox: %w: no flag to set", imapcompat.ErrInvalidArgument)
	}
	if err := a.checkKept(conn, flags...); err != nil {
		return err
	}
	if err := conn.SetFlagFull(noUID, a.arg, imapcompat.ST_UID); err != nil { // no name of a flag
		return fmt.Errorf("inbox: %s: %w", a, err)
	}
	return nil
}

// checkKept fails if the mailbox does not keep one of the flags.
func (a Action) checkKept(conn *imapcompat.Connection, flags ...string) error {
	kept, err := conn.PermanentFlags()
	if err != nil {
		return err
	}
	for _, flag := range flags {
		if !kept.Keeps(flag) {
			return a.unsupported("the mailbox does not keep the flag " + flag)
		}
	}
	return nil
}

func (a Action) checkMailbox(conn *imapcompat.Connection) error {
	check, err := conn.Check()
	if err != nil {
		return err
	}
	if a.arg == "" {
		return fmt.Errorf("inbox: %s: %w: the mailbox has no name", a, imapcompat.ErrInvalidArgument)
	}
	spec, here, _ := strings.Cut(check.Mailbox, "}")
	if strings.EqualFold(here, "INBOX") && strings.EqualFold(a.arg, "INBOX") || here == a.arg {
		return fmt.Errorf("inbox: %s: %w: the messages are in that mailbox", a, imapcompat.ErrInvalidArgument)
	}
	if err := provide(conn, spec+"}"+a.arg); err != nil {
		return fmt.Errorf("inbox: %s: %w", a, err)
	}
	_, err = conn.MoveUIDs(noUID, a.arg)
	return err
}

// provide creates a mailbox if it does not exist. Another process may do so at the same time.
// CREATE of a name that ends with the hierarchy separator makes the mailbox without it, or none
// (RFC 9051 section 6.3.4): nothing can be moved to such a name.
func provide(conn *imapcompat.Connection, mailbox string) error {
	look := func() error {
		_, err := conn.Status(mailbox, imapcompat.SA_UIDVALIDITY)
		return err
	}
	if look() == nil {
		return nil
	}
	err := conn.CreateMailbox(mailbox)
	missing := look()
	switch {
	case missing == nil:
		return nil
	case err == nil:
		return fmt.Errorf("%w: the mailbox does not exist after its creation: %w", imapcompat.ErrRefused, missing)
	}
	return err
}

// save writes the text of a message to the folder of a SaveTo.
func (a Action) save(m *Message) error {
	if a.kind != actionSave || m.err != nil { // a text that the server does not send
		return nil
	}
	if err := os.MkdirAll(a.arg, 0o700); err != nil {
		return err
	}
	return files.Replace(filepath.Join(a.arg, m.Key()+".eml"), filepath.Join(a.arg, ".saving-*"), func(w io.Writer) error {
		_, err := io.Copy(w, m.Text())
		return err
	})
}

// maxSettled is the number of messages of one command to the server.
const maxSettled = 200

// settle tells the server of the messages that are recorded as done or quarantined and that
// it has not been told of, in this session or in an earlier one. If another worker scans or
// settles the mailbox, it does nothing: whoever ends last settles what is left.
func (s *session) settle(ctx context.Context) (int, error) {
	if !s.mbox.lasting() && s.mbox.uids == nil {
		return 0, nil // the messages are not known before the scan
	}
	_, release, err := s.hold(ctx)
	if errors.Is(err, ErrBusy) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer release()
	settled := 0
	for after := ""; ; {
		records, err := s.ledger.Unsettled(ctx, s.name, s.mbox.source, after, maxSettled)
		if err != nil || len(records) == 0 {
			return settled, err
		}
		after = records[len(records)-1].Key
		for state, action := range map[State]Action{StateDone: s.then, StateQuarantined: s.quarantine} {
			n, err := s.settleSome(ctx, action, inState(records, state))
			settled += n
			if err != nil {
				return settled, err
			}
		}
	}
}

func inState(records []Record, state State) []Record {
	var some []Record
	for _, r := range records {
		if r.State == state {
			some = append(some, r)
		}
	}
	return some
}

// settleSome applies an action to messages, and records that.
func (s *session) settleSome(ctx context.Context, a Action, records []Record) (int, error) {
	var places []Place
	var uids []int
	for _, r := range records {
		if uid := s.mbox.uid(r.Place.ID); uid != 0 {
			uids = append(uids, uid)
			places = append(places, r.Place)
		}
	}
	if len(places) == 0 {
		return 0, nil
	}
	if !a.onServer() {
		// The message was found at another place after it was done. A later job with another
		// action leaves it alone.
		return 0, s.ledger.Settle(ctx, s.name, places, false)
	}
	// Another worker may have handled what came after the last news to this connection, and a
	// command would leave it out.
	if err := s.mbox.conn.WithContext(ctx).Ping(); err != nil {
		return 0, err
	}
	failpoint.Hit("settle")
	if err := a.apply(s.mbox.conn.WithContext(ctx), uids, s.mbox.pop3); err != nil {
		return 0, fmt.Errorf("inbox: %s: %w", a, err)
	}
	failpoint.Hit("settling")
	if s.mbox.pop3 && a.removes() {
		s.removing = append(s.removing, places...) // the server removes them at the end
		return 0, nil
	}
	err := s.ledger.Settle(ctx, s.name, places, a.removes())
	failpoint.Hit("settled")
	return len(places), err
}

// apply does the action. Messages that are gone need nothing.
func (a Action) apply(conn *imapcompat.Connection, uids []int, pop3 bool) error {
	seq := imapcompat.SequenceOf(uids...)
	switch a.kind {
	case actionFlag:
		if err := conn.SetFlagFull(seq, a.arg, imapcompat.ST_UID); err != nil {
			return err
		}
		// SetFlagFull need not wait for the server. Ping does, and a refusal is the error of the
		// next change.
		if err := conn.Ping(); err != nil {
			return err
		}
		return conn.SetFlagFull(noUID, a.arg, imapcompat.ST_UID)
	case actionDelete:
		if err := conn.Delete(seq, imapcompat.FT_UID); err != nil {
			return err
		}
		if pop3 {
			return conn.Expunge()
		}
		if err := conn.ExpungeUIDs(seq); err != nil {
			return err
		}
	case actionMove:
		if _, err := conn.MoveUIDs(seq, a.arg); err != nil {
			return err
		}
	}
	left, err := conn.UIDs(seq, imapcompat.FT_UID)
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("%w: %d messages are still there", imapcompat.ErrRefused, len(left))
	}
	return err
}

// closed records that the server has confirmed the end of a POP3 session, which removes the
// messages that were deleted in it (RFC 1939 section 6).
func (s *session) closed(ctx context.Context) (int, error) {
	if len(s.removing) == 0 {
		return 0, nil
	}
	ctx, cancel := recording(ctx)
	defer cancel()
	return len(s.removing), s.ledger.Settle(ctx, s.name, s.removing, true)
}
