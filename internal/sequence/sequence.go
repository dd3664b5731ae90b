package sequence

import (
	"math"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// Numbers parses a set of message numbers. messages is the number of messages in the mailbox. An
// error is a [*backend.Error] that matches [backend.ErrInvalidArgument].
func Numbers(s string, messages int) (backend.Set, error) {
	p := parser{
		rest: s, star: messages, last: messages,
		noNumber: "Syntax error in sequence", badFirst: "Sequence out of range",
		badLast: "Sequence range invalid", afterRange: "Sequence range syntax error",
		afterNumber: "Sequence syntax error",
	}
	if messages == 0 {
		p.noStar = "No messages, so no maximum message number"
	}
	return p.set(false)
}

// UIDs parses a set of UIDs. last is the UID of the last message, the value of "*", or 0 in an
// empty mailbox. It returns the same errors as [Numbers].
func UIDs(s string, last int) (backend.Set, error) {
	p := parser{
		rest: s, star: last, last: beyond,
		noNumber: "Syntax error in sequence", badFirst: "UID may not be zero",
		badLast: "UID sequence range invalid", afterRange: "UID sequence range syntax error",
		afterNumber: "UID sequence syntax error",
	}
	set, err := p.set(true)
	if err != nil || last == 0 {
		return backend.Set{UID: true}, err
	}
	return set, nil
}

// ServerNumbers parses a set of message numbers for an IMAP server; "*" is [backend.Max]. It
// returns the same errors as [Numbers].
func ServerNumbers(s string) (backend.Set, error) { return forServer(s, false) }

// ServerUIDs is [ServerNumbers] for UIDs.
func ServerUIDs(s string) (backend.Set, error) { return forServer(s, true) }

func forServer(s string, uid bool) (backend.Set, error) {
	p := parser{
		rest: strings.Trim(s, " "), star: backend.Max, last: highest, strict: true,
		noNumber: "Syntax error in sequence", badFirst: "Sequence out of range",
		badLast: "Sequence range invalid", afterRange: "Sequence range syntax error",
		afterNumber: "Sequence syntax error",
	}
	if p.rest == "" {
		return backend.Set{}, invalid(p.noNumber)
	}
	return p.set(uid)
}

func invalid(text string) error {
	return &backend.Error{Kind: backend.ErrInvalidArgument, Text: text}
}

// parser parses a set in one dialect, with its error texts.
type parser struct {
	rest   string
	star   int    // value of "*"
	noStar string // error for "*", or "" if it is allowed
	last   int    // the highest number
	strict bool   // no blanks and sign in a range, as in RFC 9051

	noNumber    string // a number is missing
	badFirst    string // a number is 0 or too high
	badLast     string // the end of a range is 0 or too high
	afterNumber string // something unknown follows a number
	afterRange  string // something unknown follows a range
}

func (p *parser) set(uid bool) (backend.Set, error) {
	ranges := make([]backend.Range, 0, 1+strings.Count(p.rest, ","))
	for p.rest != "" {
		r, err := p.item()
		if err != nil {
			return backend.Set{}, err
		}
		if r.Last == beyond {
			r.Last = highest
		}
		if r.First != beyond {
			ranges = append(ranges, r)
		}
	}
	return backend.Set{UID: uid, Ranges: normal(ranges)}, nil
}

// item parses a number or range and the comma after it.
func (p *parser) item() (backend.Range, error) {
	first, err := p.first()
	if err != nil {
		return backend.Range{}, err
	}
	last, unknown := first, p.afterNumber
	if p.take(":") {
		unknown = p.afterRange
		if last, err = p.end(); err != nil {
			return backend.Range{}, err
		}
	}
	if p.rest != "" && !p.take(",") {
		return backend.Range{}, invalid(unknown)
	}
	return backend.Range{First: min(first, last), Last: max(first, last)}, nil
}

func (p *parser) first() (int, error) {
	if p.take("*") {
		return p.maximum()
	}
	if p.rest == "" || !isDigit(p.rest[0]) {
		return 0, invalid(p.noNumber)
	}
	return p.number(p.badFirst)
}

func (p *parser) end() (int, error) {
	if p.take("*") {
		return p.maximum()
	}
	if !p.strict { // as C's strtoul does
		p.rest = strings.TrimLeft(p.rest, " \t\n\v\f\r")
		p.take("+")
	}
	return p.number(p.badLast)
}

func (p *parser) maximum() (int, error) {
	if p.noStar != "" {
		return 0, invalid(p.noStar)
	}
	return p.star, nil
}

// highest is the highest message number or UID.
const highest = backend.Max - 1

// beyond replaces a number of more than 32 bits. No message has it, and it must not equal
// [backend.Max].
const beyond = math.MaxInt

func (p *parser) number(failure string) (int, error) {
	wide, length := int64(0), 0
	for length < len(p.rest) && isDigit(p.rest[length]) {
		wide = min(10*wide+int64(p.rest[length]-'0'), math.MaxUint32+1)
		length++
	}
	p.rest = p.rest[length:]
	n := beyond
	if wide <= math.MaxUint32 {
		n = int(min(wide, highest))
	}
	if n == 0 || n > p.last {
		return 0, invalid(failure)
	}
	return n, nil
}

func (p *parser) take(token string) bool {
	rest, ok := strings.CutPrefix(p.rest, token)
	p.rest = rest
	return ok
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// normal sorts ranges and merges those that touch, in place.
func normal(ranges []backend.Range) []backend.Range {
	slices.SortFunc(ranges, func(a, b backend.Range) int { return a.First - b.First })
	merged := ranges[:0]
	for _, r := range ranges {
		if n := len(merged); n > 0 && r.First <= merged[n-1].Last+1 {
			merged[n-1].Last = max(merged[n-1].Last, r.Last)
		} else {
			merged = append(merged, r)
		}
	}
	return merged
}
