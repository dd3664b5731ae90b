package pop3bridge

import (
	"strings"
	"testing"
)

func TestMatches(t *testing.T) {
	for pattern, want := range map[string]bool{
		"INBOX": true, "*": true, "%": true, "**": true, "%*%": true, "I*": true, "*X": true, "I%X": true, "*B*": true, "I*B%X*": true,
		"INBOX*": true, "*INBOX": true, "*N*N*": false, "": false, "inbox": false, "INBO": false, "INBOXX": false, "*Y": false, "Y*": false,
		"I*X*X": false, "?NBOX": false, strings.Repeat("*", 10000) + "INBOX": true, strings.Repeat("*I", 10000): false,
	} {
		if got := matches(pattern, "INBOX"); got != want {
			t.Errorf("%.20q: %v, want %v", pattern, got, want)
		}
	}
}
