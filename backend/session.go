package backend

import (
	"context"
	"io"
	"iter"
	"math"
	"slices"
)

// Session is one open connection to a mail service.
//
// An error that a server or a network caused is an [*Error]. After one that
// matches [ErrConnectionLost] the session is of no more use, and every call
// reports the same.
type Session interface {
	// Select opens a mailbox in place of the selected one, which is left as
	// CLOSE would not: nothing is expunged.
	Select(ctx context.Context, mailbox string, readOnly bool) error

	// Unselect leaves the selected mailbox and selects none. Nothing is
	// expunged. A service that cannot returns ErrNotSupported.
	Unselect(ctx context.Context) error

	// State is the mailbox as last heard of, Traits are the service's, and Link is the
	// connection's state. They ask nobody and may be called at any time, from any goroutine.
	State() State
	Traits() Traits
	Link() Link

	// Poll asks for news, and keeps the connection alive.
	Poll(ctx context.Context) error

	// Fetch brings items of the messages of a set, each message once, in the
	// service's order, which nearly always ascends. Messages that do not exist
	// (any more) are left out. Leaving the iteration early drains or ends it
	// within the session.
	//
	// An error that comes with a Message is about that message alone, and the
	// iteration goes on: it is larger than the limit, or refused, or was not sent
	// although it exists ([ErrProtocol]). The Message has its Num or UID, and what
	// else is known of it without asking the service. Of one that is gone, and was
	// not told of yet, it has what the service says all the same
	// ([ErrBadMessageNumber]). An error that comes with nil ends the iteration.
	Fetch(ctx context.Context, set Set, items Items) iter.Seq2[*Message, error]

	// Store changes flags of the messages of a set. A flag with a backslash is
	// a system flag, one without a keyword.
	Store(ctx context.Context, set Set, op StoreOp, flags []string) error

	// Expunge removes the messages that are marked \Deleted, for good.
	//
	// A service that removes nothing before the session ends (POP3) removes
	// them in Logout, whose error says so if it did not.
	Expunge(ctx context.Context) error

	// Status asks about a mailbox without selecting it.
	Status(ctx context.Context, mailbox string, items StatusItems) (Status, error)

	// Logout ends the session in order. Messages marked \Deleted and not
	// expunged stay. Resources are released even when it fails.
	Logout(ctx context.Context) error

	// Abort drops the connection at once. It may be called at any time, from
	// any goroutine.
	Abort() error
}

// SectionWriter is a [Session] that hands on the text of a message while it
// comes, so that it may be of any length.
type SectionWriter interface {
	// WriteSection writes a section of one message to w. Of a section that the
	// message does not have nothing is written. It is not found when there is no
	// such message. An error may come after a part of the section was written. One
	// of w's is in its chain; the session may be of no more use then.
	WriteSection(ctx context.Context, set Set, section Section, w io.Writer) (found bool, err error)
}

// Retriever is a [Session] whose service takes note of each text that is read, Peek
// or not ([Traits].NoPeek), and that can bring some of them without
// ([Items].Untraced).
type Retriever interface {
	// Untraced reports whether it can, as far as is known. It may be called at any time,
	// from any goroutine.
	Untraced() bool

	// Retrieve has the service take note of the messages of a set as of any that
	// is read. That may wait for the next exchange, at the latest for Logout.
	Retrieve(set Set)

	// Doubt returns, once, the error of a message that was brought untraced and of
	// which the service then had something else. Expunge does not remove such a
	// message before it was read again. Doubt may be called at any time, from any
	// goroutine.
	Doubt() error
}

// Watcher is a [Session] that hears of changes by other clients while it is open.
type Watcher interface {
	// Watch waits until [State].News is not the given number. The end of ctx
	// ends the waiting, too, and is no error: the session stays as usable as it
	// was. No message number changes its meaning.
	Watch(ctx context.Context, news int) error
}

// State describes the selected mailbox.
type State struct {
	Mailbox     string // "" when none is selected (a half-open session)
	Messages    int
	Recent      int
	ReadOnly    bool
	UIDValidity uint32
	UIDNext     uint32

	// Keywords are the keywords (flags without a backslash) of the mailbox.
	Keywords []string

	// PermanentFlags are the flags that the mailbox keeps beyond the session, system
	// flags and keywords, with "\*" among them if it keeps any keyword (RFC 9051 section
	// 7.1, PERMANENTFLAGS). Nil is not known.
	PermanentFlags []string

	// Changes counts the messages of which the service has sent news, such as
	// other flags, that nobody had asked for.
	Changes int

	// News counts what the service has told of the mailbox: messages that are
	// new or gone, other flags, another mailbox selected. It never falls.
	News int
}

// Set is a set of messages, by message number or by UID. An empty set is no
// message.
type Set struct {
	UID    bool
	Ranges []Range
}

// SetOf is the set of some message numbers, or UIDs, in any order.
func SetOf(uid bool, nums []int) Set {
	if !slices.IsSorted(nums) {
		nums = slices.Sorted(slices.Values(nums))
	}
	set := Set{UID: uid}
	for _, n := range nums {
		if last := len(set.Ranges) - 1; last >= 0 && n <= set.Ranges[last].Last+1 {
			set.Ranges[last].Last = n
		} else {
			set.Ranges = append(set.Ranges, Range{First: n, Last: n})
		}
	}
	return set
}

// One is the set of one message number, or UID.
func One(uid bool, n int) Set { return Set{UID: uid, Ranges: []Range{{First: n, Last: n}}} }

// Overlaps reports whether a message may be in both of two sets, both of numbers or both of
// UIDs.
func (s Set) Overlaps(other Set) bool {
	for _, r := range s.Ranges {
		for _, o := range other.Ranges {
			if r.Last >= Max || o.Last >= Max || r.First <= o.Last && o.First <= r.Last {
				return true
			}
		}
	}
	return false
}

// Has reports whether a message may be in the set. Anything may be "*", which is the last
// message's number or UID whatever comes before the colon.
func (s Set) Has(msg *Message) bool {
	n := msg.Num
	if s.UID {
		n = msg.UID
	}
	return slices.ContainsFunc(s.Ranges, func(r Range) bool {
		return r.First <= n && n <= r.Last || r.Last >= Max
	})
}

// Range is the messages First to Last, both included, First <= Last. Max
// stands for the "*" of RFC 9051.
type Range struct{ First, Last int }

// Max is a number above every message number and UID. A UID is 32 bits wide (RFC 9051
// section 2.3.1.1). Where an int is no wider, those from Max on cannot be named.
const Max = min(1<<32, math.MaxInt-1)

// StoreOp is how Store changes flags.
type StoreOp int

const (
	StoreAdd     StoreOp = iota // +FLAGS
	StoreRemove                 // -FLAGS
	StoreReplace                // FLAGS
)

// StatusItems says what a Status is to bring.
type StatusItems struct {
	Messages, Recent, Unseen, UIDNext, UIDValidity bool
}

// Status is the answer of a Status.
type Status struct {
	Items                                          StatusItems // which of them the service gave
	Messages, Recent, Unseen, UIDNext, UIDValidity int
}
