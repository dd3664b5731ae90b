package main

import (
	"encoding/json"
	"fmt"

	"github.com/imapcompat/imapcompat/internal/flatjson"
)

// printJSON prints one document on one line.
func (c *cli) printJSON(v any) error {
	document, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, "%s\n", flatjson.EscapeControls(document))
	return err
}
