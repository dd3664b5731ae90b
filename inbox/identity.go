package inbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"hash"
	"strings"
)

// key returns the key of a new record: the same for the same place, so that a ledger that
// was lost and made anew gives the same keys.
func key(box, source, id string) string {
	sum := sha256.Sum256([]byte(box + "\x00" + source + "\x00" + id))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:15]))
}

// content digests a message's text in a form that all protocols have in common. Servers
// differ in line ends and in the line break at the end (Dovecot's POP3 adds one, its IMAP
// does not), and Dovecot's IMAP sends 0x80 in place of NUL, which IMAP cannot carry.
type content struct {
	hash   hash.Hash
	size   int64
	cr     bool // the last octet was a CR
	breaks int  // line breaks that are not digested yet
}

func newContent() *content { return &content{hash: sha256.New()} }

func contentOf(text []byte) string {
	c := newContent()
	c.Write(text)
	return c.String()
}

func (c *content) Write(p []byte) (int, error) {
	c.size += int64(len(p))
	for rest := p; len(rest) > 0; {
		line, after, ended := bytes.Cut(rest, []byte{'\n'})
		rest = after
		c.add(line)
		if ended {
			c.cr = false
			c.breaks++
		}
	}
	return len(p), nil
}

// add digests a piece of a line, and holds back a CR at its end.
func (c *content) add(piece []byte) {
	if len(piece) == 0 {
		return // a CR before it belongs to the line break
	}
	body := bytes.TrimSuffix(piece, []byte{'\r'})
	if len(body) > 0 || c.cr {
		c.release()
	}
	c.cr = len(body) < len(piece)
	piece = body
	if bytes.IndexByte(piece, 0) >= 0 {
		piece = bytes.ReplaceAll(piece, []byte{0}, []byte{0x80})
	}
	c.hash.Write(piece)
}

// release digests what was held back: more text follows.
func (c *content) release() {
	for ; c.breaks > 0; c.breaks-- {
		c.hash.Write([]byte{'\n'})
	}
	if c.cr {
		c.hash.Write([]byte{'\r'})
		c.cr = false
	}
}

// String returns the content's name. The digest goes on.
func (c *content) String() string {
	return "sha256:" + hex.EncodeToString(c.hash.Sum(nil))
}
