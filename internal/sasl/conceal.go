package sasl

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"

	gosasl "github.com/emersion/go-sasl"
)

// Concealed are the secrets of a login, which are taken out of what the server says
// during it: some quote in an error what they were sent.
type Concealed struct{ secrets []string }

// minConcealed is the shortest secret that is taken out, in octets. Without shorter
// ones a text could not be read any more, and what is missing could be guessed.
const minConcealed = 4

// Add adds secrets, and what was made of them to be sent.
func (c *Concealed) Add(secrets ...string) {
	for _, s := range secrets {
		if len(s) >= minConcealed && !slices.Contains(c.secrets, s) {
			c.secrets = append(c.secrets, s)
		}
	}
	// The longest first: one may be in another.
	slices.SortFunc(c.secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
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

// Text is a text without the secrets.
func (c *Concealed) Text(text string) string {
	for _, s := range c.secrets {
		text = strings.ReplaceAll(text, s, "...")
	}
	return text
}

// Secret is the token that a client logs in with, "" when it is one with a password.
func Secret(client gosasl.Client) string {
	if o, ok := client.(*oauth); ok {
		return o.secret
	}
	return ""
}
