package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// printJSON prints one document on one line.
func (c *cli) printJSON(v any) error {
	document, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, "%s\n", escapeControls(document))
	return err
}

// escapeControls escapes what JSON allows and a terminal interprets: DEL, C1 control
// characters, and characters that change the display order. They occur only in strings, so the
// meaning of the document stays the same.
func escapeControls(document []byte) []byte {
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
