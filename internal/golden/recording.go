package golden

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Octets is a string of any octets. In JSON each is the character of its number.
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

// Recording is what an IMAP server said of a mailbox.
type Recording struct {
	// Commands are the answers to commands in the spelling of the client. An
	// answer is lines that end in CRLF, the last one without tag and end.
	Commands map[string]Octets // by Key
	Messages []Message
}

// Message is a message of a recording.
type Message struct {
	// Text is the message itself, with CRLF.
	Text Octets
	// Items are the values of the items of FETCH: "ENVELOPE", "BODY[1.MIME]". A
	// section that is not among them is NIL.
	Items map[string]Octets
}

// Key is a command as the key of an object in JSON.
func Key(command string) string {
	text, _ := Octets(command).MarshalText()
	return string(text)
}

// Call is a call of a PHP function and what came of it. Mailboxes in it have the
// word @PORT in place of the server's port, and [Now] for times of the call.
type Call struct {
	Fn   string `json:"fn"`
	Args []any  `json:"args"` // strings are [Octets]
	// Result is PHP's json_encode of it, in which a string is [Octets].
	Result    json.RawMessage `json:"result,omitempty"`
	Exception string          `json:"exception,omitempty"`
	Warnings  []string        `json:"warnings,omitempty"`
	// Errors and Alerts are what imap_errors and imap_alerts return then.
	Errors json.RawMessage `json:"errors,omitempty"`
	Alerts json.RawMessage `json:"alerts,omitempty"`
	// Differs is a call of which the library returns something else on purpose, or
	// the number of a type that PHP met before in its process.
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

// Replies are the answers of servers that give the same one to every command.
var Replies = []struct{ Name, Reply string }{
	{"no", "* NO that is odd\r\nNO [ALERT] denied"},
	{"bad", "BAD denied"},
	{"ok", "* OK [ALERT] take care\r\nOK done"},
}

// Calls reads calls, one a line.
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

// Lines writes calls, one a line.
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
