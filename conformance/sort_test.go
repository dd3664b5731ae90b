package conformance

import (
	"fmt"
	"slices"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
)

// beyondKSC5601 has characters of code page 949 in its subject, labelled as KS C 5601. c-client
// does not know them.
const beyondKSC5601 = "php-imap/ks_c_5601-1987_headers"

// seNoPrefetch is PHP's SE_NOPREFETCH.
const seNoPrefetch = 4

// TestSort sorts a mailbox of all messages by everything.
func TestSort(t *testing.T) {
	messages := slices.DeleteFunc(searchable(t), func(m message) bool { return m.name == beyondKSC5601 })
	var all []call
	for criteria := -1; criteria <= 7; criteria++ {
		for _, reverse := range []bool{false, true} {
			all = append(all, do("imap_sort", criteria, reverse), do("imap_sort", criteria, reverse, seUID),
				do("imap_sort", criteria, reverse, seNoPrefetch), do("imap_sort", criteria, reverse, 0, "SEEN"),
				do("imap_sort", criteria, reverse, seUID, "SUBJECT a FROM e"), do("imap_sort", criteria, reverse, 0, "FROM {2}\r\nmu"),
				do("imap_sort", criteria, reverse, 0, ""), do("imap_sort", criteria, reverse, 0, "NOPE"), do("imap_sort", criteria, reverse, 0, "KEYWORD \"a b\""),
				do("imap_sort", criteria, reverse, 0, "SUBJECT \"M\xc3\xbcller\"", "UTF-8"), do("imap_sort", criteria, reverse, 0, "SUBJECT a", "X-NOPE"),
				do("imap_sort", criteria, reverse, 2), do("imap_sort", criteria, reverse, -1, "NOPE"))
		}
	}
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			t.Parallel()
			box := corpusMailbox(messages)
			php, ours := newOracle(t, newPlace(t, box)), newLibrary(t, newPlace(t, box))
			// On POP3 PHP sorts by other values before it has read the headers.
			both(t, php, ours, open(service.inbox), service.name+"/imap_open/to sort")
			both(t, php, ours, overview(), service.name+"/imap_fetch_overview/before sorting")
			for _, c := range all {
				both(t, php, ours, c, fmt.Sprintf("%s/imap_sort/%v", service.name, c))
			}
		})
	}
}

var sortSubjects = []string{
	"b", "a", "A", "Re: b", "RE: a", "re : a", "re[2]: a", "Re [2] : a", "Re[2: a", "re: re: a", "Fwd: a", "fw: a", "FWD[x]: a", "fwx: a", "[list] a", "[list] Re: a", "[list][two] a",
	"[a]", "[a] ", "[a [b] c", "a (fwd)", "a (FWD) (fwd) ", "a  x (fwd)", "a x (fwd)", "[Fwd: a]", "[fwd: Re: a (fwd)]", "[Fwd: a] x", "[Fwd:]", "[Fwd: [Fwd: a]]", "Re: [Fwd: a]",
	"Re: [list] a", "  a", "a  ", "a\tx", "a   x", "=?utf-8?q?Re=3A_a?=", "=?utf-8?q?=C3=A4?=", "=?utf-8?q?=zz?= a", "\xc3\xa4", "", "Re:", "Re: ", "(fwd)", "[", "]", "[]", "[] a", "Aw: a", "a: b",
	"re[1][2]: a", "re [1] x: a", "z", "Z", "_", "0",
}

// TestSortSubjects sorts subjects that are nearly equal.
func TestSortSubjects(t *testing.T) {
	m := mailbox{name: "INBOX"}
	for _, subject := range sortSubjects {
		m.messages = append(m.messages, dovecot.Message{Raw: []byte("Subject: " + subject + "\r\nFrom: a@example.org\r\n\r\ntext\r\n")})
	}
	list := []step{overview(), do("imap_sort", 3, false), do("imap_sort", 3, true), do("imap_sort", 2, true), do("imap_sort", 6, false), do("imap_close"), do("imap_sort", 9, false)}
	for _, s := range bothServices("subjects", m, list...) {
		play(t, s)
	}
}
