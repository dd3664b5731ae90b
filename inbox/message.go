package inbox

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/failpoint"
	"github.com/imapcompat/imapcompat/internal/files"
)

// Message is a message that a worker has claimed: no other worker has it until it is
// answered or its lease is over. One of Done, DoneTx, Fail, Retry, Skip and Quarantine
// answers it, once.
type Message struct {
	session *session
	ctx     context.Context
	record  Record
	uid     int

	text []byte           // the whole message, or
	file *files.Temporary // its file, if it is larger than the limit in memory
	size int64
	err  error // why there is no text

	contents []string // what Identity has, once the text was digested
	took     time.Duration

	mu       sync.Mutex
	answered bool
	outcome  Outcome
}

// The errors of answers. Test for them with errors.Is.
var (
	// ErrAnswered means that the message has been answered before.
	ErrAnswered = errors.New("inbox: the message was answered before")
	// ErrUnanswered is the failure of a message that the program has left without an answer.
	ErrUnanswered = errors.New("inbox: the program left the message without an answer")
	// ErrNoTx means that the ledger cannot record in a transaction of its caller.
	ErrNoTx = errors.New("inbox: the ledger is not in an SQL database")
)

// Key returns a name of the message that is unique in its box, and the same at each attempt,
// over both protocols and after a move to another server. A program whose effects are
// outside the ledger's database passes it on, as the key of an idempotent request.
func (m *Message) Key() string { return m.record.Key }

// UID returns the UID on [Message.Connection], for functions with [imapcompat.FT_UID].
func (m *Message) UID() int { return m.uid }

// Attempt returns the number of this attempt, from 1.
func (m *Message) Attempt() int { return m.record.Attempt }

// Place returns where the message is.
func (m *Message) Place() Place { return m.record.Place }

// Connection returns the connection that the message came from. Functions of package
// readable, and those of this library with [imapcompat.FT_UID], take it together with UID.
// A program does not close or reopen it, and does not rely on message numbers.
func (m *Message) Connection() *imapcompat.Connection { return m.session.mbox.conn }

// Size returns the size of the text in octets.
func (m *Message) Size() int64 { return m.size }

// Text returns a reader of the whole message, from its start.
func (m *Message) Text() io.ReadSeeker {
	if m.file != nil {
		return io.NewSectionReader(m.file, 0, m.size)
	}
	return bytes.NewReader(m.text)
}

// maxHeader bounds the header that Header parses, in octets.
const maxHeader = 1 << 20

// Header returns the header object, as imap_rfc822_parse_headers has it: without the flags
// and the date of arrival, which [Message.Overview] has.
func (m *Message) Header() *imapcompat.HeaderInfo {
	h, _ := imapcompat.RFC822ParseHeaders(string(m.header()))
	return h
}

// header returns the text up to the empty line.
func (m *Message) header() []byte {
	text := m.text
	if m.file != nil {
		text, _ = io.ReadAll(io.LimitReader(m.Text(), maxHeader))
	}
	text = text[:min(len(text), maxHeader)]
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if head, _, found := bytes.Cut(text, []byte(end)); found {
			text = head
		}
	}
	return text
}

// Overview asks the server for the element of imap_fetch_overview. The error matches
// [imapcompat.ErrBadMessageNumber] if another client has removed the message.
func (m *Message) Overview() (*imapcompat.Overview, error) {
	list, err := m.Connection().FetchOverview(imapcompat.SequenceOf(m.uid), imapcompat.FT_UID)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("inbox: %w: the message is gone", imapcompat.ErrBadMessageNumber)
	}
	return list[0], nil
}

// Structure returns the MIME structure, as imap_fetchstructure does.
func (m *Message) Structure() (*imapcompat.Structure, error) {
	return m.Connection().FetchStructure(m.uid, imapcompat.FT_UID)
}

// WritePart writes a part, as it stands, as imap_savebody does: "1", "1.2". It sets no flag.
func (m *Message) WritePart(w io.Writer, section string) error {
	return m.Connection().SaveBody(w, m.uid, section, imapcompat.FT_UID|imapcompat.FT_PEEK)
}

