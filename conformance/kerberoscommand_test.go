package conformance

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/conformance/kerberos"
)

// TestKerberosCommand runs the command against a Dovecot with MIT's KDC: with a ticket, with a
// keytab, by the address after a login, and doctor with what can be wrong.
func TestKerberosCommand(t *testing.T) {
	needOracle(t)
	if other != nil {
		t.Skip("needs Dovecot")
	}
	t.Parallel()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	realm, srv := startKerberos(t, "ada")
	expired, err := realm.Ticket("ada", "expired", time.Second)
	expiry := time.Now().Add(time.Second)
	must(err)
	dir := t.TempDir()
	command := filepath.Join(dir, "imapcompat")
	if out, err := exec.Command("go", "build", "-o", command, "../imapcompat").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	run := func(cache string, args ...string) (string, error) {
		cmd := exec.Command(command, args...)
		cmd.Env = append(os.Environ(), "KRB5_CONFIG="+realm.Config(), "KRB5CCNAME="+cache, "IMAPCOMPAT_ACCOUNTS="+filepath.Join(dir, "accounts"))
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	good := func(want, cache string, args ...string) {
		t.Helper()
		if out, err := run(cache, args...); err != nil || !strings.Contains(out, want) {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
	bad := func(want, cache string, args ...string) {
		t.Helper()
		if out, err := run(cache, args...); err == nil || !strings.Contains(out, want) {
			t.Errorf("%q: %v, want %q\n%s", args, err, want, out)
		}
	}
	ticket, err := realm.Ticket("ada", "ticket", time.Hour)
	must(err)
	none := realm.Cache("none")
	keytab := realm.Cache("keytab")
	must(realm.Admin("ktadd -norandkey -k " + keytab + " ada"))
	for _, server := range []string{fmt.Sprintf("{localhost:%d", srv.IMAP) + "/imap/notls}", fmt.Sprintf("{localhost:%d", srv.POP3) + "/pop3/notls}"} {
		mailbox := server + "INBOX"
		byKeytab := []string{"--kerberos", "--principal", "ada", "--keytab", keytab}
		good("logged in with GSSAPI", ticket, "doctor", "--kerberos", mailbox)
		good("logged in with GSSAPI", none, append([]string{"doctor", mailbox}, byKeytab...)...)
		good("", ticket, "info", "--kerberos", "--user", "ada", mailbox)
		good("is logged in", ticket, "login", "--server", server, "--kerberos", "ada@example.test")
		good("logged in with GSSAPI", ticket, "doctor", "ada@example.test")
		bad("There is no ticket: run kinit", none, "doctor", "ada@example.test")
		good("is logged in", none, append([]string{"login", "--server", server, "ada@example.test"}, byKeytab...)...)
		good("", none, "info", "ada@example.test")
		good("is logged out", none, "logout", "ada@example.test")
		bad("The ticket is good, and the server refuses it", ticket, "doctor", "--kerberos", "--user", "ben", mailbox)
		bad("The realm does not know nobody@"+kerberos.Name, none, "doctor", "--kerberos", "--principal", "nobody", "--keytab", keytab, mailbox)
	}
	mailbox := fmt.Sprintf("{localhost:%d", srv.IMAP) + "/imap/notls}INBOX"
	fresh, err := realm.Ticket("ada", "fresh", time.Hour)
	must(err)
	must(realm.Admin("cpw -pw another ada"))
	bad("The key in the keytab is not the one that the realm has now", none, "doctor", "--kerberos", "--principal", "ada", "--keytab", keytab, mailbox)
	must(realm.Admin("delprinc -force imap/" + kerberos.Host))
	bad("The realm has no service imap/"+kerberos.Host, fresh, "doctor", "--kerberos", mailbox)
	realm.Stop()
	time.Sleep(time.Until(expiry.Add(time.Second / 10)))
	bad("The ticket has expired", expired, "doctor", "--kerberos", mailbox)
	bad("Check the realm and its KDCs", none, "doctor", "--kerberos", "--principal", "ada", "--keytab", keytab, mailbox)
}
