package imapcompat

import (
	"cmp"
	"errors"
	"iter"
	"strconv"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
	"github.com/imapcompat/imapcompat/internal/thread"
)

// Flags of c-client's that imap_thread passes on, and PHP has no name for.
const (
	noServer SearchFlag = 0x10  // SE_NOSERVER: threads on this side
	noLocal  SearchFlag = 0x200 // SE_NOLOCAL: leaves it at that where an IMAP server cannot
)

// Thread is PHP's result of imap_thread: the messages of a mailbox by conversation. PHP's
// elements "3.num", "3.next" and "3.branch" are thread[3].Num, thread[3].Next and
// thread[3].Branch. The JSON is PHP's.
//
// The nodes are in the order in which conversations are read, each message before its
// replies. [Thread.Walk] returns their depths.
type Thread []ThreadNode

// ThreadNode is a node of a [Thread].
type ThreadNode struct {
	// Num is the message's number, or with [SE_UID] its UID. It is 0 in a node that joins
	// messages which answer a message that is not there, or which have only their subject
	// in common.
	Num int
	// Next is the node of the first reply. Branch is the node of the next message that
	// answers the same one, or at the top of the next conversation. 0 is none.
	Next, Branch int
}

// Walk iterates over the nodes with their depths: 0 for the first message of a
// conversation, 1 for a reply to it, 2 for a reply to that.
func (t Thread) Walk() iter.Seq2[int, ThreadNode] {
	return func(yield func(int, ThreadNode) bool) {
		depths := make([]int, len(t))
		for i, n := range t {
			if !yield(depths[i], n) {
				return
			}
			// A node 0 has come first, so it does no harm where there is none.
			depths[n.Next], depths[n.Branch] = depths[i]+1, depths[i]
		}
	}
}

// All returns the elements of PHP's array in its order, as foreach does: "0.num", "0.next",
// then the replies, then "0.branch" and the nodes there.
func (t Thread) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		var open []int // nodes of which the branch is still to come
		next := 0      // the node that begins
		for begins := len(t) > 0; begins || len(open) > 0; {
			if begins {
				n := t[next]
				prefix := strconv.Itoa(next)
				if !yield(prefix+".num", n.Num) || !yield(prefix+".next", n.Next) {
					return
				}
				open = append(open, next)
				next, begins = n.Next, n.Next != 0
				continue
			}
			last := open[len(open)-1]
			open = open[:len(open)-1]
			next = t[last].Branch
			begins = next != 0
			if !yield(strconv.Itoa(last)+".branch", next) {
				return
			}
		}
	}
}

// MarshalJSON returns PHP's json_encode of the array.
func (t Thread) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(t) }

// Thread returns all messages by conversation, as imap_thread does, with [SE_UID] by UID.
// Conversations are in the order of their dates, and so are the replies to a message. Where
// PHP returns false because the mailbox is empty, the result is empty.
//
// An IMAP server with THREAD=REFERENCES (RFC 5256) threads. Otherwise, and on POP3, the
// headers of all messages are read; on IMAP In-Reply-To fields do not count then, as in
// PHP. Thread takes two flags of c-client's without a name in PHP, as PHP does: with 16 no
// server is asked to thread, and with 512 the messages on an IMAP server are not read.
//
// The error matches [ErrRefused] when the server refuses, and [ErrTooLarge] when the
// headers have more than 5,000,000 references. Where messages are read, one that cannot be
// read counts as an empty one, as in PHP, and its error comes with the result.
func (c *Connection) Thread(flags ...SearchFlag) (Thread, error) {
	var all SearchFlag
	for _, f := range flags {
		all |= f
	}
	list, err := do(c, "imap_thread", func(c *call) (Thread, error) {
		nodes, err := c.thread(all)
		if err != nil && len(nodes) == 0 {
			return nil, c.warned("Function returned an empty tree", err)
		}
		c.session.Follow(threadOrder(nodes), all&SE_UID != 0)
		return newThread(nodes), err
	})
	return orEmpty(list), err
}

// thread lets the service thread, or reads the messages if it cannot.
func (c *call) thread(flags SearchFlag) ([]backend.ThreadNode, error) {
	ancestors := thread.ReferencesOrInReplyTo
	uid := flags&SE_UID != 0
	if threader, ok := able[backend.Threader](c); ok {
		if flags&noServer == 0 {
			nodes, err := threader.Thread(c.ctx, uid)
			if !errors.Is(err, ErrNotSupported) {
				return nodes, err
			}
		}
		if flags&noLocal != 0 {
			return nil, nil
		}
		ancestors = thread.References
	}
	all := &forgiving{Session: c.session}
	nodes, err := thread.Messages(c.ctx, all, uid, ancestors, c.noteParse)
	return nodes, cmp.Or(err, all.failed)
}

// newThread gives each node the numbers of its first reply and of the next node beside it.
func newThread(nodes []backend.ThreadNode) Thread {
	t := make(Thread, len(nodes))
	var above []int // the last node of each depth, up to that of the node before
	for i, n := range nodes {
		t[i].Num = n.Num
		if n.Depth < len(above) {
			t[above[n.Depth]].Branch = i
		} else if i > 0 {
			t[i-1].Next = i
		}
		above = append(above[:min(n.Depth, len(above))], i)
	}
	return t
}

// threadOrder returns the messages in reading order.
func threadOrder(nodes []backend.ThreadNode) []int {
	list := make([]int, 0, len(nodes))
	for _, n := range nodes {
		if n.Num > 0 {
			list = append(list, n.Num)
		}
	}
	return list
}
