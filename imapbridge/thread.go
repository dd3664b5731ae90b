package imapbridge

import (
	"context"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.Threader = (*Session)(nil)

// Thread implements [backend.Threader] with THREAD (RFC 5256). With Config.Loser, it does
// not ask the server.
func (s *Session) Thread(ctx context.Context, uid bool) ([]backend.ThreadNode, error) {
	if !s.caps["THREAD=REFERENCES"] || s.cfg.Loser {
		return nil, errNoSearch
	}
	var args arguments
	args.syntax("THREAD REFERENCES US-ASCII ALL")
	var nodes []backend.ThreadNode
	err := s.find(ctx, "THREAD", uid, &args, func(resp *response) {
		r := threadReader{lexer: lexer{b: resp.rest}, resp: resp, uid: uid}
		nodes = r.read()
		s.noteOdd(resp, &r.lexer)
	})
	if err != nil {
		return nil, err
	}
	return nodes, nil
}

// threadReader reads a THREAD response, whose lists may nest to any depth.
type threadReader struct {
	lexer
	resp  *response
	uid   bool
	nodes []backend.ThreadNode
}

// threadList is a list that is being read. It begins with messages, each a reply to the one
// before. Then come lists of the replies to the last message.
type threadList struct {
	depth   int // of the next message
	members int
	nested  bool // it has had lists, so no message may follow
}

// maxThread bounds the lists and messages of a THREAD response beyond those that the
// mailbox can explain.
const maxThread = 1 << 18

// read reads up to the end, or to the first value that does not parse.
func (r *threadReader) read() []backend.ThreadNode {
	bound := 4*r.resp.nums.exists + maxThread
	var open []threadList
	for r.spaces(); r.peek() != 0; r.spaces() {
		switch {
		case len(open)+len(r.nodes) > bound:
			r.odd("end of the threads")
			return r.nodes
		case r.take('('):
			open = append(open, r.begin(open))
		case len(open) == 0:
			r.odd("thread")
			return r.nodes
		case r.take(')'):
			open = open[:len(open)-1]
		case !r.member(&open[len(open)-1]):
			r.odd("message number")
			return r.nodes
		}
	}
	if len(open) > 0 {
		r.odd("end of the thread")
	}
	return r.nodes
}

// begin begins a list within the innermost open one. If that one has no message yet, a
// missing message is added, to which the lists in it reply.
func (r *threadReader) begin(open []threadList) threadList {
	if len(open) == 0 {
		return threadList{}
	}
	list := &open[len(open)-1]
	if list.members == 0 {
		r.add(list, 0)
	}
	list.nested = true
	return threadList{depth: list.depth}
}

// member reads a message number, and reports whether there is one and it is allowed here. A
// number that no message has stands for a missing message.
func (r *threadReader) member(list *threadList) bool {
	if list.nested {
		return false
	}
	switch n, ok := r.amount(); {
	case !ok || n < 1 || n >= backend.Max:
		return false
	case r.uid:
		r.add(list, n)
	case n > r.resp.nums.exists:
		r.add(list, 0)
	default:
		r.add(list, r.resp.nums.toCaller(n))
	}
	return true
}

func (r *threadReader) add(list *threadList, num int) {
	r.nodes = append(r.nodes, backend.ThreadNode{Num: num, Depth: list.depth})
	list.depth++
	list.members++
}
