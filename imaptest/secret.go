package imaptest

import (
	"bytes"
	"regexp"
	"slices"
)

// credentials matches what comes before a password, a token or the digest of one.
var credentials = regexp.MustCompile(`(?i)^(?:\S+ LOGIN (?:(?:"[^"]*"|[^ "{]+) )?|\S+ AUTHENTICATE \S+ ?|AUTH \S+ ?|APOP \S+ |PASS )`)

// hidden stands for credentials in what is printed. Logs of tests are often public.
const hidden = "***"

// printable returns a line without credentials. The caller holds the server's mutex.
func (c *conn) printable(from byte, line []byte) []byte {
	if from == 'S' {
		c.secret = c.secret && (len(line) < 2 || bytes.HasPrefix(line, []byte("+ "))) // a continuation request
		return line
	}
	if c.secret {
		return []byte(hidden)
	}
	before := credentials.Find(line)
	if before == nil {
		return line
	}
	// Further lines follow after AUTHENTICATE, AUTH and literals.
	c.secret = bytes.HasSuffix(line, []byte("}")) || bytes.Contains(bytes.ToUpper(before), []byte("AUTH"))
	if len(before) == len(line) {
		return line
	}
	return append(slices.Clip(before), hidden...)
}
