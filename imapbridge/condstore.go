package imapbridge

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.ModSequencer = (*Session)(nil)

// modSeqBits is the size of a mod-sequence (RFC 7162 section 3.1).
const modSeqBits = 63

// needModSeqs returns an error when there are no mod-sequences. Nothing enables CONDSTORE
// before the first command that uses it, which enables it (RFC 7162 section 3.1), so that the
// server's FETCH responses stay as they are.
func (s *Session) needModSeqs(since uint64) error {
	if err := s.closed(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.caps["CONDSTORE"] && !s.caps["QRESYNC"]:
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "Server has no CONDSTORE"}
	case s.noModSeq:
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "The mailbox has no mod-sequences"}
	case since >= 1<<modSeqBits:
		return &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Mod-sequence out of range"}
	}
	return nil
}

// StoreUnchanged implements [backend.ModSequencer] with UNCHANGEDSINCE and the response code
// MODIFIED (RFC 7162 section 3.1.3).
func (s *Session) StoreUnchanged(ctx context.Context, set backend.Set, op backend.StoreOp, flags []string, since uint64) (modified []int, err error) {
	if err := s.needModSeqs(since); err != nil {
		return nil, err
	}
	change, err := flagChange(op, flags)
	if err != nil {
		return nil, err
	}
	for part := range s.parts(set) {
		told := &modifiedTold{uid: set.UID}
		s.setModified(told)
		// The server answers with the new mod-sequences.
		_, err := s.askUIDs(ctx, fmt.Sprintf("%sSTORE %s (UNCHANGEDSINCE %d)%s", part.prefix(), part, since, change))
		s.setModified(nil)
		some, failed := s.numbersOf(ctx, told)
		modified = append(modified, some...)
		if err := cmp.Or(err, failed); err != nil {
			return modified, err
		}
	}
	slices.Sort(modified)
	return slices.Compact(modified), nil
}

// modifiedTold collects the messages of a MODIFIED response code.
type modifiedTold struct {
	uid    bool
	nums   numSet          // in the caller's numbers
	ranges []backend.Range // of UIDs
}

func (s *Session) setModified(told *modifiedTold) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.modified = told
}

// observeModified records a MODIFIED, in the caller's numbers: they may move before the call
// that wants it goes on. The caller holds s.mu.
func (s *Session) observeModified(args []byte) {
	if s.modified == nil {
		return
	}
	ranges, ok := parseUIDs(args, min(max(s.nums.messages(), 1), maxUIDRanges))
	if !ok {
		s.odd("MODIFIED response code that makes no sense")
		return
	}
	if s.modified.uid {
		s.modified.ranges = append(s.modified.ranges, ranges...)
		return
	}
	for _, r := range merged(ranges) {
		for n := r.First; n <= min(r.Last, s.nums.exists); n++ {
			s.modified.nums.add(s.nums.toCaller(n))
		}
	}
}

// numbersOf returns the numbers or UIDs that the server has told. A set that names more UIDs
// than there are messages has UIDs that do not exist; the server is asked which do.
func (s *Session) numbersOf(ctx context.Context, told *modifiedTold) (list []int, err error) {
	ranges := merged(told.ranges)
	n := 0
	for _, r := range ranges {
		n += r.Last - r.First + 1
	}
	if n > s.messages() {
		return s.existing(ctx, backend.Set{UID: true, Ranges: ranges})
	}
	for _, r := range ranges {
		for uid := r.First; uid <= r.Last; uid++ {
			list = append(list, uid)
		}
	}
	return append(list, told.nums.list()...), nil
}

// merged sorts ranges and joins those that overlap.
func merged(ranges []backend.Range) (out []backend.Range) {
	slices.SortFunc(ranges, func(a, b backend.Range) int { return cmp.Compare(a.First, b.First) })
	for _, r := range ranges {
		if last := len(out) - 1; last >= 0 && r.First <= out[last].Last {
			out[last].Last = max(out[last].Last, r.Last)
		} else {
			out = append(out, r)
		}
	}
	return out
}

// ChangedSince implements [backend.ModSequencer] with CHANGEDSINCE (RFC 7162 section 3.1.4.1),
// which takes no 0.
func (s *Session) ChangedSince(ctx context.Context, since uint64) (uids []int, err error) {
	if err := s.needModSeqs(since); err != nil || s.messages() == 0 {
		return nil, err
	}
	command := fmt.Sprintf("UID FETCH 1:* (UID) (CHANGEDSINCE %d)", since)
	if since == 0 {
		command = "UID FETCH 1:* (UID MODSEQ)"
	}
	uids, err = s.askUIDs(ctx, command)
	slices.Sort(uids)
	return slices.Compact(uids), err
}

// askUIDs sends a command that FETCH responses answer, and returns the UIDs in them.
func (s *Session) askUIDs(ctx context.Context, command string) (uids []int, err error) {
	err = s.run(ctx, func() (err error) {
		uids, err = s.exchangeUIDs(command)
		return err
	})
	return uids, err
}

func (s *Session) exchangeUIDs(command string) (uids []int, err error) {
	cmd, err := s.send("FETCH", command)
	if err != nil {
		return nil, err
	}
	var come numSet // bounds the UIDs: a message counts once
	for resp := range cmd.responses() {
		switch {
		case resp.tag == cmd.tag:
			return uids, s.statusError(resp)
		case resp.tag == "+":
			return uids, s.statusError(unasked(resp))
		}
		var msg fetched
		l := lexer{b: resp.rest}
		msg.parse(&l, backend.Items{UID: true})
		s.noteOdd(resp, &l)
		if msg.have&haveFlags != 0 { // flags that were fetched before may be stale
			s.noteUnsolicited()
		}
		if resp.caller == 0 || msg.UID == 0 || !come.add(resp.caller) {
			s.wire.waste(resp.octets())
			continue
		}
		uids = append(uids, msg.UID)
	}
	return uids, s.wire.failure()
}
