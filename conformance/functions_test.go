package conformance

import (
	"errors"

	"github.com/imapcompat/imapcompat"
)

// stackFunctions return what earlier calls left. In PHP they take no argument.
var stackFunctions = map[string]func(*imapcompat.Connection) string{
	"imap_errors": func(c *imapcompat.Connection) string { return stack(c.Errors()) },
	"imap_alerts": func(c *imapcompat.Connection) string { return stack(c.Alerts()) },
	"imap_last_error": func(c *imapcompat.Connection) string {
		if text := c.LastError(); text != "" {
			return phpJSON(text)
		}
		return "false"
	},
}

// openErrors returns the errors of a failed Open in addition to its text.
func openErrors(err error) []string {
	var e *imapcompat.Error
	if !errors.As(err, &e) {
		return nil
	}
	return e.Errors
}
