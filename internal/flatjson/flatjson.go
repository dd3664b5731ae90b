// Package flatjson lists the values of a JSON text, each with the path that leads to it, so that
// two texts can be compared and shown value by value.
package flatjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
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
			element = fmt.Sprint(path, w.member, name)
			if path == "" {
				element = fmt.Sprint(name)
			}
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

// scalar returns the JSON of a value, in which "<", ">" and "&" stay as they are.
func scalar(v any) (string, error) {
	text, err := json.Marshal(v)
	return legible.Replace(string(text)), err
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
