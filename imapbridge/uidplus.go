package imapbridge

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/imapcompat/imapcompat/backend"
)

var (
	_ backend.UIDCopier   = (*Session)(nil)
	_ backend.UIDAppender = (*Session)(nil)
)

// CopyUIDs implements [backend.UIDCopier] with the response code COPYUID (RFC 4315 section
// 3).
func (s *Session) CopyUIDs(ctx context.Context, set backend.Set, mailbox string) (backend.CopiedUIDs, error) {
	return s.hearUIDs("COPYUID", func() error { return s.Copy(ctx, set, mailbox) })
}

// MoveUIDs implements [backend.UIDCopier] with the response code COPYUID (RFC 6851 section
// 4.3).
func (s *Session) MoveUIDs(ctx context.Context, set backend.Set, mailbox string) (backend.CopiedUIDs, error) {
	return s.hearUIDs("COPYUID", func() error { return s.Move(ctx, set, mailbox) })
}

// AppendUID implements [backend.UIDAppender] with the response code APPENDUID.
func (s *Session) AppendUID(ctx context.Context, mailbox string, msg backend.NewMessage) (uidValidity uint32, uid int, err error) {
	told, err := s.hearUIDs("APPENDUID", func() error { return s.Append(ctx, mailbox, msg) })
	if len(told.Runs) != 1 || told.Runs[0].N != 1 || err != nil {
		return 0, 0, err
	}
	return told.UIDValidity, told.Runs[0].Copy, nil
}

// needUIDPLUS returns an error when the server lacks UIDPLUS, which IMAP4rev2 includes.
func (s *Session) needUIDPLUS() error {
	if err := s.closed(); err != nil {
		return err
	}
	if !s.caps["UIDPLUS"] && !s.caps["IMAP4REV2"] {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "Server has no UIDPLUS"}
	}
	return nil
}

// maxUIDRanges bounds the UID ranges in a response code. A range takes two octets on the
// wire and forty times as many in memory.
const maxUIDRanges = 1 << 20

// hearUIDs calls do, which may send several commands, and returns the UIDs that the server
// reported in a response code.
func (s *Session) hearUIDs(code string, do func() error) (backend.CopiedUIDs, error) {
	if err := s.needUIDPLUS(); err != nil {
		return backend.CopiedUIDs{}, err
	}
	return s.anyUIDs(code, do)
}

// anyUIDs is hearUIDs from a server that may tell none.
func (s *Session) anyUIDs(code string, do func() error) (backend.CopiedUIDs, error) {
	told := &toldUIDs{code: code, limit: min(max(s.messages(), 1), maxUIDRanges)}
	s.setUIDs(told)
	defer s.setUIDs(nil)
	err := do()
	return told.result(), err
}

func (s *Session) setUIDs(told *toldUIDs) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uids = told
}

// observeUIDs records a COPYUID or APPENDUID. One that does not parse discards all UIDs of
// the call, because the others may be wrong too. The caller holds s.mu.
func (s *Session) observeUIDs(code string, args []byte) {
	if s.uids == nil || s.uids.code != code || s.uids.take(args) {
		return
	}
	*s.uids = toldUIDs{}
	s.odd(code + " response code that makes no sense")
}

// toldUIDs collects the UIDs of copies.
type toldUIDs struct {
	code  string // COPYUID or APPENDUID, "" when no more is collected
	limit int    // bound of the UID ranges, since no message is copied twice
	uids  backend.CopiedUIDs
}

// take adds the UIDs of a response code, and reports whether it parses.
func (t *toldUIDs) take(args []byte) bool {
	words := bytes.Fields(args)
	if t.code == "APPENDUID" && len(words) > 0 { // as a COPYUID of one message with any UID
		words = slices.Insert(words, 1, []byte("1"))
	}
	if len(words) != 3 {
		return false
	}
	validity, err := strconv.ParseUint(string(words[0]), 10, 32)
	if err != nil || validity == 0 || t.uids.UIDValidity != 0 && t.uids.UIDValidity != uint32(validity) {
		return false
	}
	sources, ok := parseUIDs(words[1], t.limit)
	copies, alsoOK := parseUIDs(words[2], t.limit)
	if !ok || !alsoOK {
		return false
	}
	runs, ok := pair(sources, copies)
	if !ok || len(t.uids.Runs)+len(runs) > 2*t.limit {
		return false
	}
	t.uids = backend.CopiedUIDs{UIDValidity: uint32(validity), Runs: append(t.uids.Runs, runs...)}
	return true
}

func (t *toldUIDs) result() backend.CopiedUIDs {
	slices.SortStableFunc(t.uids.Runs, func(a, b backend.UIDRun) int { return cmp.Compare(a.Source, b.Source) })
	return t.uids
}

// parseUIDs reads a uid-set of at most limit ranges. "4:2" means "2:4", and "*" is not
// allowed (RFC 4315 section 4).
func parseUIDs(b []byte, limit int) (ranges []backend.Range, ok bool) {
	if bytes.Count(b, []byte(",")) >= limit {
		return nil, false
	}
	for word := range bytes.SplitSeq(b, []byte(",")) {
		from, to, isRange := bytes.Cut(word, []byte(":"))
		if !isRange {
			to = from
		}
		first, err := parseNumber(from)
		last, alsoErr := parseNumber(to)
		if err != nil || alsoErr != nil || min(first, last) < 1 || max(first, last) >= backend.Max {
			return nil, false
		}
		ranges = append(ranges, backend.Range{First: min(first, last), Last: max(first, last)})
	}
	return ranges, true
}

// pair pairs two lists of UIDs. It fails when they have different lengths.
func pair(sources, copies []backend.Range) (runs []backend.UIDRun, ok bool) {
	for len(sources) > 0 && len(copies) > 0 {
		source, copied := &sources[0], &copies[0]
		n := min(source.Last-source.First, copied.Last-copied.First) + 1
		runs = append(runs, backend.UIDRun{Source: source.First, Copy: copied.First, N: n})
		if source.First += n; source.First > source.Last {
			sources = sources[1:]
		}
		if copied.First += n; copied.First > copied.Last {
			copies = copies[1:]
		}
	}
	return runs, len(sources) == 0 && len(copies) == 0
}
