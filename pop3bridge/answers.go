package pop3bridge

import (
	"math"
	"strings"
)

// parseNumber reads the digits at the beginning of s, which is what c-client
// takes for a number: none are 0. What is above the limit is the limit.
func parseNumber(s string, limit int) (n int, rest string) {
	i := 0
	for ; i < len(s) && '0' <= s[i] && s[i] <= '9'; i++ {
		n = int(min(10*int64(n)+int64(s[i]-'0'), int64(limit)))
	}
	return n, s[i:]
}

const (
	// maxMessages bounds a maildrop: the memory for that many messages is
	// taken on the word of STAT.
	maxMessages = 1 << 20
	// maxSize is what fits into a number of JSON, and into an int.
	maxSize = min(1<<53-1, math.MaxInt)
	// maxUniqueID is generous: RFC 1939 section 7 allows 70 octets.
	maxUniqueID = 1024
)

// parseSTAT reads the number of messages in the answer to STAT.
func parseSTAT(text string) (messages int) {
	messages, _ = parseNumber(strings.TrimLeft(text, " "), maxMessages+1)
	return messages
}

// parseLIST reads a scan listing (RFC 1939 section 5). Both numbers are above
// 0 when it is one.
func parseLIST(line string) (num, size int) {
	num, rest := parseNumber(line, maxMessages+1)
	size, _ = parseNumber(strings.TrimLeft(rest, " "), maxSize)
	return num, size
}

// parseUIDL reads a unique-id listing (RFC 1939 section 7). The number is
// above 0 when it is one.
func parseUIDL(line string) (num int, id string) {
	num, rest := parseNumber(line, maxMessages+1)
	words := strings.Fields(rest)
	if len(words) == 0 || len(words[0]) > maxUniqueID {
		return 0, ""
	}
	return num, words[0]
}

// capabilities are the answer to CAPA (RFC 2449).
type capabilities struct {
	capa       bool // the server knows the command
	stls       bool
	pipelining bool
	top        bool
	user       bool
	sasl       []string // upper case, in the server's order
}

// parseCAPA reads the lines of a capability list. Names do not depend on case.
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
