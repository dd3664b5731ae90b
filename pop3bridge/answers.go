package pop3bridge

import (
	"math"
	"strings"
)

// parseNumber reads the digits at the beginning of s as c-client does. It returns 0 when
// there are none, and limit when the number is higher.
func parseNumber(s string, limit int) (n int, rest string) {
	i := 0
	for ; i < len(s) && '0' <= s[i] && s[i] <= '9'; i++ {
		n = int(min(10*int64(n)+int64(s[i]-'0'), int64(limit)))
	}
	return n, s[i:]
}

const (
	// maxMessages bounds a maildrop, because memory for all messages that STAT announces is
	// allocated.
	maxMessages = 1 << 20
	// maxSize is the largest size that fits both a JSON number and an int.
	maxSize = min(1<<53-1, math.MaxInt)
	// maxUniqueID bounds a unique-id, in octets. RFC 1939 section 7 allows 70, and servers send
	// more.
	maxUniqueID = 1024
)

// parseSTAT reads the number of messages in the answer to STAT.
func parseSTAT(text string) (messages int) {
	messages, _ = parseNumber(strings.TrimLeft(text, " "), maxMessages+1)
	return messages
}

// parseLIST reads a scan listing (RFC 1939 section 5). A number is 0 if it is missing.
func parseLIST(line string) (num, size int) {
	num, rest := parseNumber(line, maxMessages+1)
	size, _ = parseNumber(strings.TrimLeft(rest, " "), maxSize)
	return num, size
}

// parseUIDL reads a unique-id listing (RFC 1939 section 7). The unique-id may have any octets
// but control characters, also blanks within: two ids that differ behind a blank must not
// become one. It is "" if it is missing, too long or has control characters.
func parseUIDL(line string) (num int, id string) {
	num, rest := parseNumber(line, maxMessages+1)
	id = strings.Trim(rest, " \t")
	isControl := func(c rune) bool { return c < ' ' || c == 0x7f }
	if id == rest || len(id) > maxUniqueID || strings.ContainsFunc(id, isControl) {
		return num, ""
	}
	return num, id
}

// capabilities is the answer to CAPA (RFC 2449).
type capabilities struct {
	capa       bool // the server supports CAPA
	stls       bool
	pipelining bool
	top        bool
	user       bool
	sasl       []string // upper case, in the server's order
}

// parseCAPA reads the lines of a capability list. It ignores case.
func parseCAPA(lines []string) capabilities {
	caps := capabilities{capa: true}
	for _, line := range lines {
		words := strings.Fields(strings.ToUpper(line))
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "STLS":
			caps.stls = true
		case "PIPELINING":
			caps.pipelining = true
		case "TOP":
			caps.top = true
		case "USER":
			caps.user = true
		case "SASL":
			caps.sasl = append(caps.sasl, words[1:]...)
		}
	}
	return caps
}
