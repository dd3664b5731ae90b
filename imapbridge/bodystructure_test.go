package imapbridge_test

import (
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// Servers have NIL or an empty list in the place of a body without text, and
// NIL for a media type.
func TestStructureOfNothing(t *testing.T) {
	for given, mediaType := range map[string]string{
		"NIL":                         "",
		"()":                          "",
		"nil":                         "",
		`(NIL "X" NIL NIL NIL NIL 3)`: "X-UNKNOWN",
		`("" "X" NIL NIL NIL NIL 3)`:  "",
	} {
		s, _ := open(t, "C: T FETCH 2 (BODYSTRUCTURE)\nS: * 2 FETCH (BODYSTRUCTURE "+given+")\nS: T OK done")
		n := 0
		for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 2, Last: 2}), backend.Items{Structure: true}) {
			if err != nil {
				t.Fatalf("%s: %v", given, err)
			}
			if n++; msg.Structure.Type != mediaType {
				t.Errorf("%s: got %q, want %q", given, msg.Structure.Type, mediaType)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d messages", given, n)
		}
	}
}
