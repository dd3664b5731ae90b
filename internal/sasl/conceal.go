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

// Concealed has the secrets of a login, which it removes from the server's texts: some
// servers quote in an error what the client sent, whole, cut, or encoded. The zero value
// has no secrets. Several goroutines may call Text once it was called after the last Add.
type Concealed struct {
	secrets []string
	stale   bool     // short and pieces lack the newest secrets
	short   []string // forms of secrets shorter than pieceLength, the longest first
	pieces  []uint64 // all pieces of the longer forms, sorted
}

const (
	// minConcealed is the length of the shortest secret that is removed, in octets.
	// Removing shorter ones would make texts unreadable, and what is missing could be
	// guessed.
	minConcealed = 4
	// pieceLength is the length of the shortest piece of a secret that is removed, in
	// octets. A piece fits in a uint64.
	pieceLength = 8
)

// Add adds secrets. Text also removes their encoded forms.
func (c *Concealed) Add(secrets ...string) {
	for _, s := range secrets {
		if len(s) >= minConcealed && !slices.Contains(c.secrets, s) {
			c.secrets, c.stale = append(c.secrets, s), true
		}
	}
}

// AddResponse adds a response of an unknown mechanism: the response itself, its base64, and
// its parts between control characters and blanks. One of the parts is the password or
// token.
func (c *Concealed) AddResponse(response []byte) {
	text := string(response)
	c.Add(text, base64.StdEncoding.EncodeToString(response))
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r < ' ' }) {
		c.Add(part)
		c.Add(strings.Fields(part)...)
	}
}

// compile computes short and pieces from the secrets.
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
	// The longest first, because one may contain another.
	slices.SortFunc(c.short, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
}

// forms returns a secret and its usual encodings: hexadecimal digits, URL escapes, and
// base64, also within a longer encoded text.
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

// base64Within returns the characters that depend only on the secret when a longer text is
// encoded. before is the number of octets before the secret, modulo 3.
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

// lower returns an ASCII letter in lower case. Hexadecimal digits are written in either
// case, and some servers change the case of what they quote.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// lowered changes octets, because a password need not be UTF-8.
func lowered(s string) []byte {
	octets := []byte(s)
	for i, c := range octets {
		octets[i] = lower(c)
	}
	return octets
}

// replaceFold removes a form from a text. It ignores the case of ASCII letters. The form
// must be in lower case.
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

// concealment replaces what was removed.
const concealment = "..."

// Text returns a text without the secrets. Its time is proportional to the length of the
// text, whatever the text contains.
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
	done, from, to := 0, 0, 0 // text[from:to] is to be removed; text[:done] is processed
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

// Status is Text for what follows the name of a status response. It keeps the name of a
// response code that programs act on, which may be a piece of the secret by chance.
func (c *Concealed) Status(text string) string {
	code := backend.CodeOf(text)
	if _, decides := verdicts[code]; !decides && code != "ALERT" {
		return c.Text(text)
	}
	end := len("[") + len(code)
	return text[:end] + c.Text(text[end:])
}

// Secret returns the token of an OAuth2 client, or "" for any other client.
func Secret(client gosasl.Client) string {
	if o, ok := client.(*oauth); ok {
		return o.secret
	}
	return ""
}

// Status returns the status that a server has sent with its refusal of an OAuth2 client's token,
// such as "401" or "invalid_token", or "".
func Status(client gosasl.Client) string {
	if o, ok := client.(*oauth); ok {
		return o.status
	}
	return ""
}
