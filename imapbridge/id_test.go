package imapbridge_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

// ID is sent together with the first command after the login and before it, if the server
// offers it. The answer changes nothing.
func TestID(t *testing.T) {
	const (
		offer = "S: * OK [CAPABILITY IMAP4rev1 ID] hello\nC: T LOGIN \"user\" \"secret\"\nS: T OK [CAPABILITY IMAP4rev1 ID] done\n"
		id    = "C: T ID (\"name\" \"a \\\"b\\\" \\\\c\" \"version\" \"1\")\n"
		sel   = "C: T SELECT \"INBOX\"\n"
		state = "S: * 9 EXISTS\nS: * OK [UIDVALIDITY 7] \nS: T OK done\n"
		noop  = "C: T NOOP\nS: T OK done\n"
	)
	for name, script := range map[string]string{
		// The server answers neither command before both have arrived, so there is no
		// additional round trip.
		"answered":             offer + id + sel + "S: * ID (\"name\" \"x\")\nS: I1 OK done\n" + state + noop,
		"NIL":                  offer + id + sel + "S: * ID NIL\nS: I1 OK done\n" + state + noop,
		"a literal":            offer + id + sel + "S: * ID (\"name\" {3}\nS: a)b)\nS: I1 OK done\n" + state + noop,
		"no untagged answer":   offer + id + sel + "S: I1 OK done\n" + state + noop,
		"no answer":            offer + id + sel + state + noop,
		"NO":                   offer + id + sel + "S: I1 NO [CANNOT] not here\n" + state + noop,
		"BAD":                  offer + id + sel + "S: I1 BAD what\n" + state + noop,
		"an odd answer":        offer + id + sel + "S: I1 ID?\nS: * ID\nS: * ID (((\n" + state + noop,
		"twice":                offer + id + sel + "S: I1 OK done\nS: I1 OK done\n" + state + noop,
		"late":                 offer + id + sel + state + "S: I1 OK done\n" + noop,
		"later":                offer + id + sel + state + "C: T NOOP\nS: I1 BAD what\nS: T OK done\n",
		"lower case":           offer + id + sel + "S: i1 ok done\n" + state + noop,
		"learned after login":  strings.Replace(offer, " ID]", "]", 1) + id + sel + "S: I1 OK done\n" + state + noop,
		"asked for":            strings.Replace(offer, "OK [CAPABILITY IMAP4rev1 ID] done", "OK done", 1) + "C: T CAPABILITY\nS: * CAPABILITY IMAP4rev1 ID\nS: T OK done\n" + id + sel + "S: I1 OK done\n" + state + noop,
		"not offered":          strings.ReplaceAll(offer, " ID]", "]") + sel + state + noop,
		"preauthenticated":     "S: * PREAUTH [CAPABILITY IMAP4rev1 ID] hello\n" + id + sel + "S: I1 OK done\n" + state + noop,
		"go-imap speaks first": offer + id + "C: T NOOP\nS: * ID NIL\nS: I1 OK done\nS: T OK done\n" + sel + state,
	} {
		t.Run(name, func(t *testing.T) {
			n := &notices{}
			cfg := serve(t, script).config(n)
			cfg.ID = map[string]string{"version": "1", "name": `a "b" \c`}
			var traced []string
			cfg.Trace = func(line string) { traced = append(traced, line) }
			s, err := imapbridge.Open(context.Background(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Abort()
			ctx := context.Background()
			if name == "go-imap speaks first" {
				err = errors.Join(s.Poll(ctx), s.Select(ctx, "INBOX", false))
			} else {
				err = errors.Join(s.Select(ctx, "INBOX", false), s.Poll(ctx))
			}
			if err != nil {
				t.Error(err)
			}
			const line = ` ID ("name" "a \"b\" \\c" "version" "1")`
			isID := func(l string) bool { return strings.HasPrefix(l, "C: ") && strings.HasSuffix(l, line) }
			if i := slices.IndexFunc(traced, isID); (i < 0) != (name == "not offered") || i >= 0 && !strings.HasPrefix(traced[i+1], "C: ") {
				t.Errorf("traced %q", traced)
			}
			if state := s.State(); state.Messages != 9 || state.UIDValidity != 7 {
				t.Errorf("%+v", state)
			}
		})
	}
}

// Without fields nothing is sent.
func TestNoID(t *testing.T) {
	watched(t, "S: * OK [CAPABILITY IMAP4rev1 ID] hello\nC: T LOGIN \"user\" \"secret\"\nS: T OK [CAPABILITY IMAP4rev1 ID] done\n"+selected,
		func(*backend.Config) {})
}