// Done records that the message is handled. It returns nil when the ledger has it; only then
// the message is never handed over again. The error matches [ErrClaimLost] if the lease was
// over and another worker has the message.
func (m *Message) Done() error { return m.answer(m.done()) }

// done is the outcome of a message that is handled.
func (m *Message) done() Outcome {
	return Outcome{State: StateDone, Settled: !m.session.then.onServer()}
}

// DoneTx is [Message.Done] in a transaction of the ledger's database, which the caller
// commits: the message is handled if and only if the effects of the transaction are there.
// If the caller rolls back after DoneTx has returned nil, the message is handed over again when
// its lease is over, and reports count it as done until then. After an error the caller rolls
// back. The error matches [ErrClaimLost], and [ErrNoTx] if
// the ledger is no [TxLedger].
func (m *Message) DoneTx(tx *sql.Tx) error {
	ledger, ok := m.session.ledger.(TxLedger)
	if !ok {
		return ErrNoTx
	}
	return m.once(m.done(), func(ctx context.Context, o Outcome) error {
		return ledger.FinishTx(ctx, tx, o)
	})
}

// Fail records that the attempt failed. The message is tried again later ([WithBackoff]), or
// quarantined if it was the last attempt ([WithAttempts]).
func (m *Message) Fail(cause error) error {
	reason := "failed"
	if cause != nil {
		reason = cause.Error()
	}
	if m.record.Attempt >= m.session.attempts {
		return m.Quarantine(reason)
	}
	return m.answer(Outcome{State: StateFailed, Reason: reason, After: m.session.backoff(m.record.Attempt)})
}

// Retry records that the message is to be tried again after a time: what it needs is not
// there yet. The attempt does not count.
func (m *Message) Retry(after time.Duration) error { return m.retry(after, "to be tried again") }

func (m *Message) retry(after time.Duration, reason string) error {
	return m.answer(Outcome{State: StateFailed, Reason: reason, After: max(after, 0), Uncounted: true})
}

// Skip records that the message is not to be handled. It stays as it is on the server.
func (m *Message) Skip(reason string) error {
	return m.answer(Outcome{State: StateSkipped, Reason: reason, Settled: true})
}

// Quarantine records that the message cannot be handled, and puts it where [WithQuarantine]
// says.
func (m *Message) Quarantine(reason string) error {
	if m.isAnswered() {
		return ErrAnswered // before a file is written
	}
	a := m.session.quarantine
	if err := a.save(m); err != nil {
		return fmt.Errorf("inbox: the message cannot be quarantined: %w", err)
	}
	return m.answer(Outcome{State: StateQuarantined, Reason: reason, Settled: !a.onServer()})
}

// gone records that another client has removed the message.
func (m *Message) gone() error { return m.answer(Outcome{State: StateGone, Settled: true}) }

// answer records an outcome, once.
func (m *Message) answer(o Outcome) error {
	return m.once(o, m.session.finish)
}

func (m *Message) once(o Outcome, record func(context.Context, Outcome) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.answered {
		return ErrAnswered
	}
	o.Record = m.record
	ctx, cancel := recording(m.ctx)
	defer cancel()
	failpoint.Hit("finish:" + string(o.State))
	if err := record(ctx, o); err != nil && !errors.Is(err, ErrClaimLost) {
		return err
	} else if err != nil {
		m.close(o, err)
		return err
	}
	failpoint.Hit("finished:" + string(o.State))
	m.close(o, nil)
	return nil
}

// close notes that the message is answered. The caller holds mu.
func (m *Message) close(o Outcome, err error) {
	m.answered, m.outcome = true, o
	m.session.claims.drop(m.record)
	m.session.count(m, o, err)
}

// isAnswered reports whether the program has answered the message.
func (m *Message) isAnswered() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.answered
}

// discard removes the file of a large message.
func (m *Message) discard() {
	if m.file != nil {
		m.file.Close()
	}
}

// recordingTime bounds how long the ledger takes for an outcome.
const recordingTime = 15 * time.Second

// recording returns a context for the ledger that outlives the end of a job: what was
// handled is recorded.
func recording(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), recordingTime)
}
