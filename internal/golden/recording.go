package golden

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Octets is a string of any octets. In JSON each octet is the character with its number.
type Octets string

// MarshalText implements [encoding.TextMarshaler].
func (o Octets) MarshalText() ([]byte, error) {
	runes := make([]rune, len(o))
	for i := range len(o) {
		runes[i] = rune(o[i])
	}
	return []byte(string(runes)), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (o *Octets) UnmarshalText(text []byte) error {
	octets := make([]byte, 0, len(text))
	for _, r := range string(text) {
		if r > 0xFF {
			return fmt.Errorf("U+%04X is no octet", r)
		}
		octets = append(octets, byte(r))
	}
	*o = Octets(octets)
	return nil
}

// Recording has what an IMAP server said of a mailbox.
type Recording struct {
	// Commands has the answers to commands in the client's spelling. An answer consists of
	// lines that end in CRLF; the last one has no tag and no line end.
	Commands map[string]Octets // by Key
	Messages []Message
}

// Message is a message of a recording.
type Message struct {
	// Text is the message, with CRLF.
	Text Octets
	// Items has the values of FETCH items: "ENVELOPE", "BODY[1.MIME]". A missing section is
	// NIL.
	Items map[string]Octets
}

// Key returns a command as a key of a JSON object.
func Key(command string) string {
	text, _ := Octets(command).MarshalText()
	return string(text)
}

// Call is a call of a PHP function with its outcome. The word @PORT replaces the server's port
// in mailboxes, and [Now] times of the call.
type Call struct {
	Fn   string `json:"fn"`
	Args []any  `json:"args"` // strings as [Octets]
	// Result is PHP's json_encode of the result, with strings as [Octets].
	Result    json.RawMessage `json:"result,omitempty"`
	Exception string          `json:"exception,omitempty"`
	Warnings  []string        `json:"warnings,omitempty"`
	// Errors and Alerts are the results of imap_errors and imap_alerts after the call.
	Errors json.RawMessage `json:"errors,omitempty"`
	Alerts json.RawMessage `json:"alerts,omitempty"`
	// Differs marks a call for which the library deliberately returns something else, or PHP
	// the number of a type that its process had seen before.
	Differs bool `json:"differs,omitempty"`
	// File is what imap_savebody wrote to the file @FILE.
	File *Octets `json:"file,omitempty"`
}

// UnmarshalJSON implements [json.Unmarshaler].
func (c *Call) UnmarshalJSON(text []byte) error {
	type plain Call
	if err := json.Unmarshal(text, (*plain)(c)); err != nil {
		return err
	}
	for i, arg := range c.Args {
		switch arg := arg.(type) {
		case float64:
			c.Args[i] = int(arg)
		case string:
			var o Octets
			if err := o.UnmarshalText([]byte(arg)); err != nil {
				return err
			}
			c.Args[i] = o
		}
	}
	return nil
}

// Replies are the answers of servers that answer every command alike.
var Replies = []struct{ Name, Reply string }{
	{"no", "* NO that is odd\r\nNO [ALERT] denied"},
	{"bad", "BAD denied"},
	{"ok", "* OK [ALERT] take care\r\nOK done"},
}

// Calls reads calls, one on each line.
func Calls(lines []byte) (list []Call, err error) {
	for line := range bytes.Lines(lines) {
		var c Call
		if err := json.Unmarshal(line, &c); err != nil {
			return nil, fmt.Errorf("call %d: %w", len(list)+1, err)
		}
		list = append(list, c)
	}
	return list, nil
}

// Lines writes calls, one on each line.
func Lines(list []Call) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, c := range list {
		if err := enc.Encode(c); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}
