package imapbridge

import (
	"bufio"
	"bytes"
	"io"
	"strconv"

	"github.com/imapcompat/imapcompat/backend"
)

const (
	// maxLine bounds a response without its literals. A SEARCH of a million
	// messages is a line of 7 MB.
	maxLine = 16 << 20
	// maxLiterals bounds the literals of a response that is not a FETCH.
	maxLiterals = 1 << 20
	// readStep is how much room is made at once for a literal, so that one
	// that is announced and not sent costs nothing.
	readStep = 64 << 10
)

// response is one response of the server, with its literals and its last CRLF,
// just as it was received.
type response struct {
	raw    []byte
	tag    string    // "*", "+" or a command's tag
	num    int       // of "* 12 FETCH"; -1 when there is none
	caller int       // the caller's number of a FETCH, as of its arrival; 0 if there is no such message
	nums   numbering // of a list of message numbers, as of its arrival
	name   string    // in upper case: OK, FETCH, EXISTS …; "" after "+"
	rest   []byte    // what follows the name and a space
}

// readResponse reads one response. limit bounds all literals of a FETCH
// together.
func readResponse(r *bufio.Reader, limit int) (*response, error) {
	raw, err := appendLine(nil, r)
	if err != nil {
		return nil, err
	}
	resp := parseResponse(raw)
	if !resp.mayHaveLiterals() {
		return resp, nil
	}
	if resp.name != "FETCH" {
		limit = maxLiterals
	}
	literals := 0
	for line := raw; ; {
		size, ok := literalAtEnd(line)
		if !ok {
			break
		}
		if literals += size; size > limit || literals > limit {
			return nil, &backend.Error{Kind: backend.ErrTooLarge,
				Text: "Absurd server literal length " + strconv.Itoa(size)}
		}
		if raw, err = appendExactly(raw, r, size); err != nil {
			return nil, err
		}
		start := len(raw)
		if raw, err = appendLine(raw, r); err != nil {
			return nil, err
		}
		line = raw[start:]
	}
	return parseResponse(raw), nil
}

// appendLine appends a line with its line end.
func appendLine(dst []byte, r *bufio.Reader) ([]byte, error) {
	start := len(dst)
	for {
		part, err := r.ReadSlice('\n')
		dst = append(dst, part...)
		if err == nil {
			return dst, nil
		}
		if err != bufio.ErrBufferFull {
			if err == io.EOF && len(dst) > start {
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
		step := min(n, max(readStep, len(dst)))
		start := len(dst)
		dst = append(dst, make([]byte, step)...)
		if _, err := io.ReadFull(r, dst[start:]); err != nil {
			return nil, err
		}
		n -= step
	}
	return dst, nil
}

// literalAtEnd reports the size of the literal that line announces at its end.
func literalAtEnd(line []byte) (size int, ok bool) {
	line = bytes.TrimRight(line, "\r\n")
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

// parseNumber reads a number of RFC 9051: digits only, at most 63 bits.
func parseNumber(b []byte) (int, error) {
	if len(b) == 0 || len(b) > 18 {
		return 0, strconv.ErrRange
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, strconv.ErrSyntax
		}
		n = n*10 + int(c-'0')
	}
	return n, nil
}

func parseResponse(raw []byte) *response {
	resp := &response{raw: raw, num: -1}
	line := bytes.TrimRight(raw, "\r\n")
	tag, rest, _ := bytes.Cut(line, []byte(" "))
	resp.tag, resp.rest = string(tag), rest
	if resp.tag == "+" {
		return resp
	}
	word, rest, _ := bytes.Cut(rest, []byte(" "))
	if n, err := parseNumber(word); err == nil && resp.tag == "*" {
		resp.num = n
		word, rest, _ = bytes.Cut(rest, []byte(" "))
	}
	resp.name, resp.rest = string(bytes.ToUpper(word)), rest
	return resp
}

// text is what follows the "+" of a continuation request.
func (r *response) text() string { return string(r.rest) }

// mayHaveLiterals reports whether the response's syntax has strings in it. The
// text of a status response or a continuation has not, whatever it ends in.
func (r *response) mayHaveLiterals() bool {
	return r.tag == "*" && !r.isStatus()
}

// isStatus reports a status response (RFC 9051 section 7.1).
func (r *response) isStatus() bool {
	switch r.name {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		return true
	}
	return false
}

// code is the response code of a status response, upper-case name and
// arguments, and "" when it has none.
func (r *response) code() (name string, args []byte) {
	if !r.isStatus() || len(r.rest) == 0 || r.rest[0] != '[' {
		return "", nil
	}
	end := bytes.IndexByte(r.rest, ']')
	if end < 0 {
		return "", nil
	}
	word, args, _ := bytes.Cut(r.rest[1:end], []byte(" "))
	return string(bytes.ToUpper(word)), args
}
