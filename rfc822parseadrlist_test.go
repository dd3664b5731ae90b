package imapcompat_test

import (
	"encoding/json"
	"testing"

	"github.com/imapcompat/imapcompat"
)

// The lists are PHP 8.2's, as JSON.
func TestRFC822ParseAdrList(t *testing.T) {
	for _, test := range []struct{ list, host, want string }{
		{"A <a@b>, c@d", "h", `[{"mailbox":"a","host":"b","personal":"A"},{"mailbox":"c","host":"d"}]`},
		{`x, "Q, R" <y@z.example>`, "h.example", `[{"mailbox":"x","host":"h.example"},{"mailbox":"y","host":"z.example","personal":"Q, R"}]`},
		{"g: a@b, c;", "h", `[{"mailbox":"g"},{"mailbox":"a","host":"b"},{"mailbox":"c","host":"h"},{}]`},
		{"", "h", `[]`},
	} {
		list, notices := imapcompat.RFC822ParseAdrList(test.list, test.host)
		got, err := json.Marshal(list)
		must(t, err)
		if string(got) != test.want || len(notices) > 0 {
			t.Errorf("%q: got %s, %q, want %s", test.list, got, notices, test.want)
		}
	}
	list, _ := imapcompat.RFC822ParseAdrList("A <a@b>, c@d", "h")
	if !list[0].Isset("personal") || list[1].Isset("personal") || list[0].Isset("adl") || !list[1].Isset("host") {
		t.Error("isset differs")
	}
}
