package inbox

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Ledger records what became of each message. Package sqlledger keeps it in SQLite or
// PostgreSQL, and package ledgertest tests an implementation.
//
// A ledger holds the records of many boxes, which know nothing of each other. Several
// processes may use it at the same time. Each method is one transaction: it happens as a
// whole, and is kept when it returns nil, or it does not happen. Times are those of the
// ledger's clock, because the clocks of its users differ; arguments are durations.
//
// An owner has a message or a scan until another owner gets it, or until it is finished. It
// still has what nobody else has taken when the lease is over.
//
// A record that is New or Failed, or Claimed with a lease that is over, waits for nothing when
// its last place has vanished: it becomes Gone. This happens when the place vanishes or when the
// claim ends; of a claim that was not ended, at the next complete Sight.
//
// Texts may hold any octets, since they come from mail. A ledger keeps box names, sources, IDs,
// keys, lanes, contents, owners and cursors exactly, all but cursors up to 1,000 octets. It may
// replace octets that it cannot keep in the other texts, and cut them.
type Ledger interface {
	// StartScan gives the right to scan a source to one owner for a time. It fails with
	// [ErrBusy] while another owner has it. The same owner renews it in this way, and gives it up
	// with a lease of 0.
	StartScan(ctx context.Context, box, source, owner string, lease time.Duration) (Scan, error)

	// Sight records the messages that a scan has found. A place that the ledger does not know,
	// or knows only as vanished, gets a new record in state New. A known place stays as it is. A
	// place that is known with another Size (both not 0) is another message: the old place has
	// vanished, and there is a new one with a new record. If the box has a record with the key
	// of a new one, the new key gets a suffix: -2, -3 and so on. Of an ID that comes twice the
	// first one counts. Sight returns the number of new records. It fails with [ErrClaimLost] if another owner has the scan by now, and then
	// records nothing.
	Sight(ctx context.Context, s Sighting) (int, error)

	// Lookup returns the records at places of a source that have not vanished, in the order of
	// the IDs. Place is that place. The element of an ID without one is the zero Record.
	Lookup(ctx context.Context, box, source string, ids []string) ([]Record, error)

	// Claim gives messages of a source to an owner for a time. Due are records in state New, in
	// state Failed whose time has come, and in state Claimed whose lease is over, each with a
	// place in the source that has not vanished, except if an earlier record of the same Lane
	// in the box is New, Claimed or Failed. Claim takes the first ones in the order of the
	// records, increments their Attempt and Fence, and sets them to Claimed. Two claims never
	// get the same record. If no record is due, it returns none.
	Claim(ctx context.Context, c Claiming) ([]Record, error)

	// Identify notes the contents of claimed messages, and returns for each the other records
	// of the box that have one of these contents and noted it before, in the order of their
	// records. Of two records that note the same content at the same time, one is before the
	// other. A record that its owner no longer has is left out of the change, and its element
	// of the result is nil; otherwise the element is not nil.
	//
	// Of more than [MaxSame] records it returns that many: first those without a place in the
	// source of the claimed message that has not vanished, in the order of their records, then
	// others.
	Identify(ctx context.Context, ids []Identity) ([][]Record, error)

	// Merge turns a claimed record into another place of a record that was found to be the same
	// message: the other record gets its places and contents, and the claimed one disappears.
	// A record Gone becomes New. Merge fails with [ErrClaimLost] if the owner no longer has the
	// claimed one, and with [ErrUnknown] if the other one is no longer as Identify returned it:
	// it has disappeared, or has got another place.
	//
	// Apart tells that the places may have two messages with one text. Then the server is told
	// only at the place where the message is handled: the places of the claimed record are
	// settled, and those of the other one too unless it is Done, Quarantined or Skipped. See
	// Finish for the place that is not.
	Merge(ctx context.Context, claimed, other Record, apart bool) error

	// Renew extends the leases of claimed messages, counted from now. It returns those that
	// their owner no longer has.
	Renew(ctx context.Context, claimed []Record, lease time.Duration) (lost []Record, err error)

	// Finish records the outcomes of claimed messages. An outcome of a message that its owner
	// no longer has changes nothing; it is among the lost ones, and the others are recorded.
	// With Gone the place of the claim has vanished; a record that has another place which has
	// not vanished becomes New instead, as with New. The place of the claim of an outcome Done or
	// Quarantined is settled if the outcome is; other places that are settled stay so.
	Finish(ctx context.Context, outcomes []Outcome) (lost []Record, err error)

	// Unsettled returns records in state Done or Quarantined with a place in the source that is
	// not settled and has not vanished, in the order of the records, beginning after the record
	// with a key; "" begins at the start. Place is that place; a record with two of them comes
	// twice. It returns at most limit records, and above it only further places of the last one.
	// It fails with [ErrUnknown] if there is no record with the key.
	Unsettled(ctx context.Context, box, source, after string, limit int) ([]Record, error)

	// Settle records that the server has been told of what became of messages at their places.
	// Removed tells that they are no longer there: the places have vanished.
	Settle(ctx context.Context, box string, places []Place, removed bool) error

	// Counts returns how many messages of a box are in which state.
	Counts(ctx context.Context, box string) (Counts, error)
}

