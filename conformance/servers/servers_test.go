package servers_test

import (
	"fmt"
	"net/textproto"
	"os"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
	"github.com/imapcompat/imapcompat/conformance/servers"
)

// TestLoad starts each server, and checks the mail that was loaded.
func TestLoad(t *testing.T) {
	if os.Getenv(servers.Variable) == "" {
		t.Skip("needs mail servers: run conformance/servers/run")
	}
	for _, name := range []string{"courier", "cyrus", "mailutils"} {
		t.Run(name, func(t *testing.T) {
			s, err := servers.Start(name)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			user := "joe" + s.Domain
			err = s.Load(user, "INBOX", []dovecot.Message{
				{Raw: []byte("Subject: one\n\n1\n"), UID: 3, Flags: "S"},
				{Raw: []byte("Subject: two\n\n2\n"), UID: 7},
			})
			if err != nil {
				t.Fatalf("%v: %s", err, s.Log())
			}
			got := ask(t, s.IMAP, "a LOGIN "+user+" "+dovecot.Password, "b SELECT INBOX", "c UID SEARCH ALL", "d SEARCH SEEN")
			for _, want := range []string{"* 2 EXISTS", "* SEARCH 3 7", "* SEARCH 1\n"} {
				if !strings.Contains(got, want) {
					t.Errorf("no %q in\n%s", want, got)
				}
			}
			if got := ask(t, s.IMAP, "a LOGIN "+user+" wrong"); !strings.Contains(got, "a NO") {
				t.Errorf("a wrong password: %s", got)
			}
		})
	}
}

// ask sends IMAP commands one by one and returns all answers.
func ask(t *testing.T, port int, commands ...string) string {
	t.Helper()
	c, err := textproto.Dial("tcp", harness.Address(port))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var all strings.Builder
	for _, command := range commands {
		if err := c.PrintfLine("%s", command); err != nil {
			t.Fatal(err)
		}
		for {
			line, err := c.ReadLine()
			if err != nil {
				t.Fatalf("%v after %s", err, all.String())
			}
			fmt.Fprintln(&all, strings.TrimRight(line, " "))
			if strings.HasPrefix(line, command[:2]) {
				break
			}
		}
	}
	return all.String()
}
