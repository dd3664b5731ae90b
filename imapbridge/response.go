package imapbridge

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

const (
	// maxLine bounds a response without its literals. The SEARCH response for a million
	// messages is a line of 7 MB.
	maxLine = 16 << 20
	// maxLiterals limits the literals of a response that is not a FETCH.
	maxLiterals = 1 << 20
	// usualRest is room for what follows a literal.
	usualRest = 64
	// maxPassed bounds a literal that is not held in memory. c-client has the same bound
	// for every literal. maxPasses bounds the number of such literals in a response.
	maxPassed = 1<<31 - 2
	maxPasses = maxSections
)

// response is one response of the server, with its literals and its final CRLF, as
// received.
type response struct {
	raw    []byte
	tag    string    // "*", "+" or a command's tag
	num    int       // in "* 12 FETCH"; -1 when there is none
	caller int       // the caller's number of a FETCH, as of its arrival; 0 if there is no such message
	nums   numbering // maps a list of message numbers, as of its arrival
	name   string    // in upper case: OK, FETCH, EXISTS …; "" after "+"
	rest   []byte    // what follows the name and a space

	// A literal that is not held in memory is replaced: by "" when it was diverted, and by
	// NIL when it is too large.
	tooLarge bool
	passed   int // octets of these literals
}

// divert returns where a literal of a FETCH is written, or nil for memory. It gets the
// response so far, and its octets before the literal.
type divert func(resp *response, before []byte) io.Writer

// readResponse reads one response. limit bounds all literals of a FETCH in memory together.
// elsewhere may divert literals, and is nil while no FETCH command waits for an answer. If
// it is not nil, a literal above the limit is skipped; otherwise it is an error. A response
// without literals is usually valid only until r is read again.
func readResponse(r *bufio.Reader, limit int, elsewhere divert) (response, error) {
	raw, err := readLine(r)
	if err != nil {
		return response{}, err
	}
	resp := parseResponse(raw)
	if !resp.mayHaveLiterals() {
		return resp, nil
	}
	size, ok := resp.announces(raw)
	if !ok {
		return resp, nil
	}
	if resp.name != "FETCH" {
		limit, elsewhere = maxLiterals, nil
	}
	return readLiterals(r, resp, size, limit, elsewhere)
}

// readLiterals reads the rest of a response whose first line announces a literal.
func readLiterals(r *bufio.Reader, resp response, size, limit int, elsewhere divert) (response, error) {
	var err error
	raw := resp.raw
	behindName := len(trimLineEnd(raw)) - len(resp.rest)
	raw = append(make([]byte, 0, len(raw)+min(size, dial.FirstRoom)+usualRest), raw...)
	for ok, literals, passes := true, 0, 0; ok; {
		var w io.Writer
		if elsewhere != nil {
			w = elsewhere(&resp, raw[:literalStart(raw)])
		}
		switch tooLarge := size > limit-literals; {
		case w == nil && !tooLarge:
			literals += size
			raw, err = appendExactly(raw, r, size)
		case elsewhere == nil || size > maxPassed || passes == maxPasses:
			return response{}, &backend.Error{Kind: backend.ErrTooLarge,
				Text: "Absurd server literal length " + strconv.Itoa(size)}
		default:
			raw, err = resp.pass(raw, r, size, w)
			passes++
		}
		if err != nil {
			return response{}, err
		}
		start := len(raw)
		if raw, err = appendLine(raw, r); err != nil {
			return response{}, err
		}
		size, ok = resp.announces(raw[start:])
	}
	// A literal may end with line breaks.
	resp.raw, resp.rest = raw, bytes.TrimSuffix(raw, []byte("\n"))[behindName:]
	return resp, nil
}

// pass writes a literal to w, or discards it if w is nil, and puts a short value in its
// place.
func (resp *response) pass(raw []byte, r io.Reader, size int, w io.Writer) ([]byte, error) {
	instead := `""`
	if w == nil {
		w, instead, resp.tooLarge = io.Discard, "NIL", true
	}
	resp.passed += size
	raw = append(raw[:literalStart(raw)], instead...)
	// A short text is written by one Write, as in c-client.
	writer, giveBack := lendWriter(w)
	defer giveBack()
	_, err := io.CopyN(writer, r, int64(size))
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return raw, cmp.Or(err, writer.Flush())
}

// literalStart returns the index of the literal that ends a line.
func literalStart(line []byte) int { return bytes.LastIndexByte(line, '{') }

// octets returns how many octets were received for a response.
func (resp *response) octets() int { return len(resp.raw) + resp.passed }

// readLine reads a line with its line end. The result is in r's buffer if it fits.
func readLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	switch {
	case err == bufio.ErrBufferFull:
		return appendLine(bytes.Clone(line), r)
	case err == io.EOF && len(line) > 0:
		return nil, io.ErrUnexpectedEOF
	}
	return line, err
}

