package sasl

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	gosasl "github.com/emersion/go-sasl"

	"github.com/imapcompat/imapcompat/backend"
)

// Concealed are the secrets of a login, which are taken out of what the server says: some
// quote in an error what they were sent, as it is, cut, or encoded. The zero value has
// none. Text may be called from several goroutines after a Text that followed the last
// Add.
type Concealed struct {
	secrets []string
	stale   bool     // what follows lacks the newest secrets
	short   []string // forms of secrets too short to have pieces, the longest first
	pieces  []uint64 // all pieces of the others, in order
}

const (
	// minConcealed is the shortest secret that is taken out, in octets. Without shorter
	// ones a text could not be read any more, and what is missing could be guessed.
	minConcealed = 4
	// pieceLength is the length of the shortest piece of a secret that is taken out, in
	// octets. A piece fits into a uint64.
	pieceLength = 8
)

// Add adds secrets, and what was made of them to be sent.
func (c *Concealed) Add(secrets ...string) {
	for _, s := range secrets {
		if len(s) >= minConcealed && !slices.Contains(c.secrets, s) {
			c.secrets, c.stale = append(c.secrets, s), true
		}
	}
}

// AddResponse adds a response of a mechanism of which no more is known: as it is, as
// it is sent, and in the parts that control characters and blanks make of it, one of
// which is the password or token.
func (c *Concealed) AddResponse(response []byte) {
	text := string(response)
	c.Add(text, base64.StdEncoding.EncodeToString(response))
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r < ' ' }) {
		c.Add(part)
		c.Add(strings.Fields(part)...)
	}
}

// compile makes of the secrets what Text looks for.
func (c *Concealed) compile() {
	if !c.stale {
		return
	}
	c.stale, c.short, c.pieces = false, nil, nil
	for _, secret := range c.secrets {
		for _, form := range forms(secret) {
			switch {
			case len(form) >= pieceLength:
				c.pieces = appendPieces(c.pieces, form)
			case len(form) >= minConcealed:
				c.short = append(c.short, string(lowered(form)))
			}
		}
	}
	slices.Sort(c.pieces)
	c.pieces = slices.Compact(c.pieces)
	// The longest first: one may be in another.
	slices.SortFunc(c.short, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
}

// forms are a secret and what servers, proxies and logs make of one: hexadecimal digits,
// the escapes of URLs, and base64, also in the middle of something longer.
func forms(secret string) []string {
	digits := hex.EncodeToString([]byte(secret))
	list := []string{secret, digits, url.QueryEscape(secret), url.PathEscape(secret)}
	var escaped strings.Builder
	for i := 0; i < len(digits); i += 2 {
		escaped.WriteString("%" + digits[i:i+2])
	}
	list = append(list, escaped.String())
	for before := range 3 {
		list = append(list, base64Within(base64.RawStdEncoding, secret, before), base64Within(base64.RawURLEncoding, secret, before))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// base64Within is the part of a longer text in base64 that depends on the secret in it
// only, of which that many octets modulo 3 are before it.
func base64Within(encoding *base64.Encoding, secret string, before int) string {
	encoded := encoding.EncodeToString(append(make([]byte, before), secret...))
	const octet, digit = 8, 6 // bits
	first := (before*octet + digit - 1) / digit
	last := (before + len(secret)) * octet / digit
	return encoded[min(first, last):last]
}

// appendPieces appends all pieces of a form.
func appendPieces(pieces []uint64, form string) []uint64 {
	var piece uint64
	for i := range len(form) {
		piece = piece<<8 | uint64(lower(form[i]))
		if i >= pieceLength-1 {
			pieces = append(pieces, piece)
		}
	}
	return pieces
}

// lower makes a letter of ASCII a small one: the digits of hexadecimal numbers are
// written in either case, and some servers change that of what they quote.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// lowered works on octets: a password need not be UTF-8.
func lowered(s string) []byte {
	octets := []byte(s)
	for i, c := range octets {
		octets[i] = lower(c)
	}
	return octets
}

// replaceFold takes a form out of a text, whatever the case of the letters of ASCII. The
// form has small ones.
func replaceFold(text, form string) string {
	folded := lowered(text)
	var out strings.Builder
	for {
		i := bytes.Index(folded, []byte(form))
		if i < 0 {
			return out.String() + text
		}
		out.WriteString(text[:i] + concealment)
		text, folded = text[i+len(form):], folded[i+len(form):]
	}
}

// concealment stands for what was taken out.
const concealment = "..."

// Text is a text without the secrets. It takes a time that grows with the length of the
// text, whatever is in it.
func (c *Concealed) Text(text string) string {
	c.compile()
	for _, s := range c.short {
		text = replaceFold(text, s)
	}
	if len(c.pieces) == 0 {
		return text
	}
	var out strings.Builder
	var piece uint64
	done, from, to := 0, 0, 0 // text[from:to] is to be taken out; what is before done is dealt with
	for i := range len(text) {
		piece = piece<<8 | uint64(lower(text[i]))
		if i < pieceLength-1 {
			continue
		}
		if _, found := slices.BinarySearch(c.pieces, piece); !found {
			continue
		}
		if start := i - pieceLength + 1; start > to || to == 0 {
			if to > 0 {
				out.WriteString(text[done:from] + concealment)
				done = to
			}
			from = start
		}
		to = i + 1
	}
	if to == 0 {
		return text
	}
	return out.String() + text[done:from] + concealment + text[to:]
}

// Status is Text of what follows the name of a status response. The name of a code that
// decides what a program does stays: it may be a piece of the secret by chance.
func (c *Concealed) Status(text string) string {
	code := backend.CodeOf(text)
	if _, decides := verdicts[code]; !decides && code != "ALERT" {
		return c.Text(text)
	}
	end := len("[") + len(code)
	return text[:end] + c.Text(text[end:])
}

// Secret is the token that a client logs in with, "" when it is one with a password.
func Secret(client gosasl.Client) string {
	if o, ok := client.(*oauth); ok {
		return o.secret
	}
	return ""
}
