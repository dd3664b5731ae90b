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
	// maxLine limits a response without its literals. A SEARCH of a million messages is a line
	// of 7 MB.
	maxLine = 16 << 20
	// maxLiterals limits the literals of a response that is not a FETCH.
	maxLiterals = 1 << 20
	// usualRest is room for what follows a literal.
	usualRest = 64
	// maxPassed limits a literal that is not held in memory, as c-client limits every literal.
	// maxPasses limits their number in a response.
	maxPassed = 1<<31 - 2
	maxPasses = maxSections
)

// response is a response of the server with its literals and last CRLF, as received.
type response struct {
	raw    []byte
	tag    string    // "*", "+" or the tag of a command
	num    int       // the 12 of "* 12 FETCH", or -1
	caller int       // the caller's number of a FETCH, as of its arrival; 0 if there is no such message
	nums   numbering // for a list of message numbers, as of its arrival
	name   string    // in upper case: OK, FETCH, EXISTS …; "" after "+"
	rest   []byte    // what follows the name and a space

	// A literal that is not held in memory is "" if it was diverted, and NIL if it is too
	// large.
	tooLarge bool
	passed   int // octets of these literals
}

// divert returns where a literal of a FETCH goes, given the response so far and what precedes
// the literal. nil means memory.
type divert func(resp *response, before []byte) io.Writer

// readResponse reads one response. limit applies to all literals of a FETCH in memory together.
// elsewhere receives other literals; it is nil while no command waits for a FETCH. Literals
// that exceed the limit are skipped. A response without literals is normally valid until the
// next read.
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
	// A literal may end in line breaks of its own.
	resp.raw, resp.rest = raw, bytes.TrimSuffix(raw, []byte("\n"))[behindName:]
	return resp, nil
}

// pass copies a literal to w, or skips it if w is nil, and puts a string in its place.
func (resp *response) pass(raw []byte, r io.Reader, size int, w io.Writer) ([]byte, error) {
	instead := `""`
	if w == nil {
		w, instead, resp.tooLarge = io.Discard, "NIL", true
	}
	resp.passed += size
	raw = append(raw[:literalStart(raw)], instead...)
	// A short text is one Write, as in c-client.
	writer, giveBack := lendWriter(w)
	defer giveBack()
	_, err := io.CopyN(writer, r, int64(size))
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return raw, cmp.Or(err, writer.Flush())
}

// literalStart returns the start of the literal announcement at the end of a line.
func literalStart(line []byte) int { return bytes.LastIndexByte(line, '{') }

// octets returns the octets that a response took on the network.
func (resp *response) octets() int { return len(resp.raw) + resp.passed }

// readLine reads a line with its line end, in r's own buffer if it fits.
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

// appendLine appends a line with its line end, and reserves space for the literal that it
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

// announces is literalAtEnd for a line of the response. A brace within a word does not begin a
// literal: some servers do not quote a mailbox name such as "a{3}".
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

// parseNumber reads a number of RFC 9051: digits only. A number above the largest int is the
// largest int.
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

// cutWord returns the first word of a line, and what follows the blank after it. Like c-client
// it skips blanks before the word.
func cutWord(line []byte) (word, rest []byte) {
	for len(line) > 0 && line[0] == ' ' {
		line = line[1:]
	}
	word, rest, _ = bytes.Cut(line, []byte(" "))
	return word, rest
}

// answers reports whether a response is the tagged one of a command. Some servers change the
// case of the tag. A line with only the tag answers nothing.
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

// upper returns a word of the protocol in upper case.
func upper(word []byte) string {
	if known, ok := knownWords[string(word)]; ok {
		return known // the one string for all
	}
	return strings.ToUpper(string(word))
}

// knownWords are words that come with messages, in the spelling of servers, and the section
// that an envelope needs.
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

// mayHaveLiterals reports whether the syntax of the response contains strings. The text of a
// status response or continuation request does not, whatever it ends in, nor do numbers, flags
// and names of capabilities.
func (r *response) mayHaveLiterals() bool {
	switch r.name {
	case "CAPABILITY", "ENABLED", "EXISTS", "EXPUNGE", "FLAGS", "RECENT", "SEARCH", "SORT", "THREAD", "VANISHED":
		return false
	}
	return r.tag == "*" && !r.isStatus()
}

// isUntagged reports whether the response is untagged and has the name.
func (r *response) isUntagged(name string) bool { return r.tag == "*" && r.name == name }

// isStatus reports whether the response is a status response (RFC 9051 section 7.1).
func (r *response) isStatus() bool {
	switch r.name {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		return true
	}
	return false
}

// code returns the response code of a status response: its name in upper case, or "", and its
// arguments.
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
