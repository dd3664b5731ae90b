package pop3bridge_test

import (
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// Ranges of a section come from one RETR, and the first that is not empty
// marks the message as read.
func TestPartial(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "22")+"C: RETR 1\nS: +OK\nS: Subject: one\nS: \nS: body\nS: .\n").open()
	for _, test := range []struct {
		section backend.Section
		want    string
	}{
		{backend.Section{Name: "1", Peek: true, Size: 4}, "body"},
		{backend.Section{Name: "1", Peek: true, Offset: 2, Size: 4}, "dy\r\n"},
		{backend.Section{Name: "1", Peek: true, Offset: 4, Size: 100}, "\r\n"},
		{backend.Section{Name: "1", Peek: true, Offset: 100, Size: 100}, ""},
		{backend.Section{Name: "HEADER", Offset: 9, Size: 3}, "one"},
		{backend.Section{Size: 7}, "Subject"},
	} {
		messages := collect(t, s, msgs(1), backend.Items{Flags: true, Sections: []backend.Section{test.section}})
		check(t, "text", string(messages[0].Sections[0]), test.want)
		check(t, "read", messages[0].Flags.Seen, test.section.Name == "")
	}
	none := collect(t, s, msgs(1), backend.Items{Sections: []backend.Section{{Name: "2", Peek: true, Size: 4}}})
	if none[0].Sections[0] != nil {
		t.Errorf("a part that is not there has the text %q", none[0].Sections[0])
	}
}
