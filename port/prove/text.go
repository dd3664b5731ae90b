package prove

import (
	"encoding/json"
	"unicode/utf8"
)

// Text is octets that are mostly text. In JSON it is a string if it is UTF-8, and else an object
// with base64.
type Text string

type encoded struct {
	Base64 []byte `json:"base64"`
}

// MarshalJSON implements [json.Marshaler].
func (t Text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(encoded{[]byte(t)})
}

// UnmarshalJSON implements [json.Unmarshaler].
func (t *Text) UnmarshalJSON(document []byte) error {
	var s string
	if json.Unmarshal(document, &s) == nil {
		*t = Text(s)
		return nil
	}
	var e encoded
	if err := json.Unmarshal(document, &e); err != nil {
		return err
	}
	*t = Text(e.Base64)
	return nil
}