// appendLine appends a line with its line end, and reserves room for the literal that it
// announces.
func appendLine(dst []byte, r *bufio.Reader) ([]byte, error) {
	start := len(dst)
	for {
		part, err := r.ReadSlice('\n')
		room := len(part)
		if size, ok := literalAtEnd(part); ok {
			room += min(size, dial.FirstRoom) + usualRest
		}
		dst = append(slices.Grow(dst, room), part...)
		if err == nil {
			return dst, nil
		}
		if err != bufio.ErrBufferFull {
			if err == io.EOF && len(dst) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		if len(dst)-start > maxLine {
			return nil, &backend.Error{Kind: backend.ErrTooLarge, Text: "Response line too long"}
		}
	}
}

// appendExactly appends n bytes of r.
func appendExactly(dst []byte, r io.Reader, n int) ([]byte, error) {
	for n > 0 {
		step := dial.Room(len(dst), n)
		start := len(dst)
		if room := start + step + usualRest; cap(dst) < room {
			dst = append(dial.Uncleared(room), dst...)
		}
		dst = dst[:start+step]
		if _, err := io.ReadFull(r, dst[start:]); err != nil {
			return nil, err
		}
		n -= step
	}
	return dst, nil
}

// literalAtEnd returns the size of the literal that a line announces at its end.
func literalAtEnd(line []byte) (size int, ok bool) {
	line = trimLineEnd(line)
	if len(line) == 0 || line[len(line)-1] != '}' {
		return 0, false
	}
	open := bytes.LastIndexByte(line, '{')
	if open < 0 {
		return 0, false
	}
	digits := bytes.TrimSuffix(line[open+1:len(line)-1], []byte("+"))
	size, err := parseNumber(digits)
	return size, err == nil
}

// announces is literalAtEnd for a line of the response. Outside FETCH, a brace within a
// word announces no literal: some servers do not quote a mailbox name such as "a{3}".
func (r *response) announces(line []byte) (size int, ok bool) {
	if size, ok = literalAtEnd(line); !ok || r.name == "FETCH" {
		return size, ok
	}
	start := literalStart(line)
	return size, start == 0 || !isAlphanumeric(line[start-1])
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// parseNumber reads a number of RFC 9051, which has only digits. More than 18 digits are an
// error. A number that overflows int is the largest int.
func parseNumber(b []byte) (int, error) {
	if len(b) == 0 || len(b) > 18 {
		return 0, strconv.ErrRange
	}
	n := int64(0)
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, strconv.ErrSyntax
		}
		n = n*10 + int64(c-'0')
	}
	return int(min(n, math.MaxInt)), nil
}

func parseResponse(raw []byte) response {
	resp := response{raw: raw, num: -1}
	tag, rest := cutWord(trimLineEnd(raw))
	resp.tag, resp.rest = string(tag), rest
	if resp.tag == "+" {
		return resp
	}
	word, rest := cutWord(rest)
	if n, err := parseNumber(word); err == nil && resp.tag == "*" {
		resp.num = n
		word, rest = cutWord(rest)
	}
	resp.name, resp.rest = upper(word), rest
	if resp.name == "STORE" && resp.num >= 0 { // before RFC 2060
		resp.name = "FETCH"
	}
	return resp
}

// cutWord returns the first word of a line, and what follows the blank after it. Like
// c-client, it skips blanks before the word.
func cutWord(line []byte) (word, rest []byte) {
	for len(line) > 0 && line[0] == ' ' {
		line = line[1:]
	}
	word, rest, _ = bytes.Cut(line, []byte(" "))
	return word, rest
}

// answers reports whether a response is the tagged response of a command. It ignores the
// case of the tag, which some servers change. A line with only the tag is no response.
func (r *response) answers(tag string) bool {
	return tag != "" && r.name != "" && strings.EqualFold(r.tag, tag)
}

func trimLineEnd(line []byte) []byte {
	end := len(line)
	for end > 0 && (line[end-1] == '\n' || line[end-1] == '\r') {
		end--
	}
	return line[:end]
}

// upper returns a protocol word in upper case.
func upper(word []byte) string {
	if known, ok := knownWords[string(word)]; ok {
		return known // without allocating
	}
	return strings.ToUpper(string(word))
}

// knownWords are the words in the responses for messages, in the usual spelling, and the
// section that an envelope needs.
var knownWords = wordSet(
	"OK", "FETCH", "UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY", "BODYSTRUCTURE", "NIL",
	"HEADER", "TEXT", headerFields, strings.ToUpper(headerFields),
	`\Seen`, `\Answered`, `\Flagged`, `\Deleted`, `\Draft`, `\Recent`,
)

func wordSet(words ...string) map[string]string {
	set := make(map[string]string)
	for _, w := range words {
		set[w] = strings.ToUpper(w)
	}
	return set
}

// text returns what follows the "+" of a continuation request.
func (r *response) text() string { return string(r.rest) }

// mayHaveLiterals reports whether the response's syntax allows strings. It does not in the
// text of a status response or of a continuation request, in numbers, in flags, and in
// capability names.
func (r *response) mayHaveLiterals() bool {
	switch r.name {
	case "CAPABILITY", "ENABLED", "EXISTS", "EXPUNGE", "FLAGS", "RECENT", "SEARCH", "SORT", "THREAD", "VANISHED":
		return false
	}
	return r.tag == "*" && !r.isStatus()
}

// isUntagged reports whether it is an untagged response of this name.
func (r *response) isUntagged(name string) bool { return r.tag == "*" && r.name == name }

// isStatus reports whether it is a status response (RFC 9051 section 7.1).
func (r *response) isStatus() bool {
	switch r.name {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		return true
	}
	return false
}

// code returns the name of the response code of a status response, in upper case, and its
// arguments. The name is "" when there is no code.
func (r *response) code() (name string, args []byte) {
	if !r.isStatus() || len(r.rest) == 0 || r.rest[0] != '[' {
		return "", nil
	}
	end := bytes.IndexByte(r.rest, ']')
	if end < 0 {
		return "", nil
	}
	word, args, _ := bytes.Cut(r.rest[1:end], []byte(" "))
	return upper(word), args
}
