package imapbridge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// A message of which the server sends lists without measure is an error, and costs no
// other message.
func TestTooManyValues(t *testing.T) {
	const many = 100_001
	repeat := func(s string) string { return strings.Repeat(s, many) }
	const none = ` NIL NIL NIL NIL`
	structure, envelope, flags := backend.Items{Structure: true}, backend.Items{Envelope: true}, backend.Items{Flags: true}
	const (
		fields   = `BODY.PEEK[HEADER.FIELDS (Newsgroups Followup-To References)]`
		goodText = `("text" "plain" NIL NIL NIL "7bit" 1 1)`
	)
	for _, test := range []struct {
		name       string
		items      backend.Items
		command    string
		list, good string
	}{
		{"flags", flags, "FLAGS", "FLAGS (" + repeat("a ") + ")", `FLAGS (\Seen)`},
		{"addresses", envelope, "ENVELOPE " + fields,
			`BODY[HEADER.FIELDS (X)] "" ENVELOPE ("d" "s" (` + repeat(`("" NIL "a" "b")`) + ")" + none + none + ")",
			`BODY[HEADER.FIELDS (X)] "" ENVELOPE ("d" "s"` + none + none + ")"},
		{"parameters", structure, "BODYSTRUCTURE",
			`BODYSTRUCTURE ("text" "plain" (` + strings.TrimSuffix(repeat(`"a" "" `), " ") + `) NIL NIL "7bit" 1 1)`, "BODYSTRUCTURE " + goodText},
		{"languages", structure, "BODYSTRUCTURE",
			`BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 1 1 NIL NIL (` + strings.TrimSuffix(repeat(`"a" `), " ") + `))`, "BODYSTRUCTURE " + goodText},
	} {
		items := test.items
		items.UID = true
		s, _ := open(t, fmt.Sprintf(`
			C: T FETCH 1:2 (UID %s)
			S: * 1 FETCH (UID 11 %s)
			S: * 2 FETCH (UID 12 %s)
			S: T OK done`, test.command, test.list, test.good))
		got := map[int]string{}
		for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 1, Last: 2}), items) {
			if err == nil {
				got[msg.Num] = "read"
			} else {
				got[1] = err.Error()
			}
		}
		if !strings.Contains(got[1], "too many addresses, flags or parameters") || got[2] != "read" {
			t.Errorf("%s: %.200q", test.name, got)
		}
	}
}
