package conformance

import (
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/internal/golden"
)

// trips counts how often a client waited for the server in a conversation, including the
// greeting.
func trips(lines []string) int {
	n, client := 0, true
	for _, line := range lines {
		if strings.HasPrefix(line, "S: ") && client {
			n++
		}
		client = strings.HasPrefix(line, "C: ")
	}
	return n
}

// TestRoundTrips counts the round trips of calls that many scripts make once. They must not
// exceed PHP's.
func TestRoundTrips(t *testing.T) {
	calls := []call{do("imap_num_msg"), do("imap_delete", "1,3,5"), do("imap_expunge"), do("imap_close")}
	for _, service := range services {
		for name, opening := range map[string]call{
			"CRAM-MD5": open(service.inbox),
			"PLAIN":    open(service.inbox, 0, 0, golden.Disabled{"CRAM-MD5"}),
		} {
			t.Run(service.name+" "+name, func(t *testing.T) {
				checks(t)
				php, ours := newPlace(t, five()), newPlace(t, five())
				theirs, own := newProxy(t, php, service.name), newProxy(t, ours, service.name)
				php.imap, php.pop3, ours.imap, ours.pop3 = theirs.Port(), theirs.Port(), own.Port(), own.Port()
				oracle, library := newOracle(t, php), newLibrary(t, ours)
				for _, c := range append([]call{opening}, calls...) {
					oracle.do(c)
					library.do(c)
					want, got := theirs.Take(), own.Take()
					t.Logf("%s: PHP %d, ours %d", c.fn, trips(want), trips(got))
					if introduced := strings.Contains(strings.Join(got, "\n"), ` ID ("name" "imapcompat"`); introduced != (service.name == "imap" && c.fn == "imap_open") {
						t.Errorf("%s: the server is told who asks: %v", c.fn, introduced)
					}
					if trips(got) > trips(want) {
						t.Errorf("%s:\nPHP  %q\nours %q", c.fn, want, got)
					}
				}
			})
		}
	}
}