// MaxSame is the number of records that Identify returns for a message. A mailbox may have any
// number of messages with one text, which are all different messages.
const MaxSame = 32

// TxLedger is a [Ledger] in an SQL database, which records an outcome in a transaction of
// its caller: [Message.DoneTx] needs it.
type TxLedger interface {
	Ledger
	// FinishTx is Finish of one outcome in a transaction of the ledger's database. It fails with
	// [ErrClaimLost] if the owner no longer has the message; the caller must roll back then.
	FinishTx(ctx context.Context, tx *sql.Tx, outcome Outcome) error
}

// The errors of ledgers. Test for them with errors.Is.
var (
	// ErrClaimLost means that the lease of a message or a scan was over, and that another owner
	// has it or has finished it.
	ErrClaimLost = errors.New("inbox: the claim was lost")
	// ErrBusy means that another owner scans the source.
	ErrBusy = errors.New("inbox: another worker scans this mailbox")
	// ErrUnknown means that the ledger has no such record.
	ErrUnknown = errors.New("inbox: no such message in the ledger")
)

// State is what has become of a message.
type State string

const (
	StateNew         State = "new"         // seen in a mailbox, never handled
	StateClaimed     State = "claimed"     // a worker has it, until its lease is over
	StateFailed      State = "failed"      // is tried again at Record.Due
	StateQuarantined State = "quarantined" // failed too often, or for good
	StateDone        State = "done"        // handled
	StateSkipped     State = "skipped"     // not to be handled
	StateGone        State = "gone"        // removed by another client before it was handled
)

// Place is where a message is.
type Place struct {
	// Source is a mailbox for as long as its UIDs mean the same messages: the result of
	// [imapcompat.Connection.URL], which has the UIDVALIDITY.
	Source string
	// ID is the UID or the UIDL. Where a server has neither, it is made of the content.
	ID string
}

// Record is what a ledger knows of a message.
type Record struct {
	Box string
	// Key names the message in its box, for good: over attempts, protocols and servers.
	Key   string
	State State
	// Place is one of its places: the last one that was sighted in the source that was asked
	// for, or in any source if none was.
	Place Place
	// Locations are all its places, in the order in which they were sighted. Claim and Unsettled
	// leave them out.
	Locations []Location

	Attempt int // 1 at the first
	Owner   string
	Fence   int64 // grows with each claim; tells an old owner from a new one
	Lane    string

	Size       int64     // octets, 0 if unknown
	Hint       Hint      // of the last attempt
	Reason     string    // why it failed, was quarantined or skipped
	Due        time.Time // of Failed: when it is tried again; of Claimed: when the lease is over
	FirstSeen  time.Time
	LastChange time.Time
}

// Location is a place of a record and what is known of it.
type Location struct {
	Place
	Settled  bool // the server was told, or need not be
	Vanished bool // the message is no longer there
	Removed  bool // it has vanished because it was settled by removing it
}

// Hint has header fields by which people recognize a message, not decoded. They identify
// nothing.
type Hint struct{ From, Subject, MessageID string }

// Scan is the right to scan a source.
type Scan struct {
	Box, Source, Owner string
	Fence              int64
	// Cursor is what the last Sighting of the source left, or "".
	Cursor string
}

// Sighting has the messages that a scan has found.
type Sighting struct {
	Scan    Scan
	Sighted []Sighted
	// Complete means that Sighted has all messages of the source: places that it lacks have
	// vanished.
	Complete bool
	// Cursor replaces the cursor of the source.
	Cursor string
}

// Sighted is a message at a place.
type Sighted struct {
	ID    string
	Key   string // of the record, if it is new
	Order int64  // records of one Sight are in this order, and else in that of Sighted
	Size  int64  // 0 if unknown
	Lane  string // "" for none
	// Unwanted means that the message is there and gets no new record.
	Unwanted bool
}

// Claiming asks for messages.
type Claiming struct {
	Box, Source, Owner string
	Lease              time.Duration
	Limit              int    // at least 1
	Key                string // this message only, if not ""
	// IDs, if not nil, restricts the records in state New with Attempt 0 to those at these
	// places. Messages that were tried before stay due.
	IDs []string
}

// Identity has what a claimed message is.
type Identity struct {
	Record   Record
	Contents []string
	Size     int64
	Hint     Hint
}

// Outcome is what became of a claimed message.
type Outcome struct {
	Record Record
	// State is Failed, Quarantined, Done, Skipped or Gone, or New to give the message back as if
	// it had not been claimed: Attempt is decremented then.
	State  State
	Reason string
	After  time.Duration // of Failed: how long until the next attempt
	// Uncounted, of Failed, means that the attempt does not count: Attempt is decremented.
	Uncounted bool
	// Settled, of Done, Quarantined and Skipped, means that the server need not be told.
	Settled bool
}

// Counts has the number of messages of a box in each state.
type Counts struct {
	New, Claimed, Failed, Quarantined, Done, Skipped, Gone int
	Unsettled                                              int       // places that are to be settled
	Oldest                                                 time.Time // FirstSeen of the oldest one that is New, Claimed or Failed
	Due                                                    time.Time // when the next one that is Failed is due
	LastScan                                               time.Time
}

// Open returns the number of messages that are not finished.
func (c Counts) Open() int { return c.New + c.Claimed + c.Failed }
