package conformance

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
	"github.com/imapcompat/imapcompat/conformance/php"
	"github.com/imapcompat/imapcompat/conformance/servers"
)

// variable turns the comparison on. Its value is the server: "1" for Dovecot, or a name that
// package servers knows.
const variable = "IMAPCOMPAT_CONFORMANCE"

// These are the server that both sides use while the tests run, or nil.
var (
	server mailServer
	access harness.Access
	// other is the same server, if it is not Dovecot.
	other *servers.Server
	tally report
)

// mailServer is a server to which a test can add mail.
type mailServer interface {
	Load(user, mailbox string, messages []dovecot.Message, keywords ...string) error
	Close() error
}

// startServer starts the server that the variable names.
func startServer() error {
	if name := os.Getenv(variable); name != "1" {
		s, err := servers.Start(name)
		if err != nil {
			return err
		}
		server, access, other = s, s.Access, s
		return nil
	}
	s, err := dovecot.Start()
	if err != nil {
		return err
	}
	server, access = s, s.Access
	return nil
}

func TestMain(m *testing.M) {
	if os.Getenv(variable) == "" {
		os.Exit(m.Run())
	}
	os.Exit(compareAll(m))
}

func compareAll(m *testing.M) (status int) {
	if err := errors.Join(php.Available(), startServer()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer server.Close()
	defer removeEngine()
	time.Local = time.UTC // as PHP's worker has it
	flag.Parse()          // which m.Run does too late for what follows
	complete := everything()
	if selection := flag.Lookup("test.run").Value; other != nil && selection.String() == "" {
		selection.Set(otherTests)
	}
	status = m.Run()
	fmt.Println(&tally)
	// What failed stands last, where the end of a log has it.
	if list := tally.unused(); status == 0 && complete && len(list) > 0 {
		fmt.Printf("%s: nothing differs any more under\n%s\n", knownFile(), strings.Join(list, "\n"))
		status = 1
	}
	if tally.isEmpty() {
		status = 1
	}
	return status
}

// everything reports whether all tests ran, including those with the messages beside the
// repository.
func everything() bool {
	_, err := os.Stat(sharedCorpus)
	return err == nil && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == ""
}

// needOracle skips a test that needs PHP and Dovecot.
func needOracle(t *testing.T) {
	t.Helper()
	if server == nil {
		t.Skip("needs PHP and Dovecot: run conformance/run")
	}
}

// newWorker starts a PHP for one test.
func newWorker(t *testing.T) *php.Worker {
	t.Helper()
	needOracle(t)
	w := &php.Worker{Env: []string{"SSL_CERT_FILE=" + access.CAFile}}
	t.Cleanup(func() { w.Close() })
	return w
}
