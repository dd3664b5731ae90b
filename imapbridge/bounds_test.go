package imapbridge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// A message whose lists are too long is an error, and does not affect other messages.
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
			t.Errorf("%s: %.200v", test.name, got)
		}
	}
}

// The literals of a message are kept up to the limit, all of them together. Longer ones are
// skipped, up to fifty in a response.
func TestLiterals(t *testing.T) {
	const limit = 20
	for _, test := range []struct {
		name, literals, text string // as the message or its error
		lost                 bool
	}{
		{"just the limit", "BODY[1] {20}\\n" + strings.Repeat("x", 20), strings.Repeat("x", 20), false},
		{"two that are just the limit", "X {5}\\nabcde BODY[1] {15}\\n" + strings.Repeat("x", 15), strings.Repeat("x", 15), false},
		{"two that are longer", "X {6}\\nabcdef BODY[1] {15}\\n" + strings.Repeat("x", 15), "Text of message 2 is larger than the limit", false},
		{"one that is longer", "BODY[1] {21}\\n" + strings.Repeat("x", 21), "Text of message 2 is larger than the limit", false},
		{"fifty that are longer", strings.Repeat("X {21}\\n"+strings.Repeat("x", 21)+" ", 50) + "BODY[1] NIL", "Text of message 2 is larger than the limit", false},
		{"more that are longer", strings.Repeat("X {21}\\n"+strings.Repeat("x", 21)+" ", 51) + "BODY[1] NIL)", "Absurd server literal length 21", true},
		{"one that c-client does not read either", "BODY[1] {2147483647}", "Absurd server literal length 2147483647", true},
		{"one that is cut off", "BODY[1] {2147483646}\\nx\nS: !", "[CLOSED] IMAP connection broken (server response)", true},
		{"one that is cut off within the limit", "BODY[1] {20}\\nx\nS: !", "[CLOSED] IMAP connection broken (server response)", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			script := "C: T FETCH 2 (BODY.PEEK[1])\nS: * 2 FETCH (" + test.literals
			if !test.lost {
				script += ")\nS: T OK done\nC: T NOOP\nS: T OK done"
			}
			s := watched(t, loggedIn+selected+script, func(cfg *backend.Config) { cfg.MaxLiteral = limit })
			got := ""
			for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 2, Last: 2}), backend.Items{Sections: []backend.Section{{Name: "1", Peek: true}}}) {
				if err != nil {
					got += err.Error()
				} else {
					got += string(msg.Sections[0])
				}
			}
			if got != test.text {
				t.Errorf("got %q, want %q", got, test.text)
			}
			if err := s.Poll(ctx); (err != nil) != test.lost {
				t.Errorf("then %v", err)
			}
		})
	}
}

// After a literal, a new line begins, whose bound does not count the literal.
func TestLineBehindLiteral(t *testing.T) {
	const size = 9 << 20
	s := watched(t, loggedIn+selected+"C: T FETCH 2 (BODY.PEEK[1])\nS: * 2 FETCH (BODY[1] {9437184}\\n"+strings.Repeat("x", size)+" X \""+strings.Repeat("y", 200_000)+"\")\nS: T OK done",
		func(cfg *backend.Config) { cfg.MaxLiteral = size })
	for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 2, Last: 2}), backend.Items{Sections: []backend.Section{{Name: "1", Peek: true}}}) {
		if err != nil || len(msg.Sections[0]) != size {
			t.Error(err)
		}
	}
}

// Unsolicited responses are bounded in each exchange. The bound grows with the number of
// messages.
func TestUnaskedBound(t *testing.T) {
	poll := "C: T NOOP\nS: * OK" + strings.Repeat("\\n* OK", 70_000) + "\nS: T OK done\n"
	for messages, times := range map[string]int{"9": 0, "20000": 2} {
		s := watched(t, loggedIn+strings.Replace(selected, "* 9 ", "* "+messages+" ", 1)+strings.Repeat(poll, max(times, 1)), nil)
		for i := range 2 {
			if err := s.Poll(ctx); (err == nil) != (i < times) {
				t.Errorf("%s messages: %v", messages, err)
			}
		}
	}
}
