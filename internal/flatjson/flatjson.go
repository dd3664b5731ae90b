// Package flatjson lists the values of a JSON text, each with the path that leads to it, so that
// two texts can be compared and shown value by value.
package flatjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Value is a string, number, bool or null, or an empty object or array.
type Value struct {
	Path string // "from[0].mailbox"
	JSON string
}

// Values returns the values of a JSON text, in order. member stands before the name of a member
// of an object, such as ".".
func Values(text []byte, member string) ([]Value, error) {
	w := walker{d: json.NewDecoder(bytes.NewReader(text)), member: member}
	w.d.UseNumber()
	if err := w.value(""); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if w.d.More() {
		return nil, errors.New("not JSON: text follows the value")
	}
	return w.list, nil
}

type walker struct {
	d      *json.Decoder
	member string
	list   []Value
}

func (w *walker) value(path string) error {
	token, err := w.d.Token()
	if err != nil {
		return err
	}
	opening, ok := token.(json.Delim)
	if !ok {
		text, err := scalar(token)
		w.list = append(w.list, Value{path, text})
		return err
	}
	known := len(w.list)
	for i := 0; w.d.More(); i++ {
		element := fmt.Sprintf("%s[%d]", path, i)
		if opening == '{' {
			name, err := w.d.Token()
			if err != nil {
				return err
			}
			element = w.memberPath(path, fmt.Sprint(name))
		}
		if err := w.value(element); err != nil {
			return err
		}
	}
	closing, err := w.d.Token()
	if len(w.list) == known {
		w.list = append(w.list, Value{path, fmt.Sprintf("%v%v", opening, closing)})
	}
	return err
}

// memberPath returns the path of a member. A name that could be taken for more than a name is in
// brackets and quotes, so that no two values have the same path.
func (w *walker) memberPath(path, name string) string {
	isSpecial := func(r rune) bool { return strings.ContainsRune(`.->[]"`, r) || !strconv.IsPrint(r) }
	switch {
	case name == "", strings.ContainsFunc(name, isSpecial):
		return path + "[" + strconv.Quote(name) + "]"
	case path == "":
		return name
	}
	return path + w.member + name
}

// scalar returns the JSON of a value, in which "<", ">" and "&" stay as they are. It can be shown
// at a terminal.
func scalar(v any) (string, error) {
	text, err := json.Marshal(v)
	return legible.Replace(string(EscapeControls(text))), err
}

// Indent returns the JSON of a value with a line for each member and element. "<", ">" and "&"
// stay as they are.
func Indent(v any) (string, error) {
	text, err := json.MarshalIndent(v, "", "  ")
	return legible.Replace(string(text)) + "\n", err
}

// legible undoes the escapes that package encoding/json writes for HTML. A backslash that is
// escaped itself begins none.
var legible = strings.NewReplacer(`\\`, `\\`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&")

// EscapeControls escapes what JSON allows and a terminal interprets: DEL, C1 control
// characters, and characters that change the display order. They occur only in strings, so the
// meaning of the document stays the same.
func EscapeControls(document []byte) []byte {
	var escaped bytes.Buffer
	for len(document) > 0 {
		r, n := utf8.DecodeRune(document)
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			fmt.Fprintf(&escaped, "\\u%04x", r) // all are in the basic plane
		} else {
			escaped.Write(document[:n])
		}
		document = document[n:]
	}
	return escaped.Bytes()
}
