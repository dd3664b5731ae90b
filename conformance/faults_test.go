package conformance

import (
	"fmt"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
)

// faultTest is calls on a server with a fault, which is switched on before the call of a number.
type faultTest struct {
	name    string
	service int // index into services
	fault   imaptest.Fault
	before  int
	calls   []call
}

func faultTests() (tests []faultTest) {
	one := func(list ...call) []call { return append(list, do("imap_num_msg"), do("imap_ping")) }
	for i, service := range services {
		opening := open(service.inbox, 0, 1)
		for _, text := range []string{"[IN-USE] The maildrop is locked", "[LIMIT] Too many connections", "[ALERT] Too many simultaneous connections",
			"[UNAVAILABLE] Try later", "[SYS/TEMP] Try later", "[EXPIRED] The password has expired", "Try later"} {
			tests = append(tests, faultTest{"login " + text, i, imaptest.Fault{Command: "LOGIN", Times: -1, Refuse: text}, 0, []call{opening}})
		}
		tests = append(tests,
			faultTest{"greeting", i, imaptest.Fault{Command: imaptest.Greeting, Times: -1, Refuse: "[UNAVAILABLE] Try later"}, 0, []call{opening}},
			faultTest{"cut before the login", i, imaptest.Fault{Command: "LOGIN", Times: -1, Drop: imaptest.DropBefore}, 0, []call{opening}},
			faultTest{"late", i, imaptest.Fault{Times: -1, Delay: 20 * time.Millisecond}, 0, one(opening, do("imap_headerinfo", 1), do("imap_body", 1), do("imap_delete", "1"), do("imap_expunge"))},
		)
	}
	imap := open(services[0].inbox)
	for _, refused := range []struct {
		command string
		call    call
	}{
		{"FETCH", do("imap_fetchstructure", 1)}, {"STORE", do("imap_setflag_full", "1", `\Seen`)}, {"STORE", do("imap_delete", "1")},
		{"COPY", do("imap_mail_copy", "1", "INBOX")}, {"COPY", do("imap_mail_move", "1", "INBOX")}, {"SEARCH", do("imap_search", "UNSEEN")}, {"EXPUNGE", do("imap_expunge")},
		{"APPEND", do("imap_append", services[0].inbox, "Subject: x\r\n\r\ny\r\n")}, {"STATUS", do("imap_status", services[0].inbox, 31)},
		{"CREATE", do("imap_createmailbox", "{127.0.0.1:@IMAP/imap/notls}New")}, {"LIST", do("imap_list", "{127.0.0.1:@IMAP/imap/notls}", "*")},
	} {
		tests = append(tests, faultTest{refused.command + " refused " + refused.call.fn, 0, imaptest.Fault{Command: refused.command, Times: -1, Refuse: "[OVERQUOTA] It is full"}, 1, one(imap, refused.call)})
	}
	pop3 := open(services[1].inbox)
	return append(tests,
		faultTest{"cut before EXPUNGE", 0, imaptest.Fault{Command: "EXPUNGE", Drop: imaptest.DropBefore}, 1, []call{imap, do("imap_expunge")}},
		faultTest{"cut after EXPUNGE", 0, imaptest.Fault{Command: "EXPUNGE", Drop: imaptest.DropAnswer}, 2, []call{imap, do("imap_delete", "1"), do("imap_expunge")}},
		faultTest{"QUIT refused", 1, imaptest.Fault{Command: "QUIT", Refuse: "[SYS/TEMP] Later"}, 1, []call{pop3, do("imap_delete", "1"), do("imap_close", 32768)}},
	)
}

// TestFaults compares PHP with the library on imaptest with faults.
func TestFaults(t *testing.T) {
	for _, test := range faultTests() {
		name := services[test.service].name + "/" + test.name
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sides := onProvider(t, imaptest.Dovecot, "u10000")
			for i, c := range test.calls {
				if i == test.before {
					for _, s := range sides {
						if err := s.srv.Fail(test.fault); err != nil {
							t.Fatal(err)
						}
					}
				}
				compare(t, fmt.Sprintf("fault/%s/%d %v", name, i, c), sides[0].do(c), sides[1].do(c))
			}
			compare(t, "fault/"+name+"/contents", dateless(sides[0].contents()), dateless(sides[1].contents()))
		})
	}
}
